// Random queries over random tables against the row-by-row evaluator, on one thread and on two. A failure prints the
// seed; ENGINE_SEED=<seed> repeats it alone, ENGINE_ROUNDS sets how many seeds are tried.

import Engine
import Glibc
import Testing
import Values

/// What a run gave: rows of cells, or that something overflowed.
enum Outcome: Equatable {
    case cells([[Cell]])
    case overflow

    init(_ body: () throws -> [[Cell]]) throws {
        do {
            self = .cells(try body())
        } catch EngineError.overflow {
            self = .overflow
        }
    }

    /// Equal, where reals may differ by rounding and, if `loose`, integers by one.
    func matches(_ other: Outcome, loose: Bool = false) -> Bool {
        switch (self, other) {
        case (.overflow, .overflow): return true
        case (.cells(let a), .cells(let b)):
            return a.count == b.count
                && zip(a, b).allSatisfy { x, y in
                    x.count == y.count && zip(x, y).allSatisfy { Outcome.near($0, $1, loose) }
                }
        default: return false
        }
    }

    static func near(_ a: Cell, _ b: Cell, _ loose: Bool) -> Bool {
        switch (a, b) {
        case (.real(let x), .real(let y)):
            return x == y || abs(x - y) <= 1e-9 * max(abs(x), abs(y), 1e-3)
        case (.integer(let x), .integer(let y)):
            return x == y || loose && abs(Double(x) - Double(y)) <= 1 + 1e-9 * abs(Double(x))
        default: return a == b
        }
    }
}

@Suite struct RandomQueryTests {
    static let seeds: [UInt64] = {
        if let text = getenv("ENGINE_SEED"), let seed = UInt64(String(cString: text)) { return [seed] }
        let rounds = getenv("ENGINE_ROUNDS").flatMap { Int(String(cString: $0)) } ?? 12
        return (0..<UInt64(rounds)).map { $0 + 1 }
    }()

    @Test(arguments: seeds) func smallTables(seed: UInt64) throws {
        var random = SeededRandom(seed)
        for _ in 0..<25 {
            let size = random.pick([0, 1, 2, 7, 63, 64, 65, 130])
            try check(seed: seed, rowCount: size, queries: 12, &random)
        }
    }

    @Test(arguments: [65_535, 65_536, 65_537, 200_000]) func chunkBorders(rowCount: Int) throws {
        var random = SeededRandom(UInt64(rowCount))
        try check(seed: UInt64(rowCount), rowCount: rowCount, queries: 3, &random)
    }

    @Test func manyChunksOnTwoThreads() throws {
        var tables = RandomTables(random: SeededRandom(77))
        var columns: [Column] = []
        for (index, type) in RandomTables.types.enumerated() {
            let part = try tables.column("c\(index)", type, rowCount: index < 12 ? 7_000 : 0)
            var builder = ColumnBuilder(name: "c\(index)", valueType: type)
            for _ in 0..<50 where index < 12 { try builder.append(part) }
            columns.append(try builder.finish())
        }
        columns.removeLast()
        let table = try Table(columns)
        for _ in 0..<3 {
            let condition = tables.condition(2)
            let relation = Relation(table).filtered(by: condition)
            let keys = [Key("k", .column(1)), Key("d", .datePart(.month, .column(7)))]
            let measures = [
                Measure("n", .count), Measure("s", .sum(.column(4))), Measure("r", .sum(.column(3))),
                Measure("a", .average(.column(3))), Measure("m", .median(.column(4))),
                Measure("sd", .standardDeviation(.column(4))), Measure("u", .countDistinct(.column(11))),
            ]
            let single = try Outcome { try run(Execution(threadCount: 1).aggregate(relation, by: keys, measures)) }
            let double = try Outcome { try run(Execution(threadCount: 2).aggregate(relation, by: keys, measures)) }
            #expect(single == double)
            let sortKeys = [SortKey(.column(1), descending: true), SortKey(.column(4)), SortKey(.column(0))]
            let top1 = try Execution(threadCount: 1).rows(
                Execution(threadCount: 1).top(relation, count: 50, by: sortKeys))
            let top2 = try Execution(threadCount: 2).rows(
                Execution(threadCount: 2).top(relation, count: 50, by: sortKeys))
            let sorted = try Execution(threadCount: 2).rows(Execution(threadCount: 2).sort(relation, by: sortKeys))
            #expect(top1 == top2)
            #expect(top1 == Array(sorted.prefix(50)))
        }
    }

    private func run(_ table: Table) throws -> [[Cell]] { try (0..<table.rowCount).map { try table.row($0) } }

    private func check(seed: UInt64, rowCount: Int, queries: Int, _ random: inout SeededRandom) throws {
        var tables = RandomTables(random: random)
        tables.isWild = random.chance(30)
        tables.hasWildReals = false
        let isLarge = rowCount > 10_000
        let table = try tables.table(rowCount: rowCount)
        let oracle = try Oracle(table)
        for query in 0..<queries {
            let execution = Execution(threadCount: 1 + query % 2)
            var relation = Relation(table)
            var rows = (0..<rowCount).filter { !table.deletedRows.contains($0) }
            let depth = isLarge ? 1 : 3
            // A source in one of the three forms of rows, perhaps with a pending condition.
            switch tables.random.below(4) {
            case 0:
                let condition = tables.condition(1)
                guard let passing = try? oracle.filtered(rows, condition) else { continue }
                relation = try execution.select(relation.filtered(by: condition))
                rows = passing
            case 1:
                let keys = [SortKey(.column(tables.random.below(13)), descending: tables.random.chance(50))]
                relation = try execution.sort(relation, by: keys)
                if !isLarge {
                    rows = try oracle.sorted(rows, keys)
                } else {
                    rows = try execution.rows(relation).map { Int($0) }
                }
            default: break
            }
            var outcome: Outcome?
            if tables.random.chance(50) {
                let condition = tables.condition(depth)
                relation = relation.filtered(by: condition)
                let before = rows
                outcome = try Outcome {
                    rows = try oracle.filtered(before, condition)
                    return []
                }
            }
            func compare(
                _ what: String, loose: Bool = false, _ expected: () throws -> [[Cell]], _ actual: () throws -> [[Cell]]
            ) throws {
                let wanted = outcome == .overflow ? .overflow : try Outcome(expected)
                let got = try Outcome(actual)
                guard !got.matches(wanted, loose: loose) else { return }
                Issue.record(
                    "seed \(seed), rows \(rowCount), query \(query): \(what)\nexpected \(Self.short(wanted))\nactual   \(Self.short(got))"
                )
            }
            func numbers(_ rows: [Int]) -> [[Cell]] { rows.map { [.integer(Int64($0))] } }
            func numbers(_ relation: Relation) throws -> [[Cell]] {
                try execution.rows(relation).map { [.integer(Int64($0))] }
            }

            switch tables.random.below(isLarge ? 4 : 8) {
            case 0:
                try compare("rows of \(relation.condition as Any)", { numbers(rows) }, { try numbers(relation) })
                try compare("select", { numbers(rows) }, { try numbers(try execution.select(relation)) })
                try compare(
                    "count", { [[.integer(Int64(rows.count))]] }, { [[.integer(Int64(try execution.count(relation)))]] }
                )
            case 1:
                let expressions = (0..<2).map { _ in tables.anyExpression(depth) }
                try compare(
                    "materialize \(expressions) where \(relation.condition as Any)",
                    { try rows.map { row in try expressions.map { try oracle.value($0, row) } } },
                    {
                        try run(
                            execution.materialize(
                                relation, expressions.enumerated().map { ("x\($0.offset)", $0.element) }))
                    })
            case 2:
                let keys = (0..<tables.random.below(3)).map { index in
                    let isCategory = tables.random.chance(40)
                    let order =
                        tables.random.chance(50)
                        ? CodeOrder(ranks: (0..<40).map { _ in Int64(tables.random.below(5)) }) : nil
                    return Key(
                        "k\(index)",
                        isCategory ? .column(tables.random.pick([1, 11])) : tables.anyExpression(depth - 1),
                        order: isCategory ? order : nil)
                }
                let measures = (0..<3).map { index in
                    Measure(
                        "m\(index)", aggregate(&tables, depth - 1),
                        where: tables.random.chance(25) ? tables.condition(1) : nil)
                }
                try compare(
                    "aggregate \(keys) \(measures) where \(relation.condition as Any)", loose: true,
                    { try oracle.aggregate(rows, keys, measures) },
                    { try run(execution.aggregate(relation, by: keys, measures)) })
            case 3:
                let expressions = (0..<1 + tables.random.below(2)).map { _ in tables.anyExpression(1) }
                try compare(
                    "distinct \(expressions)", { numbers(try oracle.distinct(rows, expressions)) },
                    { try numbers(try execution.distinct(relation, by: expressions)) })
            case 4, 5:
                let keys = (0..<1 + tables.random.below(3)).map { _ in
                    SortKey(tables.anyExpression(tables.random.below(2)), descending: tables.random.chance(50))
                }
                try compare(
                    "sort \(keys)", { numbers(try oracle.sorted(rows, keys)) },
                    { try numbers(try execution.sort(relation, by: keys)) })
                let count = tables.random.below(rowCount + 2)
                // `top` need not compute later keys of rows that the first one rules out.
                if (try? oracle.sorted(rows, keys)) == nil { continue }
                try compare(
                    "top \(count) \(keys)", { numbers(Array(try oracle.sorted(rows, keys).prefix(count))) },
                    { try numbers(try execution.top(relation, count: count, by: keys)) })
                try compare(
                    "slice", { numbers(Array(rows.dropFirst(3).prefix(count))) },
                    { try numbers(try execution.slice(relation, skip: 3, count: count)) })
            case 6:
                let partition = (0..<tables.random.below(3)).map { _ in tables.anyExpression(0) }
                let value = tables.numeric(1)
                let function = tables.random.pick([
                    WindowFunction.total(value), .share(value), .rank(value), .running(value),
                    .rank(tables.anyExpression(1)),
                ])
                let window = Window("w", function, within: partition)
                try compare(
                    "window \(window)", { try oracle.window(rows, window).map { [$0] } },
                    {
                        let result = try execution.window(relation, [window])
                        let last = result.table.columns.count - 1
                        return try run(execution.materialize(result, [("w", .column(last))]))
                    })
            default:
                let expression = tables.anyExpression(depth)
                try compare(
                    "extend \(expression)", { try rows.map { [try oracle.value(expression, $0)] } },
                    {
                        let result = try execution.extend(relation, [("x", expression)])
                        return try run(execution.materialize(result, [("x", .column(result.table.columns.count - 1))]))
                    })
            }
        }
        random = tables.random
    }

    private func aggregate(_ tables: inout RandomTables, _ depth: Int) -> Aggregate {
        let value = tables.numeric(depth)
        switch tables.random.below(12) {
        case 0: return .count
        case 1: return .countPresent(tables.anyExpression(depth))
        case 2: return .countDistinct(tables.anyExpression(depth))
        case 3, 4: return .sum(value)
        case 5: return .average(value)
        case 6: return .quantile(value, tables.random.pick([0, 0.25, 0.5, 0.9, 1]))
        case 7: return .minimum(tables.anyExpression(depth))
        case 8: return .maximum(tables.anyExpression(depth))
        case 9: return .standardDeviation(value)
        case 10: return .first(tables.anyExpression(depth))
        default: return .any(tables.condition(depth))
        }
    }

    private static func short(_ outcome: Outcome) -> String {
        guard case .cells(let rows) = outcome else { return "overflow" }
        return "\(rows.count) rows: " + String("\(rows.prefix(20))".prefix(1500))
    }
}
