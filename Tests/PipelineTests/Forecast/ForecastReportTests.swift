// The forecast by arithmetic: five deals worked out by hand, levers on them, and rates whose chances have a closed form.
import Engine
import Testing
import Values

@testable import Pipeline

@Suite struct ForecastReportTests {
    private func dollars(_ amount: Int64) -> Cell { .integer(amount * 100) }

    @Test func fiveDealsThisQuarter() throws {
        var options = ForecastReport.Options()
        options.target = { _, _ in Money(cents: 4_500_000) }
        let row = try #require(try FiveDeals.forecast(FiveDeals.book(), FiveDeals.quarter, options: options).first)
        // B 20,000 · 80% + C 30,000 · 60% + E 5,000 · 20% = 16,000 + 18,000 + 1,000
        #expect(row["won_so_far"] == dollars(10_000))
        #expect(row["deals"] == .integer(3))
        #expect(row["from_open"] == dollars(35_000))
        #expect(row["from_new"] == .integer(0))
        #expect(row["expected"] == dollars(45_000))
        #expect(row["gap"] == dollars(35_000))
        // Beyond the won 10,000: 0 6.4%, 5 1.6%, 20 25.6%, 25 6.4%, 30 9.6%, 35 2.4%, 50 38.4%, 55 9.6% (thousands);
        // cumulated 6.4, 8.0, 33.6, 40.0, 49.6, 52.0, 90.4, 100. A shock of 10% moves these by less than half a point.
        #expect(row["p10"] == dollars(30_000))
        #expect(row["p50"] == dollars(45_000))
        #expect(row["p90"] == dollars(60_000))
        let chance = try #require(row["chance"]?.real)
        #expect(abs(chance - 0.504) < 0.01)
    }

    @Test func fiveDealsWithoutAShockToTheLastDigit() throws {
        let book = try FiveDeals.book()
        let calendar = Calendar(today: FiveDeals.today)
        let deals = try ForecastDeals(ReportInput(book: book, calendar: calendar))
        let basis = try ForecastBasis(book, deals, calendar: calendar)
        let outlook = try #require(try Outlook.stages(deals, basis, FiveDeals.quarter).first)
        let sum = try outlook.distribution(.none, Execution())
        #expect(abs(sum.chance(ofAtLeast: Money(cents: 4_500_000)) - 0.504) < 1e-12)
        #expect(sum.quantile(0.904).cents == 6_000_000)
        #expect(sum.quantile(0.905).cents == 6_500_000)
        #expect(sum.quantile(0.064).cents == 1_000_000)
    }

    @Test func fiveDealsNextQuarter() throws {
        let row = try #require(try FiveDeals.forecast(FiveDeals.book(), FiveDeals.next).first)
        #expect(row["won_so_far"] == dollars(0))
        #expect(row["expected"] == dollars(20_000))
        #expect(row["p10"] == dollars(0))
        #expect(row["p50"] == dollars(0))
        #expect(row["p90"] == dollars(50_000))
        #expect(row["chance"] == .missing)
    }

    @Test func aPeriodSplitsIntoItsParts() throws {
        let rows = try FiveDeals.forecast(
            FiveDeals.book(), FiveDeals.quarter, options: ForecastReport.Options(unit: .month))
        #expect(rows.map { $0["won_so_far"] } == [dollars(10_000), dollars(0), dollars(0)])
        #expect(rows.map { $0["from_open"] } == [dollars(0), dollars(16_000), dollars(19_000)])
        // What is over is known.
        #expect(rows[0]["p10"] == dollars(10_000) && rows[0]["p90"] == dollars(10_000))
    }

    @Test func leversOnFiveDeals() throws {
        func open(_ levers: ForecastLevers.Lever..., period: Period = FiveDeals.quarter) throws -> Cell? {
            var options = ForecastReport.Options()
            options.levers = ForecastLevers(levers)
            return try FiveDeals.forecast(FiveDeals.book(), period, options: options).first?["from_open"]
        }
        // × 1.5: B held at 100%, C 90%, E 30%: 20,000 + 27,000 + 1,500.
        #expect(try open(.init(.winRate, .multiply(1.5))) == dollars(48_500))
        #expect(try open(.init(.winRate, .add(0.1))) == dollars(18_000 + 21_000 + 1_500))
        #expect(try open(.init(.winRate, .set(1), rows: [2])) == dollars(16_000 + 30_000 + 1_000))
        // Twice as long: B stays today, C in 44 days and E in 76 leave the quarter; D in 116 days stays in the next.
        #expect(try open(.init(.cycle, .multiply(2))) == dollars(16_000))
        #expect(try open(.init(.cycle, .multiply(2)), period: FiveDeals.next) == dollars(18_000 + 1_000 + 20_000))
        // Half as long: D in 29 days joins.
        #expect(try open(.init(.cycle, .multiply(0.5))) == dollars(35_000 + 20_000))
        // A won after 75 days: 150 days are twice that.
        #expect(try open(.init(.cycle, .set(150))) == dollars(16_000))
        #expect(try open(.init(.dealSize, .multiply(1.1))) == dollars(38_500))
        #expect(try open(.init(.dealSize, .set(1_000_000))) == dollars(8_000 + 6_000 + 2_000))
        #expect(try open(.init(.dealSize, .add(-600_000)), .init(.winRate, .set(1))) == dollars(14_000 + 24_000))
        #expect(try open(.init(.winRate, .multiply(.nan))) == dollars(35_000))
    }

    @Test func withoutLeversNothingChanges() throws {
        let book = try Book.generated(GenerationPlan(dealCount: 250, seed: 5, today: FiveDeals.today))
        let knowledge = try ForecastKnowledge(book, calendar: Calendar(today: FiveDeals.today))
        for method in [ForecastReport.Method.history, .stages] {
            let plain = try FiveDeals.forecast(
                book, FiveDeals.quarter, options: .init(method: method), knowledge: knowledge)
            var options = ForecastReport.Options(method: method)
            options.levers = ForecastLevers([
                .init(.winRate, .multiply(1)), .init(.cycle, .multiply(1)), .init(.dealSize, .multiply(1)),
                .init(.newDeals, .multiply(1)),
            ])
            let moved = try FiveDeals.forecast(
                book, FiveDeals.quarter, options: options, knowledge: knowledge)
            for (name, cell) in try #require(plain.first) {
                let other = try #require(moved.first?[name])
                if let cents = cell.integer { #expect(abs(cents - (other.integer ?? .max)) <= 1, "\(name)") }
            }
        }
    }

    @Test func leversMoveHistoryTheWayTheyShould() throws {
        let book = try Book.generated(GenerationPlan(dealCount: 300, seed: 8, today: FiveDeals.today))
        let knowledge = try ForecastKnowledge(book, calendar: Calendar(today: FiveDeals.today))
        func row(_ levers: ForecastLevers) throws -> [String: Cell] {
            var options = ForecastReport.Options(method: .history)
            options.levers = levers
            return try #require(
                try FiveDeals.forecast(book, FiveDeals.next, options: options, knowledge: knowledge).first)
        }
        func cents(_ row: [String: Cell], _ name: String) -> Double { Double(row[name]?.integer ?? 0) }
        let plain = try row(.none)
        let more = try row(ForecastLevers([.init(.newDeals, .multiply(1.25))]))
        #expect(abs(cents(more, "from_new") / cents(plain, "from_new") - 1.25) < 1e-6)
        #expect(more["from_open"] == plain["from_open"])
        let larger = try row(ForecastLevers([.init(.dealSize, .multiply(2))]))
        #expect(abs(cents(larger, "expected") / cents(plain, "expected") - 2) < 1e-3)
        let better = try row(ForecastLevers([.init(.winRate, .multiply(1.2))]))
        let ratio = cents(better, "from_open") / cents(plain, "from_open")
        #expect(ratio > 1.05 && ratio <= 1.2 + 1e-9)
        let all = Set(0..<book.deals.rowCount)
        let late = try row(ForecastLevers(slips: [.init(rows: all, days: 200)]))
        #expect(cents(late, "from_open") == 0)
        #expect(late["from_new"] == plain["from_new"])
        let never = try row(ForecastLevers([.init(.winRate, .set(0))]))
        #expect(cents(never, "expected") == 0)
    }

    @Test func chancesOfDealsAddUpToTheOpenPart() throws {
        for seed in [3 as UInt64, 14] {
            let book = try Book.generated(GenerationPlan(dealCount: 250, seed: seed, today: FiveDeals.today))
            let calendar = Calendar(today: FiveDeals.today)
            let knowledge = try ForecastKnowledge(book, calendar: calendar)
            #expect(knowledge.defaultMethod == .history)
            let column = try ForecastReport.winChances(
                named: "c", in: book, knowledge, FiveDeals.quarter, calendar: calendar, execution: Execution())
            let row = try #require(
                try FiveDeals.forecast(book, FiveDeals.quarter, knowledge: knowledge).first)
            var sum = 0.0
            var unvalued = 0.0
            for (deal, cell) in try column.cells().enumerated() {
                guard let chance = cell.real else { continue }
                #expect(chance >= 0 && chance <= 1)
                if let cents = try book.deal(deal, .value).integer {
                    sum += chance * Double(cents) * knowledge.basis.values.scale
                } else {
                    unvalued += 1
                }
            }
            let open = Double(try #require(row["from_open"]?.integer))
            if unvalued == 0 { #expect(abs(sum - open) < 100) } else { #expect(sum <= open) }
        }
    }

    @Test func theShockIsWhatIndependenceDoesNotExplain() throws {
        var outlook = Outlook()
        outlook.chances = [Chance(cents: 10_000, probability: 0.5)]
        // Errors of ±5,000 are those of an even chance of 10,000: nothing is left but the assumption, 2 · 0.1² ÷ (4 + 2 − 2).
        let even = ShockEstimate([10_000, 0, 10_000, 0].map { (outlook, $0) })
        #expect(!even.isAssumed)
        #expect(abs(even.shock.relativeDeviation * even.shock.relativeDeviation - 0.02 / 4) < 1e-12)
        #expect(ShockEstimate([(outlook, 10_000)]).isAssumed)
        #expect(ShockEstimate([]).shock.relativeDeviation == 0.1)
        // A sum that is certain but for the shock: expected 1,000 · (1 − e⁻¹), moved by 1,000 · e⁻¹, off by half of that.
        let chance = 1 - 0.367_879_441_171_442_33
        var many = Outlook()
        many.chances = (0..<100_000).map { _ in Chance(cents: 1, probability: chance) }
        let moved = 100_000 * 0.367_879_441_171_442_33
        let won = Int64((100_000 * chance + moved / 2).rounded())
        let off = ShockEstimate([Int64](repeating: won, count: 8).map { (many, $0) })
        #expect(abs(off.shock.relativeDeviation * off.shock.relativeDeviation - (8 * 0.25 + 0.02) / 8) < 1e-3)
    }

    @Test func oneStageWithConstantRates() throws {
        // The worked example of the forecast's README: 40 stays of four days each, 16 won and 24 lost, so every day 10%
        // are won and 15% lost, and F(h) = 10 ÷ 25 · (1 − 0.75^h).
        let start = try #require(Day(iso: "2026-07-01"))
        let stays = (0..<40).map { index in
            StageStay(stage: 0, entered: start, exit: (start.adding(days: 3), index < 16 ? .won : .lost))
        }
        let window = Period(from: start, upTo: start.adding(days: 7))
        let model = try HazardModel(
            stays: stays, stageCount: 1, window: window, calendar: Calendar(today: start.adding(days: 6)))
        var power = 1.0
        for days in 1...30 {
            power *= 0.75
            let table = model.chances(after: window.end, through: window.end.adding(days: days))
            #expect(abs(table.chance(stage: 0, age: 0) - 0.4 * (1 - power)) < 1e-12)
            #expect(abs(table.chance(stage: 0, age: 500) - 0.4 * (1 - power)) < 1e-12)
        }
        #expect(abs(model.everChances().chance(stage: 0, age: 0) - 0.4) < 1e-6)
    }
}
