// A length of time as people write it: "14d", "3mo". Months have no fixed number of days, so both parts are kept.

/// Calendar months and days, added in that order; `1q` is 3 months, `2w` is 14 days.
public struct CalendarDuration: Hashable, Sendable {
    /// Whole calendar months; a quarter is 3, a year 12.
    public var months: Int
    /// Days; a week is 7.
    public var days: Int

    /// A duration of both parts.
    public init(months: Int = 0, days: Int = 0) {
        self.months = months
        self.days = days
    }

    /// The day this long after `day`; months clamp to the month's end.
    public func added(to day: Day) -> Day { day.adding(months: months).adding(days: days) }
    /// The day this long before `day`; months clamp to the month's end.
    public func subtracted(from day: Day) -> Day {
        day.adding(months: 0 - months).adding(days: 0 - days)
    }
}
