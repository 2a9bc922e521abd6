// The file that an editor works on: in a folder that nobody else can look into, gone afterwards.

import Glibc
import Storage
import Values

/// A file for an editor.
enum ScratchFile {
    /// The text as the person left it when the editor ended.
    static func edited(_ text: String, with editor: String, folder: String) throws -> String {
        var template = Array((folder + "/dealsh-XXXXXX").utf8CString)
        // SAFETY: the template is a writable, null-terminated copy that mkdtemp fills in place.
        let isMade = unsafe mkdtemp(&template) != nil
        guard isMade else { throw failed("no private folder could be made in \(folder)", errno) }
        let ownFolder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let path = ownFolder + "/statement.pql"
        defer {
            // SAFETY: both read a string that Swift keeps for the call.
            unsafe unlink(path)
            unsafe rmdir(ownFolder)
        }
        try write(text, to: path)
        // The path is an argument, never part of the command; the editor's own arguments are split by the shell.
        switch ChildProcess.shell(editor + " \"$1\"", arguments: [path], input: nil) {
        case .ended(0): return try read(path)
        case .ended(let status):
            throw Diagnostic(.commandFailed, "the editor \"\(editor)\" ended with status \(status); nothing was run")
        case .notStarted(let code): throw failed("the editor \"\(editor)\" could not be started", code)
        }
    }

    private static func write(_ text: String, to path: String) throws {
        // SAFETY: open reads a string that Swift keeps for the call.
        let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw failed("\(path) could not be written", errno) }
        let output = Output(descriptor: descriptor)
        output.write(text)
        output.flush()
        close(descriptor)
        if output.failure != 0 { throw failed("\(path) could not be written", output.failure) }
    }

    private static func read(_ path: String) throws -> String {
        do throws(FileError) {
            let bytes = try LocalFileSystem().readWhole(path, byteCountMax: Limits.sourceByteCountMax)
            return String(decoding: bytes, as: UTF8.self)
        } catch {
            throw error.diagnostic()
        }
    }

    private static func failed(_ what: String, _ code: Int32) -> Diagnostic {
        // SAFETY: strerror gives a null-terminated text, copied at once.
        let reason = unsafe String(cString: strerror(code)).lowercased()
        return Diagnostic(.commandFailed, "\(what): \(reason)")
    }
}
