// Sums and means. Integers are exact: 64 bits where the bounds of the values prove that nothing can overflow, 128
// bits else; many groups of small values begin with 32 bits. Reals carry the rounding error of each addition along, in
// the order of the rows.

import Values

/// Sums or averages integers.
final class IntegerSumAccumulator: Accumulator {
    private let node: IntegerNode
    private let type: ValueType
    private let isAverage: Bool
    private let isNarrow: Bool
    /// In place of `narrow` as long as it is there.
    private var compact: CompactSums?
    private var narrow: [Int64] = []
    private var wide: [Int128] = []
    private var counts: [UInt32] = []

    /// `groupCount` is how many groups there can be, when that is known.
    init(_ node: IntegerNode, _ type: ValueType, isAverage: Bool, _ table: Table, groupCount: Int?) {
        self.node = node
        self.type = type
        self.isAverage = isAverage
        if let bounds = Bounds.of(node, table) {
            let largest = max(bounds.lower.magnitude, bounds.upper.magnitude)
            isNarrow = !largest.multipliedReportingOverflow(by: UInt64(max(1, table.rowCount)) * 2).overflow
            if isNarrow, bounds.lower >= Int64(Int32.min), bounds.upper <= Int64(Int32.max),
                let groupCount, groupCount > IntegerSumAccumulator.packedBoundMax
            {
                compact = CompactSums()
            }
        } else {
            isNarrow = false
        }
    }

    override func grow(_ bound: Int) {
        if isAverage { Accumulator.extend(&counts, bound, 0) }
        if compact != nil {
            compact?.grow(bound)
        } else if isNarrow {
            Accumulator.extend(&narrow, bound, 0)
        } else {
            Accumulator.extend(&wide, bound, 0)
        }
    }

    /// Goes on with sums of 8 bytes.
    private func widen() {
        guard let sums = compact else { return }
        narrow = (0..<sums.count).map { sums[$0] }
        compact = nil
    }

    /// Groups at most for which sums and counts are made together: their totals are settled after every block.
    private static let packedBoundMax = 1_024
    private var packed: [UInt64] = []

    /// Adds the rows by group and gives how many each group had; nil when the values do not allow it: they must lie
    /// in one column, most rows with one, in at most 4 bytes.
    func addCounting(_ block: Block, _ numbers: [UInt32], _ evaluator: Evaluator) throws -> [Int64]? {
        let bound = narrow.count
        guard isNarrow, compact == nil, bound <= IntegerSumAccumulator.packedBoundMax, case .column(let column) = node,
            case .run(let chunk, let start) = block.place
        else { return nil }
        let reader = try evaluator.reader(column, chunk)
        guard reader.width <= 4, reader.missingCount * 4 <= reader.rowCount else { return nil }
        if packed.count < 4 * bound { packed = Array(repeating: 0, count: 4 * bound) }
        unsafe GroupKernel.pack(&packed, bound, numbers, reader.values + start * reader.width, reader.width)
        // A missing row holds 0, so that only the base of the stored values must leave it out (by-owner, where a few
        // values in a hundred are missing: 17.8 → 7.4 ms).
        var absent = [Int64](repeating: 0, count: bound)
        if let validity = unsafe reader.validity {
            unsafe GroupKernel.countAbsent(&absent, numbers, validity + start >> 3)
        }
        var found = [Int64](repeating: 0, count: bound)
        IntegerSumAccumulator.settle(&narrow, &packed, &found, absent, base: reader.base)
        if isAverage { for number in 0..<bound { counts[number] &+= UInt32(found[number] &- absent[number]) } }
        return found
    }

    /// Adds what a block has packed to the sums, and gives how many rows each group had. The arrays as arguments: as
    /// properties each of them is asked for in every turn whether somebody else changes it (by-owner: 8.0 → 7.4 ms).
    private static func settle(
        _ sums: inout [Int64], _ packed: inout [UInt64], _ found: inout [Int64], _ absent: [Int64], base: Int64
    ) {
        let bound = sums.count
        for number in 0..<bound {
            // Each lane has at most 4,097 rows and sums below 2⁴⁵, so the four of them cannot carry into the count.
            let total =
                packed[number] &+ packed[bound + number] &+ packed[2 * bound + number] &+ packed[3 * bound + number]
            found[number] = Int64(total >> 48)
            sums[number] &+= Int64(total & (1 << 48 - 1)) &+ base &* (found[number] &- absent[number])
        }
        for place in 0..<4 * bound { packed[place] = 0 }
    }

    /// The sum of a block of one group straight from the stored values; false when they do not allow it.
    private func addStored(_ block: Block, _ mask: Mask?, _ evaluator: Evaluator) throws -> Bool {
        guard isNarrow, case .column(let column) = node, case .run(let chunk, let start) = block.place else {
            return false
        }
        let reader = try evaluator.reader(column, chunk)
        guard reader.width <= 4 else { return false }
        let mask = MaskKernel.and(try evaluator.present(column, block), mask)
        let rows = mask.map(MaskKernel.count) ?? block.count
        let sum = unsafe MaskKernel.sum(reader.values + start * reader.width, reader.width, block.count, mask)
        narrow[1] &+= Int64(sum) &+ reader.base &* Int64(rows)
        if isAverage { counts[1] += UInt32(rows) }
        return true
    }

    /// Adds the rows by group in 4 bytes.
    private func addCompact(_ block: Block, _ numbers: [UInt32], _ evaluator: Evaluator) throws {
        let values: [Int32]
        var numbers = GroupNumbers.many(numbers)
        if case .column(let column) = node, let stored = try evaluator.smallIntegers(column: column, block) {
            values = stored
            numbers = numbers.masked(try evaluator.present(column, block))
        } else {
            let found = try evaluator.integers(node, block, numbers.active(node))
            values = Kernel.map(found.values) { Int32(truncatingIfNeeded: $0) }
            numbers = numbers.masked(found.present)
        }
        guard case .many(let counted) = numbers else { return }
        if isAverage { GroupKernel.count(&counts, counted) }
        compact?.add(counted, values)
        if compact?.isCrowded ?? false { widen() }
    }

    override func add(_ block: Block, _ numbers: GroupNumbers, _ evaluator: Evaluator) throws {
        switch numbers {
        case .single(let mask): if try addStored(block, mask, evaluator) { return }
        case .many(let all): if compact != nil { return try addCompact(block, all, evaluator) }
        }
        let values = try evaluator.integers(node, block, numbers.active(node))
        let numbers = numbers.masked(values.present)
        switch numbers {
        case .single(let mask):
            if isAverage { counts[1] += UInt32(mask.map(MaskKernel.count) ?? block.count) }
            if isNarrow {
                if let mask {
                    narrow[1] &+= Kernel.reduce(values.values, mask, 0) { $0 &+ $1 & (0 &- Int64($2)) }
                } else {
                    narrow[1] &+= Kernel.reduce(values.values, 0) { $0 &+ $1 }
                }
            } else {
                for index in values.values.indices where mask.map({ $0[index] != 0 }) ?? true {
                    wide[1] += Int128(values.values[index])
                }
            }
        case .many(let numbers):
            if isAverage { GroupKernel.count(&counts, numbers) }
            if isNarrow {
                GroupKernel.add(&narrow, numbers, values.values)
            } else {
                GroupKernel.add(&wide, numbers, values.values)
            }
        }
    }

    override func merge(_ other: Accumulator, _ map: [UInt32]?) {
        guard let other = other as? IntegerSumAccumulator else { return }
        if let theirs = other.compact, map == nil, compact != nil {
            compact?.add(theirs)
        } else {
            widen()
            other.widen()
            Accumulator.add(&narrow, other.narrow, map)
        }
        Accumulator.add(&wide, other.wide, map)
        Accumulator.add(&counts, other.counts, map)
    }

    override func column(_ name: String, _ numbers: [Int]) throws -> Column {
        var builder = ColumnBuilder(name: name, valueType: isAverage ? Statistic.type(type) : type)
        for number in numbers {
            let sum = compact.map { Int128($0[number]) } ?? (isNarrow ? Int128(narrow[number]) : wide[number])
            if isAverage {
                let count = counts[number]
                if count == 0 {
                    builder.appendMissing()
                } else if Statistic.isReal(type) {
                    builder.append(Double(sum) / Double(count))
                } else if let mean = Exact.narrow(Exact.divided(sum, by: Int128(count))) {
                    builder.append(mean)
                }
            } else {
                guard let value = Exact.narrow(sum) else { throw EngineError.overflow(operation: "sum") }
                builder.append(value)
            }
        }
        return try builder.finish()
    }
}

/// Sums or averages reals; the result depends on the order of rows only, never on threads.
final class RealSumAccumulator: Accumulator {
    private let node: RealNode
    private let type: ValueType
    private let isAverage: Bool
    private var sums: [Double] = []
    private var errors: [Double] = []
    private var counts: [Int64] = []

    init(_ node: RealNode, _ type: ValueType, isAverage: Bool) {
        self.node = node
        self.type = type
        self.isAverage = isAverage
    }

    override func grow(_ bound: Int) {
        Accumulator.extend(&sums, bound, 0)
        Accumulator.extend(&errors, bound, 0)
        Accumulator.extend(&counts, bound, 0)
    }

    override func add(_ block: Block, _ numbers: GroupNumbers, _ evaluator: Evaluator) throws {
        let values = try evaluator.reals(node, block, numbers.active(node))
        switch numbers.masked(values.present) {
        case .single(let mask):
            // Rows that do not count add 0, which changes nothing.
            let counted = mask.map { Kernel.map(values.values, $0) { $1 == 0 ? 0 : $0 } } ?? values.values
            let (sum, error) = CompensatedSum.of(counted)
            add(1, sum)
            errors[1] += error
            counts[1] += Int64(mask.map(MaskKernel.count) ?? block.count) - 1
        case .many(let numbers): CompensatedSum.add(&sums, &errors, &counts, numbers, values.values)
        }
    }

    /// Adds a value and what the addition before lost (Neumaier's sum in the branch-free form of Knuth).
    @inline(__always) private func add(_ number: Int, _ value: Double) {
        let sum = sums[number] + value
        let part = sum - sums[number]
        errors[number] += (sums[number] - (sum - part)) + (value - part)
        sums[number] = sum
        counts[number] += 1
    }

    override func merge(_ other: Accumulator, _ map: [UInt32]?) {
        guard let other = other as? RealSumAccumulator else { return }
        Accumulator.pairs(other.sums.count, map) { own, theirs in
            let count = counts[own] + other.counts[theirs]
            add(own, other.sums[theirs])
            errors[own] += other.errors[theirs]
            counts[own] = count
        }
    }

    override func column(_ name: String, _ numbers: [Int]) throws -> Column {
        var builder = ColumnBuilder(name: name, valueType: type)
        for number in numbers {
            // An infinite sum has lost its error term.
            let sum = sums[number].isFinite ? sums[number] + errors[number] : sums[number]
            if isAverage {
                if counts[number] == 0 { builder.appendMissing() } else { builder.append(sum / Double(counts[number])) }
            } else {
                builder.append(sum)
            }
        }
        return try builder.finish()
    }
}

/// Sums of reals with the rounding error of each addition carried beside them.
enum CompensatedSum {
    /// The sum and its error: 8 sums side by side over every eighth value, then one after the other; the same for the
    /// same values wherever it runs.
    static func of(_ values: [Double]) -> (sum: Double, error: Double) {
        var sums = SIMD8<Double>.zero
        var errors = SIMD8<Double>.zero
        unsafe values.withUnsafeBufferPointer { values in
            var index = 0
            while index < values.count {
                var next = SIMD8<Double>.zero
                if index + 8 <= values.count {
                    for lane in 0..<8 { next[lane] = unsafe values[index + lane] }
                } else {
                    for lane in 0..<values.count - index { next[lane] = unsafe values[index + lane] }
                }
                let sum = sums + next
                let part = sum - sums
                errors += (sums - (sum - part)) + (next - part)
                sums = sum
                index += 8
            }
        }
        var total = 0.0
        var error = 0.0
        for lane in 0..<8 {
            let sum = total + sums[lane]
            let part = sum - total
            error += (total - (sum - part)) + (sums[lane] - part) + errors[lane]
            total = sum
        }
        return (total, error)
    }

    /// Adds each value to the sum of its group.
    static func add(
        _ sums: inout [Double], _ errors: inout [Double], _ counts: inout [Int64], _ numbers: [UInt32],
        _ values: [Double]
    ) {
        precondition(values.count >= numbers.count && errors.count == sums.count && counts.count == sums.count)
        unsafe sums.withUnsafeMutableBufferPointer { sums in
            unsafe errors.withUnsafeMutableBufferPointer { errors in
                unsafe counts.withUnsafeMutableBufferPointer { counts in
                    for index in 0..<numbers.count {
                        let number = Int(numbers[index])
                        precondition(number < sums.count)
                        let value = values[index]
                        let before = unsafe sums[number]
                        let sum = before + value
                        let part = sum - before
                        unsafe errors[number] += (before - (sum - part)) + (value - part)
                        unsafe sums[number] = sum
                        unsafe counts[number] &+= 1
                    }
                }
            }
        }
    }
}

/// What type a mean, quantile or deviation has, and how it is rounded to it.
enum Statistic {
    /// Plain integers have a real mean; money, dates and the like are rounded to their own unit.
    static func isReal(_ type: ValueType) -> Bool { type.representation == .real || type.type == .number }

    static func type(_ type: ValueType) -> ValueType { isReal(type) ? ValueType(type.type, real: true) : type }

    /// a + fraction × (b − a) for a ≤ b, halves away from zero.
    static func between(_ a: Int64, _ b: Int64, _ fraction: Double) -> Int64 {
        if fraction == 0 || a == b { return a }
        if fraction == 0.5, let middle = Exact.narrow(Exact.divided(Int128(a) + Int128(b), by: 2)) { return middle }
        let step = fraction * Double(Int128(b) - Int128(a))
        let whole = step.rounded(.down)
        let rest = step - whole
        let floor = Int128(a) + Int128(whole)
        let up = rest > 0.5 || rest == 0.5 && floor >= 0
        return Exact.narrow(floor + (up ? 1 : 0)) ?? b
    }
}
