// Where the rows of each deal begin in the sorted base of a history: found by one pass when first asked for, then
// shared by all copies of that history.

import Engine
import Synchronization

/// The first base row of each deal, built on first use.
final class HistoryIndex: Sendable {
    private let found = Mutex<[Int32]?>(nil)

    /// For deal d the rows are first[d] ..< first[d + 1]; deals behind the last one with rows are not in it.
    func firstRows(of history: History) throws -> [Int32] {
        if let known = found.withLock({ $0 }) { return known }
        let first = try Execution().firstRows(
            of: history.rows.columns[HistoryColumn.deal.index], rowCount: history.baseRowCount)
        found.withLock { $0 = first }
        return first
    }
}
