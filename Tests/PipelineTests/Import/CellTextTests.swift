// Dates, amounts and words as exports write them.

import Testing
import Values

@testable import Pipeline

struct CellTextTests {
    private func date(_ text: String, _ order: DayMonthOrder = .yearFirst, zone: Int = 0, serials: Bool = false)
        -> String?
    {
        let bytes = Array(text.utf8)
        return DateText.read(bytes.span, serials: serials)?.day(order, timezoneMinutes: zone)?.description
    }

    @Test(arguments: [
        ("2026-11-23", "2026-11-23"), ("2026/1/5", "2026-01-05"), ("20261123", "2026-11-23"),
        ("2026-11-23T14:05:00.000+0000", "2026-11-23"), ("2026-11-23 6:49:18", "2026-11-23"),
        ("2020-07-09 15:25:37.051", "2020-07-09"), ("9999-12-31 23:59:59", "9999-12-31"),
        ("23.11.2026", "2026-11-23"), ("1.2.26", "2026-02-01"), ("Nov 23, 2026", "2026-11-23"),
        ("November 23 2026", "2026-11-23"), ("23 Nov 2026", "2026-11-23"), ("23-Nov-26", "2026-11-23"),
        ("23. November 2026", "2026-11-23"), ("Mon, 23 Nov 2026 10:00:00 GMT", "2026-11-23"),
        ("Monday, November 23, 2026", "2026-11-23"), ("Sept 5, 2026", "2026-09-05"), ("1st May 1999", "1999-05-01"),
        ("1795392000000", "2026-11-23"), ("2024-02-29", "2024-02-29"),
    ])
    func datesOfKnownOrder(text: String, day: String) { #expect(date(text) == day) }

    @Test(arguments: [
        "2026-13-01", "2026-02-29", "2026-11-23x", "23", "2026", "hello", "", "1.2.3", "10.5", "12/31", "31/31/2026",
        "2026-11-23 25:00", "Mayor 5, 2026", "14d", "00/00/0000", "12345", "1,234", "Q3 2026", "2026-11",
    ])
    func noDates(text: String) { #expect(date(text) == nil) }

    @Test func orderDecidesOpenDates() {
        #expect(date("03/04/2026", .dayFirst) == "2026-04-03")
        #expect(date("03/04/2026", .monthFirst) == "2026-03-04")
        #expect(date("02/23/26 08:55 PM", .monthFirst) == "2026-02-23")
        #expect(date("02/23/26 08:55 PM", .dayFirst) == nil)
        #expect(date("3-4-69", .dayFirst) == "1969-04-03")
        #expect(date("46349", serials: true) == "2026-11-23")
        #expect(date("46349.75", serials: true) == "2026-11-23")
        #expect(date("46349") == nil)
    }

    @Test func offsetsMoveTheDay() {
        #expect(date("2026-11-23T01:00:00+0200") == "2026-11-22")
        #expect(date("2026-11-23T23:30:00Z", zone: 60) == "2026-11-24")
        #expect(date("2026-11-23T00:30:00-05:00", zone: -300) == "2026-11-23")
        #expect(date("2026-11-23 00:30", zone: -300) == "2026-11-23")
        #expect(date("1795391999999") == "2026-11-22")
    }

    private func amount(_ text: String, _ mark: DecimalMark = .point) -> String? {
        let bytes = Array(text.utf8)
        guard let amount = AmountText.read(bytes.span, mark) else { return nil }
        let unit = CurrencyText.unpack(amount.currency)?.code ?? ""
        return (amount.cents.map { Money(cents: $0.value).plain } ?? "overflow") + unit + (amount.isPercent ? "%" : "")
    }

    @Test(arguments: [
        ("1500", "1500"), ("1,500", "1500"), ("1,234,567.891", "1234567.89"), ("-3.5", "-3.50"), ("(1,000)", "-1000"),
        ("$25k", "25000USD"), ("$1.25m", "1250000USD"), ("€ 5", "5EUR"), ("USD 10.50", "10.50USD"), ("12 EUR", "12EUR"),
        ("-$4", "-4USD"), ("$-4", "-4USD"), ("($4.5)", "-4.50USD"), ("45%", "45%"), ("1e3", "1000"), ("2.5e-1", "0.25"),
        ("1 234.5", "1234.50"), ("1'234", "1234"), ("+7", "7"), (".5", "0.50"), ("5.", "5"), ("0.005", "0.01"),
        ("-0.005", "-0.01"), ("0.004", "0"), ("US$3", "3USD"), ("1\u{A0}234", "1234"), ("\u{2212}8", "-8"),
        ("8-", "-8"),
        ("2bn", "2000000000"), ("CHF1'000.50", "1000.50CHF"), ("0042", "42"),
    ])
    func amounts(text: String, value: String) { #expect(amount(text) == value) }

    @Test(arguments: [
        "", "abc", "12 monkeys", "1,00", "1,2345", "12,34,567", "0,125", "--3", "1.2.3", "$", "%", "()", "1 2", "XYZ 5",
        "k", "12abc", "2026-11-23", "99999999999999999999", "1e999", "e5", "1,234 567", "5 USD EUR",
    ])
    func noAmounts(text: String) { #expect(amount(text) == nil || text == "1e999" && amount(text) == "overflow") }

    @Test func europeanAmounts() {
        #expect(amount("1.234,50", .comma) == "1234.50")
        #expect(amount("1.234", .comma) == "1234")
        #expect(amount("0,5", .comma) == "0.50")
        #expect(amount("1 234,5 €", .comma) == "1234.50EUR")
        #expect(amount("1.5", .comma) == nil)
    }

    @Test func exactness() {
        let bytes = Array("397.45763888888905".utf8)
        #expect(AmountText.read(bytes.span, .point)?.real == 397.45763888888905)
        let large = Array("92233720368547758.07".utf8)
        #expect(AmountText.read(large.span, .point)?.cents?.value == Int64.max)
        let beyond = Array("92233720368547758.08".utf8)
        #expect(AmountText.read(beyond.span, .point)?.cents == nil)
    }

    @Test func words() {
        func yes(_ text: String, _ digits: Bool = true) -> Bool? {
            let bytes = Array(text.utf8)
            return YesNoText.read(bytes.span, digits: digits)
        }
        #expect(["TRUE", "yes", "Y", "t", "1"].map { yes($0) } == [true, true, true, true, true])
        #expect(["False", "NO", "n", "F", "0"].map { yes($0) } == [false, false, false, false, false])
        #expect(["", "ye", "maybe", "2", "nope"].map { yes($0) } == [nil, nil, nil, nil, nil])
        #expect(yes("1", false) == nil)
        func days(_ text: String) -> Int64? {
            let bytes = Array(text.utf8)
            return DurationText.read(bytes.span)
        }
        #expect(["14d", "2w", "1 week", "3 Days"].map(days) == [14, 14, 7, 3])
        #expect(["3mo", "d", "1.5d", "14", "12345678d"].map(days) == [nil, nil, nil, nil, nil])
    }

    /// No text makes a reader trap.
    @Test func anyBytesAreSafe() {
        let seed = UInt64.random(in: 0 ... .max)
        print("seed", seed)
        var state = seed
        func next(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
        let alphabet = Array("0123456789--//..,,::  $%()kmbneETZ+USDEURjanfebmaydw\u{A0}€−'".utf8)
        let sound = [
            "2026-11-23T14:05:00.000+0000", "Mon, 23 Nov 2026 10:00:00 GMT", "02/23/26 08:55 PM", "46349.75",
            "1795392000000", "23.11.2026", "1st May 1999", "$1,234.56", "(1.234,50 €)", "USD 25k", "45%", "2.5e-1",
        ]
        var dates = 0
        var amounts = 0
        for _ in 0..<60_000 {
            // A sound date or amount with up to three bytes changed, put in or taken out; or any bytes.
            var bytes = next(3) > 0 ? Array(sound[next(sound.count)].utf8) : []
            for _ in 0..<(bytes.isEmpty ? next(20) : next(4)) {
                let byte = next(20) == 0 ? UInt8(next(256)) : alphabet[next(alphabet.count)]
                let place = next(bytes.count + 1)
                switch next(3) {
                case 0 where place < bytes.count: bytes[place] = byte
                case 1 where place < bytes.count: bytes.remove(at: place)
                default: bytes.insert(byte, at: place)
                }
            }
            if let date = DateText.read(bytes.span, serials: true) {
                dates += 1
                _ = date.day(.dayFirst, timezoneMinutes: 90)
                _ = date.instant(.monthFirst, timezoneMinutes: -90)
            }
            if let amount = AmountText.read(bytes.span, .point) ?? AmountText.read(bytes.span, .comma) {
                amounts += 1
                _ = amount.cents
                _ = amount.real
                _ = amount.scaled(to: 6)
            }
            _ = YesNoText.read(bytes.span, digits: true)
            _ = DurationText.read(bytes.span)
            _ = StatusText.read(bytes.span)
            _ = HeaderName.snake(String(decoding: bytes, as: UTF8.self))
            _ = HeaderName.normalised(String(decoding: bytes, as: UTF8.self))
        }
        #expect(dates > 1000 && amounts > 1000)
    }

    @Test(arguments: [
        ("Close Date", "closedate", "close_date"), ("CloseDate", "closedate", "close_date"),
        ("Deal - Expected close date", "expectedclosedate", "expected_close_date"),
        ("Product__c", "product", "product"),
        ("property_dealname", "dealname", "dealname"), ("Probability (%)", "probability", "probability"),
        ("Opportunity Lifecycle (Days)", "opportunitylifecycledays", "opportunity_lifecycle_days"),
        ("LastModifiedDate", "lastmodifieddate", "last_modified_date"), ("ID", "id", "id"),
        ("AccountID", "accountid", "account_id"),
        ("External_id__c", "externalid", "external_id"), ("Closing Date*", "closingdate", "closing_date"),
        ("Größe", "größe", "größe"), ("%", "", "column"), ("_fivetran_synced", "fivetransynced", "fivetran_synced"),
    ])
    func headers(header: String, key: String, snake: String) {
        #expect(HeaderName.normalised(header) == key)
        #expect(HeaderName.snake(header) == snake)
    }

    @Test func stageNames() {
        #expect(
            ["Closed Won", "closedwon", "Won", "6 - Won", "Deal Won"].map(StageNames.kind)
                == Array(repeating: .won, count: 5))
        #expect(
            ["Closed Lost", "closedlost", "Lost", "No Decision", "7. Lost"].map(StageNames.kind)
                == Array(repeating: .lost, count: 5))
        #expect(
            ["Wonderful", "Negotiation", "Lostwood", "Close"].map(StageNames.kind) == Array(repeating: .open, count: 4))
        #expect(StageNames.kind(of: "On Hold") == .hold)
    }
}
