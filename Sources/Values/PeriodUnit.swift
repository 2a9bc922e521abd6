// How a calendar unit that is a value is said: `2026-Q4`. Inside it is its first day, so that units sort and compare as days
// do; queries and reports word it alike.

/// A calendar unit that a column's days are the first days of.
public struct PeriodUnit: Hashable, Sendable {
    /// Which unit.
    public var unit: CalendarUnit
    /// Whether it follows the fiscal year.
    public var isFiscal: Bool
    /// The calendar it was cut by.
    public var calendar: Calendar

    /// A unit of a calendar.
    public init(_ unit: CalendarUnit, isFiscal: Bool = false, _ calendar: Calendar) {
        self.unit = unit
        self.isFiscal = isFiscal
        self.calendar = calendar
    }

    /// `2026`, `2026-H1`, `2026-Q4`, `2026-11`, `2026-11-23` (a week's first day); fiscal: `FY2026`, `FY2026-Q3`.
    public func label(_ first: Day) -> String {
        let date = first.civil
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let year = isFiscal ? calendar.fiscalYear(of: first) : date.year
        let past = isFiscal ? (date.month - calendar.fiscalYearStartMonth + 12) % 12 : date.month - 1
        let named = (isFiscal ? "FY" : "") + fourDigits(year)
        return switch unit {
        case .day, .week: first.description
        case .month: "\(fourDigits(date.year))-\(two(date.month))"
        case .quarter: "\(named)-Q\(past / 3 + 1)"
        case .half: "\(named)-H\(past / 6 + 1)"
        case .year: named
        }
    }

    /// `0987`, `2026`.
    private func fourDigits(_ year: Int) -> String {
        let digits = String(year)
        return String(repeating: "0", count: max(0, 4 - digits.utf8.count)) + digits
    }
}
