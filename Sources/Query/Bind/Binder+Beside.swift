// Comparisons: what stands on the right is read in the light of what stands on the left. Beside an owner a word is an
// owner, beside money a bare number is money, beside a day date words are a period; whatever does not fit is an error
// that points at both (rules 3 to 6 of the language).

import Engine
import Language
import Pipeline
import Values

/// The right side of a comparison, read beside its left one.
enum Operand {
    /// A name that values of the left side can have.
    case name(KnownName)
    /// Days.
    case period(Period, SourceSpan)
    /// Any other value.
    case value(Bound)
}

extension Binder {
    // MARK: = != < <= > >= and the tests of texts

    mutating func compare(_ written: Language.Comparison) throws(Diagnostic) -> Formula {
        var op = written.op
        var left: Bound
        var right = written.right
        if case .literal(.text(let literal)) = written.left {
            throw Diagnostic(
                .typeMismatch, "a quoted text is compared, and it is the same in every row", at: literal.span,
                hint: "a column with an odd name stands in backticks: `\(literal.text)`")
        }
        if Binder.isLiteral(written.left), !Binder.isLiteral(written.right) {
            // `$10k < value` is `value > $10k`.
            left = try value(written.right)
            right = written.left
            op = op.swapped
        } else {
            left = try value(written.left)
        }
        switch op {
        case .contains, .startsWith, .endsWith, .matches:
            let formula = try textTest(op, left, right)
            return written.isNegated ? .not(formula) : formula
        case .equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual: break
        }
        return try compare(op, left, try operand(right, beside: left), at: written.span)
    }

    private static func isLiteral(_ written: SyntaxExpression) -> Bool {
        switch written {
        case .literal, .date: true
        case .unary(let unary): unary.op == .minus && isLiteral(unary.operand)
        default: false
        }
    }

    private mutating func textTest(
        _ op: Language.ComparisonOperator, _ left: Bound, _ right: SyntaxExpression
    ) throws(Diagnostic) -> Formula {
        guard left.isTextual else {
            throw Diagnostic(
                .typeMismatch, "\"\(op.rawValue)\" looks into texts, \"\(text(left.span))\" is \(left.meaning.words)",
                at: left.span)
        }
        let wanted: String
        switch right {
        case .literal(.text(let literal)): wanted = literal.text
        case .path, .name, .either: wanted = text(right.span)
        case .literal: wanted = text(right.span)
        default:
            throw Diagnostic(
                .typeMismatch, "\"\(op.rawValue)\" takes a text", at: right.span, hint: "write it in quotes")
        }
        switch op {
        case .contains: return .test(.contains, left.formula, wanted)
        case .startsWith: return .test(.startsWith, left.formula, wanted)
        case .endsWith: return .test(.endsWith, left.formula, wanted)
        default:
            let pattern = try wrapping(right.span) { try Pattern(wanted) }
            return .matches(left.formula, pattern)
        }
    }

    /// The formula of a comparison whose sides are bound.
    func compare(
        _ op: Language.ComparisonOperator, _ left: Bound, _ operand: Operand, at span: SourceSpan
    ) throws(Diagnostic) -> Formula {
        switch operand {
        case .period(let period, _): return Binder.compare(op, left.formula, period)
        case .name(let name): return try compare(op, left, name)
        case .value(let right):
            if right.meaning == .nothing || left.meaning == .nothing {
                throw Diagnostic(
                    .typeMismatch, "nothing is equal to missing", at: right.span, hint: "is missing, or is set")
            }
            let right = try settled(right, beside: left)
            let left = try settled(left, beside: right)
            let fits =
                left.meaning == right.meaning || (left.isTextual && right.isTextual)
                || (left.isDay && right.isDay)
            guard fits else { throw mismatch(left, right, "compared with") }
            if op == .notEqual { return .not(.compare(.equal, left.formula, right.formula)) }
            return .compare(op.comparison, left.formula, right.formula)
        }
    }

    /// Days against a period: `=` is in it, `<` before it, `<=` up to its end.
    static func compare(_ op: Language.ComparisonOperator, _ days: Formula, _ period: Period) -> Formula {
        switch op {
        case .notEqual: .not(within(days, period))
        case .less: within(days, Period(from: .min, upTo: period.start))
        case .lessOrEqual: within(days, Period(from: .min, upTo: period.end))
        case .greater: within(days, Period(from: period.end, upTo: .max))
        case .greaterOrEqual: within(days, Period(from: period.start, upTo: .max))
        default: within(days, period)
        }
    }

    /// The condition that a day lies in a period; open sides have no bound.
    static func within(_ days: Formula, _ period: Period) -> Formula {
        .inRange(
            days, lower: period.start == .min ? .min : Int64(period.start.number),
            upper: period.end == .max ? .max : Int64(period.end.number))
    }

    private func compare(
        _ op: Language.ComparisonOperator, _ left: Bound, _ name: KnownName
    ) throws(Diagnostic) -> Formula {
        if case .label = left.meaning, let place = name.place {
            let type = try type(of: left)
            let right = Formula.constant(.integer(Int64(place)), type)
            if op == .notEqual { return .not(.compare(.equal, left.formula, right)) }
            return .compare(op.comparison, left.formula, right)
        }
        if op == .equal || op == .notEqual {
            let same = Binder.isAny(left, [name])
            return op == .equal ? same : .not(same)
        }
        if case .name(let kind) = left.meaning, kind.isStage { return try compareStages(op, left, name) }
        return .compare(op.comparison, left.formula, .constant(.text(name.text), .text))
    }

    /// The condition that a category has one of the names.
    static func isAny(_ left: Bound, _ names: [KnownName]) -> Formula {
        if case .column = left.formula, names.allSatisfy({ !$0.codes.isEmpty }) {
            return .inCodes(left.formula, CodeSet(names.flatMap(\.codes)))
        }
        return .inCells(left.formula, names.map { .text($0.text) })
    }

    /// Stages compare by their place in the pipeline.
    private func compareStages(
        _ op: Language.ComparisonOperator, _ left: Bound, _ name: KnownName
    ) throws(Diagnostic) -> Formula {
        func holds(_ position: Int, _ limit: Int) -> Bool {
            switch op {
            case .less: position < limit
            case .lessOrEqual: position <= limit
            case .greater: position > limit
            case .greaterOrEqual: position >= limit
            default: position == limit
            }
        }
        let limits = book.pipelines.map { $0.position(ofStage: name.text) }
        let includes = { (place: StagePlace) -> Bool in
            limits[place.pipeline].map { holds(place.position, $0) } ?? false
        }
        if scope.isDeals, left.formula == .column(DealColumn.stage.index) {
            return try stageCondition(at: left.span, includes)
        }
        let names = book.stagePlaces.filter(includes).map { KnownName(text: $0.stage.name, codes: []) }
        return Binder.isAny(left, names)
    }

    /// The condition that a deal's stage is one of those chosen.
    func stageCondition(at span: SourceSpan, _ includes: (StagePlace) -> Bool) throws(Diagnostic) -> Formula {
        try wrapping(span) {
            try book.stageCondition(
                in: book.deals, stage: DealColumn.stage.index, pipeline: DealColumn.pipeline.index, includes)
        }
    }

    // MARK: between, in ( ), in P

    mutating func between(_ written: BetweenCondition) throws(Diagnostic) -> Formula {
        let left = try value(written.operand)
        let lower = try operand(written.lower, beside: left)
        let upper = try operand(written.upper, beside: left)
        let formula = Formula.and([
            try compare(.greaterOrEqual, left, lower, at: written.span),
            try compare(.lessOrEqual, left, upper, at: written.span),
        ])
        return written.isNegated ? .not(formula) : formula
    }

    mutating func list(_ written: ListCondition) throws(Diagnostic) -> Formula {
        let left = try value(written.operand)
        var names: [KnownName] = []
        var others: [Formula] = []
        for item in written.items {
            let operand = try operand(item, beside: left)
            if case .name(let name) = operand, name.place == nil || left.meaning.isName {
                names.append(name)
            } else {
                others.append(try compare(.equal, left, operand, at: item.span))
            }
        }
        if !names.isEmpty { others.append(Binder.isAny(left, names)) }
        let formula = others.count == 1 ? others[0] : .or(others)
        return written.isNegated ? .not(formula) : formula
    }

    mutating func periodCondition(_ written: PeriodCondition) throws(Diagnostic) -> Formula {
        let left = try value(written.operand)
        let formula: Formula
        if left.isDay {
            formula = Binder.within(left.formula, try period(written.period))
        } else if let name = written.name, left.names != nil || left.isTextual {
            let written = WrittenName(name)
            formula =
                try left.names == nil
                ? .inCells(left.formula, [.text(written.text)])
                : compare(.equal, left, .name(try known(written, of: left)), at: written.span)
        } else {
            throw Diagnostic(
                .typeMismatch, "\"\(text(left.span))\" is \(left.meaning.words), a period needs a date",
                at: left.span, labels: [Diagnostic.Label(written.period.span, "a period")])
        }
        return written.isNegated ? .not(formula) : formula
    }

    // MARK: The right side in the light of the left one

    /// What an expression means beside a value.
    mutating func operand(_ written: SyntaxExpression, beside left: Bound) throws(Diagnostic) -> Operand {
        if left.isDay { return try dayOperand(written, beside: left) }
        switch left.meaning {
        case .name, .label: return try nameOperand(written, beside: left)
        case .text: return .value(try textOperand(written))
        default: break
        }
        if case .name(let name) = written {
            throw Diagnostic(
                .typeMismatch, "\"\(text(left.span))\" is \(left.meaning.words), \"\(name.text)\" is a name",
                at: left.span, labels: [Diagnostic.Label(name.span, "a name")])
        }
        return .value(try value(written))
    }

    private mutating func dayOperand(_ written: SyntaxExpression, beside left: Bound) throws(Diagnostic) -> Operand {
        if case .period(let unit) = left.meaning, unit.unit == .year, case .literal(.number(let number)) = written,
            let year = number.whole, let period = calendar.wholeYear(Int(year), fiscal: unit.isFiscal)
        {
            return .period(period, number.span)
        }
        if case .literal(.number(let number)) = written, let year = number.whole, (1000...9999).contains(year),
            let period = calendar.wholeYear(Int(year))
        {
            return .period(period, number.span)
        }
        let right: Bound
        switch written {
        case .either(let reading): right = try value(reading.expression)
        default: right = try value(written)
        }
        if case .period(let period) = right.literal { return .period(period, right.span) }
        return .value(right)
    }

    private mutating func nameOperand(_ written: SyntaxExpression, beside left: Bound) throws(Diagnostic) -> Operand {
        switch written {
        case .literal(.text(let literal)): return .name(try known(WrittenName(literal), of: left))
        case .literal(.yesNo), .literal(.missing): return .value(try value(written))
        case .literal(let literal):
            // A name may look like a number: source = 2026.
            let words = WrittenName(text(literal.span), isBare: false, at: literal.span)
            if let name = try find(words, of: left) { return .name(name) }
            throw mismatch(left, try value(written), "compared with")
        case .name(let name): return .name(try known(WrittenName(name), of: left))
        case .either(let reading): return .name(try known(WrittenName(reading.name), of: left))
        case .date(let span):
            return .name(try known(WrittenName(text(span.span), isBare: true, at: span.span), of: left))
        case .path(let path) where path.parts.count == 1:
            return try nameOrColumn(WrittenName(path.parts[0]), path, beside: left)
        default: return .value(try value(written))
        }
    }

    /// One word beside a category: the name of a value, or a column or `let` that holds one.
    private mutating func nameOrColumn(
        _ word: WrittenName, _ path: Path, beside left: Bound
    ) throws(Diagnostic) -> Operand {
        if let argument = arguments[NameIndex.key(word.text)] {
            return try operand(of: argument, beside: left, at: word.span)
        }
        var columnIndex: Int?
        if case .exact(let index) = columnMatch(word.text, prefix: false),
            try columnQuietly(index, at: word.span).isTextual
        {
            columnIndex = index
        }
        if columnIndex != nil, !word.isBare { return .value(try value(.path(path))) }
        let found = try find(word, of: left)
        guard let columnIndex else {
            if let found { return .name(found) }
            if let bound = try valueOfLet(word) {
                if case .text(let text) = bound.literal {
                    return .name(try known(WrittenName(text, isBare: false, at: word.span), of: left))
                }
                return .value(bound)
            }
            throw try nameList(left).unknown(word.text, at: word.span)
        }
        if let found, NameIndex.key(found.text) == NameIndex.key(word.text) {
            throw Diagnostic(
                .twoReadings, "\"\(word.text)\" is \(left.meaning.words) and a column", at: word.span,
                hint:
                    "\"\(found.text)\" in quotes is \(left.meaning.words), `\(scope.columns[columnIndex].name)` in backticks the column"
            )
        }
        return .value(try value(.path(path)))
    }

    mutating func textOperand(_ written: SyntaxExpression) throws(Diagnostic) -> Bound {
        func constant(_ text: String, _ span: SourceSpan) -> Bound {
            Bound(.constant(.text(text), .text), .text, at: span, literal: .text(text))
        }
        switch written {
        case .name(let name): return constant(name.text, name.span)
        case .either(let reading): return constant(reading.name.text, reading.span)
        case .literal(.number(let number)): return constant(text(number.span), number.span)
        case .literal(.day(let day)): return constant(text(day.span), day.span)
        case .path(let path) where path.parts.count == 1:
            let word = WrittenName(path.parts[0])
            let isArgument = arguments[NameIndex.key(word.text)] != nil
            if case .exact = columnMatch(word.text, prefix: false) { return try value(written) }
            if isArgument { return try value(written) }
            if let bound = try valueOfLet(word) { return bound }
            return constant(word.text, word.span)
        default: return try value(written)
        }
    }

    // MARK: Units

    /// A literal made what its neighbour is, or an error that asks for the unit.
    func settled(_ bound: Bound, beside other: Bound) throws(Diagnostic) -> Bound {
        let bound = adapted(bound, beside: other)
        guard case .number(let number) = bound.literal, bound.meaning == .number, other.meaning != .number else {
            return bound
        }
        let digits = text(number.span)
        let example: String? =
            switch other.meaning {
            case .percent: digits + "%"
            case .duration: digits + "d"
            case .day, .period: "2026-11-23"
            default: nil
            }
        guard let example else { return bound }
        throw Diagnostic(
            .unitMissing, "\(digits) has no unit, and \"\(text(other.span))\" is \(other.meaning.words)",
            at: number.span,
            hint: "\(example)?", labels: [Diagnostic.Label(other.span, other.meaning.words)])
    }

    /// A bare number beside money is money; anything else stays what it is.
    func adapted(_ bound: Bound, beside other: Bound) -> Bound {
        guard case .number(let number) = bound.literal, bound.meaning == .number, other.meaning == .money,
            let cents = number.cents
        else { return bound }
        return .constant(cents, .money, .money, at: bound.span)
    }

    /// `money is compared with a date`, pointing at both.
    func mismatch(_ left: Bound, _ right: Bound, _ what: String) -> Diagnostic {
        Diagnostic(
            .typeMismatch, "\(left.meaning.words) \(what) \(right.meaning.words)", at: left.span,
            hint: left.meaning.words, labels: [Diagnostic.Label(right.span, right.meaning.words)])
    }
}

extension Bound {
    /// Whether its values are days: dates, or first days of periods.
    var isDay: Bool {
        switch meaning {
        case .day, .period: true
        default: false
        }
    }
}

extension Meaning {
    /// Whether values are names of a category.
    var isName: Bool { if case .name = self { true } else { false } }
}

extension NumberLiteral {
    /// The number as hundredths, halves away from zero; `nil` when it is too large.
    var cents: Int64? {
        let wide = Int128(digits) * 100
        var divisor: Int128 = 1
        for _ in 0..<min(scale, 30) { divisor *= 10 }
        let half = wide < 0 ? -(divisor / 2) : divisor / 2
        return Int64(exactly: (wide + half) / divisor)
    }
}

extension Language.ComparisonOperator {
    /// The operator with its sides exchanged.
    var swapped: Language.ComparisonOperator {
        switch self {
        case .less: .greater
        case .lessOrEqual: .greaterOrEqual
        case .greater: .less
        case .greaterOrEqual: .lessOrEqual
        default: self
        }
    }

    /// The engine's comparison; equality for the tests of texts, which are no comparisons.
    var comparison: Engine.Comparison {
        switch self {
        case .notEqual: .notEqual
        case .less: .less
        case .lessOrEqual: .lessOrEqual
        case .greater: .greater
        case .greaterOrEqual: .greaterOrEqual
        default: .equal
        }
    }
}
