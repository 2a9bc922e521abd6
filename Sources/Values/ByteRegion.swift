// Bytes with one owner: heap memory, or a part of a mapped file that is used in place. A class, because it owns;
// bytes leave it only inside a closure, because a pointer kept past its owner's last use reads freed memory.

import Synchronization

/// A fixed stretch of bytes, freed or unmapped when the last holder lets go.
///
/// Heap regions start zeroed, at a multiple of 64 bytes, and may be changed by a holder that knows it is the only
/// one. Mapped regions are never changed; they may carry a verification that runs once, before the first read.
@safe public final class ByteRegion: @unchecked Sendable {
    private enum State {
        static let unverified: UInt8 = 0
        static let sound: UInt8 = 1
    }

    private let start: UnsafeMutableRawPointer
    /// How many bytes it holds.
    public let byteCount: Int
    /// Whether a sole holder may change it: true for heap memory, false for mapped bytes.
    public let isWritable: Bool
    /// The checksum that the file states for exactly these bytes; `nil` where there is none.
    public let checksum: UInt64?
    /// What a reader found out about the bytes and left for the next one, in a number of its choosing: a hint that may be
    /// missing, never wrong. 0, which says nothing, from the start and after every change.
    public var note: UInt8 {
        get { noted.load(ordering: .acquiring) }
        set { noted.store(newValue, ordering: .releasing) }
    }
    private let noted = Atomic<UInt8>(0)
    private let owner: AnyObject?
    private let verification: (@Sendable (UnsafeRawBufferPointer) throws -> Void)?
    private let state: Atomic<UInt8>

    /// Zeroed heap memory of that many bytes (0 or more).
    public convenience init(byteCount: Int) {
        self.init(uninitialized: byteCount)
        unsafe start.initializeMemory(as: UInt8.self, repeating: 0, count: max(self.byteCount, 1))
    }

    /// Heap memory of that many bytes that hold anything: for a maker that writes every one of them.
    init(uninitialized byteCount: Int) {
        let count = max(0, byteCount)
        unsafe start = UnsafeMutableRawPointer.allocate(byteCount: max(count, 1), alignment: 64)
        self.byteCount = count
        isWritable = true
        checksum = nil
        owner = nil
        unsafe verification = nil
        state = Atomic(State.sound)
    }

    /// Heap memory with a copy of the bytes.
    public convenience init(copying bytes: UnsafeRawBufferPointer) {
        self.init(uninitialized: bytes.count)
        if let source = bytes.baseAddress, bytes.count > 0 {
            // SAFETY: start holds at least bytes.count bytes of its own.
            unsafe start.copyMemory(from: source, byteCount: bytes.count)
        }
    }

    /// Bytes in place, kept alive by `owner` (which unmaps them when it goes).
    ///
    /// `checksum` is what the file says of them. `verification` runs before the first read of this region, once if it succeeds; what it throws, the read throws.
    /// Threads that read at the same moment may both run it.
    public init(
        mapped bytes: UnsafeRawBufferPointer, owner: AnyObject, checksum: UInt64? = nil,
        verification: (@Sendable (UnsafeRawBufferPointer) throws -> Void)? = nil
    ) {
        if let address = bytes.baseAddress {
            unsafe start = UnsafeMutableRawPointer(mutating: address)
            byteCount = bytes.count
        } else {
            unsafe start = UnsafeMutableRawPointer.allocate(byteCount: 1, alignment: 64)
            byteCount = 0
        }
        isWritable = false
        self.checksum = checksum
        self.owner = owner
        unsafe self.verification = verification
        state = Atomic(unsafe verification == nil ? State.sound : State.unverified)
    }

    deinit {
        if isWritable || byteCount == 0 && owner == nil { unsafe start.deallocate() }
    }

    /// The address of the first byte, without verification: for readers that hold the region for as long as they
    /// use the address and have called `verify()`.
    @unsafe public var uncheckedStart: UnsafeRawPointer { unsafe UnsafeRawPointer(start) }

    /// Whether the bytes were found sound, or need no verification.
    public var isVerified: Bool { state.load(ordering: .acquiring) == State.sound }

    /// Runs the verification unless it has succeeded before.
    public func verify() throws {
        if isVerified { return }
        if let verification = unsafe verification {
            try unsafe verification(UnsafeRawBufferPointer(start: start, count: byteCount))
        }
        state.store(State.sound, ordering: .releasing)
    }

    /// Gives the bytes to `body`, after verifying them; they must not escape it.
    public func withBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) throws -> Result {
        try verify()
        // SAFETY: self owns the bytes and outlives the call.
        return try withExtendedLifetime(self) {
            try unsafe body(UnsafeRawBufferPointer(start: start, count: byteCount))
        }
    }

    /// Gives the bytes to `body` for change; only for a sole holder of a writable region, `nil` otherwise.
    public func withMutableBytes<Result>(_ body: (UnsafeMutableRawBufferPointer) throws -> Result) rethrows -> Result? {
        guard isWritable else { return nil }
        note = 0
        // SAFETY: self owns the bytes and outlives the call; the caller is the only holder.
        return try withExtendedLifetime(self) {
            try unsafe body(UnsafeMutableRawBufferPointer(start: start, count: byteCount))
        }
    }
}
