// Stopping, failing and sharing work: what threads do must never show in a result.

import Engine
import Testing
import Values

@Suite struct ExecutionTests {
    private static func numbers(_ count: Int) throws -> Table {
        var builder = ColumnBuilder(name: "n", type: .number)
        for number in 0..<count { builder.append(Int64(number)) }
        return try Table([try builder.finish()])
    }

    @Test func cancelledBeforeTheFirstBlock() throws {
        let table = try Self.numbers(70_000)
        let execution = Execution(threadCount: 2)
        execution.cancellation.cancel()
        let relation = Relation(table).filtered(by: .compare(.greater, .column(0), .constant(.integer(5), .integer)))
        #expect(throws: EngineError.cancelled) { try execution.count(relation) }
        #expect(throws: EngineError.cancelled) { try execution.sort(relation, by: [SortKey(.column(0))]) }
        #expect(throws: EngineError.cancelled) {
            try execution.aggregate(relation, by: [], [Measure("n", .sum(.column(0)))])
        }
        execution.cancellation.reset()
        #expect(try execution.count(relation) == 69_994)
    }

    @Test func overflowOnlyWhereRowsCount() throws {
        let cells: [Cell] = [.integer(.max), .integer(1), .integer(.min), .missing]
        let table = try Table([Column(name: "n", valueType: .money, cells: cells)])
        let doubled = Expression.arithmetic(.add, .column(0), .column(0))
        let execution = Execution(threadCount: 1)
        let small = Relation(table).filtered(by: .inRange(.column(0), lower: 0, upper: 10))
        #expect(try execution.materialize(small, [("x", doubled)]).row(0) == [.integer(2)])
        #expect(throws: EngineError.overflow(operation: "+")) {
            try execution.materialize(Relation(table), [("x", doubled)])
        }
        let largest = try Table([
            Column(name: "n", valueType: .money, cells: [.integer(.max), .integer(.max), .integer(-5)])
        ])
        #expect(throws: EngineError.overflow(operation: "sum")) {
            try execution.aggregate(Relation(largest), by: [], [Measure("s", .sum(.column(0)))])
        }
        // The sum of the first and the last fits, although a partial sum elsewhere would not.
        let fits = Relation(largest, rows: .ordered([0, 2]))
        #expect(try execution.aggregate(fits, by: [], [Measure("s", .sum(.column(0)))]).row(0) == [.integer(.max - 5)])
    }

    @Test func emptyInputs() throws {
        let table = try Table([
            Column(name: "m", valueType: .money, cells: []), Column(name: "c", valueType: .category, cells: []),
        ])
        let execution = Execution(threadCount: 2)
        let total = try execution.aggregate(
            Relation(table), by: [],
            [
                Measure("n", .count), Measure("s", .sum(.column(0))), Measure("a", .average(.column(0))),
                Measure("m", .median(.column(0))), Measure("x", .maximum(.column(1))), Measure("f", .first(.column(1))),
                Measure("d", .standardDeviation(.column(0))), Measure("u", .countDistinct(.column(1))),
            ])
        #expect(
            try total.row(0) == [
                .integer(0), .integer(0), .missing, .missing, .missing, .missing, .missing, .integer(0),
            ])
        #expect(
            try execution.aggregate(Relation(table), by: [Key("c", .column(1))], [Measure("n", .count)]).rowCount == 0)
        #expect(try execution.top(Relation(table), count: 5, by: [SortKey(.column(0))]).table.columns.count == 2)
        #expect(try execution.rows(execution.distinct(Relation(table), by: [.column(1)])).isEmpty)
    }

    @Test func groupLimit() throws {
        let table = try Self.numbers(5_000)
        let execution = Execution(threadCount: 1, groupCountMax: 100)
        let key = Key("k", .arithmetic(.multiply, .column(0), .constant(.integer(1 << 20), .integer)))
        #expect(throws: EngineError.tooLarge(what: "groups", limit: 100)) {
            try execution.aggregate(Relation(table), by: [key], [Measure("n", .count)])
        }
    }

    @Test func pivotAndAppend() throws {
        let table = try Table([
            Column(name: "owner", valueType: .category, cells: [.text("Ann"), .text("Ann"), .text("Bo")]),
            Column(name: "stage", valueType: .category, cells: [.text("Demo"), .missing, .text("Demo")]),
            Column(name: "n", valueType: .integer, cells: [.integer(1), .integer(2), .integer(3)]),
        ])
        let execution = Execution(threadCount: 1)
        let wide = try execution.pivot(table, keys: [0], pivot: 1, values: [2]) { $0.text ?? "none" }
        #expect(wide.columns.map(\.name) == ["owner", "Demo", "none"])
        #expect(try wide.row(0) == [.text("Ann"), .integer(1), .integer(2)])
        #expect(try wide.row(1) == [.text("Bo"), .integer(3), .missing])
        let both = try execution.append(wide, table)
        #expect(both.columns.map(\.name) == ["owner", "Demo", "none", "stage", "n"])
        #expect(try both.row(2) == [.text("Ann"), .missing, .missing, .text("Demo"), .integer(1)])
    }

    @Test func mappedBytesAreVerifiedAtFirstUse() throws {
        struct Damage: Error {}
        final class Owner {
            let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: 64, alignment: 64)
            deinit { bytes.deallocate() }
        }
        let owner = Owner()
        owner.bytes.copyBytes(from: [UInt8](repeating: 7, count: 64))
        let layout = ChunkLayout(
            representation: .integer, rowCount: 10, width: 1, base: 100, minimum: 100, maximum: 107, missingCount: 0)
        func table(_ verification: @escaping @Sendable (UnsafeRawBufferPointer) throws -> Void) throws -> Table {
            let region = ByteRegion(
                mapped: UnsafeRawBufferPointer(owner.bytes), owner: owner, verification: verification)
            guard let slice = ByteSlice(region, offset: 8, byteCount: 10) else { throw Damage() }
            let chunk = try Chunk(layout: layout, values: slice, validity: nil, text: nil)
            return try Table([Column(name: "n", valueType: .integer, chunks: [chunk])])
        }
        let sound = try table { bytes in if bytes[8] != 7 { throw Damage() } }
        let execution = Execution(threadCount: 1)
        let sum = try execution.aggregate(Relation(sound), by: [], [Measure("s", .sum(.column(0)))])
        #expect(try sum.row(0) == [.integer(1_070)])
        var changed = sound
        try changed.set(row: 3, column: 0, to: .integer(-5))
        #expect(try changed.cell(3, 0) == .integer(-5))
        #expect(try sound.cell(3, 0) == .integer(107))
        let broken = try table { _ in throw Damage() }
        #expect(throws: Damage.self) {
            try execution.count(
                Relation(broken).filtered(by: .compare(.equal, .column(0), .constant(.integer(105), .integer))))
        }
        #expect(throws: Damage.self) { try broken.cell(0, 0) }
    }
}
