// Words that Tab offers where a period, day, duration or count may stand, each with what it means today.

import Values

/// Words for the places that names of the book do not fill.
enum Suggestions {
    /// Periods, each with its days.
    static func periods(_ calendar: Calendar) -> [(word: String, detail: String)] {
        let today = calendar.today
        func unit(_ unit: CalendarUnit, _ offset: Int) -> Period {
            calendar.period(unit, containing: today, offset: offset)
        }
        let all: [(word: String, period: Period)] = [
            ("this quarter", unit(.quarter, 0)), ("last quarter", unit(.quarter, -1)),
            ("next quarter", unit(.quarter, 1)),
            ("this month", unit(.month, 0)), ("last month", unit(.month, -1)), ("next month", unit(.month, 1)),
            ("this week", unit(.week, 0)), ("last week", unit(.week, -1)), ("next week", unit(.week, 1)),
            ("this year", unit(.year, 0)), ("last year", unit(.year, -1)),
            ("last 30 days", Period(from: today.adding(days: -29), through: today)),
            ("last 90 days", Period(from: today.adding(days: -89), through: today)),
            ("next 30 days", Period(from: today.adding(days: 1), through: today.adding(days: 30))),
        ]
        return all.map { ($0.word, $0.period.description) } + days(calendar)
    }

    /// Days.
    static func days(_ calendar: Calendar) -> [(word: String, detail: String)] {
        let today = calendar.today
        return [
            ("today", today.description), ("yesterday", today.adding(days: -1).description),
            ("tomorrow", today.adding(days: 1).description),
        ]
    }

    /// Durations.
    static let durations = [
        (word: "7d", detail: "a week"), ("14d", "two weeks"), ("30d", "30 days"), ("3mo", "three calendar months"),
        ("1y", "a calendar year"),
    ]

    /// Counts of rows.
    static let counts = [(word: "5", detail: ""), ("10", ""), ("20", "")]
}
