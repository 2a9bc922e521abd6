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
        // Bytes at which an unquoted cell ends or ceases to be regular.
        var isSpecial = [Bool](repeating: false, count: 256)
        for byte in [delimiter, quote, 10, 13] { isSpecial[Int(byte)] = true }
        let special = isSpecial.span
        let limit = block.upperBound
        var index = block.lowerBound
        var rowStart = index
        var rowCount = 0
        cells.reserveCapacity(block.count / 8)
        end = limit

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
                while index < limit {
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
                while index < limit {
                    let byte = bytes[index]
                    if special[Int(byte)] {
                        guard byte == quote else { break }
                        isRegular = false
                    }
                    index += 1
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
}
