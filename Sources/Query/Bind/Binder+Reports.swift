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
        let words = self.selection(before: step)
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
        guard let query else { throw Diagnostic(.notAvailableYet, "a report needs a query", at: step.span) }
        steps.append(
            .report(
                ReportPlan(
                    kind: step.kind, isStrict: step.isStrict, period: period,
                    keys: step.kind == .trend ? [] : try reportKeys(step),
                    keyWords: step.keys.filter { forecastUnit(step, $0) == nil }.map { text($0.value.span) },
                    since: try since(step), closing: closing,
                    method: step.method.flatMap { ForecastReport.Method(rawValue: $0.rawValue) },
                    parts: try parts(step), measures: try measures(step), unit: try unit(step),
                    selection: PastSelection(query: query, step: step, clauses: clauses, source: source, words: words),
                    span: step.span)))
        shape = .rows
    }

    private mutating func reportKeys(_ step: ReportStep) throws(Diagnostic) -> [KeyPlan] {
        var keys: [KeyPlan] = []
        for key in step.keys where forecastUnit(step, key) == nil {
            let (name, bound, _) = try self.key(key)
            keys.append(KeyPlan(name: name, formula: bound.formula, isStage: bound.isStage))
        }
        return keys
    }

    /// `forecast by month`: a unit of time splits the period instead of grouping deals.
    private func forecastUnit(_ step: ReportStep, _ key: Language.Key) -> CalendarUnit? {
        step.kind == .forecast ? CalendarUnit(rawValue: text(key.value.span).lowercased()) : nil
    }

    private func parts(_ step: ReportStep) throws(Diagnostic) -> CalendarUnit? {
        let units = step.keys.filter { forecastUnit(step, $0) != nil }
        if units.count > 1 {
            throw Diagnostic(
                .wrongArguments, "a forecast is split by one unit of time, and found \(units.count)",
                at: units[1].span)
        }
        if step.kind == .backtest, let key = step.keys.first {
            throw Diagnostic(
                .wrongArguments, "backtest looks at the selection as a whole, quarter by quarter, so it takes no by",
                at: key.span, hint: "deals of Dana | backtest")
        }
        return units.first.flatMap { forecastUnit(step, $0) }
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

    /// `trend by month`: the keys of a trend are units of time.
    private func unit(_ step: ReportStep) throws(Diagnostic) -> CalendarUnit {
        guard step.kind == .trend, let key = step.keys.first else { return .week }
        let word = text(key.value.span).lowercased()
        guard step.keys.count == 1, let unit = CalendarUnit(rawValue: word) else {
            throw Diagnostic(
                .wrongArguments, "trend goes by a unit of time, and found \"\(text(key.span))\"", at: key.span,
                hint: "trend by month",
                notes: ["units: " + CalendarUnit.allCases.map(\.rawValue).joined(separator: ", ")])
        }
        return unit
    }

    /// Binds the selection and keys of a report to this binder's book: what the report asks of another day.
    mutating func bindSelection(_ selection: PastSelection) throws -> (steps: [PlanStep], keys: [KeyPlan]) {
        query = selection.query
        try bindUpTo(selection.step, of: selection.query, selection.clauses)
        let keys = selection.step.kind == .trend ? [] : try reportKeys(selection.step)
        return (steps, keys)
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
            try binder.useTable(
                table, name: "the rows of \(kind.rawValue)", rowNoun: "row", stages: ["stage"], at: SourceSpan(0, 0))
        }
        self.shape = shape
        for index in scope.columns.indices {
            scope.columns[index].isKey = result.columns[index].isKey
            scope.columns[index].isMeasure = !result.columns[index].isKey && result.columns[index].type != .text
        }
    }
}
