// The common shock: deals of one quarter do better or worse together (the economy, a price rise, a product that slips),
// so a forecast that adds them as if they were independent claims a range that is too narrow. The shock multiplies every
// rate by one random factor Z; this file turns its spread into a few weighted points to mix over.
internal import Glibc

/// A random factor on all rates, lognormal with mean 1, as weighted points.
public struct Shock: Sendable {
    /// One possible factor and how likely it is.
    public struct Point: Hashable, Sendable {
        /// What every rate is multiplied by.
        public var factor: Double
        /// Its probability; the points' add up to 1.
        public var weight: Double
    }

    /// The relative standard deviation: 0.10 means that rates are typically 10% off, all together.
    public let relativeDeviation: Double
    /// The factors to mix over, ascending.
    public let points: [Point]

    /// No shock: deals are independent.
    public static let none = Shock(relativeDeviation: 0)

    /// The shock of that relative standard deviation (0 or more; not finite counts as 0).
    ///
    /// Z = exp(σN − σ²/2) with σ² = ln(1 + deviation²) has mean 1 and the asked deviation. N is replaced by the nine-point
    /// Gauss-Hermite rule, which integrates polynomials in N up to degree 17 exactly.
    public init(relativeDeviation: Double) {
        guard relativeDeviation.isFinite, relativeDeviation > 0 else {
            self.relativeDeviation = 0
            points = [Point(factor: 1, weight: 1)]
            return
        }
        self.relativeDeviation = relativeDeviation
        let sigma = log(1 + relativeDeviation * relativeDeviation).squareRoot()
        points = Shock.normalRule.map {
            Point(factor: exp(sigma * $0.place - sigma * sigma / 2), weight: $0.weight)
        }
    }

    /// Nodes and weights of the probabilists' Gauss-Hermite rule with nine points (Abramowitz & Stegun, table 25.10,
    /// nodes × √2, weights ÷ √π).
    private static let normalRule: [(place: Double, weight: Double)] = {
        let half: [(Double, Double)] = [
            (0, 0.720_235_215_606_051), (0.723_551_018_752_838, 0.432_651_559_002_556),
            (1.468_553_289_216_668, 0.088_474_527_394_377), (2.266_580_584_531_843, 0.004_943_624_275_537),
            (3.190_993_201_781_528, 0.000_039_606_977_263_264),
        ]
        let root = Double.pi.squareRoot()
        var rule = half.map { (place: $0.0 * 2.0.squareRoot(), weight: $0.1 / root) }
        rule += half.dropFirst().map { (place: -$0.0 * 2.0.squareRoot(), weight: $0.1 / root) }
        let total = rule.reduce(0) { $0 + $1.weight }
        return rule.map { (place: $0.place, weight: $0.weight / total) }.sorted { $0.place < $1.place }
    }()
}
