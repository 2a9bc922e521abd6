// The calendar a book is read with: what "today" is, where weeks and fiscal years begin. Every relative
// word of the language resolves through here, so that one definition serves queries and reports.

/// A unit of calendar time.
public enum CalendarUnit: String, CaseIterable, Sendable {
    case day, week, month, quarter, half, year
}

/// What relative dates mean: today, the first day of a week, the first month of the fiscal year.
public struct Calendar: Hashable, Sendable {
    /// The day that `today` means.
    public var today: Day
    /// The first day of a week; Monday unless set.
    public var weekStart: Weekday
    /// The first month of the fiscal year, 1…12; January unless set. A fiscal year is named after the calendar
    /// year in which it ends.
    public var fiscalYearStartMonth: Int

    /// A calendar with weeks from Monday and fiscal years from January unless told.
    public init(today: Day, weekStart: Weekday = .monday, fiscalYearStartMonth: Int = 1) {
        self.today = today
        self.weekStart = weekStart
        self.fiscalYearStartMonth = fiscalYearStartMonth
    }

    /// The first day of the unit that holds `day`.
    public func start(of unit: CalendarUnit, containing day: Day, fiscal: Bool = false) -> Day {
        switch unit {
        case .day: return day
        case .week:
            let back = (day.weekday.rawValue - weekStart.rawValue + 7) % 7
            return day.adding(days: -back)
        case .month: return day.startOfMonth
        case .quarter: return monthBlock(of: 3, containing: day, fiscal: fiscal)
        case .half: return monthBlock(of: 6, containing: day, fiscal: fiscal)
        case .year: return monthBlock(of: 12, containing: day, fiscal: fiscal)
        }
    }

    /// The unit that holds `day`, moved by `offset` whole units (−1 is the unit before).
    public func period(_ unit: CalendarUnit, containing day: Day, offset: Int = 0, fiscal: Bool = false) -> Period {
        let start = move(start(of: unit, containing: day, fiscal: fiscal), by: offset, unit)
        return Period(from: start, upTo: move(start, by: 1, unit))
    }

    /// The year that a day's unit carries in its name: the calendar year, or the fiscal year that ends in it.
    public func fiscalYear(of day: Day) -> Int {
        let date = day.civil
        return fiscalYearStartMonth > 1 && date.month >= fiscalYearStartMonth ? date.year + 1 : date.year
    }

    /// The first day of the fiscal year with this name; `nil` outside the representable days.
    public func startOfFiscalYear(_ year: Int) -> Day? {
        Day(year: fiscalYearStartMonth > 1 ? year - 1 : year, month: fiscalYearStartMonth, day: 1)
    }

    /// The day moved by that many units; months, quarters, halves and years clamp to the month's end.
    public func move(_ day: Day, by count: Int, _ unit: CalendarUnit) -> Day {
        func scaled(_ factor: Int) -> Int {
            let (product, overflow) = count.multipliedReportingOverflow(by: factor)
            return overflow ? (count < 0 ? Int.min : Int.max) : product
        }
        switch unit {
        case .day: return day.adding(days: count)
        case .week: return day.adding(days: scaled(7))
        case .month: return day.adding(months: count)
        case .quarter: return day.adding(months: scaled(3))
        case .half: return day.adding(months: scaled(6))
        case .year: return day.adding(months: scaled(12))
        }
    }

    private func monthBlock(of size: Int, containing day: Day, fiscal: Bool) -> Day {
        let first = fiscal ? fiscalYearStartMonth : 1
        let back = ((day.month - first) % size + size) % size
        return day.startOfMonth.adding(months: -back)
    }
}
