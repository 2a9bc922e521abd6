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
    /// Texts that mean "no value" beside the empty one.
    let missing: [[UInt8]]
    /// Rows that are not read: bad ones and deleted ones; empty when all are read.
    let leftOut: [Bool]

    /// The column's header.
    var header: String { table.header[column] }

    /// Visits these rows in order, outer blanks off; a cell without a value comes as an empty text. Rows left out are
    /// passed over.
    @inline(__always)
    func forEach(_ rows: Range<Int>, _ body: (_ row: Int, _ text: Span<UInt8>) throws -> Void) rethrows {
        try table.forEachCell(inColumn: column, rows: rows) { row, bytes, _ in
            if !leftOut.isEmpty, leftOut[row] { return }
            let text = bytes.extracting(ColumnCells.trimmed(bytes))
            if !missing.isEmpty, !text.isEmpty, isMissing(text) {
                try body(row, text.extracting(0..<0))
            } else {
                try body(row, text)
            }
        }
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
        while !found, row < table.rowCount {
            let end = min(table.rowCount, row + 1024)
            forEachFilled(row..<end) { _, _ in found = true }
            row = end
        }
        return found
    }

    /// The share of values that pass a test; each distinct value is tested once.
    func share(_ test: ([UInt8]) -> Bool) throws -> Double {
        let column = try read(.category, name: header, timezoneMinutes: 0).column
        let passes = try [false] + column.dictionary.names().map { test(Array($0.utf8)) }
        var count = 0
        try column.forEachCode { _, code in count += passes[Int(code)] ? 1 : 0 }
        return Double(count) / Double(max(1, column.rowCount - column.missingCount))
    }

    /// The same cells with other rows left out.
    func leavingOut(_ rows: [Bool]) -> ColumnCells {
        ColumnCells(table: table, column: column, missing: missing, leftOut: rows)
    }

    /// The rows that have no value, left out ones not counted.
    var emptyRows: [Int] {
        var rows: [Int] = []
        forEach(0..<table.rowCount) { row, text in
            if text.isEmpty { rows.append(row) }
        }
        return rows
    }

    /// The place of a cell, for messages.
    func place(_ row: Int) -> TextTable.Place { table.place(row: row, column: column) }

    private func isMissing(_ text: Span<UInt8>) -> Bool {
        // Most values differ from most words in length.
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
