// What runs of neighbouring rows have in common, and columns that are made when first read, against plain loops.

import Synchronization
import Testing
import Values

@testable import Engine

@Suite struct RunsTests {
    /// Ascending numbers from 0 with gaps and repetitions, over more than one chunk.
    private static func numbers(_ count: Int, _ random: inout SeededRandom) -> [Int64] {
        var number: Int64 = 0
        return (0..<count).map { _ in
            if Int.random(in: 0..<5, using: &random) == 0 { number += Int64.random(in: 1...3, using: &random) }
            return number
        }
    }

    @Test(arguments: [1 as UInt64, 2])
    func runsAgainstLoops(_ seed: UInt64) throws {
        var random = SeededRandom(seed)
        let numbers = Self.numbers(70_000, &random)
        let column = try Column(name: "deal", valueType: .integer, cells: numbers.map { .integer($0) })
        for rowCount in [numbers.count, 65_536, 65_537, 1, 0] {
            let first = try Execution().firstRows(of: column, rowCount: rowCount)
            var expected: [Int32] = []
            for (row, number) in numbers.prefix(rowCount).enumerated() {
                while expected.count <= Int(number) { expected.append(Int32(row)) }
            }
            expected.append(Int32(rowCount))
            #expect(first == expected, "seed \(seed), \(rowCount) rows")
        }
        // Times ascend within each run; the ends below a limit, and the union of marks up to there.
        let first = try Execution().firstRows(of: column, rowCount: numbers.count)
        var time: Int64 = 0
        let times = numbers.indices.map { row in
            time = row > 0 && numbers[row] == numbers[row - 1] ? time : 0
            time += Int64.random(in: 0...4, using: &random)
            return time
        }
        let at = try Column(name: "at", valueType: .integer, cells: times.map { .integer($0) })
        let names = ["a", "b", "c"]
        let codes = numbers.map { _ in Int.random(in: 0...3, using: &random) }
        let stage = try Column(
            name: "stage", valueType: .category,
            cells: names.map { .text($0) } + codes.dropFirst(3).map { $0 == 0 ? .missing : .text(names[$0 - 1]) })
        let all = RowRuns(first: first)
        // Whole chunks below or above a limit, beside mixed ones.
        let rising = try Column(name: "at", valueType: .integer, cells: numbers.indices.map { .integer(Int64($0)) })
        for limit in [1000, 65_530, 65_536, 65_600] {
            let ends = try rising.ends(of: all, 0..<all.count, below: Int64(limit))
            #expect(
                ends == all.first.indices.dropLast().map { min(max(all.first[$0], Int32(limit)), all.first[$0 + 1]) })
        }
        for limit in [-1, 0, 1, 20, 1_000_000] as [Int64] {
            let part = all.count / 3..<all.count - 5
            let ends = try at.ends(of: all, part, below: limit)
            let expected = part.map { run in
                Int32(all.rows(run).lowerBound + all.rows(run).prefix { times[$0] < limit }.count)
            }
            #expect(ends == expected, "seed \(seed), below \(limit)")
            let last = zip(part, expected).map { $1 > all.first[$0] ? $1 - 1 : -1 }
            #expect(all.lastRows(part, ends: ends[...]) == last)
        }
        let cut = RowRuns(first: first, ends: try at.ends(of: all, 0..<all.count, below: 5))
        let unions = try Execution().unions(of: stage, cut, marks: [0, 1, 2, 4])
        for run in 0..<all.count {
            let kept = all.rows(run).prefix { times[$0] < 5 }
            #expect(cut.rows(run) == all.rows(run).lowerBound..<all.rows(run).lowerBound + kept.count)
            let expected = kept.reduce(UInt64(0)) { union, row in
                let code = row < 3 ? row + 1 : codes[row]
                return code == 0 ? union : union | 1 << UInt64(code - 1)
            }
            guard unions[run] == expected else {
                Issue.record("seed \(seed), run \(run): \(unions[run]), not \(expected)")
                return
            }
        }
        #expect(throws: EngineError.self) {
            try Execution().unions(of: stage, RowRuns(first: [0, 80_000]), marks: [0, 1, 2, 4])
        }
    }
}

@Suite struct DeferredColumnTests {
    @Test func itsRowsAreThoseOfAColumnMadeAtOnce() throws {
        let values = (0..<66_000).map { $0 % 7 == 3 ? Int64.min : Int64($0 * 3 - 1000) }
        let plain = try Column(
            name: "value", valueType: .money, cells: values.map { $0 == .min ? .missing : .integer($0) })
        let calls = Mutex(0)
        let deferred = Column(name: "value", valueType: .money, rowCount: values.count) { rows in
            calls.withLock { $0 += 1 }
            return .integers(Array(values[rows]))
        }
        #expect(deferred.rowCount == values.count)
        #expect(calls.withLock { $0 } == 0)
        var table = try Table([deferred])
        let sum = [Measure("sum", .sum(.column(0))), Measure("count", .countPresent(.column(0)))]
        let found = try Execution().aggregate(Relation(table), by: [], sum)
        #expect(try found.row(0) == Execution().aggregate(Relation(try Table([plain])), by: [], sum).row(0))
        #expect(try table.columns[0].cells() == plain.cells())
        #expect(calls.withLock { $0 } == 2)
        // A change of a copy leaves the other as it is.
        let copy = table
        try table.set(rows: [5], column: 0, to: [.integer(42)])
        #expect(try table.cell(5, 0) == .integer(42))
        #expect(try copy.cell(5, 0) == plain.cell(5))
    }

    @Test func fewRowsAreReadWithoutTheOthers() throws {
        let asked = Mutex<[Range<Int>]>([])
        let numbers = Column(name: "number", valueType: .integer, rowCount: 70_000) { rows in
            asked.withLock { $0.append(rows) }
            return .integers(rows.map { $0 % 5 == 0 ? .min : Int64($0) })
        }
        let picked = try Column(
            name: "stage", valueType: .category, cells: (0..<100).map { .text(["a", "b", "c"][$0 % 3]) })
        let stages = Column(name: "stage", valueType: .category, dictionary: picked.dictionary, rowCount: 70_000) {
            .codesOf(picked, at: $0.map { $0 % 7 == 0 ? -1 : Int32($0 % 100) }[...], recoded: [0, 1, 2, 3])
        }
        let plain = try Column(name: "plain", valueType: .integer, cells: (0..<70_000).map { .integer(Int64($0)) })
        let rows = [69_999, 3, 65_536, 10, 21]
        let few = try Relation(
            Table([numbers, stages, plain]), rows: .ordered(rows.map { Int32($0) })
        ).few()
        #expect(few.table.rowCount == rows.count && few.table.columns[2].rowCount == rows.count)
        for (place, row) in rows.enumerated() {
            #expect(try few.table.cell(place, 0) == (row % 5 == 0 ? .missing : .integer(Int64(row))))
            let stage: Cell = row % 7 == 0 ? .missing : .text(["a", "b", "c"][row % 100 % 3])
            #expect(try few.table.cell(place, 1) == stage)
            #expect(try few.table.cell(place, 2) == .integer(Int64(row)))
        }
        #expect(asked.withLock { $0 } == rows.map { $0..<$0 + 1 })
        // Many rows stay where they are; so do few when every column has been made.
        let many = Relation(try Table([numbers]), rows: .ordered((0..<300).map { Int32($0) }))
        #expect(try many.few().table.rowCount == 70_000)
        _ = try numbers.cells()
        #expect(try Relation(Table([numbers, plain]), rows: .ordered([1])).few().table.rowCount == 70_000)
    }

    @Test(arguments: [200, 60_000, 3_000_000_000, Int64.max / 4])
    func pickedRowsAreThoseOfTheColumn(_ range: Int64) throws {
        var random = SeededRandom(UInt64(range))
        let cells = (0..<140_000).map { row -> Cell in
            // The second chunk is whole; the others have gaps.
            row >> 16 != 1 && Int.random(in: 0..<9, using: &random) == 0
                ? .missing : .integer(Int64.random(in: -range...range, using: &random))
        }
        let numbers = try Column(name: "number", valueType: .integer, cells: cells)
        var row: Int32 = -1
        var picks: [Int32] = []
        while row < 139_990 {
            row += Int32.random(in: 1...9, using: &random)
            picks.append(Int.random(in: 0..<20, using: &random) == 0 ? -1 : row)
        }
        let picked = Column(name: "number", valueType: .integer, rowCount: picks.count) { [picks] in
            .integersOf(numbers, at: picks[$0])
        }
        let expected = picks.map { $0 < 0 ? Cell.missing : cells[Int($0)] }
        #expect(try picked.cells() == expected)
        #expect(try numbers.integers(at: picks[...]) == expected.map { $0.integer ?? .min })
        let outside = Column(name: "number", valueType: .integer, rowCount: 1) { _ in
            .integersOf(numbers, at: [140_000])
        }
        #expect(throws: EngineError.self) { try outside.cells() }
    }

    @Test func whatGoesWrongIsThrownAndTriedAgain() throws {
        let isBroken = Mutex(true)
        let column = Column(
            name: "stage", valueType: .category, dictionary: CategoryDictionary(["a", "b"]), rowCount: 10
        ) { rows in
            if isBroken.withLock({ $0 }) { throw EngineError.damaged("no rows today") }
            return .codes(rows.map { UInt32($0 % 3) })
        }
        let relation = Relation(try Table([column]))
        let key = [Key("stage", .column(0))]
        #expect(throws: EngineError.damaged("no rows today")) {
            try Execution().aggregate(relation, by: key, [Measure("count", .count)])
        }
        #expect(throws: EngineError.damaged("no rows today")) {
            try Execution().rows(relation.filtered(by: .isMissing(.column(0))))
        }
        #expect(throws: EngineError.damaged("no rows today")) { try column.cells() }
        isBroken.withLock { $0 = false }
        #expect(try Execution().aggregate(relation, by: key, [Measure("count", .count)]).rowCount == 3)
        #expect(try column.codes() == (0..<10).map { UInt32($0 % 3) })
    }
}
