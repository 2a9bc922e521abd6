// Groups and their measures. Columns are named after what they hold (`sum_value`, `p90_value`); two equal names are an
// error, because later steps speak of them by name.

import Engine
import Language
import Values

extension Binder {
    mutating func aggregate(_ step: AggregateStep) throws(Diagnostic) {
        var keys: [(name: String, bound: Bound, syntax: SyntaxExpression)] = []
        for key in step.keys { keys.append(try self.key(key)) }
        var measures: [(measure: Engine.Measure, meaning: Meaning)] = []
        for written in step.measures { measures.append(try measure(written)) }
        let spans = step.keys.map(\.span) + step.measures.map(\.span)
        var seen: [String: SourceSpan] = [:]
        for (name, span) in zip(keys.map(\.name) + measures.map(\.measure.name), spans) {
            if let first = seen[name.lowercased()] {
                throw Diagnostic(
                    .duplicateColumn, "two columns would be called \"\(name)\"", at: span,
                    hint: text(span).contains("=") ? "another name" : "x = \(text(span)) gives it another name",
                    labels: [Diagnostic.Label(first, "the first")])
            }
            seen[name.lowercased()] = span
        }
        try group(keys, measures, at: step.span)
    }

    /// `open deals by owner` = `| count, sum value, sum weighted by owner`.
    mutating func summarise(by written: [Language.Key]) throws(Diagnostic) {
        var keys: [(name: String, bound: Bound, syntax: SyntaxExpression)] = []
        for key in written { keys.append(try self.key(key)) }
        var measures: [(measure: Engine.Measure, meaning: Meaning)] = [(Engine.Measure("count", .count), .number)]
        let span = written.first?.span ?? SourceSpan(0, 0)
        for name in ["value", "weighted"] where scope.isDeals {
            let field = try dealField(name, at: span)
            let formula = try summable(field, at: span)
            measures.append((Engine.Measure("sum_\(name)", .sum(formula)), .money))
        }
        try group(keys, measures, at: span)
    }

    private mutating func group(
        _ keys: [(name: String, bound: Bound, syntax: SyntaxExpression)],
        _ measures: [(measure: Engine.Measure, meaning: Meaning)], at span: SourceSpan
    ) throws(Diagnostic) {
        var filled: PeriodUnit?
        if keys.count == 1, case .period(let unit) = keys[0].bound.meaning { filled = unit }
        steps.append(
            .aggregate(
                AggregatePlan(
                    keys: keys.map {
                        KeyPlan(
                            name: $0.name, formula: $0.bound.formula, isStage: $0.bound.isStage,
                            meaning: $0.bound.meaning)
                    },
                    measures: measures.map(\.measure), filled: filled)))
        var columns: [ScopeColumn] = []
        var shape: [Column] = []
        for key in keys {
            let type = try type(of: key.bound)
            var bound = Bound(.column(columns.count), key.bound.meaning, at: key.bound.span)
            bound.names = key.bound.names?.withoutCodes
            shape.append(try wrapping(span) { try Column(name: key.name, valueType: type, chunks: []) })
            columns.append(
                ScopeColumn(
                    name: key.name, definition: .bound(bound), isKey: true, isShown: true, syntax: key.syntax))
        }
        for (measure, meaning) in measures {
            let type = try aggregateType(measure.aggregate, meaning, at: span)
            shape.append(try wrapping(span) { try Column(name: measure.name, valueType: type, chunks: []) })
            columns.append(
                ScopeColumn(
                    name: measure.name, definition: .bound(Bound(.column(columns.count), meaning, at: span)),
                    isMeasure: true, isShown: true))
        }
        scope = Scope(
            columns: columns, shape: try wrapping(span) { try Table(shape) }, isDeals: false, tableName: "groups",
            rowNoun: keys.count == 1 && keys[0].bound.meaning.isName
                ? keys[0].name.split(separator: ".").last.map(String.init) ?? "row" : "row",
            hidden: scope.columns.map(\.name) + scope.hidden,
            isAggregated: true)
    }

    // MARK: Keys

    mutating func key(
        _ written: Language.Key
    ) throws(Diagnostic) -> (name: String, bound: Bound, syntax: SyntaxExpression) {
        let bound = try columnValue(written.value)
        if let name = written.name { return (name.text, bound, written.value) }
        return (try resultName(written.value), bound, written.value)
    }

    /// The name of a column made of an expression: a field's own name, `quarter_close`, else its words joined by `_`.
    mutating func resultName(_ written: SyntaxExpression) throws(Diagnostic) -> String {
        switch written {
        case .path(let path): return try fieldName(path)
        case .either(let reading) where reading.name.words.count == 1:
            if case .exact(let index) = columnMatch(reading.name.text, prefix: false) {
                return scope.columns[index].name
            }
            return reading.name.text
        case .call(let call):
            var parts = [call.function.text.lowercased()]
            for argument in call.arguments { parts.append(try resultName(argument)) }
            return parts.joined(separator: "_")
        default:
            let words = text(written.span).split { !($0.isLetter || $0.isNumber || $0 == "_") }
            return words.joined(separator: "_").lowercased()
        }
    }

    private func fieldName(_ path: Path) throws(Diagnostic) -> String {
        let whole = path.parts.map(\.text).joined(separator: ".")
        let isBare = !(path.parts.first?.isBackticked ?? false)
        switch columnMatch(whole, prefix: isBare) {
        case .exact(let index), .prefix(let index): return scope.columns[index].name
        case .several, .none: return whole
        }
    }

    // MARK: Measures

    private mutating func measure(
        _ written: Language.Measure
    ) throws(Diagnostic) -> (measure: Engine.Measure, meaning: Meaning) {
        let filter: Formula? = if let condition = written.filter { try self.condition(condition) } else { nil }
        var name = written.function.word
        var bound: Bound?
        if let operand = written.operand {
            let value = try columnValue(operand)
            bound = value
            name += "_" + (try resultName(operand)).split(separator: ".").joined(separator: "_")
        }
        if let given = written.name { name = given.text }
        let (aggregate, meaning) = try self.aggregate(written, bound)
        return (Engine.Measure(name, aggregate, where: filter), meaning)
    }

    private mutating func aggregate(
        _ written: Language.Measure, _ operand: Bound?
    ) throws(Diagnostic) -> (Aggregate, Meaning) {
        switch written.function {
        case .count: return (.count, .number)
        case .winRate: return (try winRate(at: written.span), .percent)
        case .countDistinct: return (.countDistinct(try required(operand, written).formula), .number)
        case .sum:
            let bound = try required(operand, written)
            return (.sum(try summable(bound, at: written.span)), bound.meaning)
        case .avg:
            let bound = try required(operand, written)
            return (.average(try averageable(bound, written)), bound.meaning)
        case .median:
            let bound = try required(operand, written)
            return (.median(try averageable(bound, written)), bound.meaning)
        case .percentile(let percent):
            let bound = try required(operand, written)
            return (.quantile(try averageable(bound, written), Double(percent) / 100), bound.meaning)
        case .stddev:
            let bound = try required(operand, written)
            return (.standardDeviation(try summable(bound, at: written.span)), bound.meaning)
        case .min:
            let bound = try required(operand, written)
            return (.minimum(try ordered(bound, written)), bound.meaning)
        case .max:
            let bound = try required(operand, written)
            return (.maximum(try ordered(bound, written)), bound.meaning)
        }
    }

    private func required(_ operand: Bound?, _ written: Language.Measure) throws(Diagnostic) -> Bound {
        if let operand { return operand }
        throw Diagnostic(
            .wrongArguments, "\(written.function.word) needs a field", at: written.functionSpan,
            hint: "\(written.function.word) value")
    }

    /// A formula whose values can be added up.
    private func summable(_ bound: Bound, at span: SourceSpan) throws(Diagnostic) -> Formula {
        switch bound.meaning {
        case .number, .money, .percent, .duration: return bound.formula
        default:
            throw Diagnostic(
                .typeMismatch, "\"\(text(bound.span))\" is \(bound.meaning.words), which cannot be added up",
                at: bound.span, hint: "numbers, money, percents and durations can")
        }
    }

    /// A formula whose values have a middle: what can be added up, and dates.
    private func averageable(_ bound: Bound, _ written: Language.Measure) throws(Diagnostic) -> Formula {
        if bound.meaning == .day { return bound.formula }
        return try summable(bound, at: written.span)
    }

    /// A formula whose values have a smallest and a largest.
    private func ordered(_ bound: Bound, _ written: Language.Measure) throws(Diagnostic) -> Formula {
        switch bound.meaning {
        case .number, .money, .percent, .duration, .day, .period, .instant, .text, .label: return bound.formula
        case .name where !bound.isStage: return bound.formula
        case .name, .yesNo, .nothing:
            throw Diagnostic(
                .typeMismatch, "\(written.function.word) does not take \(bound.meaning.words)", at: bound.span,
                hint: "sort and first 1 find it")
        }
    }

    /// Won ÷ (won + lost), by count: the mean of 1 for won and 0 for lost, open deals left out.
    private mutating func winRate(at span: SourceSpan) throws(Diagnostic) -> Aggregate {
        guard scope.isDeals else {
            throw Diagnostic(
                .clauseNotForTable, "win_rate is a measure of deals, and these rows are \(scope.tableName)", at: span)
        }
        let won = try dealField("won", at: span)
        let lost = try dealField("lost", at: span)
        func constant(_ cell: Cell) -> Formula { .constant(cell, .realPercent) }
        return .average(
            .conditional(
                won.formula, then: constant(.real(1)),
                else: .conditional(lost.formula, then: constant(.real(0)), else: constant(.missing))))
    }

    /// How the values of an aggregate are held.
    private func aggregateType(
        _ aggregate: Aggregate, _ meaning: Meaning, at span: SourceSpan
    ) throws(Diagnostic) -> ValueType {
        func held(_ formula: Formula) throws(Diagnostic) -> ValueType {
            try type(of: Bound(formula, meaning, at: span))
        }
        switch aggregate {
        case .count, .countPresent, .countDistinct: return .integer
        case .any: return .boolean
        case .sum(let formula), .minimum(let formula), .maximum(let formula), .first(let formula):
            return try held(formula)
        case .average(let formula), .quantile(let formula, _), .standardDeviation(let formula):
            let type = try held(formula)
            return type.type == .number ? .real : type
        }
    }
}

extension AggregateFunction {
    /// The word it is written with, and that names its column.
    var word: String {
        switch self {
        case .count: "count"
        case .countDistinct: "count_distinct"
        case .sum: "sum"
        case .avg: "avg"
        case .median: "median"
        case .min: "min"
        case .max: "max"
        case .percentile(let percent): "p\(percent)"
        case .stddev: "stddev"
        case .winRate: "win_rate"
        }
    }
}
