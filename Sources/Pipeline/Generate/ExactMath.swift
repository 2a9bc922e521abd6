// Logarithm and exponential made of + − × ÷ alone. The C library's may differ in the last bit from one version or
// processor to the next, and one bit is enough to give another generated book; these operations (and the square
// root) are exact by IEEE 754, so the same seed gives the same bytes everywhere. Swift never fuses a multiplication
// and an addition by itself.

/// Functions whose results are the same bits on every machine; relative errors stay under 1e-14.
enum ExactMath {
    /// ln 2 in two parts: the upper ends in 21 zero bits, so that whole multiples of it are exact.
    private static let ln2Upper = 0.6931471803691238
    private static let ln2Lower = 1.9082149292705877e-10

    /// The natural logarithm of a finite number above 0 that is not subnormal.
    ///
    /// x = m · 2^k with m in [√½, √2); ln m = 2·artanh(s), s = (m − 1) ÷ (m + 1), |s| < 0.172, by its series.
    static func log(_ x: Double) -> Double {
        precondition(x.isNormal && x > 0, "logarithm of a number that is not above 0")
        // Taken apart by its bits: 11 of exponent, 52 of significand.
        var exponent = Int(x.bitPattern >> 52) - 1_023
        var mantissa = Double(bitPattern: x.bitPattern & (1 << 52 - 1) | 1_023 << 52)
        if mantissa > 1.4142135623730951 {
            mantissa *= 0.5
            exponent += 1
        }
        let s = (mantissa - 1) / (mantissa + 1)
        let q = s * s
        let high = 1 / 11.0 + q * (1 / 13.0 + q * (1 / 15.0 + q * (1 / 17.0 + q * (1 / 19.0))))
        let series = 1 + q * (1 / 3.0 + q * (1 / 5.0 + q * (1 / 7.0 + q * (1 / 9.0 + q * high))))
        let k = Double(exponent)
        return k * ln2Upper + (2 * s * series + k * ln2Lower)
    }

    /// e to the power of x; 0 below −700, and x is held at 700 above.
    ///
    /// x = k·ln 2 + r with |r| ≤ 0.35; e^r by its series, times 2^k.
    static func exp(_ x: Double) -> Double {
        if x < -700 { return 0 }
        let held = Swift.min(x, 700)
        let k = (held * 1.4426950408889634).rounded()
        let r = held - k * ln2Upper - k * ln2Lower
        let high = 1 / 5040.0 + r * (1 / 40320.0 + r * (1 / 362880.0 + r * (1 / 3628800.0 + r * (1 / 39916800.0))))
        let low = 1 / 24.0 + r * (1 / 120.0 + r * (1 / 720.0 + r * (high + r * r * r * r * r * (1 / 479001600.0))))
        let series = 1 + r * (1 + r * (1 / 2.0 + r * (1 / 6.0 + r * low)))
        return series * Double(bitPattern: UInt64(Int(k) + 1_023) << 52)
    }
}
