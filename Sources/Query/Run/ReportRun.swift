// Runs a report on the deals that the steps before it left, and the steps behind it on the report's rows.

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
    /// What forecasts rest on, and what they assume.
    let ground: ForecastGround
    /// Whether the report is explained.
    let explains: Bool

    /// The report's rows for the deals of a relation.
    func result(_ plan: ReportPlan, _ keys: [Engine.Key], _ deals: Relation) throws -> ReportResult {
        let input = ReportInput(
            book: book, deals: deals, keys: keys, keyWords: plan.keyWords,
            keyWordings: plan.keys.map(\.meaning.wording), calendar: calendar, period: plan.period,
            execution: execution)
        switch plan.kind {
        case .board: return try BoardReport.run(input)
        case .funnel: return try FunnelReport.run(input, isStrict: plan.isStrict)
        case .conversion: return try ConversionReport.run(input)
        case .velocity: return try velocity(plan, input)
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
            let spans = TrendReport.days(plan.parts ?? .week, period: plan.period, calendar: calendar)
            return try TrendReport.run(
                plan.measures, spans: spans, today: calendar.today, dealCount: try execution.count(deals)
            ) { day in
                try execution.cancellation.check()
                return day == calendar.today ? input : try self.input(plan, on: day)
            }
        case .forecast:
            var options = ForecastReport.Options(method: plan.method, unit: plan.parts)
            options.levers = ground.levers
            options.wantsRange = ground.wantsRange
            options.wantsNumbers = explains
            options.target = { group, period in try AttainmentReport.target(of: group, input, in: period) }
            let knowledge = try ground.knowledge(calendar, execution)
            return try located(plan) { try ForecastReport.run(input, knowledge, options) }
        case .backtest:
            let methods = plan.method.map { [$0] } ?? ForecastReport.Method.allCases
            return try located(plan) {
                try BacktestReport.run(input, methods: methods) { past, calendar in
                    try self.input(plan, in: past, calendar)
                }
            }
        case .attainment:
            guard let unit = plan.parts else { return try attainment(plan, input) }
            let period = plan.period ?? calendar.period(.quarter, containing: calendar.today)
            let parts = ForecastReport.split(period, unit, calendar)
            return try ReportParts.run(parts, input) { part in
                var whole = input
                whole.period = part
                return try attainment(plan, whole)
            }
        }
    }

    /// Velocity, or its trend: that of each span as of its last day.
    private func velocity(_ plan: ReportPlan, _ input: ReportInput) throws -> ReportResult {
        guard let unit = plan.parts else { return try VelocityReport.run(input) }
        let period = plan.period ?? VelocityReport.defaultPeriod(calendar)
        let spans = TrendReport.days(unit, period: period, calendar: calendar)
        guard !spans.isEmpty else {
            throw Diagnostic(.emptyPeriod, "no \(unit.rawValue) of \(period) has begun", at: plan.span)
        }
        return try ReportParts.run((spans, PeriodUnit(unit, calendar)), input, isAsOf: true) { span in
            let last = span.last ?? calendar.today
            var then = last == calendar.today ? input : try self.input(plan, on: last)
            then.period = span
            return try VelocityReport.run(then)
        }
    }

    /// Attainment, with what the default forecast expects; periods that are over expect what was won in them.
    private func attainment(_ plan: ReportPlan, _ input: ReportInput) throws -> ReportResult {
        var notes: [String] = []
        var result = try AttainmentReport.run(input) { input, period in
            guard period.end > calendar.today else { return try input.expectedByStages(in: period) }
            var whole = input
            whole.period = period
            var options = ForecastReport.Options()
            options.levers = ground.levers
            options.wantsRange = false
            let knowledge = try ground.knowledge(calendar, execution)
            let forecast: ReportResult
            do {
                forecast = try ForecastReport.run(whole, knowledge, options)
            } catch let problem as Diagnostic where problem.code == .noForecast {
                // What is won and wanted is known all the same.
                notes = ["nothing is expected: " + problem.message]
                return [:]
            }
            guard let place = forecast.columns.firstIndex(where: { $0.name == "expected" }) else { return [:] }
            notes = ["expected: the forecast by \(knowledge.defaultMethod.rawValue)"]
            return Dictionary(
                forecast.rows.map { row in
                    (Array(row[..<input.keys.count]), Money(cents: row[place].integer ?? 0))
                }, uniquingKeysWith: { first, _ in first })
        }
        result.notes += notes
        return result
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
        for step in bound.steps {
            guard case .filter(let condition) = step else {
                throw Diagnostic(
                    .wrongArguments,
                    "\(plan.kind.rawValue) asks for its deals on other days too, and only conditions can be asked then",
                    at: plan.span, hint: "clauses and where stand before it; with, top, sort and distinct behind it")
            }
            deals = deals.filtered(by: condition)
        }
        let ranks = StageRanks(past)
        return ReportInput(
            book: past, deals: deals, keys: try bound.keys.map { try $0.engineKey(deals, ranks) },
            keyWords: plan.keyWords, keyWordings: bound.keys.map(\.meaning.wording), calendar: then,
            execution: execution)
    }

    /// A warning where the selection has none of the deals that the report is about, and the book has some.
    func unmetNeed(_ plan: ReportPlan, _ deals: Relation) throws -> Diagnostic? {
        let wantsClosed: Bool
        switch plan.kind {
        case .conversion, .velocity, .cohorts, .funnel: wantsClosed = true
        case .board, .aging, .hygiene, .focus, .bottlenecks: wantsClosed = false
        case .changes, .slipped, .trend, .forecast, .backtest, .attainment: return nil
        }
        let wanted = try book.stageCondition(
            in: deals.table, stage: DealColumn.stage.index, pipeline: DealColumn.pipeline.index
        ) { $0.stage.kind.isClosed == wantsClosed }
        guard try execution.count(deals) > 0, try execution.count(deals.filtered(by: wanted)) == 0,
            try execution.count(Relation(deals.table, condition: wanted)) > 0
        else { return nil }
        let word = wantsClosed ? "won or lost" : "open"
        return Diagnostic(
            .contradiction, "\(plan.kind.rawValue) is about deals that are \(word), and the selection has none",
            at: plan.span, severity: .warning, hint: "a wider selection")
    }
}

extension QueryRun {
    /// Runs the report and binds the steps behind it to its rows.
    mutating func finishReport(_ report: ReportPlan, _ relation: Relation, _ plan: Plan) throws -> Answer {
        let run = ReportRun(
            book: book, calendar: calendar, execution: execution, files: files, ground: ground,
            explains: explains)
        let keys = try report.keys.map { try $0.engineKey(relation, plan.stageRanks) }
        let result = try run.result(report, keys, relation).withDistinctColumns()
        let rest = plan.rest ?? RestOfQuery(steps: [], text: SourceText(""))
        var binder = try Binder(book: book, calendar: calendar, source: rest.text, files: files)
        try binder.useReport(result, report, shape: plan.shape)
        try binder.bindSteps(rest.steps)
        var next = try binder.plan()
        next.resolved = plan.resolved + next.resolved
        next.lookups = []
        next.notes =
            plan.notes + (try plan.lookups.compactMap { try missNote($0, plan) }) + result.notes + result.leftOutNotes
            + next.notes
        let unmet = try run.unmetNeed(report, relation)
        next.warnings = plan.warnings + (unmet.map { [$0] } ?? []) + next.warnings
        var answer = try self.run(next)
        answer.summary = result.summary
        for column in result.columns where column.isEstimate {
            guard let place = answer.columns.firstIndex(where: { $0.name == column.name }) else { continue }
            answer.columns[place].isEstimate = answer.columns[place].type == column.type
        }
        if rest.steps.isEmpty || (report.kind == .focus && rest.steps.allSatisfy(\.keepsColumns)), plan.shape == .rows {
            let pipelines = book.pipelines.map { ($0.name, $0.stages.filter { !$0.kind.isClosed }.map(\.name)) }
            answer.report = Answer.Report(
                kind: report.kind, stages: Dictionary(pipelines, uniquingKeysWith: { first, _ in first }),
                meanings: result.columns.map(\.meaning))
        }
        if explains {
            let drillDowns = try run.drillDowns(report, result)
            answer.explanation = ReportRun.explanation(report, result, drillDowns) + answer.explanation
            answer.drillDowns = drillDowns
        }
        if rest.steps.isEmpty { try answer.showRanges(of: report.kind) }
        return answer
    }
}

extension Step {
    /// Whether only rows are chosen or put in another order.
    fileprivate var keepsColumns: Bool {
        switch self {
        case .where, .sort, .top, .first, .skip: true
        default: false
        }
    }
}
