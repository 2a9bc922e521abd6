// A set of row numbers, chunk by chunk: which rows are deleted, which a condition has selected. Dense chunks are
// bitmaps, sparse ones lists, so that a rare selection costs what it holds.

import Values

/// Which rows of one chunk are meant.
enum ChunkRows: Sendable {
    /// None of them.
    case none
    /// Every row.
    case all
    /// 1,024 words; bit r % 64 of word r ÷ 64 stands for row r.
    case bits([UInt64])
    /// Ascending row numbers within the chunk.
    case list([UInt16])

    func contains(_ row: Int) -> Bool {
        switch self {
        case .none: false
        case .all: true
        case .bits(let words): words[row >> 6] >> UInt64(row & 63) & 1 != 0
        case .list(let rows):
            unsafe rows.withUnsafeBufferPointer { buffer in
                var low = 0
                var high = buffer.count
                while low < high {
                    let middle = (low + high) / 2
                    if unsafe Int(buffer[middle]) < row { low = middle + 1 } else { high = middle }
                }
                return unsafe low < buffer.count && Int(buffer[low]) == row
            }
        }
    }
}

/// A set of rows of a table.
public struct RowSet: Sendable {
    var chunks: [ChunkRows]
    /// The number of rows in the set.
    public internal(set) var count: Int

    /// No rows.
    public init() {
        chunks = []
        count = 0
    }

    init(chunks: [ChunkRows], count: Int) {
        self.chunks = chunks
        self.count = count
    }

    /// The rows given, in any order.
    public init(_ rows: some Sequence<Int>) {
        self.init()
        for row in rows { insert(row) }
    }

    /// Whether no row is in it.
    public var isEmpty: Bool { count == 0 }

    /// Whether the row is in the set.
    public func contains(_ row: Int) -> Bool {
        row >= 0 && row >> 16 < chunks.count && chunks[row >> 16].contains(row & 0xFFFF)
    }

    /// Whether any row of a range is in the set.
    public func overlaps(_ range: Range<Int>) -> Bool {
        var first = range.lowerBound
        while first < range.upperBound, first >> 16 < chunks.count {
            let end = min(range.upperBound, (first >> 16 + 1) << 16)
            switch chunks[first >> 16] {
            case .none: break
            case .all: return true
            case .bits(let words) where end - first == Limits.chunkRowCount:
                if words.contains(where: { $0 != 0 }) { return true }
            case .bits, .list: if (first..<end).contains(where: { contains($0) }) { return true }
            }
            first = end
        }
        return false
    }

    /// Adds a row (0 or more); says whether it was new.
    @discardableResult public mutating func insert(_ row: Int) -> Bool {
        guard row >= 0, row < Limits.tableRowCountMax, !contains(row) else { return false }
        while chunks.count <= row >> 16 { chunks.append(.none) }
        var words = takeBits(row >> 16)
        words[(row & 0xFFFF) >> 6] |= 1 << UInt64(row & 63)
        chunks[row >> 16] = .bits(words)
        count += 1
        return true
    }

    /// Removes a row; says whether it was there.
    @discardableResult public mutating func remove(_ row: Int) -> Bool {
        guard contains(row) else { return false }
        var words = takeBits(row >> 16)
        words[(row & 0xFFFF) >> 6] &= ~(1 << UInt64(row & 63))
        chunks[row >> 16] = .bits(words)
        count -= 1
        return true
    }

    /// All rows, ascending.
    public var rows: [Int] {
        var result: [Int] = []
        result.reserveCapacity(count)
        for (index, chunk) in chunks.enumerated() {
            let first = index << 16
            switch chunk {
            case .none: break
            case .all: result.append(contentsOf: first..<first + Limits.chunkRowCount)
            case .list(let list): for row in list { result.append(first + Int(row)) }
            case .bits(let words):
                for (place, word) in words.enumerated() {
                    var rest = word
                    while rest != 0 {
                        result.append(first + place << 6 + rest.trailingZeroBitCount)
                        rest &= rest - 1
                    }
                }
            }
        }
        return result
    }

    /// The bits of a chunk, taken out of it so that they can be changed in place.
    private mutating func takeBits(_ index: Int) -> [UInt64] {
        let chunk = chunks[index]
        chunks[index] = .none
        switch chunk {
        case .bits(let words): return words
        case .none: return Array(repeating: 0, count: Limits.chunkRowCount / 64)
        case .all: return Array(repeating: ~0, count: Limits.chunkRowCount / 64)
        case .list(let rows):
            var words = Array(repeating: UInt64(0), count: Limits.chunkRowCount / 64)
            for row in rows { words[Int(row) >> 6] |= 1 << UInt64(row & 63) }
            return words
        }
    }
}
