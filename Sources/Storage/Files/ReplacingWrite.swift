// Writing a file so that at every moment the old or the new one is there, whole:
//
//   1  create a temporary file in the same folder (O_EXCL, random name, never through a link; umask respected), after
//      clearing away those that killed processes left of the same file
//   2  write, sync it
//   3  look whether the path is still what the caller read or expects
//   4  rename it over the path, sync the folder
//
// What fails before 4 leaves the old file untouched and removes the temporary one. A link is followed first, so that
// it keeps pointing to the new file. A replaced file's permissions are kept; one that nobody may write is refused.
// A companion of another file (its journal) is as private as that one from its first byte on.

/// What may be at the path that is written.
public enum Replacement: Hashable, Sendable {
    /// Nothing: a new file.
    case nothing
    /// The file that was opened, unchanged since.
    case opened(FileIdentity)
    /// Whatever is there.
    case anything
}

/// The file at the path is not the one that was opened.
struct ReplacedMeanwhile: Error {
    var path: String
}

extension FileSystem {
    /// Writes a file as a whole; gives what it then is, for the next `Replacement.opened`.
    ///
    /// A path that names a pipe or device is written directly when anything may be there. `permissions` are those of a
    /// new file, less what the umask takes.
    /// - Throws: `FileError`, `ReplacedMeanwhile`, and what `body` throws.
    func writeReplacing(
        _ path: String, _ expected: Replacement, permissions newPermissions: UInt32 = 0o666,
        _ body: (inout FileSink) throws -> Void
    ) throws -> FileIdentity {
        let before = try status(path, followingLinks: true)
        let target = before == nil ? path : try resolve(path)
        switch before?.kind {
        case .directory: throw FileError(.write, path, code: FileError.isDirectory)
        case .stream where expected == .anything: return try writeDirectly(target, body)
        default: break
        }
        try check(before, expected, path)
        if let before, before.permissions & 0o222 == 0 { throw FileError(.write, path, code: FileError.noPermission) }
        let folder = NearNames.split(target).folder
        let permissions = before.map { $0.permissions & 0o777 } ?? newPermissions
        let name = TemporaryName(for: target)
        name.removeLeftovers(self)
        let file: FileDescriptor
        do throws(FileError) {
            file = try name.create(permissions: permissions, self)
        } catch {
            // The path that was asked for says more than the temporary one.
            throw FileError(error.operation, path, code: error.code)
        }
        let temporary = file.path
        // Its lock says that it is being written: it is given up when the file has its name. What was synced is right
        // whatever closing says.
        defer { try? close(file) }
        do {
            if let before { try setPermissions(file, before.permissions & 0o777) }
            var sink = FileSink(file, self)
            try body(&sink)
            try sink.flush()
            try sync(file)
            let identity = try status(file).identity
            try check(status(target, followingLinks: true), expected, path)
            try rename(temporary, to: target, replacing: expected != .nothing)
            try syncDirectory(folder)
            return identity
        } catch {
            try? unlink(temporary)
            guard var failure = error as? FileError else { throw error }
            if failure.path == temporary { failure.path = path }
            throw failure
        }
    }

    private func check(_ found: FileStatus?, _ expected: Replacement, _ path: String) throws {
        switch expected {
        case .anything: return
        case .nothing: if found != nil { throw FileError(.write, path, code: FileError.exists) }
        case .opened(let identity): if found?.identity != identity { throw ReplacedMeanwhile(path: path) }
        }
    }

    private func writeDirectly(_ path: String, _ body: (inout FileSink) throws -> Void) throws -> FileIdentity {
        let file = try open(path, .write)
        do {
            var sink = FileSink(file, self)
            try body(&sink)
            try sink.flush()
            let identity = try status(file).identity
            try close(file)
            return identity
        } catch {
            try? close(file)
            throw error
        }
    }
}
