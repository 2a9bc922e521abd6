// Whole-number expressions: exact or an error, never wrapped.

import Values

extension Evaluator {
    func integers(_ node: IntegerNode, _ block: Block, _ active: Mask?) throws -> Integers {
        switch node {
        case .column(let column): return try integers(column: column, block)
        case .constant(let value):
            return Integers(values: Array(repeating: value, count: block.count), present: nil)
        case .missing: return missingIntegers(block.count)
        case .rowNumber: return Integers(values: Kernel.map(block.numbers) { Int64($0) }, present: nil)
        case .add(let a, let b):
            let (a, b) = (try integers(a, block, active), try integers(b, block, active))
            let sums = Kernel.map(a.values, b.values) { $0 &+ $1 }
            let suspicious = Kernel.map(a.values, b.values, sums) { ($0 ^ $2) & ($1 ^ $2) }
            return try checked(a, b, sums, Kernel.reduce(suspicious, 0) { $0 | $1 } < 0, "+", active) {
                $0.addingReportingOverflow($1).overflow
            }
        case .subtract(let a, let b):
            let (a, b) = (try integers(a, block, active), try integers(b, block, active))
            let differences = Kernel.map(a.values, b.values) { $0 &- $1 }
            let suspicious = Kernel.map(a.values, b.values, differences) { ($0 ^ $1) & ($0 ^ $2) }
            return try checked(a, b, differences, Kernel.reduce(suspicious, 0) { $0 | $1 } < 0, "−", active) {
                $0.subtractingReportingOverflow($1).overflow
            }
        case .multiply(let a, let b):
            let (a, b) = (try integers(a, block, active), try integers(b, block, active))
            let products = Kernel.map(a.values, b.values) { $0 &* $1 }
            // Two factors of less than 31 bits each cannot overflow.
            let bits = Kernel.reduce(a.values, b.values, 0) { $0 | ($1 ^ $1 >> 63) | ($2 ^ $2 >> 63) }
            return try checked(a, b, products, bits >> 31 != 0, "×", active) {
                $0.multipliedReportingOverflow(by: $1).overflow
            }
        case .multiplyScaled(let a, let b, let divisor):
            let (a, b) = (try integers(a, block, active), try integers(b, block, active))
            let bits = Kernel.reduce(a.values, Int64(0)) { $0 | ($1 ^ $1 >> 63) }
            let others = Kernel.reduce(b.values, Int64(0)) { $0 | ($1 ^ $1 >> 63) }
            // Factors of 62 bits together have a product of 62 bits, which leaves room for the rounding.
            if bits.leadingZeroBitCount + others.leadingZeroBitCount >= 66, divisor == 1_000_000 {
                let values = Kernel.map(a.values, b.values) { x, y in
                    let product = x &* y
                    return (product &+ (500_000 ^ product >> 63) &- product >> 63) / 1_000_000
                }
                return Integers(values: values, present: MaskKernel.and(a.present, b.present))
            }
            return try exact(a, b, "×", active) { Exact.scaled($0, $1, divisor: divisor) }
        case .divideScaled(let a, let b, let factor):
            let a = try integers(a, block, active)
            var b = try integers(b, block, active)
            let nonzero = Kernel.map(b.values) { $0 == 0 ? UInt8(0) : 1 }
            b.present = MaskKernel.and(b.present, nonzero)
            Kernel.update(&b.values, nonzero) { $0 | Int64($1 ^ 1) }
            return try exact(a, b, "÷", active) { Exact.scaled($0, factor, divisor: $1) }
        case .rounded(let value, let operation):
            let value = try reals(value, block, active)
            let present = value.present
            let whole = Kernel.map(value.values) { $0.rounded(.toNearestOrAwayFromZero) }
            let fits = Kernel.map(whole) { $0 >= -0x1p63 && $0 < 0x1p63 ? UInt8(1) : 0 }
            if firstFailure(fits, present, active) != nil {
                throw EngineError.overflow(operation: operation)
            }
            return Integers(values: Kernel.map(whole, fits) { $1 == 0 ? 0 : Int64($0) }, present: present)
        case .addDays(let day, let days, let negated):
            let (a, b) = (try integers(day, block, active), try integers(days, block, active))
            let values = Kernel.map(a.values, b.values) { day, days in
                let sum = negated ? day.subtractingReportingOverflow(days) : day.addingReportingOverflow(days)
                let far = (days < 0) != negated ? Int64.min : Int64.max
                return DateKernel.clamp(sum.overflow ? far : sum.partialValue)
            }
            return Integers(values: values, present: MaskKernel.and(a.present, b.present))
        case .addMonths(let day, let months):
            let (a, b) = (try integers(day, block, active), try integers(months, block, active))
            let values = Kernel.map(a.values, b.values) { day, months in
                Int64(Day(clamping: Int(day)).adding(months: Int(months)).number)
            }
            return Integers(values: values, present: MaskKernel.and(a.present, b.present))
        case .negate(let value):
            let a = try integers(value, block, active)
            let zeros = Integers(values: Array(repeating: 0, count: block.count), present: nil)
            let smallest = Kernel.reduce(a.values, Int64.max) { min($0, $1) }
            return try checked(zeros, a, Kernel.map(a.values) { 0 &- $0 }, smallest == .min, "−", active) {
                $0.subtractingReportingOverflow($1).overflow
            }
        case .roundToUnit(let value, let unit):
            let a = try integers(value, block, active)
            return try exact(a, a, "round", active) { value, _ in
                Exact.scaled(value, 1, divisor: unit).flatMap { quotient in
                    let (product, overflow) = quotient.multipliedReportingOverflow(by: unit)
                    return overflow ? nil : product
                }
            }
        case .conditional(let test, let first, let second):
            let mask = try condition(test, block, active)
            let a = try integers(first, block, first.canFail ? MaskKernel.and(active, mask) : active)
            let b = try integers(second, block, second.canFail ? MaskKernel.and(active, MaskKernel.not(mask)) : active)
            return Integers(
                values: Kernel.map(a.values, b.values, mask) { $2 == 0 ? $1 : $0 },
                present: chosen(a.present, b.present, mask))
        case .fallback(let first, let second):
            let a = try integers(first, block, active)
            guard let mask = a.present else { return a }
            let b = try integers(second, block, second.canFail ? MaskKernel.and(active, MaskKernel.not(mask)) : active)
            return Integers(
                values: Kernel.map(a.values, b.values, mask) { $2 == 0 ? $1 : $0 },
                present: chosen(nil, b.present, mask))
        case .datePart(let part, let date):
            let a = try integers(date, block, active)
            return Integers(values: Kernel.map(a.values) { DateKernel.part(part, $0) }, present: a.present)
        case .startOfUnit(let unit, let date, let fiscal, let calendar):
            let a = try integers(date, block, active)
            return Integers(
                values: Kernel.map(a.values) { day in
                    Int64(calendar.start(of: unit, containing: Day(clamping: Int(day)), fiscal: fiscal).number)
                }, present: a.present)
        case .day(let instant, let offset):
            let a = try integers(instant, block, active)
            return Integers(values: Kernel.map(a.values) { DateKernel.day($0, offset) }, present: a.present)
        case .length(let text):
            let texts = try texts(text, block, active)
            return withExtendedLifetime(texts) {
                Integers(
                    values: Kernel.map(texts.refs) { unsafe TextKernel.characterCount($0.bytes) },
                    present: Kernel.map(texts.refs) { $0.isPresent ? 1 : 0 })
            }
        case .bandOfInteger(let value, let thresholds):
            let a = try integers(value, block, active)
            return Integers(values: bands(a.values, thresholds), present: a.present)
        case .bandOfReal(let value, let thresholds):
            let a = try reals(value, block, active)
            return Integers(values: bands(a.values, thresholds), present: a.present)
        case .lookup(let column, let values, let present):
            let codes = try codes(column: column, block)
            return Integers(
                values: Kernel.map(codes) { Int($0) < values.count ? values[Int($0)] : 0 },
                present: Kernel.map(codes) { Int($0) < present.count ? present[Int($0)] : 0 })
        case .tabulated(let column, let low, let values, let present):
            let a = try integers(column: column, block)
            // Bytes that contradict the bounds they were described with lead to the last entry, never outside.
            let last = UInt64(values.count - 1)
            let places = Kernel.map(a.values) { Int(min(UInt64(bitPattern: $0 &- low), last)) }
            let known = Kernel.map(places) { present[$0] }
            return Integers(
                values: Kernel.map(places) { values[$0] }, present: MaskKernel.and(a.present, known))
        case .condition(let test):
            return Integers(values: Kernel.map(try condition(test, block, active)) { Int64($0) }, present: nil)
        }
    }

    private func missingIntegers(_ count: Int) -> Integers {
        Integers(values: Array(repeating: 0, count: count), present: MaskKernel.none(count))
    }

    private func bands<Value: Comparable>(_ values: [Value], _ thresholds: [Value]) -> [Int64] {
        var bands = [Int64](repeating: 0, count: values.count)
        for threshold in thresholds { Kernel.update(&bands, values) { $0 &+ ($1 >= threshold ? 1 : 0) } }
        return bands
    }

    /// Where either branch has a value: the first's where the mask is 1, the second's where it is 0.
    func chosen(_ a: Mask?, _ b: Mask?, _ mask: Mask) -> Mask? {
        if a == nil && b == nil { return nil }
        let first = a ?? MaskKernel.all(mask.count)
        let second = b ?? MaskKernel.all(mask.count)
        return Kernel.map(first, second, mask) { ($0 & $2) | ($1 & ($2 ^ 1)) }
    }

    /// The result, unless it is suspicious and an active row with both operands really overflows.
    private func checked(
        _ a: Integers, _ b: Integers, _ values: [Int64], _ suspicious: Bool, _ operation: String, _ active: Mask?,
        _ overflows: (Int64, Int64) -> Bool
    ) throws -> Integers {
        let present = MaskKernel.and(a.present, b.present)
        if suspicious {
            let considered = MaskKernel.and(present, active)
            for index in values.indices where considered.map({ $0[index] != 0 }) ?? true {
                if overflows(a.values[index], b.values[index]) { throw EngineError.overflow(operation: operation) }
            }
        }
        return Integers(values: values, present: present)
    }

    /// The result row by row of an operation that gives nil on overflow.
    private func exact(
        _ a: Integers, _ b: Integers, _ operation: String, _ active: Mask?, _ body: (Int64, Int64) -> Int64?
    ) throws -> Integers {
        let present = MaskKernel.and(a.present, b.present)
        let considered = MaskKernel.and(present, active)
        let values = try Kernel.generate(a.values.count) { index -> Int64 in
            if let considered, considered[index] == 0 { return 0 }
            guard let value = body(a.values[index], b.values[index]) else {
                throw EngineError.overflow(operation: operation)
            }
            return value
        }
        return Integers(values: values, present: present)
    }

    /// The first active, present row where `passes` is 0.
    private func firstFailure(_ passes: Mask, _ present: Mask?, _ active: Mask?) -> Int? {
        guard Kernel.reduce(passes, UInt8(1), { $0 & $1 }) == 0 else { return nil }
        let considered = MaskKernel.and(present, active)
        return passes.indices.first { index in
            passes[index] == 0 && (considered.map { $0[index] != 0 } ?? true)
        }
    }
}

/// Exact arithmetic in 128 bits.
enum Exact {
    /// a × b ÷ divisor, halves away from zero; nil outside of 64 bits. The divisor is not 0.
    static func scaled(_ a: Int64, _ b: Int64, divisor: Int64) -> Int64? {
        if divisor == 1 { return narrow(Int128(a) * Int128(b)) }
        return narrow(divided(Int128(a) * Int128(b), by: Int128(divisor)))
    }

    /// a ÷ b to the nearest, halves away from zero.
    static func divided(_ a: Int128, by b: Int128) -> Int128 {
        let (quotient, remainder) = a.quotientAndRemainder(dividingBy: b)
        guard remainder.magnitude >= b.magnitude - remainder.magnitude else { return quotient }
        return (a < 0) == (b < 0) ? quotient + 1 : quotient - 1
    }

    /// The value in 64 bits, nil when it does not fit.
    static func narrow(_ value: Int128) -> Int64? { Int64(exactly: value) }
}
