// The distribution of a sum by convolution: mass[k] is the probability that the sum is k steps. Where every value is a
// multiple of one step that gives few enough cells (most small books), the result is exact; else each value is split
// between its two neighbouring cells so that the mean stays exact.
//
//   deals         mass ← (1 − p) · mass + p · mass shifted by the value, deal after deal
//   new business  a compound Poisson sum: its transform is e^(λ(f̂ − 1)), f̂ that of one amount; multiplied onto the mass's
//
// The shock's factors are equally likely: the masses under each are averaged. Of a mass only the cells from the first to
// the last one that holds 1e-30 are walked: what lies outside is lost in the rounding of any sum that is read off it.
internal import Glibc

import Engine
internal import Values

/// Deals and new business to add up on a grid.
struct SumConvolution: Sendable {
    private let chances: [Chance]
    private let hazards: [Hazard]
    private let arrivals: Arrivals
    private let factors: [Double]
    /// Keeps the mean of the chances under the factors.
    private let scale: Double

    /// Masses below it are dropped at both ends.
    private static let massMin = 1e-30

    init(chances: [Chance], arrivals: Arrivals, factors: [Double]) {
        self.chances = chances
        self.arrivals = arrivals
        self.factors = factors
        hazards = chances.map { Hazard($0.probability) }
        scale = Hazard.meanKeepingScale(hazards, weights: chances.map { Double($0.cents) }, factors)
    }

    /// The cells that masses stand in.
    private struct Grid {
        var step: Double
        var isExact: Bool
        var cellCount: Int
    }

    /// The distribution; throws when cancelled.
    func mass(_ execution: Execution) throws -> SumMass {
        try execution.cancellation.check()
        var range = reachOfArrivals
        for chance in chances { range += Double(chance.cents) }
        guard range > 0 else { return SumMass(sums: [0], cumulative: [1], isExact: true) }
        let divisor = (chances.map(\.cents) + arrivals.cents).reduce(0, greatestCommonDivisor)
        let isExact = range / Double(divisor) <= Double(Limits.sumGridCellCountMax)
        let step = isExact ? Double(divisor) : range / Double(Limits.sumGridCellCountMax)
        let grid = Grid(step: step, isExact: isExact, cellCount: Int((range / step).rounded(.up)) + 2)
        let mixed = try arrivals.expectedCount > 0 ? withArrivals(grid, execution) : ofDeals(grid, execution)
        return SumConvolution.cumulated(mixed, grid)
    }

    private static func cumulated(_ mass: [Double], _ grid: Grid) -> SumMass {
        var sums: [Int64] = []
        var cumulative: [Double] = []
        var total = 0.0
        for cell in mass.indices where mass[cell] > 0 {
            total += mass[cell]
            sums.append(Int64((Double(cell) * grid.step).rounded()))
            cumulative.append(total)
        }
        return SumMass(sums: sums, cumulative: cumulative.map { $0 / total }, isExact: grid.isExact)
    }

    /// An amount that the new business exceeds with a probability that no quantile shows: twelve deviations and some
    /// of the largest deals beyond its mean under the largest factor.
    private var reachOfArrivals: Double {
        guard let largest = arrivals.cents.max(), let factor = factors.last, arrivals.expectedCount > 0 else {
            return 0
        }
        return arrivals.mean * factor + 12 * (arrivals.variance * factor).squareRoot() + 6 * Double(largest)
    }

    // MARK: Mixing

    /// The masses under all factors added up.
    private func ofDeals(_ grid: Grid, _ execution: Execution) throws -> [Double] {
        let masses = try execution.pieces(count: factors.count) { place in
            try dealMass(factors[place] * scale, grid, execution.cancellation)
        }
        var mixed = [Double](repeating: 0, count: grid.cellCount)
        for mass in masses { for cell in mixed.indices { mixed[cell] += mass[cell] } }
        return mixed
    }

    /// The same with the new business, which comes on top by its transform. The grid reaches so far that what would wrap
    /// around it is nothing.
    private func withArrivals(_ grid: Grid, _ execution: Execution) throws -> [Double] {
        var size = 2
        while size < grid.cellCount { size *= 2 }
        let transform = Transform(size: size)
        var jump = Spectrum(count: size)
        addJump(grid, to: &jump.real)
        transform.forward(&jump)
        let spectra = try execution.pieces(count: (factors.count + 1) / 2) { [jump, size] pair in
            let place = 2 * pair
            let hasTwo = place + 1 < factors.count
            var both = Spectrum(count: size)
            let first = try dealMass(factors[place] * scale, grid, execution.cancellation)
            both.real.replaceSubrange(first.indices, with: first)
            if hasTwo {
                let second = try dealMass(factors[place + 1] * scale, grid, execution.cancellation)
                both.imaginary.replaceSubrange(second.indices, with: second)
            }
            transform.forward(&both)
            var mixed = Spectrum(count: size)
            for frequency in 0...size / 2 {
                let (first, second) = both.parts(at: frequency)
                let new = Frequency(real: jump.real[frequency], imaginary: jump.imaginary[frequency])
                var sum = first.times(poissonOf: new, rate: arrivals.expectedCount * factors[place])
                if hasTwo {
                    let other = second.times(poissonOf: new, rate: arrivals.expectedCount * factors[place + 1])
                    sum = Frequency(real: sum.real + other.real, imaginary: sum.imaginary + other.imaginary)
                }
                mixed.set(frequency, to: sum)
            }
            return mixed
        }
        var spectrum = Spectrum(count: size)
        for piece in spectra { spectrum.add(piece) }
        transform.backward(&spectrum)
        // Rounding leaves specks of either sign around 1e-17.
        return spectrum.real.prefix(grid.cellCount).map { $0 > 1e-13 ? $0 : 0 }
    }

    // MARK: Masses

    /// The mass of the sum of the deals. The rows have empty cells before the first, as many as any value shifts by.
    private func dealMass(_ factor: Double, _ grid: Grid, _ cancellation: Cancellation) throws -> [Double] {
        let origin = grid.cellCount + 2
        var mass = [Double](repeating: 0, count: origin + grid.cellCount)
        var next = mass
        mass[origin] = 1
        // The cells in use of either row; all others are 0.
        var used = origin..<origin + 1
        var usedNext = used
        for (number, chance) in chances.enumerated() {
            if number & 63 == 0 { try cancellation.check() }
            let probability = hazards[number].chance(under: factor)
            let place = Double(chance.cents) / grid.step
            let cells = Int(place.rounded(.down))
            let fraction = grid.isExact ? 0 : place - Double(cells)
            let end = min(mass.count, used.upperBound + cells + (fraction > 0 ? 1 : 0))
            let reached = used.lowerBound..<max(used.upperBound, end)
            Convolution.spread(
                mass, reached, shift: cells, keep: 1 - probability, lower: probability * (1 - fraction),
                upper: probability * fraction, into: &next)
            for cell in usedNext.lowerBound..<max(usedNext.lowerBound, reached.lowerBound) { next[cell] = 0 }
            for cell in reached.upperBound..<max(reached.upperBound, usedNext.upperBound) { next[cell] = 0 }
            usedNext = used
            used = SumConvolution.trimmed(&next, reached)
            swap(&mass, &next)
        }
        return Array(mass[origin...])
    }

    /// The cells without those at both ends that hold next to nothing, which are emptied.
    private static func trimmed(_ mass: inout [Double], _ cells: Range<Int>) -> Range<Int> {
        var (first, last) = (cells.lowerBound, cells.upperBound - 1)
        while first < last, mass[first] < massMin {
            mass[first] = 0
            first += 1
        }
        while last > first, mass[last] < massMin {
            mass[last] = 0
            last -= 1
        }
        return first..<last + 1
    }

    /// The mass of one new deal's amount.
    private func addJump(_ grid: Grid, to mass: inout [Double]) {
        for (value, weight) in zip(arrivals.cents, arrivals.weights) {
            let place = Double(value) / grid.step
            let cell = Int(place.rounded(.down))
            let fraction = grid.isExact ? 0 : place - Double(cell)
            mass[cell] += weight * (1 - fraction)
            if fraction > 0 { mass[cell + 1] += weight * fraction }
        }
    }

    private func greatestCommonDivisor(_ left: Int64, _ right: Int64) -> Int64 {
        var (a, b) = (left, right)
        while b != 0 { (a, b) = (b, a % b) }
        return a
    }
}
