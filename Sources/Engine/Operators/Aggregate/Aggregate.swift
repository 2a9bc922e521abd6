// Grouping: one pass over the rows into per-thread accumulators, one merge, one small table.
//
// Which thread meets which rows must not show. Exact measures (counts, whole sums, extremes, order statistics) do not
// depend on it; sums of reals do, so with one of them the rows are cut into a number of stretches that depends on the
// data alone, each is worked through in order, and stretches are merged in order.

import Values

/// Which rows of a table of groups are wanted.
public typealias GroupSieve = @Sendable (Table) throws -> [Int32]

extension Execution {
    /// One row per group, keys first, then measures; groups in order of their keys, missing last, unless `ordered` is
    /// false: then in any order, for callers that order them otherwise. Without keys one row, also of nothing.
    ///
    /// With very many groups, `keep` may be asked which rows of a table of some of the groups are wanted, once for each
    /// group and on several threads; the others are left out then. Groups are in no order with it.
    public func aggregate(
        _ relation: Relation, by keys: [Key], _ measures: [Measure], ordered isOrdered: Bool = true,
        keep: GroupSieve? = nil
    ) throws -> Table {
        try planned(keys.map(\.expression), relation.table) { plan in
            try aggregate(relation, by: keys, measures, plan, ordered: isOrdered && keep == nil, keep)
        }
    }

    /// Calls `body` with a plan that takes numbers to lie in steps where some rows look like it, and again with one that
    /// does not when a value lies between.
    private func planned<Result>(
        _ expressions: [Expression], _ table: Table, _ body: (GroupPlan) throws -> Result
    ) throws -> Result {
        do {
            return try body(try GroupPlan(expressions, table, isStepped: true))
        } catch is ValueSteps.Missed {
            return try body(try GroupPlan(expressions, table))
        }
    }

    private func aggregate(
        _ relation: Relation, by keys: [Key], _ measures: [Measure], _ plan: GroupPlan, ordered isOrdered: Bool,
        _ keep: GroupSieve?
    ) throws -> Table {
        let makers = try measures.map { try MeasurePlan($0, relation.table, plan) }
        let state = try accumulate(relation, plan, makers)
        let groups = AggregateResult(
            keys: keys, measures: makers, groups: state.groups,
            accumulators: try refined(state, relation, plan, makers), source: relation.table, execution: self)
        if keys.isEmpty { return try groups.table([1]) }
        if let keep, groups.isDivisible, state.groups.bound > 2 * Limits.chunkRowCount {
            return try groups.table(try kept(state, groups, keep))
        }
        let numbers = state.occupied(1..<state.groups.bound)
        return try groups.table(isOrdered ? try ordered(state, numbers, keys, relation.table) : numbers)
    }

    /// The numbers of the groups that are kept, chunk by chunk of them.
    private func kept(_ state: AggregateState, _ groups: AggregateResult, _ keep: @escaping GroupSieve) throws -> [Int]
    {
        let bound = state.groups.bound
        let starts = Array(stride(from: 1, to: bound, by: Limits.chunkRowCount))
        return try parallel(starts.count, scale: 3, context: {}) { place, _ in
            let numbers = state.occupied(starts[place]..<min(bound, starts[place] + Limits.chunkRowCount))
            if numbers.isEmpty { return numbers }
            return try keep(try groups.table(numbers)).map { numbers[Int($0)] }
        }.flatMap { $0 }
    }

    /// The numbers of the groups in order of their keys.
    private func ordered(_ state: AggregateState, _ numbers: [Int], _ keys: [Key], _ table: Table) throws -> [Int] {
        if numbers.count < 2 { return numbers }
        let columns = try keys.enumerated().map { place, key in
            try state.groups.column(Key("\(place)", key.expression), place, numbers, table)
        }
        let order = keys.enumerated().map { SortKey(.column($0.offset), order: $0.element.order) }
        return try rows(sort(Relation(Table(columns)), by: order)).map { numbers[Int($0)] }
    }

    /// The accumulators, those of quantiles replaced by what a second pass finds.
    private func refined(
        _ state: AggregateState, _ relation: Relation, _ plan: GroupPlan, _ measures: [MeasurePlan]
    ) throws -> [Accumulator] {
        var accumulators = state.accumulators
        let open = accumulators.indices.filter { accumulators[$0] is HistogramAccumulator }
        if open.isEmpty { return accumulators }
        let second = open.compactMap { index -> MeasurePlan? in
            guard let histogram = accumulators[index] as? HistogramAccumulator else { return nil }
            let targets = histogram.targets(state.groups.bound)
            return MeasurePlan(measures[index].name, measures[index].condition) {
                RangeAccumulator(histogram, targets)
            }
        }
        let result = try accumulate(relation, plan, second)
        for (place, index) in open.enumerated() { accumulators[index] = result.accumulators[place] }
        return accumulators
    }

    /// The first row of each distinct combination of the expressions' values, in the relation's order.
    public func distinct(_ relation: Relation, by expressions: [Expression]) throws -> Relation {
        let state = try planned(expressions, relation.table) { plan in
            try accumulate(relation, plan, [MeasurePlan.firstRow])
        }
        guard let first = state.accumulators.first as? FirstAccumulator else { return relation }
        return Relation(relation.table, rows: .ordered(first.ordered))
    }

    private func accumulate(
        _ relation: Relation, _ plan: GroupPlan, _ measures: [MeasurePlan]
    ) throws -> AggregateState {
        let scan = try Scan(relation)
        let table = relation.table
        let limit = groupCountMax
        let cancellation = cancellation
        if !measures.contains(where: \.isOrderSensitive) {
            let threads = scan.itemCount > 4 ? threadCount : 1
            let states = Slots<AggregateState>(threads)
            try Workers.run(count: scan.itemCount, threadCount: threads, cancellation: cancellation) { worker, item in
                let state = states[worker] ?? AggregateState(plan, measures, table, limit)
                states[worker] = state
                try state.add(scan, item, cancellation)
            }
            return try merged(states.values, plan, measures, table)
        }
        // Few stretches when each needs large arrays; always the same number for the same data.
        let most = plan.possibleCount.map { $0 < 64 ? 64 : $0 < 4_096 ? 16 : 4 } ?? 4
        let stretchCount = max(1, min(scan.itemCount, most))
        let states = try parallel(stretchCount, scale: 3, context: {}) { stretch, _ in
            let state = AggregateState(plan, measures, table, limit)
            let first = scan.itemCount * stretch / stretchCount
            for item in first..<scan.itemCount * (stretch + 1) / stretchCount {
                try state.add(scan, item, cancellation)
            }
            return state
        }
        return try merged(states, plan, measures, table)
    }

    private func merged(
        _ states: [AggregateState], _ plan: GroupPlan, _ measures: [MeasurePlan], _ table: Table
    ) throws -> AggregateState {
        let first = states.first ?? AggregateState(plan, measures, table, groupCountMax)
        for other in states.dropFirst() {
            try cancellation.check()
            try first.absorb(other)
        }
        first.grow()
        return first
    }
}

/// The groups and partial results of one thread or stretch.
final class AggregateState {
    let groups: Groups
    /// Which groups have a row, where neither the keys nor a count of rows tell.
    private let seen: SeenAccumulator?
    /// The counts of all rows among the accumulators.
    private let rowCounts: [CountAccumulator]
    /// A whole sum over all rows, which can count them on the way.
    private let counting: IntegerSumAccumulator?
    let accumulators: [Accumulator]
    private let conditions: [ConditionNode?]
    private let evaluator: Evaluator
    private let groupCountMax: Int

    init(_ plan: GroupPlan, _ measures: [MeasurePlan], _ table: Table, _ groupCountMax: Int) {
        groups = Groups(plan)
        let accumulators = measures.map { $0.make() }
        self.accumulators = accumulators
        let plain = measures.indices.filter { measures[$0].condition == nil }
        rowCounts = plain.compactMap { accumulators[$0] as? CountAccumulator }.filter { $0.node == nil }
        counting = plain.lazy.compactMap { accumulators[$0] as? IntegerSumAccumulator }.first
        if case .computed = plan.numbering, rowCounts.isEmpty { seen = SeenAccumulator() } else { seen = nil }
        conditions = measures.map(\.condition)
        evaluator = Evaluator(table)
        self.groupCountMax = groupCountMax
    }

    /// Takes in the rows of an item.
    func add(_ scan: Scan, _ item: Int, _ cancellation: Cancellation) throws {
        try scan.forEachBlock(item, evaluator, cancellation) { block, mask in
            let numbers = try groups.numbers(block, mask, evaluator)
            guard groups.keys.count <= groupCountMax else {
                throw EngineError.tooLarge(what: "groups", limit: groupCountMax)
            }
            grow()
            seen?.add(block, numbers, evaluator)
            var counted = false
            if let counting, case .many(let all) = numbers, let counts = try counting.addCounting(block, all, evaluator)
            {
                for rows in rowCounts { rows.add(counts) }
                counted = true
            }
            for (accumulator, condition) in zip(accumulators, conditions) {
                if counted, accumulator === counting || rowCounts.contains(where: { $0 === accumulator }) { continue }
                guard let condition else {
                    try accumulator.add(block, numbers, evaluator)
                    continue
                }
                try accumulator.add(block, numbers.masked(try evaluator.condition(condition, block, mask)), evaluator)
            }
        }
    }

    func grow() {
        let bound = groups.bound
        seen?.grow(bound)
        for accumulator in accumulators { accumulator.grow(bound) }
    }

    /// Those of the numbers, from 1 on, whose groups have a row, ascending.
    func occupied(_ numbers: Range<Int>) -> [Int] {
        if let seen { return seen.occupied(numbers) }
        if groups.plan.possibleCount == nil { return Array(numbers.clamped(to: 1..<groups.keys.count + 1)) }
        return rowCounts.first?.occupied(numbers) ?? []
    }

    /// Takes in the results of rows behind this state's.
    func absorb(_ other: AggregateState) throws {
        let map = try groups.absorb(other.groups)
        // One that has met no block has no arrays yet.
        other.grow()
        grow()
        if let theirs = other.seen { seen?.merge(theirs, map) }
        for (own, theirs) in zip(accumulators, other.accumulators) { try own.merge(theirs, map) }
    }
}

/// A measure ready to run.
struct MeasurePlan: @unchecked Sendable {
    let name: String
    let condition: ConditionNode?
    /// Makes an accumulator without results.
    let make: () -> Accumulator
    /// Whether the result depends on the order in which rows are added.
    let isOrderSensitive: Bool
    /// The expression of `first`.
    let first: Expression?

    init(
        _ name: String, _ condition: ConditionNode?, orderSensitive: Bool = false, first: Expression? = nil,
        _ make: @escaping () -> Accumulator
    ) {
        self.name = name
        self.condition = condition
        self.make = make
        isOrderSensitive = orderSensitive
        self.first = first
    }

    /// Finds the first row of each group.
    static let firstRow = MeasurePlan("", nil) { FirstAccumulator() }

    /// The measure over `table`, in groups numbered by `plan`.
    init(_ measure: Measure, _ table: Table, _ plan: GroupPlan) throws {
        let compiler = Compiler(table: table)
        let name = measure.name
        let condition = try measure.condition.map { condition in
            guard try condition.valueType(in: table) == .boolean else {
                throw EngineError.typeMismatch("a measure where \(condition)")
            }
            return try compiler.condition(condition)
        }
        switch measure.aggregate {
        case .count: self.init(name, condition) { CountAccumulator(nil) }
        case .countPresent(let expression):
            let node = try compiler.node(expression)
            self.init(name, condition) { CountAccumulator(node) }
        case .countDistinct(let expression):
            let node = try compiler.node(expression)
            if let domain = try MeasurePlan.flagDomain(node, table, plan) {
                self.init(name, condition) { FlagDistinctAccumulator(domain) }
            } else {
                self.init(name, condition) { DistinctAccumulator(node) }
            }
        case .sum(let expression), .average(let expression):
            let isAverage = if case .average = measure.aggregate { true } else { false }
            let type = try MeasurePlan.type(
                expression, table, [.number, .percent, .money, .duration] + (isAverage ? [.date, .instant] : []))
            if type.representation == .real {
                let node = try compiler.real(expression)
                self.init(name, condition, orderSensitive: true) {
                    RealSumAccumulator(node, type, isAverage: isAverage)
                }
            } else {
                let node = try compiler.integer(expression)
                self.init(name, condition) {
                    IntegerSumAccumulator(
                        node, type, isAverage: isAverage, table, groupCount: plan.possibleCount)
                }
            }
        case .quantile(let expression, let quantile):
            let type = try MeasurePlan.type(
                expression, table, [.number, .percent, .money, .duration, .date, .instant])
            if type.representation == .real {
                let node = try compiler.real(expression)
                self.init(name, condition) { QuantileAccumulator(node, type, quantile) }
            } else {
                let node = try compiler.integer(expression)
                if let bounds = Bounds.of(node, table), let groupCount = plan.possibleCount,
                    HistogramAccumulator(node, type, quantile, bounds, groupCount: groupCount) != nil
                {
                    self.init(name, condition) {
                        HistogramAccumulator(node, type, quantile, bounds, groupCount: groupCount)
                            ?? QuantileAccumulator(node, type, quantile)
                    }
                } else {
                    self.init(name, condition) { QuantileAccumulator(node, type, quantile) }
                }
            }
        case .minimum(let expression), .maximum(let expression):
            let isMaximum = if case .maximum = measure.aggregate { true } else { false }
            let type = try expression.valueType(in: table)
            switch try compiler.node(expression) {
            case .integer(let node):
                self.init(name, condition) { IntegerExtremeAccumulator(node, type, isMaximum: isMaximum) }
            case .real(let node):
                self.init(name, condition) { RealExtremeAccumulator(node, type, isMaximum: isMaximum) }
            case .text(let node):
                self.init(name, condition) { TextExtremeAccumulator(node, isMaximum: isMaximum) }
            case .code(let column):
                let dictionary = table.columns[column].dictionary
                let codes = try dictionary.order()
                let ranks = try dictionary.ranks().map { Int64($0) }
                let present = [UInt8(0)] + MaskKernel.all(dictionary.count)
                let node = IntegerNode.lookup(column: column, ranks, present: present)
                self.init(name, condition) {
                    IntegerExtremeAccumulator(node, type, isMaximum: isMaximum, names: (dictionary, codes))
                }
            }
        case .standardDeviation(let expression):
            let type = try MeasurePlan.type(expression, table, [.number, .percent, .money, .duration, .date])
            let result = type == .date ? .duration : Statistic.type(type)
            let node: RealNode
            if type.representation == .real {
                node = try compiler.real(expression)
            } else {
                node = .integer(try compiler.integer(expression), divisor: 1)
            }
            self.init(name, condition, orderSensitive: true) { DeviationAccumulator(node, result) }
        case .first(let expression):
            _ = try expression.valueType(in: table)
            self.init(name, condition, first: expression) { FirstAccumulator() }
        case .any(let expression):
            guard try expression.valueType(in: table) == .boolean else {
                throw EngineError.typeMismatch("any of \(expression)")
            }
            let node = try compiler.condition(expression)
            self.init(name, condition) { AnyAccumulator(node) }
        }
    }

    /// The values of each group, when a byte for each group and value is not too much.
    private static func flagDomain(_ node: Node, _ table: Table, _ plan: GroupPlan) throws -> KeyDomain? {
        guard let groupCount = plan.possibleCount else { return nil }
        return try KeyDomain(
            node, table, sizeMax: FlagDistinctAccumulator.flagCountMax / (groupCount + 1) + 1, isStepped: plan.isStepped
        )
    }

    private static func type(_ expression: Expression, _ table: Table, _ allowed: [ColumnType]) throws -> ValueType {
        let type = try expression.valueType(in: table)
        guard allowed.contains(type.type) else { throw EngineError.typeMismatch("a statistic of \(type.type)") }
        return type
    }
}
