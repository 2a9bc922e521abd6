// What a conversation or a script has in its hands: the open book and its file, how results are shown and where they go.
// The parts of its work are extensions: Session+Run (texts and statements), Session+Book (open, save, new),
// Session+Results (showing, files, commands).

import Engine
import Pipeline
import Query
import Storage
import Values

/// One run of the program with an open book.
final class Session {
    /// What surrounds the program.
    let environment: ShellEnvironment
    /// What the command line asked for.
    let options: ShellOptions
    /// Where results go unless told otherwise.
    let standardOutput: Output
    /// Where results go now: standard output, or what `.output` said.
    var results: Output
    /// What reads the person's answers to questions; `nil` outside of a conversation.
    var reader: (any LineReader)?
    /// Where problems go.
    let reporter: ProblemReporter
    /// How results are shown.
    var display: DisplaySettings
    /// Where the next result goes, and only it.
    var nextResult: NextResult?
    /// What was shown last, for `.all` and `.fields`.
    var lastAnswer: Answer?

    /// The open book.
    var book: Book
    /// Runs statements on it.
    var runner: StatementRunner
    /// Shows how far a long statement has come.
    let progress: StatementProgress
    /// The open book's file; `nil` for a new book that was never saved.
    var file: BookFile?
    /// Counts the states of the book, for what is kept about one of them.
    var bookEdition = 0
    /// Whether the book differs from its file.
    var hasUnsavedChanges = false
    /// Whether more than definitions and settings differs, which a script may well want for itself alone.
    var hasUnsavedData = false
    /// The folders and names of the scripts being run, the innermost last.
    var runningScripts: [String] = []
    /// How grave the worst problem was.
    var status = ExitStatus.done
    /// Whether this is the conversation at a terminal, where more is told.
    var isConversation = false

    /// Where the next result goes.
    enum NextResult {
        case file(String)
        case command(String)
    }

    /// A session with a new book.
    init(environment: ShellEnvironment, options: ShellOptions, results: Output, reporter: ProblemReporter) throws {
        self.environment = environment
        self.options = options
        standardOutput = results
        self.results = results
        self.reporter = reporter
        display = DisplaySettings(format: options.format, showsPictures: options.showsPictures)
        book = try Book()
        runner = StatementRunner(
            clock: options.today ?? environment.localDay,
            execution: Execution(cancellation: Cancellation(asking: { Interrupt.isRequested })))
        Cancellation.ambient = runner.execution.cancellation
        let progress = StatementProgress(environment)
        self.progress = progress
        runner.execution.progress = { progress.tell($0, $1, $2) }
        let exchange = SessionExchange(self)
        runner.files = exchange
        runner.sink = exchange
    }

    /// How messages name the open book; `nil` while it has no file.
    var bookName: String? { file?.path }

    /// What relative days mean: `--today`, else the book's setting, else the clock.
    var calendar: Calendar { bookAsSeen.settings.calendar(clock: runner.clock) }

    /// The book with the command line's `--today`, which goes before its own setting and is never saved.
    var bookAsSeen: Book {
        guard let today = options.today else { return book }
        var seen = book
        seen.settings.today = today
        return seen
    }

    /// What stands before what is typed.
    var prompt: String {
        let count = runner.whatIf?.assumptions.count ?? 0
        return count > 0 ? "deals [what if: \(count)]> " : "deals> "
    }

    /// What is said first: what is open, how much is in it, where help is.
    var welcome: String {
        let version = "dealsh \(ProgramVersion.number)"
        let count = HumanFormat().counted(book.dealCount, "deal")
        guard let bookName else {
            return "\(version): a new book. help shows how to fill it and what to ask"
        }
        let isNew = file?.exists != true
        return isNew
            ? "\(version): \(bookName) is made by its first change. help shows how to fill it"
            : "\(version): \(bookName), \(count). help shows what to ask"
    }

    /// The colours of results at the terminal.
    var palette: Palette {
        Palette(
            isColoured: options.colour.isColoured(
                isTerminal: environment.outputIsTerminal, environment: environment.variables))
    }

    // MARK: What is allowed

    /// Throws when no command may be run.
    func allowCommands() throws(Diagnostic) {
        guard options.isSafe else { return }
        throw Diagnostic(.notAllowed, "--safe forbids running other programs")
    }

    /// Throws when this file may not be written: anything under --safe, and the open book always.
    func allowFiles(_ path: String) throws(Diagnostic) {
        if options.isSafe { throw Diagnostic(.notAllowed, "--safe forbids writing \"\(path)\"") }
        guard let file, let open = try? LocalFileSystem().status(file.path, followingLinks: true),
            let other = try? LocalFileSystem().status(environment.path(path), followingLinks: true),
            open.identity.device == other.identity.device, open.identity.inode == other.identity.inode
        else { return }
        throw Diagnostic(
            .notAllowed, "\"\(path)\" is the open book", hint: "rows go to a file of their own; save keeps the book")
    }

    // MARK: Problems

    /// Does something; what it throws is reported. Tells whether all went well.
    @discardableResult
    func guarded(in source: SourceText? = nil, _ body: () throws -> Void) -> Bool {
        do {
            try body()
            return true
        } catch is ScriptStopped {
            return false
        } catch is OutputClosed {
            if Interrupt.isRequested { status = .interrupted }
            return status != .interrupted
        } catch {
            report(Session.diagnostics(error), in: source)
            return false
        }
    }

    /// Reports problems and remembers the gravest for the exit status.
    func report(_ diagnostics: [Diagnostic], in source: SourceText?) {
        reporter.report(diagnostics, in: source)
        for diagnostic in diagnostics where diagnostic.severity == .error {
            let status = ExitStatus(diagnostic.code)
            if status.rawValue > self.status.rawValue { self.status = status }
        }
    }

    /// Any error as diagnostics.
    static func diagnostics(_ error: any Error) -> [Diagnostic] {
        switch error {
        case let diagnostic as Diagnostic: return [diagnostic]
        case let diagnostics as Diagnostics: return diagnostics.all
        case let error as FileError: return [error.diagnostic()]
        case let error as EngineError: return [EngineProblem.diagnostic(error)]
        default: return [Diagnostic(.usage, "\(error)")]
        }
    }
}
