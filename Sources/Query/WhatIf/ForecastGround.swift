// What forecasts rest on where it is not the book asked: inside a what-if, the rates and the method stay those of the base
// book, because a hypothetical win teaches nothing. Learned when the first forecast asks, and kept: a sweep asks a hundred
// times.

import Engine
import Pipeline
import Synchronization
import Values

/// What a base book teaches, learned once.
final class ForecastMemory: Sendable {
    private let book: Book
    private let kept = Mutex<(calendar: Values.Calendar, knowledge: ForecastKnowledge)?>(nil)

    /// The memory of a base book; nothing is learned yet.
    init(_ book: Book) { self.book = book }

    /// What the book teaches as of the calendar's today.
    func knowledge(_ calendar: Values.Calendar, _ execution: Execution) throws -> ForecastKnowledge {
        if let kept = kept.withLock({ $0 }), kept.calendar == calendar { return kept.knowledge }
        let knowledge = try ForecastKnowledge(book, calendar: calendar, execution: execution)
        kept.withLock { $0 = (calendar, knowledge) }
        return knowledge
    }
}

/// What a forecast is made with, other than the book asked.
struct ForecastGround: Sendable {
    /// What the base book teaches.
    var memory: ForecastMemory
    /// Hypothetical changes that the forecast is computed with.
    var levers: ForecastLevers

    /// A ground; without levers unless told.
    init(_ memory: ForecastMemory, levers: ForecastLevers = .none) {
        self.memory = memory
        self.levers = levers
    }
}
