// What can be written at a place of a statement, as data for the prompt: the values of a field with how many deals have
// them and what those are worth, the fields, tables, definitions. Language says what kind of thing fits; here is what
// the book has of that kind.

public import Engine
public import Pipeline
public import Values

/// Something that can be written.
public struct Candidate: Hashable, Sendable {
    /// As the data spell it.
    public var name: String
    /// As a statement writes it: in quotes where that is needed.
    public var written: String
    /// How many deals have it; `nil` where that means nothing.
    public var count: Int?
    /// What those deals are worth; `nil` where that means nothing.
    public var value: Money?
    /// What it is, in a few words: `money`, `query`, `an imported table`.
    public var remark: String?

    init(_ name: String, written: String? = nil, count: Int? = nil, value: Money? = nil, remark: String? = nil) {
        self.name = name
        self.written = written ?? NameList.written(name)
        self.count = count
        self.value = value
        self.remark = remark
    }
}

/// What a book offers to write.
public struct Candidates: Sendable {
    private let book: Book
    private let today: Day
    private let execution: Execution

    /// The candidates of a book; `today` is what fields are computed for.
    public init(_ book: Book, today: Day, execution: Execution = Execution()) {
        self.book = book
        self.today = today
        self.execution = execution
    }

    /// The names that begin with the text among the values of a field of the deals, the most used first; stages in the
    /// order of the pipelines. Each with the number of its deals and their value.
    ///
    /// `field` is a category: `stage`, `owner`, `account`. Empty for other fields.
    public func values(of field: String, beginningWith text: String = "", atMost limit: Int = 200) throws -> [Candidate]
    {
        guard let index = book.deals.columnIndex(field), book.deals.columns[index].representation == .code else {
            return []
        }
        let column = Formula.column(index)
        let codes = text.isEmpty ? nil : try book.deals.columns[index].dictionary.codes(withPrefix: text)
        let groups = try execution.aggregate(
            Relation(book.deals, condition: codes.map { .inCodes(column, CodeSet($0)) } ?? .not(.isMissing(column))),
            by: [Engine.Key("name", column)],
            [Engine.Measure("count", .count), Engine.Measure("value", .sum(.column(DealColumn.value.index)))])
        var known: [String: (count: Int, value: Money)] = [:]
        for row in 0..<groups.rowCount {
            let cells = try groups.row(row)
            guard let name = cells[0].text else { continue }
            known[name] = (Int(cells[1].integer ?? 0), Money(cents: cells[2].integer ?? 0))
        }
        if field == DealColumn.stage.rawValue {
            let begin = NameIndex(try book.stageNames().names)
            return begin.beginning(with: text).prefix(limit).map { place in
                let name = begin.names[place]
                return Candidate(name, count: known[name]?.count ?? 0, value: known[name]?.value ?? Money(cents: 0))
            }
        }
        return known.sorted { ($1.value.count, $0.key) < ($0.value.count, $1.key) }.prefix(limit).map {
            Candidate($0.key, count: $0.value.count, value: $0.value.value)
        }
    }

    /// The fields of the deals with their types.
    public func fields() throws -> [Candidate] {
        try book.fields(today: today).map { field in
            let remark =
                switch field.valueType.type {
                case .category: "name"
                case .boolean: "yes or no"
                default: "\(field.valueType.type)"
                }
            return Candidate(field.name, written: Candidates.identifier(field.name), remark: remark)
        }
    }

    /// The columns of a table of the book: behind a dot, or as the fields of a source.
    public func columns(of table: String) throws -> [Candidate] {
        guard let found = try book.listing(named: book.table(named: table)?.name ?? table, today: today) else {
            return []
        }
        return found.table.columns.map {
            Candidate($0.name, written: Candidates.identifier($0.name), remark: "\($0.type)")
        }
    }

    /// A name of which nothing is counted.
    public func name(_ name: String) -> Candidate { Candidate(name) }

    /// The columns behind a dot after a field of the deals: `account.`.
    public func columns(behind field: String) throws -> [Candidate] {
        guard let table = book.table(ofField: field) else { return [] }
        return try columns(of: table.name)
    }

    /// Every table that a query can begin with, deals first.
    public func tables() throws -> [Candidate] {
        var all = [Candidate("deals", count: book.dealCount)]
        for listing in BookListing.allCases where book.table(named: listing.rawValue) == nil {
            all.append(Candidate(listing.rawValue, remark: "of the deals"))
        }
        return all + book.tables.map { Candidate($0.name, count: $0.rows.liveRowCount, remark: "imported") }
    }

    /// The definitions made with `let`.
    public func lets() -> [Candidate] { book.lets.map { Candidate($0.name, written: $0.name, remark: $0.text) } }

    /// The pipelines.
    public func pipelines() -> [Candidate] { book.pipelines.map { Candidate($0.name) } }

    /// Ids and names of deals that begin with the text, at most so many.
    public func deals(beginningWith text: String, atMost limit: Int = 50) throws -> [Candidate] {
        let id = Formula.column(DealColumn.id.index)
        let name = Formula.column(DealColumn.name.index)
        let found = try execution.slice(
            Relation(book.deals, condition: .or([.test(.startsWith, id, text), .test(.startsWith, name, text)])),
            skip: 0, count: limit)
        let table = try execution.materialize(found, [(name: "id", expression: id), (name: "name", expression: name)])
        return try (0..<table.rowCount).map { row in
            let cells = try table.row(row)
            return Candidate(cells[0].text ?? "", remark: cells[1].text)
        }
    }

    /// What a period comes to, for the prompt's grey remark: `this quarter` gives `2026-10-01 … 2026-12-31`.
    public static let periods = [
        "today", "yesterday", "this week", "last week", "next week", "this month", "last month", "next month",
        "this quarter", "last quarter", "next quarter", "this year", "last year", "last 30 days", "last 90 days",
        "next 30 days", "ytd", "qtd",
    ]

    /// A field as a statement writes it: in backticks unless it is a plain word.
    static func identifier(_ name: String) -> String {
        NameList.written(name) == name ? name : "`\(name)`"
    }
}
