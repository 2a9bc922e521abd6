// Bottlenecks on a generated book, whose demos take too long to schedule by construction, against stays cut out by hand.
import Engine
import Pipeline
import Testing
import Values

@Suite struct BottlenecksReportTests {
    @Test func demosAreTheBottleneckAndDaysAreKaplanMeier() throws {
        let today = try #require(Day(iso: "2026-11-23"))
        let book = try Book.generated(GenerationPlan(dealCount: 3_000, seed: 1, today: today))
        let result = try BottlenecksReport.run(ReportInput(book: book, calendar: Calendar(today: today)))
        let table = try result.table()
        func cell(_ row: Int, _ name: String) throws -> Cell {
            try table.cell(row, try #require(table.columnIndex(name)))
        }
        #expect(try cell(0, "stage") == .text("Demo Scheduled"))
        #expect(try cell(0, "reason").text?.contains("over the target of") == true)
        let from = Int64(today.number) - 89
        for row in 0..<table.rowCount {
            let stage = try #require(try cell(row, "stage").text)
            var stays: [Observation] = []
            var deals = 0
            for deal in 0..<book.deals.rowCount {
                if try book.deal(deal, .stage).text == stage { deals += 1 }
                var entered: Int64?
                var present: String?
                for version in try book.history.rows(ofDeal: deal) {
                    let cells = try book.history.rows.row(version)
                    let day = try #require(cells[HistoryColumn.at.index].integer) / 86_400
                    let name = cells[HistoryColumn.stage.index].text
                    if name == present { continue }
                    if present == stage, let entered, day >= from {
                        stays.append(
                            Observation(
                                firstAge: Int(max(0, from - entered)), lastAge: Int(day - entered), cause: 0))
                    }
                    entered = day
                    present = name
                }
                if present == stage, let entered {
                    stays.append(
                        Observation(
                            firstAge: Int(max(0, from - entered)), lastAge: Int(Int64(today.number) - entered),
                            cause: nil))
                }
            }
            let curve = SurvivalCurve(stays)
            #expect(try cell(row, "deals") == .integer(Int64(deals)))
            #expect(try cell(row, "median_days") == (curve.median.map { .integer(Int64($0)) } ?? .missing))
            #expect(
                try cell(row, "p90_days") == (curve.age(atFraction: 0.9).map { .integer(Int64($0)) } ?? .missing))
        }
    }
}
