// A range of days. Half-open inside, printed inclusive, because people say "March 1 to March 31".

/// Days from `start` up to, but not including, `end`.
///
/// `Day.min` as start and `Day.max` as end stand for "no bound" (`until Q3`, `since Q3`).
public struct Period: Hashable, Sendable {
    /// The first day in the period.
    public let start: Day
    /// The first day after the period.
    public let end: Day

    /// A period from `start` (inclusive) to `end` (exclusive); empty when `end` is not after `start`.
    public init(from start: Day, upTo end: Day) {
        self.start = start
        self.end = Swift.max(start, end)
    }

    /// A period of both days and all between.
    public init(from start: Day, through last: Day) { self.init(from: start, upTo: last.adding(days: 1)) }

    /// Every day.
    public static let always = Period(from: .min, upTo: .max)

    /// The number of days in it.
    public var dayCount: Int { end.days(since: start) }
    /// Whether no day is in it.
    public var isEmpty: Bool { end <= start }
    /// The last day in it; `nil` when it is empty.
    public var last: Day? { isEmpty ? nil : end.adding(days: -1) }
    /// Whether the day is in it.
    public func contains(_ day: Day) -> Bool { start <= day && day < end }
    /// Whether every day of the other period is in it.
    public func contains(_ other: Period) -> Bool { other.isEmpty || (start <= other.start && other.end <= end) }
}

extension Period: CustomStringConvertible {
    /// `2026-10-01 … 2026-12-31`, one day as itself, an open side as `…`.
    public var description: String {
        guard let last else { return "no day" }
        if start == last { return start.description }
        let left = start == Day.min ? "" : start.description + " "
        let right = end == Day.max ? "" : " " + last.description
        return left + "…" + right
    }
}
