// A snapshot's name with the words for everything that can be wrong with the file. One place, so that every damage is
// told in one form: which part, at which byte, what.
internal import Values

/// The file that a message speaks of.
struct SnapshotFile: Sendable {
    let path: String

    func damaged(_ part: String, at offset: Int, _ what: String) -> Diagnostic {
        Diagnostic(
            .fileDamaged, "\"\(path)\" is damaged: \(part) at byte \(offset): \(what)",
            hint: "put a backup in its place, or see what can still be read")
    }

    func cut(at byteCount: Int, of whole: Int? = nil) -> Diagnostic {
        let of = whole.map { " of \($0)" } ?? ""
        return damaged("the file's end", at: byteCount, "the file was cut, \(byteCount)\(of) bytes are left")
    }

    func notABook(_ start: [UInt8]) -> Diagnostic {
        if start.isEmpty {
            return Diagnostic(.fileNotABook, "\"\(path)\" is empty", hint: "remove it to begin a new one of that name")
        }
        return Diagnostic(
            .fileNotABook, "\"\(path)\" was not saved by this program",
            hint: "CSV and JSON are imported, not opened")
    }

    func tooNew(_ version: UInt32) -> Diagnostic {
        Diagnostic(
            .fileTooNew,
            "\"\(path)\" is in format \(version), this program reads formats up to \(SnapshotFormat.version)",
            hint: "a newer version of the program opens it")
    }

    func unknown(_ part: String) -> Diagnostic {
        Diagnostic(
            .fileTooNew, "\"\(path)\" holds \(part), which this program does not know and may not ignore",
            hint: "a newer version of the program opens it")
    }

    func changedMeanwhile() -> Diagnostic {
        Diagnostic(
            .fileChanged, "\"\(path)\" was changed by another program since it was opened",
            hint: "save under another name, or open it again")
    }
}
