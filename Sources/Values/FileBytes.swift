// The bytes of a text file. A type of its own, because an array cannot be filled by several threads with errors of the
// reader's own kind, and because its bytes are passed to threads as one shared owner.

/// Bytes that never change, shared by all copies.
@safe public struct FileBytes: RandomAccessCollection, Sendable {
    @usableFromInline let region: ByteRegion
    // SAFETY: the bytes of `region`, for as long as that is held.
    @usableFromInline nonisolated(unsafe) let start: UnsafePointer<UInt8>
    /// How many there are.
    public let count: Int

    private init(_ region: ByteRegion) {
        self.region = region
        unsafe start = region.uncheckedStart.assumingMemoryBound(to: UInt8.self)
        count = region.byteCount
    }

    /// A copy of these bytes.
    public init(_ bytes: [UInt8]) { self.init(unsafe bytes.withUnsafeBytes { unsafe ByteRegion(copying: $0) }) }

    /// Bytes that `fill` writes, every one of them, into memory that holds anything yet.
    public init<Failure: Error>(
        byteCount: Int, fill: (UnsafeMutableRawBufferPointer) throws(Failure) -> Void
    ) throws(Failure) {
        let region = ByteRegion(uninitialized: byteCount)
        // SAFETY: nobody else knows the region yet.
        try unsafe fill(
            UnsafeMutableRawBufferPointer(
                mutating: UnsafeRawBufferPointer(start: region.uncheckedStart, count: region.byteCount)))
        self.init(region)
    }

    /// A copy as an array: by far faster than making one of it byte by byte.
    public var array: [UInt8] { withSpan { unsafe $0.withUnsafeBufferPointer { unsafe Array($0) } } }

    /// 0.
    @inlinable public var startIndex: Int { 0 }
    /// The number of bytes.
    @inlinable public var endIndex: Int { count }

    /// A byte.
    @inlinable public subscript(index: Int) -> UInt8 {
        precondition(index >= 0 && index < count)
        // SAFETY: the index is within the region, which is held meanwhile.
        return withExtendedLifetime(region) { unsafe start[index] }
    }

    /// Gives all bytes to `body`; they must not escape it.
    @inlinable @inline(__always)
    public func withSpan<Result, Failure: Error>(
        _ body: (Span<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        // SAFETY: the bytes are those of the region, which is held meanwhile.
        let bytes = unsafe UnsafeBufferPointer(start: start, count: count)
        defer { withExtendedLifetime(region) {} }
        return try body(unsafe Span(_unsafeElements: bytes))
    }

    /// Gives all bytes to `body`, as collections do that lie in one piece.
    @inlinable
    public func withContiguousStorageIfAvailable<Result>(
        _ body: (UnsafeBufferPointer<UInt8>) throws -> Result
    ) rethrows -> Result? {
        // SAFETY: as in `withSpan`.
        try withExtendedLifetime(region) { try unsafe body(UnsafeBufferPointer(start: start, count: count)) }
    }
}
