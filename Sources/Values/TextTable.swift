// Rows and columns of text as a file brought them (CSV, TSV, JSON, NDJSON), before anybody says what they mean.
// Storage reads files into it, Pipeline imports from it; it lives here because those two do not see each other.
//
//   bytes           one buffer of UTF-8: the whole file, decoded
//   blocks          consecutive rows each, as a reader found them (several threads read several blocks):
//     places        start, end within bytes of each cell (without its quotes, still escaped), row after row; after
//                   a row's cells, start, end of the row itself. Where no row has 64 KB, the cell in one number: its
//                   start within the row | its length
//     rowFirstPlace where a row's cells begin in `places`, and one more: a row may hold fewer or more than the header
//
// Invariants: start <= end <= bytes.count < 2^32; rowFirstPlace ascends strictly from 0 to places.count.
//
// The walk over a column's cells is inlinable: an import calls it for every cell of a file, and across modules it was a
// nest of calls of closures (1 million rows of 14 columns: 7% of an import were its own instructions).

/// A table of unparsed cells with the place of each in its file.
///
/// A cell of a row that is too short is empty; cells beyond the header are kept but not reachable by column.
/// Both are told in `faults`.
public struct TextTable: Sendable {
    /// How the cells are written in `bytes`.
    public enum Format: Hashable, Sendable {
        /// Separated by this byte; quotes inside a quoted cell are doubled.
        case delimited(UInt8)
        /// One JSON array of objects.
        case json
        /// One JSON object per line.
        case ndjson
    }

    /// A row that is not as the header promises.
    public struct Fault: Hashable, Sendable {
        /// What is wrong.
        public enum Kind: Hashable, Sendable {
            /// It holds this many cells, fewer than the header.
            case tooFewCells(Int)
            /// It holds this many cells, more than the header, and those beyond are not all empty.
            case tooManyCells(Int)
            /// At this offset of `bytes` text follows the closing quote of a cell.
            case textAfterQuote(Int)
        }
        /// The row, from 0.
        public var row: Int
        /// What is wrong with it.
        public var kind: Kind
        /// A fault.
        public init(row: Int, kind: Kind) {
            self.row = row
            self.kind = kind
        }
    }

    /// Consecutive rows. The places of cells are a fifth of what an import of 14 columns holds: in 4 bytes each instead of 8
    /// a million rows take 560 MB at their peak instead of 660.
    public struct Block: Sendable {
        @usableFromInline let places: [UInt32]
        @usableFromInline let rowFirstPlace: [UInt32]
        /// Whether a cell is one number rather than two.
        @usableFromInline let isShort: Bool

        /// A reader's findings: for each row its cells and itself, and for each row where its cells begin, and the count at
        /// the end. Inconsistent ones are a programming error and stop here.
        public init(places: [UInt32], rowFirstPlace: [UInt32], isShort: Bool) {
            precondition(rowFirstPlace.last == UInt32(places.count))
            self.places = places
            self.rowFirstPlace = rowFirstPlace
            self.isShort = isShort
        }

        /// The most bytes of a row whose cells are one number each.
        public static let shortRowByteCountMax = 0xFFFF

        /// The number of rows.
        @inlinable public var rowCount: Int { rowFirstPlace.count - 1 }

        /// The number of cells that a row has.
        @inlinable public func cellCount(_ row: Int) -> Int {
            (Int(rowFirstPlace[row + 1]) - Int(rowFirstPlace[row]) - 2) / (isShort ? 1 : 2)
        }

        /// Where a row stands.
        @inlinable public func range(ofRow row: Int) -> Range<Int> {
            let next = Int(rowFirstPlace[row + 1])
            return Int(places[next - 2])..<Int(places[next - 1])
        }

        /// Visits a column of rows of the block: the row, its cell, and whether the row has it.
        @inlinable @inline(__always) func forEachRange(
            inColumn column: Int, rows: Range<Int>,
            _ body: (_ row: Int, _ range: Range<Int>, _ isThere: Bool) throws -> Void
        ) rethrows {
            guard rows.lowerBound >= 0, rows.upperBound <= rowCount else { return }
            let width = isShort ? 1 : 2
            // SAFETY: rows are the block's, and where their cells begin ascends up to the number of places.
            try unsafe rowFirstPlace.withUnsafeBufferPointer { firstPlaces in
                try unsafe places.withUnsafeBufferPointer { places in
                    var next = unsafe Int(firstPlaces[rows.lowerBound])
                    for row in rows {
                        let index = next + column * width
                        next = unsafe Int(firstPlaces[row + 1])
                        if index >= next - 2 {
                            let end = unsafe Int(places[next - 1])
                            try body(row, end..<end, false)
                        } else if width == 1 {
                            let cell = unsafe places[index]
                            let start = unsafe Int(places[next - 2]) + Int(cell >> 16)
                            try body(row, start..<start + Int(cell & 0xFFFF), true)
                        } else {
                            try body(row, unsafe Int(places[index])..<Int(places[index + 1]), true)
                        }
                    }
                }
            }
        }

        /// A cell of a row of the block; empty, at the row's end, where the row does not have it.
        @inlinable public func range(_ row: Int, _ column: Int) -> Range<Int> {
            var found = 0..<0
            forEachRange(inColumn: column, rows: row..<row + 1) { _, range, _ in found = range }
            return found
        }
    }

    /// A place as people count it.
    public struct Place: Hashable, Sendable, CustomStringConvertible {
        /// The line of the file, from 1.
        public var line: Int
        /// The character (Unicode scalar) of that line, from 1.
        public var column: Int
        /// A place.
        public init(line: Int, column: Int) {
            self.line = line
            self.column = column
        }
        /// `line 5, column 12`.
        public var description: String { "line \(line), column \(column)" }
    }

    /// How messages name the file: its path as it was given.
    public let name: String
    /// How cells are written.
    public let format: Format
    /// The whole file as UTF-8.
    public let bytes: FileBytes
    /// The columns' names, each once.
    public let header: [String]
    /// Where the names stand in `bytes`; for JSON where a name was first seen.
    public let headerPlaces: [Range<Int>]
    /// What the reader decided by itself: `read as Windows-1252 (Latin-1): the file is not UTF-8`.
    public let notes: [String]
    /// What deserves a second look and loses nothing (a name given twice).
    public let warnings: [Diagnostic]
    /// Rows that are not as the header promises, ascending.
    public let faults: [Fault]

    @usableFromInline let blocks: [Block]
    /// The first row of each block, and the number of rows.
    @usableFromInline let firstRows: [Int]

    /// A table from a reader's findings. A name without its place is a programming error and stops here.
    public init(
        name: String, format: Format, bytes: FileBytes, header: [String], headerPlaces: [Range<Int>],
        blocks: [Block], notes: [String] = [], warnings: [Diagnostic] = [], faults: [Fault] = []
    ) {
        precondition(header.count == headerPlaces.count)
        self.name = name
        self.format = format
        self.bytes = bytes
        self.header = header
        self.headerPlaces = headerPlaces
        self.blocks = blocks.filter { $0.rowCount > 0 }
        firstRows = self.blocks.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1.rowCount) }
        self.notes = notes
        self.warnings = warnings
        self.faults = faults
    }

    /// Start and end of a text as one number; both are below 2^32.
    public static func pack(_ start: Int, _ end: Int) -> UInt64 { UInt64(start) << 32 | UInt64(end) }

    /// The number of rows, the header not counted.
    @inlinable public var rowCount: Int { firstRows[firstRows.count - 1] }
    /// The number of columns the header names.
    public var columnCount: Int { header.count }

    /// How many cells the row holds itself; may differ from `columnCount`.
    public func cellCount(ofRow row: Int) -> Int {
        let block = block(ofRow: row)
        return blocks[block].cellCount(row - firstRows[block])
    }

    /// The bytes of a cell: without its quotes, still escaped. Empty for a cell the row does not have.
    public func range(row: Int, column: Int) -> Range<Int> {
        let block = block(ofRow: row)
        return blocks[block].range(row - firstRows[block], column)
    }

    /// Whether the cell was written in quotes; in JSON, whether it is a string.
    public func isQuoted(row: Int, column: Int) -> Bool {
        column < cellCount(ofRow: row) && isQuoted(range(row: row, column: column))
    }

    /// The cell's text, unescaped; empty for an empty or missing cell and for a JSON null.
    public func text(row: Int, column: Int) -> String {
        let range = range(row: row, column: column)
        guard isQuoted(row: row, column: column), hasEscape(range) else {
            return String(decoding: bytes[range], as: UTF8.self)
        }
        return String(decoding: unescaped(range), as: UTF8.self)
    }

    /// Visits one column's cells of these rows in order: the row, the unescaped bytes, whether it was quoted.
    ///
    /// Faster than `text` by an order of magnitude: nothing is allocated except for cells with escapes.
    @inlinable @inline(__always)
    public func forEachCell(
        inColumn column: Int, rows: Range<Int>,
        _ body: (_ row: Int, _ bytes: Span<UInt8>, _ quoted: Bool) throws -> Void
    ) rethrows {
        try bytes.withSpan { bytes in
            try forEachRange(inColumn: column, rows: rows) { row, range, quoted in
                if quoted, hasEscape(range) {
                    try body(row, unescaped(range).span, true)
                } else {
                    try body(row, bytes.extracting(range), quoted)
                }
            }
        }
    }

    /// Visits one column's cells of these rows in order: the row, where the cell's text stands in `bytes`, and whether it
    /// is written otherwise than it reads (then `unescaped` gives it).
    @inlinable @inline(__always)
    public func forEachPlace(
        inColumn column: Int, rows: Range<Int>,
        _ body: (_ row: Int, _ place: Range<Int>, _ hasEscape: Bool) throws -> Void
    ) rethrows {
        try forEachRange(inColumn: column, rows: rows) { row, range, quoted in
            try body(row, range, quoted && hasEscape(range))
        }
    }

    @inlinable @inline(__always)
    func forEachRange(
        inColumn column: Int, rows: Range<Int>, _ body: (_ row: Int, _ range: Range<Int>, _ quoted: Bool) throws -> Void
    ) rethrows {
        var row = rows.lowerBound
        while row < rows.upperBound {
            let index = block(ofRow: row)
            let first = firstRows[index]
            let end = min(rows.upperBound, firstRows[index + 1])
            try blocks[index].forEachRange(inColumn: column, rows: row - first..<end - first) { place, range, isThere in
                try body(first + place, range, isThere && isQuoted(range))
            }
            row = end
        }
    }

    /// The line and character where a cell begins (its quote, if it has one).
    public func place(row: Int, column: Int) -> Place {
        let start = range(row: row, column: column).lowerBound
        return place(at: isQuoted(row: row, column: column) ? start - 1 : start)
    }

    /// The line and character where a column is named.
    public func place(ofHeader column: Int) -> Place { place(at: headerPlaces[column].lowerBound) }

    /// The line and character of an offset of `bytes`. LF, CRLF and CR each end one line.
    /// - Complexity: O(offset): for messages, not for loops.
    public func place(at offset: Int) -> Place { TextTable.place(at: offset, in: bytes) }

    /// The line and character of an offset. LF, CRLF and CR each end one line.
    public static func place(at offset: Int, in bytes: FileBytes) -> Place {
        bytes.withSpan { place(at: offset, in: $0) }
    }

    private static func place(at offset: Int, in span: Span<UInt8>) -> Place {
        let end = min(max(0, offset), span.count)
        var line = 1
        var lineStart = span.count >= 3 && span[0] == 0xEF && span[1] == 0xBB && span[2] == 0xBF ? 3 : 0
        for index in 0..<end {
            let loneReturn = span[index] == 13 && !(index + 1 < span.count && span[index + 1] == 10)
            guard span[index] == 10 || loneReturn else { continue }
            line += 1
            lineStart = index + 1
        }
        var column = 1
        for index in min(lineStart, end)..<end where span[index] & 0xC0 != 0x80 { column += 1 }
        return Place(line: line, column: column)
    }

    /// The row's bytes as they stand in the file, quotes and delimiters included, without the line end.
    public func rawRow(_ row: Int) -> Slice<FileBytes> {
        let index = block(ofRow: row)
        return bytes[blocks[index].range(ofRow: row - firstRows[index])]
    }

    /// Where consecutive rows stand in `bytes`, from the start of the first to the end of the last.
    public func range(ofRows rows: Range<Int>) -> Range<Int> {
        guard let last = rows.last else { return 0..<0 }
        let start = rawRow(rows.lowerBound).startIndex
        return start..<max(start, rawRow(last).endIndex)
    }

    // MARK: -

    /// The block that holds the row, which must be one of the table.
    @inlinable func block(ofRow row: Int) -> Int {
        var low = 0
        var high = blocks.count - 1
        while low < high {
            let middle = (low + high + 1) / 2
            if firstRows[middle] <= row { low = middle } else { high = middle - 1 }
        }
        return low
    }

    /// A quote stands before the start of quoted cells only: what comes before others is a delimiter or line end.
    @inlinable func isQuoted(_ range: Range<Int>) -> Bool {
        range.lowerBound > 0 && bytes[range.lowerBound - 1] == UInt8(ascii: "\"")
    }

    @inlinable func hasEscape(_ range: Range<Int>) -> Bool {
        let sign = format.isDelimited ? UInt8(ascii: "\"") : UInt8(ascii: "\\")
        for index in range where bytes[index] == sign { return true }
        return false
    }

    /// The text of a place with its escapes undone.
    public func unescaped(_ range: Range<Int>) -> [UInt8] {
        format.isDelimited
            ? TextEscapes.undoublingQuotes(bytes[range])
            : TextEscapes.undoingBackslashes(bytes[range])
    }
}

extension TextTable {
    /// A comma-separated table made from texts, as if it had been read from a file.
    public init(name: String, header: [String], rows: [[String]]) {
        var bytes: [UInt8] = []
        func append(_ texts: [String]) -> [Range<Int>] {
            var ranges: [Range<Int>] = []
            for (index, text) in texts.enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                bytes.append(UInt8(ascii: "\""))
                let start = bytes.count
                for byte in text.utf8 {
                    bytes.append(byte)
                    if byte == UInt8(ascii: "\"") { bytes.append(byte) }
                }
                ranges.append(start..<bytes.count)
                bytes.append(UInt8(ascii: "\""))
            }
            bytes.append(10)
            return ranges
        }
        let headerPlaces = append(header)
        var places: [UInt32] = []
        var rowFirstPlace: [UInt32] = [0]
        var faults: [Fault] = []
        for (index, row) in rows.enumerated() {
            let start = bytes.count
            for range in append(row) { places += [UInt32(range.lowerBound), UInt32(range.upperBound)] }
            places += [UInt32(start), UInt32(bytes.count - 1)]
            rowFirstPlace.append(UInt32(places.count))
            if row.count < header.count { faults.append(Fault(row: index, kind: .tooFewCells(row.count))) }
            if row.count > header.count { faults.append(Fault(row: index, kind: .tooManyCells(row.count))) }
        }
        self.init(
            name: name, format: .delimited(UInt8(ascii: ",")), bytes: FileBytes(bytes), header: header,
            headerPlaces: headerPlaces, blocks: [Block(places: places, rowFirstPlace: rowFirstPlace, isShort: false)],
            faults: faults)
    }
}

extension TextTable.Format {
    /// Whether cells are separated by a byte (CSV, TSV) rather than written as JSON.
    @inlinable public var isDelimited: Bool {
        if case .delimited = self { return true }
        return false
    }
}
