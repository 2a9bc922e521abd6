// How good the forecasts are, over many generated books: 20 seeds × 8 quarters, each with at least twelve quarters of
// history before it, at two sizes. It prints the figures, and runs when DEALSH_STUDY is set, in a release build: less than
// two minutes, after tests that take longer to build.
//
//   DEALSH_STUDY=1 swift test -c release -Xswiftc -enable-testing --filter ForecastStudyTests
import Engine
import Foundation
import Pipeline
import Testing
import Values

@Suite struct ForecastStudyTests {
    /// Figures of one method, pooled over books and quarters.
    private struct Pool {
        var error = 0.0
        var bias = 0.0
        var actual = 0.0
        var insideCount = 0
        var rangeCount = 0
        /// Inside the range that independent deals would have claimed.
        var insideAloneCount = 0
    }

    @Test(
        .enabled(if: ProcessInfo.processInfo.environment["DEALSH_STUDY"] != nil), arguments: [300, 1_500])
    func historyBeatsStagesAndItsRangeHolds(dealsPerQuarter: Int) throws {
        var pools: [String: Pool] = [:]
        for seed in 1...20 {
            let plan = GenerationPlan(dealsPerQuarter: dealsPerQuarter, quarterCount: 20, seed: UInt64(seed))
            let book = try Book.generated(plan)
            let result = try BacktestReport.run(ReportInput(book: book, calendar: Calendar(today: plan.today)))
            for row in result.rows {
                let method = row[1].text ?? ""
                let expected = Double(row[2].integer ?? 0)
                let actual = Double(row[5].integer ?? 0)
                pools[method, default: Pool()].error += abs(expected - actual)
                pools[method, default: Pool()].bias += expected - actual
                pools[method, default: Pool()].actual += actual
                if let isInside = row[7].integer {
                    pools[method, default: Pool()].rangeCount += 1
                    pools[method, default: Pool()].insideCount += Int(isInside)
                }
            }
            for note in result.notes {
                guard let open = note.firstIndex(of: "("),
                    let count = Int(note[note.index(after: open)...].prefix { $0.isNumber })
                else { continue }
                pools[String(note.prefix { $0 != ":" }), default: Pool()].insideAloneCount += count
            }
        }
        for (method, pool) in pools.sorted(by: { $0.key < $1.key }) {
            print(
                "\(dealsPerQuarter) deals a quarter, \(method): WAPE \(pool.error / pool.actual),"
                    + " bias \(pool.bias / pool.actual), \(pool.insideCount) of \(pool.rangeCount) inside p10 to p90,"
                    + " \(pool.insideAloneCount) without the shock")
        }
        let history = try #require(pools["history"])
        let stages = try #require(pools["stages"])
        #expect(history.error / history.actual < stages.error / stages.actual)
        let coverage = Double(history.insideCount) / Double(history.rangeCount)
        #expect(coverage >= 0.7 && coverage <= 0.9)
    }
}
