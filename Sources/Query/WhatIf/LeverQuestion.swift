// A question that is asked again and again with other levers: by sweeps, searches and rankings. It goes on top of what is
// assumed already; what the base book teaches is learned once.

import Engine
import Language
import Pipeline
import Values

/// Steps over all deals, to be answered with levers.
struct LeverQuestion {
    let source: SourceText
    private let runner: StatementRunner
    private let query: Query
    private let whatIf: WhatIf

    init(_ runner: StatementRunner, _ steps: [Step], in source: SourceText, book: Book) {
        self.runner = runner
        self.source = source
        whatIf = runner.whatIf ?? WhatIf(book)
        let first = steps.first?.span ?? SourceSpan(0, 0)
        let last = steps.last?.span ?? first
        query = Query(ofAllDeals: steps, at: SourceSpan(first.start, last.end))
    }

    /// The answer with further levers, forecasts with their range unless told otherwise.
    func answer(_ levers: [ForecastLevers.Lever], wantsRange: Bool = true) throws -> Answer {
        var ground = whatIf.ground
        ground.wantsRange = wantsRange
        ground.levers.levers += levers
        return try runner.answer(query, in: source, book: whatIf.book, ground: ground)
    }

    /// A lever as written, with the deals that it acts on.
    func lever(_ written: Lever) throws -> BoundLever {
        var binder = try self.binder()
        return try runner.placed(written.span) { try binder.lever(written, runner.execution) }
    }

    /// A binder for the question's text that knows no columns.
    func binder() throws -> Binder {
        try Binder(book: whatIf.book, calendar: calendar, source: source, files: runner.files)
    }

    var calendar: Values.Calendar { whatIf.book.settings.calendar(clock: runner.clock) }
    var currency: Currency { whatIf.book.settings.currency }

    /// The median days from created to won.
    func medianWonAge() throws -> Double? {
        try whatIf.ground.knowledge(calendar, runner.execution).medianWonAge
    }

    /// The remarks that all answers make.
    func commonNotes(_ answers: [Answer]) -> [String] {
        guard let first = answers.first else { return [] }
        return first.notes.filter { note in answers.allSatisfy { $0.notes.contains(note) } }
    }
}
