// `closed this quarter versus last quarter`: the query asked twice, once for each period, and the rows side by side.
// What the two have in common is the query up to its last aggregate or report; the steps behind it work on the rows
// side by side. A query of deals without an aggregate is compared by count, value and weighted value.

import Engine
import Language
import Pipeline
import Values

/// A query with `versus`, taken apart.
struct VersusQuery {
    /// The query of the period that stands first.
    var now: Query
    /// The query of the period behind `versus`.
    var before: Query
    /// The steps on the rows side by side.
    var rest: [Step]
    /// How many of the query's own steps belong to each period.
    let stepCount: Int
    /// The clause.
    var span: SourceSpan
    private let clause: DateClause

    /// `nil` for a query without `versus`; throws where it has two.
    init?(_ query: Query) throws(Diagnostic) {
        let clauses = VersusQuery.clauses(of: query).filter { $0.versus != nil }
        guard let clause = clauses.first, let other = clause.versus else { return nil }
        if clauses.count > 1 {
            throw Diagnostic(
                .duplicateClause, "a query compares two periods, and here is a second versus", at: clauses[1].span)
        }
        span = clause.span
        self.clause = clause
        var one = clause
        one.versus = nil
        var two = one
        two.period = other
        var head = query
        let isResult: (Step) -> Bool = { step in
            switch step {
            case .aggregate, .report: true
            default: false
            }
        }
        if let last = query.steps.lastIndex(where: isResult) {
            head.steps = Array(query.steps[...last])
        } else if !query.summary.isEmpty {
            head.steps = []
        } else {
            let shown = query.steps.lastIndex { step in
                switch step {
                case .chart, .save, .expect: false
                default: true
                }
            }
            head.steps = Array(query.steps[..<(shown.map { $0 + 1 } ?? 0)])
        }
        stepCount = head.steps.count
        rest = Array(query.steps[stepCount...])
        if !head.steps.contains(where: isResult), query.summary.isEmpty { head.steps += VersusQuery.measures }
        now = VersusQuery.replacing(clause, by: one, in: head)
        before = VersusQuery.replacing(clause, by: two, in: head)
    }

    /// The query as it would be written for each period alone.
    func texts(of query: Query, in source: SourceText) -> [(side: String, text: SourceText)] {
        guard let other = clause.versus else { return [] }
        func text(without from: Int, _ to: Int) -> SourceText {
            SourceText(
                source.text(SourceSpan(query.span.start, from)) + source.text(SourceSpan(to, query.span.end)))
        }
        return [
            ("for \(source.text(clause.period.span))", text(without: clause.period.span.end, other.span.end)),
            ("for \(source.text(other.span))", text(without: clause.period.span.start, other.span.start)),
        ]
    }

    /// `count, sum value, sum weighted`.
    private static var measures: [Step] {
        let script = Parser.parse(SourceText("deals | count, sum value, sum weighted"))
        if case .query(let query)? = script.statements.first { return query.steps }
        return []
    }

    private static func clauses(of query: Query) -> [DateClause] {
        var all = query.source.clauses
        for step in query.steps {
            switch step {
            case .narrow(let narrow): all += narrow.clauses
            case .report(let report): all += report.clauses
            default: break
            }
        }
        return all.compactMap { if case .date(let clause) = $0 { clause } else { nil } }
    }

    private static func replacing(_ clause: DateClause, by other: DateClause, in query: Query) -> Query {
        func replaced(_ clauses: [Clause]) -> [Clause] {
            clauses.map { if case .date(clause) = $0 { .date(other) } else { $0 } }
        }
        var query = query
        switch query.source {
        case .deals(var source):
            source.clauses = replaced(source.clauses)
            query.source = .deals(source)
        case .named(var source):
            source.clauses = replaced(source.clauses)
            query.source = .named(source)
        case .deal, .history, .file: break
        }
        query.steps = query.steps.map { step in
            switch step {
            case .narrow(var narrow):
                narrow.clauses = replaced(narrow.clauses)
                return .narrow(narrow)
            case .report(var report):
                report.clauses = replaced(report.clauses)
                return .report(report)
            default: return step
            }
        }
        return query
    }
}

/// Two answers to one query as one table: keys, then for each measure its two values, the difference and the percent.
struct SideBySide {
    /// The rows.
    var table: Table
    /// The key columns at its front.
    var keyCount: Int

    /// Rows of equal keys stand in one row; one that only one side has counts as nothing on the other, where counts and
    /// amounts are meant.
    init(_ now: Answer, _ before: Answer, at span: SourceSpan) throws {
        let (keys, measures) = SideBySide.places(of: now)
        guard before.columns.map(\.name) == now.columns.map(\.name), !measures.isEmpty else {
            throw Diagnostic(
                .wrongArguments, "the two periods give different columns, which cannot stand side by side", at: span,
                hint: "aggregates and reports by keys can")
        }
        let sides = [try now.table(), try before.table()]
        var places: [[Cell]: [Int]] = [:]
        var order: [[Cell]] = []
        for (side, table) in sides.enumerated() {
            for row in 0..<table.rowCount {
                let key = try keys.map { try table.cell(row, $0) }
                if places[key] == nil {
                    places[key] = [-1, -1]
                    order.append(key)
                }
                guard places[key]?[side] == -1 else {
                    throw Diagnostic(
                        .wrongArguments, "several rows have the same keys, so they have no place side by side",
                        at: span,
                        hint: "aggregates and reports by keys can be compared")
                }
                places[key]?[side] = row
            }
        }
        var columns: [Engine.Column] = []
        for (place, index) in keys.enumerated() {
            columns.append(
                try Engine.Column(
                    name: now.columns[index].name, valueType: sides[0].columns[index].valueType,
                    cells: order.map { $0[place] }))
        }
        for index in measures {
            let type = now.columns[index].type
            let values = try sides.enumerated().map { side, table in
                try order.map { key -> Cell in
                    let row = places[key]?[side] ?? -1
                    if row >= 0 { return try table.cell(row, index) }
                    return type == .integer || type.type == .money ? .integer(0) : .missing
                }
            }
            let name = now.columns[index].name
            let pairs = Array(zip(values[0], values[1]))
            columns.append(try Engine.Column(name: name, valueType: type, cells: values[0]))
            columns.append(try Engine.Column(name: name + "_versus", valueType: type, cells: values[1]))
            columns.append(
                try Engine.Column(
                    name: name + "_change", valueType: type, cells: try pairs.map(SideBySide.difference)))
            if type.type == .percent { continue }
            columns.append(
                try Engine.Column(
                    name: name + "_percent", valueType: .realPercent, cells: pairs.map(SideBySide.percent)))
        }
        table = try Table(columns)
        keyCount = keys.count
    }

    /// The columns that rows are matched by, and those that are compared.
    private static func places(of answer: Answer) -> (keys: [Int], measures: [Int]) {
        let places = answer.columns.indices
        let measures = places.filter { index in
            guard !answer.columns[index].isKey else { return false }
            switch answer.columns[index].type.type {
            case .number, .money, .percent, .duration: return true
            default: return false
            }
        }
        return (places.filter { answer.columns[$0].isKey }, measures)
    }

    /// How the rows of an answer are matched with those of the other period.
    static func explanation(of answer: Answer) -> [String] {
        let (keys, measures) = places(of: answer)
        func names(_ places: [Int]) -> String { places.map { answer.columns[$0].name }.joined(separator: ", ") }
        var lines = [
            keys.isEmpty
                ? "matched: each side has one row"
                : "matched by \(names(keys)): rows with equal values stand in one row",
            "compared: \(names(measures))",
        ]
        if !keys.isEmpty {
            lines.append("a row that one side lacks counts as 0 there in counts and amounts, and as missing elsewhere")
        }
        return lines + ["X_versus = X of the other period, X_change = X − X_versus, X_percent = X_change ÷ |X_versus|"]
    }

    private static func difference(_ now: Cell, _ before: Cell) throws -> Cell {
        switch (now, before) {
        case (.integer(let now), .integer(let before)):
            let (difference, overflow) = now.subtractingReportingOverflow(before)
            if overflow { throw EngineError.overflow(operation: "difference") }
            return .integer(difference)
        case (.real(let now), .real(let before)): return .real(now - before)
        default: return .missing
        }
    }

    private static func percent(_ now: Cell, _ before: Cell) -> Cell {
        func number(_ cell: Cell) -> Double? {
            switch cell {
            case .integer(let value): Double(value)
            case .real(let value): value
            default: nil
            }
        }
        guard let now = number(now), let before = number(before), before != 0 else { return .missing }
        return .real((now - before) / abs(before))
    }
}

extension QueryRun {
    /// The steps behind a comparison, on its rows.
    mutating func finish(_ sides: SideBySide, _ rest: RestOfQuery) throws -> Answer {
        var binder = try Binder(book: book, calendar: calendar, source: rest.text, files: files)
        try binder.collecting { (binder) throws(Diagnostic) in
            try binder.useTable(
                sides.table, name: "the rows of both periods", rowNoun: "row", stages: ["stage"], at: SourceSpan(0, 0))
        }
        for index in binder.scope.columns.indices {
            binder.scope.columns[index].isKey = index < sides.keyCount
            binder.scope.columns[index].isMeasure = index >= sides.keyCount
        }
        try binder.bindSteps(rest.steps)
        return try answer(try binder.plan())
    }
}
