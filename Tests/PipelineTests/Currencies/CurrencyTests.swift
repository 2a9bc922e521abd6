// Several currencies: recognised at import, converted by one policy with dated rates, never added raw.

import Engine
import Testing
import Values

@testable import Pipeline

struct CurrencyTests {
    let today = day(11, 23)

    func imported(_ table: String, _ header: [String], _ rows: [[String]], into book: Book) throws -> (
        book: Book, report: ImportReport
    ) {
        try book.importing(table, from: TextTable(name: table, header: header, rows: rows), today: today)
    }

    func start() throws -> Book {
        try imported(
            "deals", ["ID", "Stage", "Amount", "Currency", "Created", "Close Date"],
            [
                ["open", "Negotiation", "1000", "EUR", "2026-01-05", "2026-12-31"],
                ["won", "Closed Won", "2000", "EUR", "2026-02-01", "2026-03-15"],
                ["own", "Qualification", "3000", "USD", "2026-03-01", "2026-12-01"],
                ["none", "Qualification", "50", "", "2026-03-01", "2026-12-01"],
                ["rateless", "Demo Scheduled", "400", "CHF", "2026-03-02", "2026-11-30"],
            ], into: try Book(identity: BookIdentity(id: 1))
        ).book
    }

    let rates = [["EUR", "2026-10-01", "1.2"], ["EUR", "2026-01-01", "1.05"], ["EUR", "2026-03-01", "1.1"]]

    func values(_ book: Book) throws -> [String] { try shown(book.deals, "value") }

    @Test func recognisedByCodeSignAndTwin() throws {
        func currencies(_ header: [String], _ rows: [[String]]) throws -> [String] {
            try shown(
                imported("deals", header, rows, into: try Book(identity: BookIdentity(id: 1))).book.deals, "currency")
        }
        #expect(
            try currencies(
                ["ID", "Stage", "Amount"], [["a", "Lead", "€1.50"], ["b", "Lead", "$2"], ["c", "Lead", "3"]])
                == ["EUR", "USD", "-"])
        #expect(
            try currencies(
                ["Opportunity ID", "Stage", "Amount Currency", "Amount"],
                [["a", "Lead", "EUR", "1"], ["b", "Lead", "USD", "2"]]) == ["EUR", "USD"])
        #expect(
            try currencies(
                ["Deal - ID", "Deal - Stage", "Deal - Value", "Deal - Currency of Value"],
                [["a", "Lead", "1", "GBP"], ["b", "Lead", "2", "USD"]]) == ["GBP", "USD"])
        #expect(
            try currencies(["ID", "Stage", "Amount"], [["a", "Lead", "USD 1,000"], ["b", "Lead", "GBP 2"]])
                == ["USD", "GBP"])
    }

    @Test func oneCurrencyOfAFileIsTheBooks() throws {
        let (book, _) = try imported(
            "deals", ["ID", "Stage", "Amount"], [["a", "Lead", "€1"], ["b", "Lead", "€2"]],
            into: try Book(identity: BookIdentity(id: 1)))
        #expect(book.settings.currency.code == "EUR")
        #expect(try values(book.reported(on: today)) == ["1", "2"])
        #expect(try book.reported(on: today).reporting?.converted.isEmpty == true)
    }

    @Test func convertedByThePolicy() throws {
        let raw = try start()
        let without = try raw.reported(on: today)
        #expect(
            try values(without) == ["-", "-", "3,000", "50", "-"] || values(without) == ["-", "-", "3000", "50", "-"])
        #expect(without.reporting?.withoutRate.map(\.count) == [1, 2])
        let (book, report) = try imported("rates", ["currency", "date", "rate"], rates, into: raw)
        #expect(report.addedCount == 3)
        #expect(report.notes.contains("1 EUR = 1.20 USD from 2026-10-01 on, the latest of 3"))
        // Open: the day of the answer. Closed: its closing day. Own currency, or none said: as it is.
        let now = try book.reported(on: today)
        #expect(try now.deals.columns[DealColumn.value.index].integers() == [120_000, 220_000, 300_000, 5_000, .min])
        let may = try book.reported(on: day(5, 1))
        #expect(try may.deals.columns[DealColumn.value.index].integers()[0] == 110_000)
        #expect(may.reporting?.withoutRate.map(\.currency) == ["CHF"])
        // The stored amounts stay.
        #expect(try now.withOwnAmounts().deals.columns[DealColumn.value.index].integers()[0] == 100_000)
        #expect(
            try shown(try Table([now.ownValueColumn()]), "own_value") == [
                "€1,000", "€2,000", "$3,000", "$50", "CHF 400",
            ])
    }

    @Test func theFirstRateCountsFromItsDayOn() throws {
        let (book, _) = try imported("rates", ["currency", "date", "rate"], rates, into: try start())
        let rates = try ExchangeRates(book.table(named: "rates"), to: .usDollar)
        func rate(_ iso: String) -> Int64? { rates.billionths("EUR", on: (Day(iso: iso) ?? .min).number) }
        #expect(rate("2025-12-31") == nil)
        #expect(rate("2026-01-01") == 1_050_000_000)
        #expect(rate("2026-02-28") == 1_050_000_000)
        #expect(rate("2026-03-01") == 1_100_000_000)
        #expect(rate("2030-01-01") == 1_200_000_000)
        #expect(rates.billionths("GBP", on: 0) == nil)
    }

    @Test func productsAreRoundedOnceHalvesAwayFromZero() throws {
        #expect(try ExchangeRates.converted(1, 500_000_000) == 1)
        #expect(try ExchangeRates.converted(-1, 500_000_000) == -1)
        #expect(try ExchangeRates.converted(1, 499_999_999) == 0)
        #expect(try ExchangeRates.converted(33_333, 1_085_000_000) == 36_166)
        #expect(try ExchangeRates.converted(9_007_199_254_740_993, 1_000_000_000) == 9_007_199_254_740_993)
        #expect(throws: EngineError.self) { try ExchangeRates.converted(.max, 2_000_000_000) }
    }

    @Test func ratesAreReadBothWays() throws {
        let book = try start()
        let pairs = try imported(
            "rates", ["From", "To", "Date", "Rate"],
            [
                ["EUR", "USD", "2026-01-01", "1.25"], ["USD", "GBP", "2026-01-01", "0.8"],
                ["EUR", "GBP", "2026-01-01", "0.9"],
            ],
            into: book)
        #expect(pairs.report.notes.contains("1 GBP = 1.25 USD from 2026-01-01 on, the latest of 1"))
        #expect(pairs.report.notes.contains("1 rates between other currencies than USD were left out"))
        let salesforce = try imported(
            "rates", ["IsoCode", "ConversionRate", "StartDate"], [["EUR", "0.8", "2026-01-01"]], into: book)
        #expect(salesforce.report.notes.contains("1 EUR = 1.25 USD from 2026-01-01 on, the latest of 1"))
        let always = try imported("rates", ["Currency", "Rate"], [["EUR", "2"]], into: book)
        #expect(try always.book.reported(on: day(1, 1)).deals.columns[DealColumn.value.index].integers()[0] == 200_000)
        // The same file again changes nothing; a corrected rate replaces the old one.
        let again = try imported("rates", ["Currency", "Rate"], [["EUR", "3"]], into: always.book)
        #expect([again.report.addedCount, again.report.updatedCount, again.report.unchangedCount] == [0, 1, 0])
        let copy = try Book(decoding: again.book.encoded(), identity: again.book.identity)
        #expect(try copy.reported(on: today).deals.columns[DealColumn.value.index].integers()[0] == 300_000)
    }

    @Test func badRatesAreRefused() throws {
        func fault(_ header: [String], _ row: [String]) throws -> String {
            do {
                _ = try imported("rates", header, [row], into: try start())
                return "none"
            } catch let error as Diagnostics {
                return error.all[0].message
            } catch let error as Diagnostic {
                return error.message
            }
        }
        #expect(try fault(["currency", "date", "rate"], ["EUR", "2026-01-01", "-1"]).contains("no positive rate"))
        #expect(try fault(["currency", "date", "rate"], ["Euro", "2026-01-01", "1"]).contains("no currency"))
        #expect(try fault(["currency", "date", "rate"], ["EUR", "soon", "1"]).contains("no date"))
        #expect(
            try fault(["date", "rate"], ["2026-01-01", "1"])
                == "no column of \"rates\" says of which currency a rate is")
        #expect(
            try fault(["currency", "date"], ["EUR", "2026-01-01"]) == "no column of \"rates\" says what the rate is")
    }

    @Test func customAmountsAreOfTheDealsCurrencyOrTheirTwins() throws {
        let (book, _) = try imported(
            "deals", ["ID", "Stage", "Amount", "Amount Currency", "ARR", "Cost", "Cost Currency"],
            [["a", "Lead", "$10", "EUR", "$20", "$30", "USD"], ["b", "Lead", "$10", "USD", "$20", "$30", "EUR"]],
            into: try Book(identity: BookIdentity(id: 1)))
        let (rated, _) = try imported("rates", ["currency", "rate"], [["EUR", "2"]], into: book)
        let reported = try rated.reported(on: today)
        func cents(_ name: String) throws -> [Int64] { try #require(reported.deals.column(name)).integers() }
        #expect(try cents("value") == [2000, 1000])
        #expect(try cents("arr") == [4000, 2000])
        #expect(try cents("cost") == [3000, 6000])
    }

    /// The waterfall puts what rates did into a row of its own, and reconciles.
    @Test func ratesMoveTheWaterfall() throws {
        let first = try imported(
            "deals", ["ID", "Stage", "Amount", "Currency", "Created"],
            [
                ["a", "Lead", "100", "EUR", "2026-01-01"], ["b", "Lead", "100", "EUR", "2026-01-01"],
                ["c", "Lead", "7", "USD", "2026-01-01"],
            ],
            into: try Book(identity: BookIdentity(id: 1)))
        var book = try imported(
            "rates", ["currency", "date", "rate"], [["EUR", "2026-01-01", "1"], ["EUR", "2026-11-01", "1.5"]],
            into: first.book
        ).book
        book = try first.book.importing(
            "deals",
            from: TextTable(
                name: "x", header: ["ID", "Stage", "Amount", "Currency", "Created"],
                rows: [
                    ["a", "Lead", "100", "EUR", "2026-01-01"], ["b", "Lead", "80", "EUR", "2026-01-01"],
                    ["c", "Lead", "7", "USD", "2026-01-01"],
                ]),
            options: ImportOptions(asOf: day(11, 24)), today: today
        ).book
        book.setTable(
            try #require(
                try imported(
                    "rates", ["currency", "date", "rate"],
                    [["EUR", "2026-01-01", "1"], ["EUR", "2026-11-24", "1.5"]], into: first.book
                ).book.table(named: "rates")))
        let before = try book.asOf(day(11, 23)).book.reported(on: day(11, 23))
        let after = try book.reported(on: day(11, 24))
        let result = try ChangesReport.run(
            start: ReportInput(book: before, calendar: Calendar(today: day(11, 23))),
            end: ReportInput(book: after, calendar: Calendar(today: day(11, 24))))
        let amounts = Dictionary(uniqueKeysWithValues: result.rows.map { ($0[0].text ?? "", $0[2].integer ?? 0) })
        #expect(amounts == ["start": 20_700, "fx": 10_000, "decreased": -3_000, "end": 27_700])
    }

    // MARK: Changes

    /// The stored amounts of the first deal after an edit, and the last value that its history keeps.
    private func kept(_ edit: DealEdit, row: Int, in book: Book) throws -> (own: Int64?, version: Int64?, shown: Int64?)
    {
        var book = book
        try book.apply(try book.reported(on: today).change([row], edit, on: today, today: today).patch)
        let version = try book.history.rows(ofDeal: row).last.flatMap {
            try book.history.rows.cell($0, HistoryColumn.value.index).integer
        }
        return (
            try book.deal(row, .value).integer, version, try book.reported(on: today).deal(row, .value).integer
        )
    }

    private func value(_ cents: Int64) -> DealEdit { .set([FieldEdit("value", .same(.integer(cents)))]) }

    @Test func changesAreInTheBooksCurrency() throws {
        let book = try imported("rates", ["currency", "date", "rate"], rates, into: try start()).book
        // Open: today's rate, 1.2. Closed: that of the closing day, 1.1. The book's own: as it is.
        #expect(try kept(value(24_000), row: 0, in: book) == (20_000, 20_000, 24_000))
        #expect(try kept(value(22_000), row: 1, in: book) == (20_000, 20_000, 22_000))
        #expect(try kept(value(22_000), row: 2, in: book) == (22_000, 22_000, 22_000))
        #expect(try kept(value(22_000), row: 3, in: book) == (22_000, 22_000, 22_000))
        // What is shown already is no change, whatever rounding does.
        let shown = try book.reported(on: today)
        #expect(try shown.change([0], value(120_000), on: today, today: today).rows.isEmpty)
        #expect(try book.change([0], value(120_000), on: today, today: today).rows.isEmpty)
        // Another currency in the same change is the one that counts.
        let both = DealEdit.set([
            FieldEdit("currency", .same(.text("EUR"))), FieldEdit("value", .same(.integer(24_000))),
        ])
        #expect(try kept(both, row: 2, in: book) == (20_000, 20_000, 24_000))
        #expect(try shown.change([0, 2], .delete, on: today, today: today).value == 420_000)
    }

    /// What a change says of values, before and after it, is what the book shows before and after it.
    @Test func valuesAreToldAsTheyAreShown() throws {
        let book = try imported("rates", ["currency", "date", "rate"], rates, into: try start()).book
        let euro = FieldEdit("currency", .same(.text("EUR")))
        let edits: [(edit: DealEdit, rows: [Int])] = [
            (value(24_000), [0, 1, 2, 3]), (.set([euro]), [2, 3]), (.set([euro]), [0, 2, 4]),
            (.set([FieldEdit("currency", .same(.text("USD")))]), [0, 1]),
            (.set([euro, FieldEdit("value", .same(.integer(24_000)))]), [0, 2]),
            (.set([FieldEdit("value", .same(.integer(500_000)), in: "EUR")]), [0, 1]),
            (.set([euro, FieldEdit("value", .same(.integer(500_000)), in: "EUR")]), [0, 2, 3]),
            (
                .set([FieldEdit("stage", .same(.text("Closed Won"))), FieldEdit("value", .same(.integer(100)))]),
                [0, 3]
            ),
            (.set([FieldEdit("value", .same(.missing))]), [0, 1, 2]),
        ]
        func total(_ book: Book, _ rows: [Int]) throws -> Int64 {
            let book = try book.reported(on: today)
            return try rows.reduce(0) { try $0 + (book.deal($1, .value).integer ?? 0) }
        }
        for (edit, rows) in edits {
            let made = try book.change(rows, edit, on: today, today: today)
            let told = try #require(made.fields.first { $0.column == "value" }, "\(edit)")
            var after = book
            try after.apply(made.patch)
            let differing = try rows.filter {
                try book.reported(on: today).deal($0, .value) != after.reported(on: today).deal($0, .value)
            }
            #expect(told.rowCount == differing.count, "\(edit)")
            #expect(try told.old.sum == total(book, differing), "\(edit)")
            #expect(try told.new.sum == total(after, differing), "\(edit)")
        }
    }

    /// What is computed of an amount without a rate is nothing, and must not take the amount's place.
    @Test func unseenAmountsOutlastComputedOnes() throws {
        let book = try imported("rates", ["currency", "date", "rate"], rates, into: try start()).book
        let doubled = DealEdit.set([FieldEdit("value", .each([.integer(240_000), .missing]))])
        var after = book
        let made = try book.change([0, 4], doubled, on: today, today: today)
        #expect(made.rows == [0])
        try after.apply(made.patch)
        #expect(try after.deal(4, .value).integer == 40_000)
        let cleared = DealEdit.set([FieldEdit("value", .same(.missing))])
        #expect(try book.change([4], cleared, on: today, today: today).rows == [4])
    }

    /// An amount written in a currency is kept as it is written, by deals of that currency only.
    @Test func amountsInTheCurrencyOfTheDeal() throws {
        let book = try imported("rates", ["currency", "date", "rate"], rates, into: try start()).book
        let euros = DealEdit.set([FieldEdit("value", .same(.integer(500_000)), in: "EUR")])
        #expect(try kept(euros, row: 0, in: book) == (500_000, 500_000, 600_000))
        #expect(try kept(euros, row: 1, in: book) == (500_000, 500_000, 550_000))
        let problem = #expect(throws: Diagnostic.self) { try book.change([0, 2, 3], euros, on: today, today: today) }
        #expect(problem?.message == "own, none are not in EUR")
        let francs = DealEdit.set([FieldEdit("value", .same(.integer(500)), in: "CHF")])
        #expect(try kept(francs, row: 4, in: book) == (500, 500, nil), "no rate is needed")
        func add(_ currency: String?) throws -> (kept: Int64?, told: Int64) {
            var fields = [FieldEdit("value", .same(.integer(500_000)), in: "EUR")]
            if let currency { fields.append(FieldEdit("currency", .same(.text(currency)))) }
            var after = book
            let change = try book.adding(deal: "New", fields, on: today).change
            try after.apply(change.patch)
            return (try after.deal(after.deals.rowCount - 1, .value).integer, change.value)
        }
        #expect(try add("EUR") == (500_000, 600_000))
        #expect(throws: Diagnostic.self) { try add("USD") }
        #expect(throws: Diagnostic.self) { try add(nil) }
    }

    /// A change of something else keeps the amounts, in the deals and in their history.
    @Test func otherChangesKeepOwnAmounts() throws {
        let book = try imported("rates", ["currency", "date", "rate"], rates, into: try start()).book
        #expect(try kept(.win, row: 0, in: book) == (100_000, 100_000, 120_000))
        #expect(try kept(.advance, row: 4, in: book) == (40_000, 40_000, nil))
    }

    @Test func noRateNoAmount() throws {
        let book = try imported("rates", ["currency", "date", "rate"], rates, into: try start()).book
        let problem = #expect(throws: Diagnostic.self) {
            try book.change([0, 4], value(24_000), on: today, today: today)
        }
        #expect(problem?.message.contains("no rate for the currency of rateless") == true)
        func add(_ currency: String) throws -> Int64? {
            let fields = [
                FieldEdit("currency", .same(.text(currency))), FieldEdit("value", .same(.integer(24_000))),
            ]
            var book = book
            try book.apply(try book.adding(deal: "New", fields, on: today).change.patch)
            return try book.deal(book.deals.rowCount - 1, .value).integer
        }
        #expect(try add("EUR") == 20_000)
        #expect(try add("USD") == 24_000)
        #expect(throws: Diagnostic.self) { try add("CHF") }
    }

    /// What is set is what is seen, to half a cent of the deal's currency.
    @Test func setAmountsComeBack() throws {
        let seed = UInt64.random(in: 0..<1_000_000)
        var numbers = PatchNumbers(seed: seed)
        for _ in 0..<2_000 {
            let rate = Int64.random(in: 1...5_000_000_000, using: &numbers)
            let cents = Int64.random(in: -1_000_000_000...1_000_000_000, using: &numbers)
            let shown = try ExchangeRates.converted(try ExchangeRates.unconverted(cents, rate), rate)
            #expect(abs(shown - cents) <= rate / 2_000_000_000 + 1, "seed \(seed): \(cents) at \(rate)")
        }
    }
}
