// The functions of the language as the binder knows them; how they are written and what they do stands in
// Language.Vocabulary, which help, completion and the reference read. A test compares the two.

import Language
import Values

/// A function that expressions can call.
public enum FunctionName: String, CaseIterable, Sendable {
    case year, quarter, month, week, weekday
    case fiscalYear = "fiscal_year"
    case fiscalQuarter = "fiscal_quarter"
    case round, lower, length, `default`, band
    case visited
    case total, share, rank, running
    case winChance = "win_chance"

    /// The function with this name, case ignored.
    public init?(named text: String) {
        guard let found = FunctionName.allCases.first(where: { $0.rawValue == text.lowercased() }) else { return nil }
        self = found
    }

    /// The calendar unit that it gives of a day; `nil` for every other function.
    var unit: (unit: CalendarUnit, isFiscal: Bool)? {
        switch self {
        case .year: (.year, false)
        case .quarter: (.quarter, false)
        case .month: (.month, false)
        case .week: (.week, false)
        case .fiscalYear: (.year, true)
        case .fiscalQuarter: (.quarter, true)
        default: nil
        }
    }

    /// Whether it looks at other rows, and so takes `within`.
    public var isWindow: Bool { [.total, .share, .rank, .running].contains(self) }

    /// How it is called, as the vocabulary says it.
    var syntax: String {
        (Vocabulary.entry(for: rawValue, role: isWindow ? .window : .function)?.syntax) ?? rawValue
    }

    /// How many arguments it takes.
    var argumentCounts: ClosedRange<Int> {
        switch self {
        case .round: 1...2
        case .default: 2...2
        case .band: 2...Int.max
        default: 1...1
        }
    }

    /// All of them, for messages.
    static var list: NameList { NameList("function", names: allCases.map(\.rawValue)) }
}
