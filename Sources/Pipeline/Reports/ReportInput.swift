// What every report is given: a book (today's, or a past day's), the deals it looks at, how to group them, and the days
// that it needs. Reports read no clock and print nothing.

public import Engine
public import Values

/// The question that a report answers.
public struct ReportInput: Sendable {
    /// The book, already as of the day asked for.
    public var book: Book
    /// The deals: rows of `book.deals`, under the selection's condition.
    public var deals: Relation
    /// What to group by, over the deals' columns; one group when empty.
    public var keys: [Key]
    /// The keys in the language's words, for conditions that lead to deals: `quarter(close)`.
    public var keyWords: [String]
    /// How each key's numbers are said: `2026-Q3`; `nil` where the type of the key says it.
    public var keyWordings: [(@Sendable (Int64) -> String)?]
    /// Today and the units of time.
    public var calendar: Calendar
    /// The report's own period; `nil` for its default.
    public var period: Period?
    /// Threads and cancellation.
    public var execution: Execution

    /// A question about the deals of a book; about all of them unless told.
    public init(
        book: Book, deals: Relation? = nil, keys: [Key] = [], keyWords: [String]? = nil,
        keyWordings: [(@Sendable (Int64) -> String)?]? = nil, calendar: Calendar, period: Period? = nil,
        execution: Execution = Execution()
    ) {
        self.book = book
        self.deals = deals ?? Relation(book.deals)
        self.keys = keys
        self.keyWords = keyWords ?? keys.map(\.name)
        self.keyWordings = keyWordings ?? keys.map { _ in nil }
        self.calendar = calendar
        self.period = period
        self.execution = execution
    }

    /// The day that `today` means.
    public var today: Day { calendar.today }

    /// The key columns of a result.
    func keyColumns() throws -> [ReportResult.Column] {
        try zip(keys, keyWordings).map { key, wording in
            ReportResult.Column(
                key.name, try key.expression.valueType(in: deals.table), isKey: true, meaning: "the group",
                wording: wording)
        }
    }

    /// The condition that selects the deals of a group with these keys; empty without keys.
    func condition(ofGroup cells: [Cell]) throws -> String {
        try keys.indices.map { index in
            PQLText.condition(
                keyWords[index], cells[index], try keys[index].expression.valueType(in: deals.table),
                wording: keyWordings[index])
        }.joined(separator: " and ")
    }
}
