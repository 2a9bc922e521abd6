// The book as it was at the end of a past day: another book, so that every query and report works on it unchanged.
//
// Every deal created by then has the version that stood at the end of that day. What history does not keep (names,
// sources, custom fields), stage settings and tables are today's. Nothing learned later leaks: deals created later are
// not there, deals deleted later are, later versions are cut off, and what is derived from later days (closing day, reason,
// pushes, last touch) is found again or missing.

import Engine
public import Values

/// A past day's book, and how far history reached.
public struct PastBook: Sendable {
    /// The book at the end of the day.
    public var book: Book
    /// The day.
    public var day: Day
    /// How many deals existed by then.
    public var dealCount: Int
    /// How many of them have no version by that day: their stage, value, close and owner are missing.
    public var withoutVersionCount: Int
    /// How many deals have neither a creation day nor any history: it is not known whether they existed; left out.
    public var undatedCount: Int
}

extension Book {
    /// The book at the end of `day`.
    ///
    /// - Complexity: O(deals), and for each field O(deals + later history rows) when it is first read; the same day again, with no change between, is at hand.
    public func asOf(_ day: Day) throws -> PastBook {
        var past = try pasts.book(of: day, isReported: reporting != nil) {
            guard reporting != nil else { return try storedAsOf(day) }
            var past = try withOwnAmounts().storedAsOf(day)
            past.book = try past.book.reported(on: day)
            return past
        }
        // No past day depends on today.
        past.book.settings.today = settings.today
        return past
    }

    private func storedAsOf(_ day: Day) throws -> PastBook {
        let versions = try PastVersions(self, through: day)
        var past = self
        past.history = History(versions.history, cutAt: versions.ends)
        past.learned = LearnedTargets()
        past.deals = try Table(
            try PastDeals(self, versions, day: day).columns(), deletedRows: versions.absent)
        return PastBook(
            book: past, day: day, dealCount: versions.dealCount, withoutVersionCount: versions.withoutVersionCount,
            undatedCount: versions.undatedCount)
    }

    /// How many of consecutive versions moved the close date into a later month than the version before.
    static func pushCount(_ closes: ArraySlice<Int64>) -> Int {
        var count = 0
        for (before, close) in zip(closes, closes.dropFirst())
        where before != .min && close > before {
            if Day(clamping: Int(close)).startOfMonth > Day(clamping: Int(before)).startOfMonth { count += 1 }
        }
        return count
    }
}
