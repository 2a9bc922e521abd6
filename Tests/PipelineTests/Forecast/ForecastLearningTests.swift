// What a book teaches and when: learned once per state of the book, told while it takes long, stopped when asked, and what
// new deals are worth by the age at which they were won.
import Engine
import Synchronization
import Testing
import Values

@testable import Pipeline

@Suite struct ForecastLearningTests {
    /// Counts how often something is told.
    private final class Counter: Sendable {
        let told = Atomic<Int>(0)
        func count() { told.add(1, ordering: .relaxed) }
        var value: Int { told.load(ordering: .relaxed) }
    }

    @Test func aBookTeachesOnceUntilItChanges() throws {
        var book = try Book.generated(GenerationPlan(dealCount: 150, seed: 4, today: FiveDeals.today))
        let calendar = Calendar(today: FiveDeals.today)
        let counter = Counter()
        var execution = Execution()
        execution.progress = { _, _, _ in counter.count() }
        _ = try book.forecastKnowledge(calendar, execution: execution)
        let first = counter.value
        #expect(first > 0)
        var copy = book
        copy.settings.today = FiveDeals.today
        _ = try copy.forecastKnowledge(calendar, execution: execution)
        #expect(counter.value == first)
        // Another day, another lesson; and a changed book is another book.
        _ = try book.forecastKnowledge(Calendar(today: FiveDeals.today.adding(days: -1)), execution: execution)
        #expect(counter.value > first)
        let second = counter.value
        try book.deals.append(row: try book.deals.row(0))
        _ = try book.forecastKnowledge(calendar, execution: execution)
        #expect(counter.value > second)
    }

    @Test func learningStopsWhenAsked() throws {
        let book = try Book.generated(GenerationPlan(dealCount: 150, seed: 4, today: FiveDeals.today))
        // Down at first, up from the third time it is asked on.
        let counter = Counter()
        let cancellation = Cancellation(asking: {
            counter.count()
            return counter.value > 2
        })
        #expect(throws: EngineError.cancelled) {
            _ = try ForecastKnowledge(
                book, calendar: Calendar(today: FiveDeals.today), execution: Execution(cancellation: cancellation))
        }
    }

    @Test func aSimulationTellsHowFarItIs() throws {
        let chances = (0..<2_500).map { Chance(cents: 1_000 + Int64($0), probability: 0.3) }
        let told = Mutex<[Int]>([])
        var execution = Execution()
        execution.progress = { work, done, total in
            told.withLock { $0.append(work == "simulate" && total == 1_000 ? done : -1) }
        }
        let shock = Shock(relativeDeviation: 0.1)
        _ = try SumDistribution(
            base: 0, chances: chances, shock: shock, simulationCount: 1_000, execution: execution)
        #expect(told.withLock { $0.sorted() } == (1...100).map { $0 * 10 })
        let counter = Counter()
        let cancellation = Cancellation(asking: {
            counter.count()
            return counter.value > 3
        })
        #expect(throws: EngineError.cancelled) {
            try SumDistribution(
                base: 0, chances: chances, shock: shock, simulationCount: 1_000,
                execution: Execution(cancellation: cancellation))
        }
        #expect(counter.value < 20)
    }

    @Test func whatIsLearnedDoesNotDependOnTheThreads() throws {
        let book = try Book.generated(GenerationPlan(dealCount: 300, seed: 4, today: FiveDeals.today))
        let calendar = Calendar(today: FiveDeals.today)
        let rows = try [1, 3].map { threadCount in
            let execution = Execution(threadCount: threadCount)
            let knowledge = try ForecastKnowledge(book, calendar: calendar, execution: execution)
            let input = ReportInput(book: book, calendar: calendar, execution: execution)
            return try ForecastReport.run(input, knowledge).rows
                + BacktestReport.run(input).rows
        }
        #expect(rows[0] == rows[1] && rows[0].count > 12)
    }

    @Test func newDealsAreWorthWhatFastOnesWere() throws {
        // Twenty deals of $1,000 won after 10 days, twenty of $9,000 won after 70. In 40 days only the former fit: those
        // created on the first 30 of them. In 100 days 90 days fit the former and 30 the latter.
        let created = FiveDeals.today.adding(days: -300)
        let rows = (0..<40).map { index -> [String] in
            let isFast = index < 20
            return [
                "D\(index)", "Closed Won", isFast ? "100000" : "900000", created.description,
                created.adding(days: isFast ? 10 : 70).description,
            ]
        }
        let book = try FiveDeals.book(of: rows)
        let deals = try ForecastDeals(ReportInput(book: book, calendar: Calendar(today: FiveDeals.today)))
        let amounts = WonAmounts(deals, since: FiveDeals.today.adding(days: -365))
        func mean(_ before: Double, _ end: Double) -> Double {
            amounts.arrivals(1, before: before, end: end, factor: 1).mean
        }
        #expect(abs(mean(0, 40) - 100_000) < 1e-6)
        #expect(abs(mean(0, 100) - (90 * 100_000 + 30 * 900_000) / 120) < 1e-6)
        // A later period: of days 40 to 100 the former fit 60, the latter 30.
        #expect(abs(mean(40, 100) - (60 * 100_000 + 30 * 900_000) / 90) < 1e-6)
        // With fewer than twenty that fit, all count alike.
        #expect(abs(mean(0, 5) - 500_000) < 1e-6)
        #expect(abs(amounts.mean - 500_000) < 1e-6)
    }

    @Test func aBacktestByOwnerAddsUp() throws {
        let book = try Book.generated(GenerationPlan(dealCount: 200, seed: 9, today: FiveDeals.today))
        let calendar = Calendar(today: FiveDeals.today)
        func rows(_ keys: [String]) throws -> [[String: Cell]] {
            func input(_ book: Book, _ calendar: Values.Calendar) throws -> ReportInput {
                ReportInput(
                    book: book, deals: Relation(book.deals),
                    keys: keys.map { Key($0, .column(DealColumn.owner.index)) }, keyWords: keys,
                    calendar: calendar)
            }
            let result = try BacktestReport.run(input(book, calendar), methods: [.stages]) { try input($0, $1) }
            return result.rows.map { Dictionary(uniqueKeysWithValues: zip(result.columns.map(\.name), $0)) }
        }
        let whole = try rows([])
        let parts = try rows(["owner"])
        #expect(whole.count >= 4 && parts.count > whole.count)
        for row in whole {
            let group = parts.filter { $0["quarter"] == row["quarter"] }
            func sum(_ name: String) -> Int64 { group.reduce(0) { $0 + ($1[name]?.integer ?? 0) } }
            #expect(sum("actual") == row["actual"]?.integer)
            #expect(abs(sum("expected") - (row["expected"]?.integer ?? 0)) <= Int64(group.count))
        }
    }
}
