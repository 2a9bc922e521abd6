// From expressions to typed nodes. Everything that can be decided before the first row is decided here: types,
// comparisons of a column with a constant (they become ranges that chunks can be skipped by), and whatever depends on
// a category alone (it is computed once per name and becomes a table by code).

import Values

/// Compiles expressions over one table.
struct Compiler {
    let table: Table

    /// A table by code is made when the dictionary has at most this many names, or no more than the table has rows.
    private static let dictionaryCountAlways = 65_536

    // MARK: Any representation

    func node(_ expression: Expression) throws -> Node {
        let type = try expression.valueType(in: table)
        if case .column(let index) = expression, type == .category { return .code(column: try prepared(index)) }
        switch type.representation {
        case .integer: return .integer(try integer(expression))
        case .real: return .real(try real(expression))
        case .text, .code: return .text(try text(expression))
        }
    }

    /// The place of a column, whose rows are made by now: here all threads can help, and what goes wrong can be thrown.
    private func prepared(_ column: Int) throws -> Int {
        try table.columns[column].prepare()
        return column
    }

    private func type(_ expression: Expression) throws -> ValueType { try expression.valueType(in: table) }

    // MARK: Integers

    func integer(_ expression: Expression) throws -> IntegerNode {
        switch expression {
        case .column(let index): return .column(try prepared(index))
        case .constant(let cell, _): return cell.integer.map(IntegerNode.constant) ?? .missing
        case .rowNumber: return .rowNumber
        case .arithmetic(let operation, let left, let right): return try integerArithmetic(operation, left, right)
        case .addMonths(let date, let months): return .addMonths(try integer(date), try integer(months))
        case .negate(let value): return .negate(try integer(value))
        case .compare, .and, .or, .not, .isMissing, .inCodes, .inRange, .inCells, .test, .matches:
            return .condition(try condition(expression))
        case .conditional(let test, let first, let second):
            return .conditional(try condition(test), try integer(first), try integer(second))
        case .fallback(let first, let second): return .fallback(try integer(first), try integer(second))
        case .datePart(let part, let date): return try tabulated(date) { .datePart(part, $0) }
        case .startOfUnit(let unit, let date, let fiscal, let calendar):
            return try tabulated(date) { .startOfUnit(unit, $0, fiscal: fiscal, calendar) }
        case .day(let instant, let offset): return .day(try integer(instant), offsetSeconds: offset)
        case .round(let value, let digits): return try rounded(value, digits)
        case .length(let value):
            if let column = tabulated(value) {
                let lengths = try names(column).map { Int64($0.count) }
                return .lookup(column: column, [0] + lengths, present: [0] + MaskKernel.all(lengths.count))
            }
            return .length(try text(value))
        case .band(let value, let thresholds):
            if try type(value).representation == .real {
                return .bandOfReal(
                    try real(value), thresholds.compactMap { $0.real ?? $0.integer.map(Double.init) }.sorted())
            }
            return .bandOfInteger(try integer(value), thresholds.compactMap(\.integer).sorted())
        case .lookup(let category, let codes):
            guard case .column(let index) = category, case .integers(let values, let present) = codes.values else {
                return codes.cells.first?.integer.map(IntegerNode.constant) ?? .missing
            }
            return .lookup(column: index, values, present: present)
        case .asReal, .lower: throw EngineError.typeMismatch("an integer of \(expression)")
        }
    }

    /// The function as a table over the values of the date column, when they are few for the rows.
    private func tabulated(_ date: Expression, _ function: (IntegerNode) -> IntegerNode) throws -> IntegerNode {
        guard case .column(let column) = date else { return function(try integer(date)) }
        let bounds = Bounds.column(column, table)
        let range = bounds.upper.subtractingReportingOverflow(bounds.lower)
        guard !range.overflow, range.partialValue < 1 << 18, range.partialValue < table.rowCount / 4 else {
            return function(.column(column))
        }
        var builder = ColumnBuilder(name: "", type: .date)
        for day in bounds.lower...bounds.upper { builder.append(day) }
        let domain = try Table([try builder.finish()])
        let evaluator = Evaluator(domain)
        var values: [Int64] = []
        var present: Mask = []
        let scan = try Scan(Relation(domain))
        for item in 0..<scan.itemCount {
            try scan.forEachBlock(item, evaluator, Cancellation()) { block, _ in
                let part = try evaluator.integers(function(.column(0)), block, nil)
                values += part.values
                present += part.present ?? MaskKernel.all(block.count)
            }
        }
        return .tabulated(column: column, low: bounds.lower, values, present: present)
    }

    private func integerArithmetic(
        _ operation: ArithmeticOperator, _ left: Expression, _ right: Expression
    ) throws -> IntegerNode {
        let a = try type(left)
        let b = try type(right)
        let isReal = a.representation == .real || b.representation == .real
        if isReal {
            // A whole result (money, duration, date) of a real factor.
            let product: RealNode
            switch operation {
            case .multiply: product = .multiply(try real(left), try real(right))
            case .divide: product = .divide(try real(left), try real(right))
            case .add, .subtract: throw EngineError.typeMismatch("a whole sum of reals")
            }
            return .rounded(product, operation: "\(a.type) \(operation.rawValue) \(b.type)")
        }
        let first = try integer(left)
        let second = try integer(right)
        switch operation {
        case .add:
            if a == .date { return .addDays(first, second, negated: false) }
            if b == .date { return .addDays(second, first, negated: false) }
            return .add(first, second)
        case .subtract:
            if a == .date && b == .duration { return .addDays(first, second, negated: true) }
            return .subtract(first, second)
        case .multiply:
            if a.type == .percent || b.type == .percent, a.type != .number, b.type != .number {
                return .multiplyScaled(first, second, divisor: 1_000_000)
            }
            return .multiply(first, second)
        case .divide:
            return .divideScaled(first, second, factor: b.type == .percent ? 1_000_000 : 1)
        }
    }

    private func rounded(_ value: Expression, _ digits: Int) throws -> IntegerNode {
        let type = try type(value)
        // The digits that the stored unit already has: money counts in cents, percents in millionths (4 more than
        // whole percents).
        let held = type.type == .money ? 2 : type.type == .percent ? 4 : 0
        let node = try integer(value)
        guard digits < held else { return node }
        var unit: Int64 = 1
        for _ in 0..<min(18, held - digits) { unit *= 10 }
        return .roundToUnit(node, unit: unit)
    }

    // MARK: Reals

    func real(_ expression: Expression) throws -> RealNode {
        let type = try type(expression)
        if type.representation == .integer {
            return .integer(try integer(expression), divisor: type.type == .percent ? 1_000_000 : 1)
        }
        switch expression {
        case .column(let index): return .column(try prepared(index))
        case .constant(let cell, _):
            return cell.real.map { $0.isNaN ? .missing : RealNode.constant($0) } ?? .missing
        case .arithmetic(let operation, let left, let right):
            let a = try real(left)
            let b = try real(right)
            switch operation {
            case .add: return .add(a, b)
            case .subtract: return .subtract(a, b)
            case .multiply: return .multiply(a, b)
            case .divide: return .divide(a, b)
            }
        case .negate(let value): return .negate(try real(value))
        case .asReal(let value): return try real(value)
        case .round(let value, let digits):
            return .round(try real(value), digits: type.type == .percent ? digits + 2 : digits)
        case .conditional(let test, let first, let second):
            return .conditional(try condition(test), try real(first), try real(second))
        case .fallback(let first, let second): return .fallback(try real(first), try real(second))
        case .lookup(let category, let codes):
            let first = codes.cells.first
            guard case .column(let index) = category else {
                return (first?.real ?? first?.integer.map(Double.init)).map(RealNode.constant) ?? .missing
            }
            switch codes.values {
            case .reals(let values, let present): return .lookup(column: index, values, present: present)
            case .integers(let values, let present):
                return .lookup(column: index, values.map(Double.init), present: present)
            case .texts: return .missing
            }
        default: throw EngineError.typeMismatch("a real of \(expression)")
        }
    }

    // MARK: Texts

    func text(_ expression: Expression) throws -> TextNode {
        switch expression {
        case .column(let index): return table.columns[index].representation == .code ? .category(index) : .column(index)
        case .constant(let cell, _): return cell.text.map { .constant(TextList([$0])) } ?? .missing
        case .lower(let value):
            if let column = tabulated(value) {
                let folded = CodeTable(
                    .text, cells: [.missing] + (try names(column).map { .text(TextOrder.folded($0)) }))
                if case .texts(let numbers, let list) = folded.values {
                    return .lookup(column: column, numbers, list)
                }
            }
            return .lower(try text(value))
        case .conditional(let test, let first, let second):
            return .conditional(try condition(test), try text(first), try text(second))
        case .fallback(let first, let second): return .fallback(try text(first), try text(second))
        case .lookup(let category, let codes):
            guard case .column(let index) = category, case .texts(let numbers, let list) = codes.values else {
                return codes.cells.first?.text.map { .constant(TextList([$0])) } ?? .missing
            }
            return .lookup(column: index, numbers, list)
        default: throw EngineError.typeMismatch("a text of \(expression)")
        }
    }

    /// The category column that the expression is, when it pays to compute something for each of its names.
    private func tabulated(_ expression: Expression) -> Int? {
        guard case .column(let index) = expression, table.columns[index].representation == .code else { return nil }
        let count = table.columns[index].dictionary.count
        return count <= max(Compiler.dictionaryCountAlways, table.rowCount) ? index : nil
    }

    private func names(_ column: Int) throws -> [String] { try table.columns[column].dictionary.names() }

    // MARK: Conditions

    func condition(_ expression: Expression) throws -> ConditionNode {
        switch expression {
        case .and(let all): return .and(try all.map(condition))
        case .or(let all): return .or(try all.map(condition))
        case .not(let value): return .not(try condition(value))
        case .compare(let comparison, let left, let right): return try compare(comparison, left, right)
        case .isMissing(let value):
            if case .column(let index) = value { return .columnMissing(column: try prepared(index)) }
            switch try node(value) {
            case .integer(let node): return .integerMissing(node)
            case .real(let node): return .realMissing(node)
            case .text(let node): return .textMissing(node)
            case .code(let column): return .columnMissing(column: column)
            }
        case .inCodes(let value, let codes):
            guard case .column(let index) = value else { return .constant(false) }
            let count = table.columns[index].dictionary.count
            return .codeTruth(
                column: index, truth: [0] + (0..<UInt32(count)).map { codes.contains($0 + 1) ? 1 : 0 })
        case .inRange(let value, let lower, let upper):
            return upper == .min ? between(try integer(value), 1, 0) : between(try integer(value), lower, upper - 1)
        case .inCells(let value, let cells): return try among(value, cells)
        case .test(let test, let value, let needle):
            let search = TextSearch(test, needle)
            if let column = tabulated(value) { return try unsafe truth(column) { unsafe search.finds($0) } }
            return .textTest(try text(value), search)
        case .matches(let value, let pattern):
            if let column = tabulated(value) {
                let matcher = pattern.matcher()
                return try unsafe truth(column) { unsafe matcher.finds($0) }
            }
            return .textMatches(try text(value), pattern)
        default:
            switch try integer(expression) {
            case .constant(let value): return .constant(value != 0)
            case .missing: return .constant(false)
            case .condition(let node): return node
            case .column(let index):
                return .not(.or([.columnMissing(column: index), .integerRange(column: index, lower: 0, upper: 0)]))
            case let node: return .truth(node)
            }
        }
    }

    private func truth(_ column: Int, _ test: (UnsafeBufferPointer<UInt8>) -> Bool) throws -> ConditionNode {
        let truth = try table.columns[column].dictionary.withNames { names in
            (0..<names.count).map { unsafe test(names.name($0)) ? UInt8(1) : 0 }
        }
        return .codeTruth(column: column, truth: [0] + truth)
    }

    private func between(_ node: IntegerNode, _ lower: Int64, _ upper: Int64) -> ConditionNode {
        if lower > upper { return node.canFail ? .integerBetween(node, lower: 1, upper: 0) : .constant(false) }
        if case .column(let index) = node { return .integerRange(column: index, lower: lower, upper: upper) }
        return .integerBetween(node, lower: lower, upper: upper)
    }

    private func compare(_ comparison: Comparison, _ left: Expression, _ right: Expression) throws -> ConditionNode {
        if comparison == .notEqual { return .not(try compare(.equal, left, right)) }
        let a = try type(left)
        let b = try type(right)
        if [.text, .category].contains(a.type) {
            if case .constant(let cell, _) = right, let wanted = cell.text, let column = tabulated(left) {
                return try compareNames(comparison, column, wanted)
            }
            let (first, second) = (try text(left), try text(right))
            if comparison == .equal, case .column(let column) = first, case .constant(let cell, _) = right,
                let wanted = cell.text
            {
                return .textEqual(column: column, TextEquality(wanted))
            }
            return .compareTexts(comparison, first, second)
        }
        if a.representation == .real || b.representation == .real {
            let first = try real(left)
            let second = try real(right)
            if case .column(let index) = first, case .constant(let value) = second {
                return realRange(comparison, index, value)
            }
            return .compareReals(comparison, first, second)
        }
        let first = try integer(left)
        let second = try integer(right)
        guard case .constant(let value) = second else { return .compareIntegers(comparison, first, second) }
        switch comparison {
        case .equal: return between(first, value, value)
        case .less: return value == .min ? between(first, 1, 0) : between(first, .min, value - 1)
        case .lessOrEqual: return between(first, .min, value)
        case .greater: return value == .max ? between(first, 1, 0) : between(first, value + 1, .max)
        case .greaterOrEqual, .notEqual: return between(first, value, .max)
        }
    }

    private func realRange(_ comparison: Comparison, _ column: Int, _ value: Double) -> ConditionNode {
        switch comparison {
        case .equal: .realRange(column: column, lower: value, upper: value)
        case .less:
            value == -.infinity
                ? .constant(false) : .realRange(column: column, lower: -.infinity, upper: value.nextDown)
        case .lessOrEqual: .realRange(column: column, lower: -.infinity, upper: value)
        case .greater:
            value == .infinity ? .constant(false) : .realRange(column: column, lower: value.nextUp, upper: .infinity)
        case .greaterOrEqual, .notEqual: .realRange(column: column, lower: value, upper: .infinity)
        }
    }

    private func compareNames(_ comparison: Comparison, _ column: Int, _ wanted: String) throws -> ConditionNode {
        var wanted = wanted
        return try wanted.withUTF8 { wanted in
            try unsafe truth(column) { name in unsafe comparison.holds(TextOrder.foldedOrder(name, wanted)) }
        }
    }

    private func among(_ value: Expression, _ cells: [Cell]) throws -> ConditionNode {
        switch try type(value).representation {
        case .integer:
            let wanted = Set(cells.compactMap(\.integer))
            let node = try integer(value)
            if case .column = node, wanted.count <= 8 { return .or(wanted.sorted().map { between(node, $0, $0) }) }
            return .integerAmong(node, wanted)
        case .real:
            return .realAmong(try real(value), Set(cells.compactMap { $0.real ?? $0.integer.map(Double.init) }))
        case .text, .code:
            let wanted = Set(cells.compactMap { $0.text.map(TextOrder.folded) })
            if let column = tabulated(value) {
                return try unsafe truth(column) {
                    unsafe wanted.contains(TextOrder.folded(String(decoding: $0, as: UTF8.self)))
                }
            }
            let node = try text(value)
            if case .column(let column) = node, wanted.count <= 8 {
                return .or(wanted.sorted().map { .textEqual(column: column, TextEquality($0)) })
            }
            return .textAmong(node, wanted)
        }
    }
}

extension Comparison {
    /// Whether it holds for a left side that is smaller (negative), equal (0) or larger than the right one.
    @inline(__always) func holds(_ order: Int) -> Bool {
        switch self {
        case .equal: order == 0
        case .notEqual: order != 0
        case .less: order < 0
        case .lessOrEqual: order <= 0
        case .greater: order > 0
        case .greaterOrEqual: order >= 0
        }
    }
}
