// Conditions and expressions: one tree for both, because a yes/no value may stand wherever a value may.
// Parentheses leave no trace; the printer puts them back where they are needed.

public import Values

/// A condition or a value to compute.
public indirect enum Expression: Hashable, Sendable {
    /// A value written out.
    case literal(Literal)
    /// One word, or words joined by dots: a field, a `let`, or (beside a comparison) the name of a value; the data decides.
    case path(Path)
    /// Several bare words, only ever beside a comparison, in a list or as a new value: the name of a value.
    case name(Name)
    /// Words that can be a name and something else as well; the data decides.
    case either(EitherReading)
    /// Date words: `today`, `this quarter`, `end of March 2026`. One word that could be a field stands in `either`.
    case date(DateSpan)
    /// `round(value)`, `total(value) within owner`.
    case call(Call)
    /// `not C`, `-x`.
    case unary(UnaryExpression)
    /// `a + b`, `C and D`.
    case binary(BinaryExpression)
    /// `a = b`, `a >= b`, `a contains b`.
    case comparison(Comparison)
    /// `a [not] between b and c`.
    case between(BetweenCondition)
    /// `a [not] in (b, c)`.
    case list(ListCondition)
    /// `a [not] in P`, `a before P`, `a since P` ….
    case period(PeriodCondition)
    /// `a is [not] missing`, `a is set`.
    case missing(MissingCondition)
    /// `if C then A else B`.
    case conditional(Conditional)

    /// Where it stands.
    public var span: SourceSpan {
        switch self {
        case .literal(let node): return node.span
        case .path(let node): return node.span
        case .name(let node): return node.span
        case .either(let node): return node.span
        case .date(let node): return node.span
        case .call(let node): return node.span
        case .unary(let node): return node.span
        case .binary(let node): return node.span
        case .comparison(let node): return node.span
        case .between(let node): return node.span
        case .list(let node): return node.span
        case .period(let node): return node.span
        case .missing(let node): return node.span
        case .conditional(let node): return node.span
        }
    }
}

/// Words with two readings that end at the same place: `March` (a name or a month), `D-102` (an id or D minus 102),
/// `14 days`, `this quarter`. The type of what it stands beside, or the data, decides.
public struct EitherReading: Hashable, Sendable {
    /// Read as a name; with one word it may also be a field or a `let`.
    public var name: Name
    /// Read as date words, a literal or arithmetic.
    public var expression: Expression
    /// Where it stands.
    @Place public var span: SourceSpan
}

/// An operator before its operand.
public enum UnaryOperator: String, Hashable, Sendable {
    case not = "not"
    case minus = "-"
}

/// `not C`, `-x`.
public struct UnaryExpression: Hashable, Sendable {
    /// Which.
    public var op: UnaryOperator
    /// What it applies to.
    public var operand: Expression
    /// Where it stands.
    @Place public var span: SourceSpan
}

/// An operator between two operands that gives a value or joins conditions.
public enum BinaryOperator: String, Hashable, Sendable {
    case add = "+"
    case subtract = "-"
    case multiply = "*"
    case divide = "/"
    case and = "and"
    case or = "or"
}

/// `a + b`, `C and D`; chains lean to the left.
public struct BinaryExpression: Hashable, Sendable {
    /// Which.
    public var op: BinaryOperator
    /// Where the operator stands.
    @Place public var opSpan: SourceSpan
    /// Its left operand.
    public var left: Expression
    /// Its right operand.
    public var right: Expression
    /// Where it stands.
    @Place public var span: SourceSpan
}

/// An operator that compares two values.
public enum ComparisonOperator: String, CaseIterable, Hashable, Sendable {
    case equal = "="
    case notEqual = "!="
    case less = "<"
    case lessOrEqual = "<="
    case greater = ">"
    case greaterOrEqual = ">="
    case contains = "contains"
    case startsWith = "starts with"
    case endsWith = "ends with"
    case matches = "matches"
}

/// `a = b`, `a not contains b`.
public struct Comparison: Hashable, Sendable {
    /// Which.
    public var op: ComparisonOperator
    /// Where the operator stands, its `not` included.
    @Place public var opSpan: SourceSpan
    /// Whether `not` stands before it (only before the operators on text).
    public var isNegated: Bool
    /// Its left operand.
    public var left: Expression
    /// Its right operand.
    public var right: Expression
    /// Where it stands.
    @Place public var span: SourceSpan
}

/// `a [not] between b and c`, both ends included.
public struct BetweenCondition: Hashable, Sendable {
    /// What is tested.
    public var operand: Expression
    /// Whether `not` stands before `between`.
    public var isNegated: Bool
    /// The lower end.
    public var lower: Expression
    /// The upper end.
    public var upper: Expression
    /// Where it stands.
    @Place public var span: SourceSpan
}

/// `a [not] in (b, c)`.
public struct ListCondition: Hashable, Sendable {
    /// What is tested.
    public var operand: Expression
    /// Whether `not` stands before `in`.
    public var isNegated: Bool
    /// The items: literals, a minus before a number, single words as paths, names, either readings; at least one.
    public var items: [Expression]
    /// Where it stands.
    @Place public var span: SourceSpan
}

/// `a [not] in P`, `a before P`, `a after P`, `a since P`, `a until P`.
public struct PeriodCondition: Hashable, Sendable {
    /// What is tested.
    public var operand: Expression
    /// Whether `not` stands before it.
    public var isNegated: Bool
    /// `point` and `range` after `in`; the other bounds are their own word.
    public var period: PeriodExpression
    /// The words after `in` read as a name, when one name covers them all: `stage in Negotiation`; else `nil`.
    public var name: Name?
    /// Where it stands.
    @Place public var span: SourceSpan
}

/// `a is missing`, `a is not missing` = `a is set`.
public struct MissingCondition: Hashable, Sendable {
    /// What is tested.
    public var operand: Expression
    /// Whether it asks for a value being there.
    public var isNegated: Bool
    /// Where it stands.
    @Place public var span: SourceSpan
}

/// `if C then A else B`.
public struct Conditional: Hashable, Sendable {
    /// What decides.
    public var condition: Expression
    /// The value when it holds.
    public var then: Expression
    /// The value when it does not.
    public var otherwise: Expression
    /// Where it stands.
    @Place public var span: SourceSpan
}

/// A function with its arguments: `round(value)`, `share(value) within (owner, stage)`.
public struct Call: Hashable, Sendable {
    /// Its name.
    public var function: Identifier
    /// What stands in its parentheses; may be none.
    public var arguments: [Expression]
    /// The group that a window function looks at; `nil` without `within`.
    public var within: [Path]?
    /// Where it stands.
    @Place public var span: SourceSpan
}
