// The common shock: deals of one quarter do better or worse together (the economy, a price rise, a product that slips),
// so a forecast that adds them as if they were independent claims a range that is too narrow. The shock multiplies every
// rate by one random factor Z; this file turns its spread into equally likely points to mix over.
//
//   Z = exp(σN) ÷ mean, N standard normal: lognormal with mean 1 and the asked relative standard deviation
internal import Glibc

/// A random factor on all rates, lognormal with mean 1.
public struct Shock: Sendable {
    /// The relative standard deviation: 0.10 means that rates are typically 10% off, all together.
    public let relativeDeviation: Double

    /// No shock: deals are independent.
    public static let none = Shock(relativeDeviation: 0)

    /// The shock of that relative standard deviation (0 or more; not finite counts as 0).
    public init(relativeDeviation: Double) {
        self.relativeDeviation = relativeDeviation.isFinite ? max(0, relativeDeviation) : 0
    }

    /// That many equally likely factors, ascending, with mean 1 and exactly the asked deviation; a single 1 without a
    /// shock. The factors stand in the middle of strata of the normal distribution; σ is found by bisection, so that what
    /// the strata cut off the tails is not missing from the deviation.
    public func factors(_ count: Int) -> [Double] {
        guard relativeDeviation > 0, count > 1 else { return [1] }
        let places = (0..<count).map { Shock.normalQuantile((Double($0) + 0.5) / Double(count)) }
        var low = 0.0
        var high = 1.0
        while Shock.deviation(Shock.scaled(places, high)) < relativeDeviation, high < 64 { high *= 2 }
        for _ in 0..<60 {
            let middle = (low + high) / 2
            if Shock.deviation(Shock.scaled(places, middle)) < relativeDeviation { low = middle } else { high = middle }
        }
        return Shock.scaled(places, (low + high) / 2)
    }

    private static func scaled(_ places: [Double], _ sigma: Double) -> [Double] {
        let raw = places.map { exp(sigma * $0) }
        let mean = raw.reduce(0, +) / Double(raw.count)
        return raw.map { $0 / mean }
    }

    private static func deviation(_ factors: [Double]) -> Double {
        (factors.reduce(0) { $0 + ($1 - 1) * ($1 - 1) } / Double(factors.count)).squareRoot()
    }

    /// The x with Φ(x) = fraction, 0 < fraction < 1, by bisection on the error function.
    static func normalQuantile(_ fraction: Double) -> Double {
        var low = -9.0
        var high = 9.0
        for _ in 0..<60 {
            let middle = (low + high) / 2
            if erfc(-middle / 2.0.squareRoot()) / 2 < fraction { low = middle } else { high = middle }
        }
        return (low + high) / 2
    }
}
