// What was entered, kept across sessions in `$XDG_STATE_HOME/dealsh/history`, for its owner's eyes only.
//
// The file is text: one entry on one line, oldest first, line feeds within an entry written `\n` and backslashes `\\`.
// Every entry is appended under a lock as soon as it is made, so that two sessions at once keep both theirs; a file
// that has grown is rewritten beside itself and renamed. A history that cannot be written is no reason to stop.

import Glibc

/// The entries, newest last.
final class PromptHistory {
    /// The entries of this and earlier sessions, oldest first.
    private(set) var entries: [String] = []
    private let path: String?

    /// Entries kept in memory at most.
    static let entryCountMax = 10_000
    /// Bytes of the file beyond which it is rewritten with the newest half of the entries.
    private static let fileByteCountMax = 4 << 20
    /// Bytes of one entry at most: a pasted data file is nothing to remember.
    private static let entryByteCountMax = 256 << 10

    /// The history in a file; `nil` keeps it for this session only.
    init(path: String?) {
        self.path = path
        guard let path, let bytes = FileBytes.read(path) else { return }
        let lines = bytes.split(separator: 10).map { PromptHistory.unescaped(String(decoding: $0, as: UTF8.self)) }
        for line in lines.suffix(PromptHistory.entryCountMax) where line != entries.last { entries.append(line) }
        if bytes.count > PromptHistory.fileByteCountMax { rewrite(path) }
    }

    /// Adds an entry, in memory and in the file; not one that is empty or the same as the last. Tells whether it did.
    @discardableResult
    func add(_ entry: String) -> Bool {
        var entry = entry
        while let last = entry.last, last.isWhitespace { entry.removeLast() }
        guard !entry.isEmpty, entry != entries.last, entry.utf8.count <= PromptHistory.entryByteCountMax else {
            return false
        }
        entries.append(entry)
        if entries.count > 2 * PromptHistory.entryCountMax {
            entries.removeFirst(entries.count - PromptHistory.entryCountMax)
        }
        if let path { append(PromptHistory.escaped(entry) + "\n", to: path) }
        return true
    }

    /// The newest entry older than `index` that the test takes; `index` is `entries.count` to begin.
    func older(than index: Int, where matches: (String) -> Bool) -> Int? {
        entries[..<min(index, entries.count)].lastIndex(where: matches)
    }

    /// The oldest entry newer than `index` that the test takes.
    func newer(than index: Int, where matches: (String) -> Bool) -> Int? {
        guard index + 1 < entries.count else { return nil }
        return entries[(index + 1)...].firstIndex(where: matches)
    }

    // MARK: File

    static func escaped(_ entry: String) -> String {
        var out = ""
        for scalar in entry.unicodeScalars {
            switch scalar {
            case "\\": out += "\\\\"
            case "\n": out += "\\n"
            case "\r": out += "\\r"
            default: out.unicodeScalars.append(scalar)
            }
        }
        return out
    }

    static func unescaped(_ line: String) -> String {
        var out = ""
        var isEscaped = false
        for scalar in line.unicodeScalars {
            if isEscaped {
                switch scalar {
                case "n": out += "\n"
                case "r": out += "\r"
                default: out.unicodeScalars.append(scalar)
                }
                isEscaped = false
            } else if scalar == "\\" {
                isEscaped = true
            } else {
                out.unicodeScalars.append(scalar)
            }
        }
        return out
    }

    private func append(_ line: String, to path: String) {
        PromptHistory.makeDirectory(of: path)
        let file = unsafe open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o600)
        guard file >= 0 else { return }
        defer { close(file) }
        // A device such as /dev/null, which keeps nothing, is everybody's: it is neither locked nor given to one owner.
        var status = stat()
        // SAFETY: the call writes the one structure.
        guard unsafe fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return }
        fchmod(file, 0o600)
        while flock(file, LOCK_EX) != 0, errno == EINTR {}
        FileBytes.write(Array(line.utf8), to: file)
    }

    /// Replaces the file by the entries in memory, newest half of the bytes.
    private func rewrite(_ path: String) {
        var kept: [String] = []
        var byteCount = 0
        for entry in entries.reversed() {
            byteCount += entry.utf8.count + 1
            if byteCount > PromptHistory.fileByteCountMax / 2 { break }
            kept.append(PromptHistory.escaped(entry) + "\n")
        }
        let beside = path + ".\(getpid())"
        let file = unsafe open(beside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard file >= 0 else { return }
        let isWritten = FileBytes.write(Array(kept.reversed().joined().utf8), to: file)
        close(file)
        // SAFETY: the paths are passed for the calls only.
        let isInPlace = unsafe isWritten && rename(beside, path) == 0
        if !isInPlace { _ = unsafe unlink(beside) }
    }

    private static func makeDirectory(of path: String) {
        var made = ""
        for part in path.split(separator: "/").dropLast() {
            made += "/" + part
            unsafe mkdir(made, 0o700)
        }
    }
}
