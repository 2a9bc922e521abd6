// Values that look at the other rows of a partition: totals, shares, ranks, running sums. They become columns of the
// relation's own table, so that everything after them sees plain columns.

import Values

extension Execution {
    /// The relation's table with window columns; rows that are not in the relation have no value there.
    ///
    /// `total` and `running` have the type of their expression; a missing value adds nothing. `share` is a real
    /// percent, `rank` an integer; both are missing where the value is.
    public func window(_ relation: Relation, _ windows: [Window]) throws -> Relation {
        let rows = try rows(relation)
        var result = relation.table
        for window in windows {
            try cancellation.check()
            let partition = try partition(relation.table, rows, window.partition)
            let column = try column(window, partition, relation.table, rows)
            try result.add(column)
        }
        let narrowed: Rows
        if relation.condition == nil { narrowed = relation.rows } else { narrowed = .ordered(rows) }
        return Relation(result, rows: narrowed)
    }

    /// The number, from 1, of each row's partition.
    private func partition(_ table: Table, _ rows: [Int32], _ expressions: [Expression]) throws -> (
        of: [UInt32], bound: Int
    ) {
        let groups = Groups(try GroupPlan(expressions, table))
        let evaluator = Evaluator(table)
        var numbers: [UInt32] = []
        numbers.reserveCapacity(rows.count)
        try blocks(table, rows) { block in
            switch try groups.numbers(block, nil, evaluator) {
            case .single: numbers.append(contentsOf: repeatElement(1, count: block.count))
            case .many(let part): numbers += part
            }
        }
        return (numbers, groups.bound)
    }

    private func blocks(_ table: Table, _ rows: [Int32], _ body: (Block) throws -> Void) throws {
        for start in stride(from: 0, to: rows.count, by: Limits.blockRowCount) {
            try cancellation.check()
            try body(.rows(Array(rows[start..<min(start + Limits.blockRowCount, rows.count)])))
        }
    }

    private func column(
        _ window: Window, _ partition: (of: [UInt32], bound: Int), _ table: Table, _ rows: [Int32]
    ) throws -> Column {
        let name = window.name
        switch window.function {
        case .rank(let expression):
            return try rankColumn(name, expression, partition.of, table, rows)
        case .total(let expression), .share(let expression), .running(let expression):
            let type = try expression.valueType(in: table)
            guard [.number, .percent, .money, .duration].contains(type.type) else {
                throw EngineError.typeMismatch("a total of \(type.type)")
            }
            let evaluator = Evaluator(table)
            if type.representation == .real {
                let node = try Compiler(table: table).real(expression)
                var values: [Double] = []
                var present: Mask = []
                try blocks(table, rows) { block in
                    let part = try evaluator.reals(node, block, nil)
                    values += part.values
                    present += part.present ?? MaskKernel.all(block.count)
                }
                return try realColumn(name, window.function, type, values, present, partition, table, rows)
            }
            let node = try Compiler(table: table).integer(expression)
            var values: [Int64] = []
            var present: Mask = []
            try blocks(table, rows) { block in
                let part = try evaluator.integers(node, block, nil)
                values += part.values
                present += part.present ?? MaskKernel.all(block.count)
            }
            return try integerColumn(name, window.function, type, values, present, partition, table, rows)
        }
    }

    private func integerColumn(
        _ name: String, _ function: WindowFunction, _ type: ValueType, _ values: [Int64], _ present: Mask,
        _ partition: (of: [UInt32], bound: Int), _ table: Table, _ rows: [Int32]
    ) throws -> Column {
        var sums = [Int128](repeating: 0, count: partition.bound)
        var target = Scatter(table.rowCount)
        if case .running = function {
            for index in rows.indices {
                if present[index] != 0 { sums[Int(partition.of[index])] += Int128(values[index]) }
                guard let sum = Exact.narrow(sums[Int(partition.of[index])]) else {
                    throw EngineError.overflow(operation: "running")
                }
                target.put(Int(rows[index]), .integer(sum))
            }
            return try target.column(name, type)
        }
        for index in rows.indices where present[index] != 0 { sums[Int(partition.of[index])] += Int128(values[index]) }
        for index in rows.indices {
            let sum = sums[Int(partition.of[index])]
            if case .share = function {
                if present[index] != 0, sum != 0 {
                    target.put(Int(rows[index]), Cell(Double(values[index]) / Double(sum)))
                }
            } else {
                guard let total = Exact.narrow(sum) else { throw EngineError.overflow(operation: "total") }
                target.put(Int(rows[index]), .integer(total))
            }
        }
        if case .share = function { return try target.column(name, .realPercent) }
        return try target.column(name, type)
    }

    private func realColumn(
        _ name: String, _ function: WindowFunction, _ type: ValueType, _ values: [Double], _ present: Mask,
        _ partition: (of: [UInt32], bound: Int), _ table: Table, _ rows: [Int32]
    ) throws -> Column {
        var sums = [Double](repeating: 0, count: partition.bound)
        var errors = sums
        var target = Scatter(table.rowCount)
        func add(_ group: Int, _ value: Double) {
            let sum = sums[group] + value
            let part = sum - sums[group]
            errors[group] += (sums[group] - (sum - part)) + (value - part)
            sums[group] = sum
        }
        func total(_ group: Int) -> Double { sums[group].isFinite ? sums[group] + errors[group] : sums[group] }
        if case .running = function {
            for index in rows.indices {
                let group = Int(partition.of[index])
                if present[index] != 0 { add(group, values[index]) }
                target.put(Int(rows[index]), Cell(total(group)))
            }
            return try target.column(name, type)
        }
        for index in rows.indices where present[index] != 0 { add(Int(partition.of[index]), values[index]) }
        for index in rows.indices {
            let sum = total(Int(partition.of[index]))
            if case .share = function {
                if present[index] != 0, sum != 0 { target.put(Int(rows[index]), Cell(values[index] / sum)) }
            } else {
                target.put(Int(rows[index]), Cell(sum))
            }
        }
        if case .share = function { return try target.column(name, .realPercent) }
        return try target.column(name, type)
    }

    /// Rank 1 is the largest; equal values share a rank.
    private func rankColumn(
        _ name: String, _ expression: Expression, _ groups: [UInt32], _ table: Table, _ rows: [Int32]
    ) throws -> Column {
        let plan = try SortPlan(SortKey(expression, descending: true), table)
        let values = try sortColumns(plan, rows, table)
        let grouped = SortColumn.columns(Kernel.map(groups) { UInt64($0) }, nil, descending: false)
        let order = try SortColumn.permutation(grouped + values, count: rows.count, cancellation)
        let known = try materialize(Relation(table, rows: .ordered(rows)), [("", .isMissing(expression))]).columns[0]
        var target = Scatter(table.rowCount)
        var rank: Int64 = 0
        var place: Int64 = 0
        var last = -1
        for (count, next) in order.enumerated() {
            if count & 0xFFF == 0 { try cancellation.check() }
            let index = Int(next)
            let isNewGroup = last < 0 || groups[index] != groups[last]
            place = isNewGroup ? 1 : place + 1
            if isNewGroup || values.contains(where: { $0.words[index] != $0.words[last] }) { rank = place }
            last = index
            if try known.cell(index) == .integer(0) { target.put(Int(rows[index]), .integer(rank)) }
        }
        return try target.column(name, .integer)
    }
}

/// Values put at rows of a table in any order.
private struct Scatter {
    private var cells: [Cell]

    init(_ rowCount: Int) { cells = Array(repeating: .missing, count: rowCount) }

    mutating func put(_ row: Int, _ cell: Cell) { cells[row] = cell }

    func column(_ name: String, _ type: ValueType) throws -> Column {
        try Column(name: name, valueType: type, cells: cells)
    }
}
