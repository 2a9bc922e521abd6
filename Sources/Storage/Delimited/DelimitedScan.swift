// The scan of delimited text: bytes in, offsets of cells out. It reads one block that begins at the start of a row;
// a whole file is one block, or several that DelimitedReader has cut at line ends outside of quotes.
//
//   outside ──"──▶ quoted ──"──▶ after quote ──"──▶ quoted        (doubled)
//      ▲  ◀──── delimiter or line end ────┘
//
// Rules: LF, CRLF and a lone CR end a row outside of quotes; a line without anything is skipped; spaces before an
// opening and after a closing quote are passed over; a quote inside an unquoted cell is an ordinary character.
// `isRegular` turns false for such a quote and for text after a closing one: then counting quotes does not tell where
// cells end, and cuts made by counting cannot be trusted.
//
// The ends of cells are looked for 64 bytes at a time: a bit for each byte that may end one.
internal import CSystem
internal import Values

/// Cells found in one block.
struct DelimitedScan: Sendable {
    /// Packed cells, after each row's cells the row itself (TextTable's form).
    var cells: [UInt64] = []
    /// Where each row's cells begin, and one more.
    var rowFirstCell: [UInt32] = [0]
    /// Rows in which text follows a closing quote, and where.
    var textAfterQuote: [(row: Int, offset: Int)] = []
    /// Whether every quote opens, closes or doubles.
    var isRegular = true
    /// The opening quote that nothing closes.
    var unclosedQuote: Int?
    /// The start of a cell longer than the limit.
    var tooLongCell: Int?
    /// Where the scan stopped: the end of the block, or after `rowCountMax` rows.
    var end: Int

    /// Scans `block` of `bytes`, which begins at the start of a row, up to `rowCountMax` rows.
    init(_ bytes: Span<UInt8>, _ block: Range<Int>, delimiter: UInt8, rowCountMax: Int = .max) {
        let quote = UInt8(ascii: "\"")
        let space = UInt8(ascii: " ")
        let limit = block.upperBound
        var index = block.lowerBound
        var rowStart = index
        var rowCount = 0
        if rowCountMax == .max { cells.reserveCapacity(block.count / 8) }
        end = limit
        var special = SpecialBytes(limit: limit, delimiter: delimiter)

        while index < limit {
            // A line without anything.
            if index == rowStart, bytes[index] == 10 || bytes[index] == 13 {
                index += 1
                rowStart = index
                continue
            }
            var start = index
            var cellEnd: Int
            while index < limit, bytes[index] == space { index += 1 }
            if index < limit, bytes[index] == quote {
                let opening = index
                index += 1
                start = index
                cellEnd = limit
                var closed = false
                while true {
                    index = special.next(in: bytes, from: index)
                    if index == limit { break }
                    guard bytes[index] == quote else {
                        index += 1
                        continue
                    }
                    if index + 1 < limit, bytes[index + 1] == quote {
                        index += 2
                        continue
                    }
                    cellEnd = index
                    index += 1
                    closed = true
                    break
                }
                if !closed {
                    unclosedQuote = opening
                    return
                }
                while index < limit, bytes[index] == space { index += 1 }
                if index < limit, bytes[index] != delimiter, bytes[index] != 10, bytes[index] != 13 {
                    isRegular = false
                    textAfterQuote.append((rowCount, index))
                    while index < limit, bytes[index] != delimiter, bytes[index] != 10, bytes[index] != 13 {
                        index += 1
                    }
                    cellEnd = index
                }
            } else {
                index = special.next(in: bytes, from: index)
                while index < limit, bytes[index] == quote {
                    isRegular = false
                    index = special.next(in: bytes, from: index + 1)
                }
                cellEnd = index
            }
            if cellEnd - start > Limits.cellByteCountMax {
                tooLongCell = start
                return
            }
            cells.append(TextTable.pack(start, cellEnd))
            guard index < limit else {
                // The block's last row has no line end.
                cells.append(TextTable.pack(rowStart, index))
                rowFirstCell.append(UInt32(truncatingIfNeeded: cells.count))
                return
            }
            if bytes[index] == delimiter {
                index += 1
                if index == limit {
                    // The file ends after a delimiter: one more cell, empty.
                    cells.append(TextTable.pack(index, index))
                    cells.append(TextTable.pack(rowStart, index))
                    rowFirstCell.append(UInt32(truncatingIfNeeded: cells.count))
                }
                continue
            }
            cells.append(TextTable.pack(rowStart, index))
            rowFirstCell.append(UInt32(truncatingIfNeeded: cells.count))
            rowCount += 1
            if bytes[index] == 13, index + 1 < limit, bytes[index + 1] == 10 { index += 1 }
            index += 1
            rowStart = index
            if rowCount == rowCountMax {
                end = index
                return
            }
        }
    }

    /// The number of rows found.
    var rowCount: Int { rowFirstCell.count - 1 }
    /// The number of cells in a row.
    func cellCount(ofRow row: Int) -> Int { Int(rowFirstCell[row + 1]) - Int(rowFirstCell[row]) - 1 }
    /// A cell of a row.
    func range(row: Int, column: Int) -> Range<Int> {
        let cell = cells[Int(rowFirstCell[row]) + column]
        return Int(cell >> 32)..<Int(cell & 0xFFFF_FFFF)
    }

    /// The rows that are not as the header promises.
    func faults(columnCount: Int) -> [(row: Int, kind: TextTable.Fault.Kind)] {
        var faults: [(row: Int, kind: TextTable.Fault.Kind)] = []
        var quotes = textAfterQuote[...]
        for row in 0..<rowCount {
            if let first = quotes.first, first.row == row {
                faults.append((row, .textAfterQuote(first.offset)))
                quotes = quotes.drop { $0.row == row }
                continue
            }
            let count = cellCount(ofRow: row)
            if count < columnCount {
                faults.append((row, .tooFewCells(count)))
            } else if count > columnCount,
                (columnCount..<count).contains(where: { !range(row: row, column: $0).isEmpty })
            {
                faults.append((row, .tooManyCells(count)))
            }
        }
        return faults
    }
}

/// Finds the bytes at which an unquoted cell ends or ceases to be regular: the delimiter, quotes and line ends.
private struct SpecialBytes {
    private let limit: Int
    private let delimiter: UInt8
    /// Where the 64 bytes begin that `places` speaks of, one bit for each.
    private var start = -64
    private var places: UInt64 = 0

    /// Looks no further than `limit`.
    init(limit: Int, delimiter: UInt8) {
        self.limit = limit
        self.delimiter = delimiter
    }

    /// The first special byte at or after a place (at least the one of the last call); the limit when there is none.
    @inline(__always) mutating func next(in bytes: Span<UInt8>, from index: Int) -> Int {
        if index &- start < 64 {
            places &= ~0 << UInt64(index &- start)
        } else {
            start = index
            places = index < limit ? look(bytes) : 0
        }
        while places == 0 {
            start &+= 64
            if start >= limit { return limit }
            places = look(bytes)
        }
        return min(limit, start &+ places.trailingZeroBitCount)
    }

    /// The places of special bytes among the next 64; those beyond the end of the bytes are none.
    @inline(__always) private func look(_ bytes: Span<UInt8>) -> UInt64 {
        if start &+ 64 <= bytes.count {
            // SAFETY: 64 bytes from here on are within the span.
            return unsafe bytes.withUnsafeBufferPointer { buffer in
                guard let first = buffer.baseAddress else { return 0 }
                return unsafe csystem_places_of_4(first + start, delimiter, UInt8(ascii: "\""), 10, 13)
            }
        }
        var places: UInt64 = 0
        for index in start..<bytes.count {
            let byte = bytes[index]
            if byte == delimiter || byte == UInt8(ascii: "\"") || byte == 10 || byte == 13 {
                places |= 1 << UInt64(index - start)
            }
        }
        return places
    }
}
