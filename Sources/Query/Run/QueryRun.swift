// A plan to an answer: each step is one operator of the engine on the relation of the moment. Nothing is computed that
// the answer does not need: conditions wait until somebody reads the rows, columns until a page of them is read.

import Engine
import Language
import Pipeline
import Values

/// Runs plans against the book they were bound to.
struct QueryRun {
    let book: Book
    let calendar: Calendar
    let execution: Execution
    let files: (any FileReading)?
    private let sink: (any RowSink)?
    /// Whether a report's numbers are wanted with the queries behind them.
    var explains = false
    /// What forecasts rest on.
    let ground: ForecastGround
    private var failures: [Answer.Failure] = []
    private(set) var notes: [String] = []

    /// A run on a book; `sink` takes the rows of `save`, which is refused without one.
    init(
        book: Book, calendar: Calendar, execution: Execution, files: (any FileReading)?, sink: (any RowSink)?,
        ground: ForecastGround
    ) {
        self.book = book
        self.calendar = calendar
        self.execution = execution
        self.files = files
        self.sink = sink
        self.ground = ground
    }

    /// The answer to a plan. Throws `Diagnostic` or `Diagnostics`.
    mutating func answer(_ plan: Plan) throws -> Answer {
        do {
            return try run(plan)
        } catch let error as EngineError {
            throw EngineProblem.diagnostic(error, at: nil)
        }
    }

    mutating func run(_ plan: Plan) throws -> Answer {
        var relation = Relation(plan.source.table)
        // The keys by which groups must still be ordered.
        var open: [Engine.SortKey] = []
        for (place, step) in plan.steps.enumerated() {
            try execution.cancellation.check()
            switch step {
            case .filter(let condition): relation = relation.filtered(by: condition)
            case .window(let windows): relation = try execution.window(relation, windows)
            case .aggregate(let aggregate):
                let next = plan.steps.dropFirst(place + 1).first
                relation = Relation(try group(relation, aggregate, plan.stageRanks, before: next, &open))
            case .sort(let keys):
                let order = try QueryRun.sortKeys(keys, relation, plan.stageRanks) + open
                if let wanted = QueryRun.wantedCount(plan.steps.dropFirst(place + 1).first) {
                    relation = try execution.top(relation, count: wanted, by: order)
                } else {
                    relation = try execution.sort(relation, by: order)
                }
                open = []
            case .top(let count, let keys):
                relation = try execution.top(
                    relation, count: count, by: try QueryRun.sortKeys(keys, relation, plan.stageRanks) + open)
                open = []
            case .slice(let skip, let count): relation = try execution.slice(relation, skip: skip, count: count)
            case .distinct(let formulas): relation = try execution.distinct(relation, by: formulas)
            case .pivot(let pivot): return try finishPivot(pivot, relation, plan)
            case .report(let report): return try finishReport(report, relation, plan)
            case .save(let save): try write(save, relation, plan)
            case .expect(let expectation): try check(expectation, relation)
            }
        }
        if relation.condition != nil { relation = try execution.select(relation) }
        relation = try relation.few()
        var answer = try finish(plan.output, relation, plan)
        answer.shown = plan.shown
        if plan.listsDeals { answer.totals = totals(of: relation) }
        answer.failures = failures
        if plan.shape == .card {
            answer.timelines = try Timeline.entries(of: answer, in: book, today: calendar.today)
        }
        return answer
    }

    /// The rows that a change at the end of a plan is meant for, in the order of the steps. Throws `Diagnostic` or
    /// `Diagnostics`, also for an expectation that does not hold: then nothing may change.
    mutating func selection(_ plan: Plan) throws -> Relation {
        do {
            var relation = Relation(plan.source.table)
            for step in plan.steps {
                try execution.cancellation.check()
                switch step {
                case .filter(let condition): relation = relation.filtered(by: condition)
                case .window(let windows): relation = try execution.window(relation, windows)
                case .sort(let keys):
                    relation = try execution.sort(relation, by: try QueryRun.sortKeys(keys, relation, plan.stageRanks))
                case .top(let count, let keys):
                    relation = try execution.top(
                        relation, count: count, by: try QueryRun.sortKeys(keys, relation, plan.stageRanks))
                case .slice(let skip, let count): relation = try execution.slice(relation, skip: skip, count: count)
                case .distinct(let formulas): relation = try execution.distinct(relation, by: formulas)
                case .save(let save): try write(save, relation, plan)
                case .expect(let expectation): try check(expectation, relation)
                case .aggregate, .pivot, .report:
                    throw Diagnostic(.badChange, "a change is made to deals, and these rows are none")
                }
            }
            guard failures.isEmpty else {
                throw Diagnostics(failures.map { Diagnostic(.expectFailed, $0.message, at: $0.span) })
            }
            relation.rows = .ordered(try execution.rows(relation))
            relation.condition = nil
            return relation
        } catch let error as EngineError {
            throw EngineProblem.diagnostic(error, at: nil)
        }
    }

    // MARK: Steps

    /// The groups of a plan. Before a step that orders them anew they are not ordered by their keys first: the keys become
    /// its last ones, which comes to the same; and before a `top` not all of them are made.
    private func group(
        _ relation: Relation, _ plan: AggregatePlan, _ ranks: StageRanks, before next: PlanStep?,
        _ open: inout [Engine.SortKey]
    ) throws -> Table {
        let keys = try plan.keys.map { try $0.engineKey(relation, ranks) }
        let order = keys.enumerated().map { Engine.SortKey(.column($0.offset), order: $0.element.order) }
        switch next {
        case .top(let count, let first) where plan.filled == nil:
            open = order
            return try execution.aggregate(relation, by: keys, plan.measures) { [execution] groups in
                let keys = try QueryRun.sortKeys(first, Relation(groups), ranks) + order
                return try execution.rows(try execution.top(Relation(groups), count: count, by: keys))
            }
        case .sort where plan.filled == nil:
            open = order
            return try execution.aggregate(relation, by: keys, plan.measures, ordered: false)
        default:
            let groups = try execution.aggregate(relation, by: keys, plan.measures)
            guard let unit = plan.filled else { return groups }
            return try PeriodFill.filled(groups, unit, plan.measures)
        }
    }

    /// How many of the first rows a step behind a sort needs, when they are few: then the others are not ordered
    /// (`sort -value | first 10` of 10 million deals: 1,190 → 28 ms).
    private static func wantedCount(_ next: PlanStep?) -> Int? {
        let most = 10_000
        guard case .slice(let skip, let count?) = next, skip <= most, count <= most else { return nil }
        return skip + count
    }

    private static func sortKeys(_ plans: [SortPlan], _ relation: Relation, _ ranks: StageRanks) throws -> [Engine
        .SortKey]
    {
        try plans.map { key in
            Engine.SortKey(
                key.formula, descending: key.isDescending,
                order: try ranks.order(of: key.formula, isStage: key.isStage, in: relation))
        }
    }

    private mutating func write(_ save: SavePlan, _ relation: Relation, _ plan: Plan) throws {
        guard let sink else {
            throw Diagnostic(.notAllowed, "rows cannot be saved here", at: save.span)
        }
        let answer = try finish(save.output, relation, plan)
        do {
            let count = try sink.write(answer, to: save.path, guarded: save.isGuarded)
            notes.append("saved \(Words.count(count, "row")) to \(save.path)")
        } catch var problem as Diagnostic {
            problem.span = problem.span ?? save.span
            throw problem
        }
    }

    private mutating func check(_ expectation: ExpectPlan, _ relation: Relation) throws {
        switch expectation.kind {
        case .none:
            let count = try execution.count(relation)
            if count > 0 { fail(expectation, count) }
        case .some:
            let count = try execution.count(relation)
            if count == 0 { fail(expectation, 0) }
        case .every(let condition):
            let count = try execution.count(relation.filtered(by: .not(condition)))
            if count > 0 { fail(expectation, count) }
        }
    }

    private mutating func fail(_ expectation: ExpectPlan, _ count: Int) {
        failures.append(Answer.Failure(message: expectation.message, rowCount: count, span: expectation.span))
    }

    // MARK: Ends

    private func finish(_ output: [OutputColumn], _ relation: Relation, _ plan: Plan) throws -> Answer {
        let found = relation.condition == nil ? relation : try execution.select(relation)
        let columns = output.map { column in
            let type = column.meaning.answerType(column.type)
            return Answer.Column(
                column.name, type, currency: type.type == .money ? book.settings.currency : nil, isKey: column.isKey)
        }
        let rows = AnswerRows(
            found, output, count: try execution.count(found), execution, fields: FieldSource(book, calendar.today))
        var answer = Answer(shape: plan.shape, columns: columns, rows: rows, rowNoun: plan.rowNoun)
        answer.resolved = plan.resolved
        answer.notes = plan.notes + (try plan.lookups.compactMap { try missNote($0, plan) }) + notes
        answer.warnings = plan.warnings
        return answer
    }

    /// The sums beneath deals, which rows for programs have no place for: they took a third of a question about one deal.
    private func totals(of relation: Relation) -> @Sendable () throws -> Answer.Totals {
        let fields = FieldSource(book, calendar.today)
        return { [execution, currency = book.settings.currency] in
            let value = try fields.formula("value", .money)
            let weighted = try fields.formula("weighted", .money)
            let open = try fields.formula("open", .boolean)
            let sums = try execution.aggregate(
                relation, by: [],
                [
                    Engine.Measure("count", .count), Engine.Measure("value", .sum(value)),
                    Engine.Measure("known", .countPresent(weighted), where: open),
                    Engine.Measure("weighted", .sum(weighted), where: open),
                ])
            let cells = try sums.row(0)
            let isSomeKnown = (cells[2].integer ?? 0) > 0
            return Answer.Totals(
                count: Int(cells[0].integer ?? 0), value: Money(cents: cells[1].integer ?? 0),
                weighted: isSomeKnown ? Money(cents: cells[3].integer ?? 0) : nil, currency: currency)
        }
    }

    /// `1,480 deals have a product that products do not list: GTXPro 1,480`.
    func missNote(_ lookup: LookupUse, _ plan: Plan) throws -> String? {
        let missing = lookup.isFound.indices.dropFirst().filter { !lookup.isFound[$0] }.map { UInt32($0) }
        guard !missing.isEmpty, plan.source.isDeals else { return nil }
        let field = Formula.column(lookup.column)
        var relation = Relation(plan.source.table, condition: .inCodes(field, CodeSet(missing)))
        for condition in plan.plainConditions { relation = relation.filtered(by: condition) }
        let groups = try execution.aggregate(
            relation, by: [Engine.Key("name", field)], [Engine.Measure("count", .count)])
        let byCount = try execution.sort(
            Relation(groups), by: [Engine.SortKey(.column(1), descending: true), Engine.SortKey(.column(0))])
        let table = try execution.materialize(
            byCount, [(name: "name", expression: .column(0)), (name: "count", expression: .column(1))])
        guard table.rowCount > 0 else { return nil }
        let counts = try table.columns[1].cells().compactMap(\.integer)
        let names = try table.columns[0].cells(0..<5).compactMap(\.text)
        let listed = zip(names, counts).map { "\($0) \(Words.grouped(Int($1)))" }.joined(separator: ", ")
        let more = table.rowCount > 5 ? ", … (\(table.rowCount - 5) more)" : ""
        let sum = Int(counts.reduce(0, +))
        let verb = sum == 1 ? "has" : "have"
        return
            "\(Words.count(sum, "deal")) \(verb) \(Words.article(lookup.field)) that \(lookup.table) do not list: \(listed)\(more)"
    }

    // MARK: Pivot

    private mutating func finishPivot(_ pivot: PivotPlan, _ relation: Relation, _ plan: Plan) throws -> Answer {
        let pivoted = try PivotRun(execution: execution, currency: book.settings.currency).pivot(pivot, relation)
        let rest = plan.rest ?? RestOfQuery(steps: [], text: SourceText(""))
        var binder = try Binder(book: book, calendar: calendar, source: rest.text, files: files)
        try binder.usePivoted(pivoted, pivot, shape: plan.shape)
        try binder.bindSteps(rest.steps)
        var next = try binder.plan()
        next.resolved = plan.resolved + next.resolved
        next.lookups = []
        next.notes = plan.notes + (try plan.lookups.compactMap { try missNote($0, plan) }) + next.notes
        next.warnings = plan.warnings + next.warnings
        return try run(next)
    }
}
