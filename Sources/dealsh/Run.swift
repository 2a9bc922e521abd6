// From arguments to an exit code. Wrong usage is answered in the one form that every error of the program has,
// and with status 2, where the argument parser alone would use its own.

import ArgumentParser
import Glibc
import Shell

/// Runs the program with these arguments (without its name) and gives its exit code.
func run(_ arguments: [String]) -> Int32 {
    let command: any ParsableCommand
    do {
        command = try Dealsh.parseCommandLine(arguments)
    } catch {
        return report(error, arguments)
    }
    let shell = ShellProgram(environment: .ofProcess())
    let status: ExitStatus
    switch command {
    case let dealsh as Dealsh: status = shell.run(dealsh.options)
    case let generate as Generate:
        status = shell.generate(
            dealCount: generate.deals, seed: generate.seed, today: generate.today, path: generate.file)
    case let check as Check: status = shell.check(path: check.file)
    case let completions as Completions:
        status = shell.show(text: Dealsh.completionScript(for: completions.shell.kind))
    default:
        // `help`, which the parser adds by itself, answers by throwing.
        var other = command
        do { try other.run() } catch { return report(error, arguments) }
        status = .done
    }
    return status.rawValue
}

/// Help and version go to standard output; everything else is wrong usage.
private func report(_ error: any Error, _ arguments: [String]) -> Int32 {
    let shell = ShellProgram(environment: .ofProcess())
    guard Dealsh.exitCode(for: error) != .success else {
        return shell.show(text: Dealsh.fullMessage(for: error)).rawValue
    }
    let wantsJSON = zip(arguments, arguments.dropFirst()).contains { $0 == "--errors" && $1 == "json" }
        || arguments.contains("--errors=json")
    return shell.reportUsage(Dealsh.message(for: error), format: wantsJSON ? .json : .text).rawValue
}

extension Completions.Target {
    fileprivate var kind: CompletionShell {
        switch self {
        case .bash: .bash
        case .zsh: .zsh
        case .fish: .fish
        }
    }
}
