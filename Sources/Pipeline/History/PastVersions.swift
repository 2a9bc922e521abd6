// The versions that stood at the end of a past day: for each deal its last row by then. Found by walks back over the times
// of the history, without decoding or copying anything else, because "as of" asks it of millions of rows.

import Engine
import Values

/// Which version of each deal stood at the end of a day, and which deals there were.
struct PastVersions: Sendable {
    /// The history in order; the rows that numbers here mean.
    let history: History
    /// The rows of each deal by the end of the day.
    let runs: RowRuns
    /// The rows of each deal, later ones too.
    let allRuns: RowRuns
    /// For each chunk of deals the last row of each by the end of the day; −1 without one, or when it did not exist.
    private let last: [[Int32]]
    /// The deals that did not exist.
    let absent: RowSet
    /// How many existed.
    let dealCount: Int
    /// How many of them have no row by then.
    let withoutVersionCount: Int
    /// How many have neither a creation day nor any row.
    let undatedCount: Int
    /// How many rows lie by the end of the day.
    let rowCount: Int
    private let secondsEast: Int64

    /// - Complexity: O(deals + later rows), on all threads, after a pass over the history on first use.
    init(_ book: Book, through day: Day, _ execution: Execution = Execution()) throws {
        history = try book.history.ordered()
        allRuns = try history.runs(dealCount: book.deals.rowCount)
        secondsEast = Int64(book.settings.timezoneMinutes) * 60
        let ends = try execution.ends(
            of: history.rows.columns[HistoryColumn.at.index], allRuns,
            below: (Int64(day.number) + 1) * 86_400 - secondsEast)
        runs = RowRuns(first: allRuns.first, ends: ends)
        let census = DealCensus(
            deals: book.deals, deletions: PastVersions.deletions(history), runs: runs, allRuns: allRuns,
            day: Int64(day.number))
        let pieces = try execution.pieces(
            count: (book.deals.rowCount + Limits.chunkRowCount - 1) / Limits.chunkRowCount
        ) { try census.count(chunk: $0) }
        last = pieces.map(\.last)
        absent = RowSet(words: pieces.map(\.absent))
        dealCount = pieces.reduce(0) { $0 + $1.dealCount }
        withoutVersionCount = pieces.reduce(0) { $0 + $1.withoutVersionCount }
        undatedCount = pieces.reduce(0) { $0 + $1.undatedCount }
        rowCount = pieces.reduce(0) { $0 + $1.rowCount }
    }

    /// Whether rows delete deals; `nil` when none does.
    private static func deletions(_ history: History) -> Column? {
        let column = history.rows.columns[HistoryColumn.deleted.index]
        return column.chunks.contains { $0.layout.maximum == 1 } ? column : nil
    }

    /// The last rows of a chunk of deals by the end of the day; −1 without one, or when the deal did not exist.
    func lastRows(_ deals: Range<Int>) -> [Int32] { last[deals.lowerBound / Limits.chunkRowCount] }

    /// Whether nothing but a deletion follows the last rows by the day of a chunk of deals.
    func areLastOfAll(_ deals: Range<Int>) throws -> [Bool] {
        let deleted = try PastVersions.deletions(history).map { try $0.lastMarks(of: allRuns, deals) }
        return zip(deals, lastRows(deals)).map { deal, last in
            let isDeletedNow = deleted?[deal - deals.lowerBound] ?? false
            return Int(last) + 1 == allRuns.rows(deal).upperBound - (isDeletedNow ? 1 : 0)
        }
    }

    /// The day of an instant in the book's timezone.
    func day(_ seconds: Int64) -> Int64 {
        let local = seconds &+ secondsEast
        return local >= 0 ? local / 86_400 : -((86_399 - local) / 86_400)
    }
}

/// Finds which deals existed on a day, a chunk of deals at a time.
private struct DealCensus: Sendable {
    let deals: Table
    /// Whether rows of the history delete deals; `nil` when none does.
    let deletions: Column?
    let runs: RowRuns
    let allRuns: RowRuns
    let day: Int64

    struct Piece {
        var last: [Int32]
        var absent = [UInt64](repeating: 0, count: Limits.chunkRowCount / 64)
        var dealCount = 0
        var withoutVersionCount = 0
        var undatedCount = 0
        var rowCount = 0
    }

    func count(chunk: Int) throws -> Piece {
        let first = chunk * Limits.chunkRowCount
        let range = first..<min(deals.rowCount, first + Limits.chunkRowCount)
        let created = try deals.columns[DealColumn.created.index].integers(range)
        let wasDeleted = try deletions.map { try $0.lastMarks(of: runs, range) }
        let isDeletedNow = try deletions.map { try $0.lastMarks(of: allRuns, range) }
        let hasDeleted = !deals.deletedRows.isEmpty
        var piece = Piece(last: [Int32](repeating: -1, count: range.count))
        let firstRows = runs.first
        let ends = runs.ends
        for index in 0..<range.count {
            let deal = first + index
            let end = ends[deal]
            let hasRows = end > firstRows[deal]
            piece.rowCount += Int(end - firstRows[deal])
            let wasDeleted =
                wasDeleted?[index] == true
                || hasDeleted && deals.deletedRows.contains(deal) && isDeletedNow?[index] != true
            var existed = !wasDeleted && created[index] <= day
            if created[index] == .min, !wasDeleted {
                existed = hasRows
                if allRuns.rows(deal).isEmpty { piece.undatedCount += 1 }
            }
            if !existed {
                piece.absent[index >> 6] |= 1 << UInt64(index & 63)
                continue
            }
            piece.dealCount += 1
            if hasRows { piece.last[index] = end - 1 } else { piece.withoutVersionCount += 1 }
        }
        return piece
    }
}

extension Column {
    /// Whether the last row of each run in a range is marked.
    fileprivate func lastMarks(of runs: RowRuns, _ range: Range<Int>) throws -> [Bool] {
        let rows = range.map { run in runs.rows(run).isEmpty ? -1 : Int32(runs.rows(run).upperBound - 1) }
        return try integers(at: rows[...], missing: 0).map { $0 == 1 }
    }
}
