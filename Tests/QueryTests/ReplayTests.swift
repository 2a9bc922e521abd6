// "As of" against memory: a book is changed day by day through successive exports (deals appear, move, close, re-open,
// change hands and currencies, vanish and come back), the answers of many queries and of every report are remembered,
// and then asked again of the last book `as of` each day. They are equal: nothing learned later shows in the past.

import Engine
import Pipeline
import Query
import Testing
import Values

@Suite struct ReplayTests {
    /// `@` is where `as of DAY` goes.
    static let queries = [
        "deals @ | show id, name, account, stage, status, value, currency, own_value, owner, close, probability, category, weighted",
        "deals @ | show id, entered, in_stage, closed, touched, age, pushes, stalled, overdue, created, target, furthest",
        "open deals @ | count, sum value, sum weighted, median age by stage, owner",
        "deals @ | sum value by quarter(close)", "deals closed this quarter @ | count, win_rate by owner",
        "deals entered Demo Scheduled since 2026-02-01 @ | show id", "open deals > $500 @ | top 3",
        "stalled deals @ | show id", "deals overdue @ | count", "history of deals @",
        "history of open deals @ | count by deal", "deals created this month @ | count by source",
        "board @", "funnel @", "funnel strict @", "funnel @ by owner", "conversion @",
        "conversion this year @ by owner",
        "velocity @", "bottlenecks @", "aging @", "changes since last Monday @",
        "changes since 2026-03-01 closing this quarter @",
        "changes since 2026-02-15 @ by owner", "cohorts @", "hygiene @", "focus @", "slipped @", "slipped this month @",
        "trend @", "trend weighted @ by month", "forecast @ using stages", "forecast @ using category", "attainment @",
    ]

    @Test(arguments: [1 as UInt64, 2, 3, 4])
    func answersOfThePast(_ seed: UInt64) throws {
        var remembered: [(day: Day, answers: [String])] = []
        let (book, days) = try RandomCRM.book(seed: seed, exports: 9) { book, day in
            remembered.append((day, try Self.queries.map { try Self.answer($0, "", book, day) }))
        }
        let last = try #require(days.last)
        for (day, answers) in remembered {
            for (query, then) in zip(Self.queries, answers) {
                let now = try Self.answer(query, "as of \(day)", book, last)
                #expect(now == then, "seed \(seed), \(query) as of \(day)")
            }
        }
        // The last book and its own day: every stored field, as it is.
        #expect(try book.asOf(last).book.dealCount == book.dealCount)
        #expect(Self.queries.count > 30)
    }

    /// The rows of an answer as text; a problem as its words.
    private static func answer(_ text: String, _ asOf: String, _ book: Book, _ clock: Day) throws -> String {
        let question = try Question(
            text.split(separator: "@", omittingEmptySubsequences: false).joined(separator: asOf))
        do {
            let answer = try question.answer(book, today: clock)
            let table = try answer.page(0..<answer.rowCount, of: Array(answer.columns.indices))
            var lines = [answer.columns.map(\.name).joined(separator: " | ")]
            for row in 0..<table.rowCount {
                lines.append(
                    try answer.columns.indices.map { CompactText.cell(try table.cell(row, $0), answer.columns[$0]) }
                        .joined(separator: " | "))
            }
            return lines.joined(separator: "\n")
        } catch let problem as Diagnostic {
            return problem.code.rawValue
        } catch let problems as Diagnostics {
            return problems.all.map(\.code.rawValue).joined(separator: ", ")
        }
    }
}
