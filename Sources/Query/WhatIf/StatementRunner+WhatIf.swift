// `what if`, `forget`, `keep`: what is assumed at the moment. An assumption that fails changes nothing; one that is made
// answers with the forecast before and after it.

import Engine
import Language
public import Pipeline
import Values

extension StatementRunner {
    // MARK: Assuming

    /// `what if …`.
    mutating func assume(_ statement: WhatIfStatement, in source: SourceText, book: Book) throws -> StatementResult {
        let before = whatIf ?? WhatIf(book)
        var after = before
        var lines: [String] = []
        switch statement.assumption {
        case .none: return .answer(try assumed())
        case .scenario(let name):
            let scenario = try self.scenario(name, of: book)
            (after, lines) = try replay(scenario, on: before)
            guard after.assumptions.count > before.assumptions.count else {
                throw Diagnostic(
                    .noWhatIf, "nothing of the scenario \"\(scenario.name)\" applies to this book", at: name.span,
                    notes: lines)
            }
        case .change, .addDeal, .lever:
            let assumption = try self.assumption(statement, in: source, on: before)
            after.assume(assumption)
            lines = assumption.lines
        }
        let answer = try effect(before, after, lines)
        whatIf = after
        return .answer(answer)
    }

    /// What one statement assumes, on top of what is assumed already.
    func assumption(
        _ statement: WhatIfStatement, in source: SourceText, on whatIf: WhatIf
    ) throws -> WhatIf.Assumption {
        let text = Statement.whatIf(statement).text.dropFirst("what if ".count)
        switch statement.assumption {
        case .change(let query):
            guard let change = try change(query, in: source, book: whatIf.book, ground: whatIf.ground) else {
                throw Diagnostic(
                    .noWhatIf, "this asks a question, and what if assumes a change or a lever", at: query.span,
                    hint: "what if deals in Negotiation | win; compare asks a question of both books")
            }
            return try assumption(change, String(text), slip: query.change, on: whatIf)
        case .addDeal(let add):
            return try assumption(try self.add(add, in: source, book: whatIf.book), String(text), slip: nil, on: whatIf)
        case .lever(let change):
            let lever = try self.lever(change, in: source, on: whatIf)
            var levers = whatIf.levers
            levers.levers.append(lever.lever)
            return WhatIf.Assumption(
                text: String(text), lines: [lever.line], change: nil, book: whatIf.book, levers: levers,
                lever: lever.lever)
        case .none, .scenario:
            throw Diagnostic(.noWhatIf, "a scenario stands for several assumptions", at: statement.span)
        }
    }

    /// A change made on the copy of the book. Deals that slip have so many days less in the forecast, too, where it does
    /// not go by close dates.
    private func assumption(
        _ change: Change, _ text: String, slip step: ChangeStep?, on whatIf: WhatIf
    ) throws -> WhatIf.Assumption {
        var after = whatIf.book
        let patch = try change.patch()
        try after.apply(patch)
        var levers = whatIf.levers
        if case .slip(let written, let isNegative) = step?.kind {
            let today = whatIf.book.settings.calendar(clock: clock).today
            let duration = written.duration
            let day = isNegative ? duration.subtracted(from: today) : duration.added(to: today)
            for case .set(.deals, column: DealColumn.close.rawValue, rows: let rows, _) in patch.effects {
                levers.slips.append(ForecastLevers.Slip(rows: Set(rows), days: day.days(since: today)))
            }
        }
        return WhatIf.Assumption(
            text: text, lines: change.lines, change: change, book: after, levers: levers, lever: nil)
    }

    private func lever(
        _ change: LeverChange, in source: SourceText, on whatIf: WhatIf
    ) throws -> (lever: ForecastLevers.Lever, line: String) {
        let calendar = whatIf.book.settings.calendar(clock: clock)
        var whom = try Binder(book: whatIf.book, calendar: calendar, source: source, files: files)
        let bound = try placed(change.lever.span) { try whom.lever(change.lever, execution) }
        var how = try Binder(book: whatIf.book, calendar: calendar, source: source, files: files)
        let moved = try placed(change.amount.span) {
            try how.change(change, execution) {
                try whatIf.ground.knowledge(calendar, execution).medianWonAge
            }
        }
        let count = try openCount(bound.rows, in: whatIf.book)
        let what = source.text(change.span).split(whereSeparator: \.isWhitespace).joined(separator: " ")
        let whoElse = bound.movesNewBusiness && change.lever.kind != .newDeals ? " and on new business" : ""
        let line =
            change.lever.kind == .newDeals
            ? "\(what): acts on deals that are not there yet"
            : "\(what): acts on \(Words.count(count, "open deal"))\(whoElse)"
        return (bound.moved(moved), line)
    }

    /// How many open deals are among the rows.
    private func openCount(_ rows: Set<Int>?, in book: Book) throws -> Int {
        let open = Relation(book.deals, condition: try book.kindCondition([.open, .hold]))
        guard let rows else { return try execution.count(open) }
        return try execution.rows(open).count { rows.contains(Int($0)) }
    }

    /// The forecast of the present period before and after something was assumed, and what it did.
    private func effect(_ before: WhatIf, _ after: WhatIf, _ lines: [String]) throws -> Answer {
        guard after.book.dealCount <= Limits.whatIfForecastDealCountMax else {
            return try Answer(
                lines: lines + [
                    "the book has more than \(Words.grouped(Limits.whatIfForecastDealCountMax)) deals, so the forecast is"
                        + " made when it is asked for: compare forecast"
                ])
        }
        let source = SourceText("forecast")
        guard case .query(let query) = Parser.parse(source).statements.first else { return try Answer(lines: lines) }
        do {
            func side(_ whatIf: WhatIf) throws -> Answer {
                try answer(query, in: source, book: whatIf.book, ground: whatIf.ground)
            }
            let sides = [(name: "before", answer: try side(before)), (name: "after", answer: try side(after))]
            var compared = try Comparison(sides).answer()
            compared.notes = lines + compared.notes
            return compared
        } catch let problem as Diagnostic where problem.code != .cancelled {
            // A book without close dates or closed deals has no forecast; what was assumed holds all the same.
            return try Answer(lines: lines + ["no forecast: \(problem.message)"])
        }
    }

    // MARK: Listing

    /// What is assumed, in order.
    private func assumed() throws -> Answer {
        guard let whatIf, !whatIf.assumptions.isEmpty else {
            return try Answer(lines: [
                "nothing is assumed",
                "what if deals in Negotiation | win, or what if win rate * 1.1, tries something on a copy of the book",
            ])
        }
        var answer = try Answer(
            texts: [
                ("what_if", whatIf.assumptions.map(\.text)),
                ("does", whatIf.assumptions.map { $0.lines.joined(separator: "; ") }),
            ], rowNoun: "assumption")
        answer.notes = ["compare QUERY shows the difference; forget last, forget and keep end it"]
        return answer
    }

    // MARK: Ending

    /// Drops what is assumed, because another book takes the place of the one it is about.
    public mutating func forgetWhatIf() { whatIf = nil }

    /// `forget`, `forget last`, `forget scenario NAME`.
    mutating func forget(_ statement: ForgetStatement, book: Book) throws -> StatementResult {
        if case .scenario(let name) = statement.subject {
            let scenario = try self.scenario(name, of: book)
            var changed = book
            changed.scenarios.removeAll { $0.name == scenario.name }
            return .changed(changed, ["the scenario \(scenario.name) is forgotten"])
        }
        guard var left = whatIf, !left.assumptions.isEmpty else { throw nothingAssumed(at: statement.span) }
        if statement.subject == .all {
            whatIf = nil
            return .answer(
                try Answer(lines: ["forgot \(Words.count(left.assumptions.count, "assumption")); the book is as it was"]
                ))
        }
        let last = left.forgetLast()
        whatIf = left.assumptions.isEmpty ? nil : left
        let rest =
            left.assumptions.isEmpty
            ? "nothing is assumed any more" : "\(Words.count(left.assumptions.count, "assumption")) left"
        return .answer(try Answer(lines: ["forgot \(last?.text ?? ""); \(rest)"]))
    }

    func nothingAssumed(at span: SourceSpan) -> Diagnostic {
        Diagnostic(
            .noWhatIf, "nothing is assumed", at: span,
            hint: "what if deals in Negotiation | win, or what if win rate * 1.1")
    }

    /// `keep`: all that was changed as one change of the book. What is assumed stays until the change is made.
    func keep(_ statement: PlainStatement, in source: SourceText, book: Book) throws -> StatementResult {
        guard let whatIf, !whatIf.assumptions.isEmpty else { throw nothingAssumed(at: statement.span) }
        let changes = whatIf.assumptions.compactMap(\.change)
        let levers = whatIf.assumptions.filter { !$0.isChange }
        guard !changes.isEmpty else {
            throw Diagnostic(
                .leversAreNoFacts, "a lever is no fact, so there is nothing to keep", at: statement.span,
                hint: "scenario \"NAME\" keeps what is assumed as a scenario, forget drops it",
                notes: levers.map(\.text))
        }
        var lines = changes.flatMap(\.lines)
        if changes.count > 1 {
            lines.insert("kept \(Words.count(changes.count, "change"))", at: 0)
        }
        lines += levers.map { "still assumed, for a lever is no fact: \($0.text)" }
        return .change(
            Change(
                statement: "keep", lines: lines, patch: Patch(try changes.flatMap { try $0.patch().effects }),
                rowCount: changes.reduce(0) { $0 + $1.rowCount }))
    }

    /// After what was changed has been kept: levers stay assumed, on the book that has the changes in it.
    public mutating func forgetKept(in book: Book) { whatIf = whatIf?.levers(on: book) }

    // MARK: What does not go with it

    /// Throws for a statement that would change or replace the book while something is assumed: nobody could tell which
    /// of the two books was meant.
    func checkWhatIf(_ statement: Statement) throws {
        guard let whatIf, !whatIf.assumptions.isEmpty else { return }
        let isChange: Bool
        switch statement {
        case .import, .open, .save, .new, .addDeal, .addRow, .stage, .pipeline, .target, .undo, .redo: isChange = true
        case .query(let query): isChange = query.change != nil
        case .continuation(let continuation):
            isChange = if case .change = continuation.steps.last { true } else { false }
        default: isChange = false
        }
        guard isChange else { return }
        throw Diagnostic(
            .whatIfIsOn,
            "a what-if is on (\(Words.count(whatIf.assumptions.count, "assumption"))), and this is about the book itself",
            at: statement.span, hint: "what if … assumes it, keep makes all of it real, forget drops it")
    }
}

extension Answer {
    /// Columns of texts as an answer.
    init(texts: [(name: String, cells: [String])], rowNoun: String) throws {
        let columns = try texts.map {
            try Engine.Column(name: $0.name, valueType: .text, cells: $0.cells.map(Cell.text))
        }
        self.init(
            shape: .rows, columns: texts.map { Column($0.name, .text) }, rows: AnswerRows(try Table(columns)),
            rowNoun: rowNoun)
    }
}
