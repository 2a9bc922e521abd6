// The deals of a forecast as plain arrays, and the state each open one is in: the stage with the days it has been there
// or, where no stage history tells, its age since it was created.

import Engine
import Values

/// Where an open deal is on its way.
enum DealState: Hashable {
    /// In a stage, an index into the book's stage places, for so many days.
    case stage(Int, age: Int)
    /// So many days after it was created.
    case life(age: Int)
    /// Nothing is known: neither when it entered its stage nor when it was created.
    case unknown
}

/// Selected deals with what a forecast needs of them; all arrays run in parallel, `Int64.min` is missing.
struct ForecastDeals: Sendable {
    let selected: SelectedDeals
    let today: Day
    let values: [Int64]
    let created: [Int64]
    let closed: [Int64]
    let close: [Int64]
    let entered: [Int64]
    let probability: [Int64]
    /// The list price of each deal's product in cents; empty when the book has none.
    let listPrice: [Int64]
    /// The field that holds the list price; `nil` when the book has none.
    let priceField: String?
    let owners: CategoryCells
    private let kinds: [StageKind?]

    /// Reads the selection.
    init(_ input: ReportInput) throws {
        let fields = ["value", "created", "closed", "close", "entered", "probability", "category", "product", "owner"]
        selected = try SelectedDeals(input, fields: fields)
        today = input.today
        values = try selected.integers("value")
        created = try selected.integers("created")
        closed = try selected.integers("closed")
        close = try selected.integers("close")
        entered = try selected.integers("entered")
        probability = try selected.integers("probability")
        owners = try selected.categoryCells("owner")
        kinds = selected.kinds
        let price = try input.book.priceField
        listPrice = try price.map { try input.book.listPrices($0, of: input.deals, input.execution) } ?? []
        priceField = listPrice.isEmpty ? nil : price?.name
    }

    var count: Int { selected.count }

    /// The key cells of the deal's group.
    func key(_ index: Int) -> [Cell] { selected.groups[selected.group[index]] }

    /// Whether the deal is neither won nor lost. A deal without a known stage is not known to be decided.
    func isOpen(_ index: Int) -> Bool { kinds[index].map { !$0.isClosed } ?? true }
    /// Whether the deal is won.
    func isWon(_ index: Int) -> Bool { kinds[index] == .won }
    /// Whether the deal is lost.
    func isLost(_ index: Int) -> Bool { kinds[index] == .lost }

    /// The day the deal was won; `nil` for others and where it is not known.
    func wonDay(_ index: Int) -> Day? {
        isWon(index) && closed[index] != .min ? Day(clamping: Int(closed[index])) : nil
    }

    /// The state by stage, else by age.
    func state(_ index: Int) -> DealState {
        let now = Int64(today.number)
        if selected.place[index] >= 0, entered[index] != .min, entered[index] <= now {
            return .stage(selected.place[index], age: Int(now - entered[index]))
        }
        return life(index)
    }

    /// The state by age alone.
    func life(_ index: Int) -> DealState {
        let now = Int64(today.number)
        guard created[index] != .min, created[index] <= now else { return .unknown }
        return .life(age: Int(now - created[index]))
    }

    /// The names of the deals' products.
    func products() throws -> CategoryCells { try selected.categoryCells("product") }
    /// The forecast categories.
    func categories() throws -> [Cell] { try selected.cells("category") }
}

extension Book {
    /// The column of the products' table that holds prices, as a field of deals; `nil` when there is none.
    var priceField: Field? {
        get throws {
            let product = DealColumn.product.rawValue
            let prices = table(ofField: product)?.rows.columns.first { column in
                column.name.lowercased().contains("price") && [.money, .number].contains(column.valueType.type)
            }
            return try prices.flatMap { try referenceField(product, $0.name) }
        }
    }

    /// The list price of each deal's product in cents, `Int64.min` where there is none.
    func listPrices(_ field: Field, of deals: Relation, _ execution: Execution) throws -> [Int64] {
        let table = try execution.materialize(deals, [("price", field.definition)])
        let isMoney = field.valueType.type == .money
        return try table.columns[0].cells().map { cell in
            let cents: Double
            switch cell {
            case .integer(let number): cents = Double(number) * (isMoney ? 1 : 100)
            case .real(let number): cents = number * 100
            case .text, .missing: return .min
            }
            return cents > 0 && cents < 9e15 ? Int64(cents.rounded()) : .min
        }
    }
}
