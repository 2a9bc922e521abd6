// What the command line asked for, as plain values. It is apart from the parsing of arguments (which is dealsh's
// business) so that tests and other programs can start a session without a command line.

public import Values

/// One thing to run, in the order of the command line.
public enum ScriptInput: Hashable, Sendable {
    /// The text of `-c`.
    case text(String)
    /// The path of `-f`; `-` is standard input.
    case file(String)
}

/// How results are written.
public enum OutputFormat: String, CaseIterable, Sendable {
    /// Aligned columns for people, with counts and totals beneath.
    case table
    /// RFC 4180, every digit, dates as ISO, missing as empty.
    case csv
    /// As `csv`, with tabs between fields.
    case tsv
    /// One array of objects.
    case json
    /// One object per line.
    case ndjson
    /// A table for a text in Markdown.
    case markdown
    /// A table for a page.
    case html
}

/// How problems are written to standard error.
public enum ErrorFormat: String, CaseIterable, Sendable {
    /// For people: the message, the place, what would mend it.
    case text
    /// For programs: one object per line.
    case json
}

/// Everything that the command line can say about a session.
public struct ShellOptions: Sendable {
    /// The book to open; `nil` for a new one without a file.
    public var bookPath: String?
    /// What to run; empty for the prompt, or for standard input when that is no terminal.
    public var inputs: [ScriptInput] = []
    /// How results are written.
    public var format: OutputFormat = .table
    /// Whether a terminal gets reports drawn; not when a format is named.
    public var showsPictures = true
    /// What `today` means; `nil` for the book's setting, else the system's local date.
    public var today: Day?
    /// Whether every change of the book or its file is refused.
    public var isReadOnly = false
    /// How problems are written.
    public var errorFormat: ErrorFormat = .text
    /// When colours are written.
    public var colour: ColourChoice = .auto
    /// Whether the init file is left alone.
    public var skipsInit = false
    /// Whether the prompt keeps no history across sessions.
    public var skipsHistory = false
    /// Whether a script goes on after a failed statement.
    public var keepsGoing = false
    /// Whether no file but the book is written and no command is run.
    public var isSafe = false
    /// Whether questions before large changes are answered with yes.
    public var answersYes = false
    /// Whether a script's changes reach the disk together, at its end.
    public var syncsAtEnd = false

    /// The options of a bare `dealsh`.
    public init() {}
}
