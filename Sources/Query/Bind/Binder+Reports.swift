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
        let words = self.words(before: step)
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
        var period: Period?
        if let written = step.period { period = try self.period(written) }
        guard let query else { throw Diagnostic(.notAllowed, "a report stands in a query", at: step.span) }
        let keys = try reportKeys(step)
        steps.append(
            .report(
                ReportPlan(
                    kind: step.kind, isStrict: step.isStrict, period: period,
                    keys: keys.map(\.plan), keyWords: keys.map(\.words), since: try since(step), closing: closing,
                    method: step.method.flatMap { ForecastReport.Method(rawValue: $0.rawValue) },
                    parts: try parts(step), measures: try measures(step),
                    selection: PastSelection(query: query, step: step, clauses: clauses, source: source, words: words),
                    span: step.span)))
        shape = .rows
    }

    private mutating func since(_ step: ReportStep) throws(Diagnostic) -> Day? {
        guard let written = step.since else { return nil }
        let first = try day(written, after: "changes since")
        guard first <= calendar.today else {
            throw Diagnostic(
                .emptyPeriod, "\(first) is after today, \(calendar.today)", at: written.span,
                hint: "changes since a day that has been")
        }
        return first
    }

    private func measures(_ step: ReportStep) throws(Diagnostic) -> [TrendReport.Measure] {
        guard step.kind == .trend else { return [] }
        guard let written = step.measure else { return [.openCount, .openValue, .weighted] }
        let names = NameList("measure", names: TrendReport.Measure.allCases.map(\.rawValue))
        switch names.index.match(written.text, prefix: true) {
        case .exact(let place), .prefix(let place): return [TrendReport.Measure.allCases[place]]
        case .several(let places): throw names.ambiguous(written.text, places, at: written.span)
        case .none: throw names.unknown(written.text, at: written.span)
        }
    }

    /// Binds the selection and keys of a report to this binder's book: what the report asks of another day.
    mutating func bindSelection(_ selection: PastSelection) throws -> (steps: [PlanStep], keys: [KeyPlan]) {
        query = selection.query
        try bindUpTo(selection.step, of: selection.query, selection.clauses)
        return (steps, try reportKeys(selection.step).map(\.plan))
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

    /// The words that select the report's deals: the query up to the report, and the report's own clauses as steps.
    private func words(before step: ReportStep) -> SelectionWords {
        guard let query else { return SelectionWords(source: "deals", steps: [], day: nil) }
        var words = SelectionWords(source: "deals", steps: [], day: isPast ? calendar.today : nil)
        if case .deals(let deals) = query.source, deals.isImplicit {
        } else {
            words.source = self.words(of: query.source)
        }
        for before in query.steps {
            if case .report(let report) = before, report == step { break }
            words.steps.append(text(before.span))
        }
        var narrowing: [String] = []
        for clause in step.clauses {
            switch clause {
            case .asOf: continue
            case .date(let date) where step.kind == .changes && date.event == .closing: continue
            case .where:
                if !narrowing.isEmpty { words.steps.append(narrowing.joined(separator: " ")) }
                narrowing = []
                words.steps.append(text(clause.span))
            default: narrowing.append(text(clause.span))
            }
        }
        if !narrowing.isEmpty { words.steps.append(narrowing.joined(separator: " ")) }
        return words
    }

    /// The words of a source without its `as of`.
    private func words(of written: Source) -> String {
        for case .asOf(let clause) in written.clauses {
            let before = text(SourceSpan(written.span.start, clause.span.start))
            let after = text(SourceSpan(clause.span.end, max(clause.span.end, written.span.end)))
            return after.isEmpty ? before : before + " " + after
        }
        return text(written.span)
    }

    /// The rows of a report that has run: its columns under their names.
    mutating func useReport(_ result: ReportResult, _ report: ReportPlan, shape: Answer.Shape) throws {
        let table = try result.table()
        let kind = report.kind
        try collecting { (binder) throws(Diagnostic) in
            try binder.useTable(
                table, name: "the rows of \(kind.rawValue)", rowNoun: "row", stages: ["stage"], at: SourceSpan(0, 0))
        }
        self.shape = shape
        for index in scope.columns.indices {
            scope.columns[index].isKey = result.columns[index].isKey
            scope.columns[index].isMeasure = !result.columns[index].isKey && result.columns[index].type != .text
            guard result.columns[index].isKey, case .bound(var bound) = scope.columns[index].definition else {
                continue
            }
            // Keys are numbers up to the answer, so that periods sort and compare as they do in any other query.
            if let unit = result.columns[index].unit { bound.meaning = .period(unit) }
            let key = report.keys.first { $0.name == result.columns[index].keyName ?? result.columns[index].name }
            switch key?.meaning {
            case .period(let unit)?: bound.meaning = .period(unit)
            case .label(let labels)?:
                bound.meaning = .label(labels)
                bound.names = .list(labels)
            case let meaning?: if key?.isStage == true { bound.meaning = meaning }
            case nil: break
            }
            scope.columns[index].definition = .bound(bound)
        }
    }
}
