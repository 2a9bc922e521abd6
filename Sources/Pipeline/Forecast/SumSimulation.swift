// The distribution of a sum of very many deals by seeded simulation. Deals of like chance and like value stand in one
// bucket (a quarter of an octave of each); how many of a bucket come in is binomial and drawn from its table, so that a
// draw costs the number of buckets, not that of deals. Mean and variance stay those of the deals themselves: a bucket's
// deals count with their mean value weighted by chance, and what values scatter within buckets is one normal term.
//
//   sum = Σ buckets  binomial(n, p) × value  +  normal(0, Σ v²p(1 − p) − Σ buckets n·p(1 − p)·value²)  +  new business
//
// Each factor of the shock has its share of the draws. A first walk finds where in the row of random numbers each draw
// begins, so that threads draw under different factors and the sums are those that one thread would have drawn.
internal import Glibc

import Engine

/// Deals and new business to draw.
struct SumSimulation: Sendable {
    private struct Bucket: Sendable {
        var count = 0
        var chanceSum = 0.0
        var valueSum = 0.0
        var variance = 0.0

        var probability: Double { min(1, chanceSum / Double(count)) }
        var value: Double { valueSum / chanceSum }
    }

    private let buckets: [Bucket]
    private let arrivals: Arrivals
    /// Draws the place of an amount of the arrivals.
    private let amounts: CountTable
    private let factors: [Double]
    /// What binomial counts times mean values leave of the variance.
    private let restVariance: Double
    /// The chances of all deals, added up.
    private let wholeChance: Double
    /// Mean and variance of a new deal's amount.
    private let newMean: Double
    private let newVariance: Double

    /// New deals that are drawn one by one; more of them as their normal limit.
    private static let singleCountMax = 200

    init(chances: [Chance], arrivals: Arrivals, factors: [Double]) {
        self.arrivals = arrivals
        amounts = CountTable(weights: arrivals.weights)
        self.factors = factors
        var byBand: [Int: Bucket] = [:]
        for chance in chances {
            let probability = min(1, chance.probability)
            let value = Double(chance.cents)
            let band =
                Int((log2(probability) * 4).rounded(.down)) * 1_000 + Int((log2(value) * 4).rounded(.down))
            byBand[band, default: Bucket()].count += 1
            byBand[band]?.chanceSum += probability
            byBand[band]?.valueSum += probability * value
            byBand[band]?.variance += value * value * probability * (1 - probability)
        }
        buckets = byBand.sorted { $0.key < $1.key }.map(\.value)
        wholeChance = buckets.reduce(0) { $0 + $1.chanceSum }
        let mean = arrivals.expectedCount > 0 ? arrivals.mean / arrivals.expectedCount : 0
        newMean = mean
        newVariance = arrivals.expectedCount > 0 ? max(0, arrivals.variance / arrivals.expectedCount - mean * mean) : 0
        restVariance = max(
            0,
            buckets.reduce(0) { sum, bucket in
                let probability = bucket.probability
                return sum + bucket.variance - Double(bucket.count) * probability * (1 - probability) * bucket.value
                    * bucket.value
            })
    }

    /// `count` sums; throws when cancelled.
    func mass(count: Int, seed: UInt64, _ execution: Execution) throws -> SumMass {
        let hazards = buckets.map { Hazard($0.probability) }
        let scale = Hazard.meanKeepingScale(hazards, weights: buckets.map { min($0.valueSum, 9e18) }, factors)
        let begins = beginnings(count, seed)
        let done = WorkDone("simulate", total: count, execution)
        let sums = try execution.pieces(count: factors.count) { place in
            let draws = self.draws(place, of: count)
            let chances = hazards.map { $0.chance(under: factors[place] * scale) }
            let sums = try drawn(begins[draws], chances, newCounts(under: factors[place]), execution.cancellation)
            done.add(draws.count)
            return sums
        }.flatMap(\.self).sorted()
        return SumMass(sums: sums, cumulative: (1...count).map { Double($0) / Double(count) }, isExact: false)
    }

    /// The draws under a factor.
    private func draws(_ factor: Int, of count: Int) -> Range<Int> {
        factor * count / factors.count..<(factor + 1) * count / factors.count
    }

    /// How many new deals come in under a factor; `nil` for none ever.
    private func newCounts(under factor: Double) -> CountTable? {
        arrivals.expectedCount > 0 ? CountTable(poisson: arrivals.expectedCount * factor) : nil
    }

    /// The random numbers as they stand before each draw: one for each bucket, two for what is left of the variance, one
    /// for the number of new deals, and those that their amounts take.
    private func beginnings(_ count: Int, _ seed: UInt64) -> [SplitMix64] {
        var random = SplitMix64(state: seed)
        var begins: [SplitMix64] = []
        begins.reserveCapacity(count)
        for place in factors.indices {
            let new = newCounts(under: factors[place])
            for _ in draws(place, of: count) {
                begins.append(random)
                random.skip(2 + buckets.count)
                guard let new else { continue }
                let newCount = new.draw(random.unit())
                random.skip(newCount > SumSimulation.singleCountMax ? 2 : newCount)
            }
        }
        return begins
    }

    /// The sums of draws that begin with these random numbers, each bucket with its chance.
    private func drawn(
        _ begins: ArraySlice<SplitMix64>, _ chances: [Double], _ new: CountTable?, _ cancellation: Cancellation
    ) throws -> [Int64] {
        var shocked = 0.0
        for (bucket, chance) in zip(buckets, chances) { shocked += Double(bucket.count) * chance }
        let rest = (restVariance * (wholeChance > 0 ? shocked / wholeChance : 1)).squareRoot()
        var random = Array(begins)
        var sums = random.indices.map { rest * random[$0].normal() }
        for (bucket, chance) in zip(buckets, chances) {
            try cancellation.check()
            let table = CountTable(binomial: bucket.count, chance)
            for draw in sums.indices { sums[draw] += bucket.value * Double(table.draw(random[draw].unit())) }
        }
        return sums.indices.map { draw in
            if let new { sums[draw] += newSum(new.draw(random[draw].unit()), &random[draw]) }
            return Int64(min(max(0, sums[draw]), 9e18).rounded())
        }
    }

    /// The sum of so many new deals: drawn one by one, or as their normal limit when they are hundreds.
    private func newSum(_ count: Int, _ random: inout SplitMix64) -> Double {
        guard count > SumSimulation.singleCountMax else {
            var sum = 0.0
            for _ in 0..<count { sum += Double(arrivals.cents[amounts.draw(random.unit())]) }
            return sum
        }
        return Double(count) * newMean + (Double(count) * newVariance).squareRoot() * random.normal()
    }
}

/// The distribution function of a count, from the mode outward as far as it matters, to draw from by bisection.
struct CountTable: Sendable {
    private let first: Int
    private let cumulative: [Double]

    /// How many of `count` come in, each with the same chance.
    init(binomial count: Int, _ probability: Double) {
        guard probability > 0, probability < 1 else {
            first = probability > 0 ? count : 0
            cumulative = [1]
            return
        }
        let odds = probability / (1 - probability)
        let mode = min(count, Int(Double(count + 1) * probability))
        (first, cumulative) = CountTable.spread(
            mode, through: count, up: { odds * Double(count - $0) / Double($0 + 1) },
            down: { Double($0) / (odds * Double(count - $0 + 1)) })
    }

    /// A place in a list, each with its weight; the weights sum to 1.
    init(weights: [Double]) {
        var total = 0.0
        first = 0
        cumulative = weights.map { weight in
            total += weight
            return total
        }
    }

    /// A Poisson count.
    init(poisson mean: Double) {
        (first, cumulative) = CountTable.spread(
            Int(mean), through: Int.max >> 1, up: { mean / Double($0 + 1) }, down: { Double($0) / mean })
    }

    /// The count at the quantile `unit` (0…1).
    func draw(_ unit: Double) -> Int {
        var low = 0
        var high = cumulative.count - 1
        while low < high {
            let middle = (low + high) / 2
            if cumulative[middle] < unit { low = middle + 1 } else { high = middle }
        }
        return first + low
    }

    /// Relative masses by the ratios to the next count up and down, until they are below 1e-12 of the mode's.
    private static func spread(
        _ mode: Int, through last: Int, up: (Int) -> Double, down: (Int) -> Double
    ) -> (Int, [Double]) {
        var below: [Double] = []
        var mass = 1.0
        var count = mode
        while count > 0 {
            mass *= down(count)
            if mass < 1e-12 { break }
            below.append(mass)
            count -= 1
        }
        var all = Array(below.reversed()) + [1.0]
        mass = 1
        count = mode
        while count < last {
            mass *= up(count)
            if mass < 1e-12 { break }
            all.append(mass)
            count += 1
        }
        var total = 0.0
        let sums = all.map { part -> Double in
            total += part
            return total
        }
        return (mode - below.count, sums.map { $0 / total })
    }
}

/// Steele, Lea & Flood (2014): a counter passed through a mixing function. Small, seeded, the same everywhere.
struct SplitMix64: Sendable {
    var state: UInt64
    private static let step: UInt64 = 0x9E37_79B9_7F4A_7C15

    init(state: UInt64) { self.state = state }

    /// Passes over so many numbers.
    mutating func skip(_ count: Int) { state &+= SplitMix64.step &* UInt64(count) }

    mutating func next() -> UInt64 {
        state &+= SplitMix64.step
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// A number in (0, 1): never 0, so that its logarithm is finite.
    mutating func unit() -> Double { (Double(next() >> 11) + 0.5) * 0x1p-53 }

    /// A standard normal number (Box & Muller).
    mutating func normal() -> Double { (-2 * log(unit())).squareRoot() * cos(2 * Double.pi * unit()) }
}
