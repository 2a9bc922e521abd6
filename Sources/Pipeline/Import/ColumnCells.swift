// One column of a file with what counts as "no value" taken away: empty cells, blanks, and the texts that the import
// was told to read as missing. Everything that reads cells goes through here.

import Engine
import Values

/// The cells of one column of a text table.
struct ColumnCells: Sendable {
    /// The file.
    let table: TextTable
    /// Which of its columns.
    let column: Int
    /// Rows that are not read: bad ones and deleted ones; empty when all are read.
    let leftOut: [Bool]
    /// How many rows are looked at: those of the file, or the first of them.
    let rowCount: Int
    /// Texts that mean "no value" beside the empty one.
    private let missing: [[UInt8]]
    /// A bit for each length that such a text has, the highest one for all longer ones: most values need no more.
    private let missingLengths: UInt64

    /// The cells of a column, all of them or those of the first rows.
    init(table: TextTable, column: Int, missing: [[UInt8]], leftOut: [Bool], rowCountMax: Int = .max) {
        self.table = table
        self.column = column
        self.missing = missing
        self.leftOut = leftOut
        rowCount = min(table.rowCount, rowCountMax)
        missingLengths = missing.reduce(0) { $0 | 1 << UInt64(min($1.count, 63)) }
    }

    /// The column's header.
    var header: String { table.header[column] }

    /// Visits these rows in order, outer blanks off; a cell without a value comes as an empty text. Rows left out are
    /// passed over.
    @inline(__always)
    func forEach(_ rows: Range<Int>, _ body: (_ row: Int, _ text: Span<UInt8>) throws -> Void) rethrows {
        try table.forEachCell(inColumn: column, rows: rows) { row, bytes, _ in
            if !leftOut.isEmpty, leftOut[row] { return }
            try body(row, bytes.extracting(value(bytes)))
        }
    }

    /// Visits these rows as `forEach` does, with the places of their values in the table's bytes; in `other` bytes for
    /// a value that is written otherwise than it reads.
    @inline(__always)
    func forEachPlace(_ rows: Range<Int>, _ body: (_ row: Int, _ place: Range<Int>, _ other: [UInt8]?) -> Void) {
        table.bytes.withSpan { forEachPlace(rows, $0, body) }
    }

    @inline(__always)
    private func forEachPlace(
        _ rows: Range<Int>, _ bytes: Span<UInt8>, _ body: (_ row: Int, _ place: Range<Int>, _ other: [UInt8]?) -> Void
    ) {
        table.forEachPlace(inColumn: column, rows: rows) { row, place, hasEscape in
            if !leftOut.isEmpty, leftOut[row] { return }
            if hasEscape {
                let text = table.unescaped(place)
                return body(row, value(text.span), text)
            }
            let value = value(bytes.extracting(place))
            body(row, place.lowerBound + value.lowerBound..<place.lowerBound + value.upperBound, nil)
        }
    }

    /// Where the value stands within a cell; empty for a cell without one.
    @inline(__always)
    private func value(_ bytes: Span<UInt8>) -> Range<Int> {
        let count = bytes.count
        // Most values neither begin nor end with a blank.
        let isTight = count > 0 && bytes[0] > 32 && bytes[count - 1] > 32
        let range = isTight ? 0..<count : ColumnCells.trimmed(bytes)
        guard missingLengths >> UInt64(min(range.count, 63)) & 1 == 1, isMissing(bytes.extracting(range)) else {
            return range
        }
        return 0..<0
    }

    /// Visits the values of these rows, outer blanks off; cells without a value and rows left out are passed over.
    @inline(__always)
    func forEachFilled(_ rows: Range<Int>, _ body: (_ row: Int, _ text: Span<UInt8>) throws -> Void) rethrows {
        try forEach(rows) { row, text in
            if !text.isEmpty { try body(row, text) }
        }
    }

    /// Whether any row has a value; looks no further than needed.
    var hasValue: Bool {
        var found = false
        var row = 0
        while !found, row < rowCount {
            let end = min(rowCount, row + 1024)
            forEachFilled(row..<end) { _, _ in found = true }
            row = end
        }
        return found
    }

    /// The same cells with other rows left out.
    func leavingOut(_ rows: [Bool]) -> ColumnCells {
        ColumnCells(table: table, column: column, missing: missing, leftOut: rows, rowCountMax: rowCount)
    }

    /// The same cells of all rows of the file.
    var ofAllRows: ColumnCells { ColumnCells(table: table, column: column, missing: missing, leftOut: leftOut) }

    /// Whether these are the same rows of the same column of the file, with the same values missing.
    func isSame(as other: ColumnCells) -> Bool {
        column == other.column && rowCount == other.rowCount && missing == other.missing && leftOut == other.leftOut
    }

    /// The rows that have no value, left out ones not counted.
    var emptyRows: [Int] {
        var rows: [Int] = []
        forEach(0..<rowCount) { row, text in
            if text.isEmpty { rows.append(row) }
        }
        return rows
    }

    /// The place of a cell, for messages.
    func place(_ row: Int) -> TextTable.Place { table.place(row: row, column: column) }

    private func isMissing(_ text: Span<UInt8>) -> Bool {
        missing.contains { word in
            guard word.count == text.count else { return false }
            for place in 0..<word.count where word[place] != text[place] { return false }
            return true
        }
    }

    /// A copy of the bytes.
    static func bytes(_ text: Span<UInt8>) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count)
        for place in 0..<text.count { bytes.append(text[place]) }
        return bytes
    }

    /// The bytes without blanks, tabs and line ends at either end.
    @inline(__always)
    static func trimmed(_ bytes: Span<UInt8>) -> Range<Int> {
        var start = 0
        var end = bytes.count
        while start < end, isBlank(bytes[start]) { start += 1 }
        while end > start, isBlank(bytes[end - 1]) { end -= 1 }
        return start..<end
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 32 || (byte >= 9 && byte <= 13) }
}
