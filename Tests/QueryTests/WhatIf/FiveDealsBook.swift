// Five deals whose what-ifs are arithmetic. Today is 2026-11-23; probabilities are those of the stages of a new book, and
// with one closed deal the method is `stages`.
//
//   A  $10,000  Closed Won       100%  closed 2026-10-15
//   B  $20,000  Negotiation       80%  close 2026-11-10, past: counts as today
//   C  $30,000  Proposal Sent     60%  close 2026-12-15, in 22 days
//   D  $50,000  Demo Scheduled    40%  close 2027-01-20, in 58 days: next quarter
//   E   $5,000  Qualification     20%  close 2026-12-31, in 38 days
//
// Expected this quarter: 10,000 + 16,000 + 18,000 + 1,000 = 45,000.

import Engine
import Language
import Pipeline
import Query
import Values

enum FiveDealsBook {
    static let today = Day(iso: "2026-11-23") ?? .min

    static func make() throws -> Book {
        var book = try Book(settings: BookSettings(today: today))
        let columns: [DealColumn] = [.id, .owner, .stage, .value, .created, .close]
        let rows = [
            ["A", "Dana", "Closed Won", "1000000", "2026-08-01", "2026-10-15"],
            ["B", "Dana", "Negotiation", "2000000", "2026-08-10", "2026-11-10"],
            ["C", "Lee", "Proposal Sent", "3000000", "2026-09-01", "2026-12-15"],
            ["D", "Lee", "Demo Scheduled", "5000000", "2026-10-05", "2027-01-20"],
            ["E", "Dana", "Qualification", "500000", "2026-11-01", "2026-12-31"],
        ]
        for row in rows {
            try book.deals.append(
                row: DealColumn.allCases.map { column in
                    guard let place = columns.firstIndex(of: column) else { return .missing }
                    switch column {
                    case .value: return Int64(row[place]).map(Cell.integer) ?? .missing
                    case .created, .close: return Day(iso: row[place]).map { .integer(Int64($0.number)) } ?? .missing
                    default: return .text(row[place])
                    }
                })
        }
        return book
    }

    /// The close date of each deal.
    static func closes(_ book: Book) throws -> [String: Day] {
        var closes: [String: Day] = [:]
        for row in 0..<book.dealCount {
            guard let id = try book.deal(row, .id).text, let close = try book.deal(row, .close).integer else {
                continue
            }
            closes[id] = Day(clamping: Int(close))
        }
        return closes
    }
}

/// Statements run one after the other on a book.
struct Conversation {
    var book: Book
    var runner: StatementRunner

    init(_ book: Book) {
        self.book = book
        runner = StatementRunner(clock: FiveDealsBook.today)
    }

    /// Runs a statement and gives its answer; `nil` for one that changed the book.
    @discardableResult
    mutating func say(_ text: String) throws -> Answer? {
        let source = SourceText(text)
        let script = Parser.parse(source, isPrompt: true)
        if let problem = script.diagnostics.first(where: { $0.severity == .error }) { throw problem }
        var last: Answer?
        for statement in script.statements {
            switch try runner.run(statement, in: source, book: book) {
            case .answer(let answer): last = answer
            case .changed(let changed, _):
                book = changed
                last = nil
            case .change(let change):
                try book.perform(try book.record(change, time: 0), of: change)
                if case .keep = statement { runner.forgetKept(in: book) }
                last = nil
            case .request: last = nil
            }
        }
        return last
    }

    /// The problem that a statement has; `nil` when it has none.
    mutating func problem(_ text: String) -> Diagnostic? {
        do {
            try say(text)
            return nil
        } catch let problem as Diagnostic {
            return problem
        } catch let problems as Diagnostics {
            return problems.all.first
        } catch {
            return Diagnostic(.usage, "\(error)")
        }
    }

    /// The first row of an answer by column name.
    mutating func row(_ text: String) throws -> [String: Cell] { try rows(text).first ?? [:] }

    /// The rows of an answer by column name.
    mutating func rows(_ text: String) throws -> [[String: Cell]] {
        guard let answer = try say(text) else { return [] }
        let table = try answer.table()
        return try (0..<table.rowCount).map { row in
            Dictionary(uniqueKeysWithValues: zip(answer.columns.map(\.name), try table.row(row)))
        }
    }
}
