// Dot commands that send results elsewhere: to a file, or to another program.

import Values

extension DotCommand {
    static let output = DotCommand(
        name: "output", syntax: ".output [FILE]",
        summary: "write results to a file from now on; without FILE to the terminal again"
    ) { loop, argument in
        try loop.session.redirect(to: argument.isEmpty ? nil : unquoted(argument))
    }

    static let once = DotCommand(
        name: "once", syntax: ".once FILE | .once |COMMAND",
        summary: "write the next result to a file, or to a command's input"
    ) { loop, argument in
        if argument.hasPrefix("|") {
            let command = trimmed(String(argument.dropFirst()))
            guard !command.isEmpty else { throw Diagnostic(.usage, ".once | needs a command: .once |wc -l") }
            try loop.session.allowCommands()
            loop.session.nextResult = .command(command)
        } else {
            guard !argument.isEmpty else {
                throw Diagnostic(.usage, ".once needs a file or a command", hint: ".once deals.csv, or .once |wc -l")
            }
            try loop.session.allowFiles(unquoted(argument))
            loop.session.nextResult = .file(unquoted(argument))
        }
    }

    /// A path as typed; quotes around it are not part of it.
    static func unquoted(_ text: String) -> String {
        for quote in ["\"", "'"] where text.count >= 2 && text.hasPrefix(quote) && text.hasSuffix(quote) {
            return String(text.dropFirst().dropLast())
        }
        return text
    }
}
