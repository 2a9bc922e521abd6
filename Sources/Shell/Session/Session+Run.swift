// Texts and their statements: a text is parsed whole before anything of it runs, a script stops at its first error
// unless told to go on, and what only the shell can do is done here; everything else is the runner's.

import Glibc
import Language
import Pipeline
import Query
import Storage
import Values

extension Session {
    /// Runs a text: `-c`, a script, standard input, the init file. Tells whether all of it went well.
    @discardableResult
    func run(_ source: SourceText) -> Bool {
        guard let script = parse(source) else { return false }
        if !isConversation { Interrupt.install() }
        if !isConversation, let problem = missingBook(for: script) {
            report([problem], in: source)
            return false
        }
        var isSound = true
        for statement in script.statements {
            guard !results.isClosed else { break }
            if Interrupt.isRequested, !isConversation { status = .interrupted }
            guard status != .interrupted else { return false }
            if guarded(in: source, { try execute(statement, in: source) }) { continue }
            isSound = false
            if status == .interrupted || !options.keepsGoing { return false }
        }
        return isSound
    }

    /// Runs what was typed at the prompt, where `| …` goes on with the last query.
    @discardableResult
    func runTyped(_ source: SourceText) -> Bool {
        Interrupt.clear()
        // What stopped the last question has nothing to do with this one.
        if status == .interrupted { status = .done }
        let start = ContinuousClock.now
        let isSound = run(source)
        if display.showsTimer {
            let (seconds, attoseconds) = start.duration(to: .now).components
            let tenths = seconds * 10_000 + attoseconds / 100_000_000_000_000
            reporter.tell("\(tenths / 10).\(tenths % 10) ms")
        }
        return isSound
    }

    /// Runs a script file; `-` is standard input.
    func run(scriptAt path: String) {
        guarded {
            if path == "-" {
                run(
                    SourceText(
                        bytes: try LocalFileSystem().readWhole("/dev/stdin", byteCountMax: Limits.sourceByteCountMax)))
            } else {
                try runScript(path)
            }
        }
    }

    private func parse(_ source: SourceText) -> ParsedScript? {
        let script = Parser.parse(source, isPrompt: isConversation)
        let errors = script.diagnostics.contains { $0.severity == .error }
        if !script.diagnostics.isEmpty { report(script.diagnostics.map { dotCommandHint($0, source) }, in: source) }
        return errors ? nil : script
    }

    /// A script with a dot command in it deserves a better word than "a statement was expected".
    private func dotCommandHint(_ diagnostic: Diagnostic, _ source: SourceText) -> Diagnostic {
        guard let span = diagnostic.span, !isConversation else { return diagnostic }
        let line = source.text(source.line(at: span.start).span)
        let name = line.dropFirst().prefix { $0.isLetter }
        guard line.hasPrefix("."), DotCommand.all.contains(where: { $0.name == name }) else { return diagnostic }
        return Diagnostic(
            .dotCommandInScript, ".\(name) works at the prompt only",
            at: SourceSpan(span.start, span.start + 1 + name.utf8.count),
            hint: "options of the command line do its work in scripts")
    }

    // MARK: Statements

    private func execute(_ statement: Statement, in source: SourceText) throws {
        if statement.changesBook { try beginChange(at: statement.span) }
        let result: StatementResult
        do {
            defer { progress.finish() }
            result = try runner.run(statement, in: source, book: bookAsSeen)
        }
        switch result {
        case .answer(let answer): try take(answer, of: statement, in: source)
        case .change(let change):
            try make(change)
            if case .keep = statement { runner.forgetKept(in: bookAsSeen) }
        case .changed(let changed, let lines):
            try adopt(changed, lines, of: statement, in: source)
            // A script's definitions are its own business; what an import made of a file is everybody's.
            var isTold = isConversation
            if case .import = statement { isTold = true }
            if isTold { for line in lines { tell(line) } }
        case .request(let request): try fulfil(request)
        }
    }

    private func fulfil(_ request: SessionRequest) throws {
        switch request {
        case .open(let node): try open(environment.path(node.path.text))
        case .save(let node):
            try save(as: node.path.map { environment.path($0.text) }, compact: node.isCompact, at: node.span)
        case .new: try startNewBook()
        case .run(let node): try runNested(node.path.text, at: node.span)
        case .help(let node): try showHelp(node.topic, at: node.span)
        case .undo(let node): try undo(node.count, at: node.span)
        case .redo(let node): try redo(node.count, at: node.span)
        }
    }

    /// The book after a change, without the command line's own `today`.
    private func adopt(_ changed: Book, _ lines: [String], of statement: Statement, in source: SourceText) throws {
        var after = changed
        if let today = options.today, changed.settings.today == today { after.settings.today = book.settings.today }
        let hadUnsavedData = hasUnsavedData
        switch statement {
        case .let, .settings:
            // What a script defines is its own business, and a reader's is its own as well.
            guard isConversation, file.map({ $0.store.isWriter }) ?? true else {
                book = after
                bookEdition += 1
                hasUnsavedChanges = true
                return
            }
            try take(Change(statement: source.text(statement.span), lines: lines, from: book, to: after))
            hasUnsavedData = hadUnsavedData
        default: try take(Change(statement: source.text(statement.span), lines: lines, from: book, to: after))
        }
    }

    /// Shows an answer; one that failed an `expect` fails the statement.
    private func take(_ answer: Answer, of statement: Statement, in source: SourceText) throws {
        if !answer.warnings.isEmpty { report(answer.warnings, in: source) }
        guard answer.failures.isEmpty else {
            throw Diagnostics(answer.failures.map { brokenExpectation($0, of: statement, in: source) })
        }
        switch lastStep(statement) {
        // What is asked of these is not their rows.
        case .expect:
            if isConversation { tell("it holds for \(HumanFormat().counted(answer.rowCount, answer.rowNoun))") }
        case .save: for note in answer.notes { tell(note) }
        default: try show(answer)
        }
    }

    private func lastStep(_ statement: Statement) -> Step? {
        switch statement {
        case .query(let query): query.steps.last
        case .continuation(let continuation): continuation.steps.last
        default: nil
        }
    }

    /// The answer to a question asked on the side, by help.
    func answer(_ query: Query, in source: SourceText) throws -> Answer {
        try runner.answer(query, in: source, book: bookAsSeen)
    }

    // MARK: Scripts within scripts

    private func runNested(_ path: String, at span: SourceSpan) throws {
        let typed = environment.path(path)
        let folder = runningScripts.last.flatMap {
            $0.contains("/") ? String($0[...($0.lastIndex(of: "/") ?? $0.startIndex)]) : nil
        }
        let place = typed.hasPrefix("/") ? typed : (folder ?? "") + typed
        if runningScripts.contains(place) {
            throw Diagnostic(.scriptNesting, "\"\(path)\" is running already", at: span)
        }
        guard runningScripts.count < Limits.scriptDepthMax else {
            throw Diagnostic(
                .scriptNesting, "more than \(Limits.scriptDepthMax) scripts run each other", at: span)
        }
        try runScript(place)
    }

    /// Throws when the file cannot be read; what goes wrong in it is reported with its own name and lines.
    private func runScript(_ path: String) throws {
        let bytes: [UInt8]
        do throws(FileError) {
            bytes = try LocalFileSystem().readWhole(path, byteCountMax: Limits.sourceByteCountMax)
        } catch {
            throw error.diagnostic(notes: NearNames.notes(for: error, LocalFileSystem()))
        }
        runningScripts.append(path)
        defer { runningScripts.removeLast() }
        guard run(SourceText(bytes: bytes, name: path)) || options.keepsGoing else { throw ScriptStopped() }
    }
}

/// Thrown through the statements that ran a script which stopped: the problem itself was reported where it arose.
struct ScriptStopped: Error {}
