// Values written out in the source, exact and typed.

public import Values

/// A value written out.
public enum Literal: Hashable, Sendable {
    /// `1500`, `2.5`, `10k`.
    case number(NumberLiteral)
    /// `$10k`, `USD 10k`.
    case money(MoneyLiteral)
    /// `45%`.
    case percent(PercentLiteral)
    /// `14d`, `2 weeks`.
    case duration(DurationLiteral)
    /// `"Acme Corp"`.
    case text(TextLiteral)
    /// `2026-11-23`.
    case day(DayLiteral)
    /// `yes`, `no`.
    case yesNo(YesNoLiteral)
    /// `missing`, as in `set next_step = missing`.
    case missing(MissingLiteral)

    /// Where it stands.
    public var span: SourceSpan {
        switch self {
        case .number(let literal): return literal.span
        case .money(let literal): return literal.span
        case .percent(let literal): return literal.span
        case .duration(let literal): return literal.span
        case .text(let literal): return literal.span
        case .day(let literal): return literal.span
        case .yesNo(let literal): return literal.span
        case .missing(let literal): return literal.span
        }
    }
}

/// A decimal number without unit, exact: `digits` ÷ 10^`scale`. Never negative (a minus is an operator).
public struct NumberLiteral: Hashable, Sendable {
    /// All digits as one whole number, suffix applied, without trailing zeros after the point.
    public var digits: Int64
    /// How many of them stand after the point; 0 for a whole number.
    public var scale: Int
    /// Where it stands.
    @Place public var span: SourceSpan

    /// The whole number; `nil` when there are digits after the point.
    public var whole: Int64? { scale == 0 ? digits : nil }
    /// The nearest real number.
    public var real: Double {
        var divisor = 1.0
        for _ in 0..<scale { divisor *= 10 }
        return Double(digits) / divisor
    }
}

/// What stood beside an amount.
public enum CurrencyMark: Hashable, Sendable {
    /// A sign such as `$`; a book says which currency its own sign is.
    case sign(String)
    /// A code such as `USD`.
    case code(Currency)
}

/// An amount of money, exact to the cent. Never negative.
public struct MoneyLiteral: Hashable, Sendable {
    /// Hundredths of the currency's unit.
    public var cents: Int64
    /// Its sign or code.
    public var currency: CurrencyMark
    /// Where it stands.
    @Place public var span: SourceSpan

    /// The amount.
    public var money: Money { Money(cents: cents) }
}

/// A share, exact to the millionth. Never negative.
public struct PercentLiteral: Hashable, Sendable {
    /// The share.
    public var percent: Percent
    /// Where it stands.
    @Place public var span: SourceSpan
}

/// A length of time: `14d`, `2w`, `3mo`, `1q`, `1y`, `14 days`.
public struct DurationLiteral: Hashable, Sendable {
    /// How many units.
    public var count: Int
    /// The unit that was written; a half is two quarters.
    public var unit: CalendarUnit
    /// Where it stands.
    @Place public var span: SourceSpan

    /// Months and days: a week is 7 days, a quarter 3 months, a half 6, a year 12.
    public var duration: CalendarDuration {
        switch unit {
        case .day: return CalendarDuration(days: count)
        case .week: return CalendarDuration(days: count * 7)
        case .month: return CalendarDuration(months: count)
        case .quarter: return CalendarDuration(months: count * 3)
        case .half: return CalendarDuration(months: count * 6)
        case .year: return CalendarDuration(months: count * 12)
        }
    }
}

/// A quoted text, its quotes taken off and doubled quotes made single.
public struct TextLiteral: Hashable, Sendable {
    /// What the quotes hold.
    public var text: String
    /// Where it stands, quotes included.
    @Place public var span: SourceSpan
}

/// A day written out: `2026-11-23`.
public struct DayLiteral: Hashable, Sendable {
    /// The day.
    public var day: Day
    /// Where it stands.
    @Place public var span: SourceSpan
}

/// `yes` or `no`.
public struct YesNoLiteral: Hashable, Sendable {
    /// Whether it is `yes`.
    public var isYes: Bool
    /// Where it stands.
    @Place public var span: SourceSpan
}

/// `missing`: no value.
public struct MissingLiteral: Hashable, Sendable {
    /// Where it stands.
    @Place public var span: SourceSpan
}
