// What the common shock does to a chance: it multiplies the hazard, of which the chance is what has come in by the end.
//
//   p under z = 1 − (1 − p)^(c·z)
//
// A random power lowers the mean of a chance a little; c, found once for all deals, keeps Σ value × chance as it is.
internal import Glibc

/// A chance, ready to be asked under many factors.
struct Hazard: Sendable {
    private let probability: Double
    private let logOfMiss: Double

    init(_ probability: Double) {
        self.probability = probability
        logOfMiss = log1p(-min(1, max(0, probability)))
    }

    /// The chance under a factor.
    func chance(under factor: Double) -> Double {
        if probability >= 1 { return 1 }
        if probability <= 0 { return 0 }
        return factor == 1 ? probability : -expm1(factor * logOfMiss)
    }

    /// By how much that grows with the factor.
    private func growth(under factor: Double, _ chance: Double) -> Double {
        probability > 0 && probability < 1 ? -logOfMiss * (1 - chance) : 0
    }

    /// The factor c for hazards that count with these weights; 1 without a shock, and where none keeps the mean.
    ///
    /// By Newton's method from 1: the mean grows with c and bends down, so that each step falls short of c and none
    /// passes it.
    static func meanKeepingScale(_ hazards: [Hazard], weights: [Double], _ factors: [Double]) -> Double {
        guard factors.count > 1, !hazards.isEmpty else { return 1 }
        let wanted = zip(hazards, weights).reduce(0) { $0 + $1.1 * min(1, $1.0.probability) }
        var scale = 1.0
        for _ in 0..<50 {
            var (mean, slope) = (0.0, 0.0)
            for (hazard, weight) in zip(hazards, weights) {
                var (chances, growths) = (0.0, 0.0)
                for factor in factors {
                    let chance = hazard.chance(under: factor * scale)
                    chances += chance
                    growths += factor * hazard.growth(under: factor * scale, chance)
                }
                mean += weight * chances / Double(factors.count)
                slope += weight * growths / Double(factors.count)
            }
            guard slope > 0 else { return 1 }
            let step = (wanted - mean) / slope
            scale += step
            guard scale > 0.5, scale < 4 else { return 1 }
            if abs(step) < 1e-13 { break }
        }
        return scale
    }
}
