// Runs a report on the deals that the steps before it left, and words what `explain` says of it: the definition, who was
// left out and why, and for every number the query that lists its deals.

import Engine
import Language
import Pipeline
import Values

/// Runs reports.
struct ReportRun {
    let book: Book
    let calendar: Calendar
    let execution: Execution

    /// The reports that are there.
    static let available: Set<ReportKind> = [.funnel, .conversion, .velocity, .bottlenecks, .aging, .changes]

    /// The report's rows for the deals of a relation; `start` are the deals of the other end of `changes`.
    func result(_ plan: ReportPlan, _ keys: [Engine.Key], _ deals: Relation, start: ReportInput?) throws -> ReportResult
    {
        let input = ReportInput(
            book: book, deals: deals, keys: keys, calendar: calendar, period: plan.period, execution: execution)
        switch plan.kind {
        case .funnel: return try FunnelReport.run(input, isStrict: plan.isStrict)
        case .conversion: return try ConversionReport.run(input)
        case .velocity: return try VelocityReport.run(input)
        case .bottlenecks: return try BottlenecksReport.run(input)
        case .aging: return try AgingReport.run(input)
        case .changes:
            guard let start else {
                throw Diagnostic(.notAvailableYet, "changes needs a day to start from", at: plan.span)
            }
            return try ChangesReport.run(start: start, end: input, closing: plan.closing)
        case .board, .cohorts, .forecast, .backtest, .hygiene, .focus, .attainment, .slipped, .trend:
            throw Diagnostic(.notAvailableYet, "the report \(plan.kind.rawValue) is not there yet", at: plan.span)
        }
    }

    /// What `explain` says of a report that has run.
    static func explanation(_ plan: ReportPlan, _ result: ReportResult) -> [String] {
        var lines = ["\(plan.kind.rawValue) of \(Words.count(result.dealCount, "deal")): \(plan.selection)"]
        lines += result.definition.map { "  " + $0 }
        for column in result.columns where !column.meaning.isEmpty && !column.isKey {
            lines.append("  \(column.name): \(column.meaning)")
        }
        if result.leftOut.isEmpty {
            lines.append("nothing was left out")
        } else {
            lines.append("left out")
            for left in result.leftOut {
                let query = left.condition.map { " · " + drillDown(plan.selection, $0) } ?? ""
                lines.append("  \(Words.grouped(left.count)) \(left.reason)" + query)
            }
        }
        lines.append("the deals behind each number")
        for (row, conditions) in result.conditions.enumerated() {
            let labels = zip(result.columns, result.rows[row]).filter { $0.0.isKey }.map { $0.1.text ?? "\($0.1)" }
            for (column, condition) in zip(result.columns, conditions) {
                guard let condition else { continue }
                let label = (labels + [column.name]).joined(separator: ", ")
                lines.append("  \(label): \(drillDown(plan.selection, condition))")
            }
        }
        return lines
    }

    /// The query that lists the deals of a number.
    static func drillDown(_ selection: String, _ condition: String) -> String {
        condition.isEmpty ? selection : "\(selection) | where \(condition)"
    }
}

extension QueryRun {
    /// Runs the report and binds the steps behind it to its rows.
    mutating func finishReport(_ report: ReportPlan, _ relation: Relation, _ plan: Plan) throws -> Answer {
        let run = ReportRun(book: book, calendar: calendar, execution: execution)
        let keys = try engineKeys(report.keys, relation, plan.stageRanks)
        var start: ReportInput?
        if let other = report.start {
            var deals = Relation(other.table)
            for case .filter(let condition) in other.steps { deals = deals.filtered(by: condition) }
            var then = calendar
            then.today = other.past.day
            start = ReportInput(
                book: other.past.book, deals: deals, keys: try engineKeys(other.keys, deals, plan.stageRanks),
                calendar: then, execution: execution)
        }
        let result = try run.result(report, keys, relation, start: start)
        let rest = plan.rest ?? RestOfQuery(steps: [], text: SourceText(""))
        var binder = try Binder(book: book, calendar: calendar, source: rest.text, files: files)
        try binder.useReport(result, try result.table(), kind: report.kind, shape: plan.shape)
        try binder.bindSteps(rest.steps)
        var next = try binder.plan()
        next.resolved = plan.resolved + next.resolved
        next.lookups = []
        let left = result.leftOut.map { "\(Words.grouped($0.count)) \($0.reason)" }
        next.notes =
            plan.notes + (try plan.lookups.compactMap { try missNote($0, plan) }) + result.notes + left + next.notes
        next.warnings = plan.warnings + next.warnings
        var answer = try self.run(next)
        answer.explanation = ReportRun.explanation(report, result) + answer.explanation
        return answer
    }
}
