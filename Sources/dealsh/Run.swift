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
    case let check as Check:
        status = check.salvage.map { shell.salvage(path: check.file, to: $0) } ?? shell.check(path: check.file)
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
    let wantsJSON =
        zip(arguments, arguments.dropFirst()).contains { $0 == "--errors" && $1 == "json" }
        || arguments.contains("--errors=json")
    // One line, in the wording of every other message: `unknown option '--fromat'; did you mean '--format'?`
    let lines = Dealsh.message(for: error).split(separator: "\n").map { $0.trimmingPrefix("  - ") }
    var message = lines.prefix(1).joined()
    if lines.count > 1 { message += " " + lines.dropFirst().joined(separator: ", ") }
    message = message.prefix(1).lowercased() + message.dropFirst()
    message.replace(". Did you mean", with: "; did you mean")
    message.replace(". Please provide one of the following:", with: "; it is one of")
    message.replace(". Please provide one of", with: "; it is one of")
    let subcommand = Dealsh.subcommand(arguments)
    let usage = subcommand?.configuration.usage ?? "dealsh [FILE.pipeline] [options]"
    return shell.reportUsage(message, usage: usage, format: wantsJSON ? .json : .text).rawValue
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
