// The values of some rows of a column, given by a list in which negative numbers stand for "no row": what a table of the
// past is made of, for a million rows at a time. Beside `gathered`, which makes columns and knows no such gaps.
//
// The chunks made here have bounds that are those of the chunks picked from: loose, never wrong, and at no cost.

import Values

extension Column {
    /// The integers of the rows, in that order; `missing` where a value is missing or the number negative.
    public func integers(at rows: ArraySlice<Int32>, missing: Int64 = .min) throws -> [Int64] {
        guard representation == .integer else { throw EngineError.typeMismatch("integers of a \(type) column") }
        var values = [Int64](repeating: missing, count: rows.count)
        try forEachPick(rows) { place, reader, row in
            if reader.isPresent(row) { values[place] = reader.integer(row) }
        }
        return values
    }

    /// The codes of the rows, in that order; 0 where a value is missing or the number negative.
    public func codes(at rows: ArraySlice<Int32>) throws -> [UInt32] {
        guard representation == .code else { throw EngineError.typeMismatch("codes of a \(type) column") }
        var codes = [UInt32](repeating: 0, count: rows.count)
        try forEachPick(rows) { place, reader, row in codes[place] = reader.code(row) }
        return codes
    }

    /// A chunk of the integers of at most 65,536 rows.
    func integerChunk(at rows: ArraySlice<Int32>) throws -> Chunk {
        guard representation == .integer else { throw EngineError.typeMismatch("integers of a \(type) column") }
        let present = chunks(of: rows).filter { $0.layout.missingCount < $0.layout.rowCount }
        let minimum = present.map(\.layout.minimum).min() ?? .max
        let maximum = present.map(\.layout.maximum).max() ?? .min
        let (base, width) = Chunk.frame(minimum, maximum)
        switch width {
        case 1: return try integerChunk(at: rows, UInt8.self, base, minimum, maximum)
        case 2: return try integerChunk(at: rows, UInt16.self, base, minimum, maximum)
        case 4: return try integerChunk(at: rows, UInt32.self, base, minimum, maximum)
        default: return try integerChunk(at: rows, UInt64.self, base, minimum, maximum)
        }
    }

    @inline(__always) private func integerChunk<Stored: FixedWidthInteger & UnsignedInteger & BitwiseCopyable>(
        at rows: ArraySlice<Int32>, _ stored: Stored.Type, _ base: Int64, _ minimum: Int64, _ maximum: Int64
    ) throws -> Chunk {
        var values = [Stored](repeating: 0, count: rows.count)
        var bits = [UInt8](repeating: 0, count: (rows.count + 7) / 8)
        var presentCount = 0
        try forEachPick(rows) { place, reader, row in
            guard reader.isPresent(row) else { return }
            values[place] = Stored(truncatingIfNeeded: reader.integer(row) &- base)
            bits[place >> 3] |= 1 << UInt8(place & 7)
            presentCount += 1
        }
        let missingCount = rows.count - presentCount
        return Chunk(
            layout: ChunkLayout(
                representation: .integer, rowCount: rows.count, width: MemoryLayout<Stored>.size, base: base,
                minimum: presentCount == 0 ? .max : minimum, maximum: presentCount == 0 ? .min : maximum,
                missingCount: missingCount),
            values: ByteSlice(copying: values), validity: missingCount > 0 ? ByteSlice(copying: bits) : nil,
            heapText: nil)
    }

    /// A chunk of the codes of at most 65,536 rows, code c as `recoded[c]`.
    func codeChunk(at rows: ArraySlice<Int32>, recoded: [UInt32]) throws -> Chunk {
        guard representation == .code, recoded.count > dictionary.count else {
            throw EngineError.typeMismatch("codes of a \(type) column")
        }
        let maximum = recoded.max() ?? 0
        if maximum < 1 << 8 { return try codeChunk(at: rows, recoded.map { UInt8(truncatingIfNeeded: $0) }, maximum) }
        if maximum < 1 << 16 { return try codeChunk(at: rows, recoded.map { UInt16(truncatingIfNeeded: $0) }, maximum) }
        return try codeChunk(at: rows, recoded, maximum)
    }

    @inline(__always) private func codeChunk<Stored: FixedWidthInteger & UnsignedInteger & BitwiseCopyable>(
        at rows: ArraySlice<Int32>, _ recoded: [Stored], _ maximum: UInt32
    ) throws -> Chunk {
        var codes = [Stored](repeating: 0, count: rows.count)
        var missingCount = rows.count
        try forEachPick(rows) { place, reader, row in
            let code = recoded[Int(reader.code(row))]
            codes[place] = code
            missingCount -= code == 0 ? 0 : 1
        }
        let none = missingCount == rows.count
        return Chunk(
            layout: ChunkLayout(
                representation: .code, rowCount: rows.count, width: MemoryLayout<Stored>.size,
                minimum: none ? .max : 1, maximum: none ? .min : Int64(maximum), missingCount: missingCount),
            values: ByteSlice(copying: codes), validity: nil, heapText: nil)
    }

    /// The chunks that the rows lie in.
    private func chunks(of rows: ArraySlice<Int32>) -> ArraySlice<Chunk> {
        var first = Int32.max
        var last: Int32 = -1
        for row in rows where row >= 0 {
            first = min(first, row)
            last = max(last, row)
        }
        return last < 0 ? [] : chunks[min(Int(first) >> 16, chunks.count)..<min(Int(last) >> 16 + 1, chunks.count)]
    }

    /// Calls `body` with the place in the list, the chunk's reader and the row within it, for every row that is one.
    @inline(__always) private func forEachPick(
        _ rows: ArraySlice<Int32>, _ body: (Int, ChunkReader, Int) -> Void
    ) throws {
        try Cancellation.checkAmbient()
        let chunks = chunks
        var place = rows.startIndex
        while place < rows.endIndex {
            guard rows[place] >= 0 else {
                place += 1
                continue
            }
            // Neighbours are mostly of one chunk: its reader is made once for all of them.
            let index = Int(rows[place]) >> 16
            guard index < chunks.count else { throw EngineError.typeMismatch("rows outside of the column") }
            let reader = try chunks[index].reader()
            while place < rows.endIndex {
                let row = Int(rows[place])
                if row >= 0 {
                    guard row >> 16 == index else { break }
                    guard row & 0xFFFF < reader.rowCount else {
                        throw EngineError.typeMismatch("rows outside of the column")
                    }
                    body(place - rows.startIndex, reader, row & 0xFFFF)
                }
                place += 1
            }
        }
        withExtendedLifetime(chunks) {}
    }
}

extension RowSet {
    /// The rows whose bit is set; 1,024 words for each chunk of rows, bit r % 64 of word r ÷ 64 standing for its row r.
    public init(words: [[UInt64]]) {
        let counts = words.map { $0.reduce(0) { $0 + $1.nonzeroBitCount } }
        self.init(
            chunks: zip(words, counts).map { $1 == 0 ? .none : .bits($0) }, count: counts.reduce(0, +))
    }
}
