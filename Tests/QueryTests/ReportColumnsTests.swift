// Columns of answers that two things could be called by: keys of reports and the reports' own columns, both levers of a
// sweep, both periods of a comparison; and amounts that nobody knows.

import Engine
import Language
import Pipeline
import Query
import Testing
import Values

@Suite struct ReportColumnsTests {
    private func run(_ text: String, _ book: Book) throws -> Answer {
        let source = SourceText(text)
        let script = Parser.parse(source)
        var runner = StatementRunner(clock: ExampleBook.today)
        let statement = try #require(script.statements.first, "\(script.diagnostics)")
        guard case .answer(let answer) = try runner.run(statement, in: source, book: book) else {
            throw OracleGap(what: text)
        }
        return answer
    }

    private func lines(_ text: String, _ book: Book) throws -> [String] {
        try run(text, book).table().columns[0].cells().compactMap(\.text)
    }

    /// A key that a report has a column of its own for is what it is of the deals; the report's column keeps its name.
    @Test func keysNamedLikeColumns() throws {
        let book = try ExampleBook.imported()
        let funnel = try run("funnel by stage", book)
        #expect(funnel.columns.prefix(2).map(\.name) == ["deal_stage", "stage"])
        let negotiation = try run("funnel by stage | where deal_stage = Negotiation and stage = Qualification", book)
        #expect(negotiation.rowCount == 1)
        #expect(
            try negotiation.table().cell(0, 2).integer.map(Int.init) == (try run("deals in Negotiation", book)).rowCount
        )
        #expect(try run("velocity by won", book).columns.map(\.name).prefix(3) == ["deal_won", "opportunities", "won"])
        // The key and the column say the same: one of them is enough.
        #expect(try run("board by owner", book).columns.filter { $0.name.contains("owner") }.map(\.name) == ["owner"])
    }

    @Test func leversOfOneKind() throws {
        let answer = try run(
            """
            sweep win rate in Negotiation from 40% to 60% by 10%, win rate from Webinar from 10% to 20% by 10% \
            | forecast this quarter using stages
            """, try ExampleBook.imported())
        #expect(
            answer.columns.prefix(3).map(\.name)
                == ["win_rate_in_negotiation", "win_rate_from_webinar", "won_so_far"])
        #expect(answer.rowCount == 6)
    }

    @Test func quartersOfABacktest() throws {
        let table = try run("backtest last 2 quarters using stages", try ExampleBook.imported()).table()
        #expect(try table.columns[0].cells() == [.text("2026-Q2"), .text("2026-Q3")])
    }

    /// Each side is written as it would be asked alone, and what is said of it is said of that.
    @Test func explainVersus() throws {
        let book = try ExampleBook.imported()
        let lines = try lines("explain won deals closed Q3 versus Q2 | conversion by owner | sort won desc", book)
        #expect(lines.contains("  matched by owner: rows with equal values stand in one row"))
        #expect(lines.contains("  then 1 step on the rows of both"))
        #expect(lines.contains("for Q3: won deals closed Q3 | conversion by owner"))
        #expect(lines.contains("for Q2: won deals closed Q2 | conversion by owner"))
        #expect(!lines.contains { $0.contains("versus") && !$0.contains("_versus") })
        // The queries behind the numbers are those of their period.
        let behind = lines.filter { $0.contains("won: won deals closed Q") || $0.contains("and won: won deals") }
        #expect(behind.contains { $0.contains("closed Q2 |") } && behind.contains { $0.contains("closed Q3 |") })
        let plain = try self.lines("explain deals created this quarter versus last quarter", book)
        #expect(plain.contains("  compared: count, sum_value, sum_weighted"))
        #expect(plain.contains("for last quarter: deals created last quarter"))
    }

    /// In stages without a probability nothing is weighted: missing, and no $0.
    @Test func weightedOfNobody() throws {
        var book = try Book()
        for text in [
            "pipeline \"Renewals\": Due, Quoted, Renewed as won, Cancelled as lost",
            "add deal \"X\" with pipeline = \"Renewals\", stage = Due, value = $5k",
        ] {
            let source = SourceText(text)
            var runner = StatementRunner(clock: ExampleBook.today)
            switch try runner.run(try #require(Parser.parse(source).statements.first), in: source, book: book) {
            case .changed(let changed, _): book = changed
            case .change(let change): try book.apply(change.patch())
            default: Issue.record("\(text) is a change")
            }
        }
        #expect(try run("deals", book).totals?().weighted == .some(nil))
        #expect(try run("trend weighted this month by month", book).table().cell(0, 1) == .missing)
        #expect(try run("board", book).summary == ["Due: 1 deal, $5,000"])
        let hygiene = try run("hygiene", book).table()
        let weighted = try #require(hygiene.columnIndex("weighted"))
        #expect(try (0..<hygiene.rowCount).allSatisfy { try hygiene.cell($0, weighted) == .missing })
        #expect(try run("deals", try ExampleBook.imported()).totals?().weighted != nil)
    }
}
