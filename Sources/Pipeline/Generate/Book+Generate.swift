// The book of a plan: lives are drawn block by block and become columns, and beside them stand the tables of the
// accounts, owners and products that the deals name.

public import Engine
internal import Values

extension Book {
    /// A realistic book of a B2B software company: the same for the same plan, on every machine.
    ///
    /// `progress` is told how many deals are done, every few hundred thousand.
    /// Throws `EngineError.cancelled` when the execution is cancelled.
    public static func generated(
        _ plan: GenerationPlan, execution: Execution = Execution(), progress: (Int) -> Void = { _ in }
    ) throws -> Book {
        let model = SellingModel(plan)
        let team = SalesTeam(dealCount: plan.dealCount, seed: plan.seed)
        let companies = (0..<AccountTraits.count(dealCount: plan.dealCount)).map(CompanyNames.company)
        var pipeline = SalesPipeline.businessToBusiness
        for (position, days) in SellingModel.stageTargets.enumerated() { pipeline.stages[position].targetDays = days }

        let deals = GeneratedDeals(plan: plan, team: team, pipeline: pipeline, accountNames: companies.map(\.name))
        let history = GeneratedHistory(team: team, pipeline: pipeline)
        let line = GenerationLine(plan: plan, model: model, team: team, deals: deals, history: history)
        try line.run(execution, progress)
        var stream = RandomStream(seed: plan.seed, .description, 0)
        let id = UInt128(stream.next()) << 64 | UInt128(stream.next())
        var book = try Book(identity: BookIdentity(id: id), settings: BookSettings(today: plan.today))
        book.pipelines = [pipeline]
        (book.deals, book.history) = try line.finish()
        book.tables = [
            try GeneratedTables.accounts(companies, seed: plan.seed), try GeneratedTables.owners(team),
            try GeneratedTables.products(),
        ]
        return book
    }
}
