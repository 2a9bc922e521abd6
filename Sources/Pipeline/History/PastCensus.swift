// Which deals existed on a past day. Most chunks of deals are known from their creation on and hold no deleted deal: there
// the creation days decide, and often their bounds. The others are looked at deal by deal, with their versions.

import Engine
import Values

/// Finds which deals existed on a day, a chunk of deals at a time.
struct PastCensus: Sendable {
    let deals: Table
    /// Which rows of the history delete deals; `nil` when none does.
    let deletions: Column?
    let ends: VersionEnds
    /// For each chunk of deals whether the creation days alone decide.
    let areFullyKnown: [Bool]
    let day: Int64

    struct Piece {
        var absent: [UInt64] = []
        var dealCount = 0
        var withoutVersionCount = 0
        var undatedCount = 0

        fileprivate mutating func leaveOut(_ index: Int) {
            if absent.isEmpty { absent = Array(repeating: 0, count: Limits.chunkRowCount / 64) }
            absent[index >> 6] |= 1 << UInt64(index & 63)
        }
    }

    /// For each chunk of deals whether all of its deals have a creation day and a version from that day on, and none was
    /// ever deleted.
    static func fullyKnownChunks(_ book: Book, _ history: History, _ runs: RowRuns) throws -> [Bool] {
        let created = book.deals.columns[DealColumn.created.index]
        let times = history.rows.columns[HistoryColumn.at.index]
        let hasDeletions = PastVersions.deletions(history) != nil
        let secondsEast = Int64(book.settings.timezoneMinutes) * 60
        let deals = book.deals
        let execution = Execution(cancellation: Cancellation.ambient ?? Cancellation())
        return try execution.pieces(count: created.chunks.count) { chunk in
            let first = chunk * Limits.chunkRowCount
            let range = first..<min(deals.rowCount, first + Limits.chunkRowCount)
            guard !hasDeletions, !deals.deletedRows.overlaps(range),
                created.chunks[chunk].layout.missingCount == 0, range.allSatisfy({ !runs.rows($0).isEmpty })
            else { return false }
            let firstTimes = try times.integers(at: runs.first[range], missing: .max)
            return zip(try created.integers(range), firstTimes).allSatisfy { created, time in
                time < (created + 1) * 86_400 - secondsEast
            }
        }
    }

    func count(chunk: Int) throws -> Piece {
        let first = chunk * Limits.chunkRowCount
        let range = first..<min(deals.rowCount, first + Limits.chunkRowCount)
        guard areFullyKnown[chunk] else { return try count(range) }
        let created = deals.columns[DealColumn.created.index]
        var piece = Piece(dealCount: range.count)
        guard created.chunks[chunk].layout.maximum > day else { return piece }
        for (index, created) in try created.integers(range).enumerated() where created > day { piece.leaveOut(index) }
        piece.dealCount -= piece.absent.reduce(0) { $0 + $1.nonzeroBitCount }
        return piece
    }

    /// Deal by deal.
    private func count(_ range: Range<Int>) throws -> Piece {
        let created = try deals.columns[DealColumn.created.index].integers(range)
        let ends = try ends.ends(range)
        let runs = self.ends.runs
        let wasDeleted = try deletions.map { deletions in
            let last = runs.lastRows(range, ends: ends)
            return try deletions.integers(at: last[...], missing: 0).map { $0 == 1 }
        }
        let isDeletedNow = try deletions.map { try $0.lastMarks(of: runs, range) }
        let hasDeleted = deals.deletedRows.overlaps(range)
        var piece = Piece()
        for (index, (deal, end)) in zip(range, ends).enumerated() {
            let hasRows = end > runs.first[deal]
            let wasDeleted =
                wasDeleted?[index] == true
                || hasDeleted && deals.deletedRows.contains(deal) && isDeletedNow?[index] != true
            var existed = !wasDeleted && created[index] <= day
            if created[index] == .min, !wasDeleted {
                existed = hasRows
                if runs.rows(deal).isEmpty { piece.undatedCount += 1 }
            }
            guard existed else {
                piece.leaveOut(index)
                continue
            }
            piece.dealCount += 1
            if !hasRows { piece.withoutVersionCount += 1 }
        }
        return piece
    }
}
