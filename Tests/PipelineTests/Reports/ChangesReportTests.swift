// The waterfall reconciles: for random books, pairs of days and closing periods, in total and deal by deal.
import Engine
import Pipeline
import Testing
import Values

@Suite struct ChangesReportTests {
    @Test(arguments: [3 as UInt64, 8, 21])
    func reconcilesToTheCent(_ seed: UInt64) throws {
        let today = try #require(Day(iso: "2026-11-23"))
        let book = try Book.generated(GenerationPlan(dealCount: 500, seed: seed, today: today))
        let owner = Key("owner", .column(DealColumn.owner.index))
        for (from, through) in [(30, 0), (7, 0), (200, 100), (400, 13), (1, 0), (0, 0)] {
            let last = today.adding(days: -through)
            let first = today.adding(days: -from)
            let quarter = Calendar(today: last).period(.quarter, containing: last)
            let before = try book.asOf(first.adding(days: -1)).book
            let after = try book.asOf(last).book
            for closing in [nil, quarter] {
                for keys in [[], [owner]] {
                    let result = try ChangesReport.run(
                        start: ReportInput(book: before, keys: keys, calendar: Calendar(today: first.adding(days: -1))),
                        end: ReportInput(book: after, keys: keys, calendar: Calendar(today: last)), closing: closing)
                    var sums: [String: Int64] = [:]
                    for row in result.rows {
                        let bucket = try #require(row[keys.count].text)
                        sums[bucket, default: 0] += try #require(row[keys.count + 2].integer)
                    }
                    #expect(sums["fault"] == nil)
                    let moved = sums.filter { $0.key != "end" }.values.reduce(0, +)
                    #expect(moved == sums["end"])
                    #expect(try sums["end"] == Self.openValue(after, closing))
                    #expect(try sums["start"] == Self.openValue(before, closing))
                }
            }
        }
    }

    /// The value of open deals, one at a time.
    static func openValue(_ book: Book, _ closing: Period?) throws -> Int64 {
        var sum: Int64 = 0
        for deal in 0..<book.deals.rowCount where !book.deals.deletedRows.contains(deal) {
            if let place = try book.place(ofDeal: deal), place.stage.kind.isClosed { continue }
            if let closing {
                guard let close = try book.deal(deal, .close).integer, closing.contains(Day(clamping: Int(close)))
                else {
                    continue
                }
            }
            sum += try book.deal(deal, .value).integer ?? 0
        }
        return sum
    }
}
