// The real file system. A call interrupted by a signal is made again; nothing else is decided here.
internal import CSystem
internal import Glibc

/// The operating system's files.
public struct LocalFileSystem: FileSystem {
    /// The operating system's files.
    public init() {}

    /// open(2).
    public func open(_ path: String, _ mode: OpenMode) throws(FileError) -> FileDescriptor {
        let flags: Int32
        var bits: UInt32 = 0
        switch mode {
        case .read: flags = O_RDONLY | O_CLOEXEC | O_NOCTTY
        case .write: flags = O_WRONLY | O_CLOEXEC | O_NOCTTY
        case .createNew(let permissions):
            flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC
            bits = permissions
        case .readWrite(let permissions):
            flags = O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC
            bits = permissions
        }
        let number = try call(.open, path) { unsafe Glibc.open(path, flags, mode_t(bits)) }
        return FileDescriptor(number: number, path: path)
    }

    /// close(2).
    public func close(_ file: FileDescriptor) throws(FileError) {
        // A child that another thread is about to start holds the descriptor until it runs its program: a lock would last
        // until then.
        _ = flock(file.number, LOCK_UN)
        // Not repeated after EINTR: Linux has freed the number by then and another thread may own it.
        if Glibc.close(file.number) != 0, errno != EINTR { throw FileError(.close, file.path, code: errno) }
    }

    /// read(2).
    public func read(_ file: FileDescriptor, byteCount: Int) throws(FileError) -> [UInt8] {
        try unsafe fill(file, byteCount) { unsafe Glibc.read(file.number, $0, $1) }
    }

    /// pread(2).
    public func read(_ file: FileDescriptor, at offset: Int, byteCount: Int) throws(FileError) -> [UInt8] {
        try unsafe fill(file, byteCount) { unsafe pread(file.number, $0, $1, off_t(offset)) }
    }

    /// pread(2) into memory that is there.
    public func read(
        _ file: FileDescriptor, at offset: Int, into target: UnsafeMutableRawBufferPointer
    ) throws(FileError) -> Int {
        try call(.read, file.path) { unsafe pread(file.number, target.baseAddress, target.count, off_t(offset)) }
    }

    /// write(2).
    public func write(_ file: FileDescriptor, _ bytes: Span<UInt8>) throws(FileError) -> Int {
        // SAFETY: the buffer is used within the call only.
        let count = try unsafe bytes.withUnsafeBufferPointer { buffer throws(FileError) in
            try call(.write, file.path) { unsafe Glibc.write(file.number, buffer.baseAddress, buffer.count) }
        }
        return count
    }

    /// lseek(2).
    public func seek(_ file: FileDescriptor, to offset: Int) throws(FileError) {
        _ = try call(.write, file.path) { lseek(file.number, off_t(offset), SEEK_SET) }
    }

    /// ftruncate(2).
    public func truncate(_ file: FileDescriptor, to byteCount: Int) throws(FileError) {
        _ = try call(.write, file.path) { ftruncate(file.number, off_t(byteCount)) }
    }

    /// fsync(2).
    public func sync(_ file: FileDescriptor) throws(FileError) {
        _ = try call(.sync, file.path) { fsync(file.number) }
    }

    /// Opens a folder, syncs it and closes it.
    public func syncDirectory(_ path: String) throws(FileError) {
        let number = try call(.sync, path) { unsafe Glibc.open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC) }
        defer { _ = Glibc.close(number) }
        _ = try call(.sync, path) { fsync(number) }
    }

    /// fchmod(2).
    public func setPermissions(_ file: FileDescriptor, _ permissions: UInt32) throws(FileError) {
        _ = try call(.write, file.path) { fchmod(file.number, mode_t(permissions)) }
    }

    /// fstat(2).
    public func status(_ file: FileDescriptor) throws(FileError) -> FileStatus {
        var found = stat()
        _ = try call(.look, file.path) { unsafe fstat(file.number, &found) }
        return LocalFileSystem.status(found)
    }

    /// stat(2) or lstat(2); `nil` when nothing is there.
    public func status(_ path: String, followingLinks: Bool) throws(FileError) -> FileStatus? {
        var found = stat()
        do throws(FileError) {
            _ = try call(.look, path) { unsafe followingLinks ? stat(path, &found) : lstat(path, &found) }
        } catch {
            guard error.code == ENOENT else { throw error }
            return nil
        }
        return LocalFileSystem.status(found)
    }

    /// rename(2), or renameat2(2) where nothing may be replaced.
    public func rename(_ path: String, to newPath: String, replacing: Bool) throws(FileError) {
        if replacing {
            _ = try call(.rename, newPath) { unsafe Glibc.rename(path, newPath) }
            return
        }
        do throws(FileError) {
            _ = try call(.rename, newPath) { unsafe csystem_rename_new(path, newPath) }
        } catch {
            // Some network file systems cannot do it in one step; then looking first is the best there is.
            guard error.code == EINVAL || error.code == ENOSYS else { throw error }
            guard try status(newPath, followingLinks: false) == nil else {
                throw FileError(.rename, newPath, code: EEXIST)
            }
            _ = try call(.rename, newPath) { unsafe Glibc.rename(path, newPath) }
        }
    }

    /// unlink(2).
    public func unlink(_ path: String) throws(FileError) {
        _ = try call(.remove, path) { unsafe Glibc.unlink(path) }
    }

    /// mkdir(2).
    public func makeDirectory(_ path: String, permissions: UInt32) throws(FileError) {
        _ = try call(.makeDirectory, path) { unsafe mkdir(path, mode_t(permissions)) }
    }

    /// The names in a folder.
    public func list(_ path: String) throws(FileError) -> [String] {
        // SAFETY: the folder is closed on every way out and its entries are copied before the next one is read.
        guard let folder = unsafe opendir(path) else { throw FileError(.look, path, code: errno) }
        defer { unsafe _ = closedir(folder) }
        var names: [String] = []
        while let entry = unsafe readdir(folder) {
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { field in
                unsafe field.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }

    /// realpath(3).
    public func resolve(_ path: String) throws(FileError) -> String {
        // SAFETY: realpath allocates the text, which is copied and freed here.
        guard let text = unsafe realpath(path, nil) else { throw FileError(.open, path, code: errno) }
        defer { unsafe free(text) }
        return unsafe String(cString: text)
    }

    /// flock(2), exclusive, without waiting.
    public func lock(_ file: FileDescriptor) throws(FileError) -> Bool {
        do throws(FileError) {
            _ = try call(.lock, file.path) { flock(file.number, LOCK_EX | LOCK_NB) }
        } catch {
            guard error.code == EWOULDBLOCK else { throw error }
            return false
        }
        return true
    }

    /// getrandom(2).
    public func randomBytes() -> [UInt8] {
        var generator = SystemRandomNumberGenerator()
        return (0..<16).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
    }

    /// Makes a call until it is not interrupted; a negative result is an error.
    func call<Result: FixedWidthInteger & SignedInteger>(
        _ operation: FileError.Operation, _ path: String, _ body: () -> Result
    ) throws(FileError) -> Result {
        while true {
            let result = body()
            if result >= 0 { return result }
            let code = errno
            if code != EINTR { throw FileError(operation, path, code: code) }
        }
    }

    private func fill(
        _ file: FileDescriptor, _ byteCount: Int, _ body: (UnsafeMutableRawPointer?, Int) -> Int
    ) throws(FileError) -> [UInt8] {
        var code: Int32 = 0
        // SAFETY: the call writes at most `byteCount` bytes and says how many, which become the array's count.
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: byteCount) { buffer, count in
            repeat {
                let result = unsafe body(UnsafeMutableRawPointer(buffer.baseAddress), byteCount)
                code = result < 0 ? errno : 0
                count = max(0, result)
            } while code == EINTR
        }
        guard code == 0 else { throw FileError(.read, file.path, code: code) }
        return bytes
    }

    private static func status(_ found: stat) -> FileStatus {
        let kind: FileKind
        switch found.st_mode & S_IFMT {
        case S_IFREG: kind = .regular
        case S_IFDIR: kind = .directory
        case S_IFLNK: kind = .link
        default: kind = .stream
        }
        let modified = Int64(found.st_mtim.tv_sec) &* 1_000_000_000 &+ Int64(found.st_mtim.tv_nsec)
        return FileStatus(
            kind: kind, permissions: UInt32(found.st_mode & 0o7777),
            identity: FileIdentity(
                device: UInt64(found.st_dev), inode: UInt64(found.st_ino), byteCount: Int(found.st_size),
                modified: modified))
    }
}
