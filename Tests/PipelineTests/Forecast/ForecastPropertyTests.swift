// What must hold of every book: nothing learned later leaks into a past day's forecast, no figure is ever without meaning,
// ranges are in order, owners sharpen the rates only where they differ.
import Engine
import Foundation
import Testing
import Values

@testable import Pipeline

@Suite struct ForecastPropertyTests {
    /// The book with everything that happened after the day turned into something else, in every field that history keeps
    /// and every field of a deal that is learned later, and with more deals created after it.
    static func planted(_ book: Book, after day: Day, random: inout Generator) throws -> Book {
        var book = book
        let rows = book.history.rows
        var cells = try (0..<rows.rowCount).map { try rows.row($0) }
        let last = Int64(day.number) * 86_400 + 86_399
        let stages = book.pipelines[0].stages.map(\.name)
        for index in cells.indices where (cells[index][HistoryColumn.at.index].integer ?? 0) > last {
            cells[index][HistoryColumn.stage.index] = .text(stages.randomElement(using: &random) ?? "")
            cells[index][HistoryColumn.value.index] = .integer(Int64.random(in: 1...9_000_000_000, using: &random))
            cells[index][HistoryColumn.close.index] = .integer(
                Int64(day.number) + .random(in: -900...900, using: &random))
            cells[index][HistoryColumn.owner.index] = .text("Owner \(Int.random(in: 0...3, using: &random))")
            cells[index][HistoryColumn.probability.index] = .integer(.random(in: 0...1_000_000, using: &random))
            cells[index][HistoryColumn.category.index] = .text("commit")
        }
        let columns = try HistoryColumn.allCases.map { column in
            try Column(name: column.rawValue, valueType: column.valueType, cells: cells.map { $0[column.index] })
        }
        book.history = try History(try Table(columns))
        let changed: [DealColumn] = [
            .stage, .value, .close, .owner, .ownProbability, .ownCategory, .entered, .touched, .closedOn, .pushes,
            .reason, .source, .type, .account, .contact, .nextStep,
        ]
        for column in changed {
            let old = try book.deals.columns[column.index].cells()
            let fresh = (0..<book.deals.rowCount).map { row -> Cell in
                // What was known by the day stays.
                if column == .closedOn, let known = old[row].integer, known <= Int64(day.number) { return old[row] }
                switch column {
                case .stage: return .text(stages.randomElement(using: &random) ?? "")
                case .value: return .integer(.random(in: 1...9_000_000_000, using: &random))
                case .owner, .reason, .source, .type, .account, .contact, .nextStep:
                    return .text("Planted \(Int.random(in: 0...5, using: &random))")
                case .ownCategory: return .text("commit")
                case .ownProbability: return .integer(.random(in: 0...1_000_000, using: &random))
                case .pushes: return .integer(7)
                case .closedOn, .touched, .entered:
                    // Days learned later lie after the day.
                    return .integer(Int64(day.number) + .random(in: 1...300, using: &random))
                default: return .integer(Int64(day.number) + .random(in: -300...300, using: &random))
                }
            }
            try book.deals.replaceColumn(
                column.index, with: try Column(name: column.rawValue, valueType: column.valueType, cells: fresh))
        }
        // A custom field, and a product for deals that were not there yet. The product of the others is a fact of today by
        // the rule of "as of", and so stands.
        let custom = (0..<book.deals.rowCount).map { _ in Cell.integer(.random(in: 0...9_000_000, using: &random)) }
        try book.deals.add(try Column(name: "score", valueType: .money, cells: custom))
        let created = try book.deals.columns[DealColumn.created.index].integers()
        let products = try book.deals.columns[DealColumn.product.index].cells().enumerated().map { row, cell in
            created[row] > Int64(day.number) ? Cell.text("Planted \(Int.random(in: 0...2, using: &random))") : cell
        }
        try book.deals.replaceColumn(
            DealColumn.product.index, with: try Column(name: "product", valueType: .category, cells: products))
        for number in 0..<40 {
            try book.deals.append(
                row: book.deals.columns.map { column in
                    switch DealColumn(rawValue: column.name) {
                    case .id: .text("later \(number)")
                    case .stage: .text("Closed Won")
                    case .value: .integer(5_000_000_000)
                    case .created: .integer(Int64(day.number) + 1 + Int64(number))
                    case .product, .source: .text("Planted")
                    default: .missing
                    }
                })
        }
        return book
    }

    @Test func nothingLearnedLaterLeaks() throws {
        let seed = UInt64.random(in: 1...UInt64.max)
        print("leaks: seed \(seed)")
        var random = Generator(state: seed)
        let today = FiveDeals.today
        let book = try Book.generated(
            GenerationPlan(dealCount: 250, seed: .random(in: 1...1_000, using: &random), today: today))
        let day = try #require(Day(iso: "2026-06-30"))
        let other = try Self.planted(book, after: day, random: &random)
        // The planting is seen today, so that it could be seen in the past.
        #expect(try Self.rows(book, today, FiveDeals.next) != Self.rows(other, today, FiveDeals.next))
        let then = Period(from: day.adding(days: 1), upTo: day.adding(days: 93))
        let before = try Self.rows(book.asOf(day).book, day, then)
        let after = try Self.rows(other.asOf(day).book, day, then)
        #expect(before == after)
        // Of a backtest everything but what came is said beforehand; quarters that begin by the day must not differ.
        func said(_ book: Book) throws -> [[Cell]] {
            let quarter = try #require(Day(iso: "2026-10-01"))
            let result = try BacktestReport.run(
                ReportInput(
                    book: book, calendar: Calendar(today: today),
                    period: Period(from: quarter.adding(months: -9), upTo: quarter)))
            return result.rows.filter { ($0[0].integer ?? .max) <= Int64(day.number) + 1 }.map { Array($0[0...4]) }
        }
        let told = try said(book)
        #expect(told.count >= 6)
        #expect(try said(other) == told)
    }

    static func rows(_ book: Book, _ day: Day, _ period: Period) throws -> [[Cell]] {
        let calendar = Calendar(today: day)
        let knowledge = try ForecastKnowledge(book, calendar: calendar)
        return try [ForecastReport.Method.stages, .history, .category].flatMap { method in
            try ForecastReport.run(
                ReportInput(book: book, calendar: calendar, period: period), knowledge, .init(method: method)
            ).rows
        }
    }

    @Test func everyFigureMeansSomething() throws {
        let seed = UInt64.random(in: 1...UInt64.max)
        print("figures: seed \(seed)")
        var random = Generator(state: seed)
        let stages = ["Initial Contact", "Demo Scheduled", "Negotiation", "Closed Won", "Closed Lost"]
        // More books where somebody waits for them.
        let rounds = Int(ProcessInfo.processInfo.environment["DEALSH_FORECAST_BOOKS"] ?? "") ?? 16
        for round in 0..<rounds {
            let count = [0, 1, 1, 2, 6, 20][round % 6]
            let kinds = round % 7 == 0 ? ["Closed Won"] : round % 7 == 1 ? ["Closed Lost"] : stages
            let rows = (0..<count).map { index -> [String] in
                func some(_ text: String) -> String { Int.random(in: 0...4, using: &random) == 0 ? "" : text }
                func date(_ span: ClosedRange<Int>) -> String {
                    FiveDeals.today.adding(days: .random(in: span, using: &random)).description
                }
                let value = [0, 1, 777_777, 9_000_000_000_000_000].randomElement(using: &random) ?? 0
                return [
                    "D\(index)", some(kinds.randomElement(using: &random) ?? ""), some("\(value)"),
                    some(date(-900...10)), some(date(-400...400)),
                ]
            }
            let book = try FiveDeals.book(of: rows)
            let knowledge = try ForecastKnowledge(book, calendar: Calendar(today: FiveDeals.today))
            for method in [nil] + ForecastReport.Method.allCases.map(Optional.some) {
                for unit in [nil, CalendarUnit.month] {
                    var options = ForecastReport.Options(method: method, unit: unit)
                    options.target = { _, _ in Money(cents: 1_000_000) }
                    if round % 6 == 5, unit == nil {
                        options.levers = ForecastLevers([
                            .init(.winRate, .multiply(5)), .init(.cycle, .multiply(round == 5 ? 0 : 0.5)),
                            .init(.newDeals, .set(10)),
                            .init(.dealSize, .multiply(.infinity)),
                        ])
                    }
                    do {
                        let found = try FiveDeals.forecast(
                            book, FiveDeals.quarter, options: options, knowledge: knowledge)
                        for row in found { Self.check(row) }
                    } catch let problem as Diagnostic {
                        #expect(problem.code == .noForecast && !problem.message.isEmpty)
                    }
                }
            }
        }
    }

    private static func check(_ row: [String: Cell]) {
        for cell in row.values { if let real = cell.real { #expect(real.isFinite) } }
        if let low = row["p10"]?.integer, let middle = row["p50"]?.integer, let high = row["p90"]?.integer {
            #expect(low <= middle && middle <= high)
        }
        if let chance = row["chance"]?.real { #expect(chance >= 0 && chance <= 1) }
        #expect((row["from_open"]?.integer ?? 0) >= 0 && (row["from_new"]?.integer ?? 0) >= 0)
    }

    @Test func impossibleQuestionsAreSaidToBe() throws {
        func message(_ rows: [[String]], _ period: Period, _ method: ForecastReport.Method?) throws -> String {
            do {
                _ = try FiveDeals.forecast(FiveDeals.book(of: rows), period, options: .init(method: method))
                return ""
            } catch let problem as Diagnostic {
                return problem.message
            }
        }
        let open = ["A", "Negotiation", "100000", "2026-08-01", ""]
        let past = Period(from: FiveDeals.quarter.start.adding(months: -3), upTo: FiveDeals.quarter.start)
        #expect(try message([open], past, nil).hasSuffix("is over, and what was won in it is known"))
        #expect(
            try message([open], FiveDeals.quarter, .stages)
                == "the method stages goes by close dates, and the only open deal has none")
        #expect(
            try message([open], FiveDeals.quarter, .history)
                == "the method history learns from closed deals, and the book has none")
        #expect(try message([open], .always, nil).hasPrefix("a forecast needs a period that ends within five years"))
        #expect(try message([], FiveDeals.quarter, .stages) == "")
        #expect(try message([["A", "Closed Won", "5", "2026-08-01", "2026-10-05"]], FiveDeals.quarter, nil) == "")
    }

    /// Deals with one stage, a third of them won, by three owners; those of the first win `edge` times as often.
    static func ownedStays(edge: Double, random: inout Generator) -> (stays: [StageStay], owners: [Cell]) {
        let start = FiveDeals.today.adding(days: -1_000)
        var stays: [StageStay] = []
        var owners: [Cell] = []
        for index in 0..<1_500 {
            let owner = index % 3
            let entered = start.adding(days: index * 600 / 1_000)
            let win = 0.01 * (owner == 0 ? edge : 1)
            var stay = StageStay(stage: 0, entered: entered)
            for day in 0..<200 {
                let draw = Double.random(in: 0..<1, using: &random)
                guard draw < win + 0.02 else { continue }
                stay.exit = (entered.adding(days: day), draw < win ? .won : .lost)
                break
            }
            stays.append(stay)
            owners.append(.text("owner \(owner)"))
        }
        return (stays, owners)
    }

    private static func rates(_ stays: [StageStay], by owners: [Cell]) throws -> SegmentRates? {
        let window = Period(from: FiveDeals.today.adding(days: -1_000), upTo: FiveDeals.today)
        let names = Set(owners).sorted()
        let groups = StayGroups(
            names: names, places: owners.map { owner in Int32(names.firstIndex(of: owner) ?? -1) })
        let whole = try HazardModel(
            stays: stays, stageCount: 1, window: window, calendar: Calendar(today: FiveDeals.today))
        return try SegmentRates(stays, by: groups, SegmentRates.Known(stays, window: window, whole: whole))
    }

    @Test func ownersCountOnlyWhereTheyDiffer() throws {
        var taken = 0
        for seed in 1...20 {
            var random = Generator(state: UInt64(seed) &* 0x9E37_79B9_7F4A_7C15)
            let same = Self.ownedStays(edge: 1, random: &random)
            if try Self.rates(same.stays, by: same.owners) != nil { taken += 1 }
        }
        // By chance one in forty; more than two of twenty would be no chance.
        #expect(taken <= 2)
        var random = Generator(state: 77)
        let apart = Self.ownedStays(edge: 2.5, random: &random)
        let rates = try #require(try Self.rates(apart.stays, by: apart.owners))
        let first = rates.factors(of: rates.place(of: .text("owner 0")))
        let second = rates.factors(of: rates.place(of: .text("owner 1")))
        // 2.5 and 1 against their common rate of about 1.4.
        #expect(first.win / second.win > 1.8 && first.win / second.win < 3.2)
        #expect(abs(first.lose / second.lose - 1) < 0.25)
    }

    @Test func aBacktestAddsUpByHand() throws {
        // A deal of $1,000 at 80% due in the third quarter, which was won in it, and one of $500 at 40%, which was not.
        let book = try FiveDeals.book(of: [
            ["A", "Closed Won", "100000", "2026-05-01", "2026-08-10"],
            ["B", "Demo Scheduled", "50000", "2026-05-02", "2026-09-30"],
        ])
        var changed = book
        func version(_ deal: Int64, _ day: String, _ stage: String, _ close: String) throws -> [HistoryColumn: Cell] {
            let at = try #require(Day(iso: day))
            let due = try #require(Day(iso: close))
            return [
                .deal: .integer(deal), .at: .integer(Int64(at.number) * 86_400),
                .pipeline: .text(book.pipelines[0].name),
                .stage: .text(stage), .value: .integer(deal == 0 ? 100_000 : 50_000),
                .close: .integer(Int64(due.number)),
                .observed: .integer(0),
            ]
        }
        try changed.history.append(try version(0, "2026-05-01", "Negotiation", "2026-08-01"))
        try changed.history.append(try version(0, "2026-08-10", "Closed Won", "2026-08-10"))
        try changed.history.append(try version(1, "2026-05-02", "Demo Scheduled", "2026-09-30"))
        changed.history = try changed.history.folded()
        let result = try BacktestReport.run(
            ReportInput(book: changed, calendar: Calendar(today: FiveDeals.today)), methods: [.stages])
        let row = try #require(result.rows.first { $0[0].integer == Day(iso: "2026-07-01").map { Int64($0.number) } })
        // 800 + 200 expected, 1,000 came.
        #expect(row[2] == .integer(100_000))
        #expect(row[5] == .integer(100_000))
        #expect(row[6] == .integer(0))
        #expect(row[7] == .integer(1))
        // Brier: ((0.8 − 1)² + (0.4 − 0)²) ÷ 2 = 0.1 of that quarter alone.
        #expect(result.notes.contains { $0.contains("WAPE 0%, bias 0%") && $0.contains("Brier 0.1 over 2 deals") })
    }
}
