// A system call that failed: which, on what, and errno. The words for people are made here too, in one place,
// because every user of files needs the same ones.
internal import Glibc
public import Values

/// A failed system call.
public struct FileError: Error, Hashable, Sendable {
    /// What was tried.
    public enum Operation: String, Sendable {
        /// open(2), realpath(3).
        case open
        /// read(2), pread(2), mmap(2).
        case read
        /// write(2), ftruncate(2), fchmod(2).
        case write
        /// fsync(2).
        case sync
        /// rename(2).
        case rename
        /// unlink(2).
        case remove
        /// mkdir(2).
        case makeDirectory
        /// stat(2), readdir(3).
        case look
        /// flock(2).
        case lock
        /// close(2).
        case close
    }

    /// What was tried.
    public var operation: Operation
    /// On which path.
    public var path: String
    /// errno.
    public var code: Int32

    /// A failure.
    public init(_ operation: Operation, _ path: String, code: Int32) {
        self.operation = operation
        self.path = path
        self.code = code
    }

    /// ENOENT.
    public static let notFound: Int32 = ENOENT
    /// EEXIST.
    public static let exists: Int32 = EEXIST
    /// EACCES.
    public static let noPermission: Int32 = EACCES
    /// EISDIR.
    public static let isDirectory: Int32 = EISDIR
    /// ENOSPC.
    public static let noSpace: Int32 = ENOSPC
    /// EFBIG.
    public static let tooLarge: Int32 = EFBIG
    /// EIO.
    public static let inputOutput: Int32 = EIO
    /// ENODATA: a file that ends before it should.
    public static let cutShort: Int32 = ENODATA
    /// EINVAL.
    public static let invalid: Int32 = EINVAL

    /// Whether it happened while something was to be read (and not while it was to be written).
    private var isReading: Bool { operation == .open || operation == .read || operation == .look }

    /// The message for people; `writing` says that the file was to be written, which a failed open cannot know.
    public func diagnostic(writing: Bool = false, notes: [String] = []) -> Diagnostic {
        let kind: DiagnosticCode
        switch code {
        case ENOENT where !writing: kind = .fileNotFound
        case EFBIG where !writing: kind = .fileTooLarge
        default: kind = writing || !isReading ? .fileNotWritable : .fileNotReadable
        }
        return Diagnostic(kind, words(writing: writing || !isReading), hint: hint, notes: notes)
    }

    private func words(writing: Bool) -> String {
        let quoted = "\"\(path)\""
        let verb = writing ? "write" : "read"
        switch code {
        case ENOENT: return writing ? "no such folder for \(quoted)" : "no such file: \(quoted)"
        case EACCES, EPERM: return "no permission to \(verb) \(quoted)"
        case EISDIR: return "\(quoted) is a directory, not a file"
        case ENOTDIR: return "a part of \(quoted) is a file, not a directory"
        case ENOSPC, EDQUOT: return "the disk is full: cannot write \(quoted)"
        case EROFS: return "\(quoted) lies on a read-only file system"
        case EEXIST: return "\(quoted) exists already"
        case ELOOP: return "\(quoted) is a link that is not followed here, or one that leads round in a circle"
        case ENAMETOOLONG: return "the name \(quoted) is too long"
        case EMFILE, ENFILE: return "too many open files: cannot open \(quoted)"
        case EFBIG: return "\(quoted) is too large to \(verb)"
        case ENODATA: return "\(quoted) became shorter while it was read"
        case EIO: return "the disk failed to \(verb) \(quoted)"
        default: return "cannot \(verb) \(quoted): \(FileError.systemWords(code))"
        }
    }

    private var hint: String? {
        switch code {
        case ENOSPC, EDQUOT: return "nothing was changed; free some space and try again"
        case ENODATA: return "another program writes it; try again when that is done"
        default: return nil
        }
    }

    private static func systemWords(_ code: Int32) -> String {
        // SAFETY: strerror returns a NUL-terminated text that is copied at once; glibc keeps it per thread.
        guard let words = unsafe strerror(code) else { return "error \(code)" }
        return unsafe String(cString: words).lowercased()
    }
}
