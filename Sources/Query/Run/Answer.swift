// What a statement answers with: rows with what is known about their columns, and what must be said about them
// (rule 7 of the language). Data and plain words only; how wide, in which colours and in which format it is shown is
// Shell's business.
//
//   columns   id  name  account  stage  value  owner  close  …   every column, for csv and json
//   shown      0    1      2       3      4      5      6        those that a table for people shows
//   rows      read in pages: page(0..<50, of: shown)

public import Engine
public import Language
public import Values

/// The answer to a query, report or card.
public struct Answer: Sendable {
    /// How it wants to be shown.
    public enum Shape: Hashable, Sendable {
        /// A table of rows.
        case rows
        /// One card per row: names of fields beside their values.
        case card
        /// A drawing of the rows; `nil` lets the data decide.
        case chart(ChartKind?)
        /// Lines of text, in the only column; `explain`, `settings`.
        case text
    }

    /// What is known about a column.
    public struct Column: Hashable, Sendable {
        /// Its name, unique in the answer.
        public var name: String
        /// What its values mean and how they are held.
        public var type: ValueType
        /// The currency of amounts; `nil` for other types.
        public var currency: Currency?
        /// Whether it groups rows (a key of an aggregate) and so labels a chart.
        public var isKey: Bool
        /// Whether its amounts are estimates, of which people are shown whole units.
        public var isEstimate: Bool

        /// A column.
        public init(
            _ name: String, _ type: ValueType, currency: Currency? = nil, isKey: Bool = false, isEstimate: Bool = false
        ) {
            self.name = name
            self.type = type
            self.currency = currency
            self.isKey = isKey
            self.isEstimate = isEstimate
        }
    }

    /// The sums beneath deals.
    public struct Totals: Hashable, Sendable {
        /// Number of deals.
        public var count: Int
        /// Sum of their values, in the book's currency.
        public var value: Money
        /// Sum of value × probability over the open ones; `nil` when none of them has both.
        public var weighted: Money?
        /// The currency of the sums.
        public var currency: Currency
    }

    /// Words of the query and what they came to.
    public struct Resolved: Hashable, Sendable {
        /// As written: `this quarter`.
        public var words: String
        /// What it means: `2026-10-01 … 2026-12-31`.
        public var meaning: String
    }

    /// An `expect` that did not hold.
    public struct Failure: Hashable, Sendable {
        /// What to say: the query's own message, or what was expected.
        public var message: String
        /// How many rows broke it; 0 where rows were missing altogether.
        public var rowCount: Int
        /// Where the step stands.
        public var span: SourceSpan
    }

    /// What has happened to a deal, for its card.
    public struct TimelineEntry: Hashable, Sendable {
        /// The day.
        public var day: Day
        /// What happened: `entered Negotiation`.
        public var text: String
        /// For the entry into a stage: the day it was left, or today while the deal is there; `nil` for what is no stay.
        public var until: Day?
    }

    /// Which report the rows are, so that a terminal can draw it.
    public struct Report: Hashable, Sendable {
        /// Which.
        public var kind: ReportKind
        /// The open stages of each pipeline, in order, under the pipeline's name.
        public var stages: [String: [String]]
        /// What each column is, in one line; empty where its name says it.
        public var meanings: [String]
    }

    /// A number of a report, and the query that lists the deals behind it.
    public struct DrillDown: Hashable, Sendable {
        /// The report's row, before any steps behind it.
        public var row: Int
        /// The column's name.
        public var column: String
        /// The field whose sum over the deals the number is; `nil` where it is how many they are.
        public var sums: String?
        /// The query.
        public var query: String
    }

    /// How it wants to be shown.
    public var shape: Shape
    /// Every column, in the order for programs.
    public var columns: [Column]
    /// The columns that people are shown, as indexes into `columns`.
    public var shown: [Int]
    /// The rows, read in pages.
    public var rows: AnswerRows
    /// Computes the sums beneath deals; `nil` when the rows are no deals. Throws `EngineError`: overflow, or a stop.
    public var totals: (@Sendable () throws -> Totals)?
    /// What one row is called: `deal`, `row`.
    public var rowNoun: String
    /// What relative words came to, in the order written.
    public var resolved: [Resolved]
    /// Whole sentences to say beneath: `1,480 deals have a product that products do not list (GTXPro 1,480)`.
    public var notes: [String]
    /// What deserves a second look.
    public var warnings: [Diagnostic]
    /// The expectations that did not hold; the script fails when there are any.
    public var failures: [Failure]
    /// For cards: the timeline of each row.
    public var timelines: [[TimelineEntry]]
    /// For forecasts: the ranges to be drawn; `nil` for everything else.
    public var ranges: Ranges?
    /// For a report whose columns no later step has changed: which it is, so that a terminal can draw it.
    public var report: Report?
    /// For reports: remarks that sum up the rows; a picture of them shows that itself.
    public var summary: [String]
    /// For what-ifs: how the columns are drawn together; `nil` for a plain table.
    public var picture: Picture?
    /// For reports: the definition with this book's numbers, what was left out, and the query behind each number.
    public var explanation: [String]
    /// For reports that are explained: the deals behind each number.
    public var drillDowns: [DrillDown]

    /// An answer without remarks.
    public init(shape: Shape, columns: [Column], shown: [Int]? = nil, rows: AnswerRows, rowNoun: String = "row") {
        self.shape = shape
        self.columns = columns
        self.shown = shown ?? Array(columns.indices)
        self.rows = rows
        self.rowNoun = rowNoun
        totals = nil
        resolved = []
        notes = []
        warnings = []
        failures = []
        timelines = []
        report = nil
        summary = []
        explanation = []
        drillDowns = []
    }

    /// The number of rows.
    public var rowCount: Int { rows.count }
    /// `1 deal`, `1,480 deals`, `3 companies`.
    public var countWords: String { Words.count(rowCount, rowNoun) }

    /// Rows of the range (clamped) as a table with the columns chosen, in that order, under their names.
    ///
    /// Throws `EngineError`: overflow of a computed column, or a stop.
    public func page(_ range: Range<Int>, of chosen: [Int]) throws -> Table { try rows.page(range, of: chosen) }

    /// The whole answer as one table with every column. For tests and small answers.
    public func table() throws -> Table { try page(0..<rowCount, of: Array(columns.indices)) }
}
