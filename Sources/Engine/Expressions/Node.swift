// Expressions after compilation: one tree per representation, every choice that depends on types or constants made,
// so that evaluation switches once per node and block and never looks at a type.

import Values

/// A condition; never missing.
indirect enum ConditionNode: Sendable {
    case constant(Bool)
    /// lower ≤ integer column ≤ upper.
    case integerRange(column: Int, lower: Int64, upper: Int64)
    /// lower ≤ real column ≤ upper.
    case realRange(column: Int, lower: Double, upper: Double)
    /// Truth by code; codes beyond are false.
    case codeTruth(column: Int, truth: [UInt8])
    case columnMissing(column: Int)
    case integerMissing(IntegerNode)
    case realMissing(RealNode)
    case textMissing(TextNode)
    case compareIntegers(Comparison, IntegerNode, IntegerNode)
    case compareReals(Comparison, RealNode, RealNode)
    case compareTexts(Comparison, TextNode, TextNode)
    /// lower ≤ value ≤ upper.
    case integerBetween(IntegerNode, lower: Int64, upper: Int64)
    case integerAmong(IntegerNode, Set<Int64>)
    case realAmong(RealNode, Set<Double>)
    /// Folded texts.
    case textAmong(TextNode, Set<String>)
    case textTest(TextNode, TextSearch)
    /// A text column equals a constant, ignoring case.
    case textEqual(column: Int, TextEquality)
    case textMatches(TextNode, Pattern)
    /// An integer that is present and not 0.
    case truth(IntegerNode)
    case not(ConditionNode)
    case and([ConditionNode])
    case or([ConditionNode])
}

/// A whole number that may be missing.
indirect enum IntegerNode: Sendable {
    case column(Int)
    case constant(Int64)
    case missing
    case rowNumber
    case add(IntegerNode, IntegerNode)
    case subtract(IntegerNode, IntegerNode)
    case multiply(IntegerNode, IntegerNode)
    /// a × b ÷ divisor, halves away from zero.
    case multiplyScaled(IntegerNode, IntegerNode, divisor: Int64)
    /// a × factor ÷ b, halves away from zero; missing when b is 0.
    case divideScaled(IntegerNode, IntegerNode, factor: Int64)
    /// A real rounded to a whole number, halves away from zero; overflow outside of 64 bits.
    case rounded(RealNode, operation: String)
    /// A day moved by days, clamped.
    case addDays(IntegerNode, IntegerNode, negated: Bool)
    case addMonths(IntegerNode, IntegerNode)
    case negate(IntegerNode)
    /// Rounded to a multiple of unit, halves away from zero.
    case roundToUnit(IntegerNode, unit: Int64)
    case conditional(ConditionNode, IntegerNode, IntegerNode)
    case fallback(IntegerNode, IntegerNode)
    case datePart(DatePart, IntegerNode)
    case startOfUnit(CalendarUnit, IntegerNode, fiscal: Bool, Calendar)
    case day(IntegerNode, offsetSeconds: Int64)
    case length(TextNode)
    case bandOfInteger(IntegerNode, [Int64])
    case bandOfReal(RealNode, [Double])
    case lookup(column: Int, [Int64], present: Mask)
    /// A function of one integer column with few possible values: entry v − low belongs to value v.
    case tabulated(column: Int, low: Int64, [Int64], present: Mask)
    case condition(ConditionNode)
}

/// A real number that may be missing.
indirect enum RealNode: Sendable {
    case column(Int)
    case constant(Double)
    case missing
    /// An integer divided by a constant: 1, or 1,000,000 for millionths.
    case integer(IntegerNode, divisor: Double)
    case add(RealNode, RealNode)
    case subtract(RealNode, RealNode)
    case multiply(RealNode, RealNode)
    /// Missing when the divisor is 0.
    case divide(RealNode, RealNode)
    case negate(RealNode)
    /// Rounded to digits after the point, halves away from zero.
    case round(RealNode, digits: Int)
    case conditional(ConditionNode, RealNode, RealNode)
    case fallback(RealNode, RealNode)
    case lookup(column: Int, [Double], present: Mask)
}

/// A text that may be missing.
indirect enum TextNode: Sendable {
    case column(Int)
    /// The name of a category column's code.
    case category(Int)
    /// The list's only text.
    case constant(TextList)
    case missing
    case lower(TextNode)
    case conditional(ConditionNode, TextNode, TextNode)
    case fallback(TextNode, TextNode)
    /// The number of a distinct text by code; 0 is missing.
    case lookup(column: Int, [UInt32], TextList)
}

/// A compiled expression of any representation.
enum Node: Sendable {
    case integer(IntegerNode)
    case real(RealNode)
    case text(TextNode)
    /// Codes of a column; the dictionary is that column's.
    case code(column: Int)
}

extension ConditionNode {
    /// The column and the text that it must equal, where rows can be looked for by that alone, and what else must hold.
    var equality: (column: Int, TextEquality, rest: ConditionNode?)? {
        switch self {
        case .textEqual(let column, let wanted): return (column, wanted, nil)
        case .and(let parts) where !canFail:
            for case .textEqual(let column, let wanted) in parts { return (column, wanted, self) }
            return nil
        default: return nil
        }
    }

    /// Whether evaluation can throw an overflow, so that rows it should not see must be hidden from it.
    var canFail: Bool {
        switch self {
        case .constant, .integerRange, .realRange, .codeTruth, .columnMissing, .textEqual: false
        case .integerMissing(let a), .integerBetween(let a, _, _), .integerAmong(let a, _), .truth(let a): a.canFail
        case .realMissing(let a), .realAmong(let a, _): a.canFail
        case .textMissing(let a), .textAmong(let a, _), .textTest(let a, _), .textMatches(let a, _): a.canFail
        case .compareIntegers(_, let a, let b): a.canFail || b.canFail
        case .compareReals(_, let a, let b): a.canFail || b.canFail
        case .compareTexts(_, let a, let b): a.canFail || b.canFail
        case .not(let a): a.canFail
        case .and(let all), .or(let all): all.contains { $0.canFail }
        }
    }
}

extension IntegerNode {
    var canFail: Bool {
        switch self {
        case .column, .constant, .missing, .rowNumber, .lookup, .tabulated: false
        case .add, .subtract, .multiply, .multiplyScaled, .divideScaled, .rounded, .negate, .roundToUnit: true
        case .addDays(let a, let b, _), .addMonths(let a, let b), .fallback(let a, let b): a.canFail || b.canFail
        case .conditional(let c, let a, let b): c.canFail || a.canFail || b.canFail
        case .datePart(_, let a), .startOfUnit(_, let a, _, _), .day(let a, _), .bandOfInteger(let a, _): a.canFail
        case .length(let a): a.canFail
        case .bandOfReal(let a, _): a.canFail
        case .condition(let a): a.canFail
        }
    }
}

extension RealNode {
    var canFail: Bool {
        switch self {
        case .column, .constant, .missing, .lookup: false
        case .integer(let a, _): a.canFail
        case .add(let a, let b), .subtract(let a, let b), .multiply(let a, let b), .divide(let a, let b),
            .fallback(let a, let b):
            a.canFail || b.canFail
        case .negate(let a), .round(let a, _): a.canFail
        case .conditional(let c, let a, let b): c.canFail || a.canFail || b.canFail
        }
    }
}

extension TextNode {
    var canFail: Bool {
        switch self {
        case .column, .category, .constant, .missing, .lookup: false
        case .lower(let a): a.canFail
        case .conditional(let c, let a, let b): c.canFail || a.canFail || b.canFail
        case .fallback(let a, let b): a.canFail || b.canFail
        }
    }
}
