// What every report answers with: rows like those of any query, the deals behind each number, what was left out and why, and the definition with this book's
// numbers filled in.

public import Engine
public import Values

/// A report's answer.
public struct ReportResult: Sendable {
    /// A column of the report.
    public struct Column: Sendable {
        /// Its name.
        public var name: String
        /// What its values mean and how they are held.
        public var type: ValueType
        /// Whether rows are grouped by it.
        public var isKey: Bool
        /// What the number is, in one line, for `explain`.
        public var meaning: String
        /// The field whose sum over the deals behind it the amount is; `nil` for counts of deals, and where a number is
        /// no sum.
        public var sums: String?
        /// How a number of a key is said: `2026-Q3`; `nil` where its type says it.
        public var wording: (@Sendable (Int64) -> String)?

        /// The name of the key that it shows, where it is another: `stage` of a column `deal_stage`.
        public internal(set) var keyName: String?
        /// The unit of time whose first day a key is; `nil` for every other column.
        public var unit: PeriodUnit?
        /// Whether the amount is an estimate, of which people are shown whole units.
        public var isEstimate: Bool

        /// A column.
        public init(
            _ name: String, _ type: ValueType, isKey: Bool = false, meaning: String = "", sums: String? = nil,
            wording: (@Sendable (Int64) -> String)? = nil, unit: PeriodUnit? = nil, isEstimate: Bool = false
        ) {
            self.name = name
            self.type = type
            self.isKey = isKey
            self.meaning = meaning
            self.sums = sums
            self.wording = wording
            self.unit = unit
            self.isEstimate = isEstimate
            if let unit { self.wording = { unit.label(Day(clamping: Int($0))) } }
        }
    }

    /// Deals that the report could not use.
    public struct LeftOut: Hashable, Sendable {
        /// How many.
        public var count: Int
        /// Why, after the number: `deals have no creation day`.
        public var reason: String
        /// A condition on the selection that selects them; `nil` when the language cannot say it.
        public var condition: String?
        /// The day of the book that they are counted in, where it is not the report's own.
        public var day: Day?
        /// Which span of time they are missing in, where the report is asked for several.
        public var part: String?

        /// How many and why: `2 deals have no value`, and of one `1 deal has no value`.
        public var words: String {
            let place = part.map { " (\($0))" } ?? ""
            guard count == 1 else { return "\(DecimalText.grouped(String(count))) \(reason)" + place }
            let singular = [
                "deals": "deal", "stays": "stay", "are": "is", "have": "has", "lack": "lacks", "were": "was",
                "their": "its", "they": "it",
            ]
            return "1 " + reason.split(separator: " ").map { singular[String($0)] ?? String($0) }.joined(separator: " ")
                + place
        }
    }

    /// The columns.
    public var columns: [Column]
    /// The rows, a cell for each column.
    public var rows: [[Cell]]
    /// By row and column, the deals behind the number; `nil` for numbers that no set of deals stands behind (rates, days).
    public var drillDowns: [[DrillDown?]]
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
        drillDowns = []
        leftOut = []
        summary = []
        notes = []
        definition = []
    }

    /// Adds a row: cells, and the conditions of those that count deals (by column name), on the book of `day` where that is
    /// not the report's own.
    mutating func append(
        _ cells: [Cell], conditions named: [String: String] = [:], group: String? = nil, on day: Day? = nil
    ) {
        append(cells, drillDowns: named.mapValues { DrillDown($0, on: day).narrowed(by: group ?? "") })
    }

    /// Adds a row: cells, and the deals behind those that count deals (by column name).
    mutating func append(_ cells: [Cell], drillDowns named: [String: DrillDown]) {
        rows.append(cells)
        drillDowns.append(columns.map { named[$0.name] })
    }

    /// Adds a line on deals that could not be used, unless there are none.
    mutating func leaveOut(_ count: Int, _ reason: String, condition: String? = nil) {
        if count > 0 { leftOut.append(LeftOut(count: count, reason: reason, condition: condition)) }
    }

    /// Who could not be used, to stand beneath the answer: a line per reason.
    public var leftOutNotes: [String] {
        var reasons: [String] = []
        for left in leftOut where !reasons.contains(left.reason) { reasons.append(left.reason) }
        return reasons.map { reason in
            let same = leftOut.filter { $0.reason == reason }
            guard same.count > 1 else { return same[0].words }
            let parts = same.prefix(5).map { "\(DecimalText.grouped(String($0.count))) in \($0.part ?? "")" }
            return "\(reason): " + parts.joined(separator: ", ") + (same.count > 5 ? ", …" : "")
        }
    }

    /// The rows as a table.
    public func table() throws -> Table {
        try Table(
            columns.enumerated().map { index, column in
                try Cancellation.checkAmbient()
                return try Engine.Column(name: column.name, valueType: column.type, cells: rows.map { $0[index] })
            })
    }
}
