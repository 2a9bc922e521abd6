// The past book that was asked for last, kept until its book changes: questions about one day mostly come several at a
// time (a report and what explains it, the steps of a script).

import Synchronization
import Values

/// The book of a past day, shared by all copies of one state of a book.
final class PastBooks: Sendable {
    private let kept = Mutex<(isReported: Bool, past: PastBook)?>(nil)
    private let known = Mutex<[Bool]?>(nil)

    /// The past book of the day, with amounts as stored or as reported, made by `make` unless it is the one kept.
    func book(of day: Day, isReported: Bool, _ make: () throws -> PastBook) rethrows -> PastBook {
        if let known = kept.withLock({ $0 }), known.past.day == day, known.isReported == isReported {
            return known.past
        }
        let made = try make()
        kept.withLock { $0 = (isReported, made) }
        return made
    }

    /// For each chunk of deals whether creation days alone say which existed on a day (see `PastCensus`), found by `find`
    /// once.
    func areFullyKnown(_ find: () throws -> [Bool]) rethrows -> [Bool] {
        if let known = known.withLock({ $0 }) { return known }
        let found = try find()
        known.withLock { $0 = found }
        return found
    }
}
