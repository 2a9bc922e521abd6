// A bound query as data: where the rows come from, what is done with them in order, which columns come out. Every name
// is resolved, every type checked, every date word a day; running it can fail only on what is in the data (overflow)
// or on being stopped. It holds no closures and says nothing about where it runs, so that it can be printed by
// `explain` and one day be lowered to another engine.
//
//   source  ->  steps  ->  output
//
// Formulas name columns by their place in the table of the moment. `filter sort top slice distinct` keep that table;
// `window` adds columns behind it; `aggregate` and `pivot` make a new one. A `with` or `show` is no step: it only
// changes what later formulas and the output are made of.

public import Engine
public import Language
public import Values

/// An expression of the engine: what a column is computed by.
public typealias Formula = Engine.Expression

/// A query, bound and checked.
public struct Plan: Sendable {
    /// Where the rows come from.
    public var source: PlanSource
    /// What is done with them, in order.
    public var steps: [PlanStep]
    /// Every column that comes out, over the table of the last step; empty when `rest` decides.
    public var output: [OutputColumn]
    /// The columns that people are shown, as indexes into `output`.
    public var shown: [Int]
    /// How the answer wants to be shown.
    public var shape: Answer.Shape
    /// What one row is called: `deal`, `row`.
    public var rowNoun: String
    /// Whether the rows are deals, beneath which their sums stand.
    public var listsDeals = false
    /// Steps whose columns the data decide (after `pivot`): bound when the steps before them have run.
    public var rest: RestOfQuery?
    /// The change at the end of the query, for the rows that come out; `nil` for a question.
    public var change: ChangePlan?
    /// What relative words came to.
    public var resolved: [Answer.Resolved]
    /// Which reference tables are looked at, and whose misses must be told.
    public var lookups: [LookupUse]
    /// The conditions on the source's rows that look into no reference table: among these rows misses are counted.
    public var plainConditions: [Formula]
    /// Whole sentences to say beneath the answer.
    public var notes: [String]
    /// What deserves a second look.
    public var warnings: [Diagnostic]
    /// The order of stages.
    public var stageRanks: StageRanks
}

/// Where rows come from.
public struct PlanSource: Sendable {
    /// How a query names it: `deals`, `accounts`, `"leads.csv"`.
    public var name: String
    /// The rows.
    public var table: Table
    /// Whether they are the book's deals, unchanged in their order: row numbers are those of the book.
    public var isDeals: Bool
}

/// One thing that is done with rows.
public enum PlanStep: Sendable {
    /// Keeps the rows that satisfy the condition.
    case filter(Formula)
    /// Adds columns that look at other rows, behind the table's.
    case window([Engine.Window])
    /// One row per group: keys, then measures, then what is computed from those.
    case aggregate(AggregatePlan)
    /// Orders the rows; equal ones keep their order.
    case sort([SortPlan])
    /// The first rows in an order.
    case top(Int, [SortPlan])
    /// Rows after the first `skip`; `count` of them, or all.
    case slice(skip: Int, count: Int?)
    /// The first row of each combination.
    case distinct([Formula])
    /// The values of one key become columns.
    case pivot(PivotPlan)
    /// Reports on the deals; its rows take their place.
    case report(ReportPlan)
    /// Writes the rows as they are at this point.
    case save(SavePlan)
    /// Must hold, or the script fails.
    case expect(ExpectPlan)
}

/// A key to sort by.
public struct SortPlan: Sendable {
    /// What is compared.
    public var formula: Formula
    /// Whether the largest comes first.
    public var isDescending: Bool
    /// Whether values are stages, which go in the order of the pipeline.
    public var isStage: Bool
}

/// A key to group by.
public struct KeyPlan: Sendable {
    /// The name of its column.
    public var name: String
    /// What is grouped by.
    public var formula: Formula
    /// Whether values are stages, which go in the order of the pipeline.
    public var isStage: Bool
    /// What its values mean: a period's first day is said as `2026-Q3`.
    public var meaning: Meaning
}

/// A grouping.
public struct AggregatePlan: Sendable {
    /// What rows are grouped by; one row altogether when empty.
    public var keys: [KeyPlan]
    /// What is computed of each group.
    public var measures: [Engine.Measure]
    /// Set when the only key is a period whose empty ones are to be filled in.
    public var filled: PeriodUnit?
}

/// Turning a key's values into columns.
public struct PivotPlan: Sendable {
    /// The columns before: those that stay, the one that spreads, the measures; over the table of the moment.
    public var keys: [OutputColumn]
    /// The one that spreads.
    public var pivot: OutputColumn
    /// The measures.
    public var values: [OutputColumn]
    /// The names of stages in their order.
    public var stages: [String]

    /// Stage names in the order of the pipelines, others and missing last.
    func stageOrder(_ names: [Cell]) -> [Cell] {
        func rank(_ cell: Cell) -> Int { cell.text.flatMap { stages.firstIndex(of: $0) } ?? Int.max }
        return names.sorted { (rank($0), $0) < (rank($1), $1) }
    }
}

/// Rows written to a file.
public struct SavePlan: Sendable {
    /// The path as written.
    public var path: String
    /// Whether cells that a spreadsheet would run are made harmless.
    public var isGuarded: Bool
    /// The columns written.
    public var output: [OutputColumn]
    /// Where the step stands.
    public var span: SourceSpan
}

/// Something that must hold.
public struct ExpectPlan: Sendable {
    /// What must hold.
    public enum Kind: Sendable {
        /// There is no row.
        case none
        /// There is a row.
        case some
        /// Every row satisfies the condition.
        case every(Formula)
    }
    /// What must hold.
    public var kind: Kind
    /// What to say when it does not.
    public var message: String
    /// Where the step stands.
    public var span: SourceSpan
}

/// A column that comes out of a plan.
public struct OutputColumn: Sendable {
    /// Its name.
    public var name: String
    /// How it is computed; `nil` for a field of the deals that nothing has asked for yet. Such a field is looked up
    /// when its column is read: some (the targets learned from history) cost a pass over all versions.
    public var formula: Formula?
    /// What its values mean.
    public var meaning: Meaning
    /// How the values are held.
    public var type: ValueType
    /// Whether rows were grouped by it.
    public var isKey: Bool
}

/// A reference table that a query looks into by a field of the deals.
public struct LookupUse: Sendable {
    /// The field: `product`.
    public var field: String
    /// The table: `products`.
    public var table: String
    /// The column of the source's table that holds the field.
    public var column: Int
    /// For each code of that column whether a row was found; entry 0 belongs to missing.
    public var isFound: [Bool]
}

/// Steps that can be bound only when the ones before them have run.
public struct RestOfQuery: Sendable {
    /// The steps as parsed.
    public var steps: [Step]
    /// The text they stand in.
    public var text: SourceText
}
