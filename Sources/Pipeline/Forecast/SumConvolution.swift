// The distribution of a sum by convolution: mass[k] is the probability that the sum is k steps. Where every value is a
// multiple of one step that gives few enough cells (most small books), the result is exact; else each value is split
// between its two neighbouring cells so that the mean stays exact.
//
//   deals         mass ← (1 − p) · mass + p · mass shifted by the value, deal after deal
//   new business  a compound Poisson sum: its transform is e^(λ(f̂ − 1)), f̂ that of one amount; multiplied onto the mass's
//
// The shock's factors are equally likely: the masses under each are averaged.
internal import Glibc
internal import Values

/// Deals and new business to add up on a grid.
struct SumConvolution {
    let chances: [Chance]
    let arrivals: Arrivals
    let factors: [Double]
    /// Keeps the mean of the chances under the factors.
    let scale: Double

    /// The distribution; `nil` when cancelled.
    func mass(_ isCancelled: () -> Bool) -> SumMass? {
        let newReach = reachOfArrivals
        var range = newReach
        for chance in chances { range += Double(chance.cents) }
        guard range > 0 else { return SumMass(sums: [0], cumulative: [1], isExact: true) }
        let divisor = (chances.map(\.cents) + arrivals.cents).reduce(0, greatestCommonDivisor)
        let isExact = range / Double(divisor) <= Double(Limits.sumGridCellCountMax)
        let step = isExact ? Double(divisor) : range / Double(Limits.sumGridCellCountMax)
        let cellCount = Int((range / step).rounded(.up)) + 2
        let hasNew = arrivals.expectedCount > 0
        var size = 1
        while size < 2 * cellCount { size *= 2 }
        let transform = hasNew ? Transform(size: size) : nil
        var jump = Spectrum(real: hasNew ? jumpMass(step, isExact, size) : [])
        transform?.forward(&jump)
        var mixed = [Double](repeating: 0, count: cellCount)
        var spectrum = Spectrum(real: [Double](repeating: 0, count: hasNew ? size : 0))
        for factor in factors {
            guard let mass = dealMass(factor * scale, step, isExact, cellCount, isCancelled) else { return nil }
            if let transform {
                var own = Spectrum(real: mass + [Double](repeating: 0, count: size - cellCount))
                transform.forward(&own)
                own.multiplyByPoisson(of: jump, rate: arrivals.expectedCount * factor)
                spectrum.add(own)
            } else {
                for cell in 0..<cellCount { mixed[cell] += mass[cell] }
            }
        }
        if let transform {
            transform.backward(&spectrum)
            // Rounding leaves specks of either sign around 1e-17.
            for cell in 0..<cellCount { mixed[cell] = spectrum.real[cell] > 1e-13 ? spectrum.real[cell] : 0 }
        }
        return SumConvolution.cumulated(mixed, step: step, isExact: isExact)
    }

    private static func cumulated(_ mass: [Double], step: Double, isExact: Bool) -> SumMass {
        var sums: [Int64] = []
        var cumulative: [Double] = []
        var total = 0.0
        for cell in mass.indices where mass[cell] > 0 {
            total += mass[cell]
            sums.append(Int64((Double(cell) * step).rounded()))
            cumulative.append(total)
        }
        return SumMass(sums: sums, cumulative: cumulative.map { $0 / total }, isExact: isExact)
    }

    /// An amount that the new business exceeds with a probability that no quantile shows: twelve deviations and some
    /// of the largest deals beyond its mean under the largest factor.
    private var reachOfArrivals: Double {
        guard let largest = arrivals.cents.max(), let factor = factors.last, arrivals.expectedCount > 0 else {
            return 0
        }
        return arrivals.mean * factor + 12 * (arrivals.variance * factor).squareRoot() + 6 * Double(largest)
    }

    /// The mass of the sum of the deals.
    private func dealMass(
        _ factor: Double, _ step: Double, _ isExact: Bool, _ cellCount: Int, _ isCancelled: () -> Bool
    ) -> [Double]? {
        var mass = [Double](repeating: 0, count: cellCount)
        var next = mass
        mass[0] = 1
        var used = 1
        for chance in chances {
            if isCancelled() { return nil }
            let probability = SumDistribution.shocked(chance.probability, factor)
            let place = Double(chance.cents) / step
            let cells = Int(place.rounded(.down))
            let fraction = isExact ? 0 : place - Double(cells)
            let grown = min(cellCount, used + cells + (fraction > 0 ? 1 : 0))
            let miss = 1 - probability
            for cell in 0..<used { next[cell] = mass[cell] * miss }
            for cell in used..<max(used, grown) { next[cell] = 0 }
            let lower = probability * (1 - fraction)
            for cell in 0..<max(0, min(used, grown - cells)) { next[cell + cells] += mass[cell] * lower }
            if fraction > 0 {
                let upper = probability * fraction
                for cell in 0..<max(0, min(used, grown - cells - 1)) { next[cell + cells + 1] += mass[cell] * upper }
            }
            swap(&mass, &next)
            used = grown
        }
        return mass
    }

    /// The mass of one new deal's amount.
    private func jumpMass(_ step: Double, _ isExact: Bool, _ size: Int) -> [Double] {
        var mass = [Double](repeating: 0, count: size)
        for (value, weight) in zip(arrivals.cents, arrivals.weights) {
            let place = Double(value) / step
            let cell = Int(place.rounded(.down))
            let fraction = isExact ? 0 : place - Double(cell)
            mass[cell] += weight * (1 - fraction)
            if fraction > 0 { mass[cell + 1] += weight * fraction }
        }
        return mass
    }

    private func greatestCommonDivisor(_ left: Int64, _ right: Int64) -> Int64 {
        var (a, b) = (left, right)
        while b != 0 { (a, b) = (b, a % b) }
        return a
    }
}

/// A row of complex numbers.
struct Spectrum {
    var real: [Double]
    var imaginary: [Double]

    init(real: [Double]) {
        self.real = real
        imaginary = [Double](repeating: 0, count: real.count)
    }

    mutating func add(_ other: Spectrum) {
        for index in real.indices {
            real[index] += other.real[index]
            imaginary[index] += other.imaginary[index]
        }
    }

    /// Multiplies by e^(rate · (jump − 1)). Both are spectra of real numbers: the upper half mirrors the lower one.
    mutating func multiplyByPoisson(of jump: Spectrum, rate: Double) {
        for index in 0...real.count / 2 {
            let size = exp(rate * (jump.real[index] - 1))
            let angle = rate * jump.imaginary[index]
            let (re, im) = (size * cos(angle), size * sin(angle))
            let (oldReal, oldImaginary) = (real[index], imaginary[index])
            real[index] = oldReal * re - oldImaginary * im
            imaginary[index] = oldReal * im + oldImaginary * re
            let mirrored = (real.count - index) % real.count
            real[mirrored] = real[index]
            if mirrored != index { imaginary[mirrored] = -imaginary[index] }
        }
    }
}

/// The fast Fourier transform of a power of two numbers (Cooley & Tukey, in place, radix 2).
struct Transform {
    private let size: Int
    private let cosines: [Double]
    private let sines: [Double]

    init(size: Int) {
        self.size = size
        cosines = (0..<size / 2).map { cos(2 * Double.pi * Double($0) / Double(size)) }
        sines = (0..<size / 2).map { -sin(2 * Double.pi * Double($0) / Double(size)) }
    }

    func forward(_ data: inout Spectrum) {
        var place = 0
        for index in 1..<size {
            var bit = size >> 1
            while place & bit != 0 {
                place ^= bit
                bit >>= 1
            }
            place |= bit
            if index < place {
                data.real.swapAt(index, place)
                data.imaginary.swapAt(index, place)
            }
        }
        var half = 1
        while half < size {
            let stride = size / (2 * half)
            var start = 0
            while start < size {
                for offset in 0..<half {
                    let (cosine, sine) = (cosines[offset * stride], sines[offset * stride])
                    let (low, high) = (start + offset, start + offset + half)
                    let re = data.real[high] * cosine - data.imaginary[high] * sine
                    let im = data.real[high] * sine + data.imaginary[high] * cosine
                    data.real[high] = data.real[low] - re
                    data.imaginary[high] = data.imaginary[low] - im
                    data.real[low] += re
                    data.imaginary[low] += im
                }
                start += 2 * half
            }
            half *= 2
        }
    }

    /// The inverse: forward of the conjugates, divided by the size.
    func backward(_ data: inout Spectrum) {
        for index in 0..<size { data.imaginary[index] = -data.imaginary[index] }
        forward(&data)
        let scale = 1 / Double(size)
        for index in 0..<size {
            data.real[index] *= scale
            data.imaginary[index] *= -scale
        }
    }
}
