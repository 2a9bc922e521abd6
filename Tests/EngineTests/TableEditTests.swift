// Random changes of tables and their copies against plain arrays: a change must reach its own table and no other.

import Engine
import Testing
import Values

@Suite struct TableEditTests {
    /// A table and what it should hold.
    private struct Model {
        var table: Table
        var rows: [[Cell]]
        var deleted: Set<Int> = []
    }

    @Test(arguments: UInt64(1)...30) func randomChanges(seed: UInt64) throws {
        var tables = RandomTables(random: SeededRandom(seed &* 977))
        tables.isWild = seed % 2 == 0
        let rowCount = tables.random.pick([0, 1, 9, 64, 300])
        let table = try Table(
            RandomTables.types.enumerated().map { try tables.column("c\($0.offset)", $0.element, rowCount: rowCount) })
        var models = [Model(table: table, rows: try (0..<rowCount).map { try table.row($0) })]
        for _ in 0..<150 {
            let place = tables.random.below(models.count)
            switch tables.random.below(10) {
            case 0 where models.count < 5: models.append(models[place])
            case 1, 2, 3:
                let cells = RandomTables.types.map { tables.random.chance(20) ? Cell.missing : tables.cell($0, 70_000) }
                #expect(try models[place].table.append(row: cells) == models[place].rows.count)
                models[place].rows.append(cells)
            case 4 where !models[place].rows.isEmpty:
                let row = tables.random.below(models[place].rows.count)
                #expect(models[place].table.delete(row: row) == models[place].deleted.insert(row).inserted)
            case 5 where !models[place].rows.isEmpty:
                let row = tables.random.below(models[place].rows.count)
                #expect(models[place].table.restore(row: row) == (models[place].deleted.remove(row) != nil))
            default:
                guard !models[place].rows.isEmpty else { continue }
                let column = tables.random.below(RandomTables.types.count)
                let type = RandomTables.types[column]
                let rows = (0..<1 + tables.random.below(6)).map { _ in tables.random.below(models[place].rows.count) }
                let cells = rows.map { _ in
                    tables.random.chance(20)
                        ? Cell.missing : tables.cell(type, tables.random.pick([1, 300, 5_000_000]))
                }
                try models[place].table.set(rows: rows, column: column, to: cells)
                for (row, cell) in zip(rows, cells) { models[place].rows[row][column] = cell }
            }
        }
        for (number, model) in models.enumerated() {
            #expect(model.table.rowCount == model.rows.count)
            #expect(model.table.liveRowCount == model.rows.count - model.deleted.count)
            for row in model.rows.indices {
                #expect(try model.table.row(row) == model.rows[row], "seed \(seed), copy \(number), row \(row)")
                #expect(model.table.deletedRows.contains(row) == model.deleted.contains(row))
            }
            try Self.checkLayouts(model.table)
        }
    }

    @Test func appendingAcrossAChunk() throws {
        let numbers = (0..<65_535).map { Cell.integer(Int64($0)) }
        var table = try Table([
            Column(name: "n", valueType: .integer, cells: numbers),
            Column(name: "t", valueType: .text, repeating: .text("x"), count: 65_535),
            Column(name: "c", valueType: .category, repeating: .text("A"), count: 65_535),
        ])
        let before = table
        for number in 0..<600 {
            try table.append(row: [
                .integer(Int64(-number) * 1_000_003), number % 7 == 0 ? .missing : .text("y\(number)"),
                .text("N\(number)"),
            ])
        }
        #expect(table.rowCount == 66_135)
        #expect(before.rowCount == 65_535)
        for number in 0..<600 {
            #expect(try table.cell(65_535 + number, 0) == .integer(Int64(-number) * 1_000_003))
            #expect(try table.cell(65_535 + number, 1) == (number % 7 == 0 ? .missing : .text("y\(number)")))
            #expect(try table.cell(65_535 + number, 2) == .text("N\(number)"))
        }
        #expect(try table.cell(65_534, 0) == .integer(65_534))
        try Self.checkLayouts(table)
        try Self.checkLayouts(before)
    }

    @Test func unchangedChunksAreShared() throws {
        let column = try Column(name: "n", valueType: .integer, cells: (0..<140_000).map { .integer(Int64($0)) })
        let before = try Table([column])
        var after = before
        try after.set(row: 70_000, column: 0, to: .integer(-1))
        #expect(after.columns[0].chunks[0].isIdentical(to: before.columns[0].chunks[0]))
        #expect(!after.columns[0].chunks[1].isIdentical(to: before.columns[0].chunks[1]))
        #expect(after.columns[0].chunks[2].isIdentical(to: before.columns[0].chunks[2]))
        #expect(try before.cell(70_000, 0) == .integer(70_000))
    }

    @Test func wrongCellsChangeNothing() throws {
        var table = try Table([Column(name: "n", valueType: .integer, cells: [.integer(1), .integer(2)])])
        #expect(throws: EngineError.self) { try table.set(rows: [0, 1], column: 0, to: [.integer(5), .text("x")]) }
        #expect(throws: EngineError.self) { try table.set(row: 2, column: 0, to: .integer(5)) }
        #expect(throws: EngineError.self) { try table.append(row: [.text("x")]) }
        #expect(throws: EngineError.self) { try table.append(row: []) }
        #expect(try table.row(0) == [.integer(1)])
        #expect(table.rowCount == 2)
    }

    /// The description of every chunk must agree with its bytes.
    static func checkLayouts(_ table: Table) throws {
        for column in table.columns {
            for chunk in column.chunks {
                let fault = try chunk.withValues { values in
                    if chunk.layout.hasValidity {
                        return try chunk.withValidity { validity in
                            chunk.layout.contentFault(
                                values: values, validity: validity, codeMax: UInt32(column.dictionary.count))
                        } ?? "no validity"
                    }
                    return chunk.layout.contentFault(
                        values: values, validity: nil, codeMax: UInt32(column.dictionary.count))
                }
                #expect(fault == nil, "\(column.name): \(chunk.layout)")
            }
        }
    }
}
