// Periods against the definitions of the language, asked through a query of each kind of calendar; and properties that
// hold on any day: `last` and `next` units lie beside `this`, whole and without gap.

import Pipeline
import Query
import Testing
import Values

@Suite struct DateWordsTests {
    /// What words come to on a day, through `explain`'s words.
    private func resolved(_ words: String, today: Day, settings: BookSettings = BookSettings()) throws -> String? {
        var settings = settings
        settings.today = today
        let book = try Book(settings: settings)
        return try Question("deals where created in \(words)").answer(book, today: today).resolved.first?.meaning
    }

    @Test func tableOfWords() throws {
        let monday = try #require(Day(iso: "2026-11-23"))
        let table: [(String, String)] = [
            ("today", "2026-11-23"), ("yesterday", "2026-11-22"), ("tomorrow", "2026-11-24"),
            ("this week", "2026-11-23 … 2026-11-29"), ("last week", "2026-11-16 … 2026-11-22"),
            ("next week", "2026-11-30 … 2026-12-06"), ("this month", "2026-11-01 … 2026-11-30"),
            ("last month", "2026-10-01 … 2026-10-31"), ("this quarter", "2026-10-01 … 2026-12-31"),
            ("last quarter", "2026-07-01 … 2026-09-30"), ("next quarter", "2027-01-01 … 2027-03-31"),
            ("this half", "2026-07-01 … 2026-12-31"), ("this year", "2026-01-01 … 2026-12-31"),
            ("last 30 days", "2026-10-25 … 2026-11-23"), ("next 30 days", "2026-11-24 … 2026-12-23"),
            ("last 1 days", "2026-11-23"), ("last 2 weeks", "2026-11-09 … 2026-11-22"),
            ("next 2 weeks", "2026-11-30 … 2026-12-13"), ("last 3 months", "2026-08-01 … 2026-10-31"),
            ("last 4 quarters", "2025-10-01 … 2026-09-30"), ("next 1 years", "2027-01-01 … 2027-12-31"),
            ("November", "2026-11-01 … 2026-11-30"), ("Q3", "2026-07-01 … 2026-09-30"),
            ("H1", "2026-01-01 … 2026-06-30"), ("last March", "2026-03-01 … 2026-03-31"),
            ("next March", "2027-03-01 … 2027-03-31"), ("last December", "2025-12-01 … 2025-12-31"),
            ("Monday", "2026-11-23"), ("Friday", "2026-11-20"), ("last Monday", "2026-11-16"),
            ("next Monday", "2026-11-30"), ("next Friday", "2026-11-27"), ("30 days ago", "2026-10-24"),
            ("2 weeks ago", "2026-11-09"), ("start of quarter", "2026-10-01"), ("end of next month", "2026-12-31"),
            ("end of year", "2026-12-31"), ("start of last week", "2026-11-16"), ("ytd", "2026-01-01 … 2026-11-23"),
            ("qtd", "2026-10-01 … 2026-11-23"), ("today + 2w", "2026-12-07"), ("today - 1mo", "2026-10-23"),
            ("start of month + 1q", "2027-02-01"), ("Oct..Nov", "2026-10-01 … 2026-11-30"),
            ("today..end of year", "2026-11-23 … 2026-12-31"),
        ]
        for (words, meaning) in table { #expect(try resolved(words, today: monday) == meaning, "\(words)") }
    }

    @Test func fiscalYearsAndWeeks() throws {
        let day = try #require(Day(iso: "2026-11-22"))
        let february = BookSettings(fiscalYearStartMonth: 2, weekStart: .sunday)
        let table: [(String, String)] = [
            ("this fiscal year", "2026-02-01 … 2027-01-31"), ("last fiscal quarter", "2026-08-01 … 2026-10-31"),
            ("FY2027", "2026-02-01 … 2027-01-31"), ("FQ4 2027", "2026-11-01 … 2027-01-31"),
            ("FQ1", "2026-02-01 … 2026-04-30"), ("this week", "2026-11-22 … 2026-11-28"),
            ("last week", "2026-11-15 … 2026-11-21"), ("this quarter", "2026-10-01 … 2026-12-31"),
        ]
        for (words, meaning) in table {
            #expect(try resolved(words, today: day, settings: february) == meaning, "\(words)")
        }
    }

    @Test func absoluteDaysAreNotRemarked() throws {
        let day = try #require(Day(iso: "2026-11-22"))
        for words in ["2026", "2026-11", "Nov 2026", "Q3 2026", "2026-Q3", "H1 2026", "2026-11-23"] {
            #expect(try resolved(words, today: day) == nil, "\(words)")
        }
    }

    @Test func monthsClamp() throws {
        let table: [(String, String, String)] = [
            ("2026-03-31", "today - 1mo", "2026-02-28"), ("2024-03-31", "today - 1mo", "2024-02-29"),
            ("2024-02-29", "today + 1y", "2025-02-28"), ("2026-01-31", "today + 1q", "2026-04-30"),
        ]
        for (day, words, meaning) in table {
            let today = try #require(Day(iso: day))
            #expect(try resolved(words, today: today) == meaning, "\(words) on \(day)")
        }
    }

    @Test(arguments: 0..<60) func unitsLieSideBySide(_ step: Int) throws {
        // Days over four years, every weekday and month end among them.
        let today = try #require(Day(iso: "2023-12-29")).adding(days: step * 25)
        for unit in ["day", "week", "month", "quarter", "half", "year"] {
            let last = try resolved("last \(unit)..this \(unit)", today: today) ?? ""
            let next = try resolved("this \(unit)..next \(unit)", today: today) ?? ""
            let all = try resolved("last \(unit)..next \(unit)", today: today) ?? ""
            #expect(last.prefix(10) == all.prefix(10) && next.suffix(10) == all.suffix(10), "\(unit) on \(today)")
        }
    }
}
