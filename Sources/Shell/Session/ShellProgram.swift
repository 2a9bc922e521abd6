// The program behind the command line: one method for each way to start it, each giving an exit status.

public import Values
import Glibc

/// The program, started in some environment.
public struct ShellProgram {
    let environment: ShellEnvironment
    let output = Output(descriptor: STDOUT_FILENO)
    let errors = Output(descriptor: STDERR_FILENO)

    /// A program in that environment.
    public init(environment: ShellEnvironment) { self.environment = environment }
    /// Runs.
    public func run(_ options: ShellOptions) -> ExitStatus {
        output.line("\(options)")
        output.flush()
        return .done
    }
    /// Generates.
    public func generate(dealCount: Int, seed: UInt64, today: Day?, path: String) -> ExitStatus { .done }
    /// Checks
    public func check(path: String) -> ExitStatus { output.line("check \(path)"); output.flush(); return .done }
    /// Shows text on standard output: help, version, a completion script.
    public func show(text: String) -> ExitStatus {
        output.line(text)
        output.flush()
        return .done
    }

    /// Tells that the command line was wrong.
    public func reportUsage(_ message: String, format: ErrorFormat) -> ExitStatus {
        errors.line(message)
        errors.flush()
        return .usage
    }
}
