// The dot commands: what concerns the terminal alone and so is no statement. One table; dispatch, `.help` and Tab all
// read it, so that none of them can forget a command.

import Values

/// A command for the terminal.
struct DotCommand: Sendable {
    /// Its name without the dot.
    let name: String
    /// How it is written: `.format [FORMAT]`.
    let syntax: String
    /// What it does, in a few words.
    let summary: String
    /// Words that may follow it, for Tab.
    var choices: [String] = []
    /// Does it; the text is what follows the name, without blanks around it.
    let run: @Sendable (PromptLoop, String) throws -> Void

    /// Every command, by name.
    static let all: [DotCommand] = [
        allRows, edit, fields, format, help, history, once, output, pager, pictures, quit, timer, watch, width,
    ]

    /// The command that a typed name means: its own, or the only one that begins so.
    static func named(_ name: String) throws(Diagnostic) -> DotCommand {
        let wanted = name.lowercased()
        if let exact = all.first(where: { $0.name == wanted }) { return exact }
        let begun = wanted.isEmpty ? [] : all.filter { $0.name.hasPrefix(wanted) }
        if begun.count == 1 { return begun[0] }
        let near = begun.isEmpty ? all.filter { isNear($0.name, wanted) } : begun
        throw Diagnostic(
            .unknownCommand, "no command is called \".\(name)\"",
            hint: near.isEmpty ? nil : "did you mean \(near.map { "." + $0.name }.joined(separator: " or "))?",
            notes: ["commands: " + all.map { "." + $0.name }.joined(separator: " ")])
    }

    /// Runs what was typed after the dot.
    static func run(_ text: String, in loop: PromptLoop) throws {
        let name = text.prefix { !$0.isWhitespace }
        let argument = text.dropFirst(name.count)
        let command = try named(String(name))
        try command.run(loop, trimmed(String(argument)))
    }

    /// Text without blanks around it.
    static func trimmed(_ text: String) -> String {
        guard let first = text.firstIndex(where: { !$0.isWhitespace }),
            let last = text.lastIndex(where: { !$0.isWhitespace })
        else { return "" }
        return String(text[first...last])
    }

    /// Whether one letter more, less, other or swapped makes one word of the other.
    private static func isNear(_ left: String, _ right: String) -> Bool {
        let (a, b) = (Array(left), Array(right))
        guard abs(a.count - b.count) <= 1, a.count > 1 else { return false }
        let start = zip(a, b).prefix { $0 == $1 }.count
        let end = zip(a.dropFirst(start).reversed(), b.dropFirst(start).reversed()).prefix { $0 == $1 }.count
        let (restOfA, restOfB) = (a[start..<(a.count - end)], b[start..<(b.count - end)])
        if restOfA.count <= 1 && restOfB.count <= 1 { return true }
        return restOfA.count == 2 && Array(restOfA) == Array(restOfB.reversed())
    }
}

extension DotCommand {
    /// `on` or `off`.
    static func isOn(_ argument: String, _ command: String) throws(Diagnostic) -> Bool {
        switch argument.lowercased() {
        case "on", "yes": return true
        case "off", "no": return false
        default: throw Diagnostic(.usage, ".\(command) takes on or off, not \"\(argument)\"")
        }
    }
}
