// Each derived field by its definition, counted by hand.

import Engine
import Testing
import Values

@testable import Pipeline

struct FieldTests {
    let today = day(11, 23)

    /// Six deals: open, on hold, won, lost, without a stage, open with own probability and category.
    private func book() throws -> Book {
        var book = try Book(identity: BookIdentity(id: 1))
        try book.setPipeline(
            nil,
            stages: [
                StageDraft("Lead", probability: Percent(millionths: 100_000), targetDays: 10),
                StageDraft("Demo", probability: Percent(millionths: 500_000), category: .commit),
                StageDraft("Waiting", kind: .hold), StageDraft("Won"), StageDraft("Lost"),
            ])
        func add(_ cells: [DealColumn: Cell]) throws {
            var cells = cells
            cells[.pipeline] = cells[.pipeline] ?? .text("Sales")
            try book.deals.append(row: dealRow(cells))
        }
        func date(_ month: Int, _ dayOfMonth: Int) -> Cell { .integer(Int64(day(month, dayOfMonth).number)) }
        try add([
            .id: .text("1"), .stage: .text("Lead"), .value: .integer(1005), .created: date(10, 1), .close: date(11, 22),
            .entered: date(11, 12),
        ])
        try add([
            .id: .text("2"), .stage: .text("Waiting"), .value: .integer(5000), .created: date(11, 25),
            .close: date(12, 1), .entered: date(1, 1),
        ])
        try add([
            .id: .text("3"), .stage: .text("Won"), .value: .integer(7777), .created: date(1, 1), .close: date(3, 1),
            .closedOn: date(2, 1),
        ])
        try add([
            .id: .text("4"), .stage: .text("Lost"), .value: .integer(100), .close: date(4, 1), .entered: date(3, 15),
        ])
        try add([.id: .text("5"), .value: .integer(300)])
        try add([
            .id: .text("6"), .stage: .text("Demo"), .value: .integer(333), .ownProbability: .integer(750_000),
            .close: date(11, 23), .entered: date(11, 13), .ownCategory: .text("omitted"),
        ])
        return book
    }

    private func values(_ name: String, _ book: Book) throws -> [String] {
        let field = try #require(try book.field(named: name, today: today))
        #expect(
            try field.definition.valueType(in: book.deals)
                == (field.valueType == .category ? .category : field.valueType))
        let table = try Execution(threadCount: 1).materialize(
            Relation(book.deals), [(name: "x", expression: field.definition)])
        return try shown(table, "x")
    }

    @Test(arguments: [
        ("status", "open hold won lost - open"), ("open", "yes yes no no no yes"), ("won", "no no yes no no no"),
        ("lost", "no no no yes no no"), ("probability", "10.0% - 100.0% 0.0% - 75.0%"),
        // 10.05 × 10% = 1.005, rounded away from zero; 3.33 × 75% = 2.4975.
        ("weighted", "1.01 - 77.77 0 - 2.50"),
        ("category", "pipeline - commit omitted - omitted"), ("closed", "- - 2026-02-01 2026-04-01 - -"),
        ("age", "53 -2 31 - - -"), ("entered", "2026-11-12 2026-01-01 2026-02-01 2026-03-15 - 2026-11-13"),
        ("in_stage", "11 326 295 253 - 10"), ("target", "10 - - - - -"), ("stalled", "yes no no no no no"),
        ("overdue", "yes no no no no no"), ("value", "10.05 50 77.77 1 3 3.33"),
        ("stage", "Lead Waiting Won Lost - Demo"),
    ])
    func derived(name: String, expected: String) throws {
        #expect(try values(name, book()) == expected.split(separator: " ").map(String.init))
    }

    @Test func categoriesByProbability() throws {
        var book = try book()
        try book.deals.set(
            rows: [0, 5], column: DealColumn.ownProbability.index, to: [.integer(499_999), .integer(500_000)])
        try book.deals.set(rows: [5], column: DealColumn.ownCategory.index, to: [.missing])
        #expect(try values("category", book)[0] == "pipeline")
        #expect(try values("category", book)[5] == "commit")
        try book.deals.set(rows: [0], column: DealColumn.ownProbability.index, to: [.integer(500_000)])
        #expect(try values("category", book)[0] == "best case")
        try book.deals.set(rows: [0], column: DealColumn.ownProbability.index, to: [.integer(750_000)])
        #expect(try values("category", book)[0] == "commit")
    }

    /// "Demo" means something else in each of two pipelines.
    @Test func severalPipelines() throws {
        var book = try book()
        try book.setPipeline(
            "Renewal",
            stages: [
                StageDraft("Due", probability: Percent(millionths: 900_000)),
                StageDraft("Demo", probability: Percent(millionths: 200_000)),
                StageDraft("Lead", kind: .won), StageDraft("Lost"),
            ])
        for (row, stage) in [(0, "Lead"), (5, "Demo")] {
            try book.deals.set(row: row, column: DealColumn.pipeline.index, to: .text("Renewal"))
            try book.deals.set(row: row, column: DealColumn.stage.index, to: .text(stage))
        }
        try book.deals.set(row: 5, column: DealColumn.ownProbability.index, to: .missing)
        #expect(try values("status", book) == ["won", "hold", "won", "lost", "-", "open"])
        #expect(try values("won", book) == ["yes", "no", "yes", "no", "no", "no"])
        #expect(try values("probability", book) == ["100.0%", "-", "100.0%", "0.0%", "-", "20.0%"])
        #expect(try values("stalled", book)[0] == "no")
        #expect(try book.place(ofDeal: 5)?.stage.probability == Percent(millionths: 200_000))
        #expect(try book.place(ofDeal: 5)?.pipeline == 1)
        #expect(try book.fields(today: today).map(\.name) == book.fieldNames)
    }

    @Test func referenceFieldsFollowTheCategory() throws {
        var book = try book()
        try book.deals.set(
            rows: [0, 1, 2], column: DealColumn.account.index, to: [.text("Acme"), .text("ACME"), .text("Other")])
        let rows = try Table([
            Column(name: "account", valueType: .text, cells: [.text("acme"), .text("ACME")]),
            Column(name: "size", valueType: .integer, cells: [.integer(5), .integer(7)]),
        ])
        book.setTable(
            ReferenceTable(name: "accounts", singular: "account", field: "account", keyColumn: "account", rows: rows))
        let field = try #require(try book.referenceField("account", "size"))
        let table = try Execution(threadCount: 1).materialize(
            Relation(book.deals), [(name: "x", expression: field.definition)])
        #expect(try shown(table, "x") == ["5", "7", "-", "-", "-", "-"])
        let lookup = try #require(try book.referenceLookup("account"))
        #expect(lookup.missCount == 1)
    }

    @Test func stagesAreOrderedByThePipeline() throws {
        let book = try book()
        let dictionary = book.deals.columns[DealColumn.stage.index].dictionary
        let order = try book.stageOrder(of: dictionary)
        let names = try dictionary.names().filter { book.place(ofStage: $0) != nil }
        let ranked = names.sorted { (a, b) in
            let places = [a, b].compactMap { name in
                (try? dictionary.code(of: name)).flatMap { $0 }.map { order.ranks[Int($0)] }
            }
            return places.count == 2 && places[0] < places[1]
        }
        #expect(ranked == ["Lead", "Demo", "Waiting", "Won", "Lost"])
    }

    @Test func aFileIsTypedWhereItLies() throws {
        let file = TextTable(
            name: "x.csv", header: ["Deal Name", "Amount", "When", "Open Date", "Empty", "Amount"],
            rows: [["a", "$5", "2026-01-02", "03/04/2026", "", "x"], ["b", "6", "2026-01-03", "05/06/2026", "", "x"]])
        let table = try file.typed(timezoneMinutes: 0)
        #expect(table.columns.map(\.name) == ["deal_name", "amount", "when", "open_date", "empty", "amount_2"])
        #expect(table.columns.map(\.type) == [.text, .money, .date, .text, .text, .category])
        #expect(try shown(table, "amount") == ["5", "6"])
        #expect(try shown(table, "empty") == ["-", "-"])
    }
}
