// How strong the common shock is: what past forecasts were off by beyond what independent deals explain.
//
//   shock² = Σ (error² − variance if independent) ÷ moved²  +  2 · 0.10²       moved: what a shock of 100% moves the sum by
//            ──────────────────────────────────────────────────────────
//                            quarters + 2 − 2
//
// The last 2 is what few quarters cost: a spread learned from n of them foretells as Student's t with n degrees of freedom, whose
// variance is n ÷ (n − 2) times as large.

import Values

/// How strong the common shock is, and how that is known.
struct ShockEstimate {
    /// Past quarters that are looked at.
    static let periodCountMax = 8
    /// Under so many it is assumed.
    static let periodCountMin = 4
    /// What is assumed.
    static let assumedDeviation = 0.10
    /// How many quarters the assumption weighs beside those seen: eight squared errors alone say little of a spread.
    static let assumedWeight = 2.0
    /// A bound on what a few wild quarters may claim.
    static let deviationMax = 1.0

    let shock: Shock
    /// The past quarters it rests on.
    let periodCount: Int
    /// Whether there were too few.
    var isAssumed: Bool { periodCount < ShockEstimate.periodCountMin }

    /// From outlooks and what came: the squared error beyond the variance of independent deals, relative to what the
    /// shock moves, averaged over the quarters and drawn toward the assumption.
    init(_ past: [(outlook: Outlook, won: Int64)]) {
        let ratios = past.compactMap { outlook, won -> Double? in
            let moved = outlook.sensitivity
            guard moved > 0 else { return nil }
            let error = Double(won) - outlook.expected
            return (error * error - outlook.independentVariance) / (moved * moved)
        }
        periodCount = ratios.count
        let assumed = ShockEstimate.assumedDeviation * ShockEstimate.assumedDeviation
        guard ratios.count >= ShockEstimate.periodCountMin else {
            shock = Shock(relativeDeviation: ShockEstimate.assumedDeviation)
            return
        }
        let weight = ShockEstimate.assumedWeight
        // A spread seen so few times may well be larger: what is to come scatters as Student's t, not as the normal.
        let square = (ratios.reduce(0, +) + weight * assumed) / (Double(ratios.count) + weight - 2)
        shock = Shock(relativeDeviation: min(ShockEstimate.deviationMax, max(0, square).squareRoot()))
    }

    /// `12%, estimated from 8 quarters` or `10%, assumed (2 past quarters)`.
    var words: String {
        let percent = ForecastWords.decimal(shock.relativeDeviation * 100, 1) + "%"
        if isAssumed { return "\(percent), assumed: \(periodCount) past quarters say too little" }
        return "\(percent), estimated from the errors of \(periodCount) past quarters"
    }
}
