// Results on their way out: in the format asked for, to the terminal, a pipe, a pager, a file or a command.

import Engine
import Glibc
import Query
import Storage
import Values

extension Session {
    /// Shows what a statement gave, and keeps it for `.all` and `.fields`.
    func show(_ answer: Answer, allRows: Bool = false, everyField: Bool = false) throws {
        lastAnswer = answer
        guard let next = nextResult else { return try show(answer, on: results, allRows, everyField) }
        nextResult = nil
        let collected = Output.inMemory()
        switch next {
        case .file(let path):
            let place = environment.path(path)
            try allowFiles(path)
            try write(answer, in: OutputFormat(ending: path) ?? display.format, to: collected)
            try TextFile.write(place, LocalFileSystem()) { try $0.append(collected.bytes) }
            tell("wrote \(HumanFormat().counted(answer.rowCount, answer.rowNoun)) to \(path)")
        case .command(let command):
            try write(answer, in: display.format, to: collected)
            try pipe(collected.bytes, into: command)
        }
    }

    private func show(_ answer: Answer, on output: Output, _ allRows: Bool, _ everyField: Bool) throws {
        let isScreen = output === standardOutput && environment.outputIsTerminal
        guard display.format == .table || everyField else { return try write(answer, in: display.format, to: output) }
        let size = isScreen ? Terminal.size(STDOUT_FILENO) : nil
        var text = AnswerText(
            width: display.width ?? size?.columns, rowCountMax: nil, showsEveryField: everyField,
            style: environment.lineStyle, palette: isScreen ? palette : .plain)
        text.drawsPictures = isScreen && display.showsPictures
        // Who asked for one answer and left wants all of it; the prompt can be asked again.
        if isScreen, isConversation, !allRows, display.pager == .off {
            text.rowCountMax = max(10, (size?.rows ?? 24) - 6)
        }
        let lines = try text.lines(answer)
        separate(on: output)
        if isScreen, case .command(let command) = display.pager, lines.count >= size?.rows ?? 24 {
            try pipe(Array((lines.joined(separator: "\n") + "\n").utf8), into: command)
        } else {
            for line in lines { output.line(line) }
        }
    }

    /// Writes an answer for programs, or as people read it without a terminal's limits.
    private func write(_ answer: Answer, in format: OutputFormat, to output: Output) throws {
        switch format {
        case .table:
            separate(on: output)
            let text = AnswerText(
                width: display.width, rowCountMax: nil, style: environment.lineStyle, palette: .plain)
            for line in try text.lines(answer) { output.line(line) }
        default:
            if format != .json, format != .ndjson { separate(on: output) }
            try AnswerBytes.write(answer, in: format, guarded: false, style: environment.lineStyle) {
                if Interrupt.isRequested { throw EngineError.cancelled }
                output.write(bytes: $0)
                if output.isClosed { throw OutputClosed() }
            }
            for note in answer.notes { tell("note: " + note) }
        }
    }

    /// An empty line between two results, so that neither a person nor a program takes them for one.
    private func separate(on output: Output) {
        if !isConversation || output !== standardOutput, !output.isEmpty { output.line() }
    }

    private func pipe(_ bytes: [UInt8], into command: String) throws {
        results.flush()
        switch ChildProcess.shell(command, input: bytes) {
        case .ended(0): return
        case .ended(let status): tell("\"\(command)\" ended with status \(status)")
        case .notStarted(let code):
            // SAFETY: strerror gives a null-terminated text, copied at once.
            let reason = unsafe String(cString: strerror(code)).lowercased()
            throw Diagnostic(.commandFailed, "\"\(command)\" could not be started: \(reason)")
        }
    }

    /// Sends results to a file from now on, or with `nil` to standard output again.
    func redirect(to path: String?) throws {
        results.flush()
        if results !== standardOutput {
            results.close()
            results = standardOutput
        }
        guard let path else { return }
        try allowFiles(path)
        let place = environment.path(path)
        // SAFETY: open reads a string that Swift keeps for the call.
        let descriptor = unsafe Glibc.open(place, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { throw FileError(.open, path, code: errno).diagnostic(writing: true) }
        if let format = OutputFormat(ending: path) { display.format = format }
        results = Output(descriptor: descriptor)
        tell("results go to \(path); .output without a file brings them back")
    }

    /// Says something that is no result.
    func tell(_ text: String) { reporter.tell(text) }
}

extension OutputFormat {
    /// The format that a file's name asks for; `nil` when its ending says nothing.
    init?(ending path: String) {
        guard let name = path.split(separator: "/").last, let dot = name.lastIndex(of: ".") else { return nil }
        switch name[name.index(after: dot)...].lowercased() {
        case "csv": self = .csv
        case "tsv", "tab": self = .tsv
        case "json": self = .json
        case "ndjson", "jsonl": self = .ndjson
        case "md", "markdown": self = .markdown
        case "html", "htm": self = .html
        case "txt": self = .table
        default: return nil
        }
    }
}
