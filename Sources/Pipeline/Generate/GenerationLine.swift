// The assembly line: while some threads draw the lives of the next blocks of deals, one fills the deals' columns and
// one the history's with the blocks drawn before. Blocks are joined in their order, so the book does not depend on it.

internal import Engine
import Synchronization

/// Draws lives and makes columns of them, on as many threads as there are.
final class GenerationLine: Sendable {
    private let plan: GenerationPlan
    private let model: SellingModel
    private let team: SalesTeam
    private let creationDays: CreationDays
    private let deals: Mutex<GeneratedDeals>
    private let history: Mutex<GeneratedHistory>
    private let drawn = Mutex<[DealLife?]>([])

    /// A line that has not begun.
    init(
        plan: GenerationPlan, model: SellingModel, team: SalesTeam, deals: GeneratedDeals, history: GeneratedHistory
    ) {
        self.plan = plan
        self.model = model
        self.team = team
        creationDays = CreationDays(model, plan: plan)
        self.deals = Mutex(deals)
        self.history = Mutex(history)
    }

    /// Makes all rows.
    func run(_ execution: Execution, _ progress: (Int) -> Void) throws {
        let blockCount = CreationDays.blocks(plan.dealCount)
        // Two blocks for each thread keep all busy until both columns are filled.
        let waveCount = 2 * execution.threadCount
        var ready: [DealLife] = []
        var firstReady = 0
        var next = 0
        repeat {
            let blocks = next..<min(next + waveCount, blockCount)
            let lives = ready
            let rows = lives.indices.map { (firstReady + $0) * CreationDays.blockCount }
            drawn.withLock { $0 = Array(repeating: nil, count: blocks.count) }
            try execution.run(count: 2 + blocks.count) { item in
                switch item {
                case 0:
                    self.deals.withLock { deals in
                        for (place, life) in lives.enumerated() { deals.append(life, first: rows[place]) }
                    }
                case 1:
                    self.history.withLock { history in
                        for (place, life) in lives.enumerated() { history.append(life, first: rows[place]) }
                    }
                default:
                    let life = self.draw(block: blocks.lowerBound + item - 2)
                    self.drawn.withLock { $0[item - 2] = life }
                }
            }
            ready = drawn.withLock { $0.compactMap { $0 } }
            (firstReady, next) = (blocks.lowerBound, blocks.upperBound)
            progress(min(next * CreationDays.blockCount, plan.dealCount))
        } while !ready.isEmpty
    }

    private func draw(block: Int) -> DealLife {
        var life = DealLife(plan: plan, model: model, team: team)
        let numbers = CreationDays.range(block, plan.dealCount)
        for (number, day) in zip(numbers, creationDays.days(ofBlock: block)) { life.draw(number, created: day) }
        return life
    }

    /// The tables, when all rows are made.
    func finish() throws -> (deals: Table, history: History) {
        (try deals.withLock { $0 }.finish(rowCount: plan.dealCount), try history.withLock { $0 }.finish())
    }
}
