// What a method says of selected deals in one period, group by group: what is won, which open deals count with what
// chance and amount, and what new business is expected. Everything that a forecast shows is a sum over this.
//
//   stages    chance = probability where the close date (today at the earliest) is in the period, else none
//   history   chance = F(end) − F(day before the period), F(h) = the chance to have won after h days in this state
//             new business = arrivals per day × the days' chances to be won in the period × won values
//
// The base book's new business is shared out by the arrivals of the last four quarters, so that the groups' shares add up
// to the whole. Levers move the terms of each deal and of new business; without them nothing of that is computed.
internal import Glibc

import Engine
import Values

/// The forecast of one group in one period.
struct Outlook {
    /// Value won in the period so far, and how many deals.
    var won: Int64 = 0
    var wonCount = 0
    /// Open deals that may be won in it: their rows, and amount and chance.
    var rows: [Int] = []
    var chances: [Chance] = []
    /// Deals not there yet.
    var arrivals = Arrivals.none
    /// Open deals that could not be counted, by reason.
    var withoutClose = 0
    var withoutProbability = 0
    var withoutValue = 0
    var withoutState = 0
    /// Open deals counted with a stand-in for their value.
    var atListPrice = 0
    var atWonMean = 0
    /// Open deals whose win rate a lever would have moved beyond 0 or 1.
    var cappedCount = 0
    /// All open deals.
    var openCount = 0
    /// Won deals without a value.
    var wonWithoutValue = 0

    /// Σ amount × chance in cents.
    var open: Double { chances.reduce(0) { $0 + Double($1.cents) * $1.probability } }
    /// The expected new business in cents.
    var new: Double { arrivals.mean }
    /// Won + open + new business in cents.
    var expected: Double { Double(won) + open + new }

    /// The variance of the sum if deals were independent.
    var independentVariance: Double {
        chances.reduce(arrivals.variance) {
            $0 + Double($1.cents) * Double($1.cents) * $1.probability * (1 - $1.probability)
        }
    }

    /// By how much the sum changes per unit of the shock's factor: Σ amount × −(1 − p) ln(1 − p), plus new business.
    var sensitivity: Double {
        chances.reduce(arrivals.mean) { sum, chance in
            guard chance.probability < 1, chance.probability > 0 else { return sum }
            return sum - Double(chance.cents) * (1 - chance.probability) * log1p(-chance.probability)
        }
    }

    /// The distribution of the sum; throws when cancelled.
    func distribution(_ shock: Shock, _ execution: Execution) throws -> SumDistribution {
        try SumDistribution(base: won, chances: chances, arrivals: arrivals, shock: shock, execution: execution)
    }

    // MARK: Methods

    /// The outlook of each group by `stages`. New business only where a lever adds to it or takes from it.
    static func stages(
        _ deals: ForecastDeals, _ basis: ForecastBasis, _ period: Period, _ levers: ForecastLevers = .none
    ) throws -> [Outlook] {
        var outlooks = try won(deals, period)
        for index in 0..<deals.count where deals.isOpen(index) {
            let group = deals.selected.group[index]
            outlooks[group].openCount += 1
            guard deals.close[index] != .min else {
                outlooks[group].withoutClose += 1
                continue
            }
            let close = max(deals.today, Day(clamping: Int(deals.close[index])))
            guard deals.probability[index] != .min else {
                if period.contains(close) { outlooks[group].withoutProbability += 1 }
                continue
            }
            guard deals.values[index] != .min else {
                if period.contains(close) { outlooks[group].withoutValue += 1 }
                continue
            }
            var deal = LeveredDeal(
                everChance: min(1, max(0, Double(deals.probability[index]) / 1_000_000)),
                cents: Double(max(0, deals.values[index])))
            var due = close
            if !levers.isEmpty {
                deal.apply(levers, row: deals.selected.rows[index], medianWonAge: basis.medianWonAge)
                let days = Double(close.days(since: deals.today)) * deal.cycle
                due = deals.today.adding(days: Int(min(days, 1_000_000).rounded()))
            }
            guard period.contains(due) else { continue }
            outlooks[group].add(deals.selected.rows[index], deal, chance: deal.everChance)
        }
        // By itself this method knows no new business: only what a lever adds to the arrivals counts.
        guard levers.levers.contains(where: { $0.kind == .newDeals }) else { return outlooks }
        var others = levers
        others.levers.removeAll { $0.kind == .newDeals }
        let usual = arrivals(deals, basis, period, others)
        for (group, moved) in arrivals(deals, basis, period, levers).enumerated() {
            let more = moved.mean - usual[group].mean
            guard more > 0, moved.mean > 0 else { continue }
            outlooks[group].arrivals = Arrivals(
                expectedCount: moved.expectedCount * more / moved.mean, cents: moved.cents, weights: moved.weights)
        }
        return outlooks
    }

    /// The outlook of each group by `history`.
    static func history(
        _ deals: ForecastDeals, _ basis: ForecastBasis, _ period: Period, _ levers: ForecastLevers = .none
    ) throws -> [Outlook] {
        var outlooks = try won(deals, period)
        var chances = HistoryChances(basis, period)
        let products = try deals.products()
        for index in 0..<deals.count where deals.isOpen(index) {
            let group = deals.selected.group[index]
            outlooks[group].openCount += 1
            let state = basis.state(deals, index)
            let segment = basis.segments.segment(deals, index)
            guard let usual = chances.chance(state, segment: segment) else {
                outlooks[group].withoutState += 1
                continue
            }
            guard let amount = basis.values.amount(deals, index, product: products[index]) else {
                outlooks[group].withoutValue += 1
                continue
            }
            switch amount.origin {
            case .value: break
            case .listPrice: outlooks[group].atListPrice += 1
            case .wonMean: outlooks[group].atWonMean += 1
            }
            let row = deals.selected.rows[index]
            var deal = LeveredDeal(everChance: 1, cents: Double(amount.cents))
            var chance = usual
            if !levers.isEmpty {
                let ever = levers.movesWinRate ? chances.everChance(state, segment: segment) ?? 1 : 1
                deal.everChance = ever
                deal.apply(levers, row: row, medianWonAge: basis.medianWonAge)
                if deal.cycle != 1 || deal.slipDays != 0 {
                    chance =
                        chances.chance(state, segment: segment, cycle: deal.cycle, slip: deal.slipDays) ?? usual
                }
                // W' × T, where T = F(h) ÷ W; a deal that could never be won has no T to go by.
                if levers.movesWinRate { chance = ever > 0 ? min(1, chance / ever) * deal.everChance : 0 }
            }
            outlooks[group].add(row, deal, chance: chance)
        }
        for (group, arrivals) in arrivals(deals, basis, period, levers).enumerated() {
            outlooks[group].arrivals = arrivals
        }
        return outlooks
    }

    /// New business of each group: its share of the arrivals of the last four quarters, and what they were worth.
    private static func arrivals(
        _ deals: ForecastDeals, _ basis: ForecastBasis, _ period: Period, _ levers: ForecastLevers
    ) -> [Arrivals] {
        var groups = deals.selected.groups.map { _ in ArrivalGroup() }
        guard basis.arrivalCount > 0, !basis.wonAmounts.isEmpty, period.end > deals.today.adding(days: 1) else {
            return groups.map { _ in .none }
        }
        for index in 0..<deals.count {
            let row = deals.selected.rows[index]
            guard basis.arrivalRows.contains(row) else { continue }
            groups[deals.selected.group[index]].add(row, basis.arrivalAmounts[row])
        }
        var chances = HistoryChances(basis, period)
        return groups.map { $0.arrivals(basis, &chances, period, levers) }
    }

    private mutating func add(_ row: Int, _ deal: LeveredDeal, chance: Double) {
        rows.append(row)
        chances.append(Chance(cents: deal.wholeCents, probability: chance))
        if deal.isCapped { cappedCount += 1 }
    }

    /// What was won in the period, group by group.
    static func won(_ deals: ForecastDeals, _ period: Period) throws -> [Outlook] {
        var outlooks = deals.selected.groups.map { _ in Outlook() }
        for index in 0..<deals.count {
            guard let day = deals.wonDay(index), period.contains(day) else { continue }
            let group = deals.selected.group[index]
            outlooks[group].wonCount += 1
            if deals.values[index] == .min {
                outlooks[group].wonWithoutValue += 1
            } else {
                outlooks[group].won = try outlooks[group].won.adding(deals.values[index])
            }
        }
        return outlooks
    }
}

/// The arrivals of one group.
private struct ArrivalGroup {
    private var rows: [Int] = []
    private var amount = (sum: 0.0, count: 0)

    mutating func add(_ row: Int, _ cents: Int64?) {
        rows.append(row)
        if let cents { amount = (amount.sum + Double(cents), amount.count + 1) }
    }

    func arrivals(
        _ basis: ForecastBasis, _ chances: inout HistoryChances, _ period: Period, _ levers: ForecastLevers
    ) -> Arrivals {
        guard !rows.isEmpty else { return .none }
        var moved = LeveredArrivals(
            perDay: basis.arrivalsPerDay * Double(rows.count) / Double(basis.arrivalCount), everChance: 1, meanCents: 1)
        if !levers.isEmpty {
            let ever = levers.movesWinRate ? chances.everChanceOfNew() : 1
            let mean = basis.wonAmounts.mean
            moved.everChance = ever
            moved.meanCents = mean
            moved.apply(
                levers, periodDayCount: period.dayCount, medianWonAge: basis.medianWonAge,
                share: { chosen in Double(rows.count { chosen.contains($0) }) / Double(rows.count) })
            moved.everChance = ever > 0 ? moved.everChance / ever : 0
            moved.meanCents = mean > 0 ? moved.meanCents / mean : 1
        }
        let count = chances.wonPerDailyArrival(cycle: moved.cycle) * moved.perDay * moved.everChance
        guard count > 0 else { return .none }
        var ratio = moved.meanCents
        if amount.count > 0, basis.arrivalAmount > 0 {
            ratio *= amount.sum / Double(amount.count) / basis.arrivalAmount
        }
        return chances.arrivals(count, basis.wonAmounts, cycle: moved.cycle, factor: ratio)
    }
}
