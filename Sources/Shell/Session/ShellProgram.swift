// The program behind the command line: one method for each way to start it, each giving an exit status.

import Glibc
public import Values

/// The program, started in some environment.
public struct ShellProgram {
    let environment: ShellEnvironment
    let output = Output(descriptor: STDOUT_FILENO)
    let errors = Output(descriptor: STDERR_FILENO)

    /// A program in that environment. A reader that goes away must not kill it: the write fails instead.
    public init(environment: ShellEnvironment) {
        self.environment = environment
        signal(SIGPIPE, SIG_IGN)
    }

    /// Shows text on standard output: help, version, a completion script.
    public func show(text: String) -> ExitStatus {
        output.write(text.hasSuffix("\n") ? text : text + "\n")
        return finish(.done)
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
            width: isTerminal ? environment.width(of: STDERR_FILENO) : nil, style: environment.lineStyle,
            palette: Palette(isColoured: isColoured))
        return ProblemReporter(results: output, errors: errors, format: format, renderer: renderer)
    }

    /// Sends what is left to standard output. A full disk is an error; a reader that went away is not.
    func finish(_ status: ExitStatus) -> ExitStatus {
        output.flush()
        guard output.failure != 0 else { return status }
        let reason = unsafe String(cString: strerror(output.failure))
        reporter(format: .text, colour: .auto).report(
            [Diagnostic(.fileNotWritable, "standard output could not be written: \(reason.lowercased())")], in: nil)
        return .file
    }
}
extension ShellProgram {
    /// Runs.
    public func run(_ options: ShellOptions) -> ExitStatus { .done }
    /// Generates.
    public func generate(dealCount: Int, seed: UInt64, today: Day?, path: String) -> ExitStatus { .done }
    /// Checks
    public func check(path: String) -> ExitStatus { .done }
}
