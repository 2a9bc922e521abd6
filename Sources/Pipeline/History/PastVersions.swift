// The versions that stood at the end of a past day: for each deal its last row by then. Found by one pass over the times of
// the history, without decoding anything else, because "as of" asks it of millions of rows.

import Engine
import Values

/// Which version of each deal stood at the end of a day.
struct PastVersions {
    /// The history in order; the rows that numbers here mean.
    let history: History
    /// For each deal its last row by the end of the day; −1 without one.
    private(set) var last: [Int32]
    /// Rows later than the day.
    private(set) var later: [Bool]
    /// Whether the deal's last row by the day deletes it.
    private(set) var isDeleted: [Bool]
    /// Whether the last row of all of the deal deletes it.
    private(set) var isDeletedNow: [Bool]
    /// The rows of deal d are first[d] ..< first[d + 1].
    let first: [Int32]
    private let times: [Int64]
    private let secondsEast: Int64

    /// - Complexity: O(deals + history rows).
    init(_ book: Book, through day: Day) throws {
        history = try book.history.folded()
        let count = book.deals.rowCount
        first = try history.firstRows(dealCount: count)
        secondsEast = Int64(book.settings.timezoneMinutes) * 60
        let end = (Int64(day.number) + 1) * 86_400 - secondsEast
        times = try history.rows.columns[HistoryColumn.at.index].integers(missing: 0)
        last = [Int32](repeating: -1, count: count)
        later = [Bool](repeating: false, count: times.count)
        for deal in 0..<count {
            var row = Int(first[deal + 1]) - 1
            let start = Int(first[deal])
            while row >= start, times[row] >= end {
                later[row] = true
                row -= 1
            }
            if row >= start { last[deal] = Int32(row) }
        }
        isDeleted = [Bool](repeating: false, count: count)
        isDeletedNow = isDeleted
        let deletions = history.rows.columns[HistoryColumn.deleted.index]
        guard deletions.chunks.contains(where: { $0.layout.maximum == 1 }) else { return }
        let deleted = try deletions.integers(missing: 0)
        for deal in 0..<count {
            if last[deal] >= 0 { isDeleted[deal] = deleted[Int(last[deal])] == 1 }
            if first[deal] < first[deal + 1] { isDeletedNow[deal] = deleted[Int(first[deal + 1]) - 1] == 1 }
        }
    }

    /// Whether the deal has any row.
    func hasRows(_ deal: Int) -> Bool { first[deal] < first[deal + 1] }

    /// Whether nothing but a deletion follows the deal's last row by the day.
    func isLastOfAll(_ deal: Int) -> Bool {
        last[deal] + 1 == first[deal + 1] - (isDeletedNow[deal] ? 1 : 0)
    }

    /// Treats a deal that did not exist as one without versions.
    mutating func forget(_ deal: Int) { last[deal] = -1 }

    /// The day of a row in the book's timezone.
    func day(_ row: Int) -> Int64 {
        let local = times[row] &+ secondsEast
        return local >= 0 ? local / 86_400 : -((86_399 - local) / 86_400)
    }
}
