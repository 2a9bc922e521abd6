// Clauses: the words after `deals` (and after reports and levers, and as a step) that narrow a selection.
// A list of clauses keeps their order; `where` comes last, only `as of` may follow it.

public import Values

/// One clause.
public enum Clause: Hashable, Sendable {
    /// `open`, `deals overdue`.
    case status(StatusClause)
    /// `in STAGE, STAGE`, `in A..B`, `in A or later`, `past A`, `before A`.
    case stage(StageClause)
    /// `of NAME, …`.
    case owner(NamesClause)
    /// `at NAME, …`.
    case account(NamesClause)
    /// `from NAME, …`.
    case source(NamesClause)
    /// `> $10k`, `between $10k and $50k`.
    case value(ValueClause)
    /// `closing P`, `closed P`, `created P`, `won P`, `lost P`, `entered [STAGE] P`.
    case date(DateClause)
    /// `older than 30d`.
    case older(OlderClause)
    /// `stalled > 14d`.
    case stalledFor(StalledForClause)
    /// `where C`.
    case `where`(WhereClause)
    /// `as of DATE`.
    case asOf(AsOfClause)

    /// Where it stands.
    public var span: SourceSpan {
        switch self {
        case .status(let clause): return clause.span
        case .stage(let clause): return clause.span
        case .owner(let clause), .account(let clause), .source(let clause): return clause.span
        case .value(let clause): return clause.span
        case .date(let clause): return clause.span
        case .older(let clause): return clause.span
        case .stalledFor(let clause): return clause.span
        case .where(let clause): return clause.span
        case .asOf(let clause): return clause.span
        }
    }
}

/// The state of a deal, as one word.
public enum DealStatus: String, CaseIterable, Hashable, Sendable {
    case open, won, lost, closed, stalled, overdue
}

/// A status word: `open deals`, `deals overdue`.
public struct StatusClause: Hashable, Sendable {
    /// Which.
    public var status: DealStatus
    /// Where it stands.
    @Place public var span: SourceSpan
}

/// Which stages.
public enum StageSelection: Hashable, Sendable {
    /// `in A, B`: these.
    case anyOf([Name])
    /// `in A..B`: from A through B in the pipeline's order.
    case range(Name, Name)
    /// `in A or later`: A, later open stages, and won.
    case orLater(Name)
    /// `past A`: later open stages, and won.
    case past(Name)
    /// `before A`: earlier open stages.
    case before(Name)
}

/// A clause about the stage.
public struct StageClause: Hashable, Sendable {
    /// Whether `not` stands before it.
    public var isNegated: Bool
    /// Which stages.
    public var stages: StageSelection
    /// Where it stands.
    @Place public var span: SourceSpan
}

/// A clause with names: of owners, accounts or sources.
public struct NamesClause: Hashable, Sendable {
    /// Whether `not` stands before it.
    public var isNegated: Bool
    /// At least one.
    public var names: [Name]
    /// Where it stands.
    @Place public var span: SourceSpan
}

/// A clause about the deal's value.
public struct ValueClause: Hashable, Sendable {
    /// What is asked of the value.
    public var test: ValueTest
    /// Where it stands.
    @Place public var span: SourceSpan
}

/// What a value clause asks.
public enum ValueTest: Hashable, Sendable {
    /// `> $10k`: one of `<`, `<=`, `>`, `>=`.
    case compare(ComparisonOperator, Expression)
    /// `between $10k and $50k`, both included.
    case between(Expression, Expression)
}

/// What a date clause looks at.
public enum DealEvent: String, CaseIterable, Hashable, Sendable {
    /// The close date.
    case closing
    /// The day it was won or lost.
    case closed
    /// The day it was created.
    case created
    /// Won, and the day of that.
    case won
    /// Lost, and the day of that.
    case lost
    /// The day it entered a stage.
    case entered
}

/// `closing this quarter`, `entered Demo in March`.
public struct DateClause: Hashable, Sendable {
    /// What it looks at.
    public var event: DealEvent
    /// The stages after `entered`; empty when none is named (any stage) and for the other events.
    public var stages: [Name]
    /// When. After `entered` a lone month or other date word may also be meant as a stage; the binder tells.
    public var period: PeriodExpression
    /// The period after `versus`, for which the whole query is answered as well.
    public var versus: PeriodExpression?
    /// Where it stands.
    @Place public var span: SourceSpan
}

/// `older than 30d`.
public struct OlderClause: Hashable, Sendable {
    /// The least age.
    public var age: DurationLiteral
    /// Where it stands.
    @Place public var span: SourceSpan
}

/// `stalled > 14d`.
public struct StalledForClause: Hashable, Sendable {
    /// One of `<`, `<=`, `>`, `>=`.
    public var op: ComparisonOperator
    /// The time in the present stage.
    public var duration: DurationLiteral
    /// Where it stands.
    @Place public var span: SourceSpan
}

/// `where C`.
public struct WhereClause: Hashable, Sendable {
    /// What must hold.
    public var condition: Expression
    /// Where it stands.
    @Place public var span: SourceSpan
}

/// `as of DATE`.
public struct AsOfClause: Hashable, Sendable {
    /// The day (the binder checks that it is one).
    public var day: DatePoint
    /// Where it stands.
    @Place public var span: SourceSpan
}
