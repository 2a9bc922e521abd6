// Dot commands about what is typed: the help of this table, the history, the editor, repetition, the end.

import Values

extension DotCommand {
    static let help = DotCommand(
        name: "help", syntax: ".help [COMMAND]", summary: "this list; help without the dot explains the language"
    ) { loop, argument in
        let name = argument.hasPrefix(".") ? String(argument.dropFirst()) : argument
        let shown = name.isEmpty ? all : [try named(name)]
        let width = shown.map { TextWidth.of($0.syntax) }.max() ?? 0
        for command in shown {
            let line = TextWidth.padded(command.syntax, to: width) + "  " + command.summary
            let columns = loop.session.display.width ?? Terminal.size(1)?.columns
            for line in TextWrap.lines(line, width: columns, indent: width + 2) { loop.session.results.line(line) }
        }
        if name.isEmpty { loop.session.results.line("help explains the language: help deals, help sort") }
        loop.session.results.flush()
    }

    static let quit = DotCommand(
        name: "quit", syntax: ".quit", summary: "leave (Ctrl-D does too); asks when there are unsaved changes"
    ) { loop, _ in loop.leave() }

    static let history = DotCommand(
        name: "history", syntax: ".history [N|TEXT]", summary: "what was typed: the last N (20), or what holds a text"
    ) { loop, argument in
        let entries = loop.history()
        let shown: ArraySlice<String>
        if let count = Int(argument), count >= 0 {
            shown = entries.suffix(count)
        } else if argument.isEmpty {
            shown = entries.suffix(20)
        } else {
            let wanted = argument.lowercased()
            shown = entries.filter { $0.lowercased().contains(wanted) }[...]
        }
        for entry in shown {
            let lines = entry.split(separator: "\n", omittingEmptySubsequences: false)
            for line in lines { loop.session.results.line(VisibleText.of(String(line))) }
        }
        loop.session.results.flush()
    }

    static let edit = DotCommand(
        name: "edit", syntax: ".edit [STATEMENT]",
        summary: "write in $VISUAL or $EDITOR, beginning with the last statement, and run it"
    ) { loop, argument in try loop.edit(argument.isEmpty ? nil : argument) }

    static let watch = DotCommand(
        name: "watch", syntax: ".watch SECONDS STATEMENT", summary: "repeat a statement until Ctrl-C: .watch 5s stages"
    ) { loop, argument in
        let first = argument.prefix { !$0.isWhitespace }
        let statement = trimmed(String(argument.dropFirst(first.count)))
        let digits = first.hasSuffix("s") ? first.dropLast() : first
        guard let seconds = Int(digits), (1...86_400).contains(seconds), !statement.isEmpty else {
            throw Diagnostic(.usage, ".watch takes seconds and a statement", hint: ".watch 5s open deals by stage")
        }
        try loop.watch(statement, everySeconds: seconds)
    }
}
