// `explain QUERY`: how a query is understood, and what the numbers of a report are made of. A query with `versus` is two
// queries; each is written out with its own period, so that what is said of it can be asked.

import Engine
import Language
import Pipeline
import Values

extension StatementRunner {
    func explain(_ query: Query, in source: SourceText, book: Book) throws -> Answer {
        if let versus = try VersusQuery(query) { return try explain(versus, query, in: source, book: book) }
        let book = whatIf?.book ?? book
        let view = try view(query, in: source, book: book, ground: whatIf?.ground)
        let plan = try plan(query, in: source, view)
        var lines = PlanText.lines(plan, currency: book.settings.currency)
        if let change = plan.change {
            let dated = change.table == nil ? ", dated \(change.day)" : ""
            lines.append("then \(source.text(change.span))\(dated); explain changes nothing")
        }
        // What a report's numbers are made of is known when it has run; what it would write must not be.
        var drillDowns: [Answer.DrillDown] = []
        let isReport = plan.steps.contains { if case .report = $0 { true } else { false } }
        if isReport {
            var report = plan
            report.rest = nil
            report.steps.removeAll { if case .save = $0 { true } else { false } }
            var run = QueryRun(
                book: view.book, calendar: view.calendar, execution: execution, files: files, sink: nil,
                ground: view.ground)
            run.explains = true
            let explained = try run.answer(report)
            lines += explained.explanation
            drillDowns = explained.drillDowns
        }
        var answer = try Answer(lines: lines)
        answer.drillDowns = drillDowns
        answer.warnings = plan.warnings
        return answer
    }

    /// Both sides of a comparison, and how their rows are put side by side.
    private func explain(
        _ versus: VersusQuery, _ query: Query, in source: SourceText, book: Book
    ) throws -> Answer {
        let known = whatIf?.book ?? book
        let answer = try answer(versus.now, in: source, book: known, ground: whatIf?.ground)
        var lines = ["asked twice, and the rows stand side by side"]
        lines += SideBySide.explanation(of: answer).map { "  " + $0 }
        if !versus.rest.isEmpty {
            lines.append("  then \(Words.count(versus.rest.count, "step")) on the rows of both")
        }
        var warnings: [Diagnostic] = []
        for (side, text) in versus.texts(of: query, in: source) {
            let script = Parser.parse(text)
            guard case .query(var alone)? = script.statements.first, script.diagnostics.isEmpty else { continue }
            let stepCount = versus.stepCount
            if stepCount < alone.steps.count {
                let end = stepCount == 0 ? alone.source.span.end : alone.steps[stepCount - 1].span.end
                alone.span = SourceSpan(alone.span.start, end)
            }
            alone.steps = Array(alone.steps.prefix(stepCount))
            let explained = try explain(alone, in: text, book: book)
            lines.append("\(side): \(text.text(alone.span))")
            lines += try explained.table().columns[0].cells().map { "  " + ($0.text ?? "") }
            warnings += explained.warnings
        }
        var whole = try Answer(lines: lines)
        whole.warnings = warnings
        return whole
    }
}
