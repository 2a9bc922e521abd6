// One value of one row, for the edges of the engine: literals, changes, shown results, tests. Operators never
// go through cells; kernels work on whole blocks.

/// One value, without its type: what the integer means is known by the column or expression.
public enum Cell: Hashable, Sendable {
    /// No value.
    case missing
    /// A number, cents, millionths, day number, days, 0 or 1, seconds.
    case integer(Int64)
    /// A real number, never NaN and never −0.
    case real(Double)
    /// A text, or the name of a category.
    case text(String)

    /// A real cell; NaN becomes missing and −0 becomes 0.
    public init(_ value: Double) { self = value.isNaN ? .missing : .real(value == 0 ? 0 : value) }

    /// Whether there is no value.
    public var isMissing: Bool { self == .missing }
    /// The integer, if it is one.
    public var integer: Int64? { if case .integer(let value) = self { value } else { nil } }
    /// The real, if it is one.
    public var real: Double? { if case .real(let value) = self { value } else { nil } }
    /// The text, if it is one.
    public var text: String? { if case .text(let value) = self { value } else { nil } }
}

extension Cell: Comparable {
    /// A total order: numbers by size (an integer before an equal real), then texts ignoring case with ties by
    /// bytes, then missing.
    public static func < (left: Cell, right: Cell) -> Bool {
        switch (left, right) {
        case (.integer(let a), .integer(let b)): a < b
        case (.real(let a), .real(let b)): a < b
        case (.integer(let a), .real(let b)): Cell.order(a, b) <= 0
        case (.real(let a), .integer(let b)): Cell.order(b, a) > 0
        case (.text(let a), .text(let b)): TextOrder.precedes(a, b)
        case (.missing, _): false
        case (_, .missing): true
        case (.text, _): false
        case (_, .text): true
        }
    }

    /// −1, 0 or 1: exact comparison of an integer with a real.
    static func order(_ left: Int64, _ right: Double) -> Int {
        if right >= 0x1p63 { return -1 }
        if right < -0x1p63 { return 1 }
        let whole = Int64(right)
        if left != whole { return left < whole ? -1 : 1 }
        let rest = right - Double(whole)
        return rest > 0 ? -1 : (rest < 0 ? 1 : 0)
    }
}
