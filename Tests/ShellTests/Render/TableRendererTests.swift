// Tables as lines: alignment, rules, cutting, left-out columns.

import Shell
import Testing

@Suite struct TableRendererTests {
    let table = DisplayTable([
        .whole("id", ["D-1", "D-102"]),
        .text("name", ["Acme renewal for the northern region", "東京 expansion"]),
        .text("account", ["Acme Corporation", "東京電力"]),
        .number("value", ["$12,500", "$1,250,000"]),
        .whole("close", ["2026-12-15", "–"]),
    ])

    func text(_ renderer: TableRenderer) -> String { renderer.lines(table).joined(separator: "\n") }

    @Test func withoutALimit() {
        #expect(
            text(TableRenderer()) == """
                id     name                                  account                value  close
                ─────  ────────────────────────────────────  ────────────────  ──────────  ──────────
                D-1    Acme renewal for the northern region  Acme Corporation     $12,500  2026-12-15
                D-102  東京 expansion                        東京電力          $1,250,000  –
                """)
    }

    @Test func textsShrinkFirst() {
        #expect(
            text(TableRenderer(width: 62)) == """
                id     name             account              value  close
                ─────  ───────────────  ──────────────  ──────────  ──────────
                D-1    Acme renewal f…  Acme Corporat…     $12,500  2026-12-15
                D-102  東京 expansion   東京電力        $1,250,000  –
                """)
    }

    @Test func columnsAreLeftOutFromTheRight() {
        #expect(
            text(TableRenderer(width: 40, style: .ascii)) == """
                id     name        account         value
                -----  ----------  ---------  ----------
                D-1    Acme re...  Acme C...     $12,500
                D-102  東京 ex...  東京電力   $1,250,000
                ... 1 more column (.fields shows them...
                """)
        #expect(
            text(TableRenderer(width: 30)) == """
                id     name         account
                ─────  ───────────  ──────────
                D-1    Acme renew…  Acme Corp…
                D-102  東京 expan…  東京電力
                … 2 more columns (.fields sho…
                """)
    }

    @Test func numbersAreNeverCut() {
        for width in 1...100 {
            let lines = TableRenderer(width: width).lines(table)
            let all = lines.joined(separator: "\n")
            if all.contains("value") && !all.contains("more column") {
                #expect(all.contains("$1,250,000"))
                #expect(all.contains("2026-12-15"))
            }
            let bound = max(width, 5)
            #expect(lines.allSatisfy { TextWidth.of($0) <= bound }, "width \(width)")
        }
    }

    @Test func escapeSequencesInDataAreHarmless() {
        let lines = TableRenderer().lines(DisplayTable([.text("na\u{1b}me", ["\u{1b}[2Jgone", "two\nlines"])]))
        #expect(lines == ["na␛me", "─────────", "␛[2Jgone", "two␊lines"])
    }

    @Test func anEmptyTableHasItsHeader() {
        #expect(TableRenderer().lines(DisplayTable([.text("name", []), .number("value", [])])).count == 2)
        #expect(DisplayTable([]).rowCount == 0)
    }
}
