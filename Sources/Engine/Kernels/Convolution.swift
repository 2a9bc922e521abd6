// Loops over doubles that a sum of random amounts is made of, compiled for the processor at hand (CSystem/Vectors.c). Every
// operation is rounded by itself, so that all processors give the same bits.

import CSystem

/// Loops over rows of doubles.
public enum Convolution {
    /// Within `range`: target[i] = source[i] · keep + source[i − shift] · lower + source[i − shift − 1] · upper. The range
    /// lies in both rows, and shift + 1 places before it are in the source.
    public static func spread(
        _ source: [Double], _ range: Range<Int>, shift: Int, keep: Double, lower: Double, upper: Double,
        into target: inout [Double]
    ) {
        precondition(shift >= 0 && range.lowerBound > shift)
        precondition(range.upperBound <= source.count && range.upperBound <= target.count)
        unsafe source.withUnsafeBufferPointer { source in
            unsafe target.withUnsafeMutableBufferPointer { target in
                guard let from = source.baseAddress, let to = target.baseAddress else { return }
                // SAFETY: the range lies in both rows, and shift + 1 places before it in the source.
                unsafe csystem_spread(
                    from + range.lowerBound, range.count, shift, keep, lower, upper, to + range.lowerBound)
            }
        }
    }

    /// One round of a fast Fourier transform in place, over blocks of `2 · half` numbers, with `half` cosines and sines.
    /// The length is a multiple of the block.
    public static func butterflies(
        real: inout [Double], imaginary: inout [Double], half: Int, cosines: [Double], sines: [Double]
    ) {
        precondition(half > 0 && cosines.count == half && sines.count == half)
        precondition(real.count == imaginary.count && real.count % (2 * half) == 0)
        let count = real.count
        unsafe real.withUnsafeMutableBufferPointer { real in
            unsafe imaginary.withUnsafeMutableBufferPointer { imaginary in
                unsafe cosines.withUnsafeBufferPointer { cosines in
                    unsafe sines.withUnsafeBufferPointer { sines in
                        guard let real = real.baseAddress, let imaginary = imaginary.baseAddress,
                            let cosines = cosines.baseAddress, let sines = sines.baseAddress
                        else { return }
                        // SAFETY: the lengths are as the loop needs them, and no two of the rows overlap.
                        unsafe csystem_butterflies(real, imaginary, count, half, cosines, sines)
                    }
                }
            }
        }
    }
}
