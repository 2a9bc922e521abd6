// What groups are made by and what is computed of each: the vocabulary of `aggregate`, `sort` and `window`.

import Values

/// An order of a category's codes other than by name, such as stages by pipeline: a rank per code, 0 for missing's
/// entry. Codes with equal ranks, or without one, go by name.
public struct CodeOrder: Hashable, Sendable {
    /// The rank of each code, from code 0 (ignored).
    public let ranks: [Int64]
    /// An order by these ranks.
    public init(ranks: [Int64]) { self.ranks = ranks }
}

/// A key to group by.
public struct Key: Hashable, Sendable {
    /// The name of the result column.
    public var name: String
    /// What to group by.
    public var expression: Expression
    /// The order of groups for a category; by name unless given.
    public var order: CodeOrder?
    /// A key.
    public init(_ name: String, _ expression: Expression, order: CodeOrder? = nil) {
        self.name = name
        self.expression = expression
        self.order = order
    }
}

/// A key to sort by. Missing values are last in both directions; texts and categories go by name ignoring case, ties
/// by bytes.
public struct SortKey: Hashable, Sendable {
    /// What to sort by.
    public var expression: Expression
    /// Whether the largest comes first.
    public var descending: Bool
    /// The order of a category; by name unless given.
    public var order: CodeOrder?
    /// A key, ascending unless told.
    public init(_ expression: Expression, descending: Bool = false, order: CodeOrder? = nil) {
        self.expression = expression
        self.descending = descending
        self.order = order
    }
}

/// What to compute of the rows of a group. Missing values are passed over.
public enum Aggregate: Hashable, Sendable {
    /// How many rows; number.
    case count
    /// How many rows have a value; number.
    case countPresent(Expression)
    /// How many distinct values (texts by bytes); number.
    case countDistinct(Expression)
    /// The sum, of number, percent, money or duration; exact for integers; 0 of nothing.
    case sum(Expression)
    /// The mean: money to the cent, duration and date to the day, integer percent to the millionth, all halves away
    /// from zero; real number else.
    case average(Expression)
    /// The quantile q (0 … 1), linear between the two nearest values; rounded like `average`. Median: 0.5.
    case quantile(Expression, Double)
    /// The smallest value.
    case minimum(Expression)
    /// The largest value.
    case maximum(Expression)
    /// The sample standard deviation (n − 1); missing under two values. Money, percent and duration in their own type
    /// and rounded like `average`; real number else.
    case standardDeviation(Expression)
    /// The value of the first row, even when it is missing.
    case first(Expression)
    /// Whether the condition holds for some row; 0 of nothing.
    case any(Expression)

    /// The median.
    public static func median(_ expression: Expression) -> Aggregate { .quantile(expression, 0.5) }
}

/// A named aggregate over the rows that satisfy its own condition.
public struct Measure: Hashable, Sendable {
    /// The name of the result column.
    public var name: String
    /// What to compute.
    public var aggregate: Aggregate
    /// Rows that do not satisfy it do not count for this measure.
    public var condition: Expression?
    /// A measure.
    public init(_ name: String, _ aggregate: Aggregate, where condition: Expression? = nil) {
        self.name = name
        self.aggregate = aggregate
        self.condition = condition
    }
}

/// A value that looks at the other rows of its partition.
public enum WindowFunction: Hashable, Sendable {
    /// The sum over the partition.
    case total(Expression)
    /// The row's value as a fraction of that sum (real percent); missing when the sum is 0.
    case share(Expression)
    /// 1 + the number of rows with a larger value; equal values share a rank; missing for missing.
    case rank(Expression)
    /// The sum from the partition's first row to this one, in the relation's order.
    case running(Expression)
}

/// A named window function within the groups of `partition`.
public struct Window: Hashable, Sendable {
    /// The name of the new column.
    public var name: String
    /// What to compute.
    public var function: WindowFunction
    /// Rows with equal values of these belong together; all rows when empty.
    public var partition: [Expression]
    /// A window function.
    public init(_ name: String, _ function: WindowFunction, within partition: [Expression] = []) {
        self.name = name
        self.function = function
        self.partition = partition
    }
}
