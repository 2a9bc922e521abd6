// The values that a lever takes in a sweep or a search, as whole units: what one unit is, how a value becomes a lever, and
// how it is shown. A win rate and amounts are set; a percent of anything else is a share of what it is today.

import Engine
import Language
import Pipeline
import Values

/// What the whole numbers along a lever mean.
struct LeverScale {
    /// What one unit is.
    enum Unit: Hashable {
        /// Millionths of a win rate.
        case winRate
        /// Millionths of today's cycle, deal size or new deals.
        case share
        /// Cents of deal size.
        case cents
        /// Days of cycle.
        case days
        /// Millionths of a factor on the cycle, or of a number of new deals.
        case count, factor
    }

    let lever: BoundLever
    let unit: Unit

    /// The lever at a value.
    func moved(to value: Int64) -> ForecastLevers.Lever {
        let real = Double(value)
        switch unit {
        case .winRate: return lever.moved(.set(real / 1_000_000))
        case .share, .factor: return lever.moved(.multiply(real / 1_000_000))
        case .cents, .days: return lever.moved(.set(real))
        case .count: return lever.moved(.set(real / 1_000_000))
        }
    }

    /// The column of its values.
    var type: ValueType {
        switch unit {
        case .winRate, .share: .percent
        case .cents: .money
        case .days: .duration
        case .count, .factor: .real
        }
    }

    /// A value as a cell of that column.
    func cell(_ value: Int64) -> Cell {
        switch unit {
        case .winRate, .share, .cents, .days: .integer(value)
        case .count, .factor: Cell(Double(value) / 1_000_000)
        }
    }

    /// `win_rate`.
    var columnName: String { lever.kind.rawValue.split(separator: " ").joined(separator: "_") }

    /// The values that an answer must say the meaning of.
    var note: String? {
        switch unit {
        case .share: "100% is \(lever.words) as it is"
        case .factor: "1 is \(lever.words) as it is"
        case .winRate, .cents, .days, .count: nil
        }
    }

    /// How a value is said: `57.3%`, `41d`.
    func words(_ value: Int64, _ currency: Currency) -> String {
        switch unit {
        case .winRate, .share: "\(LeverScale.decimal(Double(value) / 10_000))%"
        case .cents: currency.prefix + Money(cents: value).grouped()
        case .days: "\(value)d"
        case .count, .factor: LeverScale.decimal(Double(value) / 1_000_000)
        }
    }

    private static func decimal(_ number: Double) -> String {
        let rounded = (number * 100).rounded() / 100
        return rounded == rounded.rounded() ? String(Int64(rounded)) : "\(rounded)"
    }

    /// The scale of a written amount, and the amount in its unit.
    static func of(_ amount: LeverAmount, _ kind: LeverKind) -> (unit: Unit, value: Int64)? {
        switch (kind, amount) {
        case (.winRate, .percent(let millionths)): (.winRate, millionths)
        case (_, .percent(let millionths)): (.share, millionths)
        case (.dealSize, .money(let cents)): (.cents, cents)
        case (.cycle, .days(let days)): (.days, days)
        case (.cycle, .number(let factor)) where abs(factor) < 1e6: (.factor, Int64((factor * 1_000_000).rounded()))
        case (.newDeals, .number(let count)) where abs(count) < 1e9: (.count, Int64((count * 1_000_000).rounded()))
        default: nil
        }
    }

    /// The values that make sense.
    static func possible(_ unit: Unit) -> ClosedRange<Int64> {
        switch unit {
        case .winRate: 0...1_000_000
        case .share: 0...1_000_000_000
        case .factor: 1_000...1_000_000_000
        case .cents: 0...Int64(9e15)
        case .days: 1...36_500
        case .count: 0...Int64(1e15)
        }
    }

    /// Where a search looks: any win rate; a tenth to ten times of a cycle, nothing to ten times of the others.
    static func searched(_ lever: BoundLever) -> (scale: LeverScale, range: ClosedRange<Int64>) {
        switch lever.kind {
        case .winRate: (LeverScale(lever: lever, unit: .winRate), 0...1_000_000)
        case .cycle: (LeverScale(lever: lever, unit: .share), 100_000...10_000_000)
        case .dealSize, .newDeals: (LeverScale(lever: lever, unit: .share), 0...10_000_000)
        }
    }
}
