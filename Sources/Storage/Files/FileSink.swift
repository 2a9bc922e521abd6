// Where a writer's bytes go on their way to a file: collected to large writes, counted, so that a writer knows the
// offset of everything it writes.

/// A buffered, append-only way into an open file.
public struct FileSink {
    private static let bufferByteCount = 1 << 20
    private let file: FileDescriptor
    private let fileSystem: any FileSystem
    private var buffer: [UInt8] = []
    private var flushedCount = 0

    init(_ file: FileDescriptor, _ fileSystem: any FileSystem) {
        self.file = file
        self.fileSystem = fileSystem
        buffer.reserveCapacity(FileSink.bufferByteCount)
    }

    /// How many bytes were appended: the offset of the next one.
    public var byteCount: Int { flushedCount + buffer.count }

    /// Appends bytes.
    public mutating func append(_ bytes: [UInt8]) throws(FileError) { try append(bytes.span) }

    /// Appends bytes.
    public mutating func append(_ bytes: Span<UInt8>) throws(FileError) {
        if bytes.count >= FileSink.bufferByteCount {
            try flush()
            try fileSystem.writeAll(file, bytes)
            flushedCount += bytes.count
            return
        }
        if buffer.count + bytes.count > FileSink.bufferByteCount { try flush() }
        // SAFETY: the pointer is used within the call only.
        unsafe bytes.withUnsafeBufferPointer { unsafe buffer.append(contentsOf: $0) }
    }

    /// Appends zeros up to a multiple of `alignment`.
    mutating func pad(to alignment: Int) throws(FileError) {
        let rest = byteCount % alignment
        if rest > 0 { try append([UInt8](repeating: 0, count: alignment - rest)) }
    }

    /// Writes what is buffered, then bytes in the place of the file's first ones.
    mutating func rewriteStart(_ bytes: [UInt8]) throws(FileError) {
        try flush()
        try fileSystem.seek(file, to: 0)
        try fileSystem.writeAll(file, bytes.span)
        try fileSystem.seek(file, to: flushedCount)
    }

    mutating func flush() throws(FileError) {
        guard !buffer.isEmpty else { return }
        try fileSystem.writeAll(file, buffer.span)
        flushedCount += buffer.count
        buffer.removeAll(keepingCapacity: true)
    }
}
