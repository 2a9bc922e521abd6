// A history in order, made from one with a tail when somebody first asks for it, then shared by all copies of that
// history: one fold serves every report and query until the next change.

import Synchronization

/// The folded form of one state of a history.
final class FoldedHistory: Sendable {
    private let found = Mutex<History?>(nil)

    /// The folded history, made by `fold` at the first call.
    func history(_ fold: () throws -> History) rethrows -> History {
        if let known = found.withLock({ $0 }) { return known }
        let made = try fold()
        found.withLock { $0 = made }
        return made
    }
}
