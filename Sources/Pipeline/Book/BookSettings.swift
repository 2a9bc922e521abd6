// What a book is told about its owner's world: money, calendar, clock. Kept with the book, so that the same
// file gives the same answers everywhere.

public import Values

/// The settings of a book.
public struct BookSettings: Hashable, Sendable {
    /// The currency that sums are reported in.
    public var currency: Currency
    /// The first month of the fiscal year, 1…12.
    public var fiscalYearStartMonth: Int
    /// The first day of a week.
    public var weekStart: Weekday
    /// The day that `today` means whatever the clock says; `nil` goes by the clock.
    public var today: Day?
    /// The owner that `my deals` are of.
    public var me: String?
    /// Minutes east of UTC at which instants become days.
    public var timezoneMinutes: Int

    /// How many deals a typed change may touch before it is asked about.
    public var askAbove = 100

    /// The settings of a new book: US dollars, weeks from Monday, years from January, UTC.
    public init(
        currency: Currency = .usDollar, fiscalYearStartMonth: Int = 1, weekStart: Weekday = .monday,
        today: Day? = nil, me: String? = nil, timezoneMinutes: Int = 0
    ) {
        self.currency = currency
        self.fiscalYearStartMonth = fiscalYearStartMonth
        self.weekStart = weekStart
        self.today = today
        self.me = me
        self.timezoneMinutes = timezoneMinutes
    }

    /// The calendar for a day of the clock: `today` as set, else that day.
    public func calendar(clock: Day) -> Calendar {
        Calendar(today: today ?? clock, weekStart: weekStart, fiscalYearStartMonth: fiscalYearStartMonth)
    }
}
