// The fast Fourier transform, for sums of random numbers of random amounts (SumConvolution). Rows of probabilities are
// real, so two of them are transformed as one row of complex numbers and told apart by symmetry:
//
//   z = a + ib     â(f) = (ẑ(f) + conj ẑ(−f)) ÷ 2      b̂(f) = (ẑ(f) − conj ẑ(−f)) ÷ 2i

internal import Glibc

import Engine

/// A row of complex numbers.
struct Spectrum: Sendable {
    var real: [Double]
    var imaginary: [Double]

    var count: Int { real.count }

    /// Nothing.
    init(count: Int) {
        real = [Double](repeating: 0, count: count)
        imaginary = real
    }

    mutating func add(_ other: Spectrum) {
        for index in real.indices {
            real[index] += other.real[index]
            imaginary[index] += other.imaginary[index]
        }
    }
}

/// A frequency's value.
struct Frequency {
    var real: Double
    var imaginary: Double

    /// This times e^(rate · (jump − 1)): what a Poisson number of jumps does to it. Nothing where that is below 1e-20 of it.
    func times(poissonOf jump: Frequency, rate: Double) -> Frequency {
        let exponent = rate * (jump.real - 1)
        guard exponent > -46 else { return Frequency(real: 0, imaginary: 0) }
        let size = exp(exponent)
        let angle = rate * jump.imaginary
        let (re, im) = (size * cos(angle), size * sin(angle))
        return Frequency(real: real * re - imaginary * im, imaginary: real * im + imaginary * re)
    }
}

/// The transform of a power of two numbers (Cooley & Tukey, in place, radix 2).
struct Transform: Sendable {
    private let size: Int
    /// By round, those of its blocks.
    private let cosines: [[Double]]
    private let sines: [[Double]]

    init(size: Int) {
        self.size = size
        var halves: [Int] = []
        while (halves.last.map { $0 * 2 } ?? 1) < size { halves.append(halves.last.map { $0 * 2 } ?? 1) }
        cosines = halves.map { half in (0..<half).map { cos(Double.pi * Double($0) / Double(half)) } }
        sines = halves.map { half in (0..<half).map { -sin(Double.pi * Double($0) / Double(half)) } }
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
        for (cosines, sines) in zip(cosines, sines) {
            Convolution.butterflies(
                real: &data.real, imaginary: &data.imaginary, half: cosines.count, cosines: cosines, sines: sines)
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

extension Spectrum {
    /// The values at a frequency of the two real rows that this is the transform of, as real and imaginary parts.
    func parts(at frequency: Int) -> (Frequency, Frequency) {
        let mirrored = (count - frequency) % count
        let (re, im) = (real[frequency], imaginary[frequency])
        let (otherRe, otherIm) = (real[mirrored], imaginary[mirrored])
        return (
            Frequency(real: (re + otherRe) / 2, imaginary: (im - otherIm) / 2),
            Frequency(real: (im + otherIm) / 2, imaginary: (otherRe - re) / 2)
        )
    }

    /// Sets a frequency of the transform of a real row, and the one that mirrors it.
    mutating func set(_ frequency: Int, to value: Frequency) {
        let mirrored = (count - frequency) % count
        real[frequency] = value.real
        imaginary[frequency] = value.imaginary
        real[mirrored] = value.real
        if mirrored != frequency { imaginary[mirrored] = -value.imaginary }
    }
}
