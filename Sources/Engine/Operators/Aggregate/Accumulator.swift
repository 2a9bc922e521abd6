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

    /// Whether the results of some groups take no more than their share of all groups' time.
    var isDivisible: Bool { true }

    /// The results of the groups given, as a column.
    func column(_ name: String, _ numbers: [Int]) throws -> Column {
        throw EngineError.typeMismatch("an accumulator without results")
    }

    /// Extends an array for group numbers below `bound`.
    @inline(__always) static func extend<Value>(_ array: inout [Value], _ bound: Int, _ value: Value) {
        if array.count < bound { array.append(contentsOf: repeatElement(value, count: bound - array.count)) }
    }

    /// Adds the results of another of the same measure, as `merge` takes them.
    static func add<Value: FixedWidthInteger>(_ own: inout [Value], _ other: [Value], _ map: [UInt32]?) {
        guard let map else { return Kernel.update(&own, other) { $0 &+ $1 } }
        for number in 1..<max(1, min(other.count, map.count)) { own[Int(map[number])] &+= other[number] }
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
    let node: Node?
    /// A table has fewer rows than 2³².
    private var counts: [UInt32] = []

    init(_ node: Node?) { self.node = node }

    override func grow(_ bound: Int) { Accumulator.extend(&counts, bound, 0) }

    override func add(_ block: Block, _ numbers: GroupNumbers, _ evaluator: Evaluator) throws {
        var numbers = numbers
        if let node { numbers = numbers.masked(try evaluator.present(node, block, numbers.active(node))) }
        switch numbers {
        case .single(let mask): counts[1] += UInt32(mask.map(MaskKernel.count) ?? block.count)
        case .many(let numbers): GroupKernel.count(&counts, numbers)
        }
    }

    override func merge(_ other: Accumulator, _ map: [UInt32]?) {
        guard let other = other as? CountAccumulator else { return }
        Accumulator.add(&counts, other.counts, map)
    }

    /// Takes in counts that were made together with a sum.
    func add(_ more: [Int64]) { Kernel.update(&counts, more) { $0 &+ UInt32(truncatingIfNeeded: $1) } }

    func count(_ number: Int) -> Int64 { number < counts.count ? Int64(counts[number]) : 0 }

    /// Those of the numbers whose groups have a row, ascending.
    func occupied(_ numbers: Range<Int>) -> [Int] { numbers.clamped(to: 0..<counts.count).filter { counts[$0] > 0 } }

    override func column(_ name: String, _ numbers: [Int]) throws -> Column {
        var builder = ColumnBuilder(name: name, type: .number)
        for number in numbers { builder.append(count(number)) }
        return try builder.finish()
    }
}

/// Which groups have a row.
final class SeenAccumulator: Accumulator {
    private var seen: [UInt8] = []

    override func grow(_ bound: Int) { Accumulator.extend(&seen, bound, 0) }

    override func add(_ block: Block, _ numbers: GroupNumbers, _ evaluator: Evaluator) {
        if case .many(let numbers) = numbers { GroupKernel.mark(&seen, numbers) }
    }

    override func merge(_ other: Accumulator, _ map: [UInt32]?) {
        guard let other = other as? SeenAccumulator else { return }
        if map == nil { return Kernel.update(&seen, other.seen) { $0 | $1 } }
        Accumulator.pairs(other.seen.count, map) { seen[$0] |= other.seen[$1] }
    }

    /// Those of the numbers whose groups have a row, ascending.
    func occupied(_ numbers: Range<Int>) -> [Int] { numbers.clamped(to: 0..<seen.count).filter { seen[$0] != 0 } }
}

/// The first row of each group in the relation's order.
final class FirstAccumulator: Accumulator {
    private var positions: [Int64] = []
    private var rows: [Int32] = []
    /// 1 for groups without a row; 0 for the others and for number 0.
    private var isOpen: [UInt8] = []
    /// The last position of the blocks met so far: groups with a row cannot get an earlier one from later blocks.
    private var lastPosition: Int64 = -1

    override func grow(_ bound: Int) {
        Accumulator.extend(&positions, bound, Int64.max)
        Accumulator.extend(&rows, bound, -1)
        if isOpen.isEmpty, bound > 0 { isOpen.append(0) }
        Accumulator.extend(&isOpen, bound, 1)
    }

    override func add(_ block: Block, _ numbers: GroupNumbers, _ evaluator: Evaluator) throws {
        switch numbers {
        case .single(let mask):
            guard let index = mask.map({ $0.firstIndex(of: 1) }) ?? 0 else { return }
            take(1, block.position(index), block.row(index))
        case .many(let numbers):
            // Most blocks bring no new group: one look without branches tells (the case distinct-pairs).
            let isLater = block.count > 0 && block.position(0) > lastPosition
            if block.count > 0 { lastPosition = max(lastPosition, block.position(block.count - 1)) }
            if isLater, !GroupKernel.any(isOpen, numbers) { return }
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
        isOpen[number] = 0
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
        case .many(let numbers): GroupKernel.mark(&found, numbers)
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
    /// How many of the pairs each group has.
    private var counts: [UInt32] = []

    init(_ node: Node) { self.node = node }

    override func grow(_ bound: Int) { Accumulator.extend(&counts, bound, 0) }

    override func add(_ block: Block, _ numbers: GroupNumbers, _ evaluator: Evaluator) throws {
        let (words, present) = try Groups.words(node, block, numbers.mask, evaluator, &names)
        var pairs = KeyTable(width: 2)
        swap(&pairs, &self.pairs)
        defer { swap(&pairs, &self.pairs) }
        switch numbers.masked(present) {
        case .single(let mask):
            for index in words.indices where mask.map({ $0[index] != 0 }) ?? true {
                note(1, words[index], &pairs)
            }
        case .many(let numbers):
            for index in numbers.indices where numbers[index] != 0 {
                note(numbers[index], words[index], &pairs)
            }
        }
    }

    @inline(__always) private func note(_ group: UInt32, _ word: UInt64, _ pairs: inout KeyTable) {
        let before = pairs.count
        _ = pairs.number(of: UInt64(group), word)
        if pairs.count != before { counts[Int(group)] += 1 }
    }

    override func merge(_ other: Accumulator, _ map: [UInt32]?) throws {
        guard let other = other as? DistinctAccumulator else { return }
        var translation: [UInt64] = []
        if case .text = node { translation = try Groups.translation(from: other.names, into: &names) }
        for number in 0..<other.pairs.count {
            let group = other.pairs.word(number + 1, 0)
            let word = other.pairs.word(number + 1, 1)
            let own = map.map { $0[Int(group)] } ?? UInt32(truncatingIfNeeded: group)
            note(own, translation.isEmpty ? word : translation[Int(word)], &pairs)
        }
    }

    override func column(_ name: String, _ numbers: [Int]) throws -> Column {
        var builder = ColumnBuilder(name: name, type: .number)
        for number in numbers { builder.append(number < counts.count ? Int64(counts[number]) : 0) }
        return try builder.finish()
    }
}

/// Counts distinct values of a small range: a byte for each group and value.
final class FlagDistinctAccumulator: Accumulator {
    /// Bytes at most, for each thread.
    static let flagCountMax = 1 << 23

    private let domain: KeyDomain
    private var size: Int { domain.size }
    private var flags: [UInt8] = []

    init(_ domain: KeyDomain) { self.domain = domain }

    override func grow(_ bound: Int) { Accumulator.extend(&flags, bound * size, 0) }

    override func add(_ block: Block, _ numbers: GroupNumbers, _ evaluator: Evaluator) throws {
        let parts = try domain.parts(block, numbers.active(domain.node), evaluator)
        let size = UInt32(truncatingIfNeeded: size)
        let last = UInt32(truncatingIfNeeded: flags.count - 1)
        // The flags of group 0 are those of rows that do not count, the first one of each group that of missing values.
        switch numbers {
        case .single(nil): GroupKernel.mark(&flags, Kernel.map(parts) { min($0 &+ size, last) })
        case .single(let mask?):
            GroupKernel.mark(&flags, Kernel.map(parts, mask) { min($0 &+ size, last) & (0 &- UInt32($1)) })
        case .many(let numbers):
            GroupKernel.mark(&flags, Kernel.map(parts, numbers) { min($0 &+ $1 &* size, last) })
        }
    }

    override func merge(_ other: Accumulator, _ map: [UInt32]?) {
        guard let other = other as? FlagDistinctAccumulator else { return }
        Accumulator.pairs(other.flags.count / size, map) { own, theirs in
            for place in 0..<size { flags[own * size + place] |= other.flags[theirs * size + place] }
        }
    }

    override func column(_ name: String, _ numbers: [Int]) throws -> Column {
        var builder = ColumnBuilder(name: name, type: .number)
        for number in numbers {
            builder.append(flags[number * size + 1..<(number + 1) * size].reduce(0) { $0 + Int64($1) })
        }
        return try builder.finish()
    }
}

/// Loops over group numbers.
enum GroupKernel {
    /// Sets the flag of each number.
    static func mark(_ flags: inout [UInt8], _ numbers: [UInt32]) {
        unsafe flags.withUnsafeMutableBufferPointer { flags in
            unsafe numbers.withUnsafeBufferPointer { numbers in
                for index in 0..<numbers.count {
                    let number = unsafe Int(numbers[index])
                    precondition(number < flags.count)
                    unsafe flags[number] = 1
                }
            }
        }
    }

    /// Whether the flag of some number is set.
    static func any(_ flags: [UInt8], _ numbers: [UInt32]) -> Bool {
        var found: UInt8 = 0
        unsafe flags.withUnsafeBufferPointer { flags in
            unsafe numbers.withUnsafeBufferPointer { numbers in
                for index in 0..<numbers.count {
                    let number = unsafe Int(numbers[index])
                    precondition(number < flags.count)
                    unsafe found |= flags[number]
                }
            }
        }
        return found != 0
    }

    /// Adds stored unsigned values of up to 4 bytes and counts them in one number per group, 4 rows side by side so
    /// that neighbours of one group do not wait for each other: the count from bit 48, the sum below. `packed` holds
    /// 4 × bound zeros; at most 16,384 rows.
    static func pack(
        _ packed: inout [UInt64], _ bound: Int, _ numbers: [UInt32], _ address: UnsafeRawPointer, _ width: Int
    ) {
        switch width {
        case 1: unsafe pack(&packed, bound, numbers, address, UInt8.self)
        case 2: unsafe pack(&packed, bound, numbers, address, UInt16.self)
        default: unsafe pack(&packed, bound, numbers, address, UInt32.self)
        }
    }

    @inline(__always) private static func pack<Stored: FixedWidthInteger & UnsignedInteger & BitwiseCopyable>(
        _ packed: inout [UInt64], _ bound: Int, _ numbers: [UInt32], _ address: UnsafeRawPointer, _ stored: Stored.Type
    ) {
        let one = UInt64(1) << 48
        precondition(packed.count >= 4 * bound && numbers.count <= 1 << 14)
        unsafe packed.withUnsafeMutableBufferPointer { packed in
            unsafe numbers.withUnsafeBufferPointer { numbers in
                // SAFETY: the caller vouches for as many stored values as numbers.
                let values = unsafe address.assumingMemoryBound(to: Stored.self)
                var index = 0
                while index + 4 <= numbers.count {
                    let a = unsafe Int(numbers[index])
                    let b = unsafe Int(numbers[index + 1])
                    let c = unsafe Int(numbers[index + 2])
                    let d = unsafe Int(numbers[index + 3])
                    precondition(max(max(a, b), max(c, d)) < bound)
                    unsafe packed[a] &+= UInt64(values[index]) | one
                    unsafe packed[bound + b] &+= UInt64(values[index + 1]) | one
                    unsafe packed[2 * bound + c] &+= UInt64(values[index + 2]) | one
                    unsafe packed[3 * bound + d] &+= UInt64(values[index + 3]) | one
                    index += 4
                }
                while index < numbers.count {
                    let number = unsafe Int(numbers[index])
                    precondition(number < bound)
                    unsafe packed[number] &+= UInt64(values[index]) | one
                    index += 1
                }
            }
        }
    }

    /// Adds one to the count of the number of each row whose bit is 0; `validity` begins with the bit of the first row.
    static func countAbsent(_ counts: inout [Int64], _ numbers: [UInt32], _ validity: UnsafePointer<UInt8>) {
        for byte in 0..<(numbers.count + 7) / 8 {
            // SAFETY: the caller vouches for a bit for each number.
            var gaps = unsafe ~validity[byte]
            while gaps != 0 {
                let row = byte * 8 + gaps.trailingZeroBitCount
                if row >= numbers.count { break }
                counts[Int(numbers[row])] += 1
                gaps &= gaps &- 1
            }
        }
    }

    /// Adds one to the count of each number.
    @inline(__always) static func count<Count: FixedWidthInteger>(_ counts: inout [Count], _ numbers: [UInt32]) {
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

    /// Folds each value into the result of its number.
    @inline(__always) static func fold<Value>(
        _ results: inout [Value], _ numbers: [UInt32], _ values: [Value], _ body: (Value, Value) -> Value
    ) {
        precondition(values.count >= numbers.count)
        unsafe results.withUnsafeMutableBufferPointer { results in
            for index in 0..<numbers.count {
                let number = Int(numbers[index])
                precondition(number < results.count)
                unsafe results[number] = body(results[number], values[index])
            }
        }
    }

    /// Adds each value to the wide sum of its number.
    static func add(_ sums: inout [Int128], _ numbers: [UInt32], _ values: [Int64]) {
        precondition(values.count >= numbers.count)
        unsafe sums.withUnsafeMutableBufferPointer { sums in
            for index in 0..<numbers.count {
                let number = Int(numbers[index])
                precondition(number < sums.count)
                unsafe sums[number] &+= Int128(values[index])
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
