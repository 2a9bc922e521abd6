// Reads whole columns of a file into values. Numbers, dates and free texts are read in stretches of rows that become one
// chunk each, categories one column at a time (their codes follow the order of rows): with several columns at once that
// keeps all threads busy, and nothing depends on how many there are.

import Engine
import Values

/// A column that was read.
struct ReadColumn {
    /// The values, one per row that is not left out.
    var column: Column
    /// Rows of the file whose cell is bad, ascending.
    var badRows: [Int] = []
    /// How many amounts were rounded to the cent.
    var roundedCount = 0
    /// The first row whose amount was rounded.
    var firstRoundedRow: Int?
    /// Whether a currency stood beside an amount.
    var hasCurrency = false

    /// What is to be read: the cells, how, and the name of the column they become.
    typealias Plan = (cells: ColumnCells, reader: CellReader, name: String)

    /// Reads columns of one file, all with the same rows left out.
    static func read(_ plans: [Plan], timezoneMinutes: Int, _ execution: Execution) throws -> [ReadColumn] {
        guard let first = plans.first else { return [] }
        let categories = plans.indices.filter { plans[$0].reader.isWhole }
        let others = plans.indices.filter { !plans[$0].reader.isWhole }
        // Categories first: each group is one long piece of work.
        var pieces = groups(of: categories, plans, count: execution.threadCount).map {
            (plans: $0, rows: 0..<first.cells.table.rowCount)
        }
        if !others.isEmpty { pieces += first.cells.stretches.map { (others, $0) } }
        let read = try execution.pieces(count: pieces.count) { [pieces] index in
            let (chosen, rows) = pieces[index]
            var readings = chosen.map { ColumnReading(plans[$0], timezoneMinutes: timezoneMinutes) }
            // All columns of some rows after another, while their bytes are in the processor's cache.
            for start in stride(from: rows.lowerBound, to: rows.upperBound, by: rowCountAtOnce) {
                for place in readings.indices {
                    readings[place].read(start..<min(rows.upperBound, start + rowCountAtOnce))
                }
            }
            return try readings.map { try $0.finish() }
        }
        var parts = [[ReadColumn]](repeating: [], count: plans.count)
        for (piece, columns) in zip(pieces, read) {
            for (plan, column) in zip(piece.plans, columns) { parts[plan].append(column) }
        }
        return try parts.map { parts in
            var whole = parts[0]
            try whole.append(parts.dropFirst())
            return whole
        }
    }

    /// 2,048 rows of 160 bytes and 15 cells fill two thirds of a cache of 1 MB; column after column through a whole file
    /// would wait for memory at every cell.
    private static let rowCountAtOnce = 2_048

    /// Categories in that many groups of about equal work: one that seldom repeats takes several times as long.
    private static func groups(of categories: [Int], _ plans: [Plan], count: Int) -> [[Int]] {
        guard !categories.isEmpty else { return [] }
        let works = categories.map { (plan: $0, work: 1 + plans[$0].cells.distinctShare * 4) }
        var groups = [(plans: [Int], work: Double)](repeating: ([], 0), count: min(count, categories.count))
        for (plan, work) in works.sorted(by: { ($1.work, $0.plan) < ($0.work, $1.plan) }) {
            let least = groups.indices.min { groups[$0].work < groups[$1].work } ?? 0
            groups[least].plans.append(plan)
            groups[least].work += work
        }
        return groups.map(\.plans)
    }

    /// Adds the columns of the rows that follow.
    private mutating func append(_ parts: ArraySlice<ReadColumn>) throws {
        guard !parts.isEmpty else { return }
        var builder = ColumnBuilder(name: column.name, valueType: column.valueType)
        try builder.append(column)
        for part in parts {
            try builder.append(part.column)
            badRows += part.badRows
            roundedCount += part.roundedCount
            firstRoundedRow = firstRoundedRow ?? part.firstRoundedRow
            hasCurrency = hasCurrency || part.hasCurrency
        }
        column = try builder.finish()
    }
}

/// A column in the making.
private struct ColumnReading {
    private let cells: ColumnCells
    private let reader: CellReader
    private let header: String
    private let timezoneMinutes: Int
    private var builder: ColumnBuilder
    private var badRows: [Int] = []
    private var roundedCount = 0
    private var firstRoundedRow: Int?
    private var notes = CellReader.Notes()
    private var values: [Int64] = []

    init(_ plan: ReadColumn.Plan, timezoneMinutes: Int) {
        cells = plan.cells
        reader = plan.reader
        header = plan.cells.header
        self.timezoneMinutes = timezoneMinutes
        builder = ColumnBuilder(name: plan.name, valueType: plan.reader.valueType)
    }

    /// Reads further rows of the file.
    mutating func read(_ rows: Range<Int>) {
        switch reader.valueType.representation {
        case .text, .code: readTexts(rows)
        case .integer: readIntegers(rows)
        case .real: readReals(rows)
        }
    }

    consuming func finish() throws -> ReadColumn {
        ReadColumn(
            column: try builder.finish(), badRows: badRows, roundedCount: roundedCount,
            firstRoundedRow: firstRoundedRow, hasCurrency: notes.hasCurrency)
    }

    private mutating func readTexts(_ rows: Range<Int>) {
        cells.forEach(rows) { _, text in
            if text.isEmpty {
                builder.appendMissing()
            } else {
                // SAFETY: the pointer is used within the closure only, while the span is alive.
                unsafe text.withUnsafeBufferPointer { unsafe builder.append(utf8: $0) }
            }
        }
    }

    private mutating func readIntegers(_ rows: Range<Int>) {
        values.removeAll(keepingCapacity: true)
        cells.forEach(rows) { row, text in
            if text.isEmpty { return values.append(.min) }
            guard let value = reader.integer(text, timezoneMinutes: timezoneMinutes, &notes) else {
                values.append(.min)
                return badRows.append(row)
            }
            values.append(reader.isOpenEnd(value, header: header) ? .min : value)
            if notes.isRounded {
                roundedCount += 1
                firstRoundedRow = firstRoundedRow ?? row
            }
        }
        builder.append(integers: values, missing: .min)
    }

    private mutating func readReals(_ rows: Range<Int>) {
        cells.forEach(rows) { row, text in
            if text.isEmpty { return builder.appendMissing() }
            if let value = reader.real(text) {
                builder.append(value)
            } else {
                builder.appendMissing()
                badRows.append(row)
            }
        }
    }
}

extension ColumnCells {
    /// Reads all rows into a column; bad cells become missing and are listed.
    func read(_ reader: CellReader, name: String, timezoneMinutes: Int) throws -> ReadColumn {
        var reading = ColumnReading((self, reader, name), timezoneMinutes: timezoneMinutes)
        reading.read(0..<table.rowCount)
        return try reading.finish()
    }

    /// The share of distinct values among the first rows.
    fileprivate var distinctShare: Double {
        var seen: Set<[UInt8]> = []
        let rowCount = min(table.rowCount, 1_000)
        forEach(0..<rowCount) { _, text in seen.insert(ColumnCells.bytes(text)) }
        return Double(seen.count) / Double(max(1, rowCount))
    }

    /// Rows of the file so cut that the rows of each that are not left out make one chunk; at least one stretch.
    fileprivate var stretches: [Range<Int>] {
        var stretches: [Range<Int>] = []
        var start = 0
        var count = 0
        for row in 0..<table.rowCount {
            if count == Limits.chunkRowCount {
                stretches.append(start..<row)
                start = row
                count = 0
            }
            if leftOut.isEmpty || !leftOut[row] { count += 1 }
        }
        return stretches + [start..<table.rowCount]
    }
}

extension CellReader {
    /// Whether a column is read as one piece.
    fileprivate var isWhole: Bool { valueType.representation == .code }
}
