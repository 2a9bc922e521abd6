// Whether texts are distinct, against a set; and columns filled by whole arrays against columns filled row by row.

import Engine
import Testing
import Values

@Suite struct DistinctTextsTests {
    @Test(arguments: FastPathTests.sizes) func distinctTextsAreFound(size: Int) throws {
        let seed = UInt64.random(in: 0 ... .max)
        print("distinct texts seed", seed)
        var random = SeededRandom(seed)
        let ascending = (0..<size).map { "D-\(1_000_000 + $0)" }
        var lists = [
            ascending, ascending.reversed(), ascending.map { $0 + String($0.reversed()) }.shuffled(using: &random),
        ]
        if size > 1 {
            for _ in 0..<2 {
                var list = lists[random.below(3)]
                list[random.below(size)] = list[random.below(size)]
                lists.append(list)
            }
        }
        for list in lists {
            let column = try Column(name: "id", valueType: .text, cells: list.map { .text($0) })
            for threads in [1, 2] {
                let found = try column.isDistinct(Execution(threadCount: threads))
                #expect(found == (Set(list).count == list.count), "seed \(seed)")
            }
        }
        let missing = try Column(name: "id", valueType: .text, cells: [.text("a"), .missing])
        #expect(try !missing.isDistinct(Execution()))
    }

    @Test(arguments: [0, 1, 65_535, 65_536, 65_537, 140_000]) func arraysAppendAsRowsDo(size: Int) throws {
        let seed = UInt64(size) &+ 3
        var random = SeededRandom(seed)
        let values = (0..<size).map { _ in random.chance(20) ? Int64.min : Int64(random.below(100_000)) - 50_000 }
        let names: [String?] = ["b", nil, "a", "b", "c"]
        let places = (0..<size).map { _ in UInt32(random.below(5)) }
        var numbers = ColumnBuilder(name: "n", valueType: .integer)
        var texts = ColumnBuilder(name: "t", valueType: .category)
        // In pieces that do not end where chunks do.
        for start in stride(from: 0, to: size, by: 50_001) {
            let range = start..<min(size, start + 50_001)
            numbers.append(integers: Array(values[range]), missing: .min)
            texts.append(places: Array(places[range]), of: names)
        }
        let number = try numbers.finish()
        let text = try texts.finish()
        #expect(try number.cells() == values.map { $0 == .min ? .missing : .integer($0) })
        #expect(number.missingCount == values.count { $0 == .min })
        #expect(try text.cells() == places.map { names[Int($0)].map { .text($0) } ?? .missing })
        let same = try Column(name: "s", valueType: .category, repeating: .text("x"), count: size)
        #expect(try same.cells() == Array(repeating: .text("x"), count: size))
    }

    @Test(arguments: [1, 8, 16, 32, 63]) func wholeArraysArePackedInEveryWidth(bits: Int) throws {
        let seed = UInt64.random(in: 0 ... .max)
        print("whole arrays seed", seed)
        var random = SeededRandom(seed)
        for missingShare in [0, 30] {
            let values = (0..<70_000).map { _ in
                random.chance(missingShare)
                    ? Int64.min : Int64(truncatingIfNeeded: random.next() >> UInt64(64 - bits)) - 1_000
            }
            var whole = ColumnBuilder(name: "n", valueType: .integer)
            var single = ColumnBuilder(name: "n", valueType: .integer)
            whole.append(integers: values, missing: .min)
            for value in values { if value == .min { single.appendMissing() } else { single.append(value) } }
            let (found, expected) = (try whole.finish(), try single.finish())
            #expect(try found.cells() == expected.cells(), "seed \(seed)")
            #expect(found.chunks.map(\.layout) == expected.chunks.map(\.layout), "seed \(seed)")
        }
    }
}
