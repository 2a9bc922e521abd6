// What a book teaches for its forecasts, learned when the first forecast asks and kept until the book changes: a session asks
// many times, a sweep a hundred times. Inside a what-if the base book goes on teaching, because a hypothetical win teaches
// nothing.

public import Engine
import Synchronization
public import Values

/// What one state of a book teaches, shared by all copies of it.
final class ForecastMemory: Sendable {
    private let kept = Mutex<(calendar: Values.Calendar, currency: Currency, knowledge: ForecastKnowledge)?>(nil)

    /// The knowledge as of the calendar's today, made by `make` unless it is the one kept.
    func knowledge(
        _ calendar: Values.Calendar, _ currency: Currency, _ make: () throws -> ForecastKnowledge
    ) rethrows -> ForecastKnowledge {
        if let known = kept.withLock({ $0 }), known.calendar == calendar, known.currency == currency {
            return known.knowledge
        }
        let made = try make()
        kept.withLock { $0 = (calendar, currency, made) }
        return made
    }
}

extension Book {
    /// What the book teaches for its forecasts as of the calendar's today, amounts in the book's currency.
    ///
    /// - Complexity: as `ForecastKnowledge` when it is asked for first, else O(1).
    public func forecastKnowledge(
        _ calendar: Values.Calendar, execution: Execution = Execution()
    ) throws -> ForecastKnowledge {
        try forecasts.knowledge(calendar, settings.currency) {
            try ForecastKnowledge(reported(on: calendar.today), calendar: calendar, execution: execution)
        }
    }
}
