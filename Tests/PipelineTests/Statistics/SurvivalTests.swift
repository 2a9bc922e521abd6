// The estimators against published tables, against arithmetic by hand, and against a slow day-by-day evaluation.
import Pipeline
import Testing

@Suite struct SurvivalTests {
    /// Freireich et al. (1963), remission of leukaemia under 6-MP, as printed in Kleinbaum & Klein, "Survival Analysis".
    @Test func publishedRemissionTable() {
        let ended = [6, 6, 6, 7, 10, 13, 16, 22, 23]
        let running = [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]
        let curve = SurvivalCurve(
            ended.map { Observation(lastAge: $0, cause: 0) } + running.map { Observation(lastAge: $0, cause: nil) })
        let published: [(Int, Int, Double)] = [
            (6, 21, 0.8571), (7, 17, 0.8067), (10, 15, 0.7529), (13, 12, 0.6902), (16, 11, 0.6275), (22, 7, 0.5378),
            (23, 6, 0.4482),
        ]
        #expect(curve.steps.map(\.age) == published.map(\.0))
        #expect(curve.steps.map(\.atRisk) == published.map(\.1))
        for (step, expected) in zip(curve.steps, published) { #expect(abs(step.share - expected.2) < 0.000_06) }
        #expect(curve.median == 23)
        #expect(curve.greatestAge == 35)
        #expect(curve.share(after: 5) == 1)
        #expect(curve.age(atFraction: 0.9) == nil)
    }

    @Test func runningStaysJoinAtTheirAge() {
        // At age 1 only A is seen; B joins at age 2 and is at risk from then on.
        let curve = SurvivalCurve([
            Observation(lastAge: 1, cause: 0), Observation(firstAge: 2, lastAge: 4, cause: 0),
            Observation(firstAge: 0, lastAge: 5, cause: nil),
        ])
        #expect(curve.steps.map(\.atRisk) == [2, 2])
        #expect(curve.steps.map(\.share) == [0.5, 0.25])
        #expect(curve.median == 1)
    }

    @Test func zeroLengthStaysAndNothingAtAll() {
        let curve = SurvivalCurve([
            Observation(lastAge: 0, cause: 0), Observation(lastAge: 0, cause: 0), Observation(lastAge: 3, cause: nil),
            Observation(lastAge: 9, cause: nil), Observation(firstAge: 5, lastAge: 4, cause: 0),
        ])
        #expect(curve.steps.map(\.age) == [0])
        #expect(curve.steps.map(\.atRisk) == [4])
        #expect(curve.steps.map(\.share) == [0.5])
        #expect(curve.median == 0)
        let empty = SurvivalCurve([])
        #expect(empty.median == nil)
        #expect(empty.greatestAge == nil)
        #expect(CumulativeIncidence([], causeCount: 2).shares(at: 10) == [0, 0])
    }

    @Test func competingCausesByHand() {
        // Ages 1 won, 2 lost, 2 censored, 3 won, 4 censored.
        let incidence = CumulativeIncidence(
            [
                Observation(lastAge: 1, cause: 0), Observation(lastAge: 2, cause: 1),
                Observation(lastAge: 2, cause: nil), Observation(lastAge: 3, cause: 0),
                Observation(lastAge: 4, cause: nil),
            ], causeCount: 2)
        // 1/5 won; then S = 4/5, lost 4/5 · 1/4 = 1/5; then S = 3/5, won + 3/5 · 1/2 = 1/2.
        #expect(abs(incidence.shares(at: 3)[0] - 0.5) < 1e-12)
        #expect(abs(incidence.shares(at: 3)[1] - 0.2) < 1e-12)
        #expect(abs(incidence.undecided(at: 9) - 0.3) < 1e-12)
        #expect(incidence.age(ofCause: 0, reaching: 0.5) == 3)
        #expect(incidence.age(ofCause: 1, reaching: 0.5) == nil)
        #expect(incidence.greatestAge(atRiskAtLeast: 2) == 3)
        #expect(incidence.greatestAge(atRiskAtLeast: 1) == 4)
        #expect(incidence.greatestAge(atRiskAtLeast: 6) == nil)
    }

    /// Random observations against the definitions, evaluated one age at a time by scanning everything.
    @Test func agreesWithTheDefinitions() {
        var generator = SystemRandomNumberGenerator()
        let seed = UInt64.random(in: 0...UInt64.max, using: &generator)
        print("survival: seed \(seed)")
        var random = Xorshift(state: seed | 1)
        for _ in 0..<300 {
            let observations = (0..<Int.random(in: 1...60, using: &random)).map { _ in
                let first = Bool.random(using: &random) ? 0 : Int.random(in: 0...20, using: &random)
                return Observation(
                    firstAge: first, lastAge: first + Int.random(in: -2...25, using: &random),
                    cause: [nil, 0, 1].randomElement(using: &random) ?? nil)
            }
            let curve = SurvivalCurve(observations)
            let incidence = CumulativeIncidence(observations, causeCount: 2)
            var survival = 1.0
            var shares = [0.0, 0.0]
            for age in 0...50 {
                let atRisk = observations.filter { $0.firstAge <= age && age <= $0.lastAge }
                let ended = atRisk.filter { $0.lastAge == age && $0.cause != nil }
                if !ended.isEmpty {
                    for cause in 0...1 {
                        let count = ended.filter { $0.cause == cause }.count
                        shares[cause] += survival * Double(count) / Double(atRisk.count)
                    }
                    survival *= 1 - Double(ended.count) / Double(atRisk.count)
                }
                #expect(abs(curve.share(after: age) - survival) < 1e-12)
                #expect(abs(incidence.shares(at: age)[0] - shares[0]) < 1e-12)
                #expect(abs(incidence.shares(at: age)[1] - shares[1]) < 1e-12)
                #expect(abs(incidence.shares(at: age).reduce(0, +) + incidence.undecided(at: age) - 1) < 1e-9)
                #expect(incidence.atRisk(at: age) == atRisk.count)
            }
        }
    }

    @Test func quantilesAreLinear() {
        #expect(Quantile.median([3, 1, 2]) == 2)
        #expect(Quantile.median([4, 1, 2, 3]) == 2.5)
        #expect(Quantile.linear([10, 20, 30, 40], 0.9) == 37)
        #expect(Quantile.linear([7], 0.1) == 7)
        #expect(Quantile.median([]) == nil)
    }
}

/// A small seeded generator, so that a failure can be run again.
private struct Xorshift: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return state
    }
}
