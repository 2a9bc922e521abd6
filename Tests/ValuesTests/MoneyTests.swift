// Money and percent: exact, and rounded only where said.
import Testing
import Values

@Suite struct MoneyTests {
    @Test func plainAndGrouped() {
        #expect(Money(cents: 0).plain == "0")
        #expect(Money(cents: 5).plain == "0.05")
        #expect(Money(cents: -5).plain == "-0.05")
        #expect(Money(cents: 123_450).plain == "1234.50")
        #expect(Money(cents: 123_456_700).grouped() == "1,234,567")
        #expect(Money(cents: 123_456_700).grouped(alwaysCents: true) == "1,234,567.00")
        #expect(Money(cents: -99_999).grouped() == "-999.99")
        #expect(Money(cents: .min).plain == "-92233720368547758.08")
        #expect(Money(cents: .max).grouped() == "92,233,720,368,547,758.07")
    }

    @Test func shareRoundsHalvesAwayFromZero() {
        let percent = Percent(millionths: 450_000)
        #expect(percent.of(Money(cents: 1010))?.cents == 455)  // 454.5
        #expect(percent.of(Money(cents: -1010))?.cents == -455)
        #expect(Percent(millionths: 333_333).of(Money(cents: 300))?.cents == 100)  // 99.9999
        #expect(Percent.one.of(Money(cents: .max))?.cents == .max)
        #expect(Percent.one.of(Money(cents: .min))?.cents == .min)
        #expect(Percent(millionths: 2_000_000).of(Money(cents: .max)) == nil)
    }

    @Test func shareAgreesWithLongDivision() {
        let seed = UInt64.random(in: 1...UInt64.max)
        print("share: seed \(seed)")
        var state = seed
        func next() -> UInt64 {
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            return state
        }
        for _ in 0..<20_000 {
            let cents = Int64(truncatingIfNeeded: next()) >> 24
            let millionths = Int64(next() % 1_000_001)
            // Schoolbook: whole cents and the rest of magnitude × millionths, a million at a time.
            let magnitude = Int64(cents.magnitude)
            let whole = magnitude / 1_000_000 * millionths
            let rest = magnitude % 1_000_000 * millionths
            var expected = whole + rest / 1_000_000
            if rest % 1_000_000 * 2 >= 1_000_000 { expected += 1 }
            if cents < 0 { expected = -expected }
            #expect(Percent(millionths: millionths).of(Money(cents: cents))?.cents == expected)
        }
    }

    @Test func currencies() {
        #expect(Currency(code: "eur")?.prefix == "€")
        #expect(Currency(code: "CHF")?.prefix == "CHF ")
        #expect(Currency(code: "EURO") == nil)
        #expect(Currency(code: "E1R") == nil)
        #expect(Currency(sign: "£")?.code == "GBP")
        #expect(Currency.usDollar.prefix == "$")
    }
}
