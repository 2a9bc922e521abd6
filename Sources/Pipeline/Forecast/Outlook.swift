// What a method says of selected deals in one period, group by group: what is won, which open deals count with what
// chance and amount, and what new business is expected. Everything that a forecast shows is a sum over this.
//
//   stages    chance = probability where the close date (today at the earliest) is in the period, else none
//   history   chance = F(end) − F(day before the period), F(h) = the chance to have won after h days in this state
//             new business = arrivals per day × the days' chances to be won in the period × won values
//
// The base book's new business is shared out by the value of the arrivals in the last four quarters, so that the groups'
// shares add up to the whole.
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
        let cancellation = execution.cancellation
        guard
            let sum = SumDistribution(
                base: won, chances: chances, arrivals: arrivals, shock: shock,
                isCancelled: { cancellation.isCancelled })
        else { throw EngineError.cancelled }
        return sum
    }

    // MARK: Methods

    /// The outlook of each group by `stages`.
    static func stages(_ deals: ForecastDeals, _ period: Period) throws -> [Outlook] {
        var outlooks = try won(deals, period)
        for index in 0..<deals.count where deals.isOpen(index) {
            let group = deals.selected.group[index]
            outlooks[group].openCount += 1
            guard deals.close[index] != .min else {
                outlooks[group].withoutClose += 1
                continue
            }
            let close = max(deals.today, Day(clamping: Int(deals.close[index])))
            guard period.contains(close) else { continue }
            guard deals.probability[index] != .min else {
                outlooks[group].withoutProbability += 1
                continue
            }
            guard deals.values[index] != .min else {
                outlooks[group].withoutValue += 1
                continue
            }
            outlooks[group].add(
                deals.selected.rows[index], max(0, deals.values[index]),
                min(1, max(0, Double(deals.probability[index]) / 1_000_000)))
        }
        return outlooks
    }

    /// The outlook of each group by `history`.
    static func history(_ deals: ForecastDeals, _ basis: ForecastBasis, _ period: Period) throws -> [Outlook] {
        var outlooks = try won(deals, period)
        let chances = HistoryChances(basis, period)
        let products = try deals.products()
        var arrived = outlooks.map { _ in (count: 0, amount: 0.0, valued: 0) }
        for index in 0..<deals.count {
            let group = deals.selected.group[index]
            let isArrival = ForecastBasis.hasArrived(deals, index, since: basis.arrivalsSince)
            guard deals.isOpen(index) || isArrival else { continue }
            let amount = basis.values.amount(deals, index, product: products[index])
            if isArrival {
                arrived[group].count += 1
                if let amount {
                    arrived[group].amount += Double(amount.cents)
                    arrived[group].valued += 1
                }
            }
            guard deals.isOpen(index) else { continue }
            outlooks[group].openCount += 1
            guard let chance = chances.chance(basis.state(deals, index)) else {
                outlooks[group].withoutState += 1
                continue
            }
            guard let amount else {
                outlooks[group].withoutValue += 1
                continue
            }
            switch amount.origin {
            case .value: break
            case .listPrice: outlooks[group].atListPrice += 1
            case .wonMean: outlooks[group].atWonMean += 1
            }
            outlooks[group].add(deals.selected.rows[index], amount.cents, chance)
        }
        guard basis.arrivalCount > 0, chances.newCount > 0 else { return outlooks }
        for group in outlooks.indices where arrived[group].count > 0 {
            let share = Double(arrived[group].count) / Double(basis.arrivalCount)
            var ratio = 1.0
            if arrived[group].valued > 0, basis.arrivalAmount > 0 {
                ratio = arrived[group].amount / Double(arrived[group].valued) / basis.arrivalAmount
            }
            outlooks[group].arrivals = Arrivals(
                expectedCount: chances.newCount * share,
                cents: abs(ratio - 1) < 1e-12
                    ? basis.wonValues : basis.wonValues.map { Int64(min(Double($0) * ratio, 9e15).rounded()) })
        }
        return outlooks
    }

    private mutating func add(_ row: Int, _ cents: Int64, _ chance: Double) {
        rows.append(row)
        chances.append(Chance(cents: cents, probability: chance))
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

/// The chances of a period by state, read off the basis's hazards.
struct HistoryChances {
    private let stagesEnd: ChanceTable?
    private let stagesBefore: ChanceTable?
    private let livesEnd: ChanceTable
    private let livesBefore: ChanceTable
    /// The expected number of deals that are created after today and won in the period.
    let newCount: Double

    init(_ basis: ForecastBasis, _ period: Period) {
        let today = basis.today
        let end = period.end.adding(days: -1)
        let before = max(today, period.start.adding(days: -1))
        let last = max(end, before)
        stagesEnd = basis.stages?.chances(after: today, through: last)
        stagesBefore = basis.stages?.chances(after: today, through: before)
        livesEnd = basis.lives.chances(after: today, through: last)
        livesBefore = basis.lives.chances(after: today, through: before)
        var perArrival = 0.0
        for (place, share) in basis.entryShares.sorted(by: { $0.key < $1.key }) {
            if place >= 0, let stagesEnd, let stagesBefore {
                perArrival += share * (stagesEnd.arrivalSums[place] - stagesBefore.arrivalSums[place])
            } else {
                perArrival += share * (livesEnd.arrivalSums[0] - livesBefore.arrivalSums[0])
            }
        }
        newCount = max(0, perArrival * basis.arrivalsPerDay)
    }

    /// The chance to be won in the period; `nil` for a deal in no known state.
    func chance(_ state: DealState) -> Double? {
        switch state {
        case .stage(let place, let age):
            guard let stagesEnd, let stagesBefore else { return nil }
            return bounded(stagesEnd.chance(stage: place, age: age) - stagesBefore.chance(stage: place, age: age))
        case .life(let age):
            return bounded(livesEnd.chance(stage: 0, age: age) - livesBefore.chance(stage: 0, age: age))
        case .unknown: return nil
        }
    }

    private func bounded(_ chance: Double) -> Double { min(1, max(0, chance)) }
}
