// The conversation at a terminal: read a statement or a dot command, run it, show what came, until the person leaves.
// It knows no keys (LineReader does) and no language (Session does).

import CSystem
import Glibc
import Values

/// The conversation at a terminal.
final class PromptLoop {
    let session: Session
    private let reader: any LineReader
    /// What was typed in this session, oldest first.
    private var typed: [String] = []
    /// What the reader keeps across sessions, this one's included; `nil` when it keeps nothing.
    private let kept: (() -> [String])?
    private var isLeaving = false

    /// A conversation about a session; `kept` gives what was typed in earlier sessions and this one.
    init(_ session: Session, reader: any LineReader, kept: (() -> [String])? = nil) {
        self.session = session
        self.reader = reader
        self.kept = kept
    }

    /// Talks until the person leaves.
    func run() -> ExitStatus {
        tell(session.welcome)
        while !isLeaving {
            session.results.flush()
            switch reader.read(prompt: session.prompt, for: .statement) {
            case .text(let bytes): handle(bytes)
            case .interrupted: continue
            case .end: leave()
            }
        }
        return .done
    }

    /// Says something that is no result.
    func tell(_ text: String) { session.reporter.tell(text) }

    /// Every statement and command typed, of earlier sessions first.
    func history() -> [String] { kept?() ?? typed }

    private func handle(_ bytes: [UInt8]) {
        let text = DotCommand.trimmed(String(decoding: bytes, as: UTF8.self))
        guard !text.isEmpty else { return }
        typed.append(text)
        guard text.hasPrefix(".") else {
            session.runTyped(SourceText(bytes: bytes))
            return
        }
        session.guarded { try DotCommand.run(String(text.dropFirst()), in: self) }
    }

    // MARK: Commands

    /// Leaves, unless there is something to lose and the person wants to keep it.
    func leave() {
        guard session.hasUnsavedChanges else {
            isLeaving = true
            return
        }
        let name = session.bookName ?? "the new book"
        switch reader.read(prompt: "\(name) has unsaved changes. Leave without saving? (y/n) ", for: .answer) {
        case .text(let bytes): isLeaving = String(decoding: bytes, as: UTF8.self).lowercased().hasPrefix("y")
        case .end: isLeaving = true
        case .interrupted: isLeaving = false
        }
        if !isLeaving { tell("still here; save keeps the changes") }
    }

    /// Shows the last result again, whole.
    func showLast(everyField: Bool) throws {
        guard let answer = session.lastAnswer else {
            throw Diagnostic(.usage, "there is no result to show again")
        }
        try session.show(answer, allRows: true, everyField: everyField)
    }

    /// Lets the person write in an editor, and runs what they saved.
    func edit(_ text: String?) throws {
        try session.allowCommands()
        let last = history().last { !$0.hasPrefix(".") }
        let before = (text ?? last ?? "") + "\n"
        let variables = session.environment.variables
        let editor = [variables["VISUAL"], variables["EDITOR"]].compactMap { $0 }.first { !$0.isEmpty } ?? "vi"
        let after = try ScratchFile.edited(before, with: editor, folder: variables["TMPDIR"] ?? "/tmp")
        let statement = DotCommand.trimmed(after)
        guard !statement.isEmpty else { return tell("nothing to run") }
        typed.append(statement)
        for line in statement.split(separator: "\n", omittingEmptySubsequences: false) { tell("  " + line) }
        session.runTyped(SourceText(statement))
    }

    /// Runs a statement again and again until Ctrl-C or an error.
    func watch(_ statement: String, everySeconds seconds: Int) throws {
        Interrupt.clear()
        while !Interrupt.isRequested {
            if session.environment.outputIsTerminal { session.results.write("\u{1b}[H\u{1b}[2J") }
            session.reloadIfChanged()
            guard session.runTyped(SourceText(statement)) else { return }
            session.results.flush()
            tell("every \(seconds)s, Ctrl-C ends it")
            waitForInterrupt(seconds: seconds)
        }
        Interrupt.clear()
    }

    /// Waits so long, or until Ctrl-C.
    private func waitForInterrupt(seconds: Int) {
        let end = ContinuousClock.now + .seconds(seconds)
        while !Interrupt.isRequested, ContinuousClock.now < end {
            let rest = ContinuousClock.now.duration(to: end).components
            var waiting = pollfd(fd: csystem_signal_descriptor(), events: Int16(POLLIN), revents: 0)
            // SAFETY: one local structure, as the count says.
            let isReady = unsafe poll(&waiting, 1, Int32(clamping: rest.seconds * 1_000 + 10)) > 0
            if isReady { csystem_signal_drain() }
        }
    }
}
