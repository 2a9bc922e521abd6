// Up to 65,536 rows of one column. Integers lie as base + unsigned 1, 2, 4 or 8 bytes, so that money, days and counts
// take the memory bandwidth that they need and no more.
//
//   ┌ layout ┐   values    [v0 v1 v2 …          spare]   heap, or a slice of a mapped file
//                validity  [bits…]                       only when something is missing
//                text      [bytes…]                      only for text; values are then offsets
//
// Invariants: slices are at least as long as the layout says; a missing row holds 0 in `values`; bounds hold.

public import Values

/// Rows of one column, with a description of their bytes.
public struct Chunk: Sendable {
    /// What the bytes mean.
    public internal(set) var layout: ChunkLayout
    var values: ByteSlice
    var validity: ByteSlice?
    var text: ByteSlice?

    /// A chunk over existing bytes, such as parts of a mapped file, used in place.
    ///
    /// Checks the layout and the sizes; the contents are the region's verification's business
    /// (`ChunkLayout.contentFault`). `values` must begin at a multiple of 8 in memory.
    public init(layout: ChunkLayout, values: ByteSlice, validity: ByteSlice?, text: ByteSlice?) throws(EngineError) {
        if let fault = layout.fault { throw .damaged(fault) }
        guard values.byteCount >= layout.valuesByteCount, (validity?.byteCount ?? 0) >= layout.validityByteCount,
            (text?.byteCount ?? 0) >= layout.textByteCount
        else { throw .damaged("a chunk with too few bytes") }
        // SAFETY: only the address itself is looked at.
        guard unsafe Int(bitPattern: values.region.uncheckedStart + values.offset) % 8 == 0 else {
            throw .damaged("a chunk at an odd address")
        }
        self.layout = layout
        self.values = values
        self.validity = layout.hasValidity ? validity : nil
        self.text = layout.representation == .text ? text ?? ByteSlice(byteCount: 0) : nil
    }

    init(layout: ChunkLayout, values: ByteSlice, validity: ByteSlice?, heapText text: ByteSlice?) {
        self.layout = layout
        self.values = values
        self.validity = validity
        self.text = text
    }

    /// The number of rows.
    public var rowCount: Int { layout.rowCount }

    /// Gives exactly the bytes of `values`, as the layout describes them; for writing them to a file.
    public func withValues<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) throws -> Result {
        try unsafe values.withBytes { bytes in
            try unsafe body(UnsafeRawBufferPointer(rebasing: bytes[..<layout.valuesByteCount]))
        }
    }

    /// Gives exactly the bytes of `validity`, if there are any.
    public func withValidity<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) throws -> Result? {
        guard layout.hasValidity, let validity else { return nil }
        return try unsafe validity.withBytes { bytes in
            try unsafe body(UnsafeRawBufferPointer(rebasing: bytes[..<layout.validityByteCount]))
        }
    }

    /// Gives exactly the bytes of `text`, if the chunk holds text.
    public func withText<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) throws -> Result? {
        guard let text else { return nil }
        return try unsafe text.withBytes { bytes in
            try unsafe body(UnsafeRawBufferPointer(rebasing: bytes[..<layout.textByteCount]))
        }
    }

    /// The region that holds the whole chunk and whose pieces begin at these offsets, as it was when the chunk was made
    /// over it; `nil` for a chunk that has changed since or lies otherwise. A snapshot writer copies such bytes as they are.
    public func region(validityAt: Int, textAt: Int) -> ByteRegion? {
        func lies(_ slice: ByteSlice?, _ offset: Int, _ byteCount: Int) -> Bool {
            guard let slice else { return true }
            return slice.region === values.region && slice.offset == offset && slice.byteCount == byteCount
        }
        guard lies(values, 0, layout.valuesByteCount), lies(validity, validityAt, layout.validityByteCount),
            lies(text, textAt, layout.textByteCount)
        else { return nil }
        return values.region
    }

    /// Whether another chunk is this very one: same bytes in memory, not merely equal ones.
    public func isIdentical(to other: Chunk) -> Bool {
        layout == other.layout && values.region === other.values.region && values.offset == other.values.offset
            && validity?.region === other.validity?.region && text?.region === other.text?.region
    }

    /// A reader of the bytes; verifies their regions. It is valid for as long as the chunk is held.
    func reader() throws -> ChunkReader { try ChunkReader(self) }
}

/// Raw access to the bytes of a chunk that somebody else holds for the time being; they are only read.
@safe struct ChunkReader: @unchecked Sendable {
    let representation: Representation
    let width: Int
    let base: Int64
    let rowCount: Int
    let minimum: Int64
    let maximum: Int64
    let missingCount: Int
    let textByteCount: Int
    let values: UnsafeRawPointer
    let validity: UnsafePointer<UInt8>?
    let text: UnsafePointer<UInt8>?

    fileprivate init(_ chunk: Chunk) throws {
        let layout = chunk.layout
        representation = layout.representation
        width = layout.width
        base = layout.base
        rowCount = layout.rowCount
        minimum = layout.minimum
        maximum = layout.maximum
        missingCount = layout.missingCount
        textByteCount = layout.textByteCount
        unsafe values = try chunk.values.address()
        if layout.hasValidity, let slice = chunk.validity {
            unsafe validity = try slice.address().assumingMemoryBound(to: UInt8.self)
        } else {
            unsafe validity = nil
        }
        unsafe text = try chunk.text?.address().assumingMemoryBound(to: UInt8.self)
    }

    /// Whether the row has a value. `row` must be below `rowCount`, here and below.
    @inline(__always) func isPresent(_ row: Int) -> Bool {
        if let validity = unsafe validity {
            return unsafe validity[row >> 3] >> UInt8(truncatingIfNeeded: row & 7) & 1 != 0
        }
        return representation != .code || code(row) != 0
    }

    /// The unsigned stored value.
    @inline(__always) func unsigned(_ row: Int) -> UInt64 {
        switch width {
        case 1: unsafe UInt64(values.assumingMemoryBound(to: UInt8.self)[row])
        case 2: unsafe UInt64(values.assumingMemoryBound(to: UInt16.self)[row])
        case 4: unsafe UInt64(values.assumingMemoryBound(to: UInt32.self)[row])
        default: unsafe values.assumingMemoryBound(to: UInt64.self)[row]
        }
    }

    /// Calls `body(place, unsigned)` for the stored values of rows within the chunk, `place` counting from 0.
    @inline(__always) func forEachUnsigned(_ rows: Range<Int>, _ body: (Int, UInt64) -> Void) {
        switch width {
        case 1: unsafe each(values.assumingMemoryBound(to: UInt8.self), rows, body)
        case 2: unsafe each(values.assumingMemoryBound(to: UInt16.self), rows, body)
        case 4: unsafe each(values.assumingMemoryBound(to: UInt32.self), rows, body)
        default: unsafe each(values.assumingMemoryBound(to: UInt64.self), rows, body)
        }
    }

    @inline(__always) private func each<Stored: FixedWidthInteger & UnsignedInteger>(
        _ stored: UnsafePointer<Stored>, _ rows: Range<Int>, _ body: (Int, UInt64) -> Void
    ) {
        for row in rows { body(row - rows.lowerBound, unsafe UInt64(truncatingIfNeeded: stored[row])) }
    }

    @inline(__always) func integer(_ row: Int) -> Int64 { base &+ Int64(bitPattern: unsigned(row)) }
    @inline(__always) func code(_ row: Int) -> UInt32 { UInt32(truncatingIfNeeded: unsigned(row)) }
    @inline(__always) func real(_ row: Int) -> Double { unsafe values.assumingMemoryBound(to: Double.self)[row] }

    /// The bytes of the row's text, clamped to the chunk's bytes whatever the offsets say.
    @inline(__always) func textBytes(_ row: Int) -> UnsafeBufferPointer<UInt8> {
        let offsets = unsafe values.assumingMemoryBound(to: UInt32.self)
        let start = unsafe min(Int(offsets[row]), textByteCount)
        let end = unsafe max(start, min(Int(offsets[row + 1]), textByteCount))
        guard let text = unsafe text else { return unsafe UnsafeBufferPointer(start: nil, count: 0) }
        return unsafe UnsafeBufferPointer(start: text + start, count: end - start)
    }
}
