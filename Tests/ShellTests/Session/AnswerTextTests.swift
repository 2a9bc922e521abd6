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
        answer.totals = {
            Answer.Totals(
                count: rowCount, value: Money(cents: 1_700_050), weighted: Money(cents: 1_125_023), currency: .usDollar)
        }
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
                id   owner           value  probability  close          age  open         score
                ───  ─────────  ──────────  ───────────  ──────────  ──────  ────  ────────────
                D-1  Dana Ruiz  $25,000.50          45%  2026-11-23  1,234d  yes            0.1
                D-2  –          -$8,000.00            –  –               0d  no    1,234,567.89
                D-3  Jörg 漢字           –        33.3%  1970-01-01       –  –                –
                3 deals · $17,000.50 · weighted $11,250.23
                this quarter = 2026-10-01 … 2026-12-31
                2 deals have no close date
                """)
    }

    @Test func aNarrowTerminalCutsTextsAndLeavesColumnsOut() throws {
        #expect(
            try lines(answer(), width: 50) == """
                id   owner          value  probability  close
                ───  ────────  ──────────  ───────────  ──────────
                D-1  Dana Ru…  $25,000.50          45%  2026-11-23
                D-2  –         -$8,000.00            –  –
                D-3  Jörg 漢…           –        33.3%  1970-01-01
                … 3 more columns (.fields shows them): age, open,…
                3 deals · $17,000.50 · weighted $11,250.23
                this quarter = 2026-10-01 … 2026-12-31
                2 deals have no close date
                """)
    }

    @Test func rowsBeyondTheLimitAreCounted() throws {
        let text = try lines(answer(rowCount: 3_000), rows: 2)
        #expect(text.contains("\n… 2,998 more deals (.all shows them)\n3,000 deals · "))
        #expect(text.split(separator: "\n").count == 8)
    }

    @Test func everyFieldAsCards() throws {
        let text = try lines(answer(), everyField: true)
        #expect(
            text.hasPrefix(
                """
                id           D-1
                owner        Dana Ruiz
                value        $25,000.50
                probability  45%
                close        2026-11-23
                age          1,234d
                open         yes
                score        0.1

                id           D-2
                value        -$8,000.00
                age          0d
                open         no
                score        1,234,567.89
                missing      owner, probability, close

                """))
    }

    @Test func noRows() throws {
        var empty = try answer(rowCount: 0)
        #expect(try lines(empty).hasPrefix("no deals\nthis quarter"))
        empty.totals = nil
        #expect(try lines(empty).hasPrefix("no deals\nthis quarter"))
    }

    @Test func programsGetEveryDigit() throws {
        var bytes: [UInt8] = []
        try AnswerBytes.write(answer(), in: .csv, guarded: false, style: .unicode) { bytes += $0 }
        #expect(
            String(decoding: bytes, as: UTF8.self) == """
                id,owner,value,probability,close,age,open,score
                D-1,Dana Ruiz,25000.50,0.45,2026-11-23,1234,true,0.1
                D-2,,-8000,,,0,false,1234567.891
                D-3,Jörg 漢字,,0.333333,1970-01-01,,,

                """)
    }
}
