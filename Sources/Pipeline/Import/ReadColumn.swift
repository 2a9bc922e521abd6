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
        let stretches = first.cells.stretches
        let all = 0..<first.cells.table.rowCount
        // Categories first: each is one long piece of work.
        var pieces: [(plan: Int, rows: Range<Int>)] = []
        for (plan, one) in plans.enumerated() where one.reader.isWhole { pieces.append((plan, all)) }
        for (plan, one) in plans.enumerated() where !one.reader.isWhole { pieces += stretches.map { (plan, $0) } }
        let read = try execution.pieces(count: pieces.count) { [pieces] index in
            let plan = plans[pieces[index].plan]
            return try plan.cells.read(plan.reader, plan.name, timezoneMinutes, pieces[index].rows)
        }
        let byPlan = Dictionary(grouping: pieces.indices) { pieces[$0].plan }
        return try plans.indices.map { try ReadColumn((byPlan[$0] ?? []).map { read[$0] }) }
    }

    /// Consecutive parts as one column.
    private init(_ parts: [ReadColumn]) throws {
        self = parts[0]
        guard parts.count > 1 else { return }
        var builder = ColumnBuilder(name: column.name, valueType: column.valueType)
        for part in parts { try builder.append(part.column) }
        column = try builder.finish()
        for part in parts.dropFirst() {
            badRows += part.badRows
            roundedCount += part.roundedCount
            firstRoundedRow = firstRoundedRow ?? part.firstRoundedRow
            hasCurrency = hasCurrency || part.hasCurrency
        }
    }

    fileprivate init(_ column: Column) { self.column = column }
}

extension ColumnCells {
    /// Reads all rows into a column; bad cells become missing and are listed.
    func read(_ reader: CellReader, name: String, timezoneMinutes: Int) throws -> ReadColumn {
        try read(reader, name, timezoneMinutes, 0..<table.rowCount)
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

    fileprivate func read(
        _ reader: CellReader, _ name: String, _ timezoneMinutes: Int, _ rows: Range<Int>
    ) throws -> ReadColumn {
        switch reader.valueType.representation {
        case .text, .code: try readTexts(reader, name, rows)
        case .integer: try readIntegers(reader, name, timezoneMinutes, rows)
        case .real: try readReals(reader, name, rows)
        }
    }

    private func readTexts(_ reader: CellReader, _ name: String, _ rows: Range<Int>) throws -> ReadColumn {
        var builder = ColumnBuilder(name: name, valueType: reader.valueType)
        forEach(rows) { _, text in
            if text.isEmpty {
                builder.appendMissing()
            } else {
                // SAFETY: the pointer is used within the closure only, while the span is alive.
                unsafe text.withUnsafeBufferPointer { unsafe builder.append(utf8: $0) }
            }
        }
        return ReadColumn(try builder.finish())
    }

    private func readIntegers(
        _ reader: CellReader, _ name: String, _ timezoneMinutes: Int, _ rows: Range<Int>
    ) throws -> ReadColumn {
        var values: [Int64] = []
        values.reserveCapacity(rows.count)
        var badRows: [Int] = []
        var roundedCount = 0
        var firstRoundedRow: Int?
        var notes = CellReader.Notes()
        let header = header
        forEach(rows) { row, text in
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
        var builder = ColumnBuilder(name: name, valueType: reader.valueType)
        builder.append(integers: values, missing: .min)
        var read = ReadColumn(try builder.finish())
        read.badRows = badRows
        read.roundedCount = roundedCount
        read.firstRoundedRow = firstRoundedRow
        read.hasCurrency = notes.hasCurrency
        return read
    }

    private func readReals(_ reader: CellReader, _ name: String, _ rows: Range<Int>) throws -> ReadColumn {
        var builder = ColumnBuilder(name: name, valueType: reader.valueType)
        var badRows: [Int] = []
        forEach(rows) { row, text in
            if text.isEmpty { return builder.appendMissing() }
            if let value = reader.real(text) {
                builder.append(value)
            } else {
                builder.appendMissing()
                badRows.append(row)
            }
        }
        var read = ReadColumn(try builder.finish())
        read.badRows = badRows
        return read
    }
}

extension CellReader {
    /// Whether a column is read as one piece.
    fileprivate var isWhole: Bool { valueType.representation == .code }
}
