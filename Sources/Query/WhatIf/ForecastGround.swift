// What forecasts rest on where it is not the book asked: inside a what-if, the rates and the method stay those of the base
// book, and the levers are no part of any book.

import Engine
import Pipeline
import Values

/// What a forecast is made with, other than the book asked.
struct ForecastGround: Sendable {
    /// The book that teaches, as it is stored.
    var base: Book
    /// Hypothetical changes that the forecast is computed with.
    var levers: ForecastLevers
    /// Whether forecasts must tell their range; a search that asks a hundred times for something else does without.
    var wantsRange = true

    /// A ground; without levers unless told.
    init(_ base: Book, levers: ForecastLevers = .none) {
        self.base = base
        self.levers = levers
    }

    /// What the base book teaches; learned once.
    func knowledge(_ calendar: Values.Calendar, _ execution: Execution) throws -> ForecastKnowledge {
        try base.forecastKnowledge(calendar, execution: execution)
    }
}
