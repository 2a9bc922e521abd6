// The temporary files of a file: `.book.pipeline.new-….tmp` in the same folder. Each is locked for as long as it is being
// written, and a lock goes with its process however that ends: what is found unlocked was left by a process that was
// killed, and the next write of the same file clears it away. Apart, because who writes is not who clears away.

/// What the temporary files of one file are called.
struct TemporaryName {
    /// Names end at 255 bytes: what would be longer goes without the file's own, and is never cleared away.
    private static let nameByteCountMax = 200
    private let folder: String
    private let start: String
    private let ending = ".tmp"

    /// The names for a file, links followed.
    init(for target: String) {
        let (folder, name) = NearNames.split(target)
        self.folder = folder == "/" ? "" : folder
        start = (name.utf8.count <= TemporaryName.nameByteCountMax ? "." + name : "") + ".new-"
    }

    /// Creates one of them, locked until it is closed where the file system has locks.
    func create(permissions: UInt32, _ fileSystem: any FileSystem) throws(FileError) -> FileDescriptor {
        for _ in 0..<100 {
            let digits = fileSystem.randomBytes().map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
            let path = folder + "/" + start + digits + ending
            let file = try fileSystem.open(path, .createNew(permissions: permissions))
            let isLocked = (try? fileSystem.lock(file)) ?? true
            do throws(FileError) {
                // Between creation and lock it looks like a leftover: somebody may have taken it for one.
                if isLocked, try fileSystem.status(path, followingLinks: false) != nil { return file }
            } catch {
                try? fileSystem.close(file)
                try? fileSystem.unlink(path)
                throw error
            }
            try? fileSystem.close(file)
        }
        throw FileError(.write, folder, code: FileError.exists)
    }

    /// Removes those whose writers are no more.
    func removeLeftovers(_ fileSystem: any FileSystem) {
        guard start != ".new-", let names = try? fileSystem.list(folder.isEmpty ? "/" : folder) else { return }
        for name in names where name.hasPrefix(start) && name.hasSuffix(ending) {
            let path = folder + "/" + name
            // Opening a pipe would wait for a writer.
            guard (try? fileSystem.status(path, followingLinks: false))?.kind == .regular,
                let file = try? fileSystem.open(path, .read)
            else { continue }
            if (try? fileSystem.lock(file)) == true { try? fileSystem.unlink(path) }
            try? fileSystem.close(file)
        }
    }
}
