// Grouping: one pass over the rows into per-thread accumulators, one merge, one small table.
//
// Which thread meets which rows must not show. Exact measures (counts, whole sums, extremes, order statistics) do not
// depend on it; sums of reals do, so with one of them the rows are cut into a number of stretches that depends on the
// data alone, each is worked through in order, and stretches are merged in order.

import Values

extension Execution {
    /// One row per group, keys first, then measures; groups in order of their keys, missing last. Without keys one
    /// row, also of nothing.
    public func aggregate(_ relation: Relation, by keys: [Key], _ measures: [Measure]) throws -> Table {
        let table = relation.table
        let plan = try GroupPlan(keys.map(\.expression), table)
        let makers = try measures.map { try MeasurePlan($0, table) }
        let state = try accumulate(relation, plan, makers)
        let numbers: [Int] = keys.isEmpty ? [1] : state.rows.occupied
        var columns: [Column] = []
        for (place, key) in keys.enumerated() { columns.append(try state.groups.column(key, place, numbers, table)) }
        for (measure, accumulator) in zip(makers, state.accumulators) {
            if let first = accumulator as? FirstAccumulator {
                columns.append(try firstColumn(measure, first, numbers, table))
            } else {
                columns.append(try accumulator.column(measure.name, numbers))
            }
        }
        let unsorted = try Table(columns)
        if numbers.count <= 1 { return unsorted }
        let order = keys.enumerated().map { SortKey(.column($0.offset), order: $0.element.order) }
        let sorted = try sort(Relation(unsorted), by: order)
        return try materialize(sorted, columns.indices.map { (columns[$0].name, .column($0)) })
    }

    /// The first row of each distinct combination of the expressions' values, in the relation's order.
    public func distinct(_ relation: Relation, by expressions: [Expression]) throws -> Relation {
        let plan = try GroupPlan(expressions, relation.table)
        let state = try accumulate(relation, plan, [MeasurePlan.firstRow])
        guard let first = state.accumulators.first as? FirstAccumulator else { return relation }
        return Relation(relation.table, rows: .ordered(first.ordered))
    }

    /// The expression at the first row of each group; missing for groups without one.
    private func firstColumn(
        _ measure: MeasurePlan, _ first: FirstAccumulator, _ numbers: [Int], _ table: Table
    ) throws -> Column {
        guard let expression = measure.first else { throw EngineError.typeMismatch("first of nothing") }
        let rows = numbers.map { first.row($0) }
        let known = rows.filter { $0 >= 0 }
        let values = try materialize(Relation(table, rows: .ordered(known)), [(measure.name, expression)])
        if known.count == rows.count { return values.columns[0] }
        var places: [Int32] = []
        var next: Int32 = 0
        var builder = ColumnBuilder(name: measure.name, valueType: values.columns[0].valueType)
        for row in rows {
            places.append(row >= 0 ? next : -1)
            if row >= 0 { next += 1 }
        }
        for place in places { try builder.append(place >= 0 ? try values.columns[0].cell(Int(place)) : .missing) }
        return try builder.finish()
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
        let stretchCount = max(1, min(scan.itemCount, plan.possibleCount.map { $0 < 4_096 ? 64 : 4 } ?? 4))
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
    let rows = CountAccumulator(nil)
    let accumulators: [Accumulator]
    private let conditions: [ConditionNode?]
    private let evaluator: Evaluator
    private let groupCountMax: Int

    init(_ plan: GroupPlan, _ measures: [MeasurePlan], _ table: Table, _ groupCountMax: Int) {
        groups = Groups(plan)
        accumulators = measures.map { $0.make() }
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
            try rows.add(block, numbers, evaluator)
            for (accumulator, condition) in zip(accumulators, conditions) {
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
        rows.grow(bound)
        for accumulator in accumulators { accumulator.grow(bound) }
    }

    /// Takes in the results of rows behind this state's.
    func absorb(_ other: AggregateState) throws {
        let map = try groups.absorb(other.groups)
        grow()
        rows.merge(other.rows, map)
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

    private init(
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

    init(_ measure: Measure, _ table: Table) throws {
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
            self.init(name, condition) { DistinctAccumulator(node) }
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
                self.init(name, condition) { IntegerSumAccumulator(node, type, isAverage: isAverage, table) }
            }
        case .quantile(let expression, let quantile):
            let type = try MeasurePlan.type(
                expression, table, [.number, .percent, .money, .duration, .date, .instant])
            if type.representation == .real {
                let node = try compiler.real(expression)
                self.init(name, condition) { QuantileAccumulator(node, type, quantile) }
            } else {
                let node = try compiler.integer(expression)
                self.init(name, condition) { QuantileAccumulator(node, type, quantile) }
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

    private static func type(_ expression: Expression, _ table: Table, _ allowed: [ColumnType]) throws -> ValueType {
        let type = try expression.valueType(in: table)
        guard allowed.contains(type.type) else { throw EngineError.typeMismatch("a statistic of \(type.type)") }
        return type
    }
}
