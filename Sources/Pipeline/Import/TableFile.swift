// A file of a reference table as columns: types decided by value as for custom fields of deals, keys found and checked,
// rows joined with those that the book has.

import Engine
import Values

/// The rows of a reference table's file.
struct TableFile {
    private let table: TextTable
    private var columns: [Column] = []
    /// The file's column behind each of `columns`.
    private var sources: [Int] = []
    private var rows: [Int] = []
    private(set) var uses: [ImportReport.ColumnUse] = []
    private(set) var notes: [String] = []
    private(set) var rejects: [ImportReport.Reject] = []

    /// Reads a file; columns that the existing table has keep their types.
    init(_ table: TextTable, options: ImportOptions, execution: Execution, existing: ReferenceTable?, timezone: Int)
        throws
    {
        self.table = table
        var filter = try RowFilter(table, skipsBadRows: options.skipsBadRows)
        let types = ColumnTypes(statedOrder: options.dates, execution: execution)
        let missing = options.missing.map { Array($0.utf8) }
        var names: [Int: String] = [:]
        for mapping in options.mappings {
            guard let column = HeaderMap.column(named: mapping.column, in: table) else {
                let clause = "with \(mapping.column) as \(mapping.field)"
                throw ImportDiagnostics.unknownColumn(mapping.column, in: table, clause: clause)
            }
            names[column] = HeaderName.snake(mapping.field)
        }
        var used = Set(names.values)
        var plans: [(cells: ColumnCells, name: String, reader: CellReader, isKnown: Bool)] = []
        var problems: [Diagnostic] = []
        for (column, header) in table.header.enumerated() {
            var name = names[column] ?? HeaderName.snake(header)
            var number = 2
            while names[column] == nil, used.contains(name) {
                name = "\(HeaderName.snake(header))_\(number)"
                number += 1
            }
            used.insert(name)
            let cells = ColumnCells(table: table, column: column, missing: missing, leftOut: filter.leftOut)
            let known = existing?.rows.column(name)
            switch try known.map({ try types.decide(cells, as: $0.valueType) }) ?? types.decide(cells) {
            case .read(let reader):
                plans.append((cells, name, reader, known != nil))
                uses.append(use(header, name, reader.description))
            case .empty, .notThisField: uses.append(use(header, nil, "empty: not kept"))
            case .ambiguousDates(let row): problems.append(ImportDiagnostics.ambiguousDates(cells, row: row))
            case .contradictingDates(let dayFirst, let monthFirst):
                problems.append(
                    ImportDiagnostics.contradictingDates(cells, dayFirst: dayFirst, monthFirst: monthFirst))
            }
        }
        if !problems.isEmpty { throw Diagnostics(problems) }
        var bad: [BadCell] = []
        for pass in 0..<2 {
            columns = []
            sources = []
            bad = []
            let reads = try ReadColumn.read(
                plans.map {
                    ReadColumn.Plan(cells: $0.cells.leavingOut(filter.leftOut), reader: $0.reader, name: $0.name)
                }, timezoneMinutes: timezone,
                execution)
            for (plan, read) in zip(plans, reads) {
                let cells = plan.cells
                bad += read.badRows.map { BadCell(row: $0, column: cells.column, expected: plan.reader.expected) }
                let isText =
                    !plan.isKnown && read.column.type == .category
                    && read.column.dictionary.count * 2 > read.column.rowCount - read.column.missingCount
                columns.append(isText ? try read.column.asText() : read.column)
                sources.append(cells.column)
                if isText, let index = uses.firstIndex(where: { $0.field == plan.name }) {
                    uses[index].reading = "text"
                }
            }
            if bad.isEmpty || pass == 1 { break }
            guard options.skipsBadRows else { throw BadCell.refusal(bad, table) }
            filter.reject(bad)
        }
        rows = filter.rows
        rejects = filter.rejects
    }

    /// The name of the column that identifies rows: the one stated, one named like the thing, else the text column that
    /// holds most of the deals' values.
    func key(singular: String, stated: String?, names: NameIndex?) throws -> String {
        if let stated {
            guard let column = HeaderMap.column(named: stated, in: table), let index = sources.firstIndex(of: column)
            else {
                throw ImportDiagnostics.unknownColumn(stated, in: table, clause: "key \(stated)")
            }
            return columns[index].name
        }
        let texts = columns.filter { [.text, .code].contains($0.representation) }
        func held(_ column: Column) throws -> Int {
            guard let names else { return 0 }
            let values = Set(try column.cells().compactMap { $0.text.map(NameIndex.key) })
            return zip(names.names, names.counts).reduce(0) { $0 + (values.contains(NameIndex.key($1.0)) ? $1.1 : 0) }
        }
        let wanted = [singular, singular + "_name", "name", singular + "_id", "id"]
        let byName = wanted.compactMap { name in columns.first { $0.name == name } }
        if let names, names.counts.contains(where: { $0 > 0 }) {
            // Most deals found wins; what is named like the thing comes first among equals.
            let candidates = byName.filter { column in texts.contains { $0.name == column.name } } + texts
            let counts = try candidates.map(held)
            if let most = counts.max(), most > 0, let index = counts.firstIndex(of: most) {
                return candidates[index].name
            }
        }
        if let first = byName.first { return first.name }
        if let dealField = DealField(rawValue: singular),
            let column = columns.indices.first(where: {
                dealField.aliases.contains(HeaderName.normalised(table.header[sources[$0]]))
            })
        {
            return columns[column].name
        }
        throw ImportDiagnostics.noKey(table, kind: singular)
    }

    /// Makes sure that each key occurs once and none is missing.
    mutating func requireDistinct(_ key: String, _ options: ImportOptions) throws {
        guard let index = columns.firstIndex(where: { $0.name == key }) else { return }
        columns[index] = try TableFile.asText(columns[index])
        let keys = try columns[index].cells()
        let empty = keys.indices.filter { keys[$0] == .missing }
        if !empty.isEmpty {
            let bad = empty.map { BadCell(row: rows[$0], column: sources[index], expected: nil) }
            guard options.skipsBadRows else { throw BadCell.refusal(bad, table) }
            rejects += bad.map { ImportReport.Reject(row: $0.row, reason: $0.reason(table)) }
            try keep(keys.indices.filter { keys[$0] != .missing })
        }
        var last: [String: Int] = [:]
        var pairs: [(first: Int, second: Int)] = []
        for (place, cell) in try columns[index].cells().enumerated() {
            guard let text = cell.text else { continue }
            if let first = last[text] { pairs.append((rows[first], rows[place])) }
            last[text] = place
        }
        guard !pairs.isEmpty else { return }
        guard options.duplicates != .refuse else {
            throw ImportDiagnostics.duplicates(table, column: sources[index], rows: pairs, count: pairs.count)
        }
        try keep(last.values.sorted())
    }

    /// The rows of this file joined with those of a table: known keys updated, others added.
    func merged(into old: ReferenceTable?, key: String) throws -> (
        table: Table, added: Int, updated: Int, unchanged: Int
    ) {
        let new = try Table(columns)
        guard let old, old.keyColumn == key, let oldKeys = old.rows.column(key), let newKeys = new.column(key) else {
            return (new, new.rowCount, 0, 0)
        }
        var known: [String: Int] = [:]
        for (row, cell) in try oldKeys.cells().enumerated() where !old.rows.deletedRows.contains(row) {
            if let text = cell.text { known[text] = row }
        }
        var table = old.rows
        for column in new.columns where table.columnIndex(column.name) == nil {
            try table.add(
                Column(name: column.name, valueType: column.valueType, repeating: .missing, count: table.rowCount))
        }
        var added = 0
        var updated = 0
        var unchanged = 0
        for (place, keyCell) in try newKeys.cells().enumerated() {
            let cells = try new.row(place)
            if let text = keyCell.text, let row = known[text] {
                var changed = false
                for (column, cell) in zip(new.columns, cells) {
                    guard let index = table.columnIndex(column.name), try table.cell(row, index) != cell else {
                        continue
                    }
                    try table.set(row: row, column: index, to: cell)
                    changed = true
                }
                if changed { updated += 1 } else { unchanged += 1 }
            } else {
                let byName = Dictionary(zip(new.columns.map(\.name), cells), uniquingKeysWith: { first, _ in first })
                try table.append(row: table.columns.map { byName[$0.name] ?? .missing })
                added += 1
            }
        }
        return (table, added, updated, unchanged)
    }

    private mutating func keep(_ places: [Int]) throws {
        columns = try columns.map { try $0.gathered(places) }
        rows = places.map { rows[$0] }
    }

    private func use(_ header: String, _ field: String?, _ reading: String) -> ImportReport.ColumnUse {
        ImportReport.ColumnUse(header: header, field: field, reading: reading, isFixedField: false)
    }

    /// Keys are names: a column of numbers becomes text.
    private static func asText(_ column: Column) throws -> Column {
        switch column.representation {
        case .text: return column
        case .code: return try column.asText()
        case .integer, .real:
            let cells = try column.cells().map { cell -> Cell in
                cell.integer.map { .text(String($0)) } ?? cell.real.map { .text(String($0)) } ?? .missing
            }
            return try Column(name: column.name, valueType: .text, cells: cells)
        }
    }
}
