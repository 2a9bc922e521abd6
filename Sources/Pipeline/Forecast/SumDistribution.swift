// What the won value of a period may come to: the distribution of a sum of deals that each come in or do not, plus new
// business, under a common shock. Up to Limits of a few thousand deals by convolution on a grid of amounts
// (SumConvolution); beyond, by seeded simulation (SumSimulation). All amounts in cents.
//
// Under the shock's factor z chances are as in Hazard, and the number of new deals λ becomes λ·z.

public import Engine
public import Values

/// A deal that comes in with some chance.
public struct Chance: Hashable, Sendable {
    /// The amount in cents, 0 or more.
    public var cents: Int64
    /// How likely it comes in within the period, 0…1.
    public var probability: Double

    /// An amount with its chance.
    public init(cents: Int64, probability: Double) {
        self.cents = cents
        self.probability = probability
    }
}

/// Deals that will be created and won within the period: a Poisson number of them, each worth one of some amounts.
public struct Arrivals: Hashable, Sendable {
    /// The expected number won in the period; 0 or more.
    public var expectedCount: Double
    /// Amounts in cents.
    public var cents: [Int64]
    /// How likely each amount is; they sum to 1.
    public var weights: [Double]

    /// A stream of new deals; without weights each amount is as likely as the others.
    public init(expectedCount: Double, cents: [Int64], weights: [Double]? = nil) {
        self.expectedCount = expectedCount
        self.cents = cents
        self.weights = weights ?? [Double](repeating: 1 / Double(max(1, cents.count)), count: cents.count)
    }
    /// No new business.
    public static let none = Arrivals(expectedCount: 0, cents: [])

    /// The expected sum in cents.
    public var mean: Double { expectedCount * zip(cents, weights).reduce(0) { $0 + Double($1.0) * $1.1 } }

    /// The variance of the sum: a Poisson sum has λ·E[amount²].
    var variance: Double {
        expectedCount * zip(cents, weights).reduce(0) { $0 + Double($1.0) * Double($1.0) * $1.1 }
    }

    /// The same sum without the amounts that add nothing to it.
    var withoutNothing: Arrivals {
        let left = zip(cents, weights).filter { $0.0 > 0 && $0.1 > 0 }
        let share = left.reduce(0) { $0 + $1.1 }
        guard expectedCount > 0, share > 0 else { return .none }
        return Arrivals(expectedCount: expectedCount * share, cents: left.map(\.0), weights: left.map { $0.1 / share })
    }
}

/// The distribution of a sum of money.
public struct SumDistribution: Sendable {
    /// Factors of the shock that a convolution mixes over; a simulation has draws enough for more.
    static let convolutionFactorCount = 21
    static let simulationFactorCount = 100

    /// Possible sums in cents, ascending, and the probability that the sum is at most each; the last is 1.
    private let cents: [Int64]
    private let cumulative: [Double]
    /// Whether it was computed on a grid that every value falls on, so that nothing was rounded.
    public let isExact: Bool
    /// The expected sum in cents.
    public let mean: Double

    /// The distribution of `base` (already won) plus all the chances plus the arrivals, mixed over the shock.
    /// - Parameters:
    ///   - simulationCount: how many sums to draw above `Limits.convolutionDealCountMax` chances.
    ///   - seed: of the simulation; the same seed gives the same answer.
    ///   - execution: the threads; told of a simulation how many sums are drawn. Throws when cancelled.
    public init(
        base: Int64, chances: [Chance], arrivals: Arrivals = .none, shock: Shock = .none, simulationCount: Int = 10_000,
        seed: UInt64 = 1, execution: Execution = Execution()
    ) throws {
        let live = chances.filter { $0.cents > 0 && $0.probability > 0 }
        let new = arrivals.withoutNothing
        var mean = Double(base) + new.mean
        for chance in live { mean += Double(chance.cents) * min(1, chance.probability) }
        self.mean = mean
        let made: SumMass
        if live.count <= Limits.convolutionDealCountMax {
            let factors = shock.factors(SumDistribution.convolutionFactorCount)
            made = try SumConvolution(chances: live, arrivals: new, factors: factors).mass(execution)
        } else {
            let factors = shock.factors(SumDistribution.simulationFactorCount)
            made = try SumSimulation(chances: live, arrivals: new, factors: factors).mass(
                count: simulationCount, seed: seed, execution)
        }
        cents = made.sums.map { base.addingReportingOverflow($0).overflow ? Int64.max : base + $0 }
        cumulative = made.cumulative
        isExact = made.isExact
    }

    /// The smallest sum x with F(x) ≥ `fraction` (0…1).
    public func quantile(_ fraction: Double) -> Money {
        // Cumulated rounding of a few thousand products stays far below 1e-9.
        let index = cumulative.firstIndex { $0 >= fraction - 1e-9 } ?? cents.count - 1
        return Money(cents: cents[index])
    }

    /// The probability that the sum is at least `target`.
    public func chance(ofAtLeast target: Money) -> Double {
        guard let first = cents.firstIndex(where: { $0 >= target.cents }) else { return 0 }
        return first == 0 ? 1 : max(0, 1 - cumulative[first - 1])
    }
}

/// Possible sums, ascending, and the probability that the sum is at most each.
struct SumMass {
    var sums: [Int64]
    var cumulative: [Double]
    /// Whether no amount was rounded.
    var isExact: Bool
}
