// Where the versions of each deal end at the end of a past day. Found a chunk of deals at a time when somebody first asks,
// because many questions about the past ask of no version or of few.

import Engine
import Synchronization
import Values

/// The versions of each deal by the end of a day, of a history that lies in order.
final class VersionEnds: Sendable {
    /// The rows of each deal, later ones too.
    let runs: RowRuns
    private let times: Column
    /// The first second behind the day.
    private let limit: Int64
    /// The ends of the deals of each chunk of deals; empty until they are asked for.
    private let found: Mutex<[[Int32]]>

    init(_ history: History, _ runs: RowRuns, before limit: Int64) {
        self.runs = runs
        self.limit = limit
        times = history.rows.columns[HistoryColumn.at.index]
        found = Mutex(Array(repeating: [], count: (runs.count + Limits.chunkRowCount - 1) / Limits.chunkRowCount))
    }

    /// Where the rows end of deals that lie in one chunk. Those of a whole chunk, or of one that was asked for as a whole
    /// before, are at hand from then on.
    func ends(_ deals: Range<Int>) throws -> ArraySlice<Int32> {
        guard !deals.isEmpty else { return [] }
        let chunk = deals.lowerBound / Limits.chunkRowCount
        let all = chunk * Limits.chunkRowCount..<min(runs.count, (chunk + 1) * Limits.chunkRowCount)
        let known = found.withLock { $0[chunk] }
        if !known.isEmpty { return known[deals.lowerBound - all.lowerBound..<deals.upperBound - all.lowerBound] }
        let made = try times.ends(of: runs, deals, below: limit)
        if deals == all { found.withLock { $0[chunk] = made } }
        return made[...]
    }

    /// Where the rows of a deal end.
    func end(_ deal: Int) throws -> Int { Int(try ends(deal..<deal + 1).first ?? 0) }

    /// The rows of each deal by the end of the day.
    ///
    /// - Complexity: O(deals + later rows) on first use, on all threads.
    func cutRuns() throws -> RowRuns {
        let execution = Execution(cancellation: Cancellation.ambient ?? Cancellation())
        let chunks = try execution.pieces(count: found.withLock { $0.count }) { chunk in
            let first = chunk * Limits.chunkRowCount
            return try self.ends(first..<min(self.runs.count, first + Limits.chunkRowCount))
        }
        return RowRuns(first: runs.first, ends: Array(chunks.joined()))
    }

    /// How many rows there are by the end of the day.
    func rowCount() throws -> Int {
        let cut = try cutRuns()
        return (0..<cut.count).reduce(0) { $0 + cut.rows($1).count }
    }
}
