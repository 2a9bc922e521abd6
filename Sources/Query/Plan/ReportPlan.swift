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
    /// The units its period is split into, for reports that are about a span of time; `nil` where it stays whole.
    public var parts: CalendarUnit?
    /// For `trend`: what it follows.
    public var measures: [TrendReport.Measure]
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
    public var words: SelectionWords
}

/// A selection of deals in the language's words, in its parts, so that a condition or a day can be added.
public struct SelectionWords: Hashable, Sendable {
    /// The source without an `as of`: `open deals of Dana`.
    public var source: String
    /// The steps that narrow it.
    public var steps: [String]
    /// The day that the query is asked as of; `nil` for today.
    public var day: Day?

    /// The query that lists the selection's deals.
    public var query: String { text(source, steps, day) }

    /// The query that lists the deals behind a number of a report on the selection; `identifiers` names deals by their
    /// rows.
    func query(of number: DrillDown, identifiers: ([Int]) throws -> [String]) rethrows -> String {
        var narrowing = number.isOfSelection ? steps : []
        switch number.deals {
        case .condition(""): break
        case .condition(let condition): narrowing.append("where " + condition)
        case .rows(let rows):
            let names = try identifiers(rows).map(PQLText.quoted)
            narrowing.append(
                names.isEmpty ? "where id is missing" : "where id in (" + names.joined(separator: ", ") + ")")
        }
        return text(number.isOfSelection ? source : "deals", narrowing, number.day ?? day)
    }

    private func text(_ source: String, _ steps: [String], _ day: Day?) -> String {
        ([source + (day.map { " as of \($0)" } ?? "")] + steps).joined(separator: " | ")
    }
}
