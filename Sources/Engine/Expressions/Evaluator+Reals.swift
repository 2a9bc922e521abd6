// Real-number expressions. A result that is not a number is a missing value.

import Values

extension Evaluator {
    func reals(_ node: RealNode, _ block: Block, _ active: Mask?) throws -> Reals {
        switch node {
        case .column(let column): return try reals(column: column, block)
        case .constant(let value): return Reals(values: Array(repeating: value, count: block.count), present: nil)
        case .missing:
            return Reals(values: Array(repeating: 0, count: block.count), present: MaskKernel.none(block.count))
        case .integer(let value, let divisor):
            let a = try integers(value, block, active)
            if divisor == 1 { return Reals(values: Kernel.map(a.values) { Double($0) }, present: a.present) }
            return Reals(values: Kernel.map(a.values) { Double($0) / divisor }, present: a.present)
        case .add(let a, let b): return try combined(a, b, block, active) { $0 + $1 }
        case .subtract(let a, let b): return try combined(a, b, block, active) { $0 - $1 }
        case .multiply(let a, let b): return try combined(a, b, block, active) { $0 * $1 }
        case .divide(let a, let b): return try combined(a, b, block, active) { $1 == 0 ? Double.nan : $0 / $1 }
        case .negate(let value):
            let a = try reals(value, block, active)
            return Reals(values: Kernel.map(a.values) { 0 - $0 }, present: a.present)
        case .round(let value, let digits):
            let a = try reals(value, block, active)
            return Reals(values: Kernel.map(a.values) { RealKernel.rounded($0, digits) }, present: a.present)
        case .conditional(let test, let first, let second):
            let mask = try condition(test, block, active)
            let a = try reals(first, block, first.canFail ? MaskKernel.and(active, mask) : active)
            let b = try reals(second, block, second.canFail ? MaskKernel.and(active, MaskKernel.not(mask)) : active)
            return Reals(
                values: Kernel.map(a.values, b.values, mask) { $2 == 0 ? $1 : $0 },
                present: chosen(a.present, b.present, mask))
        case .fallback(let first, let second):
            let a = try reals(first, block, active)
            guard let mask = a.present else { return a }
            let b = try reals(second, block, second.canFail ? MaskKernel.and(active, MaskKernel.not(mask)) : active)
            return Reals(
                values: Kernel.map(a.values, b.values, mask) { $2 == 0 ? $1 : $0 },
                present: chosen(nil, b.present, mask))
        case .lookup(let column, let values, let present):
            let codes = try codes(column: column, block)
            return Reals(
                values: Kernel.map(codes) { Int($0) < values.count ? values[Int($0)] : 0 },
                present: Kernel.map(codes) { Int($0) < present.count ? present[Int($0)] : 0 })
        }
    }

    @inline(__always) private func combined(
        _ a: RealNode, _ b: RealNode, _ block: Block, _ active: Mask?, _ body: (Double, Double) -> Double
    ) throws -> Reals {
        let (a, b) = (try reals(a, block, active), try reals(b, block, active))
        // + 0 turns −0 into 0, so that equal numbers have equal bits.
        let values = Kernel.map(a.values, b.values) { body($0, $1) + 0 }
        let numbers = Kernel.map(values) { $0 == $0 ? UInt8(1) : 0 }
        let present = MaskKernel.and(a.present, b.present)
        if Kernel.reduce(numbers, UInt8(1), { $0 & $1 }) == 1 { return Reals(values: values, present: present) }
        return Reals(values: values, present: MaskKernel.and(present, numbers))
    }
}

enum RealKernel {
    private static let powers: [Double] = (0...18).map { exponent in
        var power = 1.0
        for _ in 0..<exponent { power *= 10 }
        return power
    }

    /// Rounded to digits after (negative: before) the point, halves away from zero; digits beyond 18 count as 18.
    static func rounded(_ value: Double, _ digits: Int) -> Double {
        let power = powers[min(18, abs(digits))]
        if digits < 0 { return (value / power).rounded(.toNearestOrAwayFromZero) * power + 0 }
        let scaled = value * power
        // Beyond 2⁵² every double is whole already, and scaling could only spoil it.
        guard abs(scaled) < 0x1p52 else { return value }
        return scaled.rounded(.toNearestOrAwayFromZero) / power + 0
    }
}
