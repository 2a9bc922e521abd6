// Values as people read them.

import Shell
import Testing
import Values

@Suite struct HumanFormatTests {
    let format = HumanFormat()

    @Test func money() {
        #expect(format.money(Money(cents: 1_250_000)) == "$12,500")
        #expect(format.money(Money(cents: -5)) == "-$0.05")
        #expect(format.money(nil) == "–")
        #expect(HumanFormat(currency: Currency(code: "CHF") ?? .usDollar).money(Money(cents: 100_000)) == "CHF 1,000")
        #expect(format.moneyColumn([Money(cents: 100), Money(cents: 250), nil]) == ["$1.00", "$2.50", "–"])
        #expect(format.money(Money(cents: .min)) == "-$92,233,720,368,547,758.08")
    }

    @Test(arguments: [
        (0, "$0"), (95_050, "$951"), (99_949, "$999"), (99_950, "$1k"), (125_000, "$1.3k"), (34_000_000, "$340k"),
        (99_999_999, "$1m"), (120_000_000, "$1.2m"), (-120_000_000, "-$1.2m"), (250_000_000_000, "$2.5bn"),
        (123_456_700_000_000, "$1,235bn"),
    ])
    func compactMoney(cents: Int64, text: String) {
        #expect(format.compactMoney(Money(cents: cents)) == text)
    }

    @Test(arguments: [
        (450_000, "45%"), (333_333, "33.3%"), (500, "0.05%"), (-12_500, "-1.3%"), (0, "0%"), (1_000_000, "100%"),
        (12_345_678_900, "1,234,567.9%"), (4, "0%"),
    ])
    func percent(millionths: Int64, text: String) {
        #expect(format.percent(Percent(millionths: millionths)) == text)
    }

    @Test(arguments: [
        (0.0, "0"), (12.0, "12"), (1234.567, "1,234.57"), (-0.5, "-0.5"), (0.0417, "0.0417"), (0.04166666, "0.0417"),
        (1e6, "1,000,000"), (.infinity, "–"), (2.0 / 3.0, "0.667"),
    ])
    func number(value: Double, text: String) {
        #expect(format.number(value) == text)
    }

    @Test func countsDaysAndDurations() {
        #expect(format.count(-12_345) == "-12,345")
        #expect(format.counted(1, "deal") == "1 deal")
        #expect(format.counted(3_812, "row") == "3,812 rows")
        #expect(format.days(14) == "14d")
        #expect(format.duration(CalendarDuration(months: 14, days: 3)) == "1y 2mo 3d")
        #expect(format.duration(CalendarDuration()) == "0d")
        #expect(format.day(Day(iso: "2026-11-23")) == "2026-11-23")
        #expect(format.yesNo(nil) == "–")
    }
}
