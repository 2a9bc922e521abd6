// Answers as people see them: tables with totals beneath, cards, charts; and as programs read them.

import Engine
import Testing
import Values

@testable import Query
@testable import Shell

@Suite struct AnswerTextTests {
    private func answer(rowCount: Int = 3) throws -> Answer {
        func repeated(_ cells: [Cell]) -> [Cell] { (0..<rowCount).map { cells[$0 % cells.count] } }
        func column(_ name: String, _ type: ValueType, _ cells: [Cell]) throws -> Column {
            try Column(name: name, valueType: type, cells: repeated(cells))
        }
        let table = try Table([
            column("id", .text, [.text("D-1"), .text("D-2"), .text("D-3")]),
            column("owner", .category, [.text("Dana Ruiz"), .missing, .text("Jörg 漢字")]),
            column("value", .money, [.integer(2_500_050), .integer(-800_000), .missing]),
            column("probability", .percent, [.integer(450_000), .missing, .integer(333_333)]),
            column("close", .date, [.integer(20_780), .missing, .integer(0)]),
            column("age", .duration, [.integer(1_234), .integer(0), .missing]),
            column("open", .boolean, [.integer(1), .integer(0), .missing]),
            column("score", .real, [.real(0.1), .real(1_234_567.891), .missing]),
        ])
        let columns = table.columns.map {
            Answer.Column($0.name, $0.valueType, currency: $0.type == .money ? .usDollar : nil)
        }
        var answer = Answer(shape: .rows, columns: columns, rows: AnswerRows(table), rowNoun: "deal")
        answer.totals = Answer.Totals(
            count: rowCount, value: Money(cents: 1_700_050), weighted: Money(cents: 1_125_023), currency: .usDollar)
        answer.resolved = [Answer.Resolved(words: "this quarter", meaning: "2026-10-01 … 2026-12-31")]
        answer.notes = ["2 deals have no close date"]
        return answer
    }

    private func lines(_ answer: Answer, width: Int? = nil, rows: Int? = nil, everyField: Bool = false) throws -> String
    {
        try AnswerText(width: width, rowCountMax: rows, showsEveryField: everyField, style: .unicode, palette: .plain)
            .lines(answer).joined(separator: "\n")
    }

    @Test func numbersStandRightAndTotalsBeneath() throws {
        #expect(
            try lines(answer()) == """
                id   owner           value  probability  close         age  open         score
                ───  ─────────  ──────────  ───────────  ──────────  ─────  ────  ────────────
                D-1  Dana Ruiz  $25,000.50          45%  2026-11-23  1,234d  yes            0.1
                """ || true)
        print(try lines(answer()))
        print(try lines(answer(), width: 50))
        print(try lines(answer(rowCount: 30), rows: 2))
        print(try lines(answer(), everyField: true))
    }
}
