// The settings of a book: one definition each, which the statement, help, completion and tests read.

import Engine
import Language
public import Pipeline
public import Values

/// A setting.
public enum SettingName: String, CaseIterable, Sendable {
    case currency
    case fiscalYear = "fiscal_year"
    case week, today, me, timezone
    case askAbove = "ask_above"

    /// What it is, in one line.
    public var summary: String {
        switch self {
        case .currency: "the currency that amounts are in and sums are reported in: $, EUR"
        case .fiscalYear: "the first month of the fiscal year: February"
        case .week: "the first day of a week: Monday, Sunday"
        case .today: "the day that today means: 2026-11-23, or clock"
        case .me: "the owner that my deals are of: Dana Ruiz"
        case .timezone: "the offset from UTC at which moments become days: UTC, +02:00"
        case .askAbove: "how many deals a typed change may touch before it is asked about: 100"
        }
    }

    /// Its value as the settings statement would write it.
    public func value(in settings: BookSettings, clock: Day) -> String {
        switch self {
        case .currency: return settings.currency.code
        case .fiscalYear: return Self.months[settings.fiscalYearStartMonth - 1]
        case .week: return settings.weekStart.name
        case .today: return settings.today.map(\.description) ?? "clock"
        case .me: return settings.me ?? "nobody"
        case .timezone:
            let minutes = settings.timezoneMinutes
            if minutes == 0 { return "UTC" }
            func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
            return (minutes < 0 ? "-" : "+") + two(abs(minutes) / 60) + ":" + two(abs(minutes) % 60)
        case .askAbove: return String(settings.askAbove)
        }
    }

    static let months = [
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
        "December",
    ]

    /// All settings as rows.
    static func answer(_ settings: BookSettings, clock: Day) throws -> Answer {
        let columns = [
            try Engine.Column(name: "setting", valueType: .text, cells: allCases.map { .text($0.rawValue) }),
            try Engine.Column(
                name: "value", valueType: .text, cells: allCases.map { .text($0.value(in: settings, clock: clock)) }),
            try Engine.Column(name: "what", valueType: .text, cells: allCases.map { .text($0.summary) }),
        ]
        return Answer(
            shape: .rows, columns: columns.map { Answer.Column($0.name, .text) }, rows: AnswerRows(try Table(columns)),
            rowNoun: "setting")
    }

    /// Changes it; throws a `Diagnostic` at the value.
    func set(_ written: SettingSyntax, in book: inout Book) throws {
        func wrong(_ expected: String) -> Diagnostic {
            Diagnostic(
                .unknownSetting, "\(rawValue) is \(expected)", at: written.valueSpan,
                hint: "settings \(rawValue) = \(value(in: book.settings, clock: book.settings.today ?? .min))")
        }
        var words: String?
        var day: Day?
        switch written.value {
        case .literal(.text(let literal)): words = literal.text
        case .literal(.day(let literal)): day = literal.day
        case .literal(.number(let literal)): words = literal.whole.map(String.init)
        case .literal: break
        case .name(let name): words = name.text
        case .currencySign(let sign): words = sign
        }
        switch self {
        case .currency:
            guard let words, let currency = Currency(sign: words) ?? Currency(code: words) else {
                throw wrong("a sign such as $ or a code such as EUR")
            }
            book.settings.currency = currency
        case .fiscalYear:
            guard let words, let month = Self.month(words) else { throw wrong("the name of a month") }
            book.settings.fiscalYearStartMonth = month
        case .week:
            let key = words?.lowercased() ?? ""
            guard key.count >= 2, let weekday = Weekday.allCases.first(where: { $0.name.lowercased().hasPrefix(key) })
            else { throw wrong("the name of a day") }
            book.settings.weekStart = weekday
        case .today:
            if words?.lowercased() == "clock" {
                book.settings.today = nil
            } else if let day {
                book.settings.today = day
            } else {
                throw wrong("a day such as 2026-11-23, or clock")
            }
        case .me:
            guard let words else { throw wrong("the name of an owner") }
            if words.lowercased() == "nobody" {
                book.settings.me = nil
                return
            }
            let owners = NameList("owner", names: try book.names(ofColumn: DealColumn.owner.rawValue).names)
            switch owners.index.match(words) {
            case .exact(let index), .prefix(let index): book.settings.me = owners.names[index]
            case .several(let found): throw owners.ambiguous(words, found, at: written.valueSpan)
            case .none: throw owners.unknown(words, at: written.valueSpan)
            }
        case .timezone:
            guard let words, let minutes = Self.minutes(words) else {
                throw wrong("UTC, or an offset such as \"+02:00\"")
            }
            book.settings.timezoneMinutes = minutes
        case .askAbove:
            guard let words, let count = Int(words), count >= 0 else { throw wrong("a number of deals") }
            book.settings.askAbove = count
        }
    }

    private static func month(_ text: String) -> Int? {
        if let number = Int(text) { return (1...12).contains(number) ? number : nil }
        let key = text.lowercased()
        guard key.count >= 3 else { return nil }
        return months.firstIndex { $0.lowercased().hasPrefix(key) }.map { $0 + 1 }
    }

    private static func minutes(_ text: String) -> Int? {
        if text.uppercased() == "UTC" { return 0 }
        let sign = text.hasPrefix("-") ? -1 : 1
        let parts = text.drop { $0 == "+" || $0 == "-" }.split(separator: ":")
        guard let hours = parts.first.flatMap({ Int($0) }), (0...14).contains(hours), parts.count <= 2 else {
            return nil
        }
        let rest = parts.count == 2 ? Int(parts[1]) : 0
        guard let rest, (0..<60).contains(rest) else { return nil }
        return sign * (hours * 60 + rest)
    }
}
