// The book of a plan: lives are drawn block by block and become columns, and beside them stand the tables of the
// accounts, owners and products that the deals name.

public import Engine
internal import Values

extension Book {
    /// A realistic book of a B2B software company: the same for the same plan, on every machine.
    ///
    /// `progress` is told how many deals are done, after every 65,536.
    /// Throws `EngineError.cancelled` when the execution is cancelled.
    public static func generated(
        _ plan: GenerationPlan, execution: Execution = Execution(), progress: (Int) -> Void = { _ in }
    ) throws -> Book {
        let model = SellingModel(plan)
        let team = SalesTeam(dealCount: plan.dealCount, seed: plan.seed)
        let companies = (0..<AccountTraits.count(dealCount: plan.dealCount)).map(CompanyNames.company)
        var pipeline = SalesPipeline.businessToBusiness
        for (position, days) in SellingModel.stageTargets.enumerated() { pipeline.stages[position].targetDays = days }

        let creationDays = CreationDays(model, plan: plan)
        var deals = GeneratedDeals(
            plan: plan, team: team, pipeline: pipeline, accountNames: companies.map(\.name))
        var history = GeneratedHistory(team: team, pipeline: pipeline)
        var life = DealLife(plan: plan, model: model, team: team)
        for block in 0..<CreationDays.blocks(plan.dealCount) {
            try execution.cancellation.check()
            let numbers = CreationDays.range(block, plan.dealCount)
            life.clear()
            for (number, day) in zip(numbers, creationDays.days(ofBlock: block)) { life.draw(number, created: day) }
            deals.append(life, first: numbers.lowerBound)
            history.append(life, first: numbers.lowerBound)
            progress(numbers.upperBound)
        }

        var stream = RandomStream(seed: plan.seed, .description, 0)
        let id = UInt128(stream.next()) << 64 | UInt128(stream.next())
        var book = try Book(identity: BookIdentity(id: id), settings: BookSettings(today: plan.today))
        book.pipelines = [pipeline]
        book.deals = try deals.finish(rowCount: plan.dealCount)
        book.history = try history.finish()
        book.tables = [
            try GeneratedTables.accounts(companies, seed: plan.seed), try GeneratedTables.owners(team),
            try GeneratedTables.products(),
        ]
        return book
    }
}

/// The tables beside the deals.
private enum GeneratedTables {
    static func accounts(_ companies: [(name: String, sector: String)], seed: UInt64) throws -> ReferenceTable {
        var account = ColumnBuilder(name: "account", valueType: .text)
        var sector = ColumnBuilder(name: "sector", valueType: .category)
        var region = ColumnBuilder(name: "region", valueType: .category)
        var country = ColumnBuilder(name: "country", valueType: .category)
        var employees = ColumnBuilder(name: "employees", valueType: .integer)
        for (number, company) in companies.enumerated() {
            let traits = AccountTraits(number: number, seed: seed)
            let place = AccountTraits.countries[traits.country]
            account.append(company.name)
            sector.append(company.sector)
            region.append(AccountTraits.regions[place.region])
            country.append(place.name)
            employees.append(Int64(traits.employees))
        }
        let columns = [account, sector, region, country, employees]
        return try table("accounts", "account", columns)
    }

    static func owners(_ team: SalesTeam) throws -> ReferenceTable {
        var owner = ColumnBuilder(name: "owner", valueType: .text)
        var manager = ColumnBuilder(name: "manager", valueType: .category)
        var teamName = ColumnBuilder(name: "team", valueType: .category)
        var region = ColumnBuilder(name: "region", valueType: .category)
        for person in team.owners {
            owner.append(person.name)
            manager.append(person.manager)
            teamName.append(person.team)
            region.append(AccountTraits.regions[person.region])
        }
        return try table("owners", "owner", [owner, manager, teamName, region])
    }

    static func products() throws -> ReferenceTable {
        var product = ColumnBuilder(name: "product", valueType: .text)
        var family = ColumnBuilder(name: "family", valueType: .category)
        var price = ColumnBuilder(name: "list_price", valueType: .money)
        for kind in SellingModel.products {
            product.append(kind.name)
            family.append(kind.name == "Premium Support" ? "Service" : "Software")
            price.append(Int64(kind.value) * 100)
        }
        return try table("products", "product", [product, family, price])
    }

    private static func table(_ name: String, _ singular: String, _ builders: [ColumnBuilder]) throws -> ReferenceTable
    {
        let rows = try Table(builders.map { try $0.finish() })
        return ReferenceTable(name: name, singular: singular, field: singular, keyColumn: singular, rows: rows)
    }
}
