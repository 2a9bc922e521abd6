// The calendar against counting: days are checked by walking them one at a time from a known day with an
// independent rule for month lengths, never by the formula under test.
import Testing
import Values

@Suite struct DayTests {
    /// Month lengths by the Gregorian rule, written apart from the code under test.
    static func monthLength(_ year: Int, _ month: Int) -> Int {
        let leap = (year % 4 == 0) && (year % 100 != 0 || year % 400 == 0)
        return [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]
    }

    @Test func everyDayOfTheCalendarInOrder() throws {
        var expected = try #require(Day(year: 1, month: 1, day: 1))
        #expect(expected == Day.min)
        var number = Int(Day.min.number)
        var failures = 0
        for year in 1...9999 {
            for month in 1...12 {
                for day in 1...Self.monthLength(year, month) {
                    let made = try #require(Day(number: number))
                    let civil = made.civil
                    if civil != (year, month, day) { failures += 1 }
                    if Day(year: year, month: month, day: day) != made { failures += 1 }
                    expected = made
                    number += 1
                }
            }
        }
        #expect(failures == 0)
        #expect(expected == Day.max)
        #expect(Day(number: number) == nil)
        #expect(Day(number: Int(Day.min.number) - 1) == nil)
    }

    @Test func weekdaysFollowEachOther() throws {
        // 2026-11-23 is a Monday.
        let monday = try #require(Day(iso: "2026-11-23"))
        for offset in -800_000...800_000 where offset % 997 == 0 || abs(offset) < 20 {
            let index = ((offset % 7) + 7) % 7
            #expect(
                monday.adding(days: offset).weekday == Weekday.allCases[index] || monday.adding(days: offset) == .min)
        }
    }

    @Test func monthsClampToTheMonthsEnd() {
        #expect(Day(iso: "2026-01-31")?.adding(months: 1) == Day(iso: "2026-02-28"))
        #expect(Day(iso: "2024-01-31")?.adding(months: 1) == Day(iso: "2024-02-29"))
        #expect(Day(iso: "2026-03-31")?.adding(months: -1) == Day(iso: "2026-02-28"))
        #expect(Day(iso: "2026-11-30")?.adding(months: 3) == Day(iso: "2027-02-28"))
        #expect(Day(iso: "2026-01-15")?.adding(months: -25) == Day(iso: "2023-12-15"))
        #expect(Day.max.adding(months: 1) == Day.max)
        #expect(Day.min.adding(months: -1) == Day.min)
        #expect(Day.min.adding(days: Int.min) == Day.min)
        #expect(Day.max.adding(months: Int.max) == Day.max)
    }

    @Test(arguments: [
        "2026-13-01", "2026-02-29", "2026-2-01", "26-02-01", "2026-02-01 ", "", "2026/02/01", "٢٠٢٦-٠١-٠١",
    ])
    func refusesWhatIsNoDay(_ text: String) { #expect(Day(iso: text) == nil) }

    @Test func printsAndReadsItself() throws {
        for number in stride(from: Int(Day.min.number), through: Int(Day.max.number), by: 1013) {
            let day = try #require(Day(number: number))
            #expect(Day(iso: day.description) == day)
        }
    }
}
