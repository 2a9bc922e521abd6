// One writer at a time: whoever holds flock(2) on NAME.lock. The file is never deleted (between unlink and create two
// could hold "it") and its content is for people only: the kernel gives the lock up when its holder dies, however it
// dies, so a stale file is no obstacle. fcntl locks are not used: any descriptor closed on the file releases them.
internal import Glibc
internal import Values

/// The right to write a snapshot and its journal, until it is given up.
final class WriterLock: Sendable {
    /// Who holds a lock.
    struct Holder: Hashable, Sendable {
        var process: Int
        var host: String

        /// This process.
        static var current: Holder {
            var name = [CChar](repeating: 0, count: 256)
            // SAFETY: the array's size is passed, less one for the terminating zero that stays there.
            let isKnown = unsafe gethostname(&name, name.count - 1) == 0
            let bytes = name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
            return Holder(process: Int(getpid()), host: isKnown ? String(decoding: bytes, as: UTF8.self) : "this host")
        }

        var text: String { "\(process) \(host)\n" }

        init(process: Int, host: String) {
            self.process = process
            self.host = host
        }

        /// Reads `1234 hostname`, from a file that may hold anything.
        init?(_ bytes: [UInt8]) {
            let text = String(decoding: bytes.prefix(300), as: UTF8.self)
            let words = text.split { $0 == " " || $0 == "\n" }
            guard words.count >= 2, let process = Int(words[0]) else { return nil }
            self.process = process
            host = String(
                words[1].filter { $0.isASCII && !$0.isWhitespace && ($0.isLetter || $0.isNumber || "-._".contains($0)) }
            )
        }
    }

    /// What came of asking.
    enum Outcome {
        case taken(WriterLock)
        case held(by: Holder?)
    }

    private let file: FileDescriptor
    private let fileSystem: any FileSystem

    private init(_ file: FileDescriptor, _ fileSystem: any FileSystem) {
        self.file = file
        self.fileSystem = fileSystem
    }

    deinit { try? fileSystem.close(file) }

    /// Takes the lock, or tells who holds it; never waits.
    static func take(_ path: String, _ fileSystem: any FileSystem) throws(FileError) -> Outcome {
        let file = try fileSystem.open(path, .readWrite(permissions: 0o666))
        do throws(FileError) {
            guard try fileSystem.lock(file) else {
                let holder = (try? fileSystem.read(file, at: 0, byteCount: 300)).flatMap { Holder($0) }
                try? fileSystem.close(file)
                return .held(by: holder)
            }
        } catch {
            try? fileSystem.close(file)
            throw error
        }
        // Who it is only serves messages: failing to write it is no reason not to work.
        let text = Array(Holder.current.text.utf8)
        try? fileSystem.truncate(file, to: 0)
        try? fileSystem.seek(file, to: 0)
        try? fileSystem.writeAll(file, text.span)
        return .taken(WriterLock(file, fileSystem))
    }
}
