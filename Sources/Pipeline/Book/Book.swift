// The book: everything one file holds, as a value. Copying it shares the chunks of its tables, so undo, what-ifs and
// "as of" are just other books. Nothing in it reads the clock: fields and reports are given `today`.
//
//   deals     one row per deal, the columns of DealColumn first and in that order, then custom fields
//   history   one row per version of a deal (see History)
//   tables    accounts, owners and whatever else was imported beside the deals
//
// Invariants: pipelines are not empty, names of stages are unique within one; the dictionary of the deals' stage column
// holds every stage of every pipeline; a closed deal has no own probability, and none equals its stage's.

public import Engine
import Values

/// Everything one file holds.
public struct Book: Sendable {
    /// Which book it is and how often it was saved.
    public var identity: BookIdentity
    /// Currency, calendar, clock, whose book it is.
    public var settings: BookSettings {
        didSet {
            var before = oldValue
            before.today = settings.today
            if before != settings { pasts = PastBooks() }
        }
    }
    /// The pipelines; at least one. Changed by `setPipelines`.
    public internal(set) var pipelines: [SalesPipeline] { didSet { forgetFound() } }
    /// The deals.
    public var deals: Table { didSet { forgetFound() } }
    /// The versions of the deals.
    public var history: History { didSet { forgetFound() } }
    /// Tables keyed by a category of the deals, or alone.
    public var tables: [ReferenceTable] { didSet { forgetFound() } }
    /// What `let` defined.
    public var lets: [LetDefinition] { didSet { pasts = PastBooks() } }
    /// What-ifs under a name.
    public var scenarios: [Scenario] = []
    /// What was done to the book since its log began.
    public var log = ChangeLog()
    /// Targets of stages as learned from history, found once per history.
    var learned = LearnedTargets()
    /// How amounts were brought into the book's currency; `nil` while every amount is as it is stored.
    public internal(set) var reporting: Reporting?
    /// The past book asked for last; of this state only, so every change of what it is made of forgets it.
    private(set) var pasts = PastBooks()
    /// What the book teaches for its forecasts, once it was asked; of this state only, likewise.
    private(set) var forecasts = ForecastMemory()

    /// A new book: no deals, the pipeline of a B2B software company.
    public init(identity: BookIdentity = .random(), settings: BookSettings = BookSettings()) throws {
        self.identity = identity
        self.settings = settings
        pipelines = [.businessToBusiness]
        deals = try Book.emptyDeals(pipelines)
        history = try History()
        tables = []
        lets = []
    }

    /// Forgets what was found out about the state before a change.
    private mutating func forgetFound() {
        pasts = PastBooks()
        forecasts = ForecastMemory()
    }

    /// Whether the pipeline is still the one of a new book and no deal has used it: an import then may bring its own.
    public var hasUntouchedPipeline: Bool { deals.rowCount == 0 && pipelines == [.businessToBusiness] }

    /// Whether there are deals in several pipelines to tell apart.
    public var hasSeveralPipelines: Bool { pipelines.count > 1 }

    /// The number of deals.
    public var dealCount: Int { deals.liveRowCount }

    /// The reference table with this name, or that one row of which is called so; case ignored.
    public func table(named name: String) -> ReferenceTable? {
        let key = NameIndex.key(name)
        return tables.first { NameIndex.key($0.name) == key } ?? tables.first { NameIndex.key($0.singular) == key }
    }

    /// The reference table keyed by this field of the deals.
    public func table(ofField field: String) -> ReferenceTable? { tables.first { $0.field == field } }

    /// Puts a table in the place of the one with its name, or adds it.
    public mutating func setTable(_ table: ReferenceTable) {
        if let index = tables.firstIndex(where: { $0.name == table.name }) {
            tables[index] = table
        } else {
            tables.append(table)
        }
    }

    /// The values of a category column of the deals with how many deals have each, for lookup and completion.
    ///
    /// - Complexity: one pass over the column, and O(n log n) in its names.
    public func names(ofColumn name: String) throws -> NameIndex {
        guard let column = deals.column(name), column.representation == .code else { return NameIndex([]) }
        var counts = Array(repeating: 0, count: column.dictionary.count + 1)
        try column.forEachCode { row, code in
            if Int(code) < counts.count, deals.deletedRows.isEmpty || !deals.deletedRows.contains(row) {
                counts[Int(code)] += 1
            }
        }
        return NameIndex(try column.dictionary.names(), counts: Array(counts.dropFirst()))
    }

    /// The row of the deal with this id, case ignored unless two ids differ only by it; `nil` when there is none.
    ///
    /// - Complexity: a pass over the chunks whose bounds hold the id; one of them where ids ascend.
    public func dealRow(id: String) throws -> Int? {
        let column = DealColumn.id.index
        let isAlike = Expression.compare(.equal, .column(column), .constant(.text(id), .text))
        let alike = try Execution().rows(Relation(deals).filtered(by: isAlike))
        return try (alike.first { try deals.cell(Int($0), column).text == id } ?? alike.first).map { Int($0) }
    }

    /// The cell of a deal in one of the fixed columns.
    public func deal(_ row: Int, _ column: DealColumn) throws -> Cell { try deals.cell(row, column.index) }

    /// A deals table without rows whose stage dictionary holds the stages of the pipelines.
    static func emptyDeals(_ pipelines: [SalesPipeline]) throws -> Table {
        try Table(
            DealColumn.allCases.map { column in
                let names: [String] =
                    switch column {
                    case .stage: pipelines.flatMap { $0.stages.map(\.name) }
                    case .pipeline: pipelines.map(\.name)
                    case .ownCategory: ForecastCategory.allCases.map(\.rawValue)
                    default: []
                    }
                return try Column(
                    name: column.rawValue, valueType: column.valueType, chunks: [],
                    dictionary: CategoryDictionary(names))
            })
    }
}
