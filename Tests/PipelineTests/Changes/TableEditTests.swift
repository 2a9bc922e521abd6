// Changes of the tables beside the deals, against rows kept as a plain list; every one of them taken back again.

import Engine
import Testing
import Values

@testable import Pipeline

@Suite struct TableEditTests {
    /// A row as the model keeps it.
    private struct Row: Equatable {
        var account: String
        var sector: String?
        var employees: Int64?
    }

    private static func book(_ rows: [Row]) throws -> Book {
        var book = try PatchTests.book(20)
        book.setTable(
            ReferenceTable(
                name: "accounts", singular: "account", field: "account", keyColumn: "account",
                rows: try Table([
                    Column(name: "account", valueType: .text, cells: rows.map { .text($0.account) }),
                    Column(
                        name: "sector", valueType: .category, cells: rows.map { $0.sector.map(Cell.text) ?? .missing }),
                    Column(
                        name: "employees", valueType: .integer,
                        cells: rows.map { $0.employees.map(Cell.integer) ?? .missing }),
                ])))
        return book
    }

    /// The live rows with their numbers.
    private static func rows(_ book: Book) throws -> [(Int, Row)] {
        let table = try #require(book.table(named: "accounts")).rows
        return try (0..<table.rowCount).filter { !table.deletedRows.contains($0) }.map { row in
            let cells = try table.row(row)
            return (
                row, Row(account: cells[0].text ?? "", sector: cells[1].text, employees: cells[2].integer)
            )
        }
    }

    @Test(arguments: UInt64(1)...8) func changesDoWhatTheModelDoes(seed: UInt64) throws {
        var numbers = PatchNumbers(seed: seed)
        var model = (0..<12).map { Row(account: "A\($0)", sector: $0 % 3 == 0 ? nil : "s\($0 % 2)", employees: 5) }
        var book = try Self.book(model)
        var opposites: [(Patch, UInt64)] = []
        var refusals = 0
        for _ in 0..<60 {
            let hash = try book.contentHash()
            let live = try Self.rows(book)
            let places = live.indices.filter { _ in numbers.below(3) == 0 }.shuffled(using: &numbers)
            let rows = places.map { live[$0].0 }
            var after = model
            let change: TableChange
            do {
                switch numbers.below(5) {
                case 0:
                    change = try book.change(table: "accounts", rows, .delete)
                    after = model.indices.filter { !places.contains($0) }.map { model[$0] }
                case 1:
                    let name = "A\(numbers.below(14))"
                    after.append(Row(account: name, sector: "new", employees: nil))
                    change = try book.adding(
                        row: name, to: "Accounts", [FieldEdit("sector", .same(.text("new")))])
                case 2:
                    let names = places.map { _ in "a\(numbers.below(30))" }
                    for (place, name) in zip(places, names) { after[place].account = name }
                    change = try book.change(
                        table: "accounts", rows, .set([FieldEdit("account", .each(names.map(Cell.text)))]))
                default:
                    let counts = places.map { _ in Int64(numbers.below(4)) }
                    for (place, count) in zip(places, counts) {
                        after[place].employees = count
                        after[place].sector = nil
                    }
                    change = try book.change(
                        table: "accounts", rows,
                        .set([
                            FieldEdit("employees", .each(counts.map(Cell.integer))),
                            FieldEdit("sector", .same(.missing)),
                        ]))
                }
            } catch {
                let keys = after.map { NameIndex.key($0.account) }
                #expect(Set(keys).count < keys.count, "seed \(seed): refused without a reason, \(error)")
                #expect(try book.contentHash() == hash)
                refusals += 1
                continue
            }
            let keys = after.map { NameIndex.key($0.account) }
            #expect(Set(keys).count == keys.count, "seed \(seed): two rows with one key")
            opposites.append((try book.apply(Patch(decoding: change.patch.encoded())), hash))
            model = after
            #expect(try Self.rows(book).map(\.1) == model, "seed \(seed)")
            #expect(try book.faults().isEmpty)
        }
        #expect(refusals > 0, "seed \(seed): some changes must be refused")
        while let (opposite, hash) = opposites.popLast() {
            try book.apply(opposite)
            #expect(try book.contentHash() == hash, "seed \(seed)")
        }
    }

    /// The keys of targets follow their columns, and what makes no target is refused.
    @Test func targetsKeepTheirKeys() throws {
        var book = try PatchTests.book(20)
        let owner = try #require(book.names(ofColumn: "owner").names.first)
        let year = Period(
            from: try #require(Day(iso: "2026-01-01")), through: try #require(Day(iso: "2026-12-31")))
        try book.setTargets([SalesTarget(name: owner, period: year, amount: Money(cents: 100))])
        let start = Cell.integer(Int64(try #require(Day(iso: "2026-07-01")).number))
        let change = try book.change(table: "targets", [0], .set([FieldEdit("first", .same(start))]))
        try book.apply(change.patch)
        #expect(try book.table(named: "targets")?.rows.row(0).first?.text == "\(owner) 2026-07-01 … 2026-12-31")
        let wrong: [FieldEdit] = [
            FieldEdit("last", .same(.integer(1))), FieldEdit("amount", .same(.missing)),
            FieldEdit("amount", .same(.integer(-1))), FieldEdit("target", .same(.text("mine"))),
            FieldEdit("name", .same(.text("Nobody"))),
        ]
        for field in wrong {
            #expect(throws: Diagnostic.self) { try book.change(table: "targets", [0], .set([field])) }
        }
        #expect(throws: Diagnostic.self) { try book.adding(row: "x", to: "targets", []) }
        try book.apply(try book.change(table: "targets", [0], .delete).patch)
        #expect(try book.salesTargets().isEmpty)
    }
}
