// Sums by very many groups, held in 4 bytes until they leave them, and the first rows of an order found with a limit that
// threads share, against arrays: at sizes around the borders of chunks, with missing and negative values and the widest
// there are. Failures print the seed.

import Engine
import Testing
import Values

@Suite struct ManyGroupsTests {
    /// The last one makes more chunks than one thread is left with.
    static let sizes = [0, 1, 63, 64, 65, 65_535, 65_536, 65_537, 200_000, 5 * 65_536 + 1]

    /// Values whose sums stay within 4 bytes, leave them now and then, and leave them all the time.
    static let ranges: [ClosedRange<Int64>] = [
        0...20_000, -50_000 ... -1, 0...Int64(Int32.max), Int64(Int32.min)...Int64(Int32.max), -5_000_000_000...5,
    ]

    private struct Rows {
        let names: Int
        let codes: [UInt32]
        let values: [Int64?]
        let table: Table

        /// Rows of categories from a list of names, and values of a range.
        init(_ size: Int, names: Int, _ random: inout SeededRandom, _ value: (inout SeededRandom) -> Int64?) throws {
            self.names = names
            // Some groups have many rows.
            codes = (0..<size).map { _ in UInt32(random.below(random.chance(20) ? min(7, names) : names)) }
            values = (0..<size).map { _ in value(&random) }
            var categories = ColumnBuilder(name: "k", type: .category)
            categories.append(places: codes, of: (0..<names).map { "n\($0)" })
            var amounts = ColumnBuilder(name: "v", valueType: .money)
            for value in values { if let value { amounts.append(value) } else { amounts.appendMissing() } }
            table = try Table([try categories.finish(), try amounts.finish()])
        }
    }

    @Test(arguments: sizes) func sums(size: Int) throws {
        let seed = UInt64.random(in: 0 ... .max)
        var random = SeededRandom(seed)
        for range in size < 100_000 ? Self.ranges : [random.pick(Self.ranges)] {
            let missing = random.pick([0, 4, 70])
            let rows = try Rows(size, names: 3_000, &random) { random in
                random.chance(missing) ? nil : range.lowerBound + Int64(random.next() % UInt64(range.count))
            }
            var sums = [Int64](repeating: 0, count: rows.names)
            var counts = [Int64](repeating: 0, count: rows.names)
            var present = [Int64](repeating: 0, count: rows.names)
            for row in 0..<size {
                let code = Int(rows.codes[row])
                counts[code] += 1
                sums[code] += rows.values[row] ?? 0
                present[code] += rows.values[row] == nil ? 0 : 1
            }
            for threads in [1, 3] {
                let groups = try Execution(threadCount: threads).aggregate(
                    Relation(rows.table), by: [Key("k", .column(0))],
                    [Measure("s", .sum(.column(1))), Measure("a", .average(.column(1))), Measure("n", .count)],
                    ordered: false)
                #expect(groups.rowCount == counts.filter { $0 > 0 }.count, "seed \(seed)")
                let keys = try groups.columns[0].cells().compactMap { $0.text.flatMap { Int($0.dropFirst()) } }
                #expect(try groups.columns[1].cells().map(\.integer) == keys.map { sums[$0] }, "seed \(seed)")
                #expect(try groups.columns[3].cells().map(\.integer) == keys.map { counts[$0] }, "seed \(seed)")
                let means = keys.map { present[$0] == 0 ? nil : Self.mean(sums[$0], present[$0]) }
                #expect(try groups.columns[2].cells().map(\.integer) == means, "seed \(seed)")
            }
        }
    }

    /// Half away from zero.
    private static func mean(_ sum: Int64, _ count: Int64) -> Int64 {
        let (quotient, rest) = sum.magnitude.quotientAndRemainder(dividingBy: UInt64(count))
        return (sum < 0 ? -1 : 1) * Int64(quotient + (rest * 2 >= UInt64(count) ? 1 : 0))
    }

    /// Of more groups than a sieve is given at once, the first ones are those of all groups.
    @Test func groupsThatAreKept() throws {
        let seed = UInt64.random(in: 0 ... .max)
        var random = SeededRandom(seed)
        let rows = try Rows(5 * 65_536 + 1, names: 400_000, &random) { random in
            random.chance(3) ? nil : Int64(random.below(9_000)) - 3_000
        }
        let order = [SortKey(.column(1), descending: true), SortKey(.column(0))]
        let keys = [Key("k", .column(0))]
        let measures = [Measure("s", .sum(.column(1))), Measure("d", .countDistinct(.column(1)))]
        let whole = Execution(threadCount: 1)
        let all = try whole.aggregate(Relation(rows.table), by: keys, measures)
        let expected = try whole.materialize(
            whole.slice(whole.sort(Relation(all), by: order), skip: 0, count: 12),
            (0..<3).map { ("\($0)", .column($0)) })
        for threads in [1, 3] {
            let execution = Execution(threadCount: threads)
            let some = try execution.aggregate(Relation(rows.table), by: keys, measures) { groups in
                try execution.rows(execution.top(Relation(groups), count: 12, by: order))
            }
            #expect(some.rowCount < all.rowCount, "seed \(seed)")
            let found = try execution.materialize(
                execution.top(Relation(some), count: 12, by: order), (0..<3).map { ("\($0)", .column($0)) })
            for row in 0..<12 { #expect(try found.row(row) == expected.row(row), "seed \(seed)") }
        }
    }

    /// Two keys with more combinations than arrays are made for, on one thread and on several.
    @Test(arguments: [65, 5 * 65_536 + 1]) func combinations(size: Int) throws {
        let seed = UInt64.random(in: 0 ... .max)
        var random = SeededRandom(seed)
        let rows = try Rows(size, names: 3_000, &random) { random in
            random.chance(3) ? nil : Int64(random.below(100)) * Int64(random.below(100)) - 70_000_000
        }
        var counts: [Int64: Int64] = [:]
        for row in 0..<size { counts[rows.values[row] ?? 1, default: 0] += Int64(rows.codes[row]) }
        for threads in [1, 3] {
            let groups = try Execution(threadCount: threads).aggregate(
                Relation(rows.table), by: [Key("v", .column(1)), Key("k", .column(0))], [Measure("n", .count)])
            let values = try groups.columns[0].cells().map { $0.integer ?? 1 }
            let names = try groups.columns[1].cells().map { $0.text.flatMap { Int64($0.dropFirst()) } ?? 0 }
            let numbers = try groups.columns[2].cells().map { $0.integer ?? 0 }
            var found: [Int64: Int64] = [:]
            for row in values.indices { found[values[row], default: 0] += names[row] * numbers[row] }
            #expect(found == counts, "seed \(seed), \(threads) threads")
            let pairs = Set(zip(rows.values, rows.codes).map { Int64($1) << 32 + ($0 ?? 1) })
            #expect(groups.rowCount == pairs.count, "seed \(seed), \(threads) threads")
        }
    }

    @Test(arguments: sizes) func firstRows(size: Int) throws {
        let seed = UInt64.random(in: 0 ... .max)
        var random = SeededRandom(seed)
        let extremes: [Int64] = [.min, .min + 1, -1, 0, 1, .max - 1, .max]
        let bound = random.pick([3, 500, 1_000_000_000])
        let wildness = random.pick([0, 1])
        let rows = try Rows(size, names: 5, &random) { random in
            if random.chance(3) { return nil }
            return random.chance(wildness) ? random.pick(extremes) : Int64(random.below(bound) - bound / 2)
        }
        var table = rows.table
        for _ in 0..<min(size, 40) { table.delete(row: random.below(size)) }
        for (isFiltered, descending) in [(false, true), (true, true), (true, false)] {
            var relation = Relation(table)
            if isFiltered { relation = relation.filtered(by: .inCodes(.column(0), CodeSet([2]))) }
            let expected = try Self.first(20, relation, rows.values, descending)
            for threads in [1, 3] {
                let execution = Execution(threadCount: threads)
                let found = try execution.rows(
                    execution.top(relation, count: 20, by: [SortKey(.column(1), descending: descending)]))
                #expect(found.map { Int($0) } == expected, "seed \(seed), \(threads) threads")
            }
        }
    }

    /// The places of the first values of a relation's rows, missing ones last, ties in the order of rows.
    private static func first(
        _ count: Int, _ relation: Relation, _ values: [Int64?], _ descending: Bool
    ) throws -> [Int] {
        let rows = try Execution(threadCount: 1).rows(relation).map { Int($0) }
        let sorted = rows.sorted { left, right in
            switch (values[left], values[right]) {
            case (let a?, let b?) where a != b: descending ? a > b : a < b
            case (_?, nil): true
            case (nil, _?): false
            default: left < right
            }
        }
        return Array(sorted.prefix(count))
    }
}
