// What the values of a formula mean to a person, beyond how the engine holds them: which list of names a category is
// of, which unit a period's first day stands for, which labels stand behind places. The table of types of the
// language is written over meanings.

import Engine
public import Values

/// What values mean.
public enum Meaning: Hashable, Sendable {
    /// Free text.
    case text
    /// A name out of a list that is known; the kind says what the names are called.
    case name(NameKind)
    /// A plain number.
    case number
    /// An amount in the book's currency.
    case money
    /// A share.
    case percent
    /// A day.
    case day
    /// A number of days.
    case duration
    /// Yes or no.
    case yesNo
    /// A moment.
    case instant
    /// The first day of a calendar unit: `quarter(close)`.
    case period(PeriodUnit)
    /// A place in a list of labels, from 0: `band(value, $10k)`, `weekday(close)`.
    case label([String])
    /// No value, of no type: the word `missing`.
    case nothing

    /// How a message calls it: `money`, `a date`.
    public var words: String {
        switch self {
        case .text: "text"
        case .name(let kind): Words.article(kind.singular)
        case .number: "a number"
        case .money: "money"
        case .percent: "a percent"
        case .day: "a date"
        case .duration: "a duration"
        case .yesNo: "yes or no"
        case .instant: "a moment"
        case .period: "a period"
        case .label: "a label"
        case .nothing: "missing"
        }
    }
}

/// What the names of a category are called.
public struct NameKind: Hashable, Sendable {
    /// `stage`, `owner`, `sector`.
    public var singular: String
    /// Whether its values are the stages of the book's pipelines, which have an order.
    public var isStage: Bool

    /// A kind of names.
    public init(_ singular: String, isStage: Bool = false) {
        self.singular = singular
        self.isStage = isStage
    }

    /// `stages`, `companies`.
    public var plural: String { EnglishPlural.of(singular) }
}

extension Meaning {
    /// How an answer says a value that is a number inside: `2026-Q4`, `Monday`; `nil` where it is said by its type.
    var wording: (@Sendable (Int64) -> String)? {
        switch self {
        case .period(let unit): { unit.label(Day(clamping: Int($0))) }
        case .label(let labels): { labels.indices.contains(Int($0)) ? labels[Int($0)] : String($0) }
        default: nil
        }
    }

    /// The type of a column with this meaning in an answer, given how the formula's values are held.
    func answerType(_ held: ValueType) -> ValueType {
        switch self {
        case .period, .label: .category
        default: held
        }
    }
}
