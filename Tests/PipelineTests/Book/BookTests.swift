// The book as a value: pipelines, edits, keeping.

import Engine
import Testing
import Values

@testable import Pipeline

/// A deal for tests, by column.
func dealRow(_ cells: [DealColumn: Cell]) -> [Cell] { DealColumn.allCases.map { cells[$0] ?? .missing } }

struct BookTests {
    private func book() throws -> Book {
        var book = try Book(identity: BookIdentity(id: 7))
        try book.deals.append(
            row: dealRow([
                .id: .text("D-1"), .pipeline: .text("Sales"), .stage: .text("Negotiation"), .value: .integer(1_000_00),
                .ownProbability: .integer(900_000),
            ]))
        try book.deals.append(
            row: dealRow([
                .id: .text("D-2"), .pipeline: .text("Sales"), .stage: .text("Closed Won"), .value: .integer(50_00),
            ]))
        return book
    }

    @Test func newBookHasTheDefaultPipeline() throws {
        let book = try Book()
        #expect(book.hasUntouchedPipeline)
        #expect(
            book.pipelines[0].stages.map(\.name) == [
                "Initial Contact", "Qualification", "Demo Scheduled", "Proposal Sent", "Negotiation", "Closed Won",
                "Closed Lost",
            ])
        #expect(
            book.pipelines[0].stages.map { $0.chance?.millionths } == [
                100_000, 200_000, 400_000, 600_000, 800_000, 1_000_000, 0,
            ])
        #expect(book.place(ofStage: "closed won")?.stage.kind == .won)
        #expect(book.identity.idText.count == 32)
    }

    @Test func theNextStageSkipsHoldAndEndsWithWon() {
        let pipeline = SalesPipeline(
            name: "P", stages: [Stage("A"), Stage("Wait", .hold), Stage("B"), Stage("Won", .won), Stage("Lost", .lost)])
        #expect(pipeline.stage(after: 0)?.name == "B")
        #expect(pipeline.stage(after: 2)?.name == "Won")
        #expect(pipeline.stage(after: 3) == nil)
    }

    @Test func aPipelineKeepsWhatTheDraftDoesNotSay() throws {
        var book = try book()
        try book.setStage(StageDraft("negotiation", targetDays: 14))
        try book.setPipeline(
            nil,
            stages: [
                StageDraft("Lead", probability: Percent(millionths: 50_000)), StageDraft("Negotiation"),
                StageDraft("Closed Won"), StageDraft("Passed", kind: .lost),
            ])
        let stages = book.pipelines[0].stages
        #expect(stages.map(\.kind) == [.open, .open, .won, .lost])
        #expect(stages[1].targetDays == 14)
        #expect(stages[1].probability == Percent(millionths: 800_000))
        #expect(try book.deals.columns[DealColumn.stage.index].dictionary.code(of: "Passed") != nil)
    }

    @Test func aStageInUseCannotGo() throws {
        var book = try book()
        let error = #expect(throws: Diagnostic.self) {
            try book.setPipeline(nil, stages: [StageDraft("Lead"), StageDraft("Closed Won")])
        }
        #expect(error?.message.contains("\"Negotiation\" (1 deal)") == true)
        #expect(book.pipelines == [.businessToBusiness])
        #expect(throws: Diagnostic.self) { try book.setPipeline("X", stages: [StageDraft("A"), StageDraft("a")]) }
        #expect(throws: Diagnostic.self) { try book.setPipeline("X", stages: [StageDraft("Won")]) }
        #expect(throws: Diagnostic.self) { try book.setStage(StageDraft("Negotiaton", targetDays: 3)) }
        #expect(throws: Diagnostic.self) { try book.setStage(StageDraft("Closed Won", probability: .zero)) }
    }

    @Test func anOwnProbabilityEqualToItsStagesIsNotKept() throws {
        var book = try book()
        #expect(try book.setStage(StageDraft("Negotiation", probability: Percent(millionths: 900_000))) == 1)
        #expect(try book.deal(0, .ownProbability) == .missing)
    }

    @Test func partsMakeTheSameBook() throws {
        var book = try book()
        try book.deals.add(Column(name: "region", valueType: .category, cells: [.text("North"), .missing]))
        book.settings = BookSettings(
            currency: try #require(Currency(code: "EUR")), fiscalYearStartMonth: 4, weekStart: .sunday,
            today: Day(iso: "2026-11-23"), me: "Dana", timezoneMinutes: -300)
        book.lets = [LetDefinition(name: "hot", parameters: ["a", "b"], text: "open deals > $50k")]
        try book.setStage(StageDraft("Negotiation", targetDays: 14, category: .commit))
        try book.setPipeline("Renewals", stages: [StageDraft("Due"), StageDraft("Negotiation"), StageDraft("Won")])
        try book.history.append([.deal: .integer(1), .at: .integer(5), .stage: .text("Closed Won")])
        try book.history.append([.deal: .integer(0), .at: .integer(9), .stage: .text("Negotiation")])
        let rows = try Table([Column(name: "owner", valueType: .text, cells: [.text("Dana")])])
        book.setTable(ReferenceTable(name: "owners", singular: "owner", field: "owner", keyColumn: "owner", rows: rows))
        let copy = try Book(decoding: try book.encoded(), identity: book.identity)
        #expect(copy.settings == book.settings)
        #expect(copy.pipelines == book.pipelines)
        #expect(copy.lets == book.lets)
        #expect(copy.tables.map(\.name) == ["owners"])
        #expect(copy.table(named: "Owner")?.field == "owner")
        #expect(try copy.deals.row(0) == book.deals.row(0))
        #expect(copy.deals.columns.map(\.name) == book.deals.columns.map(\.name))
        #expect(try copy.history.rows(ofDeal: 0) == [0])
        #expect(try copy.history.rows.cell(0, HistoryColumn.at.index) == .integer(9))
    }

    @Test func damagedPartsAreNamed() throws {
        let sound = try book().encoded()
        func fault(_ change: (inout BookParts) throws -> Void) throws -> String {
            var parts = sound
            try change(&parts)
            do {
                _ = try Book(decoding: parts, identity: BookIdentity(id: 1))
                return "none"
            } catch let error as Diagnostic {
                #expect(error.code == .fileDamaged)
                return error.message
            }
        }
        func texts(_ columns: [(String, [Cell])]) throws -> Table {
            try Table(columns.map { try Column(name: $0.0, valueType: .text, cells: $0.1) })
        }
        #expect(try fault { _ in } == "none")
        for name in sound.tables.keys where name != "scenarios" {
            #expect(try fault { $0.tables[name] = nil } == "damaged book: the table \(name) is missing")
        }
        #expect(try fault { $0.tables["deals"]?.removeColumn(3) }.contains("table deals has"))
        #expect(try fault { $0.tables["deals"] = try $0.tables["deals"]?.gathered([]) } == "none")
        #expect(
            try fault {
                $0.tables["history"] = try Table(
                    HistoryColumn.allCases.map {
                        try Column(
                            name: $0.rawValue, valueType: $0.valueType, cells: [$0 == .deal ? .integer(2) : .missing])
                    })
            } == "damaged book: history of a deal that is not there")
        #expect(
            try fault {
                $0.tables["settings"] = try texts([("name", [.text("currency")]), ("value", [.text("dollars")])])
            } == "damaged book: the setting currency = dollars")
        #expect(
            try fault {
                $0.tables["stages"] = try texts([
                    ("pipeline", [.text("P")]), ("name", [.text("A")]), ("kind", [.text("open")]),
                    ("probability", [.text("1000001")]), ("target", [.missing]), ("category", [.missing]),
                ])
            } == "damaged book: the probability of the stage A")
        #expect(
            try fault {
                $0.tables["references"] = try texts([
                    ("name", [.text("owners")]), ("singular", [.text("owner")]), ("field", [.missing]),
                    ("key", [.text("k")]),
                ])
            } == "damaged book: the table table:owners is missing")
        #expect(
            try fault {
                try $0.tables["deals"]?.add(Column(name: "weighted", valueType: .text, cells: [.missing, .missing]))
            }.contains("name of a field"))
    }

    @Test func namesAreCounted() throws {
        let book = try book()
        let names = try book.stageNames()
        #expect(names.counts == [0, 0, 0, 0, 1, 1, 0])
        #expect(try book.dealRow(id: "d-2") == 1)
        #expect(try book.dealRow(id: "D-3") == nil)
    }
}
