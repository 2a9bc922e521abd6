// How much of a piece of work is done when several threads share it, told to whoever shows that.

import Engine
import Synchronization

/// A count that all threads add to.
final class WorkDone: Sendable {
    private let work: String
    private let total: Int
    private let progress: WorkProgress?
    private let done = Atomic<Int>(0)

    /// Nothing of `total` is done.
    init(_ work: String, total: Int, _ execution: Execution) {
        self.work = work
        self.total = total
        progress = execution.progress
    }

    /// So much more is done.
    func add(_ more: Int = 1) { progress?(work, done.add(more, ordering: .relaxed).newValue, total) }
}
