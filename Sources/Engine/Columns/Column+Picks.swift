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
        try forEachNeighbours(rows) { places, reader in
            for place in places where rows[place] >= 0 && reader.isPresent(Int(rows[place]) & 0xFFFF) {
                values[place - rows.startIndex] = reader.integer(Int(rows[place]) & 0xFFFF)
            }
        }
        return values
    }

    /// The codes of the rows, in that order; 0 where a value is missing or the number negative.
    public func codes(at rows: ArraySlice<Int32>) throws -> [UInt32] {
        guard representation == .code else { throw EngineError.typeMismatch("codes of a \(type) column") }
        return try unsafe picked(rows, UInt32.self) { codes, places, reader in
            unsafe copied(rows[places], reader, codes) { UInt32(truncatingIfNeeded: $0) }
        }
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
        var values = try unsafe picked(rows, stored) { values, places, reader in
            let shift = UInt64(bitPattern: reader.base &- base)
            unsafe copied(rows[places], reader, values) { Stored(truncatingIfNeeded: $0 &+ shift) }
        }
        var presentCount = rows.count
        var validity: ByteSlice?
        if let marks = try marks(of: rows) {
            presentCount = MaskKernel.count(marks)
            for place in values.indices { values[place] &= 0 &- Stored(truncatingIfNeeded: marks[place]) }
            if presentCount < rows.count { validity = ByteSlice(copying: MaskKernel.pack(marks)) }
        }
        return Chunk(
            layout: ChunkLayout(
                representation: .integer, rowCount: rows.count, width: MemoryLayout<Stored>.size, base: base,
                minimum: presentCount == 0 ? .max : minimum, maximum: presentCount == 0 ? .min : maximum,
                missingCount: rows.count - presentCount),
            values: ByteSlice(copying: values), validity: validity, heapText: nil)
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
        var missingCount = rows.count
        let codes = try unsafe picked(rows, Stored.self) { codes, places, reader in
            unsafe copied(rows[places], reader, codes) { recoded[Int(truncatingIfNeeded: $0)] }
            for place in places.indices { missingCount -= unsafe codes[place - places.lowerBound] == 0 ? 0 : 1 }
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
        // Negative numbers are the greatest without a sign: two plain reductions.
        // SAFETY: the buffer is read within its bounds.
        let (first, last) = unsafe rows.withUnsafeBufferPointer { rows in
            var first = UInt32.max
            var last: Int32 = -1
            for place in 0..<rows.count {
                first = unsafe min(first, UInt32(bitPattern: rows[place]))
                last = unsafe max(last, rows[place])
            }
            return (first, last)
        }
        return last < 0 ? [] : chunks[min(Int(first) >> 16, chunks.count)..<min(Int(last) >> 16 + 1, chunks.count)]
    }

    /// An array with a value for each row of the list, zeros where `body` writes none: it gets where to write, the places
    /// of neighbours in the list, and the reader of the chunk that they lie in.
    @inline(__always) private func picked<Stored: FixedWidthInteger & BitwiseCopyable>(
        _ rows: ArraySlice<Int32>, _ stored: Stored.Type,
        _ body: (UnsafeMutablePointer<Stored>, Range<Int>, ChunkReader) -> Void
    ) throws -> [Stored] {
        // SAFETY: places lie within the list, which is as long as the array.
        try unsafe [Stored](unsafeUninitializedCapacity: rows.count) { values, count in
            unsafe values.initialize(repeating: 0)
            count = rows.count
            guard let start = values.baseAddress else { return }
            try forEachNeighbours(rows) { places, reader in
                unsafe body(start + (places.lowerBound - rows.startIndex), places, reader)
            }
        }
    }

    /// Writes `value(stored)` for the rows of one chunk: a bare loop, which leaves it to others to see what is missing (the
    /// ten biggest of a past day, see Benchmarks/as-of.py).
    // SAFETY: the rows are the reader's; `values` has a place for each of them.
    @inline(__always) private func copied<Stored>(
        _ rows: ArraySlice<Int32>, _ reader: ChunkReader, _ values: UnsafeMutablePointer<Stored>,
        _ value: (UInt64) -> Stored
    ) {
        switch reader.width {
        case 1: unsafe copied(rows, reader.values.assumingMemoryBound(to: UInt8.self), values, value)
        case 2: unsafe copied(rows, reader.values.assumingMemoryBound(to: UInt16.self), values, value)
        case 4: unsafe copied(rows, reader.values.assumingMemoryBound(to: UInt32.self), values, value)
        default: unsafe copied(rows, reader.values.assumingMemoryBound(to: UInt64.self), values, value)
        }
    }

    @inline(__always) private func copied<Source: FixedWidthInteger & UnsignedInteger, Stored>(
        _ rows: ArraySlice<Int32>, _ source: UnsafePointer<Source>, _ values: UnsafeMutablePointer<Stored>,
        _ value: (UInt64) -> Stored
    ) {
        unsafe rows.withUnsafeBufferPointer { rows in
            for place in 0..<rows.count where unsafe rows[place] >= 0 {
                unsafe values[place] = value(UInt64(truncatingIfNeeded: source[Int(rows[place]) & 0xFFFF]))
            }
        }
    }

    /// Which rows of the list have a value; `nil` where all have one.
    private func marks(of rows: ArraySlice<Int32>) throws -> Mask? {
        guard rows.contains(where: { $0 < 0 }) || chunks(of: rows).contains(where: { $0.layout.missingCount > 0 })
        else {
            return nil
        }
        return try unsafe picked(rows, UInt8.self) { marks, places, reader in
            unsafe rows[places].withUnsafeBufferPointer { rows in
                // SAFETY: the rows are the reader's.
                if let validity = unsafe reader.validity {
                    for place in 0..<rows.count where unsafe rows[place] >= 0 {
                        let row = unsafe Int(rows[place]) & 0xFFFF
                        unsafe marks[place] = validity[row >> 3] >> UInt8(row & 7) & 1
                    }
                } else {
                    for place in 0..<rows.count { unsafe marks[place] = rows[place] < 0 ? 0 : 1 }
                }
            }
        }
    }

    /// Calls `body` with the places of neighbours in the list and the reader of the one chunk that they lie in; negative
    /// numbers lie in every chunk.
    @inline(__always) private func forEachNeighbours(
        _ rows: ArraySlice<Int32>, _ body: (Range<Int>, ChunkReader) throws -> Void
    ) throws {
        try Cancellation.checkAmbient()
        let chunks = chunks
        var place = rows.startIndex
        while place < rows.endIndex {
            guard rows[place] >= 0 else {
                place += 1
                continue
            }
            let start = place
            let chunk = Int(rows[place]) >> 16
            guard chunk < chunks.count else { throw EngineError.typeMismatch("rows outside of the column") }
            let reader = try chunks[chunk].reader()
            let firstRow = Int32(truncatingIfNeeded: chunk << 16)
            let rowCount = UInt32(truncatingIfNeeded: reader.rowCount)
            // SAFETY: the places are those of the list.
            place += unsafe rows[place...].withUnsafeBufferPointer { rows in
                unsafe rows.firstIndex { $0 >= 0 && UInt32(bitPattern: $0 &- firstRow) >= rowCount } ?? rows.count
            }
            guard place > start else { throw EngineError.typeMismatch("rows outside of the column") }
            try body(start..<place, reader)
        }
        withExtendedLifetime(chunks) {}
    }
}

extension RowSet {
    /// The rows whose bit is set; 1,024 words for each chunk of rows, or none for none, bit r % 64 of word r ÷ 64 standing
    /// for its row r.
    public init(words: [[UInt64]]) {
        let counts = words.map { $0.reduce(0) { $0 + $1.nonzeroBitCount } }
        self.init(
            chunks: zip(words, counts).map { $1 == 0 ? .none : .bits($0) }, count: counts.reduce(0, +))
    }
}
