// Values and conditions to formulas. A value stands alone here; what it means beside another one (a bare number beside
// money, a word beside an owner) is decided in Binder+Beside. Two-valued logic: a missing value satisfies no
// comparison, and `not` negates the result.

import Engine
import Language
import Pipeline
import Values

extension Binder {
    /// A condition: anything that is yes or no.
    mutating func condition(_ written: SyntaxExpression) throws(Diagnostic) -> Formula {
        let bound = try value(written)
        if bound.meaning == .yesNo { return bound.formula }
        throw Diagnostic(
            .notYesNo, "\"\(text(written.span))\" is \(bound.meaning.words), a condition is yes or no",
            at: written.span, hint: "compare it with something, or ask whether it is set")
    }

    /// A value, its literal not yet settled.
    mutating func value(_ written: SyntaxExpression) throws(Diagnostic) -> Bound {
        if let index = scope.columns.firstIndex(where: { $0.syntax == written }) {
            return try column(index, at: written.span)
        }
        switch written {
        case .literal(let literal): return try self.literal(literal)
        case .path(let path): return try self.path(path)
        case .name(let name):
            throw Diagnostic(
                .unknownName, "\"\(name.text)\" is a name, and nothing here says of what", at: name.span,
                hint: "a field is one word; the name of a value stands beside a comparison: owner = \(name.text)",
                notes: [columnNames.listing(atMost: 60)])
        case .either(let reading): return try either(reading)
        case .date(let span):
            let resolved = try resolve(span)
            if resolved.isRelative { remember(span.span, resolved.period) }
            return Bound(
                .constant(.integer(Int64(resolved.period.start.number)), .date), .day, at: span.span,
                literal: .period(resolved.period))
        case .call(let call): return try self.call(call)
        case .unary(let unary): return try self.unary(unary)
        case .binary(let binary):
            switch binary.op {
            case .and: return Bound(.and(try conditions(binary, .and)), .yesNo, at: binary.span)
            case .or: return Bound(.or(try conditions(binary, .or)), .yesNo, at: binary.span)
            case .add, .subtract, .multiply, .divide: return try arithmetic(binary)
            }
        case .comparison(let comparison): return Bound(try compare(comparison), .yesNo, at: comparison.span)
        case .between(let between): return Bound(try self.between(between), .yesNo, at: between.span)
        case .list(let list): return Bound(try self.list(list), .yesNo, at: list.span)
        case .period(let condition): return Bound(try periodCondition(condition), .yesNo, at: condition.span)
        case .missing(let missing):
            let operand = try value(missing.operand)
            let formula = Formula.isMissing(operand.formula)
            return Bound(missing.isNegated ? .not(formula) : formula, .yesNo, at: missing.span)
        case .conditional(let conditional): return try self.conditional(conditional)
        }
    }

    /// The operands of a chain of `and` or `or`, flat.
    private mutating func conditions(
        _ binary: BinaryExpression, _ op: Language.BinaryOperator
    ) throws(Diagnostic) -> [Formula] {
        var all: [Formula] = []
        if case .binary(let left) = binary.left, left.op == op {
            all = try conditions(left, op)
        } else {
            all = [try condition(binary.left)]
        }
        all.append(try condition(binary.right))
        return all
    }

    // MARK: Literals

    private func literal(_ literal: Language.Literal) throws(Diagnostic) -> Bound {
        switch literal {
        case .number(let number):
            let formula: Formula =
                if let whole = number.whole { .constant(.integer(whole), .integer) } else {
                    .constant(Cell(number.real), .real)
                }
            return Bound(formula, .number, at: number.span, literal: .number(number))
        case .money(let money):
            try checkCurrency(money)
            return .constant(money.cents, .money, .money, at: money.span)
        case .percent(let percent):
            return .constant(percent.percent.millionths, .percent, .percent, at: percent.span)
        case .duration(let duration):
            let length = duration.duration
            return Bound(
                .constant(.integer(Int64(days(length))), .duration), .duration, at: duration.span,
                literal: .duration(length))
        case .text(let text):
            return Bound(.constant(.text(text.text), .text), .text, at: text.span, literal: .text(text.text))
        case .day(let day):
            return Bound(
                .constant(.integer(Int64(day.day.number)), .date), .day, at: day.span,
                literal: .period(Period(from: day.day, through: day.day)))
        case .yesNo(let yesNo): return .constant(yesNo.isYes ? 1 : 0, .boolean, .yesNo, at: yesNo.span)
        case .missing(let missing): return Bound(.constant(.missing, .integer), .nothing, at: missing.span)
        }
    }

    /// How many days a length of time is, counted back from today where it has months.
    func days(_ length: CalendarDuration) -> Int { calendar.today.days(since: length.subtracted(from: calendar.today)) }

    /// An amount in another currency than the book's cannot be compared with its values.
    private func checkCurrency(_ money: MoneyLiteral) throws(Diagnostic) {
        guard !isInBooksCurrency(money) else { return }
        let own = book.settings.currency.code
        throw Diagnostic(
            .typeMismatch, "\(text(money.span)) is not in the book's currency, \(own)", at: money.span,
            hint: "amounts are written in \(own), or as bare numbers")
    }

    private func isInBooksCurrency(_ money: MoneyLiteral) -> Bool {
        let own = book.settings.currency
        return switch money.currency {
        case .code(let currency): currency == own
        case .sign("$") where Binder.dollars.contains(own.code): true
        case .sign(let sign): Currency(sign: sign) == own || sign == own.prefix
        }
    }

    /// The currency of an amount that is not in the book's; `nil` for all other expressions, and for a sign of none.
    func foreignCurrency(_ written: SyntaxExpression) -> Currency? {
        guard case .literal(.money(let money)) = written, !isInBooksCurrency(money) else { return nil }
        switch money.currency {
        case .code(let currency): return currency
        case .sign(let sign): return Currency(sign: sign)
        }
    }

    /// Currencies that call themselves dollars.
    private static let dollars: Set<String> = [
        "USD", "AUD", "CAD", "NZD", "SGD", "HKD", "TWD", "MXN", "BRL", "ARS", "CLP", "COP",
    ]

    // MARK: Fields and lets

    private mutating func path(_ path: Path) throws(Diagnostic) -> Bound {
        if path.parts.count == 1 {
            if let bound = try identifier(WrittenName(path.parts[0])) { return bound }
            throw unknownColumn(path.parts[0].text, at: path.span)
        }
        let whole = path.parts.map(\.text).joined(separator: ".")
        if case .exact(let index) = columnMatch(whole, prefix: false) { return try column(index, at: path.span) }
        return try referenceField(path)
    }

    /// What one word stands for: an argument, a column, a `let`; `nil` when nothing has that name.
    mutating func identifier(_ written: WrittenName) throws(Diagnostic) -> Bound? {
        if let argument = arguments[NameIndex.key(written.text)] {
            return try self.value(of: argument, at: written.span)
        }
        let match = columnMatch(written.text, prefix: written.isBare)
        if case .exact(let index) = match { return try column(index, at: written.span) }
        if let bound = try valueOfLet(written) { return bound }
        switch match {
        case .exact(let index), .prefix(let index): return try column(index, at: written.span)
        case .several(let found): throw columnNames.ambiguous(written.text, found, at: written.span)
        case .none: return nil
        }
    }

    /// `no field is called "colse"`; a column that a `show` left out is told as such.
    func unknownColumn(_ name: String, at span: SourceSpan) -> Diagnostic {
        if scope.hidden.contains(where: { NameIndex.key($0) == NameIndex.key(name) }) {
            return Diagnostic(
                .unknownName, "\"\(name)\" is not among the columns any more", at: span,
                hint: scope.isAggregated ? "rows are groups now" : "show it too, or ask for it before show",
                notes: [columnNames.listing(atMost: 60)])
        }
        let fields = columnNames
        var problem = fields.unknown(name, at: span)
        problem.notes = [fields.listing(atMost: 60)]
        if let function = FunctionName(named: name) {
            let word = function.rawValue
            // A unit of time is a key of reports alone; elsewhere nothing says whose.
            problem.hint =
                function.unit == nil ? "\(word)(…) is a function" : "which date? \(word)(created), \(word)(close)"
            problem.fix = nil
        } else if let first = name.utf8.first, first >= 48 && first <= 57 {
            problem.message = "\"\(name)\" is neither a field nor an amount"
            problem.hint = "amounts are written 1500, 10k, 2.5m, 1bn"
            problem.fix = nil
        }
        return problem
    }

    /// A word that may be a field as well as a date or arithmetic.
    private mutating func either(_ reading: EitherReading) throws(Diagnostic) -> Bound {
        guard reading.name.words.count == 1, reading.name.style == .bare else { return try value(reading.expression) }
        let word = WrittenName(reading.name)
        if arguments[NameIndex.key(word.text)] != nil, let bound = try identifier(word) { return bound }
        guard case .exact(let index) = columnMatch(word.text, prefix: false) else {
            if let bound = try valueOfLet(word) { return bound }
            return try value(reading.expression)
        }
        if case .date(let span) = reading.expression {
            let period = try resolve(span).period
            throw Diagnostic(
                .twoReadings, "\"\(word.text)\" is a column and a period", at: reading.span,
                hint: "`\(word.text)` is the column; \(period) the period")
        }
        return try column(index, at: reading.span)
    }

    /// `account.sector`: the row behind a category of the deals.
    private mutating func referenceField(_ path: Path) throws(Diagnostic) -> Bound {
        let first = path.parts[0]
        guard scope.isDeals else {
            throw Diagnostic(
                .unknownName,
                "\"\(text(path.span))\" looks behind a field of deals, and these rows are \(scope.tableName)",
                at: path.span, notes: [columnNames.listing(atMost: 60)])
        }
        guard path.parts.count == 2 else {
            throw Diagnostic(
                .unknownName, "\"\(text(path.span))\" has more than one dot", at: path.span,
                hint: "one dot looks up the row behind a category: account.sector")
        }
        let field: String
        switch columnMatch(first.text, prefix: !first.isBackticked) {
        case .exact(let index), .prefix(let index): field = scope.columns[index].name
        case .several(let found): throw columnNames.ambiguous(first.text, found, at: first.span)
        case .none: throw unknownColumn(first.text, at: first.span)
        }
        guard let table = book.table(ofField: field) else {
            throw Diagnostic(
                .unknownName,
                "there is no table about \(NameKind(field).plural), so \"\(text(path.span))\" has nothing to look at",
                at: path.span, hint: "import \(NameKind(field).plural) from \"…\"")
        }
        let names = NameList("column of \(table.name)", plural: "columns", names: table.rows.columns.map(\.name))
        let wanted = path.parts[1]
        let place: Int
        switch names.index.match(wanted.text, prefix: !wanted.isBackticked) {
        case .exact(let index), .prefix(let index): place = index
        case .several(let found): throw names.ambiguous(wanted.text, found, at: wanted.span)
        case .none: throw names.unknown(wanted.text, at: wanted.span)
        }
        let column = table.rows.columns[place]
        let found = try wrapping(path.span) { try book.referenceField(field, column.name) }
        guard let found else { throw names.unknown(wanted.text, at: wanted.span) }
        try noteLookup(field, table, at: path.span)
        var source: NameSource?
        var meaning = Meaning(found.valueType, named: column.name)
        if column.representation == .code {
            source = .names(column.dictionary)
            meaning = .name(NameKind(column.name))
        }
        let bound = Bound(found.definition, meaning, at: path.span, names: source)
        let name = field + "." + column.name
        if !scope.isChosen, !scope.columns.contains(where: { $0.name == name }) {
            scope.columns.append(ScopeColumn(name: name, definition: .bound(bound), isShown: true))
        }
        return bound
    }

    /// Remembers that a table is looked at, so that its misses are counted and said.
    private mutating func noteLookup(_ field: String, _ table: ReferenceTable, at span: SourceSpan) throws(Diagnostic) {
        lookupCount += 1
        guard !lookups.contains(where: { $0.field == field }), let column = book.deals.columnIndex(field) else {
            return
        }
        let rows = try wrapping(span) { try table.rowsByCode(of: book.deals.columns[column].dictionary) }
        lookups.append(LookupUse(field: field, table: table.name, column: column, isFound: rows.map { $0 >= 0 }))
    }

    // MARK: Operators

    private mutating func unary(_ unary: UnaryExpression) throws(Diagnostic) -> Bound {
        if unary.op == .not { return Bound(.not(try condition(unary.operand)), .yesNo, at: unary.span) }
        let operand = try value(unary.operand)
        switch operand.literal {
        case .number(var number):
            number.digits = 0 - number.digits
            return Bound(
                .negate(operand.formula).folded(operand.formula), .number, at: unary.span, literal: .number(number))
        case .duration(let length):
            let back = CalendarDuration(months: 0 - length.months, days: 0 - length.days)
            return Bound(
                .constant(.integer(Int64(0 - days(length))), .duration), .duration, at: unary.span,
                literal: .duration(back))
        default: break
        }
        switch operand.meaning {
        case .number, .money, .percent, .duration:
            return Bound(.negate(operand.formula).folded(operand.formula), operand.meaning, at: unary.span)
        default:
            throw Diagnostic(
                .typeMismatch, "there is no negative of \(operand.meaning.words)", at: unary.span,
                hint: "minus takes numbers, money, percents and durations")
        }
    }

    private mutating func conditional(_ written: Conditional) throws(Diagnostic) -> Bound {
        let condition = try condition(written.condition)
        let first = try value(written.then)
        let second = try value(written.otherwise)
        let (then, otherwise) = try unified(first, second, "if … then … else")
        return Bound(
            .conditional(condition, then: then.formula, else: otherwise.formula), then.meaning, at: written.span)
    }

    /// Two values made one meaning: bare numbers become money beside money, names become texts, `missing` anything.
    func unified(_ first: Bound, _ second: Bound, _ what: String) throws(Diagnostic) -> (Bound, Bound) {
        var first = first
        var second = second
        if first.meaning == .nothing { first = try missing(like: second, at: first.span) }
        if second.meaning == .nothing { second = try missing(like: first, at: second.span) }
        first = adapted(first, beside: second)
        second = adapted(second, beside: first)
        if first.isTextual, second.isTextual {
            first.meaning = .text
            second.meaning = .text
            return (first, second)
        }
        if case .label = first.meaning { throw mismatch(first, second, what) }
        guard first.meaning == second.meaning else { throw mismatch(first, second, what) }
        return (first, second)
    }

    private func missing(like other: Bound, at span: SourceSpan) throws(Diagnostic) -> Bound {
        let type = try type(of: other)
        return Bound(.constant(.missing, type == .category ? .text : type), other.meaning, at: span)
    }

    /// How the engine holds a formula's values.
    func type(of bound: Bound) throws(Diagnostic) -> ValueType {
        try wrapping(bound.span) { try bound.formula.valueType(in: scope.shape) }
    }
}

extension Bound {
    /// Whether its values are texts or names.
    var isTextual: Bool {
        switch meaning {
        case .text, .name: true
        default: false
        }
    }
}

extension Formula {
    /// The negative of a constant as a constant.
    fileprivate func folded(_ operand: Formula) -> Formula {
        switch operand {
        case .constant(.integer(let value), let type) where value != .min: .constant(.integer(0 - value), type)
        case .constant(.real(let value), let type): .constant(Cell(-value), type)
        default: self
        }
    }
}
