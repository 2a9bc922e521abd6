// Random books and random queries. Books hold missing values, equal values, names that differ by case, deleted rows;
// queries are built as text, so that lexer, parser, binder and engine are all on the way.

import Engine
import Pipeline
import Values

/// SplitMix64: the same numbers for the same seed.
struct SeededNumbers: RandomNumberGenerator {
    private var state: UInt64
    init(seed: UInt64) { state = seed }
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
    mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &self) < percent }
    mutating func pick<Value>(_ values: [Value]) -> Value { values[Int.random(in: 0..<values.count, using: &self)] }
}

struct RandomBook {
    static let owners = ["Dana Ruiz", "Marco Polo", "Lee Wong", "Ann", "Zoë Ångström"]
    static let accounts = ["Acme", "Globex", "Initech", "Hooli", "Umbrella", "Wayne"]
    static let sources = ["Webinar", "Referral", "Cold Call"]
    static let names = ["Alpha", "beta pilot", "Gamma", "acme renewal", "Delta-9", "Épsilon", "x"]

    var book: Book
    /// The stored fields of each live row.
    var rows: [[String: OracleValue]] = []
    let today: Day

    init(seed: UInt64, rowCount: Int) throws {
        var numbers = SeededNumbers(seed: seed)
        let first = Day(iso: "2026-01-01") ?? .min
        today = first.adding(days: Int.random(in: 0..<365, using: &numbers))
        book = try Book(settings: BookSettings(today: today))
        let stages = book.pipelines[0].stages
        for row in 0..<rowCount {
            var values: [String: OracleValue] = ["id": .text("D-\(row)")]
            func day(_ spread: Int, _ chance: Int) -> OracleValue {
                numbers.chance(chance)
                    ? .missing : .day(Int(today.number) + Int.random(in: -spread...spread, using: &numbers))
            }
            func text(_ list: [String], _ chance: Int) -> OracleValue {
                numbers.chance(chance) ? .missing : .text(numbers.pick(list))
            }
            // Every name is in the book, whatever else is drawn: queries name them all.
            func everyName(_ list: [String], _ chance: Int) -> OracleValue {
                row < list.count ? .text(list[row]) : text(list, chance)
            }
            values["name"] = text(RandomBook.names, 5)
            values["owner"] = everyName(RandomBook.owners, 10)
            values["account"] = everyName(RandomBook.accounts, 10)
            values["source"] = everyName(RandomBook.sources, 20)
            let stage = numbers.pick(stages)
            values["stage"] = .text(stage.name)
            values["value"] =
                numbers.chance(10)
                ? .missing
                : .cents(
                    Int64(numbers.pick([0, 500_000, 1_000_000, 1_234_567, 5_000_000]))
                        + Int64(Int.random(in: 0..<300, using: &numbers)))
            values["created"] = day(400, 5)
            values["close"] = day(200, 10)
            values["entered"] = day(60, 20)
            let cells = DealColumn.allCases.map { column -> Cell in
                switch values[column.rawValue] ?? .missing {
                case .text(let text): .text(text)
                case .cents(let cents): .integer(cents)
                case .day(let number): .integer(Int64(number))
                default: .missing
                }
            }
            let number = try book.deals.append(row: cells)
            if numbers.chance(8) {
                book.deals.delete(row: number)
                continue
            }
            rows.append(RandomBook.derived(values, stage, today))
        }
    }

    /// The derived fields, from their definitions.
    private static func derived(
        _ stored: [String: OracleValue], _ stage: Stage, _ today: Day
    ) -> [String: OracleValue] {
        var values = stored
        let isOpen = !stage.kind.isClosed
        values["status"] = .text(stage.kind.rawValue)
        values["open"] = .yesNo(isOpen)
        values["won"] = .yesNo(stage.kind == .won)
        values["lost"] = .yesNo(stage.kind == .lost)
        let chance = stage.kind == .won ? 1_000_000 : (stage.kind == .lost ? 0 : stage.probability?.millionths ?? 0)
        values["probability"] = .percent(Double(chance) / 1_000_000)
        values["weighted"] = .missing
        if case .cents(let cents) = values["value"] {
            values["weighted"] = .cents(Percent(millionths: chance).of(Money(cents: cents))?.cents ?? 0)
        }
        let closing = values["close"] == .missing ? values["entered"] ?? .missing : values["close"] ?? .missing
        values["closed"] = isOpen ? .missing : closing
        if values["entered"] == .missing { values["entered"] = values["closed"] ?? .missing }
        func days(_ end: OracleValue, _ start: OracleValue) -> OracleValue {
            if case .day(let a) = end, case .day(let b) = start { return .days(a - b) }
            return .missing
        }
        let now = OracleValue.day(Int(today.number))
        values["age"] = days(isOpen ? now : closing, values["created"] ?? .missing)
        values["in_stage"] = days(now, values["entered"] ?? .missing)
        var isOverdue = false
        if isOpen, case .day(let number) = values["close"] { isOverdue = number < Int(today.number) }
        values["overdue"] = .yesNo(isOverdue)
        return values
    }
}

/// Conditions as text.
struct RandomCondition {
    var numbers: SeededNumbers

    mutating func text(depth: Int) -> String {
        if depth > 0, numbers.chance(60) {
            switch Int.random(in: 0..<4, using: &numbers) {
            case 0: return "(\(text(depth: depth - 1)) and \(text(depth: depth - 1)))"
            case 1: return "(\(text(depth: depth - 1)) or \(text(depth: depth - 1)))"
            case 2: return "not (\(text(depth: depth - 1)))"
            default: return "\(text(depth: depth - 1)) and \(text(depth: depth - 1))"
            }
        }
        return leaf()
    }

    private mutating func order() -> String { numbers.pick(["=", "!=", "<", "<=", ">", ">="]) }

    private mutating func money() -> String {
        numbers.pick(["$5k", "$10k", "12345.67", "5000", "$0", "50k", "$12345.68", "1m"])
    }

    private mutating func amount() -> String {
        numbers.pick([
            "value", "value * 2", "value * probability", "value / 3", "value + $100", "value - 5k", "-value",
            "default(value, 0)", "weighted", "round(value)", "(if won then value else 0)", "value * 10%",
        ])
    }

    private mutating func period(_ word: String) -> String {
        if word.hasSuffix("in"), numbers.chance(20) { return numbers.pick(["Jan..Jun", "last month..next month"]) }
        return numbers.pick([
            "this quarter", "last quarter", "next month", "this year", "2026", "Q3 2026", "March 2026", "last 30 days",
            "next 45 days", "2026-05-01", "Q2", "November",
        ])
    }

    private mutating func leaf() -> String {
        let day = numbers.pick(["close", "created", "closed", "entered"])
        switch Int.random(in: 0..<17, using: &numbers) {
        case 0: return "\(amount()) \(order()) \(money())"
        case 1:
            return
                "owner \(numbers.pick(["=", "!="])) \(numbers.pick(RandomBook.owners + ["dana", "Lee", "\"Marco Polo\"", "Zoë"]))"
        case 2:
            return "stage \(order()) \(numbers.pick(["Demo", "Qualification", "Negotiation", "Closed Won", "Initial"]))"
        case 3:
            let word = numbers.pick(["in", "not in", "since", "before", "after", "until"])
            return "\(day) \(word) \(period(word))"
        case 4: return "\(day) \(order()) \(numbers.pick(["today", "this quarter", "2026-06-15", "last month"]))"
        case 5:
            return
                "\(numbers.pick(["value", "close", "owner", "source", "name", "closed", "entered"])) is \(numbers.pick(["missing", "not missing", "set"]))"
        case 6:
            return "source \(numbers.pick(["in", "not in"])) (Webinar, \(numbers.pick(["Referral", "\"Cold Call\""])))"
        case 7: return numbers.pick(["won", "lost", "open", "overdue", "won = yes", "open = no", "lost != yes"])
        case 8:
            return
                "name \(numbers.pick(["contains", "starts with", "ends with", "not contains"])) \(numbers.pick(["a", "pilot", "É", "alp", "x"]))"
        case 9: return "age \(order()) \(numbers.pick(["30d", "90d", "0d", "20 weeks"]))"
        case 10: return "close - created \(order()) \(numbers.pick(["60d", "0d", "200d"]))"
        case 11: return "value \(numbers.pick(["between", "not between"])) $5k and \(money())"
        case 12: return "value / $1000 \(order()) \(numbers.pick(["5", "12.5", "0"]))"
        case 13: return "probability \(order()) \(numbers.pick(["40%", "50%", "100%"]))"
        case 14: return "length(name) \(order()) 6"
        case 15: return "\(day) + 30d \(order()) \(numbers.pick(["today", "2026-07-01"]))"
        default: return "in_stage \(order()) \(numbers.pick(["14d", "0d", "30d"]))"
        }
    }
}
