// A report in a plan: which, over which groups and days. Its columns depend on the data (the bands of an aging, the
// stages of a pipeline), so the steps behind it are bound when it has run, as after a pivot.

public import Language
public import Pipeline
public import Values

/// A report over the deals that the steps before it left.
public struct ReportPlan: Sendable {
    /// Which.
    public var kind: ReportKind
    /// Whether a funnel counts only stages really entered.
    public var isStrict: Bool
    /// Its own period; `nil` for its default.
    public var period: Period?
    /// What it is grouped by.
    public var keys: [KeyPlan]
    /// The keys in the language's words.
    public var keyWords: [String]
    /// For `changes`: the first day of the time that is looked at.
    public var since: Day?
    /// For `changes`: the period that close dates must lie in at either end.
    public var closing: Period?
    /// For `forecast` and `backtest`: how it is made; `nil` for the default.
    public var method: ForecastReport.Method?
    /// For `forecast`: the units its period is split into.
    public var parts: CalendarUnit?
    /// For `trend`: what it follows.
    public var measures: [TrendReport.Measure]
    /// For `trend`: the spans of time between two rows.
    public var unit: CalendarUnit
    /// The same selection, to be bound to the book of another day.
    public var selection: PastSelection
    /// Where the step stands.
    public var span: SourceSpan
}

/// The selection of a report as written, for reports that ask it of other days than today.
public struct PastSelection: Sendable {
    /// The query that the report is a step of.
    var query: Query
    /// The report.
    var step: ReportStep
    /// The clauses of the report that belong to the selection.
    var clauses: [Clause]
    /// The text they stand in.
    var source: SourceText
    /// The selection in the language's words, to which the condition of a number is added.
    public var words: String
}
