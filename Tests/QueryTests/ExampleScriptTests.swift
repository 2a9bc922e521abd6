// The scripts of examples/ run on the book that the exports there make, without shell and files of books: every
// statement is answered, every expectation holds, and the story's figures come out.

import Engine
import Foundation
import Language
import Pipeline
import Query
import Testing
import Values

@Suite struct ExampleScriptTests {
    static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("examples")
    static let today = Day(clamping: 20_780)

    /// Reads the examples' CSV files, which quote nothing.
    struct Files: FileReading {
        func textTable(at path: String) throws -> TextTable {
            let text = try String(contentsOf: ExampleScriptTests.folder.appendingPathComponent(path), encoding: .utf8)
            let lines = text.split(separator: "\n").map {
                $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
            }
            return TextTable(name: path, header: lines[0], rows: Array(lines.dropFirst()))
        }
    }

    /// The answers of a script in order, with its lines as written; `book` becomes what the script leaves.
    private func run(_ name: String, on book: inout Book) throws -> [Answer] {
        let bytes = [UInt8](try Data(contentsOf: Self.folder.appendingPathComponent(name)))
        return try run(SourceText(bytes: bytes, name: name), on: &book)
    }

    private func run(_ source: SourceText, on book: inout Book) throws -> [Answer] {
        let script = Parser.parse(source)
        #expect(script.diagnostics.map(\.message) == [])
        var runner = StatementRunner(clock: Self.today, files: Files())
        var answers: [Answer] = []
        for statement in script.statements {
            do {
                switch try runner.run(statement, in: source, book: book) {
                case .answer(let answer): answers.append(answer)
                case .changed(let next, _): book = next
                case .change(let change): try book.perform(book.record(change, time: 0), of: change)
                case .request(.save): break
                case .request(let other): Issue.record("\(name(source)): a script asks for \(other)")
                }
            } catch let problems as Diagnostics {
                Issue.record("\(name(source)): \(problems.all.map(\.message))")
            } catch let problem as Diagnostic {
                let line = problem.span.map { source.text(source.line(at: $0.start).span) } ?? ""
                Issue.record("\(name(source)): \(problem.message): \(line)")
            }
        }
        return answers
    }

    private func name(_ source: SourceText) -> String { source.name ?? "typed" }

    private func imported() throws -> Book {
        var book = try Book()
        for table in ["deals", "accounts", "owners", "products", "history"] {
            let file = try Files().textTable(at: "\(table).csv")
            book = try book.importing(table, from: file, today: Self.today).book
        }
        return book
    }

    /// The cells of the columns named, row by row.
    private func cells(_ question: String, _ columns: String...) throws -> [[Cell]] {
        var book = try imported()
        let answer = try #require(run(SourceText(question), on: &book).last)
        let table = try answer.table()
        return try (0..<answer.rowCount).map { row in
            try columns.map { column in try table.cell(row, #require(table.columnIndex(column))) }
        }
    }

    @Test func theExportsAreImportedWhole() throws {
        let book = try imported()
        #expect(book.dealCount == 83)
        // The 352 changes of history.csv; an import may add what it saw on its day.
        let kept = [HistoryColumn.deal, .stage, .value, .close].map(\.index)
        let versions = try (0..<book.history.rows.rowCount).map { row in
            try kept.map { try book.history.rows.cell(row, $0) }
        }
        #expect(zip(versions, versions.dropFirst()).filter { $0 != $1 }.count + 1 == 352)
        #expect(book.pipelines.count == 1)
        #expect(book.pipelines[0].stages.map(\.name) == SalesPipeline.businessToBusiness.stages.map(\.name))
        #expect(Set(book.tables.map(\.name)) == ["accounts", "owners", "products"])
    }

    @Test(arguments: ["tour.pql", "hygiene-basics.pql"])
    func scriptsRunAndHold(name: String) throws {
        var book = try imported()
        let answers = try run(name, on: &book)
        #expect(answers.count >= 12)
        for answer in answers {
            #expect(answer.failures.map(\.message) == [])
            #expect(answer.warnings.map(\.message) == [])
            if name == "tour.pql" { #expect(answer.rowCount > 0) }
        }
    }

    @Test func theStorysFiguresComeOut() throws {
        #expect(
            try cells(
                "open deals in Proposal Sent or later closing this quarter | count, sum value, sum weighted", "count",
                "sum_value", "sum_weighted") == [[.integer(9), .integer(16_800_000), .integer(12_000_000)]])
        #expect(
            try cells("open deals | count, sum value, median in_stage by stage", "count", "sum_value") == [
                [.integer(6), .integer(2_200_000)], [.integer(7), .integer(7_850_000)],
                [.integer(11), .integer(26_400_000)], [.integer(7), .integer(12_100_000)],
                [.integer(5), .integer(12_600_000)],
            ])
        #expect(
            try cells("deals in Demo Scheduled where in_stage > 25d | count, sum value", "count", "sum_value") == [
                [.integer(8), .integer(23_000_000)]
            ])
        let sources = try cells("closed deals | count, win_rate by source | sort win_rate desc", "source", "count")
        #expect(
            sources.map { $0[0] }
                == ["Referral", "Partner", "Website", "Webinar", "Outbound", "Whitepaper"].map(Cell.text))
        #expect(sources.last?[1] == .integer(10))
    }

    /// The history's last version of every deal is the deal.
    @Test func historyEndsInThePresent() throws {
        let book = try imported()
        for row in 0..<book.deals.rowCount {
            let last = try #require(try book.history.lastRow(ofDeal: row))
            for (one, other) in [(HistoryColumn.stage, DealColumn.stage), (.value, .value), (.close, .close)] {
                #expect(try book.history.rows.cell(last, one.index) == book.deal(row, other))
            }
        }
    }
}
