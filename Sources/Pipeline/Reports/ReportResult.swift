// What every report answers with: rows like those of any query, what each number counts (as a condition of the query
// language, so that every number leads to its deals), what was left out and why, and the definition with this book's
// numbers filled in.

public import Engine
import Values

/// A report's answer.
public struct ReportResult: Sendable {
    /// A column of the report.
    public struct Column: Hashable, Sendable {
        /// Its name.
        public var name: String
        /// What its values mean and how they are held.
        public var type: ValueType
        /// Whether rows are grouped by it.
        public var isKey: Bool
        /// What the number is, in one line, for `explain`.
        public var meaning: String

        /// A column.
        public init(_ name: String, _ type: ValueType, isKey: Bool = false, meaning: String = "") {
            self.name = name
            self.type = type
            self.isKey = isKey
            self.meaning = meaning
        }
    }

    /// Deals that the report could not use.
    public struct LeftOut: Hashable, Sendable {
        /// How many.
        public var count: Int
        /// Why, after the number: `deals have no creation day`.
        public var reason: String
        /// A condition that selects them; `nil` when the language cannot say it.
        public var condition: String?
    }

    /// The columns.
    public var columns: [Column]
    /// The rows, a cell for each column.
    public var rows: [[Cell]]
    /// By row and column, the condition that selects the deals behind the number, to be joined with the report's own
    /// selection by `and`; `nil` for numbers that no set of deals stands behind (rates, days).
    public var conditions: [[String?]]
    /// How many deals were looked at.
    public var dealCount: Int
    /// Deals that could not be used.
    public var leftOut: [LeftOut]
    /// Sentences that sum up the rows, beneath a table; a picture of the rows shows them itself.
    public var summary: [String]
    /// Sentences to stand beneath the answer.
    public var notes: [String]
    /// Definition and formulas with this book's numbers, a line each, for `explain`.
    public var definition: [String]

    /// A result without rows.
    public init(columns: [Column], dealCount: Int) {
        self.columns = columns
        self.dealCount = dealCount
        rows = []
        conditions = []
        leftOut = []
        summary = []
        notes = []
        definition = []
    }

    /// Adds a row: cells, and the conditions of those that count deals (by column name).
    mutating func append(_ cells: [Cell], conditions named: [String: String] = [:], group: String? = nil) {
        rows.append(cells)
        conditions.append(
            columns.map { column in
                guard let condition = named[column.name] else { return nil }
                guard let group else { return condition }
                return condition.isEmpty ? group : group + " and " + condition
            })
    }

    /// Adds a line on deals that could not be used, unless there are none.
    mutating func leaveOut(_ count: Int, _ reason: String, condition: String? = nil) {
        if count > 0 { leftOut.append(LeftOut(count: count, reason: reason, condition: condition)) }
    }

    /// The rows as a table.
    public func table() throws -> Table {
        try Table(
            columns.enumerated().map { index, column in
                try Engine.Column(name: column.name, valueType: column.type, cells: rows.map { $0[index] })
            })
    }
}
