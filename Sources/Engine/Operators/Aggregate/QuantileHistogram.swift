// Quantiles of integers in two passes without keeping the values: the first counts how many values of each group fall
// into each of up to 4,096 ranges, the second collects only those of the ranges in which the quantiles lie.
//
// Used where the groups and the bounds of the values are known beforehand and the counts stay small.

import Values

/// First pass: counts by group and range.
final class HistogramAccumulator: Accumulator {
    /// Counts at most, for each thread.
    private static let cellCountMax = 1 << 20
    private static let rangeCountMax = 4_096

    let node: IntegerNode
    let type: ValueType
    let quantile: Double
    let low: Int64
    let shift: Int
    private let rangeCount: Int
    private var counts: [UInt32] = []

    /// nil when there are too many groups for it.
    init?(_ node: IntegerNode, _ type: ValueType, _ quantile: Double, _ bounds: Bounds.Range, groupCount: Int) {
        let span = bounds.upper.subtractingReportingOverflow(bounds.lower)
        guard !span.overflow, groupCount < HistogramAccumulator.cellCountMax / 256 else { return nil }
        let most = min(HistogramAccumulator.rangeCountMax, HistogramAccumulator.cellCountMax / (groupCount + 1))
        var shift = 0
        while span.partialValue >> Int64(shift) >= Int64(most) { shift += 1 }
        self.node = node
        self.type = type
        self.quantile = min(max(quantile, 0), 1)
        self.shift = shift
        low = bounds.lower
        rangeCount = Int(span.partialValue >> Int64(shift)) + 1
    }

    override func grow(_ bound: Int) { Accumulator.extend(&counts, bound * rangeCount, 0) }

    override func add(_ block: Block, _ numbers: GroupNumbers, _ evaluator: Evaluator) throws {
        let values = try evaluator.integers(node, block, numbers.active(node))
        let low = low
        let shift = UInt64(shift)
        let last = UInt64(rangeCount - 1)
        let width = UInt32(truncatingIfNeeded: rangeCount)
        let ranges = Kernel.map(values.values) {
            UInt32(truncatingIfNeeded: min(UInt64(bitPattern: $0 &- low) >> shift, last))
        }
        switch numbers.masked(values.present) {
        case .single(let mask):
            // Group 0 takes what does not count.
            GroupKernel.count(
                &counts,
                mask.map { Kernel.map(ranges, $0) { $1 == 0 ? 0 : $0 &+ width } } ?? Kernel.map(ranges) { $0 &+ width })
        case .many(let numbers):
            GroupKernel.count(&counts, Kernel.map(ranges, numbers) { $1 == 0 ? 0 : $0 &+ $1 &* width })
        }
    }

    override func merge(_ other: Accumulator, _ map: [UInt32]?) {
        // Groups are computed, so their numbers agree.
        guard let other = other as? HistogramAccumulator else { return }
        Kernel.update(&counts, other.counts) { $0 &+ $1 }
    }

    /// Where the two values around a group's quantile lie.
    struct Target {
        /// How many values the group has.
        let count: Int
        /// The range of each value, and its rank within the range.
        let lower: (range: Int, rank: Int)
        let upper: (range: Int, rank: Int)
        /// How far the quantile is from the lower to the upper value.
        let fraction: Double
    }

    /// The targets of groups below `bound`; nil for groups without a value.
    func targets(_ bound: Int) -> [Target?] {
        (0..<bound).map { number in
            let cells = counts[number * rangeCount..<(number + 1) * rangeCount]
            let total = cells.reduce(0) { $0 + Int($1) }
            guard total > 0 else { return nil }
            let place = Double(total - 1) * quantile
            let rank = Int(place.rounded(.down))
            let fraction = place - Double(rank)
            return Target(
                count: total, lower: HistogramAccumulator.find(cells, rank),
                upper: HistogramAccumulator.find(cells, min(rank + 1, total - 1)), fraction: fraction)
        }
    }

    private static func find(_ cells: ArraySlice<UInt32>, _ rank: Int) -> (range: Int, rank: Int) {
        var before = 0
        for (range, count) in cells.enumerated() {
            if rank < before + Int(count) { return (range, rank - before) }
            before += Int(count)
        }
        return (0, 0)
    }
}

/// Second pass: the values of the ranges that matter.
final class RangeAccumulator: Accumulator {
    private let histogram: HistogramAccumulator
    private let targets: [HistogramAccumulator.Target?]
    private let lowerRanges: [UInt32]
    private let upperRanges: [UInt32]
    private var groups: [UInt32] = []
    private var values: [Int64] = []

    init(_ histogram: HistogramAccumulator, _ targets: [HistogramAccumulator.Target?]) {
        self.histogram = histogram
        self.targets = targets
        lowerRanges = targets.map { $0.map { UInt32($0.lower.range) } ?? .max }
        upperRanges = targets.map { $0.map { UInt32($0.upper.range) } ?? .max }
    }

    override var isDivisible: Bool { false }

    override func add(_ block: Block, _ numbers: GroupNumbers, _ evaluator: Evaluator) throws {
        let found = try evaluator.integers(histogram.node, block, numbers.active(histogram.node))
        let low = histogram.low
        let shift = UInt64(histogram.shift)
        let numbers = numbers.masked(found.present)
        let ranges = Kernel.map(found.values) { UInt32(truncatingIfNeeded: UInt64(bitPattern: $0 &- low) >> shift) }
        var wanted: Mask
        switch numbers {
        case .single(let mask):
            let (lower, upper) = (lowerRanges[1], upperRanges[1])
            wanted = Kernel.map(ranges) { ($0 == lower ? UInt8(1) : 0) | ($0 == upper ? 1 : 0) }
            if let mask { wanted = MaskKernel.and(wanted, mask) }
        case .many(let numbers):
            let lower = Kernel.map(numbers) { lowerRanges[Int($0)] }
            let upper = Kernel.map(numbers) { upperRanges[Int($0)] }
            wanted = Kernel.map(ranges, lower) { $0 == $1 ? 1 : 0 }
            wanted = MaskKernel.or(wanted, Kernel.map(ranges, upper) { $0 == $1 ? 1 : 0 })
            wanted = Kernel.map(wanted, numbers) { $1 == 0 ? 0 : $0 }
        }
        guard MaskKernel.any(wanted) else { return }
        for index in MaskKernel.places(wanted, first: 0) {
            values.append(found.values[Int(index)])
            if case .many(let numbers) = numbers { groups.append(numbers[Int(index)]) } else { groups.append(1) }
        }
    }

    override func merge(_ other: Accumulator, _ map: [UInt32]?) {
        guard let other = other as? RangeAccumulator else { return }
        values += other.values
        groups += other.groups
    }

    override func column(_ name: String, _ numbers: [Int]) throws -> Column {
        var byGroup: [Int: [Int64]] = [:]
        for (group, value) in zip(groups, values) { byGroup[Int(group), default: []].append(value) }
        var builder = ColumnBuilder(name: name, valueType: Statistic.type(histogram.type))
        for number in numbers {
            guard number < targets.count, let target = targets[number] else {
                builder.appendMissing()
                continue
            }
            let own = byGroup[number] ?? []
            let low = value(own, target.lower)
            let high = target.fraction == 0 ? low : value(own, target.upper)
            if Statistic.isReal(histogram.type) {
                builder.append(Double(low) + target.fraction * (Double(high) - Double(low)))
            } else {
                builder.append(Statistic.between(low, high, target.fraction))
            }
        }
        return try builder.finish()
    }

    private func value(_ values: [Int64], _ place: (range: Int, rank: Int)) -> Int64 {
        var own = values.filter {
            Int(UInt64(bitPattern: $0 &- histogram.low) >> UInt64(histogram.shift)) == place.range
        }
        guard place.rank < own.count else { return histogram.low }
        return Selection.element(&own, 0..<own.count, place.rank)
    }
}
