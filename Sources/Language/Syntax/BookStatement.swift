// Statements about the book as a whole: files, stages, targets, names, settings, undo.

public import Values

/// `open "acme.pipeline"`.
public struct OpenStatement: Hashable, Sendable {
    /// The path.
    public var path: TextLiteral
    /// Where it stands.
    @Place public var span: SourceSpan
}

/// `save`, `save as "q3.pipeline"`, `save compact`.
public struct SaveStatement: Hashable, Sendable {
    /// The path after `as`; `nil` for the file the book came from.
    public var path: TextLiteral?
    /// Whether the log of changes is dropped.
    public var isCompact: Bool
    /// Where it stands.
    @Place public var span: SourceSpan
}

/// `run "weekly.pql"`.
public struct RunStatement: Hashable, Sendable {
    /// The path.
    public var path: TextLiteral
    /// Where it stands.
    @Place public var span: SourceSpan
}

/// A statement of one word: `new`, `log`, `keep`, `scenarios`.
public struct PlainStatement: Hashable, Sendable {
    /// Where it stands.
    @Place public var span: SourceSpan
}

/// `undo [3]`, `redo [3]`.
public struct UndoStatement: Hashable, Sendable {
    /// How many changes; 1 unless told.
    public var count: Int
    /// Where it stands.
    @Place public var span: SourceSpan
}

/// `add deal "Acme renewal" with value = $25k, … [on DATE]`.
public struct AddDealStatement: Hashable, Sendable {
    /// The new deal's name.
    public var name: Name
    /// Its fields; a value may be a bare name.
    public var values: [Assignment]
    /// The day it was created; `nil` for today.
    public var on: DatePoint?
    /// Where it stands.
    @Place public var span: SourceSpan
}

/// `add account "Acme" with sector = technology`: a row of a table beside the deals.
public struct AddRowStatement: Hashable, Sendable {
    /// The table, or what one of its rows is called: one word or quoted.
    public var table: Name
    /// The new row's key.
    public var name: Name
    /// Its other columns; a value may be a bare name.
    public var values: [Assignment]
    /// Where it stands.
    @Place public var span: SourceSpan
}

/// What a stage is for.
public enum StageKindWord: String, CaseIterable, Hashable, Sendable {
    case open, hold, won, lost
}

/// `stage "Demo Scheduled" probability 40% target 10d`.
public struct StageStatement: Hashable, Sendable {
    /// The stage: one word or quoted.
    public var stage: Name
    /// What is set; at least one thing is.
    public var probability: PercentLiteral?
    /// Days to stay there.
    public var target: DurationLiteral?
    /// Its forecast category.
    public var category: Name?
    /// Its kind.
    public var kind: StageKindWord?
    /// Where it stands.
    @Place public var span: SourceSpan
}

/// One stage of a `pipeline` statement: `Demo 40%`, `Closed Won as won`.
public struct PipelineStageSyntax: Hashable, Sendable {
    /// Its name.
    public var name: Name
    /// Its probability.
    public var probability: PercentLiteral?
    /// Its kind; open unless told.
    public var kind: StageKindWord?
    /// Where it stands.
    @Place public var span: SourceSpan
}

/// `pipeline ["Renewals":] Initial Contact 10%, …, Closed Won as won, Passed as lost`.
public struct PipelineStatement: Hashable, Sendable {
    /// Which pipeline; `nil` for the first.
    public var name: TextLiteral?
    /// Its stages in order; at least one.
    public var stages: [PipelineStageSyntax]
    /// Where it stands.
    @Place public var span: SourceSpan
}

/// `target $250k of Dana in Q4 2026`.
public struct TargetStatement: Hashable, Sendable {
    /// The amount: a money literal, a number or a `let`.
    public var amount: Expression
    /// Whose; `nil` for everybody's together.
    public var owner: NamesClause?
    /// When: a `point` or a `range`.
    public var period: PeriodExpression
    /// Where it stands.
    @Place public var span: SourceSpan
}

/// `let hot = open deals > $50k`, `let floor = $10k`, `let big(x) = deals > x`.
public struct LetStatement: Hashable, Sendable {
    /// What a `let` names.
    public enum Meaning: Hashable, Sendable {
        /// A query.
        case query(Query)
        /// A value; no comparison in it.
        case value(Expression)
        /// One bare word, which the data decides: a table or `let` as a query without steps, or a value.
        case either(Identifier)
    }
    /// The new name.
    public var name: Identifier
    /// The names in parentheses after it.
    public var parameters: [Identifier]
    /// What it names.
    public var meaning: Meaning
    /// Where it stands.
    @Place public var span: SourceSpan
}

/// The value of a setting.
public enum SettingValue: Hashable, Sendable {
    /// A number, percent, duration, day, yes/no or quoted text.
    case literal(Literal)
    /// Bare words: `February`, `Dana`, `USD`.
    case name(Name)
    /// `$`, `€`.
    case currencySign(String)
}

/// `fiscal_year = February`.
public struct SettingSyntax: Hashable, Sendable {
    /// Which.
    public var name: Identifier
    /// What it becomes.
    public var value: SettingValue
    /// Where the value stands.
    @Place public var valueSpan: SourceSpan
    /// Where it stands.
    @Place public var span: SourceSpan
}

/// `settings`, `settings week = Sunday, …`.
public struct SettingsStatement: Hashable, Sendable {
    /// What is set; empty to show all.
    public var settings: [SettingSyntax]
    /// Where it stands.
    @Place public var span: SourceSpan
}

/// `explain QUERY`.
public struct ExplainStatement: Hashable, Sendable {
    /// What to explain.
    public var query: Query
    /// Where it stands.
    @Place public var span: SourceSpan
}

/// `help [TOPIC]`.
public struct HelpStatement: Hashable, Sendable {
    /// The words after `help`, joined by a blank, lower case; empty for the list of topics.
    public var topic: String
    /// Where it stands.
    @Place public var span: SourceSpan
}
