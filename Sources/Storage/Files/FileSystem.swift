// Every system call of Storage, one requirement each, so that a test can put a double in its place: one that fails
// the k-th call, one with a full disk, one that loses unsynced writes. LocalFileSystem is the real one.
// Rules: a call does what its system call does and no more; loops (short writes, whole files) are extensions,
// so that doubles see every single call. Errors carry the operation, the path and errno; words are made elsewhere.

/// An open file. A plain number: whoever opened it closes it.
public struct FileDescriptor: Hashable, Sendable {
    /// The descriptor's number.
    public let number: Int32
    /// The path it was opened with, for messages.
    public let path: String
    /// A descriptor.
    public init(number: Int32, path: String) {
        self.number = number
        self.path = path
    }
}

/// What a file is opened for.
public enum OpenMode: Hashable, Sendable {
    /// Reading an existing file.
    case read
    /// Writing to an existing pipe or device.
    case write
    /// Writing a file that must not exist yet, not even as a link.
    case createNew(permissions: UInt32)
    /// Reading and writing, created when missing. Never through a link at the last part of the path.
    case readWrite(permissions: UInt32)
}

/// What kind of thing a path names.
public enum FileKind: Hashable, Sendable {
    /// A file with bytes.
    case regular
    /// A folder.
    case directory
    /// A symbolic link (only told when links are not followed).
    case link
    /// A pipe, terminal or other device: readable once, without a known size.
    case stream
}

/// What is known about a file without reading it.
public struct FileStatus: Hashable, Sendable {
    /// The kind of thing.
    public var kind: FileKind
    /// Permission bits (0o777 and above).
    public var permissions: UInt32
    /// Which file it is, and in which state.
    public var identity: FileIdentity
    /// The number of bytes.
    public var byteCount: Int { identity.byteCount }
    /// A status.
    public init(kind: FileKind, permissions: UInt32, identity: FileIdentity) {
        self.kind = kind
        self.permissions = permissions
        self.identity = identity
    }
}

/// Which file a path leads to and in which state: another program's save or edit makes it differ.
public struct FileIdentity: Hashable, Sendable {
    /// The device's number.
    public var device: UInt64
    /// The inode's number.
    public var inode: UInt64
    /// The number of bytes.
    public var byteCount: Int
    /// Last change of content, in nanoseconds since 1970.
    public var modified: Int64
    /// An identity.
    public init(device: UInt64, inode: UInt64, byteCount: Int, modified: Int64) {
        self.device = device
        self.inode = inode
        self.byteCount = byteCount
        self.modified = modified
    }
}

/// The system calls that Storage makes.
public protocol FileSystem: Sendable {
    /// open(2).
    func open(_ path: String, _ mode: OpenMode) throws(FileError) -> FileDescriptor
    /// close(2). The descriptor is gone even when it fails.
    func close(_ file: FileDescriptor) throws(FileError)
    /// read(2) at the file's position: the bytes read, at most `byteCount`; none at the end.
    func read(_ file: FileDescriptor, byteCount: Int) throws(FileError) -> [UInt8]
    /// pread(2): the bytes read from that offset, at most `byteCount`; none at the end.
    func read(_ file: FileDescriptor, at offset: Int, byteCount: Int) throws(FileError) -> [UInt8]
    /// pread(2) into memory that is there: how many bytes were read; 0 at the end.
    func read(
        _ file: FileDescriptor, at offset: Int, into target: UnsafeMutableRawBufferPointer
    ) throws(FileError) -> Int
    /// write(2): how many bytes were written, perhaps fewer than given.
    func write(_ file: FileDescriptor, _ bytes: Span<UInt8>) throws(FileError) -> Int
    /// lseek(2) to an offset from the start.
    func seek(_ file: FileDescriptor, to offset: Int) throws(FileError)
    /// ftruncate(2).
    func truncate(_ file: FileDescriptor, to byteCount: Int) throws(FileError)
    /// fsync(2).
    func sync(_ file: FileDescriptor) throws(FileError)
    /// Opens a folder, syncs it and closes it: makes a rename or creation in it last.
    func syncDirectory(_ path: String) throws(FileError)
    /// fchmod(2).
    func setPermissions(_ file: FileDescriptor, _ permissions: UInt32) throws(FileError)
    /// fstat(2).
    func status(_ file: FileDescriptor) throws(FileError) -> FileStatus
    /// stat(2) or, not following a link, lstat(2); `nil` when nothing is there.
    func status(_ path: String, followingLinks: Bool) throws(FileError) -> FileStatus?
    /// rename(2); with `replacing` false it fails with EEXIST when the new path exists.
    func rename(_ path: String, to newPath: String, replacing: Bool) throws(FileError)
    /// unlink(2).
    func unlink(_ path: String) throws(FileError)
    /// mkdir(2).
    func makeDirectory(_ path: String, permissions: UInt32) throws(FileError)
    /// The names in a folder, without `.` and `..`, in no order.
    func list(_ path: String) throws(FileError) -> [String]
    /// realpath(3): the absolute path with every link followed.
    func resolve(_ path: String) throws(FileError) -> String
    /// mmap(2), read only and shared, from the file's start.
    func map(_ file: FileDescriptor, byteCount: Int) throws(FileError) -> MappedFile
    /// flock(2), exclusive, without waiting: false when another holds it. Closing the descriptor gives it up.
    func lock(_ file: FileDescriptor) throws(FileError) -> Bool
    /// 16 bytes nobody can foresee (getrandom(2)): names of temporary files, ids of books.
    func randomBytes() -> [UInt8]
}

extension FileSystem {
    /// What read(2) gave, copied: for a file system that has no memory of others to write to.
    public func read(
        _ file: FileDescriptor, at offset: Int, into target: UnsafeMutableRawBufferPointer
    ) throws(FileError) -> Int {
        let bytes = try read(file, at: offset, byteCount: target.count)
        unsafe target.copyBytes(from: bytes)
        return bytes.count
    }

    /// Writes all of the bytes, however short the single writes are.
    public func writeAll(_ file: FileDescriptor, _ bytes: Span<UInt8>) throws(FileError) {
        var written = 0
        while written < bytes.count {
            let count = try write(file, bytes.extracting(written..<bytes.count))
            // A write that takes nothing and reports no error would be repeated for ever.
            guard count > 0 else { throw FileError(.write, file.path, code: FileError.noSpace) }
            written += count
        }
    }

    /// The whole content of a file, a pipe or a device.
    public func readWhole(_ path: String, byteCountMax: Int = .max) throws(FileError) -> [UInt8] {
        let file = try open(path, .read)
        // What was read is right whatever closing says.
        defer { try? close(file) }
        return try readWhole(file, status(file), byteCountMax: byteCountMax)
    }

    /// The same of a file that is open, from its position on.
    func readWhole(
        _ file: FileDescriptor, _ status: FileStatus, byteCountMax: Int
    ) throws(FileError) -> [UInt8] {
        guard status.kind != .directory else { throw FileError(.read, file.path, code: FileError.isDirectory) }
        guard status.byteCount <= byteCountMax else { throw FileError(.read, file.path, code: FileError.tooLarge) }
        // One byte more than the file has: the read that finds the end is then the same one, and a file that
        // grows meanwhile is read on.
        var content = try read(file, byteCount: max(status.byteCount + 1, 1 << 16))
        var ended = content.isEmpty
        while !ended {
            let more = try read(file, byteCount: 1 << 20)
            ended = more.isEmpty
            content += more
            guard content.count <= byteCountMax else { throw FileError(.read, file.path, code: FileError.tooLarge) }
        }
        return content
    }
}
