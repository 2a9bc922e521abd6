// Dot commands about how results are shown.

import Values

extension DotCommand {
    static let format = DotCommand(
        name: "format", syntax: ".format [FORMAT]",
        summary: "how results are written: " + OutputFormat.allCases.map(\.rawValue).joined(separator: ", "),
        choices: OutputFormat.allCases.map(\.rawValue)
    ) { loop, argument in
        guard !argument.isEmpty else { return loop.tell("format \(loop.session.display.format.rawValue)") }
        guard let format = OutputFormat(rawValue: argument.lowercased()) else {
            throw Diagnostic(
                .usage, "no format is called \"\(argument)\"",
                notes: ["formats: " + OutputFormat.allCases.map(\.rawValue).joined(separator: ", ")])
        }
        loop.session.display.format = format
    }

    static let width = DotCommand(
        name: "width", syntax: ".width [COLUMNS|auto]", summary: "the width of tables; auto is the terminal's",
        choices: ["auto"]
    ) { loop, argument in
        if argument.isEmpty { return loop.tell("width " + (loop.session.display.width.map(String.init) ?? "auto")) }
        if argument.lowercased() == "auto" {
            loop.session.display.width = nil
            return
        }
        guard let columns = Int(argument), (20...10_000).contains(columns) else {
            throw Diagnostic(.usage, ".width takes auto or a number from 20 to 10000, not \"\(argument)\"")
        }
        loop.session.display.width = columns
    }

    static let pictures = DotCommand(
        name: "pictures", syntax: ".pictures [on|off]",
        summary: "draw reports (board, funnel, aging …) instead of listing their rows", choices: ["on", "off"]
    ) { loop, argument in
        if argument.isEmpty { return loop.tell("pictures " + (loop.session.display.showsPictures ? "on" : "off")) }
        loop.session.display.showsPictures = try isOn(argument, "pictures")
    }

    static let timer = DotCommand(
        name: "timer", syntax: ".timer [on|off]", summary: "tell how long each statement took", choices: ["on", "off"]
    ) { loop, argument in
        if argument.isEmpty { return loop.tell("timer " + (loop.session.display.showsTimer ? "on" : "off")) }
        loop.session.display.showsTimer = try isOn(argument, "timer")
    }

    static let pager = DotCommand(
        name: "pager", syntax: ".pager [on|off|COMMAND]",
        summary: "show results taller than the terminal in a pager ($PAGER, else less)", choices: ["on", "off"]
    ) { loop, argument in
        let session = loop.session
        switch argument.lowercased() {
        case "":
            switch session.display.pager {
            case .off: loop.tell("pager off")
            case .command(let command): loop.tell("pager \(command)")
            }
        case "off": session.display.pager = .off
        default:
            try session.allowCommands()
            let configured = session.environment.variables["PAGER"] ?? ""
            let usual = configured.isEmpty ? "less -FRX" : configured
            session.display.pager = .command(argument.lowercased() == "on" ? usual : argument)
        }
    }

    static let allRows = DotCommand(
        name: "all", syntax: ".all", summary: "the last result again, with all its rows"
    ) { loop, _ in try loop.showLast(everyField: false) }

    static let fields = DotCommand(
        name: "fields", syntax: ".fields", summary: "the last result again, with all its fields, one to a line"
    ) { loop, _ in try loop.showLast(everyField: true) }
}
