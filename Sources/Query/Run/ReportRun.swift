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

    /// Reads files that the selection names.
    let files: (any FileReading)?
    /// What forecasts rest on, when the book asked is a changed copy of the one that teaches; `nil` to learn from it.
    var knowledge: ForecastKnowledge?
    /// Hypothetical changes that forecasts are computed with.
    var levers = ForecastLevers.none

    /// The reports that are there.
    static let available: Set<ReportKind> = [
        .board, .funnel, .conversion, .velocity, .bottlenecks, .aging, .changes, .cohorts, .hygiene, .focus, .slipped,
        .trend, .forecast, .backtest,
    ]

    /// The report's rows for the deals of a relation.
    func result(_ plan: ReportPlan, _ keys: [Engine.Key], _ deals: Relation) throws -> ReportResult {
        let input = ReportInput(
            book: book, deals: deals, keys: keys, keyWords: plan.keyWords, calendar: calendar, period: plan.period,
            execution: execution)
        switch plan.kind {
        case .board: return try BoardReport.run(input)
        case .funnel: return try FunnelReport.run(input, isStrict: plan.isStrict)
        case .conversion: return try ConversionReport.run(input)
        case .velocity: return try VelocityReport.run(input)
        case .bottlenecks: return try BottlenecksReport.run(input)
        case .aging: return try AgingReport.run(input)
        case .cohorts: return try CohortsReport.run(input)
        case .hygiene: return try HygieneReport.run(input)
        case .focus: return try FocusReport.run(input)
        case .changes:
            let first = plan.since ?? calendar.today
            return try ChangesReport.run(
                start: try self.input(plan, on: first.adding(days: -1)), end: input, closing: plan.closing)
        case .slipped:
            let period = plan.period ?? calendar.period(.quarter, containing: calendar.today)
            return try SlippedReport.run(
                start: try self.input(plan, on: period.start.adding(days: -1)), now: input, period: period)
        case .trend:
            let spans = TrendReport.days(plan.unit, period: plan.period, calendar: calendar)
            return try TrendReport.run(plan.measures, spans: spans, dealCount: try execution.count(deals)) { day in
                try execution.cancellation.check()
                return day == calendar.today ? input : try self.input(plan, on: day)
            }
        case .forecast:
            var options = ForecastReport.Options(method: plan.method, unit: plan.parts)
            options.levers = levers
            let knowledge = try self.knowledge ?? ForecastKnowledge(book, calendar: calendar, execution: execution)
            return try located(plan) { try ForecastReport.run(input, knowledge, options) }
        case .backtest:
            let methods = plan.method.map { [$0] } ?? ForecastReport.Method.allCases
            return try located(plan) {
                try BacktestReport.run(input, methods: methods) { past, calendar in
                    try self.input(plan, in: past, calendar)
                }
            }
        case .attainment:
            throw Diagnostic(.notAvailableYet, "the report \(plan.kind.rawValue) is not there yet", at: plan.span)
        }
    }

    /// What a forecast complains of stands at its step.
    private func located(_ plan: ReportPlan, _ body: () throws -> ReportResult) throws -> ReportResult {
        do {
            return try body()
        } catch var problem as Diagnostic {
            problem.span = problem.span ?? plan.span
            throw problem
        }
    }

    /// The report's selection and groups on the book at the end of another day.
    private func input(_ plan: ReportPlan, on day: Day) throws -> ReportInput {
        var then = calendar
        then.today = day
        return try input(plan, in: try book.asOf(day).book, then)
    }

    /// The report's selection and groups on another day's book.
    private func input(_ plan: ReportPlan, in past: Book, _ then: Calendar) throws -> ReportInput {
        var binder = try Binder(book: past, calendar: then, source: plan.selection.source, files: files)
        binder.isPast = true
        let bound = try binder.bindSelection(plan.selection)
        var deals = Relation(binder.planSource?.table ?? past.deals)
        for case .filter(let condition) in bound.steps { deals = deals.filtered(by: condition) }
        let ranks = StageRanks(past)
        return ReportInput(
            book: past, deals: deals, keys: try bound.keys.map { try $0.engineKey(deals, ranks) },
            keyWords: plan.keyWords, calendar: then, execution: execution)
    }

    /// What `explain` says of a report that has run.
    static func explanation(_ plan: ReportPlan, _ result: ReportResult) -> [String] {
        var lines = ["\(plan.kind.rawValue) of \(Words.count(result.dealCount, "deal")): \(plan.selection.words)"]
        lines += result.definition.map { "  " + $0 }
        for column in result.columns where !column.meaning.isEmpty && !column.isKey {
            lines.append("  \(column.name): \(column.meaning)")
        }
        if result.leftOut.isEmpty {
            lines.append("nothing was left out")
        } else {
            lines.append("left out")
            for left in result.leftOut {
                let query = left.condition.map { " · " + drillDown(plan.selection.words, $0) } ?? ""
                lines.append("  \(Words.grouped(left.count)) \(left.reason)" + query)
            }
        }
        lines.append("the deals behind each number")
        for (row, conditions) in result.conditions.enumerated() {
            let labels = zip(result.columns, result.rows[row]).filter { $0.0.isKey }.map { $0.1.text ?? "\($0.1)" }
            for (column, condition) in zip(result.columns, conditions) {
                guard let condition else { continue }
                let label = (labels + [column.name]).joined(separator: ", ")
                lines.append("  \(label): \(drillDown(plan.selection.words, condition))")
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
        let run = ReportRun(book: book, calendar: calendar, execution: execution, files: files)
        let keys = try report.keys.map { try $0.engineKey(relation, plan.stageRanks) }
        let result = try run.result(report, keys, relation).withDistinctColumns()
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
        answer.summary = result.summary
        if rest.steps.isEmpty, plan.shape == .rows {
            let pipelines = book.pipelines.map { ($0.name, $0.stages.filter { !$0.kind.isClosed }.map(\.name)) }
            answer.report = Answer.Report(
                kind: report.kind, stages: Dictionary(pipelines, uniquingKeysWith: { first, _ in first }),
                meanings: result.columns.map(\.meaning))
        }
        answer.explanation = ReportRun.explanation(report, result) + answer.explanation
        if rest.steps.isEmpty { try answer.showRanges(of: report.kind) }
        return answer
    }
}
