// How much money the pipeline turns into won deals per day:
//
//   velocity = opportunities × average won value × win rate ÷ average won age in days
//
// Opportunities are the deals open today; the other factors come from deals closed in the period (default: the last 365
// days). Every factor is a column. Example: 36 open × $12,000 × 40% ÷ 60 days = $2,880 per day.

import Engine
public import Values

/// Sales velocity.
public enum VelocityReport {
    /// How many days closed deals are taken from unless a period is given.
    static let dayCount = 365

    /// The days that closed deals are taken from unless told.
    public static func defaultPeriod(_ calendar: Calendar) -> Period {
        Period(from: calendar.today.adding(days: 1 - dayCount), through: calendar.today)
    }

    /// Runs it: one row per group.
    public static func run(_ input: ReportInput) throws -> ReportResult {
        let deals = try SelectedDeals(input, fields: ["value", "created", "closed"])
        let period = input.period ?? defaultPeriod(input.calendar)
        let created = try deals.integers("created")
        let closed = try deals.integers("closed")
        let values = try deals.integers("value")
        let lives = try DealLives(input, deals, created: created)
        var tallies = deals.groups.map { _ in Tally() }
        var taken: [Int] = []
        try (0..<deals.count).forEachUnlessStopped { index in
            guard let kind = lives.kind[index] else { return }
            if kind.isClosed {
                guard closed[index] != .min, period.contains(Day(clamping: Int(closed[index]))) else { return }
            }
            taken.append(index)
            try tallies[deals.group[index]].add(
                kind, value: values[index], age: lives.life[index]?.lastAge)
        }
        var result = ReportResult(
            columns: try deals.keyColumns() + [
                .init("opportunities", .integer, meaning: "deals open today"),
                .init("won", .integer, meaning: "deals won in the period"),
                .init("lost", .integer, meaning: "deals lost in the period"),
                .init("avg_won_value", .money, meaning: "average value of the won deals"),
                .init("win_rate", .realPercent, meaning: "won ÷ (won + lost)"),
                .init("avg_won_age", .real, meaning: "average days from created to won"),
                .init("per_day", .money, meaning: "opportunities × avg_won_value × win_rate ÷ avg_won_age"),
            ], dealCount: taken.count)
        let closing = "closed since \(period.start) and closed before \(period.end)"
        for (group, tally) in tallies.enumerated() {
            result.append(
                deals.groups[group] + tally.cells,
                conditions: ["opportunities": "open", "won": "won and \(closing)", "lost": "lost and \(closing)"],
                group: deals.groupConditions[group].nonEmpty)
        }
        lives.leaveOut(from: &result, taken, within: "(open or \(closing))")
        result.notes.append("won and lost: closed \(period)")
        result.definition = [
            "velocity = opportunities × average won value × win rate ÷ average won age",
            "opportunities = deals open today; the rest from deals closed in \(period)",
        ]
        if tallies.count == 1, let tally = tallies.first, let perDay = tally.perDay, let age = tally.averageAge {
            result.definition.append(
                "= \(tally.open) × \(Money(cents: tally.averageValue ?? 0).grouped()) × \(tally.won) ÷ \(tally.won + tally.lost)"
                    + " ÷ \((age * 10).rounded() / 10) days = \(Money(cents: perDay).grouped()) per day")
        }
        return result
    }

    private struct Tally {
        var open = 0
        var won = 0
        var lost = 0
        var wonValue: Int64 = 0
        var valuedCount = 0
        var ages: [Int] = []

        mutating func add(_ kind: StageKind, value: Int64, age: Int?) throws {
            switch kind {
            case .open, .hold: open += 1
            case .lost: lost += 1
            case .won:
                won += 1
                if value != .min {
                    wonValue = try wonValue.adding(value)
                    valuedCount += 1
                }
                if let age { ages.append(age) }
            }
        }

        var averageValue: Int64? {
            valuedCount == 0 ? nil : Int64((Double(wonValue) / Double(valuedCount)).rounded())
        }
        var averageAge: Double? { ages.isEmpty ? nil : Double(ages.reduce(0, +)) / Double(ages.count) }

        /// Cents per day; `nil` where a factor is not known or won deals took no time.
        var perDay: Int64? {
            guard let averageAge, averageAge > 0, valuedCount > 0, won + lost > 0 else { return nil }
            let value = Double(wonValue) / Double(valuedCount)
            let rate = Double(won) / Double(won + lost)
            return Int64(exactly: (Double(open) * value * rate / averageAge).rounded())
        }

        var cells: [Cell] {
            [
                .count(open), .count(won), .count(lost), averageValue.map { .integer($0) } ?? .missing,
                .ratio(won, won + lost), averageAge.map { .real($0) } ?? .missing,
                perDay.map { .integer($0) } ?? .missing,
            ]
        }
    }
}
