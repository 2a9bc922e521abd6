// Units of the calendar, with and without a fiscal year and a week of its own.
import Testing
import Values

@Suite struct CalendarTests {
    let today: Day
    let plain: Values.Calendar
    let fiscal: Values.Calendar

    init() throws {
        today = try #require(Day(iso: "2026-11-23"))
        plain = Calendar(today: today)
        fiscal = Calendar(today: today, weekStart: .sunday, fiscalYearStartMonth: 2)
    }

    @Test func unitsThatHoldToday() {
        func text(_ unit: CalendarUnit, _ offset: Int = 0) -> String {
            plain.period(unit, containing: today, offset: offset).description
        }
        #expect(text(.day) == "2026-11-23")
        #expect(text(.week) == "2026-11-23 … 2026-11-29")
        #expect(text(.week, -1) == "2026-11-16 … 2026-11-22")
        #expect(text(.month) == "2026-11-01 … 2026-11-30")
        #expect(text(.month, 3) == "2027-02-01 … 2027-02-28")
        #expect(text(.quarter) == "2026-10-01 … 2026-12-31")
        #expect(text(.quarter, -4) == "2025-10-01 … 2025-12-31")
        #expect(text(.half) == "2026-07-01 … 2026-12-31")
        #expect(text(.year) == "2026-01-01 … 2026-12-31")
    }

    @Test func fiscalUnitsBeginWhereTheFiscalYearDoes() throws {
        func text(_ unit: CalendarUnit, _ day: Day) -> String {
            fiscal.period(unit, containing: day, fiscal: true).description
        }
        #expect(text(.quarter, today) == "2026-11-01 … 2027-01-31")
        #expect(text(.half, today) == "2026-08-01 … 2027-01-31")
        #expect(text(.year, today) == "2026-02-01 … 2027-01-31")
        #expect(fiscal.fiscalYear(of: today) == 2027)
        let january = try #require(Day(iso: "2026-01-31"))
        #expect(text(.year, january) == "2025-02-01 … 2026-01-31")
        #expect(fiscal.fiscalYear(of: january) == 2026)
        #expect(fiscal.startOfFiscalYear(2027)?.description == "2026-02-01")
        #expect(plain.startOfFiscalYear(2027)?.description == "2027-01-01")
        #expect(fiscal.start(of: .week, containing: today).description == "2026-11-22")
    }

    @Test func everyDayIsInItsOwnUnit() throws {
        for number in stride(from: 20_000, to: 22_000, by: 1) {
            let day = try #require(Day(number: number))
            for unit in CalendarUnit.allCases {
                for isFiscal in [false, true] {
                    let period = fiscal.period(unit, containing: day, fiscal: isFiscal)
                    #expect(period.contains(day))
                    let next = fiscal.period(unit, containing: day, offset: 1, fiscal: isFiscal)
                    #expect(next.start == period.end)
                }
            }
        }
    }

    @Test func periodsAreHalfOpenAndPrintInclusive() throws {
        let first = try #require(Day(iso: "2026-03-01"))
        let march = Period(from: first, upTo: try #require(Day(iso: "2026-04-01")))
        #expect(march.dayCount == 31)
        #expect(march.last?.description == "2026-03-31")
        #expect(march.description == "2026-03-01 … 2026-03-31")
        #expect(Period(from: first, through: first).description == "2026-03-01")
        #expect(Period(from: first, upTo: .max).description == "2026-03-01 …")
        #expect(Period(from: .min, upTo: first).description == "… 2026-02-28")
        #expect(Period(from: first, upTo: first).isEmpty)
        #expect(Period.always.contains(march))
        #expect(!march.contains(Period.always))
    }
}
