// A civil day. Everything that dealsh asks about time is answered in days; instants become days
// when they are imported (see Instant.swift). No Foundation: the calendar is the proleptic Gregorian
// one, computed with the "days from civil" algorithm over 400-year eras.

/// A day of the proleptic Gregorian calendar, counted from 1970-01-01 (day 0).
///
/// Holds 0001-01-01 through 9999-12-31; initialisers give `nil` outside of it, arithmetic clamps to it.
public struct Day: Hashable, Comparable, Sendable {
    /// Days since 1970-01-01; negative before it.
    public let number: Int32

    /// 0001-01-01.
    public static let min = Day(unchecked: -719_162)
    /// 9999-12-31.
    public static let max = Day(unchecked: 2_932_896)

    private init(unchecked number: Int32) { self.number = number }

    /// The day with this count since 1970-01-01, or `nil` outside 0001-01-01 … 9999-12-31.
    public init?(number: Int) {
        guard number >= Int(Day.min.number), number <= Int(Day.max.number) else { return nil }
        self.number = Int32(number)
    }

    /// The nearest representable day to this count since 1970-01-01.
    public init(clamping number: Int) {
        self.number = Int32(Swift.min(Swift.max(number, Int(Day.min.number)), Int(Day.max.number)))
    }

    /// The day of that year (1…9999), month (1…12) and day of month (1…28, 29, 30 or 31); `nil` when there is none.
    public init?(year: Int, month: Int, day: Int) {
        guard (1...9999).contains(year), (1...12).contains(month), day >= 1,
            day <= Day.daysInMonth(year: year, month: month)
        else { return nil }
        let shiftedYear = month <= 2 ? year - 1 : year
        let era = (shiftedYear >= 0 ? shiftedYear : shiftedYear - 399) / 400
        let yearOfEra = shiftedYear - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        self.number = Int32(era * 146_097 + dayOfEra - 719_468)
    }

    /// Year (1…9999), month (1…12) and day of month (1…31).
    public var civil: (year: Int, month: Int, day: Int) {
        let shifted = Int(number) + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return (year, month, day)
    }

    /// The year, 1…9999.
    public var year: Int { civil.year }
    /// The month, 1…12.
    public var month: Int { civil.month }
    /// The day of the month, 1…31.
    public var dayOfMonth: Int { civil.day }
    /// The day of the week.
    public var weekday: Weekday {
        let index = ((Int(number) + 3) % 7 + 7) % 7
        return Weekday.allCases[index]
    }

    /// How many days the month has: 28…31. `month` is 1…12.
    public static func daysInMonth(year: Int, month: Int) -> Int {
        switch month {
        case 2: return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0 ? 29 : 28
        case 4, 6, 9, 11: return 30
        default: return 31
        }
    }

    /// The day that many days later (earlier when negative), clamped to the representable days.
    public func adding(days: Int) -> Day {
        let (sum, overflow) = Int(number).addingReportingOverflow(days)
        return Day(clamping: overflow ? (days < 0 ? Int.min : Int.max) : sum)
    }

    /// The same day of month that many calendar months later, clamped to the month's end: Jan 31 + 1 = Feb 28.
    public func adding(months: Int) -> Day {
        let date = civil
        let (sum, overflow) = (date.year * 12 + date.month - 1).addingReportingOverflow(months)
        if overflow { return months < 0 ? Day.min : Day.max }
        let year = sum >= 0 ? sum / 12 : -1
        guard year >= 1 else { return Day.min }
        guard year <= 9999 else { return Day.max }
        let month = sum % 12 + 1
        let day = Swift.min(date.day, Day.daysInMonth(year: year, month: month))
        return Day(year: year, month: month, day: day) ?? self
    }

    /// Days from `other` to this day; negative when this day is earlier.
    public func days(since other: Day) -> Int { Int(number) - Int(other.number) }

    /// Orders by time.
    public static func < (left: Day, right: Day) -> Bool { left.number < right.number }

    /// The first day of this day's month.
    public var startOfMonth: Day { adding(days: 1 - dayOfMonth) }
}

extension Day: CustomStringConvertible {
    /// `2026-11-23`.
    public var description: String {
        let date = civil
        func padded(_ value: Int, _ width: Int) -> String {
            let digits = String(value)
            return String(repeating: "0", count: Swift.max(0, width - digits.utf8.count)) + digits
        }
        return padded(date.year, 4) + "-" + padded(date.month, 2) + "-" + padded(date.day, 2)
    }

    /// Reads exactly `YYYY-MM-DD`; `nil` for anything else or a day that does not exist.
    public init?(iso text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count == 10, bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-") else { return nil }
        func number(_ range: Range<Int>) -> Int? {
            var value = 0
            for byte in bytes[range] {
                guard byte >= 48, byte <= 57 else { return nil }
                value = value * 10 + Int(byte - 48)
            }
            return value
        }
        guard let year = number(0..<4), let month = number(5..<7), let day = number(8..<10) else { return nil }
        self.init(year: year, month: month, day: day)
    }
}

/// A day of the week; the raw value is ISO 8601's, Monday 1 … Sunday 7.
public enum Weekday: Int, CaseIterable, Sendable {
    case monday = 1
    case tuesday, wednesday, thursday, friday, saturday, sunday

    /// `Monday` … `Sunday`.
    public var name: String {
        ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"][rawValue - 1]
    }
}
