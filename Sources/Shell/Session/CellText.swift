// A column's cells as people read them. The only place where the engine's types meet the formats for people.

import Engine
import Query
import Values

/// Turns cells into texts.
struct CellText {
    /// The characters for a missing value.
    var style: LineStyle

    /// The column of a table for people; amounts of one column share their number of decimals.
    func column(_ column: Answer.Column, _ cells: [Cell]) -> DisplayTable.Column {
        let format = HumanFormat(currency: column.currency ?? .usDollar, style: style)
        let texts: [String]
        if column.type.type == .money {
            texts = format.moneyColumn(cells.map { CellText.shown($0, column).integer.map(Money.init(cents:)) })
        } else {
            texts = cells.map { CellText.text($0, column.type, format) }
        }
        switch column.type.type {
        case .number, .money, .percent, .duration: return .number(column.name, texts)
        case .date, .instant, .boolean: return .whole(column.name, texts)
        // Whoever asks for one deal next needs its whole id.
        case .text, .category: return column.name == "id" ? .whole(column.name, texts) : .text(column.name, texts)
        }
    }

    /// The cell as people are shown it: of an estimated amount the whole units, halves away from zero.
    static func shown(_ cell: Cell, _ column: Answer.Column) -> Cell {
        guard column.isEstimate, column.type.type == .money, case .integer(let cents) = cell else { return cell }
        let rest = cents % 100
        let toward = cents - rest
        guard rest.magnitude >= 50 else { return .integer(toward) }
        let (away, overflow) = toward.addingReportingOverflow(cents < 0 ? -100 : 100)
        return .integer(overflow ? toward : away)
    }

    /// One value.
    static func text(_ cell: Cell, _ type: ValueType, _ format: HumanFormat) -> String {
        switch (type.type, cell) {
        case (_, .missing): return format.missing
        case (_, .text(let text)): return text
        case (.percent, .real(let share)):
            return format.percent(Percent(millionths: Int64(clamping: (share * 1_000_000).rounded())))
        case (_, .real(let number)): return format.number(number)
        case (.money, .integer(let cents)): return format.money(Money(cents: cents))
        case (.percent, .integer(let millionths)): return format.percent(Percent(millionths: millionths))
        case (.date, .integer(let number)): return format.day(Day(clamping: Int(number)))
        case (.duration, .integer(let days)): return format.days(Int(days))
        case (.boolean, .integer(let value)): return format.yesNo(value != 0)
        case (.instant, .integer(let seconds)): return CellText.instant(seconds)
        case (_, .integer(let number)): return format.count(Int(number))
        }
    }

    /// `2026-11-23 08:15`.
    private static func instant(_ seconds: Int64) -> String {
        let (days, rest) = (seconds / 86_400, seconds % 86_400)
        let ofDay = rest < 0 ? rest + 86_400 : rest
        let day = Day(clamping: Int(rest < 0 ? days - 1 : days))
        func two(_ number: Int64) -> String { (number < 10 ? "0" : "") + String(number) }
        return "\(day) \(two(ofDay / 3600)):\(two(ofDay / 60 % 60))"
    }
}

extension Int64 {
    /// The nearest integer that can be held; 0 for NaN.
    init(clamping real: Double) {
        guard !real.isNaN else {
            self = 0
            return
        }
        self = Int64(exactly: real.rounded()) ?? (real < 0 ? .min : .max)
    }
}
