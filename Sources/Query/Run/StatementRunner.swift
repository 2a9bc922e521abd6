// Runs one statement on a book and gives the book after it. Independent of any session: what only a session can do
// (open and save files, run scripts, help) is given back to it as a request. A statement that fails changes nothing.

public import Engine
public import Language
public import Pipeline
public import Values

/// What a statement came to.
public enum StatementResult: Sendable {
    /// An answer; the book is as it was.
    case answer(Answer)
    /// The book after a change, with what was done, a sentence a line.
    case changed(Book, [String])
    /// A change that was checked and is still to be made.
    case change(Change)
    /// Something that only a session can do.
    case request(SessionRequest)
}

/// What only a session can do.
public enum SessionRequest: Sendable {
    /// `open "acme.pipeline"`
    case open(OpenStatement)
    /// `save`, `save as "q3.pipeline"`
    case save(SaveStatement)
    /// `new`
    case new(PlainStatement)
    /// `run "weekly.pql"`
    case run(RunStatement)
    /// `help [TOPIC]`
    case help(HelpStatement)
    /// `undo [3]`
    case undo(UndoStatement)
    /// `redo [3]`
    case redo(UndoStatement)
}

/// Runs statements.
public struct StatementRunner {
    /// The day of the clock; `settings today` goes before it.
    public var clock: Day
    /// What operators run with.
    public var execution: Execution
    /// Reads files that statements name; `nil` where none may be read.
    public var files: (any FileReading)?
    /// Takes the rows of `save "…"`; `nil` where none may be written.
    public var sink: (any RowSink)?
    /// The last query, which `| step` goes on with.
    public private(set) var lastQuery: (query: Query, source: SourceText)?
    /// What is assumed at the moment; every answer is given inside it.
    public internal(set) var whatIf: WhatIf?

    /// A runner; without files and sink it neither reads nor writes.
    public init(
        clock: Day, execution: Execution = Execution(), files: (any FileReading)? = nil, sink: (any RowSink)? = nil
    ) {
        self.clock = clock
        self.execution = execution
        self.files = files
        self.sink = sink
    }

    /// Runs a statement of the text. Throws `Diagnostic` or `Diagnostics`.
    public mutating func run(_ statement: Statement, in source: SourceText, book: Book) throws -> StatementResult {
        try checkWhatIf(statement)
        let result = try self.result(of: statement, in: source, book: book)
        // Definitions, settings and scenarios are the book's, whatever is assumed.
        if case .changed(let changed, _) = result, let whatIf { self.whatIf = whatIf.following(changed) }
        return result
    }

    private mutating func result(
        of statement: Statement, in source: SourceText, book: Book
    ) throws -> StatementResult {
        switch statement {
        case .query(let query):
            let result = try result(of: query, in: source, book: book, statement: source.text(query.span))
            if case .answer = result { lastQuery = (query, source) }
            return result
        case .continuation(let continuation): return try self.continue(continuation, in: source, book: book)
        case .addDeal(let statement): return .change(try add(statement, in: source, book: book))
        case .addRow(let statement): return .change(try add(statement, in: source, book: book))
        case .undo(let statement): return .request(.undo(statement))
        case .redo(let statement): return .request(.redo(statement))
        case .log: return .answer(try logAnswer(book))
        case .explain(let explain): return .answer(try self.explain(explain.query, in: source, book: book))
        case .let(let statement): return try define(statement, in: source, book: book)
        case .settings(let statement): return try set(statement, book: book)
        case .stage(let statement): return try edit(statement, book: book)
        case .pipeline(let statement): return try edit(statement, book: book)
        case .target(let statement): return try set(statement, in: source, book: book)
        case .import(let statement): return try importing(statement, in: source, book: book)
        case .open(let statement): return .request(.open(statement))
        case .save(let statement): return .request(.save(statement))
        case .new(let statement): return .request(.new(statement))
        case .run(let statement): return .request(.run(statement))
        case .help(let statement): return .request(.help(statement))
        case .whatIf(let statement): return try assume(statement, in: source, book: book)
        case .compare(let statement): return .answer(try compare(statement, in: source, book: book))
        case .keep(let statement): return try keep(statement, in: source, book: book)
        case .forget(let statement): return try forget(statement, book: book)
        case .scenario(let statement): return try name(statement, book: book)
        case .scenarios: return .answer(try scenarios(book))
        case .sweep(let statement): return .answer(try sweep(statement, in: source, book: book))
        case .solve(let statement): return .answer(try solve(statement, in: source, book: book))
        case .sensitivity(let statement): return .answer(try sensitivity(statement, in: source, book: book))
        }
    }

    // MARK: Queries

    /// The answer to a query, inside the what-if when there is one.
    public func answer(_ query: Query, in source: SourceText, book: Book) throws -> Answer {
        try answer(query, in: source, book: whatIf?.book ?? book, ground: whatIf?.ground)
    }

    /// The answer to a query of a book whose forecasts rest on another.
    func answer(_ query: Query, in source: SourceText, book: Book, ground: ForecastGround?) throws -> Answer {
        if let versus = try VersusQuery(query) { return try answer(versus, in: source, book: book, ground: ground) }
        let view = try view(query, in: source, book: book, ground: ground)
        let plan = try plan(query, in: source, view)
        if let change = plan.change {
            throw Diagnostic(.badChange, "a question is wanted here, and this changes deals", at: change.span)
        }
        return try run(plan, view)
    }

    func view(
        _ query: Query, in source: SourceText, book: Book, ground: ForecastGround?
    ) throws -> PastView {
        try PastView(query, in: source, book: book, calendar: book.settings.calendar(clock: clock), ground: ground)
    }

    /// The answer to a query, or the change that it ends in.
    private func result(
        of query: Query, in source: SourceText, book: Book, statement: String
    ) throws -> StatementResult {
        let book = whatIf?.book ?? book
        let ground = whatIf?.ground
        if let versus = try VersusQuery(query) {
            return .answer(try answer(versus, in: source, book: book, ground: ground))
        }
        let view = try view(query, in: source, book: book, ground: ground)
        let plan = try plan(query, in: source, view)
        guard let change = plan.change else { return .answer(try run(plan, view)) }
        return .change(try self.change(plan, change, view, statement: statement))
    }

    /// Both periods of a `versus` side by side.
    private func answer(
        _ versus: VersusQuery, in source: SourceText, book: Book, ground: ForecastGround?
    ) throws -> Answer {
        let now = try answer(versus.now, in: source, book: book, ground: ground)
        let before = try answer(versus.before, in: source, book: book, ground: ground)
        let view = try view(versus.now, in: source, book: book, ground: ground)
        var run = QueryRun(
            book: view.book, calendar: view.calendar, execution: execution, files: files, sink: sink,
            ground: view.ground)
        var answer = try run.finish(
            try SideBySide(now, before, at: versus.span), RestOfQuery(steps: versus.rest, text: source))
        func distinct<Value: Hashable>(_ values: [Value]) -> [Value] {
            var seen: Set<Value> = []
            return values.filter { seen.insert($0).inserted }
        }
        answer.resolved = distinct(now.resolved + before.resolved + answer.resolved)
        answer.notes = distinct(now.notes + before.notes + answer.notes)
        answer.warnings = now.warnings + answer.warnings
        answer.failures = now.failures + before.failures + answer.failures
        return answer
    }

    /// The change that a query ends in; `nil` for a question.
    func change(_ query: Query, in source: SourceText, book: Book, ground: ForecastGround?) throws -> Change? {
        let view = try view(query, in: source, book: book, ground: ground)
        let plan = try plan(query, in: source, view)
        return try plan.change.map { try change(plan, $0, view, statement: source.text(query.span)) }
    }

    func plan(_ query: Query, in source: SourceText, _ view: PastView) throws -> Plan {
        var plan = try Binder.bind(
            query, in: source, book: view.book, calendar: view.calendar, files: files, isPast: view.isPast,
            ground: view.ground)
        var isOfDeals = plan.source.isDeals
        if case .history = query.source { isOfDeals = true }
        plan.notes = view.notes + (isOfDeals ? view.currencyNotes : []) + plan.notes
        return plan
    }

    private func run(_ plan: Plan, _ view: PastView) throws -> Answer {
        var run = QueryRun(
            book: view.book, calendar: view.calendar, execution: execution, files: files, sink: sink,
            ground: view.ground)
        return try run.answer(plan)
    }

    /// `| step`: the last query with further steps. The steps stand in another text than the query, so the query is
    /// bound in its own and the steps in theirs.
    private mutating func `continue`(
        _ continuation: ContinuationStatement, in source: SourceText, book: Book
    ) throws -> StatementResult {
        guard let last = lastQuery else {
            throw Diagnostic(
                .nothingToContinue, "there is no query to go on with", at: continuation.span,
                hint: "a query begins with its rows: deals | …")
        }
        // One text for both, so that a further `|` can go on from here.
        let before = last.source.text(last.query.span) + "\n"
        let joined = SourceText(before + source.text(continuation.span))
        let script = Parser.parse(joined)
        guard script.diagnostics.allSatisfy({ $0.severity != .error }), case .query(let query) = script.statements.last
        else {
            throw Diagnostic(.nothingToContinue, "these steps cannot follow the last query", at: continuation.span)
        }
        let shift = before.utf8.count - continuation.span.start
        do {
            let result = try result(of: query, in: joined, book: book, statement: joined.text(query.span))
            if case .answer = result { lastQuery = (query, joined) }
            return result
        } catch let problems as Diagnostics {
            throw Diagnostics(problems.all.map { $0.shifted(by: 0 - shift) })
        } catch let problem as Diagnostic {
            throw problem.shifted(by: 0 - shift)
        }
    }
}

extension Diagnostic {
    /// The same problem in a text that begins elsewhere; a place before its beginning is none.
    func shifted(by offset: Int) -> Diagnostic {
        func moved(_ span: SourceSpan) -> SourceSpan? {
            span.start + offset < 0 ? nil : SourceSpan(span.start + offset, span.end + offset)
        }
        var copy = self
        copy.span = span.flatMap(moved)
        copy.labels = labels.compactMap { label in moved(label.span).map { Label($0, label.text) } }
        copy.fix = fix.flatMap { fix in moved(fix.span).map { Fix($0, fix.replacement) } }
        return copy
    }
}

extension Answer {
    /// Lines of text as an answer.
    public init(lines: [String]) throws {
        let column = try Engine.Column(name: "text", valueType: .text, cells: lines.map(Cell.text))
        self.init(
            shape: .text, columns: [Column("text", .text)], rows: AnswerRows(try Table([column])), rowNoun: "line")
    }
}
