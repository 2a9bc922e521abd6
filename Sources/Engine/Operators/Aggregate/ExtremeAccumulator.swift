// Smallest and largest values.

import Values

/// The smallest or largest integer; also of categories, by the rank of their names.
final class IntegerExtremeAccumulator: Accumulator {
    private let node: IntegerNode
    private let type: ValueType
    private let isMaximum: Bool
    /// For categories: the dictionary, and the code for each rank.
    private let names: (dictionary: CategoryDictionary, codes: [UInt32])?
    private var extremes: [Int64] = []
    private var found: [UInt8] = []

    init(
        _ node: IntegerNode, _ type: ValueType, isMaximum: Bool,
        names: (dictionary: CategoryDictionary, codes: [UInt32])? = nil
    ) {
        self.node = node
        self.type = type
        self.isMaximum = isMaximum
        self.names = names
    }

    override func grow(_ bound: Int) {
        Accumulator.extend(&extremes, bound, isMaximum ? Int64.min : Int64.max)
        Accumulator.extend(&found, bound, 0)
    }

    override func add(_ block: Block, _ numbers: GroupNumbers, _ evaluator: Evaluator) throws {
        let values = try evaluator.integers(node, block, numbers.active(node))
        switch numbers.masked(values.present) {
        case .single(let mask):
            if let mask, !MaskKernel.any(mask) { return }
            let extreme: Int64
            let neutral = isMaximum ? Int64.min : Int64.max
            let counted = mask.map { Kernel.map(values.values, $0) { $1 == 0 ? neutral : $0 } } ?? values.values
            if isMaximum {
                extreme = Kernel.reduce(counted, neutral) { max($0, $1) }
            } else {
                extreme = Kernel.reduce(counted, neutral) { min($0, $1) }
            }
            take(1, extreme)
        case .many(let numbers):
            GroupKernel.mark(&found, numbers)
            if isMaximum {
                GroupKernel.fold(&extremes, numbers, values.values) { max($0, $1) }
            } else {
                GroupKernel.fold(&extremes, numbers, values.values) { min($0, $1) }
            }
        }
    }

    @inline(__always) private func take(_ number: Int, _ value: Int64) {
        extremes[number] = isMaximum ? max(extremes[number], value) : min(extremes[number], value)
        found[number] = 1
    }

    override func merge(_ other: Accumulator, _ map: [UInt32]?) {
        guard let other = other as? IntegerExtremeAccumulator else { return }
        Accumulator.pairs(other.extremes.count, map) { own, theirs in
            if other.found[theirs] != 0 { take(own, other.extremes[theirs]) }
        }
    }

    override func column(_ name: String, _ numbers: [Int]) throws -> Column {
        var builder =
            names.map { ColumnBuilder(name: name, dictionary: $0.dictionary) }
            ?? ColumnBuilder(name: name, valueType: type)
        for number in numbers {
            if found[number] == 0 {
                builder.appendMissing()
            } else if let names {
                builder.append(code: names.codes[Int(extremes[number])])
            } else {
                builder.append(extremes[number])
            }
        }
        return try builder.finish()
    }
}

/// The smallest or largest real.
final class RealExtremeAccumulator: Accumulator {
    private let node: RealNode
    private let type: ValueType
    private let isMaximum: Bool
    private var extremes: [Double] = []
    private var found: [UInt8] = []

    init(_ node: RealNode, _ type: ValueType, isMaximum: Bool) {
        self.node = node
        self.type = type
        self.isMaximum = isMaximum
    }

    override func grow(_ bound: Int) {
        Accumulator.extend(&extremes, bound, isMaximum ? -Double.infinity : Double.infinity)
        Accumulator.extend(&found, bound, 0)
    }

    override func add(_ block: Block, _ numbers: GroupNumbers, _ evaluator: Evaluator) throws {
        let values = try evaluator.reals(node, block, numbers.active(node))
        switch numbers.masked(values.present) {
        case .single(let mask):
            for index in values.values.indices where mask.map({ $0[index] != 0 }) ?? true {
                take(1, values.values[index])
            }
        case .many(let numbers):
            GroupKernel.mark(&found, numbers)
            if isMaximum {
                GroupKernel.fold(&extremes, numbers, values.values) { max($0, $1) }
            } else {
                GroupKernel.fold(&extremes, numbers, values.values) { min($0, $1) }
            }
        }
    }

    @inline(__always) private func take(_ number: Int, _ value: Double) {
        extremes[number] = isMaximum ? max(extremes[number], value) : min(extremes[number], value)
        found[number] = 1
    }

    override func merge(_ other: Accumulator, _ map: [UInt32]?) {
        guard let other = other as? RealExtremeAccumulator else { return }
        Accumulator.pairs(other.extremes.count, map) { own, theirs in
            if other.found[theirs] != 0 { take(own, other.extremes[theirs]) }
        }
    }

    override func column(_ name: String, _ numbers: [Int]) throws -> Column {
        var builder = ColumnBuilder(name: name, valueType: type)
        for number in numbers {
            if found[number] == 0 { builder.appendMissing() } else { builder.append(extremes[number]) }
        }
        return try builder.finish()
    }
}

/// The first or last text, ignoring case, ties by bytes.
final class TextExtremeAccumulator: Accumulator {
    private let node: TextNode
    private let isMaximum: Bool
    private var extremes: [String?] = []

    init(_ node: TextNode, isMaximum: Bool) {
        self.node = node
        self.isMaximum = isMaximum
    }

    override func grow(_ bound: Int) { Accumulator.extend(&extremes, bound, nil) }

    override func add(_ block: Block, _ numbers: GroupNumbers, _ evaluator: Evaluator) throws {
        let texts = try evaluator.texts(node, block, numbers.active(node))
        withExtendedLifetime(texts) {
            for index in texts.refs.indices where texts.refs[index].isPresent {
                switch numbers {
                case .single(let mask):
                    if mask.map({ $0[index] != 0 }) ?? true { take(1, texts.refs[index].string) }
                case .many(let numbers):
                    if numbers[index] != 0 { take(Int(numbers[index]), texts.refs[index].string) }
                }
            }
        }
    }

    private func take(_ number: Int, _ text: String) {
        guard let known = extremes[number] else {
            extremes[number] = text
            return
        }
        if isMaximum ? TextOrder.precedes(known, text) : TextOrder.precedes(text, known) { extremes[number] = text }
    }

    override func merge(_ other: Accumulator, _ map: [UInt32]?) {
        guard let other = other as? TextExtremeAccumulator else { return }
        Accumulator.pairs(other.extremes.count, map) { own, theirs in
            if let text = other.extremes[theirs] { take(own, text) }
        }
    }

    override func column(_ name: String, _ numbers: [Int]) throws -> Column {
        var builder = ColumnBuilder(name: name, type: .text)
        for number in numbers {
            if let text = extremes[number] { builder.append(text) } else { builder.appendMissing() }
        }
        return try builder.finish()
    }
}
