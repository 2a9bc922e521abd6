// The bytes of a file in memory without having been read: pages come when touched. A class, because it is the one
// shared owner of the mapping; whoever uses its bytes holds it. The file may be renamed over or deleted meanwhile
// (the mapping keeps the old bytes); it must not be cut or overwritten in place.
internal import Glibc

/// A file's bytes, read only, for as long as this object lives.
@safe public final class MappedFile: @unchecked Sendable {
    // SAFETY: immutable after init; `base` is valid for `byteCount` bytes until deinit.
    private let base: UnsafeRawPointer
    /// The number of bytes.
    public let byteCount: Int
    private let release: Release

    private enum Release {
        case unmap
        case free
    }

    /// Takes over a mapping made by mmap(2).
    init(mapping base: UnsafeRawPointer, byteCount: Int) {
        unsafe self.base = unsafe base
        self.byteCount = byteCount
        self.release = .unmap
    }

    /// A copy of bytes in place of a mapping: for doubles of the file system.
    public init(copying bytes: [UInt8]) {
        // SAFETY: allocated for at least `bytes.count` bytes, aligned as a page is; freed in deinit.
        let memory = UnsafeMutableRawPointer.allocate(byteCount: max(bytes.count, 1), alignment: 4096)
        unsafe bytes.withUnsafeBytes { source in
            if let start = source.baseAddress { unsafe memory.copyMemory(from: start, byteCount: source.count) }
        }
        unsafe self.base = UnsafeRawPointer(memory)
        self.byteCount = bytes.count
        self.release = .free
    }

    deinit {
        switch release {
        case .unmap: unsafe _ = munmap(UnsafeMutableRawPointer(mutating: base), byteCount)
        case .free: unsafe UnsafeMutableRawPointer(mutating: base).deallocate()
        }
    }

    /// All bytes, for a holder of this object.
    var unsafeBytes: UnsafeRawBufferPointer { unsafe UnsafeRawBufferPointer(start: base, count: byteCount) }

    /// Lets the memory of bytes of a mapping go until they are touched again: they come back from the file then.
    func release(_ bytes: UnsafeRawBufferPointer) {
        guard case .unmap = release, let address = bytes.baseAddress else { return }
        let pageSize = Int(getpagesize())
        // SAFETY: whole pages of this mapping; the file is not changed in place, so that they read the same again.
        let start = (Int(bitPattern: address) + pageSize - 1) / pageSize * pageSize
        let end = (Int(bitPattern: address) + bytes.count) / pageSize * pageSize
        guard start < end, let first = unsafe UnsafeMutableRawPointer(bitPattern: start) else { return }
        unsafe _ = madvise(first, end - start, MADV_DONTNEED)
    }

    /// Gives all bytes to `body`; they must not escape it.
    public func withBytes<Result>(_ body: (Span<UInt8>) throws -> Result) rethrows -> Result {
        // SAFETY: self owns the bytes and outlives the call.
        try withExtendedLifetime(self) {
            try unsafe UnsafeBufferPointer(start: base.assumingMemoryBound(to: UInt8.self), count: byteCount)
                .withSpan(body)
        }
    }
}

extension UnsafeBufferPointer {
    fileprivate func withSpan<Result>(_ body: (Span<Element>) throws -> Result) rethrows -> Result {
        // SAFETY: the span is used within the call only; the caller keeps the memory.
        try unsafe body(Span(_unsafeElements: self))
    }
}

extension LocalFileSystem {
    /// mmap(2), read only and shared, from the file's start.
    public func map(_ file: FileDescriptor, byteCount: Int) throws(FileError) -> MappedFile {
        guard byteCount > 0 else { return MappedFile(copying: []) }
        // SAFETY: a fresh mapping that nobody else knows; MappedFile unmaps it.
        let base = unsafe mmap(nil, byteCount, PROT_READ, MAP_SHARED, file.number, 0)
        guard let base = unsafe base, unsafe base != MAP_FAILED else {
            throw FileError(.read, file.path, code: errno)
        }
        return unsafe MappedFile(mapping: UnsafeRawPointer(base), byteCount: byteCount)
    }
}
