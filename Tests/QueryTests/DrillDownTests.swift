// Every number of every report against the deals behind it: the queries that `explain` names are run, and what they list
// is counted and summed. The values of the random books are powers of two, so that a sum tells which deals were summed.

import Engine
import Foundation
import Language
import Pipeline
import Query
import Testing
import Values

@Suite struct DrillDownTests {
    /// The reports with the keys that make sense behind them.
    static let reports = [
        "board", "funnel", "funnel strict", "conversion", "conversion 2026", "velocity", "velocity this year",
        "bottlenecks", "aging", "changes since start of quarter", "changes since 2026-06-01 closing this quarter",
        "cohorts",
        "hygiene", "focus", "slipped last quarter", "trend by month", "trend created_value by quarter",
        "trend won_count by month", "velocity by quarter", "velocity this year by month", "funnel by year",
        "attainment this year by quarter", "slipped last quarter by week", "forecast using stages",
        "forecast using category", "forecast this year using category by quarter", "forecast using history",
        "forecast 2026 using stages by quarter",
        "forecast next quarter using stages", "attainment",
        "attainment last quarter",
    ]
    static let keys = [
        "", "owner", "source", "quarter(created)", "band(value, $10k, $50k)", "weekday(created), owner", "month(close)",
    ]
    static let selections = [
        "deals", "open deals", "deals where value is set", "deals from Webinar", "closed deals created this year",
        "deals where visited(Qualification)", "deals where furthest >= Demo", "deals as of 2026-07-15",
    ]

    private struct Asker {
        var book: Book
        let today: Day

        func answer(_ text: String) throws -> Answer { try Question(text).answer(book, today: today) }

        func explained(_ text: String) throws -> Answer {
            let source = SourceText("explain " + text)
            let script = Parser.parse(source)
            var runner = StatementRunner(clock: today)
            guard let statement = script.statements.first, script.diagnostics.isEmpty,
                case .answer(let answer) = try runner.run(statement, in: source, book: book)
            else { throw OracleGap(what: "\(text): \(script.diagnostics.first?.message ?? "no answer")") }
            return answer
        }
    }

    /// Runs a report and the queries behind its numbers; gives how many numbers were compared.
    private func check(_ question: String, _ asker: Asker, seed: UInt64, atMost limit: Int) throws -> Int {
        let answer = try asker.answer(question)
        let explained = try asker.explained(question)
        let table = try answer.table()
        #expect(explained.drillDowns.allSatisfy { $0.row < table.rowCount })
        var numbers = SeededNumbers(seed: seed)
        let chosen = explained.drillDowns.shuffled(using: &numbers).prefix(limit)
        for drillDown in chosen {
            let column = try #require(table.columnIndex(drillDown.column), "\(question): \(drillDown.column)")
            let shown = try table.cell(drillDown.row, column)
            let deals = try asker.answer(drillDown.query)
            #expect(deals.rowNoun == "deal")
            if let field = drillDown.sums {
                let sum = try asker.answer(drillDown.query + " | sum \(field)").table().cell(0, 0)
                // A deal without a value is listed with none, and adds nothing.
                #expect((sum.integer ?? 0) == (shown.integer ?? 0), "seed \(seed): \(question): \(drillDown)")
            } else if answer.columns[column].type.type == .number {
                #expect(deals.rowCount == (shown.integer ?? 0), "seed \(seed): \(question): \(drillDown)")
            }
        }
        for line in try Self.leftOut(explained) {
            #expect(
                try asker.answer(line.query).rowCount == line.count, "seed \(seed): \(question): \(line.query)")
        }
        return chosen.count
    }

    /// The lines of an explanation that say which deals were left out, with their query.
    private static func leftOut(_ answer: Answer) throws -> [(count: Int, query: String)] {
        let lines = try answer.table().columns[0].cells().compactMap(\.text)
        guard let start = lines.firstIndex(of: "left out") else { return [] }
        return lines[(start + 1)...].prefix { $0.hasPrefix("  ") }.compactMap { line in
            let parts = line.components(separatedBy: " · ")
            let count = line.split(separator: " ").first.flatMap { Int($0.filter(\.isNumber)) }
            guard parts.count == 2, let count else { return nil }
            return (count, parts[1])
        }
    }

    /// A generated book of few deals whose present values are powers of two cents; some lack values, dates or owners.
    private static func powersOfTwo(seed: UInt64) throws -> Asker {
        let today = try #require(Day(iso: "2026-11-23"))
        var book = try Book.generated(GenerationPlan(dealCount: 42, seed: seed, today: today))
        var numbers = SeededNumbers(seed: seed)
        for row in 0..<book.deals.rowCount {
            try book.deals.set(
                row: row, column: DealColumn.value.index,
                to: numbers.chance(8) ? .missing : .integer(Int64(1) << Int64(row)))
            for column in [DealColumn.owner, .close, .source, .created] where numbers.chance(5) {
                try book.deals.set(row: row, column: column.index, to: .missing)
            }
        }
        return Asker(book: book, today: today)
    }

    /// A fresh seed each time, as many books as four seconds hold; `DEALSH_SEED` asks for a certain one.
    @Test func everyNumberOfRandomBooks() throws {
        let seed =
            ProcessInfo.processInfo.environment["DEALSH_SEED"].flatMap(UInt64.init) ?? .random(in: 0..<1_000_000_000)
        var numbers = SeededNumbers(seed: seed)
        var count = 0
        var rounds: UInt64 = 0
        let end = ContinuousClock.now + .seconds(4)
        repeat {
            let asker = try Self.powersOfTwo(seed: seed &+ rounds)
            for report in Self.reports {
                let keys = numbers.pick(Self.keys)
                let isTimed = report.contains(" by ")
                let by = keys.isEmpty ? "" : (isTimed ? ", " : " by ") + keys
                let question = "\(numbers.pick(Self.selections)) | \(report)\(by)"
                do {
                    count += try check(question, asker, seed: seed &+ rounds, atMost: 40)
                } catch let problem as Diagnostic where problem.code == .noForecast && report.hasPrefix("forecast") {
                    // Drawn deals without any close date have no forecast by stages.
                } catch {
                    Issue.record("seed \(seed), book \(rounds): \(question): \(error)")
                }
            }
            rounds += 1
        } while ContinuousClock.now < end
        print("drill-down: DEALSH_SEED=\(seed): \(count) numbers of \(rounds) books")
        #expect(count > 100)
    }

    /// A forecast counts what it leaves out in its period, and so does the query that lists it.
    @Test(arguments: [
        "forecast using stages", "forecast next quarter using stages", "forecast 2026 using category by quarter",
    ])
    func dealsThatAForecastLeavesOut(report: String) throws {
        var asker = Asker(book: try ExampleBook.imported(), today: ExampleBook.today)
        for row in 0..<asker.book.deals.rowCount where row % 3 != 0 {
            try asker.book.deals.set(row: row, column: DealColumn.value.index, to: .missing)
        }
        #expect(try Self.leftOut(try asker.explained(report)).contains { $0.query.contains("value is") })
        #expect(try check("deals | \(report)", asker, seed: 1, atMost: 60) > 0)
    }

    /// Who has no day of creation is in no cohort, whatever the cohorts are.
    @Test func dealsWithoutCreationAreInNoCohort() throws {
        var asker = Asker(book: try ExampleBook.imported(), today: ExampleBook.today)
        let whole = try asker.answer("deals | cohorts by owner | sum deals").table().cell(0, 0)
        for row in [0, 7, 20] {
            try asker.book.deals.set(row: row, column: DealColumn.created.index, to: .missing)
        }
        let left = try asker.answer("deals | cohorts by owner | sum deals").table().cell(0, 0)
        #expect(left.integer == whole.integer.map { $0 - 3 })
        #expect(try Self.leftOut(try asker.explained("cohorts by owner")).map(\.count) == [3])
        #expect(try check("deals | cohorts by owner", asker, seed: 1, atMost: 60) > 0)
    }

    /// A waterfall of no deals begins and ends with nothing; by keys there is no group to begin with.
    @Test func changesOfNothing() throws {
        let asker = Asker(book: try ExampleBook.imported(), today: ExampleBook.today)
        #expect(try asker.answer("deals > $900m | changes since last Monday").table().rowCount == 2)
        #expect(try asker.answer("deals > $900m | changes since last Monday by owner").table().rowCount == 0)
    }

    @Test func everyNumberOfTheExampleCompany() throws {
        let asker = Asker(book: try ExampleBook.imported(), today: ExampleBook.today)
        var count = 0
        for report in Self.reports {
            count += try check("deals | \(report)", asker, seed: 1, atMost: 60)
        }
        count += try check("funnel strict by source", asker, seed: 2, atMost: 60)
        count += try check("bottlenecks by owner", asker, seed: 3, atMost: 60)
        count += try check("changes since last Monday by owner", asker, seed: 4, atMost: 60)
        #expect(count > 400)
    }

    private func rows(_ answer: Answer) throws -> [[Cell]] {
        let table = try answer.table()
        return try (0..<table.rowCount).map { try table.row($0) }
    }

    /// A unit of time that stands alone as a key means the date that the report goes by.
    @Test(arguments: [
        ("funnel by month", "funnel by month(created)"), ("cohorts by quarter", "cohorts by quarter(created)"),
        ("conversion by year, owner", "conversion by year(created), owner"),
        ("slipped last quarter by week", "slipped last quarter by week(close)"),
        ("hygiene by fiscal_quarter", "hygiene by fiscal_quarter(close)"),
        ("aging by m = month", "aging by m = month(created)"),
    ])
    func unitsOfTimeAlone(short: String, long: String) throws {
        let asker = Asker(book: try ExampleBook.imported(), today: ExampleBook.today)
        let (one, other) = (try asker.answer(short), try asker.answer(long))
        #expect(try rows(one) == rows(other))
        #expect(one.resolved.contains { long.hasSuffix($0.meaning) || long.contains("by " + $0.meaning) })
    }

    /// Each row of a split report is that of the report for its span alone, on the book of its last day.
    @Test func rowsOfSplitReports() throws {
        let asker = Asker(book: try ExampleBook.imported(), today: ExampleBook.today)
        for keys in ["", ", owner"] {
            let alone = keys.isEmpty ? "" : " by owner"
            let velocity = try self.rows(asker.answer("velocity 2026 by quarter" + keys))
            var rows: [[Cell]] = []
            for quarter in 1...4 {
                let day = ["2026-03-31", "2026-06-30", "2026-09-30", "2026-11-23"][quarter - 1]
                let part = try self.rows(asker.answer("velocity Q\(quarter) 2026\(alone) as of \(day)"))
                rows += part.map { [.text("2026-Q\(quarter)")] + $0 }
            }
            #expect(velocity == rows)
            let attainment = try self.rows(asker.answer("attainment Q4 by month" + keys))
            let parts = try ["Oct", "Nov", "Dec"].flatMap { month in
                try self.rows(asker.answer("attainment \(month) 2026" + alone))
            }
            #expect(attainment.map { Array($0.dropFirst()) } == parts)
        }
    }

    /// Keys are said as in any other query, in rows and explanations.
    @Test func keysKeepTheirMeaning() throws {
        let asker = Asker(book: try ExampleBook.imported(), today: ExampleBook.today)
        let quarters = try asker.answer("conversion by quarter(created)").table()
        #expect(
            try quarters.columns[0].cells() == ["2025-Q4", "2026-Q1", "2026-Q2", "2026-Q3", "2026-Q4"].map(Cell.text))
        let sorted = try asker.answer("conversion by quarter(created) | sort quarter_created desc | first 1").table()
        #expect(try sorted.cell(0, 0) == .text("2026-Q4"))
        let later = try asker.answer("conversion by quarter(created) | where quarter_created >= 2026-Q3").table()
        #expect(later.rowCount == 2)
        let lines = try asker.explained("funnel by quarter(created)").table().columns[0].cells().compactMap(\.text)
        #expect(lines.contains { $0.hasPrefix("  2026-Q3, Demo Scheduled, reached") })
        #expect(!lines.contains { $0.contains("integer(") })
        let bands = try asker.answer("aging by band(value, $10k)").table()
        #expect(try Set(bands.columns[0].cells()) == [.text("under $10k"), .text("$10k and more"), .missing])
    }
}
