// A report in a plan: which, over which groups and days. Its columns depend on the data (the bands of an aging, the
// stages of a pipeline), so the steps behind it are bound when it has run, as after a pivot.

import Engine
public import Language
import Pipeline
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
    /// For `changes`: the period that close dates must lie in at either end.
    public var closing: Period?
    /// For `changes`: the plan of the same selection on the book of the day before.
    public var start: StartPlan?
    /// The selection in the language's words, to which the condition of a number is added.
    public var selection: String
    /// Where the step stands.
    public var span: SourceSpan
}

/// The other end of `changes`.
public struct StartPlan: Sendable {
    /// The book at the end of the day before.
    var past: PastBook
    /// The selection, bound to that book.
    var steps: [PlanStep]
    /// The groups, bound to that book.
    var keys: [KeyPlan]
    /// The table that the steps start from.
    var table: Table
}
