// What a measure keeps per group while rows go by. One instance per thread (or stretch of rows); instances of the
// same measure are merged in a fixed order at the end.
//
// Invariants: slot 0 takes rows that do not count and is never read; arrays are grown by `grow` before `add`.

import Values

/// Partial results of one measure for every group met so far.
class Accumulator {
    /// Makes room for group numbers below `bound`.
    func grow(_ bound: Int) {}

    /// Takes in the rows of a block that `numbers` assigns to groups.
    func add(_ block: Block, _ numbers: GroupNumbers, _ evaluator: Evaluator) throws {}

    /// Takes in the partial results of another; `map` gives this one's number for each of the other's groups (nil: the
    /// same). The other stands after this one in the order of rows.
    func merge(_ other: Accumulator, _ map: [UInt32]?) throws {}

    /// The results of the groups given, as a column.
    func column(_ name: String, _ numbers: [Int]) throws -> Column {
        throw EngineError.typeMismatch("an accumulator without results")
    }

    /// Extends an array for group numbers below `bound`.
    @inline(__always) static func extend<Value>(_ array: inout [Value], _ bound: Int, _ value: Value) {
        if array.count < bound { array.append(contentsOf: repeatElement(value, count: bound - array.count)) }
    }

    /// Calls `body(own, other)` for each pair of group numbers of a merge.
    @inline(__always) static func pairs(_ count: Int, _ map: [UInt32]?, _ body: (Int, Int) throws -> Void) rethrows {
        if let map {
            for other in 1..<max(1, min(count, map.count)) { try body(Int(map[other]), other) }
        } else {
            for other in 1..<max(1, count) { try body(other, other) }
        }
    }
}

/// Counts rows, or rows that have a value.
final class CountAccumulator: Accumulator {
    private let node: Node?
    private var counts: [Int64] = []

    init(_ node: Node?) { self.node = node }

    override func grow(_ bound: Int) { Accumulator.extend(&counts, bound, 0) }

    override func add(_ block: Block, _ numbers: GroupNumbers, _ evaluator: Evaluator) throws {
        var numbers = numbers
        if let node { numbers = numbers.masked(try evaluator.present(node, block, numbers.active(node))) }
        switch numbers {
        case .single(let mask): counts[1] += Int64(mask.map(MaskKernel.count) ?? block.count)
        case .many(let numbers): GroupKernel.count(&counts, numbers)
        }
    }

    override func merge(_ other: Accumulator, _ map: [UInt32]?) {
        guard let other = other as? CountAccumulator else { return }
        Accumulator.pairs(other.counts.count, map) { counts[$0] += other.counts[$1] }
    }

    func count(_ number: Int) -> Int64 { number < counts.count ? counts[number] : 0 }

    /// The numbers of groups with a row, ascending.
    var occupied: [Int] { counts.indices.filter { $0 > 0 && counts[$0] > 0 } }

    override func column(_ name: String, _ numbers: [Int]) throws -> Column {
        var builder = ColumnBuilder(name: name, type: .number)
        for number in numbers { builder.append(count(number)) }
        return try builder.finish()
    }
}

/// The first row of each group in the relation's order.
final class FirstAccumulator: Accumulator {
    private var positions: [Int64] = []
    private var rows: [Int32] = []

    override func grow(_ bound: Int) {
        Accumulator.extend(&positions, bound, Int64.max)
        Accumulator.extend(&rows, bound, -1)
    }

    override func add(_ block: Block, _ numbers: GroupNumbers, _ evaluator: Evaluator) throws {
        switch numbers {
        case .single(let mask):
            guard let index = mask.map({ $0.firstIndex(of: 1) }) ?? 0 else { return }
            take(1, block.position(index), block.row(index))
        case .many(let numbers):
            for index in numbers.indices where numbers[index] != 0 {
                let number = Int(numbers[index])
                if block.position(index) < positions[number] { take(number, block.position(index), block.row(index)) }
            }
        }
    }

    private func take(_ number: Int, _ position: Int64, _ row: Int32) {
        guard position < positions[number] else { return }
        positions[number] = position
        rows[number] = row
    }

    override func merge(_ other: Accumulator, _ map: [UInt32]?) {
        guard let other = other as? FirstAccumulator else { return }
        Accumulator.pairs(other.rows.count, map) { take($0, other.positions[$1], other.rows[$1]) }
    }

    /// The row of a group; −1 when it has none.
    func row(_ number: Int) -> Int32 { number < rows.count ? rows[number] : -1 }

    /// The rows of all groups, in the relation's order.
    var ordered: [Int32] {
        rows.indices.filter { $0 > 0 && rows[$0] >= 0 }.sorted { positions[$0] < positions[$1] }.map { rows[$0] }
    }
}

/// Whether a condition holds for some row.
final class AnyAccumulator: Accumulator {
    private let condition: ConditionNode
    private var found: [UInt8] = []

    init(_ condition: ConditionNode) { self.condition = condition }

    override func grow(_ bound: Int) { Accumulator.extend(&found, bound, 0) }

    override func add(_ block: Block, _ numbers: GroupNumbers, _ evaluator: Evaluator) throws {
        let mask = try evaluator.condition(condition, block, condition.canFail ? numbers.mask : nil)
        switch numbers.masked(mask) {
        case .single(let mask): if mask.map(MaskKernel.any) ?? (block.count > 0) { found[1] = 1 }
        case .many(let numbers): for number in numbers { found[Int(number)] = 1 }
        }
    }

    override func merge(_ other: Accumulator, _ map: [UInt32]?) {
        guard let other = other as? AnyAccumulator else { return }
        Accumulator.pairs(other.found.count, map) { found[$0] |= other.found[$1] }
    }

    override func column(_ name: String, _ numbers: [Int]) throws -> Column {
        var builder = ColumnBuilder(name: name, type: .boolean)
        for number in numbers { builder.append(number < found.count ? Int64(found[number]) : 0) }
        return try builder.finish()
    }
}

/// Counts distinct values.
final class DistinctAccumulator: Accumulator {
    private let node: Node
    private var pairs = KeyTable(width: 2)
    private var names = NameIndex()

    init(_ node: Node) { self.node = node }

    override func add(_ block: Block, _ numbers: GroupNumbers, _ evaluator: Evaluator) throws {
        let (words, present) = try Groups.words(node, block, numbers.mask, evaluator, &names)
        var pair: [UInt64] = [0, 0]
        switch numbers.masked(present) {
        case .single(let mask):
            pair[0] = 1
            for index in words.indices where mask.map({ $0[index] != 0 }) ?? true {
                pair[1] = words[index]
                _ = pairs.number(of: pair)
            }
        case .many(let numbers):
            for index in numbers.indices where numbers[index] != 0 {
                pair[0] = UInt64(numbers[index])
                pair[1] = words[index]
                _ = pairs.number(of: pair)
            }
        }
    }

    override func merge(_ other: Accumulator, _ map: [UInt32]?) throws {
        guard let other = other as? DistinctAccumulator else { return }
        var translation: [UInt64] = []
        if case .text = node { translation = try Groups.translation(from: other.names, into: &names) }
        for number in 0..<other.pairs.count {
            let group = Int(other.pairs.word(number + 1, 0))
            let word = other.pairs.word(number + 1, 1)
            _ = pairs.number(of: [
                map.map { UInt64($0[group]) } ?? UInt64(group), translation.isEmpty ? word : translation[Int(word)],
            ])
        }
    }

    override func column(_ name: String, _ numbers: [Int]) throws -> Column {
        var counts = Array(repeating: Int64(0), count: (numbers.max() ?? 0) + 1)
        for number in 0..<pairs.count {
            let group = Int(pairs.word(number + 1, 0))
            if group < counts.count { counts[group] += 1 }
        }
        var builder = ColumnBuilder(name: name, type: .number)
        for number in numbers { builder.append(counts[number]) }
        return try builder.finish()
    }
}

/// Loops over group numbers.
enum GroupKernel {
    /// Adds one to the count of each number.
    static func count(_ counts: inout [Int64], _ numbers: [UInt32]) {
        unsafe counts.withUnsafeMutableBufferPointer { counts in
            unsafe numbers.withUnsafeBufferPointer { numbers in
                for index in 0..<numbers.count {
                    let number = unsafe Int(numbers[index])
                    precondition(number < counts.count)
                    unsafe counts[number] &+= 1
                }
            }
        }
    }

    /// Adds each value to the sum of its number, wrapping.
    static func add(_ sums: inout [Int64], _ numbers: [UInt32], _ values: [Int64]) {
        precondition(values.count >= numbers.count)
        unsafe sums.withUnsafeMutableBufferPointer { sums in
            unsafe numbers.withUnsafeBufferPointer { numbers in
                unsafe values.withUnsafeBufferPointer { values in
                    for index in 0..<numbers.count {
                        let number = unsafe Int(numbers[index])
                        precondition(number < sums.count)
                        unsafe sums[number] &+= values[index]
                    }
                }
            }
        }
    }
}
