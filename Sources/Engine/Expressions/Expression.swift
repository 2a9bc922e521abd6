// What can be computed from a row, as plain data: a binder builds it, operators evaluate it over blocks of rows. It
// names columns by their place in the table and holds no closures, so that it can be printed, compared, cached, or
// one day lowered to another engine.
//
// Missing values: arithmetic and functions of a missing value are missing; a comparison or test of one is false, and
// `not` negates that result. Conditions are therefore never missing.

public import Values

/// An expression over the columns of one table.
public indirect enum Expression: Hashable, Sendable {
    /// The value of a column.
    case column(Int)
    /// The same value in every row. The cell fits the type: integers for integer types, a text for text.
    case constant(Cell, ValueType)
    /// The row's number in its table, from 0.
    case rowNumber

    /// Arithmetic; see `ArithmeticOperator` for the types.
    case arithmetic(ArithmeticOperator, Expression, Expression)
    /// A date moved by an integer number of calendar months; Jan 31 + 1 is Feb 28 (or 29).
    case addMonths(Expression, Expression)
    /// The negative of a number, percent, money or duration.
    case negate(Expression)
    /// A number or percent as real, exactly where possible; integer percent becomes a fraction.
    case asReal(Expression)

    /// A comparison of two values of one kind: numbers with numbers, texts (and categories) ignoring case.
    case compare(Comparison, Expression, Expression)
    /// All conditions hold; true when there are none.
    case and([Expression])
    /// Some condition holds; false when there are none.
    case or([Expression])
    /// The condition does not hold.
    case not(Expression)
    /// There is no value.
    case isMissing(Expression)
    /// The category is one of the codes.
    case inCodes(Expression, CodeSet)
    /// An integer value v with lower ≤ v < upper: periods, and ranges of money.
    case inRange(Expression, lower: Int64, upper: Int64)
    /// The value equals one of the cells; texts ignoring case.
    case inCells(Expression, [Cell])
    /// A test of a text or category, ignoring case.
    case test(TextTest, Expression, String)
    /// The pattern is found somewhere in a text or category.
    case matches(Expression, Pattern)

    /// The first expression where the condition holds, else the second. Both have one type; integer and real mix to
    /// real, category and text to text.
    case conditional(Expression, then: Expression, else: Expression)
    /// The first expression, or the second where the first is missing.
    case fallback(Expression, Expression)
    /// A part of a date.
    case datePart(DatePart, Expression)
    /// The first day of the calendar unit that holds the date.
    case startOfUnit(CalendarUnit, Expression, fiscal: Bool, Calendar)
    /// The day of an instant at an offset from UTC in seconds.
    case day(Expression, offsetSeconds: Int64)
    /// Rounded to that many decimal digits (−18 … 18) halves away from zero; the type stays. Money's digits count in
    /// units, so that 0 rounds to whole units and 2 changes nothing.
    case round(Expression, digits: Int)
    /// The text in lower case.
    case lower(Expression)
    /// The number of characters of a text.
    case length(Expression)
    /// How many of the ascending thresholds the value has reached: 0 below the first. An integer.
    case band(Expression, [Cell])
    /// For a category, the value that a table gives for its code: a stage's probability, an account's sector.
    case lookup(Expression, CodeTable)
}

/// The four operations and what they take and give:
///
/// - `+ −`: money, number, percent, duration with their own kind; date ± duration; date − date = duration.
/// - `×`: number × number; money, percent or duration × number (either way round); money × percent = money;
///   percent × percent = percent. Money is rounded to the cent, halves away from zero.
/// - `÷`: number ÷ number and like ÷ like = real number; money, percent or duration ÷ number = its own kind. ÷ 0 is
///   missing.
///
/// An integer and a real make a real; a real percent is a fraction. Durations and dates stay whole days, rounded
/// halves away from zero. An integer result outside 64 bits is an overflow error; dates clamp to years 1 … 9999.
public enum ArithmeticOperator: String, Hashable, Sendable {
    case add = "+"
    case subtract = "−"
    case multiply = "×"
    case divide = "÷"
}

/// A comparison.
public enum Comparison: String, Hashable, Sendable {
    case equal = "="
    case notEqual = "!="
    case less = "<"
    case lessOrEqual = "<="
    case greater = ">"
    case greaterOrEqual = ">="
}

/// A test of a text against a constant one, ignoring case.
public enum TextTest: String, Hashable, Sendable {
    case contains
    case startsWith
    case endsWith
}

/// A part of a date, as an integer number; weekday is 1 (Monday) … 7, week is the ISO 8601 week 1 … 53.
public enum DatePart: Hashable, Sendable {
    case year, quarter, month, week, weekday, dayOfMonth
    /// The year that names the fiscal year; its first month is 1 … 12.
    case fiscalYear(firstMonth: Int)
    /// The quarter of the fiscal year, 1 … 4.
    case fiscalQuarter(firstMonth: Int)
}

/// A set of codes of one dictionary. 0 (missing) may be a member, though `inCodes` never finds it.
public struct CodeSet: Hashable, Sendable {
    private(set) var words: [UInt64] = []

    /// The codes given.
    public init(_ codes: some Sequence<UInt32>) { for code in codes { insert(code) } }

    /// Adds a code.
    public mutating func insert(_ code: UInt32) {
        while words.count <= Int(code) >> 6 { words.append(0) }
        words[Int(code) >> 6] |= 1 << UInt64(code & 63)
    }

    /// Whether the code is in the set.
    public func contains(_ code: UInt32) -> Bool {
        Int(code) >> 6 < words.count && words[Int(code) >> 6] >> UInt64(code & 63) & 1 != 0
    }

    /// The number of codes.
    public var count: Int { words.reduce(0) { $0 + $1.nonzeroBitCount } }
}
