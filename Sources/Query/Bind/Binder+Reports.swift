// A report is a step like any other: its clauses narrow the deals, its keys group them, its period is its own. What it
// answers with is rows again, whose columns are known when it has run.

import Engine
import Language
import Pipeline
import Values

extension Binder {
    mutating func report(_ step: ReportStep) throws(Diagnostic) {
        guard scope.isDeals else {
            throw Diagnostic(
                .clauseNotForTable, "\(step.kind.rawValue) reports on deals, and these rows are \(scope.tableName)",
                at: step.kindSpan)
        }
        guard ReportRun.available.contains(step.kind) else {
            throw Diagnostic(
                .notAvailableYet, "the report \(step.kind.rawValue) is not there yet", at: step.kindSpan)
        }
        let selection = self.selection(before: step)
        var closing: Period?
        var clauses = step.clauses
        if step.kind == .changes {
            // The closing period is tested at both ends, so it is the report's and no clause of the selection.
            for case .date(let clause) in step.clauses where clause.event == .closing {
                closing = try period(clause.period)
            }
            clauses.removeAll { if case .date(let clause) = $0 { clause.event == .closing } else { false } }
        }
        try bindClauses(clauses)
        var keys: [KeyPlan] = []
        for key in step.keys {
            let (name, bound, _) = try self.key(key)
            keys.append(KeyPlan(name: name, formula: bound.formula, isStage: bound.isStage))
        }
        var period: Period?
        if let written = step.period { period = try self.period(written) }
        var start: StartPlan?
        if let since = step.since { start = try startPlan(since, step, clauses) }
        steps.append(
            .report(
                ReportPlan(
                    kind: step.kind, isStrict: step.isStrict, period: period, keys: keys, closing: closing,
                    start: start,
                    selection: selection, span: step.span)))
        if shape == .rows || shape == .card { shape = .rows }
    }

    /// The same query up to the report, bound to the book at the end of the day before `since`.
    private func startPlan(
        _ since: DatePoint, _ step: ReportStep, _ clauses: [Clause]
    ) throws(Diagnostic) -> StartPlan {
        var resolving = self
        let first = try resolving.day(since, after: "changes since")
        guard first <= calendar.today else {
            throw Diagnostic(
                .emptyPeriod, "\(first) is after today, \(calendar.today)", at: since.span,
                hint: "changes since a day that has been")
        }
        let before = first.adding(days: -1)
        let past = try wrapping(since.span) { try book.asOf(before) }
        var then = calendar
        then.today = before
        do {
            var binder = try Binder(book: past.book, calendar: then, source: source, files: files)
            binder.isPast = true
            guard let query else { throw Diagnostic(.clauseNotForTable, "changes needs a query", at: step.span) }
            try binder.bindUpTo(step, of: query, clauses)
            var keys: [KeyPlan] = []
            for key in step.keys {
                let (name, bound, _) = try binder.key(key)
                keys.append(KeyPlan(name: name, formula: bound.formula, isStage: bound.isStage))
            }
            return StartPlan(
                past: past, steps: binder.steps, keys: keys, table: binder.planSource?.table ?? past.book.deals)
        } catch let problem as Diagnostic {
            throw problem
        } catch let problems as Diagnostics {
            throw problems.all.first
                ?? Diagnostic(.typeMismatch, "the selection has no meaning on \(before)", at: step.span)
        } catch let error as EngineError {
            throw EngineProblem.diagnostic(error, at: step.span)
        } catch {
            throw Diagnostic(.typeMismatch, "\(error)", at: step.span)
        }
    }

    private mutating func bindUpTo(_ step: ReportStep, of query: Query, _ clauses: [Clause]) throws {
        try bindSource(query.source)
        for before in query.steps {
            if case .report(let report) = before, report == step { break }
            try bindStep(before)
        }
        try bindClauses(clauses)
        if !problems.isEmpty { throw Diagnostics(problems) }
    }

    /// The words that select the report's deals: the query up to the report, and the report's own clauses as a step.
    private func selection(before step: ReportStep) -> String {
        guard let query else { return "deals" }
        var words: String
        if case .deals(let deals) = query.source, deals.isImplicit {
            words = "deals"
        } else {
            words = text(query.source.span)
        }
        for before in query.steps {
            if case .report(let report) = before, report == step { break }
            words += " | " + text(before.span)
        }
        let own = step.clauses.filter { clause in
            if step.kind == .changes, case .date(let date) = clause, date.event == .closing { return false }
            return true
        }
        let narrowing = own.map { text($0.span) }
        if !narrowing.isEmpty { words += " | " + narrowing.joined(separator: " ") }
        return words
    }

    /// The rows of a report that has run: its columns under their names.
    mutating func useReport(_ result: ReportResult, _ table: Table, kind: ReportKind, shape: Answer.Shape) throws {
        try collecting { (binder) throws(Diagnostic) in
            try binder.useTable(table, name: "the rows of \(kind.rawValue)", rowNoun: "row", at: SourceSpan(0, 0))
        }
        self.shape = shape
        for index in scope.columns.indices {
            scope.columns[index].isKey = result.columns[index].isKey
            scope.columns[index].isMeasure = !result.columns[index].isKey && result.columns[index].type != .text
        }
    }
}
