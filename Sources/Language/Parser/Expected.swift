// What the parser would have accepted at a place. It feeds error messages ("expected a period, found …") and
// completion; both come from the real parser, which records each look for a word or a kind of thing.

import Values

/// What kind of word a word of the language is; groups words in messages, completion and help.
public enum WordRole: String, CaseIterable, Hashable, Sendable {
    case statement, source, status, clause, condition, step, report, change, aggregate, function, window, date, setting
    case importOption = "import option"
    case lever
    /// A word that only joins others, such as `to` in `move to`.
    case filler

    /// How a message speaks of any word of the kind; `nil` for those that are always listed.
    var groupName: String? {
        switch self {
        case .statement: return "a statement"
        case .source: return "a source"
        case .status, .clause: return "a clause"
        case .condition: return "a comparison"
        case .step: return "a step"
        case .report: return "a report"
        case .change: return "a change"
        case .aggregate: return "an aggregate"
        case .function, .window: return "a function"
        case .date: return "a period"
        case .setting: return "a setting"
        case .importOption: return "an import option"
        case .lever: return "a lever"
        case .filler: return nil
        }
    }
}

/// Something that may stand at a place.
public enum Expected: Hashable, Sendable {
    /// A word (or words) of the language.
    case word(String, WordRole)
    /// A sign, such as `|` or `=`.
    case sign(String)
    /// The name of a stage.
    case stage
    /// The name of an owner.
    case owner
    /// The name of an account.
    case account
    /// The name of a source of deals.
    case dealSource
    /// The id or name of a deal.
    case deal
    /// The name of a saved scenario.
    case scenario
    /// A field.
    case field
    /// A value of that field.
    case valueOf(Path)
    /// A value or expression of any kind.
    case value
    /// A condition.
    case condition
    /// A period such as `this quarter`.
    case period
    /// A day such as `2026-11-23`.
    case day
    /// A duration such as `14d`.
    case duration
    /// A whole number.
    case count
    /// A share such as `45%`.
    case percent
    /// A quoted text.
    case text
    /// A quoted path of a file.
    case path
    /// A table or a `let`.
    case table
    /// A name that does not exist yet.
    case newName
    /// The name of a setting.
    case setting
    /// A value of that setting.
    case valueOfSetting(String)
    /// A topic of `help`.
    case helpTopic
    /// A column of the file that is imported.
    case column
    /// The end of the statement.
    case end

    /// How a message speaks of it.
    var description: String {
        switch self {
        case .word(let word, _): return "\"\(word)\""
        case .sign(let sign): return sign == "," ? "a comma" : "\"\(sign)\""
        case .stage: return "a stage"
        case .owner: return "an owner"
        case .account: return "an account"
        case .dealSource: return "a source of deals"
        case .deal: return "a deal"
        case .scenario: return "a scenario"
        case .field: return "a field"
        case .valueOf, .value: return "a value"
        case .condition: return "a condition"
        case .period: return "a period"
        case .day: return "a day"
        case .duration: return "a duration"
        case .count: return "a whole number"
        case .percent: return "a percentage"
        case .text: return "a quoted text"
        case .path: return "a quoted file name"
        case .table: return "a table or let"
        case .newName: return "a new name"
        case .setting: return "a setting"
        case .valueOfSetting: return "a value for it"
        case .helpTopic: return "a topic"
        case .column: return "a column"
        case .end: return "the end of the statement"
        }
    }

    /// An example for the hint of a message that expected this alone.
    var example: String? {
        switch self {
        case .stage: return "Negotiation, \"Closed Won\""
        case .owner: return "Dana, \"Dana Ruiz\""
        case .period: return "this quarter, March 2026, last 30 days, since 2026-01-01"
        case .day: return "2026-11-23, today, last Friday"
        case .duration: return "14d, 2w, 3mo, 14 days"
        case .count: return "10"
        case .percent: return "45%"
        case .text: return "\"…\""
        case .path: return "\"export.csv\""
        case .value, .valueOf: return "$10k, 45%, 2026-11-23, \"Dana Ruiz\""
        case .condition: return "value > $10k, stage = Negotiation, close in Q3"
        default: return nil
        }
    }
}

/// What was expected where, with the start of the words already there that it would replace.
struct ExpectedItem: Hashable {
    var item: Expected
    /// The byte at which a name that goes on started; `nil` when it would start here.
    var start: Int?
}
