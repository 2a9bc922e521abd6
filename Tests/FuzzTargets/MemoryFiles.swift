// Files in memory, as little as reading and saving a snapshot needs: fuzzing makes hundreds of them a second.

public import Storage
import Synchronization

/// Named bytes.
public final class MemoryFiles: FileSystem {
    private struct State {
        var files: [String: [UInt8]]
        var open: [Int32: (path: String, position: Int)] = [:]
        var next: Int32 = 3
    }

    private let state: Mutex<State>

    /// Files with these bytes.
    public init(_ files: [String: [UInt8]]) { state = Mutex(State(files: files)) }

    /// The bytes of a file.
    public func bytes(_ path: String) -> [UInt8]? { state.withLock { $0.files[path] } }

    private func refuse(_ operation: FileError.Operation, _ path: String) -> FileError {
        FileError(operation, path, code: FileError.notFound)
    }

    private func status(_ bytes: [UInt8]) -> FileStatus {
        FileStatus(
            kind: .regular, permissions: 0o644,
            identity: FileIdentity(device: 1, inode: 1, byteCount: bytes.count, modified: 0))
    }

    /// open(2).
    public func open(_ path: String, _ mode: OpenMode) throws(FileError) -> FileDescriptor {
        let number: Int32? = state.withLock { state in
            if state.files[path] == nil {
                if mode == .read || mode == .write { return nil }
                state.files[path] = []
            }
            state.next += 1
            state.open[state.next] = (path, 0)
            return state.next
        }
        guard let number else { throw refuse(.open, path) }
        return FileDescriptor(number: number, path: path)
    }

    /// close(2).
    public func close(_ file: FileDescriptor) throws(FileError) {
        state.withLock { _ = $0.open.removeValue(forKey: file.number) }
    }

    /// read(2).
    public func read(_ file: FileDescriptor, byteCount: Int) throws(FileError) -> [UInt8] {
        let position = state.withLock { $0.open[file.number]?.position ?? 0 }
        let bytes = try read(file, at: position, byteCount: byteCount)
        state.withLock { $0.open[file.number]?.position += bytes.count }
        return bytes
    }

    /// pread(2).
    public func read(_ file: FileDescriptor, at offset: Int, byteCount: Int) throws(FileError) -> [UInt8] {
        let bytes = content(file)
        return Array(bytes[min(offset, bytes.count)..<min(offset + byteCount, bytes.count)])
    }

    private func content(_ file: FileDescriptor) -> [UInt8] {
        state.withLock { state in state.open[file.number].flatMap { state.files[$0.path] } ?? [] }
    }

    /// write(2).
    public func write(_ file: FileDescriptor, _ bytes: Span<UInt8>) throws(FileError) -> Int {
        let copy = bytes.indices.map { bytes[$0] }
        state.withLock { state in
            guard let open = state.open[file.number], var content = state.files[open.path] else { return }
            let end = open.position + copy.count
            if content.count < end { content += [UInt8](repeating: 0, count: end - content.count) }
            content.replaceSubrange(open.position..<end, with: copy)
            state.files[open.path] = content
            state.open[file.number]?.position = end
        }
        return copy.count
    }

    /// lseek(2).
    public func seek(_ file: FileDescriptor, to offset: Int) throws(FileError) {
        state.withLock { $0.open[file.number]?.position = offset }
    }

    /// ftruncate(2).
    public func truncate(_ file: FileDescriptor, to byteCount: Int) throws(FileError) {
        state.withLock { state in
            guard let path = state.open[file.number]?.path, let content = state.files[path] else { return }
            let missing = [UInt8](repeating: 0, count: max(0, byteCount - content.count))
            state.files[path] = Array(content.prefix(byteCount)) + missing
        }
    }

    /// fsync(2).
    public func sync(_ file: FileDescriptor) throws(FileError) {}
    /// fsync(2) of a folder.
    public func syncDirectory(_ path: String) throws(FileError) {}
    /// fchmod(2).
    public func setPermissions(_ file: FileDescriptor, _ permissions: UInt32) throws(FileError) {}
    /// fstat(2).
    public func status(_ file: FileDescriptor) throws(FileError) -> FileStatus { status(content(file)) }
    /// stat(2).
    public func status(_ path: String, followingLinks: Bool) throws(FileError) -> FileStatus? {
        bytes(path).map { status($0) }
    }
    /// rename(2).
    public func rename(_ path: String, to newPath: String, replacing: Bool) throws(FileError) {
        state.withLock { $0.files[newPath] = $0.files.removeValue(forKey: path) }
    }
    /// unlink(2).
    public func unlink(_ path: String) throws(FileError) { state.withLock { _ = $0.files.removeValue(forKey: path) } }
    /// mkdir(2).
    public func makeDirectory(_ path: String, permissions: UInt32) throws(FileError) {}
    /// readdir(3).
    public func list(_ path: String) throws(FileError) -> [String] { [] }
    /// realpath(3).
    public func resolve(_ path: String) throws(FileError) -> String { path }
    /// mmap(2).
    public func map(_ file: FileDescriptor, byteCount: Int) throws(FileError) -> MappedFile {
        MappedFile(copying: Array(content(file).prefix(byteCount)))
    }
    /// flock(2).
    public func lock(_ file: FileDescriptor) throws(FileError) -> Bool { true }
    /// getrandom(2).
    public func randomBytes() -> [UInt8] { [UInt8](repeating: 0, count: 15) + [1] }
}
