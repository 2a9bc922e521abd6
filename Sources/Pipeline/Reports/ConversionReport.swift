// How many deals are won, and how soon. The plain rate counts decided deals only and so favours what is decided quickly;
// the matured rate beside it counts open deals as not yet decided.
//
//   win rate   won ÷ (won + lost), by count and by value
//   matured    the cumulative incidence of winning (Aalen-Johansen; losing competes, open deals are censored) at the
//              greatest age at which at least 10 deals were still observed, with that age and the share undecided
//   to_close   Kaplan-Meier median of days from created to closed, won or lost, open deals censored

import Engine
import Values

/// Conversion of deals to won ones.
public enum ConversionReport {
    /// The least number of deals observed at the age at which the matured rate is read.
    static let atRiskMin = 10

    /// Runs it: one row per group. With a period only deals created in it take part.
    public static func run(_ input: ReportInput) throws -> ReportResult {
        let deals = try SelectedDeals(input, fields: ["value", "created", "closed"])
        let created = try deals.integers("created")
        var taken = Array(0..<deals.count)
        if let period = input.period {
            taken = taken.filter { created[$0] != .min && period.contains(Day(clamping: Int(created[$0]))) }
        }
        var groups = deals.groups.map { _ in Tally() }
        let lives = try DealLives(input, deals, created: created)
        let values = try deals.integers("value")
        try taken.indices.forEachUnlessStopped { place in
            let index = taken[place]
            guard let kind = lives.kind[index] else { return }
            try groups[deals.group[index]].add(kind, value: values[index], life: lives.life[index])
        }
        var result = ReportResult(columns: try deals.keyColumns() + columns, dealCount: taken.count)
        let period = input.period.map { "created since \($0.start) and created before \($0.end)" }
        for (group, tally) in groups.enumerated() where tally.count > 0 || deals.groups.count == 1 {
            let condition = [deals.groupConditions[group], period ?? ""].filter { !$0.isEmpty }.joined(
                separator: " and ")
            result.append(
                try deals.groups[group] + tally.cells(), conditions: Tally.conditions,
                group: condition.isEmpty ? nil : condition)
        }
        lives.leaveOut(from: &result, taken, within: period ?? "")
        result.definition = try definition(groups)
        return result
    }

    private static let columns: [ReportResult.Column] = [
        .init("created", .integer, meaning: "deals"), .init("won", .integer, meaning: "deals won"),
        .init("lost", .integer, meaning: "deals lost"), .init("open", .integer, meaning: "deals not decided"),
        .init("win_rate", .realPercent, meaning: "won ÷ (won + lost)"),
        .init("win_rate_value", .realPercent, meaning: "won ÷ (won + lost) by value"),
        .init("matured", .realPercent, meaning: "share won by matured_at, open deals counted as undecided"),
        .init("matured_at", .duration, meaning: "the greatest age at which at least 10 deals were observed"),
        .init("undecided", .realPercent, meaning: "share neither won nor lost by matured_at"),
        .init("won_age", .duration, meaning: "median age of won deals"),
        .init("to_close", .duration, meaning: "Kaplan-Meier median of days to be won or lost, open deals censored"),
    ]

    private struct Tally {
        var won = 0
        var lost = 0
        var open = 0
        var wonValue: Int64 = 0
        var lostValue: Int64 = 0
        var wonAges: [Double] = []
        var lives: [Observation] = []

        var count: Int { won + lost + open }

        mutating func add(_ kind: StageKind, value: Int64, life: Observation?) throws {
            let value = value == .min ? 0 : value
            switch kind {
            case .won:
                won += 1
                wonValue = try wonValue.adding(value)
                if let life { wonAges.append(Double(life.lastAge)) }
            case .lost:
                lost += 1
                lostValue = try lostValue.adding(value)
            case .open, .hold: open += 1
            }
            if let life { lives.append(life) }
        }

        func cells() throws -> [Cell] {
            try Cancellation.checkAmbient()
            let incidence = CumulativeIncidence(lives, causeCount: 2)
            try Cancellation.checkAmbient()
            let median = SurvivalCurve(lives).median
            try Cancellation.checkAmbient()
            let age = incidence.greatestAge(atRiskAtLeast: ConversionReport.atRiskMin)
            let decidedValue = Double(wonValue) + Double(lostValue)
            return [
                .count(count), .count(won), .count(lost), .count(open), .ratio(won, won + lost),
                decidedValue == 0 ? .missing : .real(Double(wonValue) / decidedValue),
                age.map { .real(incidence.shares(at: $0)[0]) } ?? .missing,
                age.map { .count($0) } ?? .missing,
                age.map { .real(incidence.undecided(at: $0)) } ?? .missing,
                Quantile.median(wonAges).map { .integer(Int64($0.rounded())) } ?? .missing,
                median.map { .count($0) } ?? .missing,
            ]
        }

        static let conditions = ["created": "(open or won or lost)", "won": "won", "lost": "lost", "open": "open"]
    }

    private static func definition(_ groups: [Tally]) throws -> [String] {
        let won = groups.reduce(0) { $0 + $1.won }
        let lost = groups.reduce(0) { $0 + $1.lost }
        let lines = [
            "win_rate = won ÷ (won + lost) = \(won) ÷ (\(won) + \(lost)), by count and by value",
            "matured = cumulative incidence of winning by age (Aalen-Johansen): losing competes, open deals are censored,"
                + " read at the greatest age at which at least \(atRiskMin) deals were observed",
            "to_close = Kaplan-Meier median of days from created to won or lost, open deals censored",
        ]
        return groups.count == 1 ? try lines + filledIn(groups[0]) : lines
    }

    /// The estimates of one group in words.
    private static func filledIn(_ tally: Tally) throws -> [String] {
        try Cancellation.checkAmbient()
        let incidence = CumulativeIncidence(tally.lives, causeCount: 2)
        guard let age = incidence.greatestAge(atRiskAtLeast: atRiskMin) else { return [] }
        func percent(_ share: Double) -> String { "\((share * 1000).rounded() / 10)%" }
        let shares = incidence.shares(at: age)
        var lines = [
            "of \(tally.lives.count) deals with days: \(percent(shares[0])) won, \(percent(shares[1])) lost,"
                + " \(percent(incidence.undecided(at: age))) undecided at \(age) days; half are won "
                + (incidence.age(ofCause: 0, reaching: 0.5).map { "by day \($0)" } ?? "at no age observed")
        ]
        try Cancellation.checkAmbient()
        let closed = tally.lives.filter { $0.cause != nil }.map { Double($0.lastAge) }
        if let naive = Quantile.median(closed), let median = SurvivalCurve(tally.lives).median {
            lines.append(
                "half are won or lost by day \(median); among those won or lost already it is day \(Int(naive.rounded())),"
                    + " which leaves out the slow ones")
        }
        return lines
    }
}

extension Int64 {
    /// The sum of two amounts; throws on overflow.
    func adding(_ other: Int64) throws -> Int64 {
        let (sum, overflow) = addingReportingOverflow(other)
        if overflow { throw EngineError.overflow(operation: "sum of value") }
        return sum
    }
}
