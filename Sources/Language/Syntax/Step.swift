// Steps: what a query does with its rows, one after the other.

public import Values

/// A part of a query after `|`.
public enum Step: Hashable, Sendable {
    /// `where C`.
    case `where`(WhereClause)
    /// `of Dana closing this quarter`: clauses as a step.
    case narrow(NarrowStep)
    /// `show a, b, x = EXPR`.
    case show(ShowStep)
    /// `with x = EXPR, …`.
    case with(WithStep)
    /// `count, sum value by owner`.
    case aggregate(AggregateStep)
    /// `sort k desc, …`.
    case sort(SortStep)
    /// `top N [by k]`.
    case top(TopStep)
    /// `first N`.
    case first(FirstStep)
    /// `skip N`.
    case skip(SkipStep)
    /// `distinct [a, b]`.
    case distinct(DistinctStep)
    /// `pivot [k]`.
    case pivot(PivotStep)
    /// `chart [bars]`.
    case chart(ChartStep)
    /// `save "out.csv"`.
    case save(SaveStep)
    /// `expect C [, "message"]`.
    case expect(ExpectStep)
    /// `forecast this quarter`.
    case report(ReportStep)
    /// `move to "Closed Won"`: always last.
    case change(ChangeStep)

    /// Where it stands.
    public var span: SourceSpan {
        switch self {
        case .where(let step): return step.span
        case .narrow(let step): return step.span
        case .show(let step): return step.span
        case .with(let step): return step.span
        case .aggregate(let step): return step.span
        case .sort(let step): return step.span
        case .top(let step): return step.span
        case .first(let step): return step.span
        case .skip(let step): return step.span
        case .distinct(let step): return step.span
        case .pivot(let step): return step.span
        case .chart(let step): return step.span
        case .save(let step): return step.span
        case .expect(let step): return step.span
        case .report(let step): return step.span
        case .change(let step): return step.span
        }
    }
}

/// Clauses as a step: `| of Dana closing this quarter`.
public struct NarrowStep: Hashable, Sendable {
    /// At least one; no `where` and no `as of`.
    public var clauses: [Clause]
    /// Where it stands.
    @Place public var span: SourceSpan
}

/// An expression under a name: `x = EXPR`.
public struct Assignment: Hashable, Sendable {
    /// The name it gets.
    public var name: Identifier
    /// What is computed.
    public var value: Expression
    /// Where it stands.
    @Place public var span: SourceSpan
}

/// `show a, account.sector, x = EXPR`.
public struct ShowStep: Hashable, Sendable {
    /// One column of a `show`.
    public enum Column: Hashable, Sendable {
        /// A field.
        case path(Path)
        /// A computed column.
        case assignment(Assignment)
    }
    /// The columns in order; at least one.
    public var columns: [Column]
    /// Where it stands.
    @Place public var span: SourceSpan
}

/// `with x = EXPR, …`.
public struct WithStep: Hashable, Sendable {
    /// At least one; a later one may use an earlier one.
    public var columns: [Assignment]
    /// Where it stands.
    @Place public var span: SourceSpan
}

/// A key to group by: a field or an expression, perhaps named.
public struct Key: Hashable, Sendable {
    /// The name it gets; `nil` when none was given.
    public var name: Identifier?
    /// What is grouped by.
    public var value: Expression
    /// Where it stands.
    @Place public var span: SourceSpan
}

/// A way to make one value of many.
public enum AggregateFunction: Hashable, Sendable {
    /// `count`: rows.
    case count
    /// `count distinct x`.
    case countDistinct
    /// `sum x`.
    case sum
    /// `avg x`.
    case avg
    /// `median x`.
    case median
    /// `min x`.
    case min
    /// `max x`.
    case max
    /// `p90 x`: a percentile, 0…100.
    case percentile(Int)
    /// `stddev x`: of the sample.
    case stddev
    /// `win_rate`: won ÷ (won + lost).
    case winRate
}

/// One aggregate: `count`, `n = sum value where won`.
public struct Measure: Hashable, Sendable {
    /// The name it gets; `nil` when none was given.
    public var name: Identifier?
    /// Which aggregate.
    public var function: AggregateFunction
    /// Where the aggregate's word stands.
    @Place public var functionSpan: SourceSpan
    /// What it is of; `nil` for `count` and `win_rate`, a path for `count distinct`.
    public var operand: Expression?
    /// Which rows it takes; `nil` for all.
    public var filter: Expression?
    /// Where it stands.
    @Place public var span: SourceSpan
}

/// `count, sum value by owner`.
public struct AggregateStep: Hashable, Sendable {
    /// At least one.
    public var measures: [Measure]
    /// The keys after `by`; empty for one row.
    public var keys: [Key]
    /// Where it stands.
    @Place public var span: SourceSpan
}

/// A key to sort by.
public struct SortKey: Hashable, Sendable {
    /// What is compared.
    public var value: Expression
    /// Whether the largest comes first.
    public var isDescending: Bool
    /// Where it stands.
    @Place public var span: SourceSpan
}

/// `sort [by] value desc, close`.
public struct SortStep: Hashable, Sendable {
    /// At least one; the first weighs most.
    public var keys: [SortKey]
    /// Where it stands.
    @Place public var span: SourceSpan
}

/// `top N [by k]`: largest first.
public struct TopStep: Hashable, Sendable {
    /// How many rows.
    public var count: Int
    /// By what; `nil` for the value, or the first measure.
    public var by: Expression?
    /// Where it stands.
    @Place public var span: SourceSpan
}

/// `first N`.
public struct FirstStep: Hashable, Sendable {
    /// How many rows.
    public var count: Int
    /// Where it stands.
    @Place public var span: SourceSpan
}

/// `skip N`.
public struct SkipStep: Hashable, Sendable {
    /// How many rows.
    public var count: Int
    /// Where it stands.
    @Place public var span: SourceSpan
}

/// `distinct [a, b]`.
public struct DistinctStep: Hashable, Sendable {
    /// By which fields; empty for all columns.
    public var paths: [Path]
    /// Where it stands.
    @Place public var span: SourceSpan
}

/// `pivot [k]`.
public struct PivotStep: Hashable, Sendable {
    /// The key whose values become columns; `nil` for the last key.
    public var key: Path?
    /// Where it stands.
    @Place public var span: SourceSpan
}

/// How a chart is drawn.
public enum ChartKind: String, CaseIterable, Hashable, Sendable {
    case bars, columns, line, spark
}

/// `chart [bars|columns|line|spark]`.
public struct ChartStep: Hashable, Sendable {
    /// How; `nil` to let the data decide.
    public var kind: ChartKind?
    /// Where it stands.
    @Place public var span: SourceSpan
}

/// `save "out.csv" [guarded]`.
public struct SaveStep: Hashable, Sendable {
    /// The path; its ending chooses the format.
    public var path: TextLiteral
    /// Whether cells that a spreadsheet would run are made harmless.
    public var isGuarded: Bool
    /// Where it stands.
    @Place public var span: SourceSpan
}

/// What is expected of rows.
public enum Expectation: Hashable, Sendable {
    /// `none`: no rows.
    case none
    /// `some`: at least one row.
    case some
    /// A condition for every row.
    case every(Expression)
}

/// `expect C [, "message"]`.
public struct ExpectStep: Hashable, Sendable {
    /// What must hold.
    public var expectation: Expectation
    /// What to say when it does not.
    public var message: TextLiteral?
    /// Where it stands.
    @Place public var span: SourceSpan
}
