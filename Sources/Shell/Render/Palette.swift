// The colours of the program, in one place. A palette without colour returns every text as it came, so that
// callers never ask whether colour is on. Only the 16 colours that a person's terminal theme defines are used.

/// What a piece of text is, for colouring.
public enum TextRole: CaseIterable, Sendable {
    case plain
    /// Table headers and titles.
    case heading
    /// Rules, gutters, counts beneath a table, suggestions.
    case faint
    /// The word `error` and its carets.
    case error
    /// The word `warning` and its carets.
    case warning
    /// What would mend a mistake.
    case hint
    /// Words of the language.
    case keyword
    /// Known names: fields, stages, owners.
    case name
    /// Numbers, money, dates with their units.
    case number
    /// Quoted text.
    case string
    /// A comment.
    case comment
    /// A name that the book does not know.
    case unknown
}

/// Wraps text into a terminal's colour sequences, or leaves it alone.
public struct Palette: Sendable {
    /// Whether colours are written at all.
    public let isColoured: Bool

    /// A palette with colours or without.
    public init(isColoured: Bool) { self.isColoured = isColoured }

    /// No colours.
    public static let plain = Palette(isColoured: false)

    /// The text in the colour of its role.
    public func paint(_ text: String, _ role: TextRole) -> String {
        let code = sequence(role)
        guard isColoured, !code.isEmpty, !text.isEmpty else { return text }
        return "\u{1b}[" + code + "m" + text + "\u{1b}[0m"
    }

    /// The parameters of the SGR sequence for a role; empty for plain text.
    private func sequence(_ role: TextRole) -> String {
        switch role {
        case .plain: return ""
        case .heading: return "1"
        case .faint, .comment: return "90"
        case .error, .unknown: return "31"
        case .warning: return "33"
        case .hint: return "36"
        case .keyword: return "1;34"
        case .name: return "36"
        case .number: return "35"
        case .string: return "32"
        }
    }
}

/// When output is coloured: the value of `--color`.
public enum ColourChoice: String, CaseIterable, Sendable {
    case auto, always, never

    /// Whether to colour. `auto`: only at a terminal that is not `dumb`, and not when `NO_COLOR` is set to anything.
    public func isColoured(isTerminal: Bool, environment: [String: String]) -> Bool {
        switch self {
        case .always: return true
        case .never: return false
        case .auto:
            let noColour = !(environment["NO_COLOR"] ?? "").isEmpty
            return isTerminal && !noColour && environment["TERM"] != "dumb"
        }
    }
}
