// The program behind the command line: one method for each way to start it, each giving an exit status.

import CSystem
import Glibc
import Storage
import Values

/// The program, started in some environment.
public struct ShellProgram {
    let environment: ShellEnvironment
    let output = Output(descriptor: STDOUT_FILENO)
    let errors = Output(descriptor: STDERR_FILENO)

    /// A program in that environment. A reader that goes away must not kill it: the write fails instead.
    public init(environment: ShellEnvironment) {
        self.environment = environment
        signal(SIGPIPE, SIG_IGN)
        csystem_bus_error_watch()
    }

    /// Opens the book and runs what was asked for: statements, scripts, standard input, or the conversation.
    public func run(_ options: ShellOptions) -> ExitStatus {
        let reporter = reporter(format: options.errorFormat, colour: options.colour)
        let session: Session
        do {
            session = try Session(environment: environment, options: options, results: output, reporter: reporter)
        } catch {
            reporter.report(Session.diagnostics(error), in: nil)
            return .failed
        }
        if let path = options.bookPath, !session.guarded({ try session.openAtStart(path) }) {
            return finish(session.status, options)
        }
        if !options.skipsInit { session.runInitFile() }
        if options.inputs.isEmpty, environment.inputIsTerminal {
            return finish(session.converse(), options)
        }
        for input in options.inputs.isEmpty ? [.file("-")] : options.inputs {
            switch input {
            case .text(let text): session.run(SourceText(text))
            case .file(let path): session.run(scriptAt: path)
            }
            if session.status != .done, !options.keepsGoing { break }
        }
        session.endWriting()
        return finish(session.status, options)
    }

    /// Shows text on standard output: help, version, a completion script.
    public func show(text: String) -> ExitStatus {
        output.write(text.hasSuffix("\n") ? text : text + "\n")
        return finish(.done, ShellOptions())
    }

    /// Tells that the command line was wrong, and where to read how it goes.
    public func reportUsage(_ message: String, usage: String, format: ErrorFormat) -> ExitStatus {
        reporter(format: format, colour: .auto).report(
            [Diagnostic(.usage, message, notes: ["usage: " + usage, "dealsh --help tells more"])], in: nil)
        return .usage
    }

    func reporter(format: ErrorFormat, colour: ColourChoice) -> ProblemReporter {
        let isTerminal = environment.errorIsTerminal
        let isColoured = colour.isColoured(isTerminal: isTerminal, environment: environment.variables)
        let renderer = DiagnosticRenderer(
            width: isTerminal ? Terminal.size(STDERR_FILENO)?.columns : nil, style: environment.lineStyle,
            palette: Palette(isColoured: isColoured))
        return ProblemReporter(results: output, errors: errors, format: format, renderer: renderer)
    }

    /// Sends what is left to standard output. A full disk is an error; a reader that went away is not.
    func finish(_ status: ExitStatus, _ options: ShellOptions) -> ExitStatus {
        output.flush()
        guard output.failure != 0 else { return status }
        let problem = FileError(.write, "standard output", code: output.failure).diagnostic(writing: true)
        reporter(format: options.errorFormat, colour: options.colour).report([problem], in: nil)
        return .file
    }
}
