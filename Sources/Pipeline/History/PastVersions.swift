// The versions that stood at the end of a past day: for each deal its last row by then. Which deals there were is found at
// once, and mostly from their creation days alone; the versions themselves when somebody reads a column made of them.

import Engine
import Values

/// Which version of each deal stood at the end of a day, and which deals there were.
struct PastVersions: Sendable {
    /// The history in order; the rows that numbers here mean.
    let history: History
    /// Where the rows of each deal end on the day.
    let ends: VersionEnds
    /// The deals that did not exist.
    let absent: RowSet
    /// How many existed.
    let dealCount: Int
    /// How many of them have no row by then.
    let withoutVersionCount: Int
    /// How many have neither a creation day nor any row.
    let undatedCount: Int
    private let secondsEast: Int64

    /// - Complexity: O(deals), on all threads, after a pass over the history on first use.
    init(_ book: Book, through day: Day) throws {
        history = try book.history.ordered()
        secondsEast = Int64(book.settings.timezoneMinutes) * 60
        ends = VersionEnds(
            history, try history.runs(dealCount: book.deals.rowCount),
            before: (Int64(day.number) + 1) * 86_400 - secondsEast)
        let areFullyKnown = try book.pasts.areFullyKnown { [history, ends] in
            try PastCensus.fullyKnownChunks(book, history, ends.runs)
        }
        let census = PastCensus(
            deals: book.deals, deletions: PastVersions.deletions(history), ends: ends, areFullyKnown: areFullyKnown,
            day: Int64(day.number))
        let execution = Execution(cancellation: Cancellation.ambient ?? Cancellation())
        let pieces = try execution.pieces(count: areFullyKnown.count) { try census.count(chunk: $0) }
        absent = RowSet(words: pieces.map(\.absent))
        dealCount = pieces.reduce(0) { $0 + $1.dealCount }
        withoutVersionCount = pieces.reduce(0) { $0 + $1.withoutVersionCount }
        undatedCount = pieces.reduce(0) { $0 + $1.undatedCount }
    }

    /// The column that says which rows delete deals; `nil` when none does.
    static func deletions(_ history: History) -> Column? {
        let column = history.rows.columns[HistoryColumn.deleted.index]
        return column.chunks.contains { $0.layout.maximum == 1 } ? column : nil
    }

    /// The last rows by the end of the day of deals that lie in one chunk; −1 without one, or when the deal did not exist.
    func lastRows(_ deals: Range<Int>) throws -> [Int32] {
        var last = ends.runs.lastRows(deals, ends: try ends.ends(deals))
        if absent.overlaps(deals) {
            for deal in deals where absent.contains(deal) { last[deal - deals.lowerBound] = -1 }
        }
        return last
    }

    /// The rows that the versions of deals of one chunk lie in, and where those of each of them end on the day.
    func rows(_ deals: Range<Int>) throws -> (all: Range<Int>, ends: ArraySlice<Int32>) {
        let ends = try ends.ends(deals)
        guard let last = ends.last else { return (0..<0, []) }
        return (Int(self.ends.runs.first[deals.lowerBound])..<Int(last), ends)
    }

    /// Whether nothing but a deletion follows the last rows by the day of deals of one chunk.
    func areLastOfAll(_ deals: Range<Int>) throws -> [Bool] {
        let deleted = try PastVersions.deletions(history).map { try $0.lastMarks(of: ends.runs, deals) }
        return zip(deals, try lastRows(deals)).map { deal, last in
            let isDeletedNow = deleted?[deal - deals.lowerBound] ?? false
            return Int(last) + 1 == ends.runs.rows(deal).upperBound - (isDeletedNow ? 1 : 0)
        }
    }

    /// The day of an instant in the book's timezone.
    func day(_ seconds: Int64) -> Int64 {
        let local = seconds &+ secondsEast
        return local >= 0 ? local / 86_400 : -((86_399 - local) / 86_400)
    }
}

extension Column {
    /// Whether the last row of each run in a range is marked.
    func lastMarks(of runs: RowRuns, _ range: Range<Int>) throws -> [Bool] {
        let rows = range.map { run in runs.rows(run).isEmpty ? -1 : Int32(runs.rows(run).upperBound - 1) }
        return try integers(at: rows[...], missing: 0).map { $0 == 1 }
    }
}
