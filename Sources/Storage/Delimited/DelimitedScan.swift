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
// The bytes at which a cell may end are looked for with the processor's widest vectors, many at a time, and from one to the
// next it goes: 15 million cells in 75 ms of processor time, with a word of 64 bits looked at bit by bit in 100.
internal import CSystem
internal import Engine
internal import Values

/// Cells found in one block.
struct DelimitedScan: Sendable {
    /// Where cells stand, after each row's cells the row itself (TextTable's form).
    private(set) var places: [UInt32] = []
    /// Where each row's cells begin, and one more.
    private(set) var rowFirstPlace: [UInt32] = [0]
    /// Whether all rows are short enough for cells of one number.
    private(set) var isShort: Bool
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
        self.init(bytes, block, delimiter: delimiter, rowCountMax: rowCountMax, isShort: true)
        if !isShort {
            self.init(bytes, block, delimiter: delimiter, rowCountMax: rowCountMax, isShort: false)
        }
    }

    /// The same with cells of one number, which is given up at a row that is too long for that, or of two.
    private init(
        _ bytes: Span<UInt8>, _ block: Range<Int>, delimiter: UInt8, rowCountMax: Int, isShort: Bool
    ) {
        self.isShort = isShort
        end = block.upperBound
        if rowCountMax == .max {
            places.reserveCapacity(block.count / 8)
            unsafe places.withUnsafeMutableBufferPointer { room in
                guard let start = room.baseAddress else { return }
                unsafe LargePages.advise(start, byteCount: block.count / 8 * MemoryLayout<UInt32>.size)
            }
        }
        unsafe bytes.withUnsafeBufferPointer { buffer in
            guard let first = buffer.baseAddress else { return }
            // Places on their way to `places`: asking the array for room cell by cell makes an import 2% longer.
            unsafe withUnsafeTemporaryAllocation(of: UInt32.self, capacity: DelimitedScan.stagedCountMax) { staged in
                unsafe withUnsafeTemporaryAllocation(of: UInt32.self, capacity: SpecialBytes.roomCount) { found in
                    guard let found = found.baseAddress else { return }
                    // SAFETY: the block lies within the bytes.
                    let special = unsafe SpecialBytes(first, block, delimiter: delimiter, found)
                    let count = unsafe scan(first, special, block, delimiter, rowCountMax, staged)
                    unsafe places.append(contentsOf: staged[..<count])
                }
            }
        }
        guard self.isShort == isShort else { return }
        // A row that was given up, at a quote that nothing closes, is none.
        places.removeLast(places.count - Int(rowFirstPlace[rowCount]))
    }

    private static let stagedCountMax = 1_024

    /// Finds the cells; the last ones, whose number it gives, are left in `staged`.
    private mutating func scan(
        _ bytes: UnsafePointer<UInt8>, _ special: SpecialBytes, _ block: Range<Int>, _ delimiter: UInt8,
        _ rowCountMax: Int, _ staged: UnsafeMutableBufferPointer<UInt32>
    ) -> Int {
        let limit = block.upperBound
        let hasShortCells = isShort
        var special = special
        var start = block.lowerBound
        var rowStart = start
        // The closing quote of a cell whose delimiter or line end comes next.
        var closing = -1
        var rowCount = 0
        var stagedCount = 0
        while true {
            let index = special.next()
            let byte = index < limit ? unsafe bytes[index] : 10
            if byte == UInt8(ascii: "\"") {
                guard unsafe DelimitedScan.areSpaces(bytes, start, index) else {
                    isRegular = false
                    continue
                }
                start = index + 1
                let end = special.closingQuote()
                if end == limit {
                    unclosedQuote = index
                    return stagedCount
                }
                var next = end + 1
                while next < limit, unsafe bytes[next] == UInt8(ascii: " ") { next += 1 }
                let after = next < limit ? unsafe bytes[next] : 10
                if after == delimiter || after == 10 || after == 13 {
                    closing = end
                } else {
                    isRegular = false
                    textAfterQuote.append((rowCount, next))
                }
                continue
            }
            // A line without anything, also between a carriage return and its line feed.
            if index == rowStart, byte != delimiter {
                if index == limit { return stagedCount }
                start = index + 1
                rowStart = start
                continue
            }
            let end = closing >= 0 ? closing : index
            if hasShortCells, index - rowStart > TextTable.Block.shortRowByteCountMax {
                isShort = false
                return 0
            }
            if end - start > Limits.cellByteCountMax {
                tooLongCell = start
                return stagedCount
            }
            if hasShortCells {
                unsafe staged[stagedCount] = UInt32(truncatingIfNeeded: (start &- rowStart) << 16 | (end &- start))
                stagedCount &+= 1
            } else {
                unsafe staged[stagedCount] = UInt32(truncatingIfNeeded: start)
                unsafe staged[stagedCount + 1] = UInt32(truncatingIfNeeded: end)
                stagedCount &+= 2
            }
            start = index + 1
            closing = -1
            if byte != delimiter {
                unsafe staged[stagedCount] = UInt32(truncatingIfNeeded: rowStart)
                unsafe staged[stagedCount + 1] = UInt32(truncatingIfNeeded: index)
                stagedCount &+= 2
                rowFirstPlace.append(UInt32(truncatingIfNeeded: places.count + stagedCount))
                rowCount += 1
                rowStart = start
                if index == limit { return stagedCount }
                if rowCount == rowCountMax {
                    let isPair = unsafe start < limit && byte == 13 && bytes[start] == 10
                    self.end = isPair ? start + 1 : start
                    return stagedCount
                }
            }
            if stagedCount > DelimitedScan.stagedCountMax - 4 {
                unsafe places.append(contentsOf: staged[..<stagedCount])
                stagedCount = 0
            }
        }
    }

    @inline(__always)
    private static func areSpaces(_ bytes: UnsafePointer<UInt8>, _ start: Int, _ end: Int) -> Bool {
        var index = start
        while index < end, unsafe bytes[index] == UInt8(ascii: " ") { index += 1 }
        return index == end
    }

    /// The number of rows found.
    var rowCount: Int { rowFirstPlace.count - 1 }
    /// The rows as part of a table.
    var block: TextTable.Block {
        TextTable.Block(places: places, rowFirstPlace: rowFirstPlace, isShort: isShort)
    }
    /// The number of cells in a row.
    func cellCount(ofRow row: Int) -> Int { block.cellCount(row) }
    /// A cell of a row.
    func range(row: Int, column: Int) -> Range<Int> { block.range(row, column) }

    /// The rows that are not as the header promises.
    func faults(columnCount: Int) -> [(row: Int, kind: TextTable.Fault.Kind)] {
        let block = block
        var faults: [(row: Int, kind: TextTable.Fault.Kind)] = []
        var quotes = textAfterQuote[...]
        for row in 0..<rowCount {
            if let first = quotes.first, first.row == row {
                faults.append((row, .textAfterQuote(first.offset)))
                quotes = quotes.drop { $0.row == row }
                continue
            }
            let count = block.cellCount(row)
            if count < columnCount {
                faults.append((row, .tooFewCells(count)))
            } else if count > columnCount,
                (columnCount..<count).contains(where: { !block.range(row, $0).isEmpty })
            {
                faults.append((row, .tooManyCells(count)))
            }
        }
        return faults
    }
}

/// Gives one after the other the places of the bytes at which a cell may end: the delimiter, quotes and line ends.
@safe private struct SpecialBytes {
    private let bytes: UnsafePointer<UInt8>
    private let limit: Int
    private let delimiter: UInt8
    /// The places among some bytes, those that follow being looked at when all of them were given.
    private let found: UnsafeMutablePointer<UInt32>
    private var foundCount = 0
    private var given = 0
    /// Where the bytes begin that were not looked at yet.
    private var start: Int

    /// So many bytes are looked at in one go.
    private static let byteCountAtOnce = 2_048
    /// For so many places there must be room.
    static let roomCount = byteCountAtOnce + 7

    /// Those of a block, which lies within the bytes.
    init(
        _ bytes: UnsafePointer<UInt8>, _ block: Range<Int>, delimiter: UInt8, _ found: UnsafeMutablePointer<UInt32>
    ) {
        unsafe self.bytes = bytes
        unsafe self.found = found
        limit = block.upperBound
        self.delimiter = delimiter
        start = block.lowerBound
    }

    /// The next place; the block's end after the last one.
    @inline(__always) mutating func next() -> Int {
        while given == foundCount {
            guard start < limit else { return limit }
            look()
        }
        let index = unsafe Int(found[given])
        given &+= 1
        return index
    }

    /// The next quote that is not the first of two; the block's end when there is none.
    mutating func closingQuote() -> Int {
        while true {
            let index = next()
            guard index < limit else { return limit }
            guard unsafe bytes[index] == UInt8(ascii: "\"") else { continue }
            guard index + 1 < limit, unsafe bytes[index + 1] == UInt8(ascii: "\"") else { return index }
            _ = next()
        }
    }

    @inline(never) private mutating func look() {
        let count = min(SpecialBytes.byteCountAtOnce, limit - start)
        // SAFETY: so many bytes are there, and there is room for the place of each and 7 more.
        foundCount = unsafe csystem_places_of_4(
            bytes + start, count, UInt32(truncatingIfNeeded: start), delimiter, UInt8(ascii: "\""), 10, 13, found)
        given = 0
        start += count
    }
}
