// Parts of dates from day numbers. Days outside of years 1 … 9999 (possible in damaged or odd data) count as the
// nearest day inside.

import Values

enum DateKernel {
    @inline(__always) static func clamp(_ day: Int64) -> Int64 {
        min(max(day, Int64(Day.min.number)), Int64(Day.max.number))
    }

    /// The day of a moment at an offset from UTC.
    static func day(_ instant: Int64, _ offsetSeconds: Int64) -> Int64 {
        let (local, overflow) = instant.addingReportingOverflow(offsetSeconds)
        if overflow { return clamp(offsetSeconds < 0 ? .min : .max) }
        // Towards earlier days, also before 1970.
        let (days, seconds) = local.quotientAndRemainder(dividingBy: 86_400)
        return clamp(seconds < 0 ? days - 1 : days)
    }

    static func part(_ part: DatePart, _ number: Int64) -> Int64 {
        let day = Day(clamping: Int(number))
        switch part {
        case .year: return Int64(day.year)
        case .month: return Int64(day.month)
        case .quarter: return Int64((day.month + 2) / 3)
        case .dayOfMonth: return Int64(day.dayOfMonth)
        case .weekday: return Int64(day.weekday.rawValue)
        case .week: return Int64(isoWeek(day))
        case .fiscalYear(let first):
            let date = day.civil
            return Int64(first > 1 && date.month >= first ? date.year + 1 : date.year)
        case .fiscalQuarter(let first): return Int64((day.month - first + 12) % 12 / 3 + 1)
        }
    }

    /// The ISO 8601 week: weeks begin on Monday and belong to the year that holds their Thursday.
    static func isoWeek(_ day: Day) -> Int {
        let thursday = Int(day.number) + 4 - day.weekday.rawValue
        // Counted without making a day, because Thursday may lie beyond the last representable one.
        let year = Day(clamping: thursday).year
        let first = Day(year: year, month: 1, day: 1).map { Int($0.number) } ?? thursday
        return max(0, thursday - first) / 7 + 1
    }
}
