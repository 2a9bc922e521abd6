// Values as people read them, in tables and sentences: grouped money with its sign, whole percents where they are
// whole, ISO days. Programs get `Money.plain` and the like from the writers of CSV and JSON instead.

public import Values

/// Text forms of values for people. `nil` values give the dash that stands for "missing".
public struct HumanFormat: Sendable {
    /// The currency whose sign stands before an amount.
    public var currency: Currency
    /// The characters for the dash.
    public var style: LineStyle

    /// A format with the book's currency.
    public init(currency: Currency = .usDollar, style: LineStyle = .unicode) {
        self.currency = currency
        self.style = style
    }

    /// What stands for a missing value.
    public var missing: String { style.dash }

    /// `$12,500`, `-$0.05`, `CHF 1,000`.
    public func money(_ money: Money?, alwaysCents: Bool = false) -> String {
        guard let money else { return missing }
        return prefixed(money.grouped(alwaysCents: alwaysCents))
    }

    /// The cells of a column of money: all with cents as soon as one has them, so that the points stand in one line.
    public func moneyColumn(_ amounts: [Money?]) -> [String] {
        let alwaysCents = amounts.contains { ($0?.cents ?? 0) % 100 != 0 }
        return amounts.map { money($0, alwaysCents: alwaysCents) }
    }

    /// Three digits at most, for headings and hints: `$1.2m`, `$340k`, `$950`, `-$2.5bn`. Rounded half away from zero.
    public func compactMoney(_ money: Money) -> String {
        let units = Int128(money.cents.magnitude)
        let scales: [(size: Int128, suffix: String)] = [(1, ""), (1_000, "k"), (1_000_000, "m"), (1_000_000_000, "bn")]
        for (index, scale) in scales.enumerated() {
            let isLast = index == scales.count - 1
            let whole = (units + scale.size * 50) / (scale.size * 100)
            if whole >= 1_000 && !isLast { continue }
            let tenths = (units * 10 + scale.size * 50) / (scale.size * 100)
            // One decimal where it says something: 1.2m, but 12m, 1m and never cents.
            let digits =
                scale.size > 1 && tenths < 100 && tenths % 10 != 0
                ? "\(tenths / 10).\(tenths % 10)" : DecimalText.grouped(String(whole))
            return prefixed((money.cents < 0 ? "-" : "") + digits + scale.suffix)
        }
        return prefixed(money.grouped())
    }

    /// `45%`, `33.3%`, `0.05%`: at most one decimal from 1% on, at most two beneath; rounded half away from zero.
    public func percent(_ percent: Percent?) -> String {
        guard let percent else { return missing }
        let magnitude = percent.millionths.magnitude
        let sign = percent.millionths < 0 ? "-" : ""
        let places = magnitude < 10_000 ? 2 : 1
        let unit: UInt64 = places == 2 ? 100 : 1_000
        let rounded = magnitude / unit + (magnitude % unit >= unit / 2 ? 1 : 0)
        if rounded == 0 { return "0%" }
        return sign + HumanFormat.decimal(rounded, places: places) + "%"
    }

    /// `1,234`, whole numbers.
    public func count(_ number: Int?) -> String {
        guard let number else { return missing }
        return DecimalText.grouped(number)
    }

    /// `1,234.57`, `12`, `0.0417`: two decimals from 1 on, three significant digits beneath; trailing zeros go.
    public func number(_ number: Double?) -> String {
        guard let number, number.isFinite else { return missing }
        let magnitude = abs(number)
        guard magnitude < 1e15 else { return String(number) }
        if magnitude == 0 { return "0" }
        var places = 2
        var bound = 1.0
        while magnitude < bound, places < 12 {
            bound /= 10
            places += 1
        }
        var scale = 1.0
        for _ in 0..<places { scale *= 10 }
        let rounded = UInt64(magnitude * scale + 0.5)
        if rounded == 0 { return String(number) }
        return (number < 0 ? "-" : "") + HumanFormat.decimal(rounded, places: places)
    }

    /// `2026-11-23`.
    public func day(_ day: Day?) -> String { day?.description ?? missing }

    /// `14d`: a number of days.
    public func days(_ days: Int?) -> String {
        guard let days else { return missing }
        return count(days) + "d"
    }

    /// `14d`, `3mo`, `1y 2mo 3d`; nothing at all is `0d`.
    public func duration(_ duration: CalendarDuration?) -> String {
        guard let duration else { return missing }
        var parts: [String] = []
        if duration.months / 12 != 0 { parts.append("\(duration.months / 12)y") }
        if duration.months % 12 != 0 { parts.append("\(duration.months % 12)mo") }
        if duration.days != 0 || parts.isEmpty { parts.append("\(duration.days)d") }
        return parts.joined(separator: " ")
    }

    /// `yes` or `no`.
    public func yesNo(_ value: Bool?) -> String {
        guard let value else { return missing }
        return value ? "yes" : "no"
    }

    /// `1 deal`, `12,345 deals`: a count with its noun, in the plural unless it is one.
    public func counted(_ number: Int, _ noun: String) -> String {
        EnglishPlural.counted(number, noun)
    }

    private func prefixed(_ amount: String) -> String {
        amount.hasPrefix("-") ? "-" + currency.prefix + amount.dropFirst() : currency.prefix + amount
    }

    /// Digits with a point before the last `places`, grouped, without trailing zeros.
    private static func decimal(_ scaled: UInt64, places: Int) -> String {
        var digits = String(scaled)
        if digits.utf8.count <= places {
            digits = String(repeating: "0", count: places + 1 - digits.utf8.count) + digits
        }
        let whole = DecimalText.grouped(String(digits.dropLast(places)))
        var fraction = digits.suffix(places)
        while fraction.last == "0" { fraction.removeLast() }
        return fraction.isEmpty ? whole : whole + "." + fraction
    }
}
