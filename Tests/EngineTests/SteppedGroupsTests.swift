// Groups by numbers that lie in steps, against dictionaries: at sizes around the borders of blocks and chunks and on
// several threads, with values between the steps that no sample meets, missing and negative ones, and the widest ranges
// there are. Failures print the seed.

import Engine
import Testing
import Values

@Suite struct SteppedGroupsTests {
    /// The last one makes more chunks than one thread is left with.
    static let sizes = [0, 1, 63, 64, 65, 4_097, 65_535, 65_536, 65_537, 200_000, 5 * 65_536 + 1]

    /// What the values of a column have in common.
    struct Shape: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let step: Int64
        /// Multiples of the step, from the first to the last.
        let places: ClosedRange<Int64>
        var offset: Int64 = 0
        var missingPercent = 3
        /// Whether a few values lie between the steps.
        var isBroken = false
    }

    static let shapes = [
        Shape(testDescription: "hundreds of dollars", step: 10_000, places: 0...18_000),
        Shape(testDescription: "an odd step, none missing", step: 7_919, places: -300...900, missingPercent: 0),
        Shape(testDescription: "aside and below 0", step: 96, places: -50_000 ... -1, offset: 17, missingPercent: 60),
        Shape(testDescription: "a range of 4 bytes", step: 1 << 20, places: 0...4_095),
        Shape(testDescription: "more than 4 bytes", step: 3 << 33, places: -5_000...5_000, offset: 1),
        Shape(testDescription: "half of all numbers", step: 1 << 50, places: -4_095...4_095, offset: -5),
        Shape(testDescription: "all numbers", step: 1 << 51, places: -4_096...4_095),
        Shape(testDescription: "broken", step: 10_000, places: 0...18_000, isBroken: true),
        Shape(testDescription: "broken and wide", step: 3 << 33, places: -5_000...5_000, isBroken: true),
        Shape(testDescription: "few between many", step: 1_000_000, places: 0...3, isBroken: true),
    ]

    private static func values(_ size: Int, _ shape: Shape, _ random: inout SeededRandom) -> [Int64?] {
        let count = Int(shape.places.upperBound - shape.places.lowerBound) + 1
        var values: [Int64?] = (0..<size).map { _ in
            if random.chance(shape.missingPercent) { return nil }
            return (shape.places.lowerBound + Int64(random.below(count))) * shape.step + shape.offset
        }
        if shape.isBroken, size > 0 { for _ in 0..<3 { values[random.below(size)] = Int64(random.below(7_000_000)) } }
        return values
    }

    /// Every size and every shape, the largest ones with few shapes only.
    static let cases = sizes.enumerated().flatMap { place, size in
        shapes.indices.filter { size < 10_000 || ($0 + place) % 5 == 0 }.map { (size, shapes[$0]) }
    }

    @Test(arguments: cases) func groups(size: Int, shape: Shape) throws {
        let seed = UInt64.random(in: 0 ... .max)
        var random = SeededRandom(seed)
        let values = Self.values(size, shape, &random)
        let names = ["a", "b", "C"]
        let categories = (0..<size).map { _ in UInt32(random.below(3)) }
        var builder = ColumnBuilder(name: "c", type: .category)
        builder.append(places: categories, of: names.map { $0 })
        var amounts = ColumnBuilder(name: "v", valueType: .money)
        for value in values { if let value { amounts.append(value) } else { amounts.appendMissing() } }
        let table = try Table([try amounts.finish(), try builder.finish()])
        // Every value, or only those of one category.
        for only in size < 10_000 ? [nil, 1] : [random.pick([nil, 1])] as [UInt32?] {
            let rows = values.indices.filter { only == nil || categories[$0] == only }
            var relation = Relation(table)
            if let only {
                let name = Expression.constant(.text(names[Int(only)]), .text)
                relation = relation.filtered(by: .compare(.equal, .column(1), name))
            }
            var counts: [Int64?: Int64] = [:]
            var pairs: [Pair: Int64] = [:]
            for row in rows {
                counts[values[row], default: 0] += 1
                pairs[Pair(value: values[row], category: categories[row]), default: 0] += 1
            }
            let different = Int64(counts.count - (counts[nil] == nil ? 0 : 1))
            for threads in size < 200_000 ? [1] : [1, 3] {
                let execution = Execution(threadCount: threads)
                let comment = Comment(rawValue: "seed \(seed), \(threads) threads")
                let byValue = try execution.aggregate(
                    relation, by: [Key("v", .column(0))],
                    [Measure("n", .count), Measure("a", .average(.column(0)))])
                let keys = try byValue.columns[0].cells().map(\.integer)
                #expect(keys == counts.keys.compactMap { $0 }.sorted() + (counts[nil] == nil ? [] : [nil]), comment)
                #expect(try byValue.columns[1].cells().map(\.integer) == keys.map { counts[$0] }, comment)
                #expect(try byValue.columns[2].cells().map(\.integer) == keys, comment)
                let byBoth = try execution.aggregate(
                    relation, by: [Key("v", .column(0)), Key("c", .column(1))], [Measure("n", .count)], ordered: false)
                let both = try zip(byBoth.columns[0].cells(), byBoth.columns[1].cells()).map { value, name in
                    Pair(value: value.integer, category: UInt32(names.firstIndex(of: name.text ?? "") ?? 9))
                }
                let counted = try byBoth.columns[2].cells().map { $0.integer ?? 0 }
                #expect(Dictionary(zip(both, counted)) { $0 + $1 } == pairs && both.count == pairs.count, comment)
                let total = try execution.aggregate(relation, by: [], [Measure("d", .countDistinct(.column(0)))])
                #expect(try total.row(0) == [.integer(different)], comment)
                let first = try execution.distinct(relation, by: [.column(0)])
                #expect(try execution.count(first) == counts.count, comment)
            }
        }
    }

    private struct Pair: Hashable {
        let value: Int64?
        let category: UInt32
    }
}
