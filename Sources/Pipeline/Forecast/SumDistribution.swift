// What the won value of a period may come to: the distribution of a sum of deals that each come in or do not, plus new
// business, under a common shock. Up to Limits of a few thousand deals by convolution on a grid of amounts; beyond, by
// seeded simulation. All amounts in cents.
//
// The grid: mass[k] is the probability that the sum is k steps. Where every value is a multiple of one step that gives
// few enough cells (most small books), the result is exact; else each value is split between its two neighbouring cells
// so that the mean stays exact.
internal import Glibc
public import Values

/// A deal that comes in with some chance, or a stream of deals that do not exist yet.
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
    /// Amounts in cents, each as likely as the others.
    public var cents: [Int64]

    /// A stream of new deals.
    public init(expectedCount: Double, cents: [Int64]) {
        self.expectedCount = expectedCount
        self.cents = cents
    }
    /// No new business.
    public static let none = Arrivals(expectedCount: 0, cents: [])
}

/// The distribution of a sum of money.
public struct SumDistribution: Sendable {
    /// Possible sums in cents, ascending, and the probability that the sum is at most each; the last is 1.
    private let cents: [Int64]
    private let cumulative: [Double]
    /// Whether it was computed on a grid that every value falls on, so that nothing was rounded.
    public let isExact: Bool
    /// The expected sum in cents.
    public let mean: Double

    /// The distribution of `base` (already won) plus all the chances plus the arrivals, mixed over the shock: given its
    /// factor z, a chance p becomes 1 − (1 − p)^(c·z) and arrivals are multiplied by c·z, where c keeps the mean.
    /// - Parameters:
    ///   - simulationCount: how many sums to draw above `Limits.convolutionDealCountMax` chances.
    ///   - seed: of the simulation; the same seed gives the same answer.
    ///   - isCancelled: asked at least every few milliseconds; `nil` is returned once it says true.
    public init?(
        base: Int64, chances: [Chance], arrivals: Arrivals = .none, shock: Shock = .none, simulationCount: Int = 10_000,
        seed: UInt64 = 1, isCancelled: () -> Bool = { false }
    ) {
        let live = chances.filter { $0.cents > 0 && $0.probability > 0 }
        let newValues = arrivals.expectedCount > 0 ? arrivals.cents.filter { $0 > 0 } : []
        let newCount =
            newValues.isEmpty ? 0 : arrivals.expectedCount * Double(newValues.count) / Double(arrivals.cents.count)
        let scale = SumDistribution.meanKeepingScale(live, shock)
        let sources = Sources(
            chances: live, newCount: newCount, newValues: newValues,
            points: shock.points.map { Shock.Point(factor: $0.factor * scale, weight: $0.weight) },
            newPoints: shock.points)
        var mean = Double(base)
        for chance in live { mean += Double(chance.cents) * min(1, chance.probability) }
        if newCount > 0 {
            mean += newCount * newValues.reduce(0) { $0 + Double($1) } / Double(newValues.count)
        }
        self.mean = mean
        let made =
            live.count <= Limits.convolutionDealCountMax
            ? sources.convolved(isCancelled: isCancelled)
            : sources.simulated(count: simulationCount, seed: seed, isCancelled: isCancelled)
        guard let made else { return nil }
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

    /// The factor c that keeps Σ value × E[1 − (1 − p)^(c·z)] at Σ value × p: raising a chance to a random power lowers
    /// its mean a little. Found by bisection; 1 without a shock.
    static func meanKeepingScale(_ chances: [Chance], _ shock: Shock) -> Double {
        guard shock.points.count > 1, !chances.isEmpty else { return 1 }
        let wanted = chances.reduce(0) { $0 + Double($1.cents) * min(1, $1.probability) }
        func mean(_ scale: Double) -> Double {
            var sum = 0.0
            for chance in chances {
                for point in shock.points {
                    sum +=
                        Double(chance.cents) * point.weight * shocked(chance.probability, point.factor * scale)
                }
            }
            return sum
        }
        var low = 0.5
        var high = 4.0
        guard mean(high) > wanted, mean(low) < wanted else { return 1 }
        for _ in 0..<40 {
            let middle = (low + high) / 2
            if mean(middle) < wanted { low = middle } else { high = middle }
        }
        return (low + high) / 2
    }

    /// The chance under a factor on its hazard: 1 − (1 − p)^factor.
    static func shocked(_ probability: Double, _ factor: Double) -> Double {
        if probability >= 1 { return 1 }
        if probability <= 0 { return 0 }
        return factor == 1 ? probability : -expm1(factor * log1p(-probability))
    }
}

/// What is added up: the deals, the new business, and the shock's points for either.
private struct Sources {
    var chances: [Chance]
    var newCount: Double
    var newValues: [Int64]
    var points: [Shock.Point]
    var newPoints: [Shock.Point]

    struct Result {
        var sums: [Int64]
        var cumulative: [Double]
        var isExact: Bool
    }

    // MARK: Convolution

    func convolved(isCancelled: () -> Bool) -> Result? {
        let newCountMax = newCount > 0 ? Int(newCount * 3 + 8 * (newCount * 3).squareRoot() + 12) : 0
        let largestNew = newValues.max() ?? 0
        var range = Double(largestNew) * Double(newCountMax)
        for chance in chances { range += Double(chance.cents) }
        guard range > 0 else { return Result(sums: [0], cumulative: [1], isExact: true) }
        let values = chances.map(\.cents) + newValues
        let divisor = values.reduce(0, greatestCommonDivisor)
        let isExact = range / Double(divisor) <= Double(Limits.sumGridCellCountMax)
        let step = isExact ? Double(divisor) : range / Double(Limits.sumGridCellCountMax)
        let cellCount = Int((range / step).rounded(.up)) + 2
        var mixed = [Double](repeating: 0, count: cellCount)
        for (index, point) in points.enumerated() {
            var mass = [Double](repeating: 0, count: cellCount)
            mass[0] = 1
            var used = 1
            for chance in chances {
                if isCancelled() { return nil }
                let probability = SumDistribution.shocked(chance.probability, point.factor)
                let place = Double(chance.cents) / step
                let cells = Int(place.rounded(.down))
                let fraction = isExact ? 0 : place - Double(cells)
                // From the top down, so that each cell is read before it is overwritten.
                let top = min(cellCount - 1, used + cells + 1)
                for cell in stride(from: top, through: 0, by: -1) {
                    var value = cell < used ? mass[cell] * (1 - probability) : 0
                    let lower = cell - cells
                    if lower >= 0, lower < used { value += mass[lower] * probability * (1 - fraction) }
                    if fraction > 0, lower >= 1, lower - 1 < used { value += mass[lower - 1] * probability * fraction }
                    mass[cell] = value
                }
                used = min(cellCount, used + cells + (fraction > 0 ? 1 : 0))
            }
            if newCount > 0 {
                guard
                    let added = addingArrivals(
                        to: mass, factor: newPoints[index].factor, step: step, isExact: isExact,
                        isCancelled: isCancelled)
                else { return nil }
                mass = added
            }
            for cell in 0..<cellCount { mixed[cell] += mass[cell] * point.weight }
        }
        var sums: [Int64] = []
        var cumulative: [Double] = []
        var total = 0.0
        for cell in 0..<cellCount where mixed[cell] > 0 {
            total += mixed[cell]
            sums.append(Int64((Double(cell) * step).rounded()))
            cumulative.append(total)
        }
        return Result(sums: sums, cumulative: cumulative.map { $0 / total }, isExact: isExact)
    }

    /// Convolves with a compound Poisson sum, computed by Panjer's recursion: g(0) = e^(−λ(1 − f(0))),
    /// g(k) = λ/k Σ j·f(j)·g(k − j).
    private func addingArrivals(
        to mass: [Double], factor: Double, step: Double, isExact: Bool, isCancelled: () -> Bool
    ) -> [Double]? {
        let rate = newCount * factor
        var single: [Int: Double] = [:]
        let weight = 1 / Double(newValues.count)
        for value in newValues {
            let place = Double(value) / step
            let cell = Int(place.rounded(.down))
            let fraction = isExact ? 0 : place - Double(cell)
            single[cell, default: 0] += weight * (1 - fraction)
            if fraction > 0 { single[cell + 1, default: 0] += weight * fraction }
        }
        let steps = single.filter { $0.key > 0 }.sorted { $0.key < $1.key }
        var sum = [Double](repeating: 0, count: mass.count)
        sum[0] = exp(-rate * (1 - (single[0] ?? 0)))
        for cell in 1..<mass.count {
            if cell % 1024 == 0, isCancelled() { return nil }
            var value = 0.0
            for (jump, share) in steps {
                if jump > cell { break }
                value += Double(jump) * share * sum[cell - jump]
            }
            sum[cell] = value * rate / Double(cell)
        }
        // Most cells of either factor are empty: only those with mass take part.
        let occupied = mass.indices.filter { mass[$0] > 1e-16 }
        let arriving = sum.indices.filter { sum[$0] > 1e-16 }
        var out = [Double](repeating: 0, count: mass.count)
        for (count, left) in occupied.enumerated() {
            if count % 64 == 0, isCancelled() { return nil }
            let share = mass[left]
            for right in arriving {
                let cell = left + right
                if cell >= out.count { break }
                out[cell] += share * sum[right]
            }
        }
        return out
    }

    private func greatestCommonDivisor(_ left: Int64, _ right: Int64) -> Int64 {
        var (a, b) = (left, right)
        while b != 0 { (a, b) = (b, a % b) }
        return a
    }

    // MARK: Simulation

    func simulated(count: Int, seed: UInt64, isCancelled: () -> Bool) -> Result? {
        var random = SplitMix64(state: seed)
        var sums = [Int64](repeating: 0, count: count)
        // Sums of one shock point are drawn together: chances are turned into thresholds once per point.
        var start = 0
        var share = 0.0
        for (index, point) in points.enumerated() {
            share += point.weight
            let end = index == points.count - 1 ? count : Int((share * Double(count)).rounded())
            guard end > start else { continue }
            let skips = BernoulliStream(chances, factor: point.factor)
            for draw in start..<end {
                if isCancelled() { return nil }
                var sum = skips.sum(&random)
                for _ in 0..<random.poisson(newCount * newPoints[index].factor) {
                    let pick = Int(random.next() % UInt64(newValues.count))
                    sum = sum.addingReportingOverflow(newValues[pick]).overflow ? Int64.max : sum + newValues[pick]
                }
                sums[draw] = sum
            }
            start = end
        }
        sums.sort()
        let cumulative = (1...count).map { Double($0) / Double(count) }
        return Result(sums: sums, cumulative: cumulative, isExact: false)
    }
}

/// Draws which of many deals come in. Deals of like chance stand together, so that the number of random numbers is that
/// of the deals that come in (geometric skips under the group's largest chance, then thinning), not of all deals.
private struct BernoulliStream {
    private struct Group {
        var top: Double
        var logMiss: Double
        var cents: [Int64]
        var ratio: [Double]
    }
    private let groups: [Group]

    init(_ chances: [Chance], factor: Double) {
        var byBand: [Int: [(Int64, Double)]] = [:]
        for chance in chances {
            let probability = SumDistribution.shocked(chance.probability, factor)
            guard probability > 0 else { continue }
            byBand[Int((log2(probability) * 4).rounded(.down)), default: []].append((chance.cents, probability))
        }
        groups = byBand.sorted { $0.key < $1.key }.map { _, members in
            let top = members.map(\.1).max() ?? 1
            return Group(
                top: top, logMiss: top >= 1 ? 0 : log1p(-top), cents: members.map(\.0),
                ratio: members.map { $0.1 / top })
        }
    }

    func sum(_ random: inout SplitMix64) -> Int64 {
        var sum: Int64 = 0
        for group in groups {
            var index = -1
            while true {
                let skip = group.logMiss == 0 ? 0 : log(random.unit()) / group.logMiss
                if skip >= Double(group.cents.count - index) { break }
                index += 1 + Int(skip)
                if index >= group.cents.count { break }
                if group.ratio[index] >= 1 || random.unit() < group.ratio[index] {
                    let (next, overflow) = sum.addingReportingOverflow(group.cents[index])
                    sum = overflow ? Int64.max : next
                }
            }
        }
        return sum
    }
}

/// Steele, Lea & Flood (2014): a counter passed through a mixing function. Small, seeded, the same everywhere.
struct SplitMix64 {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// A number in (0, 1): never 0, so that its logarithm is finite.
    mutating func unit() -> Double { (Double(next() >> 11) + 0.5) * 0x1p-53 }

    /// A Poisson number of this mean, by counting exponential waits; large means are split, so that exp does not underflow.
    mutating func poisson(_ mean: Double) -> Int {
        var rest = mean
        var count = 0
        while rest > 0 {
            let part = Swift.min(rest, 500)
            let limit = exp(-part)
            var product = unit()
            while product > limit {
                count += 1
                product *= unit()
            }
            rest -= part
        }
        return count
    }
}
