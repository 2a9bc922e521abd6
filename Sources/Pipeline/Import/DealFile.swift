// An export of deals as columns: every cell read into its type, bad cells found, rows that are no deals taken out. What
// the values mean for stages and for deals that the book already knows comes after (StageResolution, DealMerge).

import Engine
import Values

/// The deals of one file.
struct DealFile {
    /// The file.
    let table: TextTable
    /// Its columns with their meaning.
    private(set) var map: HeaderMap
    /// The values by the name of the book's column, one per row of `rows`. Fields that the file lacks are not there.
    var columns: [String: Column] = [:]
    /// The rows of the file that are deals, ascending.
    private(set) var rows: [Int] = []
    /// Rows that were left out because of bad cells.
    private(set) var rejects: [ImportReport.Reject] = []
    private(set) var notes: [String] = []
    /// Whether a currency stands beside any of the values.
    private(set) var hasCurrencySigns = false
    private let execution: Execution
    private let reading: FirstReading

    /// Reads a file for a book. Throws diagnostics when it cannot be read as a whole (unless bad rows are skipped).
    init(_ table: TextTable, into book: Book, options: ImportOptions, execution: Execution) throws {
        self.execution = execution
        self.table = table
        let custom = book.deals.columns.dropFirst(DealColumn.allCases.count).map { ($0.name, $0.valueType) }
        var rowFilter = try RowFilter(table, skipsBadRows: options.skipsBadRows)
        let timezone = book.settings.timezoneMinutes
        reading = try DealFile.firstReading(table, options, rowFilter.leftOut, custom, timezone, execution)
        map = try HeaderMap(
            dealsIn: table, options: options, leftOut: rowFilter.leftOut, customFields: custom, reading: reading,
            execution: execution)
        if !map.problems.isEmpty { throw Diagnostics(map.problems) }
        notes += map.notes
        leaveOutDeleted(&rowFilter)
        var bad = try readColumns(rowFilter.leftOut, timezone)
        if !bad.isEmpty {
            guard options.skipsBadRows else { throw BadCell.refusal(bad, table) }
            rowFilter.reject(bad)
            bad = try readColumns(rowFilter.leftOut, timezone)
        }
        rows = rowFilter.rows
        rejects = rowFilter.rejects
    }

    /// The number of rows that are deals.
    var rowCount: Int { rows.count }

    /// The column of a field.
    subscript(field: DealField) -> Column? {
        get { columns[field.rawValue] }
        set { columns[field.rawValue] = newValue }
    }

    /// Keeps only some rows, given by their place among the deals, in that order.
    mutating func keep(_ places: [Int]) throws {
        for (name, column) in columns { columns[name] = try column.gathered(places) }
        rows = places.map { rows[$0] }
    }

    /// Refuses rows for faults found after reading; only where bad rows are skipped. `row` of the cells is the file's.
    mutating func reject(_ cells: [BadCell], skipping: Bool) throws {
        guard !cells.isEmpty else { return }
        guard skipping else { throw BadCell.refusal(cells, table) }
        var reasons: [Int: String] = [:]
        for cell in cells {
            let earlier = reasons[cell.row].map { $0 + "; " } ?? ""
            reasons[cell.row] = earlier + cell.reason(table)
        }
        rejects += reasons.map { ImportReport.Reject(row: $0.key, reason: $0.value) }
        rejects.sort { $0.row < $1.row }
        try keep(rows.indices.filter { reasons[rows[$0]] == nil })
    }

    // MARK: Reading

    /// The columns of a long file as its first rows promise them; nothing where the first rows promise nothing.
    private static func firstReading(
        _ table: TextTable, _ options: ImportOptions, _ leftOut: [Bool], _ custom: [(name: String, type: ValueType)],
        _ timezone: Int, _ execution: Execution
    ) throws -> FirstReading {
        let guess = FirstReading()
        guard table.rowCount >= options.firstReadingRowCountMin else { return guess }
        let map = try? HeaderMap(
            dealsIn: table, options: options, leftOut: leftOut, customFields: custom,
            rowCountMax: options.firstReadingRowCountMin / 4, reading: guess, execution: execution)
        return try FirstReading(map?.columns ?? [], guess, timezoneMinutes: timezone, execution)
    }

    /// Rows that the CRM calls deleted are no deals.
    private mutating func leaveOutDeleted(_ rowFilter: inout RowFilter) {
        for mapped in map.columns(.isDeleted) {
            if let note = rowFilter.leaveOutDeleted(mapped.cells) { notes.append(note) }
        }
    }

    /// Reads every column but the deletion marks; returns the bad cells.
    private mutating func readColumns(_ leftOut: [Bool], _ timezone: Int) throws -> [BadCell] {
        columns = [:]
        var bad: [BadCell] = []
        var rounding: [String] = []
        let kept = map.columns.filter { $0.field != .isDeleted }
        let plans = kept.map {
            ReadColumn.Plan(cells: $0.cells.leavingOut(leftOut), reader: $0.reader, name: $0.name)
        }
        let known = plans.map { reading.column($0.cells, $0.reader) }
        let open = plans.indices.filter { known[$0] == nil }
        let read = try ReadColumn.read(open.map { plans[$0] }, timezoneMinutes: timezone, execution)
        let all = Dictionary(uniqueKeysWithValues: zip(open, read))
        for (place, mapped) in kept.enumerated() {
            guard var read = known[place] ?? all[place] else { continue }
            read.column.name = mapped.name
            let cells = plans[place].cells
            if mapped.field == .value, read.hasCurrency { hasCurrencySigns = true }
            bad += read.badRows.map { BadCell(row: $0, column: cells.column, expected: mapped.reader.expected) }
            if mapped.field == .id, read.column.missingCount > 0 {
                bad += cells.emptyRows.map { BadCell(row: $0, column: cells.column, expected: nil) }
            }
            if let first = read.firstRoundedRow {
                let amounts = EnglishPlural.counted(read.roundedCount, "amount")
                rounding.append(
                    "\(amounts) in \(cells.header) had more than two decimals and were rounded to the cent (first: \(cells.place(first)))"
                )
            }
            try add(read.column, mapped)
        }
        if bad.isEmpty { notes += rounding }
        return bad
    }

    /// Takes a column; a second one of the same field fills in where the first has no value.
    private mutating func add(_ column: Column, _ mapped: MappedColumn) throws {
        if let first = columns[mapped.name] {
            var builder = ColumnBuilder(name: mapped.name, valueType: column.valueType)
            for (earlier, later) in zip(try first.integers(), try column.integers()) {
                let value = earlier != .min ? earlier : later
                if value == .min { builder.appendMissing() } else { builder.append(value) }
            }
            columns[mapped.name] = try builder.finish()
            return
        }
        // A custom text that repeats is a category; one that hardly does stays text.
        if mapped.mayBeText, column.type == .category,
            column.dictionary.count * 2 > column.rowCount - column.missingCount
        {
            columns[mapped.name] = try column.asText()
            map.setReading(mapped.cells.column, "text")
            return
        }
        columns[mapped.name] = column
    }
}

extension Column {
    /// The same values as free text.
    func asText() throws -> Column {
        let names = try dictionary.names()
        var builder = ColumnBuilder(name: name, valueType: .text)
        try forEachCode { _, code in
            if code == 0 { builder.appendMissing() } else { builder.append(names[Int(code) - 1]) }
        }
        return try builder.finish()
    }
}
