// How much of a piece of work is done when several threads share it, for whoever shows that.

import Synchronization

/// A count that all threads add to.
final class DoneCount: Sendable {
    private let count = Atomic<Int>(0)

    /// Adds some and gives how many there are now.
    func add(_ more: Int) -> Int { count.add(more, ordering: .relaxed).newValue }
}
