// A part of a byte region. Chunks are made of slices, so that the values of a chunk may lie on the heap or in the
// middle of a mapped file without any other code knowing.

public import Values

/// A range of bytes within a region.
public struct ByteSlice: Sendable {
    /// The owner of the bytes.
    public internal(set) var region: ByteRegion
    /// Where the slice begins in the region.
    public let offset: Int
    /// How many bytes it holds.
    public let byteCount: Int

    /// A range of a region; `nil` when it does not lie within it.
    public init?(_ region: ByteRegion, offset: Int, byteCount: Int) {
        guard offset >= 0, byteCount >= 0, offset <= region.byteCount, byteCount <= region.byteCount - offset else {
            return nil
        }
        self.region = region
        self.offset = offset
        self.byteCount = byteCount
    }

    /// All bytes of a region.
    public init(_ region: ByteRegion) {
        self.region = region
        offset = 0
        byteCount = region.byteCount
    }

    /// New zeroed heap memory.
    init(byteCount: Int) { self.init(ByteRegion(byteCount: byteCount)) }

    /// New heap memory with the elements' bytes.
    init<Element: BitwiseCopyable>(copying elements: [Element]) {
        self.init(unsafe elements.withUnsafeBytes { unsafe ByteRegion(copying: $0) })
    }

    /// Gives the bytes to `body`, after verifying their region; they must not escape it.
    public func withBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) throws -> Result {
        try unsafe region.withBytes { bytes in
            // SAFETY: the range lies within the region since init.
            try unsafe body(UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + byteCount]))
        }
    }

    /// The address of the first byte, for readers that keep the region alive themselves; verifies the region.
    func address() throws -> UnsafeRawPointer {
        try region.verify()
        return unsafe region.uncheckedStart + offset
    }

    /// Whether the bytes may be changed in place: a heap region of which this slice is the only holder.
    mutating func isChangeable() -> Bool { region.isWritable && isKnownUniquelyReferenced(&region) }

    /// The address for change; only after `isChangeable`.
    func mutableAddress() -> UnsafeMutableRawPointer {
        region.note = 0
        return unsafe UnsafeMutableRawPointer(mutating: region.uncheckedStart + offset)
    }
}
