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
    /// - Complexity: O(deals + history rows); the same day again, with no change between, is at hand.
    public func asOf(_ day: Day) throws -> PastBook {
        try pasts.book(of: day, isReported: reporting != nil) {
            guard reporting != nil else { return try storedAsOf(day) }
            var past = try withOwnAmounts().storedAsOf(day)
            past.book = try past.book.reported(on: day)
            return past
        }
    }

    private func storedAsOf(_ day: Day) throws -> PastBook {
        var versions = try PastVersions(self, through: day)
        let count = deals.rowCount
        let created = try deals.columns[DealColumn.created.index].integers()
        var isGone = [Bool](repeating: false, count: count)
        var withoutVersion = 0
        var undated = 0
        var dealCount = 0
        let hasDeleted = !deals.deletedRows.isEmpty
        for deal in 0..<count {
            let hasVersion = versions.last[deal] >= 0
            let wasDeleted =
                versions.isDeleted[deal]
                || hasDeleted && deals.deletedRows.contains(deal) && !versions.isDeletedNow[deal]
            let existed: Bool
            if wasDeleted {
                existed = false
            } else if created[deal] != .min {
                existed = created[deal] <= Int64(day.number)
            } else {
                existed = hasVersion
                if !versions.hasRows(deal) { undated += 1 }
            }
            if existed {
                dealCount += 1
                if !hasVersion { withoutVersion += 1 }
            } else {
                isGone[deal] = true
                versions.forget(deal)
            }
        }
        var past = self
        past.history = History(versions.history, without: RowSet(marked: versions.later))
        past.learned = LearnedTargets()
        past.deals = try Table(
            try PastDeals(self, versions, day: Int64(day.number)).columns(), deletedRows: RowSet(marked: isGone))
        return PastBook(
            book: past, day: day, dealCount: dealCount, withoutVersionCount: withoutVersion, undatedCount: undated)
    }

    /// How many of consecutive versions moved the close date into a later month than the version before.
    static func pushCount(_ closes: [Int64], _ rows: ClosedRange<Int>) -> Int {
        var count = 0
        for row in rows.dropFirst()
        where closes[row] != .min && closes[row - 1] != .min && closes[row] > closes[row - 1] {
            let before = Day(clamping: Int(closes[row - 1])).startOfMonth
            if Day(clamping: Int(closes[row])).startOfMonth > before { count += 1 }
        }
        return count
    }
}
