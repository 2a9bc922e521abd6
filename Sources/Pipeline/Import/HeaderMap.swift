// Decides which column of an export fills which field of a deal: what the user said first, then headers that are known
// names of a field and whose values look like it. Every other column becomes a custom field under a snake_case name,
// unless nothing is in it.

import Engine
import Values

/// A column of the file and what it fills.
struct MappedColumn {
    /// The cells.
    var cells: ColumnCells
    /// The fixed field it fills; `nil` for a custom field.
    var field: DealField?
    /// The name of the book's column: the field's, or the custom one.
    var name: String
    /// How its cells are read.
    var reader: CellReader
    /// Whether a category of mostly distinct values is text: so for custom fields that the book does not know yet.
    var mayBeText: Bool
}

/// The columns of one file with their meaning.
struct HeaderMap {
    /// The columns that are read, in the file's order; of a field that takes several, the surest first.
    private(set) var columns: [MappedColumn] = []
    /// What became of every column of the file, for the report.
    private(set) var uses: [ImportReport.ColumnUse?]
    private(set) var notes: [String] = []
    private(set) var problems: [Diagnostic] = []
    /// Fields for which there is a column, but an empty one.
    private(set) var emptyFields: Set<DealField> = []

    private let table: TextTable
    private let options: ImportOptions
    private let types: ColumnTypes
    private let missing: [[UInt8]]
    private let leftOut: [Bool]
    private let rowCountMax: Int

    /// Maps the columns of a deals export into a book that already has these columns beyond the fixed ones, by all rows
    /// or by the first of them.
    init(
        dealsIn table: TextTable, options: ImportOptions, leftOut: [Bool],
        customFields: [(name: String, type: ValueType)], rowCountMax: Int = .max, reading: FirstReading,
        execution: Execution
    ) throws {
        self.init(table, options, leftOut, rowCountMax, reading, execution)
        var taken = try mapStated(customFields)
        try mapStageOfEntries(&taken)
        try mapByHeader(&taken)
        try mapStatusAsStage(&taken)
        try mapCustom(&taken, customFields)
    }

    private init(
        _ table: TextTable, _ options: ImportOptions, _ leftOut: [Bool], _ rowCountMax: Int, _ reading: FirstReading,
        _ execution: Execution
    ) {
        self.table = table
        self.rowCountMax = rowCountMax
        self.options = options
        self.leftOut = leftOut
        types = ColumnTypes(statedOrder: options.dates, execution: execution, reading: reading)
        missing = options.missing.map { Array($0.utf8) }
        uses = Array(repeating: nil, count: table.columnCount)
    }

    /// The columns that fill a field, the surest first.
    func columns(_ field: DealField) -> [MappedColumn] { columns.filter { $0.field == field } }

    /// The cells of a column; ids that stand for nobody in a Salesforce export count as missing.
    func cells(_ column: Int) -> ColumnCells {
        ColumnCells(
            table: table, column: column, missing: missing + [Array("000000000000000AAA".utf8)], leftOut: leftOut,
            rowCountMax: rowCountMax)
    }

    /// The place of the column with this header: as written, else without regard to case and signs.
    static func column(named name: String, in table: TextTable) -> Int? {
        if let index = table.header.firstIndex(of: name) { return index }
        let key = HeaderName.normalised(name)
        let alike = table.header.indices.filter { HeaderName.normalised(table.header[$0]) == key }
        return alike.count == 1 ? alike[0] : nil
    }

    // MARK: Steps

    /// `with COLUMN as FIELD` and `key COLUMN`.
    private mutating func mapStated(_ customFields: [(name: String, type: ValueType)]) throws -> Set<Int> {
        var taken: Set<Int> = []
        var filled: [String: String] = [:]
        var stated = options.mappings
        if let key = options.key { stated.append(ImportOptions.Mapping(column: key, field: DealField.id.rawValue)) }
        for mapping in stated {
            let clause =
                mapping.column == options.key ? "key \(mapping.column)" : "with \(mapping.column) as \(mapping.field)"
            guard let column = HeaderMap.column(named: mapping.column, in: table) else {
                throw ImportDiagnostics.unknownColumn(mapping.column, in: table, clause: clause)
            }
            let header = table.header[column]
            let field = DealField(named: mapping.field)
            let name = field?.rawValue ?? HeaderName.snake(mapping.field)
            if let earlier = filled[name], field?.takesSeveralColumns != true {
                throw ImportDiagnostics.mappedTwice(name, earlier, header)
            }
            if field == nil, DerivedField(rawValue: name) != nil { throw ImportDiagnostics.derivedField(name) }
            filled[name] = header
            taken.insert(column)
            let cells = cells(column)
            let known = customFields.first { $0.name == name }
            let decision =
                try field.map { try types.decide(cells, field: $0, isForced: true) }
                ?? known.map { try types.decide(cells, as: $0.type) } ?? types.decide(cells)
            take(cells, field: field, name: name, decision, mayBeText: field == nil && known == nil)
        }
        return taken
    }

    /// A table of stage entries taken as deals: the stage under the header of values, and since when the deal is in it.
    private mutating func mapStageOfEntries(_ taken: inout Set<Int>) throws {
        guard let stage = HeaderName.stageOfEntries(table.header), !taken.contains(stage) else { return }
        let days = table.header.firstIndex { HeaderName.normalised($0) == HeaderName.entryDay }
        for (column, field) in [(stage, DealField.stage), (days ?? stage, .entered)]
        where !taken.contains(column) && !columns.contains(where: { $0.field == field }) {
            let cells = cells(column)
            let decision = try types.decide(cells, field: field, isForced: true)
            take(cells, field: field, name: field.rawValue, decision, mayBeText: false)
            taken.insert(column)
        }
    }

    /// Headers that are known names of a field.
    private mutating func mapByHeader(_ taken: inout Set<Int>) throws {
        var byKey: [String: [Int]] = [:]
        for (column, header) in table.header.enumerated() where !taken.contains(column) {
            byKey[HeaderName.normalised(header), default: []].append(column)
        }
        let stated = Set(columns.compactMap(\.field))
        for field in DealField.allCases where !stated.contains(field) {
            for alias in field.aliases {
                for column in byKey[alias] ?? [] where !taken.contains(column) {
                    let cells = cells(column)
                    let decision = try types.decide(cells, field: field, isForced: false)
                    if case .notThisField = decision { continue }
                    // An empty column fills nothing: another one may.
                    if case .empty = decision {
                        emptyFields.insert(field)
                        continue
                    }
                    take(cells, field: field, name: field.rawValue, decision, mayBeText: false)
                    taken.insert(column)
                    noteUnusual(field, table.header[column])
                    break
                }
                if columns.contains(where: { $0.field == field }), !field.takesSeveralColumns { break }
            }
        }
    }

    /// Without a stage column the status is the stage: a CRM for leads knows no other.
    private mutating func mapStatusAsStage(_ taken: inout Set<Int>) throws {
        guard !columns.contains(where: { $0.field == .stage }) else { return }
        if let index = columns.firstIndex(where: { $0.field == .status }) {
            columns[index].field = .stage
            columns[index].name = DealField.stage.rawValue
            let mapped = columns[index]
            uses[mapped.cells.column] = ImportReport.ColumnUse(
                header: mapped.cells.header, field: mapped.name, reading: mapped.reader.description, isFixedField: true)
            return
        }
        let statuses = Set(DealField.status.aliases)
        for (column, header) in table.header.enumerated()
        where !taken.contains(column) && statuses.contains(HeaderName.normalised(header)) {
            let cells = cells(column)
            let decision = try types.decide(cells, field: .stage, isForced: false)
            if case .empty = decision { continue }
            take(cells, field: .stage, name: DealField.stage.rawValue, decision, mayBeText: false)
            taken.insert(column)
            return
        }
    }

    /// Everything else.
    private mutating func mapCustom(_ taken: inout Set<Int>, _ customFields: [(name: String, type: ValueType)]) throws {
        var names = Set(DealColumn.allCases.map(\.rawValue)).union(DerivedField.allCases.map(\.rawValue))
        names.formUnion(DealField.allCases.map(\.rawValue))
        names.formUnion(columns.map(\.name))
        for (column, header) in table.header.enumerated() where !taken.contains(column) {
            if HeaderName.isGuard(header) {
                uses[column] = leftOutUse(header, "guards the export against edits: not kept")
                continue
            }
            let plain = HeaderName.snake(header)
            var name = names.contains(plain) ? "crm_" + plain : plain
            var number = 2
            while names.contains(name) {
                name = "crm_\(plain)_\(number)"
                number += 1
            }
            let cells = cells(column)
            let known = customFields.first { $0.name == name }
            let decision = try known.map { try types.decide(cells, as: $0.type) } ?? types.decide(cells)
            take(cells, field: nil, name: name, decision, mayBeText: known == nil)
            // Also of an empty column: the next of that header must find the same name at the next import.
            names.insert(name)
        }
    }

    private mutating func take(
        _ cells: ColumnCells, field: DealField?, name: String, _ decision: ColumnDecision, mayBeText: Bool
    ) {
        switch decision {
        case .read(let reader):
            columns.append(
                MappedColumn(cells: cells, field: field, name: name, reader: reader, mayBeText: mayBeText))
            if let field, field.isForImportOnly {
                let what = field == .isDeleted ? "which rows are deleted" : "which deals are won, lost or open"
                uses[cells.column] = leftOutUse(cells.header, "tells \(what): not kept")
                return
            }
            uses[cells.column] = ImportReport.ColumnUse(
                header: cells.header, field: name, reading: reader.description, isFixedField: field != nil)
        case .empty, .notThisField: uses[cells.column] = leftOutUse(cells.header, "empty: not kept")
        case .ambiguousDates(let row): problems.append(ImportDiagnostics.ambiguousDates(cells, row: row))
        case .contradictingDates(let dayFirst, let monthFirst):
            problems.append(ImportDiagnostics.contradictingDates(cells, dayFirst: dayFirst, monthFirst: monthFirst))
        }
    }

    private func leftOutUse(_ header: String, _ why: String) -> ImportReport.ColumnUse {
        ImportReport.ColumnUse(header: header, field: nil, reading: why, isFixedField: false)
    }

    /// Says what a reader of the header might not expect.
    private mutating func noteUnusual(_ field: DealField, _ header: String) {
        let key = HeaderName.normalised(header)
        if field == .created, key == "engagedate" {
            notes.append("\(header) is taken as created: the file has no other day on which a deal began")
        }
        if field == .value, key == "expectedrevenue" {
            notes.append("\(header) is taken as the value: the file has no other amount")
        }
        if [.account, .owner, .product, .contact, .stage].contains(field), key.hasSuffix("id") {
            notes.append("\(header) holds ids: \(field.rawValue) is known by them")
        }
    }

    /// Writes over what a column was said to be, once more is known.
    mutating func setReading(_ column: Int, _ reading: String) { uses[column]?.reading = reading }
}
