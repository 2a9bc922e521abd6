// The distribution of a sum against enumeration of every outcome, against sums of Poisson terms, and against itself.
import Engine
import Foundation
import Testing
import Values

@testable import Pipeline

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
        let sum = try SumDistribution(
            base: 500,
            chances: [Chance(cents: 1000, probability: 0.5), Chance(cents: 2000, probability: 0.25)])
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
            let sum = try SumDistribution(base: 0, chances: chances)
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
        let sum = try SumDistribution(base: 0, chances: chances)
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
        let sum = try SumDistribution(base: 0, chances: [], arrivals: arrivals)
        #expect(abs(sum.mean - 500_000) < 1e-6)
        // P(N = 0) = e^−2.5 = 0.0820850; P(sum ≤ $1,000) adds one deal of $1,000: e^−2.5 · 1.25 = 0.1026062.
        #expect(abs(1 - sum.chance(ofAtLeast: Money(cents: 1)) - 0.082_085) < 1e-6)
        #expect(abs(1 - sum.chance(ofAtLeast: Money(cents: 100_001)) - 0.184_691_2) < 1e-6)
    }

    @Test func newAmountsNeedNotBeAlikeLikely() throws {
        // Three in four are worth $1,000: P(sum ≤ $1,000) = e^−2 (1 + 2 · 0.75) = 0.3383382, mean 2 · (750 + 750).
        let arrivals = Arrivals(expectedCount: 2, cents: [100_000, 300_000], weights: [0.75, 0.25])
        let sum = try SumDistribution(base: 0, chances: [], arrivals: arrivals)
        #expect(abs(sum.mean - 300_000) < 1e-6)
        #expect(abs(1 - sum.chance(ofAtLeast: Money(cents: 100_001)) - 0.338_338_2) < 1e-6)
        // The same drawn: 2,500 deals that add a cent each with a chance of one in a million force the simulation.
        let specks = (0..<2_500).map { _ in Chance(cents: 1, probability: 1e-6) }
        let drawn = try SumDistribution(base: 0, chances: specks, arrivals: arrivals)
        // 10,000 draws: four deviations of a share of a third are 0.019.
        #expect(abs(1 - drawn.chance(ofAtLeast: Money(cents: 100_050)) - 0.338_338_2) < 0.019)
    }

    @Test func aShockWidensAndKeepsTheMean() throws {
        let chances = (0..<200).map { Chance(cents: 1_000_000 + Int64($0) * 10_000, probability: 0.3) }
        let alone = try SumDistribution(base: 0, chances: chances)
        let together = try SumDistribution(base: 0, chances: chances, shock: Shock(relativeDeviation: 0.2))
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
        let first = try SumDistribution(base: 0, chances: chances, simulationCount: 4_000, seed: 42)
        let again = try SumDistribution(base: 0, chances: chances, simulationCount: 4_000, seed: 42)
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

    /// Masses without windows, threads or shared transforms: cell by cell, deal by deal, under each factor by itself.
    private static func plainMass(_ chances: [Chance], _ factors: [Double], step: Double, cellCount: Int) -> [Double] {
        let scale = Hazard.meanKeepingScale(
            chances.map { Hazard($0.probability) }, weights: chances.map { Double($0.cents) }, factors)
        var mixed = [Double](repeating: 0, count: cellCount)
        for factor in factors {
            var mass = [Double](repeating: 0, count: cellCount)
            mass[0] = 1
            for chance in chances {
                let probability = Hazard(chance.probability).chance(under: factor * scale)
                let place = Double(chance.cents) / step
                let cells = Int(place)
                let fraction = place - Double(cells)
                var next = mass.map { $0 * (1 - probability) }
                for cell in 0..<cellCount - cells { next[cell + cells] += mass[cell] * (probability * (1 - fraction)) }
                for cell in 0..<cellCount - cells - 1 {
                    next[cell + cells + 1] += mass[cell] * (probability * fraction)
                }
                mass = next
            }
            for cell in mixed.indices { mixed[cell] += mass[cell] }
        }
        return mixed
    }

    @Test func convolutionInWindowsIsThePlainOne() throws {
        let seed = UInt64.random(in: 1...UInt64.max)
        print("windows: seed \(seed)")
        var random = Generator(state: seed)
        for round in 0..<6 {
            let chances = (0..<(round < 3 ? 40 : 90)).map { _ in
                Chance(
                    cents: Int64(exp(Double.random(in: 8...14, using: &random))),
                    probability: Double.random(in: 0.001...0.999, using: &random))
            }
            let shock = Shock(relativeDeviation: round % 2 == 0 ? 0 : 0.2)
            let sum = try SumDistribution(base: 0, chances: chances, shock: shock)
            let step = Double(chances.reduce(0) { $0 + $1.cents }) / Double(Limits.sumGridCellCountMax)
            let mass = Self.plainMass(
                chances, shock.factors(SumDistribution.convolutionFactorCount), step: step,
                cellCount: Limits.sumGridCellCountMax + 2)
            let total = mass.reduce(0, +)
            var below = 0.0
            for (cell, part) in mass.enumerated() {
                if part / total > 1e-8 {
                    let middle = (below + part / 2) / total
                    #expect(sum.quantile(middle).cents == Int64((Double(cell) * step).rounded()), "seed \(seed)")
                }
                below += part
            }
        }
    }

    /// P(no new deal) e^−λ, then one, two, … of them convolved onto the deals one after the other.
    @Test func newBusinessOnTopOfDealsIsTheSeries() throws {
        let chances = (1...12).map { Chance(cents: Int64($0) * 100_000, probability: 0.05 * Double($0)) }
        let arrivals = Arrivals(expectedCount: 6, cents: [200_000, 500_000, 1_100_000], weights: [0.5, 0.3, 0.2])
        let shock = Shock(relativeDeviation: 0.15)
        let sum = try SumDistribution(base: 0, chances: chances, arrivals: arrivals, shock: shock)
        let factors = shock.factors(SumDistribution.convolutionFactorCount)
        let cellCount = 600
        let scale = Hazard.meanKeepingScale(
            chances.map { Hazard($0.probability) }, weights: chances.map { Double($0.cents) }, factors)
        var mixed = [Double](repeating: 0, count: cellCount)
        for factor in factors {
            let under = chances.map {
                Chance(cents: $0.cents, probability: Hazard($0.probability).chance(under: factor * scale))
            }
            var mass = Self.plainMass(under, [1], step: 100_000, cellCount: cellCount)
            var weight = exp(-6 * factor)
            for number in 1...60 {
                for cell in mixed.indices { mixed[cell] += mass[cell] * weight }
                var next = [Double](repeating: 0, count: cellCount)
                for (cents, share) in zip(arrivals.cents, arrivals.weights) {
                    let cells = Int(cents / 100_000)
                    for cell in 0..<cellCount - cells { next[cell + cells] += mass[cell] * share }
                }
                mass = next
                weight *= 6 * factor / Double(number)
            }
        }
        #expect(sum.isExact)
        var above = mixed.reduce(0, +)
        let total = above
        for (cell, part) in mixed.prefix(400).enumerated() {
            #expect(
                abs(sum.chance(ofAtLeast: Money(cents: Int64(cell) * 100_000)) - above / total) < 1e-11, "cell \(cell)")
            above -= part
        }
    }

    /// Newton's steps end where a bisection of the mean does.
    @Test func theScaleKeepsTheMean() {
        var random = Generator(state: 11)
        for deviation in [0.05, 0.2, 0.6] {
            let factors = Shock(relativeDeviation: deviation).factors(21)
            let hazards =
                (0..<50).map { _ in Hazard(Double.random(in: 0...1, using: &random)) } + [Hazard(0), Hazard(1)]
            let weights = hazards.indices.map { Double($0 * $0 + 1) }
            func mean(_ scale: Double) -> Double {
                zip(hazards, weights).reduce(0) { sum, pair in
                    sum + pair.1 * factors.reduce(0) { $0 + pair.0.chance(under: $1 * scale) } / 21
                }
            }
            let wanted = zip(hazards, weights).reduce(0) { $0 + $1.1 * $1.0.chance(under: 1) }
            let scale = Hazard.meanKeepingScale(hazards, weights: weights, factors)
            #expect(abs(mean(scale) - wanted) < wanted * 1e-13)
            #expect(mean(scale - 1e-6) < wanted && mean(scale + 1e-6) > wanted)
        }
        let certain = [Hazard(1), Hazard(0)]
        #expect(Hazard.meanKeepingScale(certain, weights: [1, 1], Shock(relativeDeviation: 0.2).factors(21)) == 1)
    }

    @Test func noAnswerDependsOnTheThreads() throws {
        let many = (0..<3_000).map {
            Chance(cents: 10_000 + Int64($0 % 700) * 97, probability: 0.01 + Double($0 % 90) / 100)
        }
        let arrivals = Arrivals(expectedCount: 190, cents: [100_000, 300_000, 450_001])
        for chances in [many, Array(many.prefix(300))] {
            let sums = try [1, 2, 5].map { threadCount in
                try SumDistribution(
                    base: 7, chances: chances, arrivals: arrivals, shock: Shock(relativeDeviation: 0.12),
                    simulationCount: 1_000,
                    execution: Execution(threadCount: threadCount))
            }
            for fraction in stride(from: 0.001, to: 1, by: 0.001) {
                #expect(Set(sums.map { $0.quantile(fraction) }).count == 1)
            }
        }
    }

    /// The numbers that one thread draws one after the other, draw by draw.
    @Test func threadsDrawTheNumbersOfOneRow() {
        var one = SplitMix64(state: 9)
        var other = SplitMix64(state: 9)
        for count in [0, 1, 7, 300] {
            for _ in 0..<count { _ = one.next() }
            other.skip(count)
            #expect(one.state == other.state)
        }
    }

    @Test func cancelledMeansNoAnswer() {
        let chances = [Chance(cents: 1, probability: 0.5)]
        let execution = Execution()
        execution.cancellation.cancel()
        #expect(throws: EngineError.cancelled) {
            try SumDistribution(base: 0, chances: chances, execution: execution)
        }
    }
}
