// Names as they were written: of stages, owners, accounts, fields, tables. Whether a name is known is decided
// by the binder; here is kept what it needs for that: the words, their places, and whether quotes were used.

public import Values

/// How a name was written.
public enum NameStyle: Hashable, Sendable {
    /// Words without quotes: matched without regard to case, then by unique prefix.
    case bare
    /// `"…"` or `'…'`: matched whole, never by prefix.
    case quoted
    /// `` `…` ``: an odd field name.
    case backtick
}

/// One word of a name: a run of tokens that touch, such as `D-102` or `O'Brien`.
public struct Word: Hashable, Sendable {
    /// The word with curly apostrophes made plain.
    public var text: String
    /// Where it stands.
    @Place public var span: SourceSpan
}

/// The name of a value: a stage, owner, account, source, deal; one or more words, or quoted.
public struct Name: Hashable, Sendable {
    /// The words joined by one blank each, or what the quotes hold.
    public var text: String
    /// How it was written.
    public var style: NameStyle
    /// Its words when bare; empty when quoted.
    public var words: [Word]
    /// Where it stands, quotes included.
    @Place public var span: SourceSpan
}

/// The name of a field, column, table, `let` or setting: always one word, or in backticks.
public struct Identifier: Hashable, Sendable {
    /// The word as written, or what the backticks hold.
    public var text: String
    /// Whether backticks were used; such an identifier is never a keyword.
    public var isBackticked: Bool
    /// Where it stands, backticks included.
    @Place public var span: SourceSpan
}

/// A field, or a field of the row behind a category: `value`, `account.sector`.
public struct Path: Hashable, Sendable {
    /// One part, or several that were joined by dots.
    public var parts: [Identifier]
    /// Where it stands.
    @Place public var span: SourceSpan
}
