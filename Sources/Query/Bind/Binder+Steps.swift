// What follows a `|`: each step becomes an operator of the plan, or only changes what names mean from here on
// (`show`, `with`).

import Engine
import Language
import Pipeline
import Values

extension Binder {
    mutating func bindStep(_ step: Step) throws(Diagnostic) {
        switch step {
        case .where(let step):
            let before = lookupCount
            filter(try condition(step.condition), lookupsBefore: before)
        case .narrow(let step):
            if scope.isDeals { return try bindClauses(step.clauses) }
            try bindTableClauses(step.clauses, of: scope.tableName)
        case .show(let step): try show(step)
        case .with(let step): try with(step)
        case .aggregate(let step): try aggregate(step)
        case .sort(let step):
            var keys: [SortPlan] = []
            for key in step.keys { keys.append(try sortKey(key.value, descending: key.isDescending)) }
            steps.append(.sort(keys))
        case .top(let step): try top(step)
        case .first(let step): steps.append(.slice(skip: 0, count: step.count))
        case .skip(let step): steps.append(.slice(skip: step.count, count: nil))
        case .distinct(let step): try distinct(step)
        case .pivot(let step): try pivot(step)
        case .chart(let step): shape = .chart(step.kind)
        case .save(let step):
            let columns = try output()
            steps.append(
                .save(SavePlan(path: step.path.text, isGuarded: step.isGuarded, output: columns, span: step.path.span)))
        case .expect(let step): try expect(step)
        case .report(let step): try report(step)
        case .change(let step): try bindChange(step)
        }
    }

    // MARK: Columns

    private mutating func show(_ step: ShowStep) throws(Diagnostic) {
        var columns: [ScopeColumn] = []
        for written in step.columns {
            switch written {
            case .path(let path):
                let bound = try value(.path(path))
                let name = try columnName(of: path)
                try checkFree(name, among: columns, at: path.span, hint: "x = \(name) gives it another name")
                let before = scope.columns.first { $0.name == name }
                columns.append(
                    ScopeColumn(
                        name: name, definition: .bound(bound), isKey: before?.isKey ?? false,
                        isMeasure: before?.isMeasure ?? false, isShown: true, syntax: before?.syntax))
            case .assignment(let assignment):
                let bound = try columnValue(assignment.value)
                try checkFree(assignment.name.text, among: columns, at: assignment.name.span, hint: nil)
                columns.append(ScopeColumn(name: assignment.name.text, definition: .bound(bound), isShown: true))
            }
        }
        let kept = Set(columns.map(\.name))
        scope.hidden += scope.columns.map(\.name).filter { !kept.contains($0) }
        scope.columns = columns
        scope.isChosen = true
    }

    /// The name of the column that a path came to: as the data spell it.
    private mutating func columnName(of path: Path) throws(Diagnostic) -> String {
        if path.parts.count == 1 {
            let word = WrittenName(path.parts[0])
            switch columnMatch(word.text, prefix: word.isBare) {
            case .exact(let index), .prefix(let index): return scope.columns[index].name
            case .several, .none: return word.text
            }
        }
        let whole = path.parts.map(\.text).joined(separator: ".")
        switch columnMatch(whole) {
        case .exact(let index), .prefix(let index): return scope.columns[index].name
        case .several, .none: return whole
        }
    }

    private mutating func with(_ step: WithStep) throws(Diagnostic) {
        for assignment in step.columns {
            let name = assignment.name.text
            try checkFree(name, among: scope.columns, at: assignment.name.span, hint: "another name")
            let bound = try columnValue(assignment.value)
            scope.columns.append(ScopeColumn(name: name, definition: .bound(bound), isShown: true))
        }
    }

    private func checkFree(
        _ name: String, among columns: [ScopeColumn], at span: SourceSpan, hint: String?
    ) throws(Diagnostic) {
        guard columns.contains(where: { NameIndex.key($0.name) == NameIndex.key(name) }) else { return }
        throw Diagnostic(.duplicateColumn, "there is a column \"\(name)\" already", at: span, hint: hint)
    }

    /// A value that becomes a column: one day where a day is meant, never a bare `missing`.
    mutating func columnValue(_ written: SyntaxExpression) throws(Diagnostic) -> Bound {
        var bound = try value(written)
        if case .period(let period) = bound.literal, period.dayCount != 1 {
            throw Diagnostic(
                .notOneDay, "\"\(text(bound.span))\" is \(period), and a column holds one day", at: bound.span,
                hint: "start of \(text(bound.span))?")
        }
        if bound.meaning == .nothing {
            throw Diagnostic(
                .typeMismatch, "missing alone has no type", at: bound.span, hint: "if C then x else missing")
        }
        _ = try type(of: bound)
        bound.literal = nil
        return bound
    }

    // MARK: Order and cut

    mutating func sortKey(_ written: SyntaxExpression, descending: Bool) throws(Diagnostic) -> SortPlan {
        let bound = try columnValue(written)
        return SortPlan(formula: bound.formula, isDescending: descending, isStage: bound.isStage)
    }

    private mutating func top(_ step: TopStep) throws(Diagnostic) {
        if let by = step.by {
            steps.append(.top(step.count, [try sortKey(by, descending: true)]))
            return
        }
        let index = scope.columns.firstIndex { $0.isMeasure } ?? scope.columns.firstIndex { $0.name == "value" }
        guard let index else {
            throw Diagnostic(
                .wrongArguments, "top needs something to go by: there is no value and no measure", at: step.span,
                hint: "top \(step.count) by …", notes: [columnNames.listing(atMost: 60)])
        }
        let bound = try column(index, at: step.span)
        steps.append(
            .top(step.count, [SortPlan(formula: bound.formula, isDescending: true, isStage: bound.isStage)]))
    }

    private mutating func distinct(_ step: DistinctStep) throws(Diagnostic) {
        var formulas: [Formula] = []
        if step.paths.isEmpty {
            for index in scope.columns.indices {
                formulas.append(try columnQuietly(index, at: step.span).formula)
            }
        } else {
            for path in step.paths { formulas.append(try value(.path(path)).formula) }
        }
        steps.append(.distinct(formulas))
    }

    private mutating func pivot(_ step: PivotStep) throws(Diagnostic) {
        let keys = scope.columns.indices.filter { scope.columns[$0].isKey }
        let values = scope.columns.indices.filter { scope.columns[$0].isMeasure }
        guard scope.isAggregated, let last = keys.last, !values.isEmpty else {
            throw Diagnostic(
                .nothingToPivot, "pivot spreads a key of groups, and there are no groups", at: step.span,
                hint: "count by owner, stage | pivot")
        }
        var spread = last
        if let path = step.key {
            let name = try columnName(of: path)
            guard let index = keys.first(where: { scope.columns[$0].name == name }) else {
                throw Diagnostic(
                    .nothingToPivot, "\"\(text(path.span))\" is no key", at: path.span,
                    notes: ["keys: " + keys.map { scope.columns[$0].name }.joined(separator: ", ")])
            }
            spread = index
        }
        func made(_ index: Int) throws(Diagnostic) -> OutputColumn { try output(index) }
        var kept: [OutputColumn] = []
        for index in keys where index != spread { kept.append(try made(index)) }
        var measures: [OutputColumn] = []
        for index in values { measures.append(try made(index)) }
        steps.append(
            .pivot(
                PivotPlan(
                    keys: kept, pivot: try made(spread), values: measures,
                    stages: book.stagePlaces.map(\.stage.name))))
        rest = RestOfQuery(steps: [], text: source)
    }

    /// The table that a pivot made, for the steps after it.
    mutating func usePivoted(_ pivoted: Pivoted, _ plan: PivotPlan, shape: Answer.Shape) throws {
        try collecting { (binder) throws(Diagnostic) in
            try binder.useTable(pivoted.table, name: "the result", rowNoun: "row", at: SourceSpan(0, 0))
        }
        self.shape = shape
        let keyCount = plan.keys.count
        for index in scope.columns.indices {
            guard case .bound(var bound) = scope.columns[index].definition else { continue }
            bound.meaning =
                index < keyCount ? plan.keys[index].meaning : plan.values[pivoted.measures[index - keyCount]].meaning
            scope.columns[index].definition = .bound(bound)
            scope.columns[index].isKey = index < keyCount
            scope.columns[index].isMeasure = index >= keyCount
        }
    }

    // MARK: Expectations

    private mutating func expect(_ step: ExpectStep) throws(Diagnostic) {
        let kind: ExpectPlan.Kind
        var words: String
        switch step.expectation {
        case .none: (kind, words) = (.none, "expected no \(scope.rowNoun)")
        case .some: (kind, words) = (.some, "expected at least one \(scope.rowNoun)")
        case .every(let written):
            kind = .every(try condition(written))
            words = "expected \(text(written.span)) of every \(scope.rowNoun)"
        }
        if let message = step.message { words = message.text }
        steps.append(.expect(ExpectPlan(kind: kind, message: words, span: step.span)))
    }
}

extension Bound {
    /// Whether values are stages, which go in the order of the pipeline.
    var isStage: Bool { if case .name(let kind) = meaning { kind.isStage } else { false } }
}
