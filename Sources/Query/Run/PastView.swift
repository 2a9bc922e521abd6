// "as of" and currencies: before anything is bound, the book and `today` are exchanged for those of the day asked for, and
// the amounts of the deals for amounts in the book's currency; the query itself then knows of neither. One place, so that
// every source and report can be asked of the past, and nothing is added raw.

import Language
import Pipeline
import Values

/// The book and the calendar that a query is answered with.
struct PastView {
    var book: Book
    var calendar: Calendar
    /// What must be said beneath the answer.
    var notes: [String] = []
    /// Whether the query's `as of` has been heeded.
    var isPast = false
    /// What forecasts rest on: the book, or the base of a what-if; a past day's forecast rests on what was known then.
    var ground: ForecastGround

    /// The view that a query asks for; today's without an `as of`.
    init(
        _ query: Query, in source: SourceText, book: Book, calendar: Calendar, ground: ForecastGround? = nil
    ) throws {
        self.book = book
        self.calendar = calendar
        guard let clause = query.asOf else {
            self.book = try book.reported(on: calendar.today)
            self.ground = ground ?? ForecastGround(book)
            return
        }
        if let ground, !ground.levers.isEmpty {
            notes.append("what is assumed of rates, cycles and sizes does not reach back to a past day")
        }
        var binder = try Binder(book: book, calendar: calendar, source: source, files: nil)
        let day = try binder.day(clause.day, after: "as of")
        guard day <= calendar.today else {
            throw Diagnostic(
                .emptyPeriod, "\(day) is after today, \(calendar.today), and the future has not been recorded",
                at: clause.day.span, hint: "as of a day that has been")
        }
        let past = try book.asOf(day)
        self.ground = ForecastGround(past.book)
        self.book = try past.book.reported(on: day)
        self.calendar.today = day
        isPast = true
        notes.append(
            "as of \(day): stage, value, close, owner, probability and category are that day's, other fields are today's"
        )
        if past.withoutVersionCount > 0 {
            notes.append(
                "history does not reach \(Words.count(past.withoutVersionCount, "deal")) of \(Words.grouped(past.dealCount)):"
                    + " their stage, value, close and owner are missing")
        }
        if past.undatedCount > 0 {
            notes.append(
                "left out: \(Words.count(past.undatedCount, "deal")) without a creation day and without history")
        }
    }

    /// What must be said beneath amounts of deals in other currencies.
    var currencyNotes: [String] {
        guard let reporting = book.reporting, !(reporting.converted.isEmpty && reporting.withoutRate.isEmpty) else {
            return []
        }
        let own = book.settings.currency.code
        func listed(_ counts: [(currency: String, count: Int)]) -> String {
            counts.map { "\(Words.grouped($0.count)) in \($0.currency)" }.joined(separator: ", ")
        }
        var notes: [String] = []
        if !reporting.converted.isEmpty {
            notes.append(
                "amounts are in \(own); others are converted (\(listed(reporting.converted))): closed deals at the rate of their closing day, open ones at that of \(reporting.day)"
            )
        }
        if !reporting.withoutRate.isEmpty {
            notes.append(
                "without a rate on or before their day, so their value is missing and sums leave them out: \(listed(reporting.withoutRate)); `import rates from \"FILE\"` brings rates"
            )
        }
        return notes
    }
}
