// The distribution of a sum against enumeration of every outcome, against sums of Poisson terms, and against itself.
import Pipeline
import Testing
import Values

@Suite struct SumDistributionTests {
    /// Every subset of the deals, with its probability: 2ⁿ outcomes.
    static func enumerated(_ chances: [Chance], factor: (Double) -> Double = { $0 }) -> [Int64: Double] {
        var outcomes: [Int64: Double] = [0: 1]
        for chance in chances {
            let probability = factor(chance.probability)
            var next: [Int64: Double] = [:]
            for (sum, mass) in outcomes {
                next[sum, default: 0] += mass * (1 - probability)
                next[sum + chance.cents, default: 0] += mass * probability
            }
            outcomes = next
        }
        return outcomes
    }

    static func quantile(_ outcomes: [Int64: Double], _ fraction: Double) -> Int64 {
        var total = 0.0
        for (sum, mass) in outcomes.sorted(by: { $0.key < $1.key }) {
            total += mass
            if total >= fraction - 1e-9 { return sum }
        }
        return outcomes.keys.max() ?? 0
    }

    @Test func twoDealsByHand() throws {
        // $10 with 50%, $20 with 25%: 0 → 37.5%, 10 → 37.5%, 20 → 12.5%, 30 → 12.5%; $5 is won already.
        let sum = try #require(
            SumDistribution(
                base: 500,
                chances: [Chance(cents: 1000, probability: 0.5), Chance(cents: 2000, probability: 0.25)]))
        #expect(sum.isExact)
        #expect(sum.mean == 1500)
        #expect(sum.quantile(0.1).cents == 500)
        #expect(sum.quantile(0.375).cents == 500)
        #expect(sum.quantile(0.5).cents == 1500)
        #expect(sum.quantile(0.8).cents == 2500)
        #expect(sum.quantile(0.9).cents == 3500)
        #expect(abs(sum.chance(ofAtLeast: Money(cents: 2000)) - 0.25) < 1e-12)
        #expect(sum.chance(ofAtLeast: Money(cents: 500)) == 1)
        #expect(sum.chance(ofAtLeast: Money(cents: 3501)) == 0)
    }

    @Test func smallBooksAgreeWithEnumeration() throws {
        let seed = UInt64.random(in: 1...UInt64.max)
        print("sums: seed \(seed)")
        var random = Generator(state: seed)
        for _ in 0..<200 {
            let chances = (0..<Int.random(in: 0...10, using: &random)).map { _ in
                Chance(
                    cents: Int64.random(in: 0...40, using: &random) * 50_000,
                    probability: [0, 1, Double.random(in: 0...1, using: &random)].randomElement(using: &random) ?? 0)
            }
            let sum = try #require(SumDistribution(base: 0, chances: chances))
            let outcomes = Self.enumerated(chances)
            #expect(sum.isExact)
            for fraction in [0.05, 0.1, 0.5, 0.9, 0.95] {
                #expect(sum.quantile(fraction).cents == Self.quantile(outcomes, fraction))
            }
            for target in stride(from: Int64(0), through: 20_000_000, by: 3_700_000) {
                let expected = outcomes.reduce(0) { $0 + ($1.key >= target ? $1.value : 0) }
                #expect(abs(sum.chance(ofAtLeast: Money(cents: target)) - expected) < 1e-9)
            }
        }
    }

    @Test func oddAmountsStayWithinOneStepOfTheGrid() throws {
        var random = Generator(state: 7)
        let chances = (0..<14).map { _ in
            Chance(
                cents: Int64.random(in: 100_000...9_999_999, using: &random),
                probability: Double.random(in: 0.05...0.95, using: &random))
        }
        let sum = try #require(SumDistribution(base: 0, chances: chances))
        #expect(!sum.isExact)
        let outcomes = Self.enumerated(chances)
        let range = Double(chances.reduce(0) { $0 + $1.cents })
        for fraction in [0.1, 0.5, 0.9] {
            // 16,384 outcomes lie close together around these fractions: the grid's step is range ÷ 8,192, splitting
            // widens by at most a few of them.
            let off = abs(Double(sum.quantile(fraction).cents - Self.quantile(outcomes, fraction)))
            #expect(off < range / 8_192 * 14)
        }
    }

    @Test func newBusinessIsACompoundPoissonSum() throws {
        let arrivals = Arrivals(expectedCount: 2.5, cents: [100_000, 300_000])
        let sum = try #require(SumDistribution(base: 0, chances: [], arrivals: arrivals))
        #expect(abs(sum.mean - 500_000) < 1e-6)
        // P(N = 0) = e^−2.5 = 0.0820850; P(sum ≤ $1,000) adds one deal of $1,000: e^−2.5 · 1.25 = 0.1026062.
        #expect(abs(1 - sum.chance(ofAtLeast: Money(cents: 1)) - 0.082_085) < 1e-6)
        #expect(abs(1 - sum.chance(ofAtLeast: Money(cents: 100_001)) - 0.184_691_2) < 1e-6)
    }

    @Test func newAmountsNeedNotBeAlikeLikely() throws {
        // Three in four are worth $1,000: P(sum ≤ $1,000) = e^−2 (1 + 2 · 0.75) = 0.3383382, mean 2 · (750 + 750).
        let arrivals = Arrivals(expectedCount: 2, cents: [100_000, 300_000], weights: [0.75, 0.25])
        let sum = try #require(SumDistribution(base: 0, chances: [], arrivals: arrivals))
        #expect(abs(sum.mean - 300_000) < 1e-6)
        #expect(abs(1 - sum.chance(ofAtLeast: Money(cents: 100_001)) - 0.338_338_2) < 1e-6)
        // The same drawn: 2,500 deals that add a cent each with a chance of one in a million force the simulation.
        let specks = (0..<2_500).map { _ in Chance(cents: 1, probability: 1e-6) }
        let drawn = try #require(SumDistribution(base: 0, chances: specks, arrivals: arrivals))
        // 10,000 draws: four deviations of a share of a third are 0.019.
        #expect(abs(1 - drawn.chance(ofAtLeast: Money(cents: 100_050)) - 0.338_338_2) < 0.019)
    }

    @Test func aShockWidensAndKeepsTheMean() throws {
        let chances = (0..<200).map { Chance(cents: 1_000_000 + Int64($0) * 10_000, probability: 0.3) }
        let alone = try #require(SumDistribution(base: 0, chances: chances))
        let together = try #require(
            SumDistribution(base: 0, chances: chances, shock: Shock(relativeDeviation: 0.2)))
        #expect(alone.mean == together.mean)
        let narrow = alone.quantile(0.9).cents - alone.quantile(0.1).cents
        let wide = together.quantile(0.9).cents - together.quantile(0.1).cents
        #expect(Double(wide) > Double(narrow) * 1.5)
        let middle = together.quantile(0.5).cents
        #expect(abs(Double(middle) - together.mean) < together.mean * 0.05)
    }

    @Test func shockFactorsHaveMeanOneAndTheAskedDeviation() {
        for deviation in [0.05, 0.1, 0.3, 0.6] {
            for count in [21, 100] {
                let factors = Shock(relativeDeviation: deviation).factors(count)
                let mean = factors.reduce(0, +) / Double(count)
                let variance = factors.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(count)
                #expect(factors.count == count && factors == factors.sorted())
                #expect(abs(mean - 1) < 1e-9)
                #expect(abs(variance.squareRoot() - deviation) < 1e-6)
            }
        }
        #expect(Shock(relativeDeviation: .nan).factors(21) == [1])
        #expect(Shock.none.factors(100) == [1])
    }

    @Test func simulationAgreesWithTheNormalLimitAndWithItself() throws {
        let chances = (0..<20_000).map {
            Chance(cents: 10_000 + Int64($0 % 100) * 100, probability: 0.02 + Double($0 % 7) * 0.1)
        }
        let first = try #require(SumDistribution(base: 0, chances: chances, simulationCount: 4_000, seed: 42))
        let again = try #require(SumDistribution(base: 0, chances: chances, simulationCount: 4_000, seed: 42))
        var mean = 0.0
        var variance = 0.0
        for chance in chances {
            mean += Double(chance.cents) * chance.probability
            variance += Double(chance.cents) * Double(chance.cents) * chance.probability * (1 - chance.probability)
        }
        let deviation = variance.squareRoot()
        for (fraction, z) in [(0.1, -1.281_55), (0.5, 0), (0.9, 1.281_55)] {
            // The sampling error of a quantile from 4,000 draws is below 0.03 deviations; 0.12 is four of them.
            #expect(abs(Double(first.quantile(fraction).cents) - (mean + z * deviation)) < 0.12 * deviation)
            #expect(first.quantile(fraction) == again.quantile(fraction))
        }
    }

    @Test func cancelledMeansNoAnswer() {
        let chances = [Chance(cents: 1, probability: 0.5)]
        #expect(SumDistribution(base: 0, chances: chances, isCancelled: { true }) == nil)
    }
}
