// From the syntax tree of a query and a book to a plan: names to columns, words to days, literals to their units, each
// clause and step to a formula or an operator. One problem does not hide the next: every clause and step is tried,
// and all that was wrong is reported together.
//
//   Binder+Source     where rows come from          Binder+Expressions  values and conditions
//   Binder+Clauses    the words after `deals`       Binder+Beside       what stands beside a value: names, units
//   Binder+Steps      what follows a `|`            Binder+Functions    round, quarter, share …
//   Binder+Dates      periods                       Binder+Lets         queries and values under a name
//
// It reads the book and changes nothing; nothing in it looks at rows, except the ids and names of deals.

import Engine
import Language
import Pipeline
import Values

/// Binds one query.
struct Binder {
    /// The book asked.
    let book: Book
    /// What relative days mean.
    let calendar: Calendar
    /// The text that spans belong to.
    var source: SourceText
    /// Reads files that a query names; `nil` where files must not be read.
    let files: (any FileReading)?

    /// What names mean at this point.
    var scope: Scope
    /// What has been bound so far.
    var steps: [PlanStep] = []
    var planSource: PlanSource?
    var rest: RestOfQuery?
    var change: ChangePlan?
    var shape: Answer.Shape = .rows
    var resolved: [Answer.Resolved] = []
    var lookups: [LookupUse] = []
    /// How often a reference table was looked into, and the conditions on the source's rows that did not.
    var lookupCount = 0
    var plainConditions: [Formula] = []
    var notes: [String] = []
    var problems: [Diagnostic] = []
    var warnings: [Diagnostic] = []
    /// Arguments of the `let` that is being bound, and the names of those around it.
    var arguments: [String: LetArgument] = [:]
    var letStack: [String] = []
    /// Fields bound before, by name.
    var fieldCache: [String: Bound] = [:]
    /// The query that is being bound, for reports that bind it again or quote it.
    var query: Query?
    /// Whether the query's `as of` has been heeded: the book is that day's.
    var isPast = false
    /// What forecasts rest on when it is not the book asked.
    var ground: ForecastGround?

    init(book: Book, calendar: Calendar, source: SourceText, files: (any FileReading)?) throws {
        self.book = book
        self.calendar = calendar
        self.source = source
        self.files = files
        scope = Scope(columns: [], shape: try Table([]), isDeals: false, tableName: "", rowNoun: "row")
    }

    /// The plan of a query, or everything that is wrong with it.
    static func bind(
        _ query: Query, in source: SourceText, book: Book, calendar: Calendar, files: (any FileReading)?,
        isPast: Bool = false, ground: ForecastGround? = nil
    ) throws -> Plan {
        var binder = try Binder(book: book, calendar: calendar, source: source, files: files)
        binder.isPast = isPast
        binder.ground = ground
        try binder.bind(query)
        return try binder.plan()
    }

    /// Binds source and steps; throws `Diagnostics` when anything is wrong.
    mutating func bind(_ query: Query) throws {
        self.query = query
        try collecting { (binder) throws(Diagnostic) in try binder.bindSource(query.source) }
        guard planSource != nil else { throw Diagnostics(problems) }
        if !query.summary.isEmpty {
            try collecting { (binder) throws(Diagnostic) in try binder.summarise(by: query.summary) }
        }
        try bindSteps(query.steps)
    }

    /// Binds steps one after the other; throws `Diagnostics` when anything is wrong.
    mutating func bindSteps(_ written: [Step]) throws {
        for (index, step) in written.enumerated() {
            let problemCount = problems.count
            try collecting { (binder) throws(Diagnostic) in try binder.bindStep(step) }
            // What a failed step would have made of the columns is not known: later messages would only mislead.
            if problems.count > problemCount, Binder.changesColumns(step) { break }
            if step.hasColumnsOfItsRows, problems.isEmpty {
                rest = RestOfQuery(steps: Array(written[(index + 1)...]), text: source)
                break
            }
        }
        if !problems.isEmpty { throw Diagnostics(problems.sorted { ($0.span?.start ?? 0) < ($1.span?.start ?? 0) }) }
    }

    private static func changesColumns(_ step: Step) -> Bool {
        switch step {
        case .where, .narrow, .sort, .top, .first, .skip, .distinct, .chart, .save, .expect, .change: false
        case .show, .with, .aggregate, .pivot, .report: true
        }
    }

    /// Runs a part of the binding and keeps what was wrong with it.
    mutating func collecting(_ part: (inout Binder) throws(Diagnostic) -> Void) throws {
        do throws(Diagnostic) {
            try part(&self)
        } catch {
            problems.append(error)
            if problems.count >= Limits.diagnosticCountMax { throw Diagnostics(problems) }
        }
    }

    /// The finished plan.
    func plan() throws -> Plan {
        guard let planSource else { throw Diagnostics(problems) }
        var plan = Plan(
            source: planSource, steps: steps, output: [], shown: [], shape: shape, rowNoun: scope.rowNoun,
            rest: rest, change: change, resolved: resolved, lookups: lookups, plainConditions: plainConditions,
            notes: notes,
            warnings: warnings, stageRanks: StageRanks(book))
        // A change shows no rows.
        if rest == nil, change == nil {
            var binder = self
            do throws(Diagnostic) {
                plan.output = try binder.output()
            } catch {
                throw Diagnostics([error])
            }
            plan.lookups = binder.lookups
            plan.listsDeals = scope.isDeals
            plan.shown = shownColumns()
        }
        return plan
    }

    /// Keeps the rows that satisfy a condition; `lookupsBefore` tells whether it looked into a reference table.
    mutating func filter(_ condition: Formula, lookupsBefore: Int) {
        steps.append(.filter(condition))
        let isOnSource = scope.isDeals && scope.shape.columns.count == planSource?.table.columns.count
        if isOnSource, lookupCount == lookupsBefore { plainConditions.append(condition) }
    }

    // MARK: Words and remarks

    /// The source text of a span, blanks made single.
    func text(_ span: SourceSpan) -> String {
        source.text(span).split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }

    /// Writes down what relative words came to; each words once.
    mutating func remember(_ span: SourceSpan, _ period: Period) { remember(text(span), period.description) }

    /// Writes down what words came to; each words once.
    mutating func remember(_ words: String, _ meaning: String) {
        let entry = Answer.Resolved(words: words, meaning: meaning)
        if !resolved.contains(entry) { resolved.append(entry) }
    }

    /// An engine or pipeline error at a place of the query: a fault of the binder or of the data, in words.
    func wrapping<Value>(_ span: SourceSpan, _ body: () throws -> Value) throws(Diagnostic) -> Value {
        do {
            return try body()
        } catch let error as Diagnostic {
            throw error
        } catch let error as EngineError {
            throw EngineProblem.diagnostic(error, at: span)
        } catch {
            throw Diagnostic(.typeMismatch, "\(error)", at: span)
        }
    }
}

extension Step {
    /// Whether the data decide which columns come out, so that the steps behind it must wait for them.
    var hasColumnsOfItsRows: Bool {
        switch self {
        case .pivot, .report: true
        default: false
        }
    }
}
