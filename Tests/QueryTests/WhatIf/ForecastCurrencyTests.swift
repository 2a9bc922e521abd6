// A forecast, and a what-if on it, in a book of two currencies: what it learns from and what it adds up are amounts in the
// reporting currency, closed deals at the rate of their closing day and open ones at today's.
//
//   20 won    $1,000                              closed 2026-06-15
//   20 won    €1,000 at 1.1 = $1,100              closed 2026-06-15
//   60 lost   $500
//   E         €5,000 at 1.2 = $6,000              open
//   N         no value: the mean of won deals, (20 · 1,000 + 20 · 1,100) ÷ 40 = $1,050

import Engine
import Pipeline
import Query
import Testing
import Values

@Suite struct ForecastCurrencyTests {
    /// The book, or its twin in which the euros were converted by hand.
    private func book(inEuros: Bool) throws -> Book {
        func row(_ id: String, _ stage: String, _ amount: String, _ currency: String, _ days: [String]) -> [String] {
            [id, stage, amount, currency] + days
        }
        let past = ["2026-03-01", "2026-06-15"]
        var rows = (0..<20).map { row("W\($0)", "Closed Won", "1000", "USD", past) }
        rows += (0..<20).map {
            inEuros
                ? row("V\($0)", "Closed Won", "1000", "EUR", past) : row("V\($0)", "Closed Won", "1100", "USD", past)
        }
        rows += (0..<60).map { row("L\($0)", "Closed Lost", "500", "USD", past) }
        let open = ["2026-08-20", "2026-12-15"]
        rows.append(
            inEuros ? row("E", "Negotiation", "5000", "EUR", open) : row("E", "Negotiation", "6000", "USD", open))
        rows.append(row("N", "Negotiation", "", "USD", open))
        func table(_ name: String, _ header: [String], _ rows: [[String]], into book: Book) throws -> Book {
            try book.importing(
                name, from: TextTable(name: name, header: header, rows: rows), today: FiveDealsBook.today
            ).book
        }
        let header = ["ID", "Stage", "Amount", "Currency", "Created", "Close Date"]
        let empty = try Book(settings: BookSettings(today: FiveDealsBook.today))
        let rates = [["EUR", "2026-01-01", "1.1"], ["EUR", "2026-10-01", "1.2"]]
        return try table(
            "rates", ["Currency", "Day", "Rate"], rates, into: table("deals", header, rows, into: empty))
    }

    @Test func learnsFromConvertedAmounts() throws {
        var conversation = Conversation(try book(inEuros: true))
        let chances = try conversation.rows(
            "open deals | with chance = win_chance(this quarter) | show id, value, chance")
        let chance = Dictionary(uniqueKeysWithValues: chances.map { ($0["id"], $0["chance"]?.real ?? 0) })
        let (ofE, ofN) = (chance[.text("E")] ?? 0, chance[.text("N")] ?? 0)
        #expect(ofE > 0.01 && ofN == ofE)
        #expect(chances.first { $0["id"] == .text("E") }?["value"] == .integer(600_000))
        let forecast = try conversation.row("forecast")
        let open = ofE * 600_000 + ofN * 105_000
        #expect(abs(Double(forecast["from_open"]?.integer ?? 0) - open) <= 0.5)
        #expect(forecast["from_new"]?.integer ?? 0 > 0)

        // A what-if learns from the same amounts: twice as large are $12,000 and $2,100.
        let doubled = try conversation.row("what if deal size * 2")
        #expect(abs(Double(doubled["from_open_after"]?.integer ?? 0) - 2 * open) <= 1)
        #expect(doubled["from_open_before"] == forecast["from_open"])

        // Every number is that of the book in which the amounts were converted before.
        var twin = Conversation(try book(inEuros: false))
        #expect(try twin.row("forecast") == forecast)
        #expect(try twin.row("what if deal size * 2") == doubled)
    }
}
