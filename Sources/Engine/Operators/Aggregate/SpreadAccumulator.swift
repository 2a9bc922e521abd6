// Quantiles and standard deviations: measures that need all values, or their squares.

import Glibc
import Values

/// Gathers values and picks order statistics at the end.
///
/// The quantile q of n ascending values x₀ … xₙ₋₁ lies at h = (n − 1) × q: x at ⌊h⌋ plus the fraction of the way to
/// the next. The median of 1, 2, 10, 20 is h = 1.5, so 2 + 0.5 × (10 − 2) = 6.
final class QuantileAccumulator: Accumulator {
    private enum Source {
        case integer(IntegerNode)
        case real(RealNode)
    }
    private let source: Source
    private let type: ValueType
    private let quantile: Double
    private var groups: [UInt32] = []
    private var integers: [Int64] = []
    private var reals: [Double] = []

    init(_ node: IntegerNode, _ type: ValueType, _ quantile: Double) {
        source = .integer(node)
        self.type = type
        self.quantile = min(max(quantile, 0), 1)
    }

    init(_ node: RealNode, _ type: ValueType, _ quantile: Double) {
        source = .real(node)
        self.type = type
        self.quantile = min(max(quantile, 0), 1)
    }

    override var isDivisible: Bool { false }

    override func add(_ block: Block, _ numbers: GroupNumbers, _ evaluator: Evaluator) throws {
        switch source {
        case .integer(let node):
            let values = try evaluator.integers(node, block, numbers.active(node))
            collect(values.values, values.present, numbers, &integers)
        case .real(let node):
            let values = try evaluator.reals(node, block, numbers.active(node))
            collect(values.values, values.present, numbers, &reals)
        }
    }

    private func collect<Value>(_ values: [Value], _ present: Mask?, _ numbers: GroupNumbers, _ target: inout [Value]) {
        switch numbers.masked(present) {
        case .single(nil): target.append(contentsOf: values)
        case .single(let mask?): for index in values.indices where mask[index] != 0 { target.append(values[index]) }
        case .many(let numbers):
            for index in values.indices where numbers[index] != 0 {
                groups.append(numbers[index])
                target.append(values[index])
            }
        }
    }

    override func merge(_ other: Accumulator, _ map: [UInt32]?) {
        guard let other = other as? QuantileAccumulator else { return }
        integers.append(contentsOf: other.integers)
        reals.append(contentsOf: other.reals)
        if let map { groups.append(contentsOf: other.groups.map { map[Int($0)] }) } else { groups += other.groups }
    }

    override func column(_ name: String, _ numbers: [Int]) throws -> Column {
        var builder = ColumnBuilder(name: name, valueType: Statistic.type(type))
        let bound = (numbers.max() ?? 0) + 1
        switch source {
        case .integer:
            var sorted = Partitioned(integers, groups, bound)
            for number in numbers {
                guard let (low, high, fraction) = sorted.neighbours(number, quantile) else {
                    builder.appendMissing()
                    continue
                }
                if Statistic.isReal(type) {
                    builder.append(Double(low) + fraction * (Double(high) - Double(low)))
                } else {
                    builder.append(Statistic.between(low, high, fraction))
                }
            }
        case .real:
            var sorted = Partitioned(reals, groups, bound)
            for number in numbers {
                guard let (low, high, fraction) = sorted.neighbours(number, quantile) else {
                    builder.appendMissing()
                    continue
                }
                builder.append(fraction == 0 || low == high ? low : low + fraction * (high - low))
            }
        }
        return try builder.finish()
    }
}

/// Values laid out group after group.
private struct Partitioned<Value: Comparable> {
    private var values: [Value]
    private let starts: [Int]

    /// `groups` holds a number per value, or nothing when all belong to group 1.
    init(_ values: [Value], _ groups: [UInt32], _ bound: Int) {
        guard !groups.isEmpty else {
            self.values = values
            starts = bound > 1 ? [0, 0] + Array(repeating: values.count, count: bound - 1) : [0, 0]
            return
        }
        var places = Array(repeating: 0, count: bound + 1)
        for group in groups where Int(group) < bound { places[Int(group) + 1] += 1 }
        for index in 1..<places.count { places[index] += places[index - 1] }
        starts = places
        var arranged = values
        for index in values.indices where Int(groups[index]) < bound {
            arranged[places[Int(groups[index])]] = values[index]
            places[Int(groups[index])] += 1
        }
        self.values = arranged
    }

    /// The values around the quantile and the fraction of the way between them; nil for an empty group.
    mutating func neighbours(_ group: Int, _ quantile: Double) -> (Value, Value, Double)? {
        let range = starts[group]..<starts[group + 1]
        guard !range.isEmpty else { return nil }
        let place = Double(range.count - 1) * quantile
        let lower = Int(place.rounded(.down))
        let low = Selection.element(&values, range, lower)
        guard lower + 1 < range.count else { return (low, low, 0) }
        // What lies behind the chosen place is not smaller; the next value is the smallest of it.
        var high = values[range.lowerBound + lower + 1]
        for index in range.lowerBound + lower + 1..<range.upperBound { high = min(high, values[index]) }
        return (low, high, place - Double(lower))
    }
}

/// Order statistics without sorting.
enum Selection {
    /// Rearranges the range so that the element of that rank stands at its place, none larger before it and none
    /// smaller behind, and gives it.
    static func element<Value: Comparable>(_ values: inout [Value], _ range: Range<Int>, _ rank: Int) -> Value {
        var low = range.lowerBound
        var high = range.upperBound - 1
        let target = range.lowerBound + rank
        while low < high {
            // The middle of three keeps sorted and constant inputs fast.
            let middle = low + (high - low) / 2
            let a = values[low]
            let b = values[middle]
            let c = values[high]
            let pivot = max(min(a, b), min(max(a, b), c))
            var left = low
            var right = high
            while left <= right {
                while values[left] < pivot { left += 1 }
                while pivot < values[right] { right -= 1 }
                if left <= right {
                    values.swapAt(left, right)
                    left += 1
                    right -= 1
                }
            }
            if target <= right { high = right } else if target >= left { low = left } else { break }
        }
        return values[target]
    }
}

/// Sample standard deviation, by Welford's running mean and Chan's rule for merging.
///
/// s = √(Σ (x − mean)² ÷ (n − 1)). Of 2, 4, 4, 4, 5, 5, 7, 9: mean 5, Σ 32, s = √(32 ÷ 7) = 2.138…
final class DeviationAccumulator: Accumulator {
    private let node: RealNode
    private let type: ValueType
    private var counts: [Double] = []
    private var means: [Double] = []
    private var squares: [Double] = []

    /// `type` is the result's, in the units of the node's values.
    init(_ node: RealNode, _ type: ValueType) {
        self.node = node
        self.type = type
    }

    override func grow(_ bound: Int) {
        Accumulator.extend(&counts, bound, 0)
        Accumulator.extend(&means, bound, 0)
        Accumulator.extend(&squares, bound, 0)
    }

    override func add(_ block: Block, _ numbers: GroupNumbers, _ evaluator: Evaluator) throws {
        let values = try evaluator.reals(node, block, numbers.active(node))
        switch numbers.masked(values.present) {
        case .single(let mask):
            for index in values.values.indices where mask.map({ $0[index] != 0 }) ?? true {
                add(1, values.values[index])
            }
        case .many(let numbers): DeviationAccumulator.add(&counts, &means, &squares, numbers, values.values)
        }
    }

    private static func add(
        _ counts: inout [Double], _ means: inout [Double], _ squares: inout [Double], _ numbers: [UInt32],
        _ values: [Double]
    ) {
        precondition(means.count == counts.count && squares.count == counts.count && values.count >= numbers.count)
        unsafe counts.withUnsafeMutableBufferPointer { counts in
            unsafe means.withUnsafeMutableBufferPointer { means in
                unsafe squares.withUnsafeMutableBufferPointer { squares in
                    for index in 0..<numbers.count {
                        let number = Int(numbers[index])
                        precondition(number < counts.count)
                        unsafe counts[number] += 1
                        let difference = unsafe values[index] - means[number]
                        unsafe means[number] += difference / counts[number]
                        unsafe squares[number] += difference * (values[index] - means[number])
                    }
                }
            }
        }
    }

    @inline(__always) private func add(_ number: Int, _ value: Double) {
        counts[number] += 1
        let difference = value - means[number]
        means[number] += difference / counts[number]
        squares[number] += difference * (value - means[number])
    }

    override func merge(_ other: Accumulator, _ map: [UInt32]?) {
        guard let other = other as? DeviationAccumulator else { return }
        Accumulator.pairs(other.counts.count, map) { own, theirs in
            let total = counts[own] + other.counts[theirs]
            guard total > 0 else { return }
            let difference = other.means[theirs] - means[own]
            squares[own] +=
                other.squares[theirs] + difference * difference * counts[own] * other.counts[theirs] / total
            means[own] += difference * other.counts[theirs] / total
            counts[own] = total
        }
    }

    override func column(_ name: String, _ numbers: [Int]) throws -> Column {
        var builder = ColumnBuilder(name: name, valueType: type)
        for number in numbers {
            guard counts[number] >= 2 else {
                builder.appendMissing()
                continue
            }
            let deviation = (squares[number] / (counts[number] - 1)).squareRoot()
            if type.representation == .real {
                builder.append(deviation)
            } else if deviation < 0x1p63 {
                builder.append(Int64(deviation.rounded(.toNearestOrAwayFromZero)))
            } else {
                throw EngineError.overflow(operation: "stddev")
            }
        }
        return try builder.finish()
    }
}
