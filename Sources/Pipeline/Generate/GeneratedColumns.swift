// From lives to columns: what a block of deals adds to the tables of the book. Columns are built from whole arrays of
// codes and numbers; texts are made for ids, names and next steps only.

internal import Engine
internal import Values

/// The columns of the deals table under construction.
struct GeneratedDeals: Sendable {
    private let plan: GenerationPlan
    /// The accounts' names one after the other, and where each ends: a million strings would be fetched one by one.
    private let accountText: [UInt8]
    private let accountEnds: [Int]
    private let idDigits: Int
    private let people = (0..<PeopleNames.count).map(PeopleNames.person)
    private var builders: [ColumnBuilder]
    private let dictionaries: [CategoryDictionary]

    /// Empty columns.
    init(plan: GenerationPlan, team: SalesTeam, pipeline: SalesPipeline, accountNames: [String]) {
        self.plan = plan
        var text: [UInt8] = []
        accountEnds = accountNames.map { name in
            text.append(contentsOf: name.utf8)
            return text.count
        }
        accountText = text
        idDigits = max(4, String(plan.dealCount).utf8.count)
        let dictionaries = DealColumn.allCases.map { column in
            switch column {
            case .pipeline: CategoryDictionary([pipeline.name])
            case .stage: CategoryDictionary(pipeline.stages.map(\.name))
            case .account: CategoryDictionary(accountNames)
            case .owner: CategoryDictionary(team.owners.map(\.name))
            case .source: CategoryDictionary(SellingModel.sources.map(\.name))
            case .product: CategoryDictionary(SellingModel.products.map(\.name))
            case .type: CategoryDictionary(SellingModel.types.map(\.name))
            case .reason: CategoryDictionary(SellingModel.reasons.map(\.name))
            case .ownCategory: CategoryDictionary(ForecastCategory.allCases.map(\.rawValue))
            default: CategoryDictionary()
            }
        }
        self.dictionaries = dictionaries
        builders = DealColumn.allCases.map { column in
            column.valueType == .category && column != .contact
                ? ColumnBuilder(name: column.rawValue, codesOf: dictionaries[column.index])
                : ColumnBuilder(name: column.rawValue, valueType: column.valueType)
        }
    }

    /// Adds a block of deals, the first of which has this number.
    mutating func append(_ life: DealLife, first: Int) {
        let traits = life.traits
        let present = life.versionEnds.map { life.versions[$0 - 1] }
        for column in DealColumn.allCases {
            switch column {
            case .id: appendIds(first..<first + traits.count)
            case .name: appendNames(traits)
            case .contact: appendContacts(traits)
            case .nextStep: appendNextSteps(traits, present)
            case .pipeline, .currency, .ownCategory: break
            case .stage: append(codes: column, present) { Int($0.stage) + 1 }
            case .account: append(codes: column, traits) { Int($0.account) + 1 }
            case .owner: append(codes: column, present) { Int($0.owner) }
            case .source: append(codes: column, traits) { Int($0.source) + 1 }
            case .product: append(codes: column, traits) { Int($0.product) + 1 }
            case .type: append(codes: column, traits) { Int($0.type) + 1 }
            case .reason: append(codes: column, traits) { Int($0.reason) + 1 }
            case .value: append(integers: column, present) { $0.value }
            case .ownProbability: append(integers: column, present) { $0.millionths }
            case .created: append(integers: column, traits) { Int64($0.created) }
            case .close: append(integers: column, present) { $0.closeDay }
            case .closedOn: append(integers: column, traits) { $0.closedDay }
            case .entered: append(integers: column, traits) { Int64($0.entered) }
            case .touched: append(integers: column, traits) { Int64($0.touched) }
            case .pushes: append(integers: column, traits) { Int64($0.pushes) }
            }
        }
    }

    /// The finished table of so many deals.
    consuming func finish(rowCount: Int) throws -> Table {
        let dictionaries = self.dictionaries
        let columns = try DealColumn.allCases.map { column in
            switch column {
            case .pipeline, .currency, .ownCategory:
                return try Column(
                    name: column.rawValue, valueType: column.valueType,
                    sharing: column == .pipeline ? .text(SalesPipeline.defaultName) : .missing,
                    dictionary: dictionaries[column.index], count: rowCount)
            default: return try builders[column.index].finish()
            }
        }
        return try Table(columns)
    }

    private mutating func append<Row>(codes column: DealColumn, _ rows: [Row], _ code: (Row) -> Int) {
        let count = dictionaries[column.index].count
        builders[column.index].append(codes: rows.map { UInt32(code($0)) }, dictionaryCount: count)
    }

    private mutating func append<Row>(integers column: DealColumn, _ rows: [Row], _ integer: (Row) -> Int64) {
        builders[column.index].append(integers: rows.map(integer), missing: DealVersion.missing)
    }

    /// `D-0000001` and so on, as many digits for all deals of the book.
    private mutating func appendIds(_ numbers: Range<Int>) {
        let index = DealColumn.id.index
        var text = Array("D-".utf8) + Array(repeating: UInt8(ascii: "0"), count: idDigits)
        for number in numbers {
            var rest = number + 1
            for place in (2..<text.count).reversed() {
                text[place] = UInt8(ascii: "0") + UInt8(rest % 10)
                rest /= 10
            }
            append(text: text, to: index)
        }
    }

    /// The account and the product, and for further business what it is: `Borova Grid Analytics expansion`.
    private mutating func appendNames(_ traits: [DealTraits]) {
        let products = SellingModel.products.map { Array((" " + $0.name).utf8) }
        let years = (1970...2300).map { Array((" renewal " + String($0)).utf8) }
        let index = DealColumn.name.index
        var text: [UInt8] = []
        for deal in traits {
            text.removeAll(keepingCapacity: true)
            let account = Int(deal.account)
            text.append(contentsOf: accountText[(account > 0 ? accountEnds[account - 1] : 0)..<accountEnds[account]])
            text.append(contentsOf: products[Int(deal.product)])
            if deal.type == 1 { text.append(contentsOf: " expansion".utf8) }
            if deal.type == 2 {
                let year = Day(clamping: Int(deal.created)).year
                text.append(contentsOf: years[min(max(0, year - 1970), years.count - 1)])
            }
            append(text: text, to: index)
        }
    }

    private mutating func appendContacts(_ traits: [DealTraits]) {
        let index = DealColumn.contact.index
        for deal in traits { builders[index].append(people[Int(deal.contact)]) }
    }

    private mutating func appendNextSteps(_ traits: [DealTraits], _ present: [DealVersion]) {
        let index = DealColumn.nextStep.index
        for (deal, version) in zip(traits, present) {
            if deal.nextStep < 0 {
                builders[index].appendMissing()
            } else {
                builders[index].append(SellingModel.nextSteps[Int(version.stage)][Int(deal.nextStep)])
            }
        }
    }

    private mutating func append(text: [UInt8], to index: Int) {
        // SAFETY: the builder copies the bytes before the call returns.
        unsafe text.withUnsafeBufferPointer { unsafe builders[index].append(utf8: $0) }
    }
}

/// The columns of the history under construction.
struct GeneratedHistory: Sendable {
    private var builders: [ColumnBuilder]
    private let dictionaries: [CategoryDictionary]

    /// Empty columns.
    init(team: SalesTeam, pipeline: SalesPipeline) {
        let dictionaries = HistoryColumn.allCases.map { column in
            switch column {
            case .pipeline: CategoryDictionary([pipeline.name])
            case .stage: CategoryDictionary(pipeline.stages.map(\.name))
            case .owner: CategoryDictionary(team.owners.map(\.name))
            case .category: CategoryDictionary(ForecastCategory.allCases.map(\.rawValue))
            default: CategoryDictionary()
            }
        }
        self.dictionaries = dictionaries
        builders = HistoryColumn.allCases.map { column in
            column.valueType == .category
                ? ColumnBuilder(name: column.rawValue, codesOf: dictionaries[column.index])
                : ColumnBuilder(name: column.rawValue, valueType: column.valueType)
        }
    }

    /// Adds the versions of a block of deals, the first of which has this row in the deals table.
    mutating func append(_ life: DealLife, first: Int) {
        let versions = life.versions
        for column in HistoryColumn.allCases {
            switch column {
            case .deal:
                var deals: [Int64] = []
                deals.reserveCapacity(versions.count)
                for (place, end) in life.versionEnds.enumerated() {
                    while deals.count < end { deals.append(Int64(first + place)) }
                }
                builders[column.index].append(integers: deals, missing: DealVersion.missing)
            case .at: append(integers: column, versions) { Int64($0.at) * 86_400 }
            case .pipeline, .category, .currency, .observed, .deleted: break
            case .stage: append(codes: column, versions) { Int($0.stage) + 1 }
            case .value: append(integers: column, versions) { $0.value }
            case .close: append(integers: column, versions) { $0.closeDay }
            case .owner: append(codes: column, versions) { Int($0.owner) }
            case .probability: append(integers: column, versions) { $0.millionths }
            }
        }
    }

    /// The finished history; its rows are sorted as they were made.
    consuming func finish() throws -> History {
        let rowCount = builders[HistoryColumn.deal.index].rowCount
        let dictionaries = self.dictionaries
        let columns = try HistoryColumn.allCases.map { column in
            switch column {
            case .pipeline, .category, .currency, .observed, .deleted:
                let cell: Cell =
                    switch column {
                    case .pipeline: .text(SalesPipeline.defaultName)
                    case .observed, .deleted: .integer(0)
                    default: .missing
                    }
                return try Column(
                    name: column.rawValue, valueType: column.valueType, sharing: cell,
                    dictionary: dictionaries[column.index], count: rowCount)
            default: return try builders[column.index].finish()
            }
        }
        return History(sorted: try Table(columns))
    }

    private mutating func append(codes column: HistoryColumn, _ rows: [DealVersion], _ code: (DealVersion) -> Int) {
        let count = dictionaries[column.index].count
        builders[column.index].append(codes: rows.map { UInt32(code($0)) }, dictionaryCount: count)
    }

    private mutating func append(
        integers column: HistoryColumn, _ rows: [DealVersion], _ integer: (DealVersion) -> Int64
    ) {
        builders[column.index].append(integers: rows.map(integer), missing: DealVersion.missing)
    }
}

extension Column {
    /// A column in which every row has the same value, the first name of the dictionary if it is a category. All its
    /// full chunks are one, which is copied when it is changed.
    fileprivate init(
        name: String, valueType: ValueType, sharing cell: Cell, dictionary: CategoryDictionary, count: Int
    ) throws {
        let (whole, rest) = count.quotientAndRemainder(dividingBy: Limits.chunkRowCount)
        let fullCount = whole > 0 ? Limits.chunkRowCount : 0
        let full = try Column(name: name, valueType: valueType, repeating: cell, count: fullCount)
        let last = try Column(name: name, valueType: valueType, repeating: cell, count: rest)
        let chunks = (0..<whole).flatMap { _ in full.chunks } + last.chunks
        try self.init(name: name, valueType: valueType, chunks: chunks, dictionary: dictionary)
    }
}
