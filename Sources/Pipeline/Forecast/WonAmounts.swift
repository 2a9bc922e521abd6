// What a new deal is worth when it is won soon: deals that are won fast are smaller than those that take long, so the mean of
// all won values would be too much for deals that have only the rest of a period to be won in.
//
//   weight of a won deal of age a     (days to the period's end − a)⁺ − (days to the day before it − a)⁺
//
// that is on how many of the days to come it could have arrived to be won in the period. Where under 20 won deals have a
// weight, all count alike.

import Values

/// Values of won deals with the age at which they were won.
struct WonAmounts: Sendable {
    /// Won deals that weights rest on at least.
    static let countMin = 20

    private var cents: [Int64] = []
    /// Days from created to won; −1 where not known.
    private var ages: [Int64] = []

    /// Deals won since the day; all of them when those are under 20.
    init(_ deals: ForecastDeals, since: Day) {
        let won = (0..<deals.count).filter { deals.isWon($0) && deals.values[$0] != .min }
        let recent = won.filter { index in deals.wonDay(index).map { $0 > since } ?? false }
        for index in recent.count >= WonAmounts.countMin ? recent : won {
            cents.append(max(0, deals.values[index]))
            let isKnown = deals.created[index] != .min && deals.closed[index] >= deals.created[index]
            ages.append(isKnown ? deals.closed[index] - deals.created[index] : -1)
        }
    }

    /// Whether no deal was won.
    var isEmpty: Bool { cents.isEmpty }

    /// The mean value.
    var mean: Double { isEmpty ? 0 : cents.reduce(0) { $0 + Double($1) } / Double(cents.count) }

    /// So many new deals, with the amounts of those won within the days from `before` to `end`, times a factor.
    func arrivals(_ count: Double, before: Double, end: Double, factor: Double) -> Arrivals {
        let amounts =
            abs(factor - 1) < 1e-12 ? cents : cents.map { Int64(min(Double($0) * factor, 9e15).rounded()) }
        let raw = ages.map { age in
            age < 0 ? 0 : max(0, end - Double(age)) - max(0, before - Double(age))
        }
        let total = raw.reduce(0, +)
        guard raw.count(where: { $0 > 0 }) >= WonAmounts.countMin else {
            return Arrivals(expectedCount: count, cents: amounts)
        }
        return Arrivals(expectedCount: count, cents: amounts, weights: raw.map { $0 / total })
    }
}
