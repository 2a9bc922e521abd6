// Changes of deals against a model of index cards: random edits, dated today or before, taken back, made again, across
// records that are kept as bytes and books that are saved and opened.

import Engine
import Testing
import Values

@testable import Pipeline

@Suite struct DealChangeTests {
    private static let today = Day(iso: "2026-11-23") ?? .min

    @Test(arguments: UInt64(1)...8) func randomChanges(seed: UInt64) throws {
        var book = try Book.generated(
            GenerationPlan(dealCount: 40, seed: seed, today: Self.today), execution: Execution(threadCount: 1))
        var numbers = PatchNumbers(seed: seed)
        var model = try ModelBook(book)
        var past: [(model: ModelBook, hash: UInt64)] = []
        var future: [(model: ModelBook, hash: UInt64)] = []
        var made = 0
        var refused = 0
        var today = Self.today
        for step in 0..<60 {
            let words = "seed \(seed), step \(step)"
            switch numbers.below(6) {
            case 0 where !past.isEmpty:
                future.append((model, try book.contentHash()))
                try Self.keep(book.undoRecord(time: 1), in: &book)
                let before = past.removeLast()
                model = before.model
                #expect(try book.contentHash() == before.hash, "\(words): undo")
            case 1 where !future.isEmpty:
                past.append((model, try book.contentHash()))
                try Self.keep(book.redoRecord(time: 1), in: &book)
                let after = future.removeLast()
                model = after.model
                #expect(try book.contentHash() == after.hash, "\(words): redo")
            case 2 where numbers.below(3) == 0:
                let log = book.log
                book = try Book(decoding: book.encoded(), identity: book.identity)
                book.log = try ChangeLog(decoding: log.encoded())
            default:
                if numbers.below(4) == 0 { today = today.adding(days: numbers.below(20)) }
                let day = numbers.below(4) == 0 ? today.adding(days: 0 - numbers.below(60)) : today
                let rows = model.deals.indices.filter { !model.deals[$0].isDeleted }.shuffled(using: &numbers)
                    .prefix(1 + numbers.below(4))
                let edit = Self.edit(&numbers, Array(rows), model)
                let before = (model, try book.contentHash())
                var expected: ModelBook? = model
                do { try expected?.change(Array(rows), edit, on: Int(day.number)) } catch { expected = nil }
                do {
                    let change = try book.change(Array(rows), edit, on: day, today: today)
                    let record = try book.record(
                        Change(statement: "change", lines: ["did"], patch: change.patch), time: 1)
                    #expect(record.encoded().count < 1_024 * rows.count, "\(words): \(record.encoded().count) bytes")
                    try Self.keep(record, in: &book)
                    #expect(expected != nil, "\(words): \(edit) of \(rows) on \(day) was to be refused")
                    model = try expected ?? ModelBook(book)
                    past.append(before)
                    future = []
                    made += 1
                } catch let problem as Diagnostic where problem.code == .badChange {
                    #expect(expected == nil, "\(words): \(edit) of \(rows) on \(day): \(problem.message)")
                    #expect(try book.contentHash() == before.1, "\(words)")
                    refused += 1
                }
            }
            let actual = try ModelBook(book)
            for row in model.deals.indices where actual.deals[row] != model.deals[row] {
                Issue.record("\(words), deal \(row):\n\(actual.deals[row])\nexpected\n\(model.deals[row])")
                return
            }
        }
        #expect(made > 15 && past.count == book.log.doneCount && future.count == book.log.undone.count)
        #expect(refused < 50)
    }

    /// A record goes through its bytes before it is performed, as a journal would have it.
    private static func keep(_ record: ChangeRecord?, in book: inout Book) throws {
        let record = try #require(record)
        try book.perform(ChangeRecord(decoding: record.encoded()))
    }

    private static func edit(_ numbers: inout PatchNumbers, _ rows: [Int], _ model: ModelBook) -> DealEdit {
        let stages = model.stages.map(\.name)
        switch numbers.below(10) {
        case 0: return .move(to: numbers.pick(stages))
        case 1: return .advance
        case 2: return .win
        case 3: return .lose(because: numbers.below(2) == 0 ? nil : "price")
        case 4: return .reopen
        case 5, 6:
            return .slip(CalendarDuration(days: numbers.below(50)), isBackward: numbers.below(3) == 0)
        case 7: return numbers.below(3) == 0 ? .delete : .win
        default:
            var fields: [FieldEdit] = []
            func each(_ cell: () -> Cell) -> Patch.Values { Patch.Values(rows.map { _ in cell() }) }
            if numbers.below(2) == 0 {
                fields.append(FieldEdit("value", each { .integer(Int64(numbers.below(9_000_000))) }))
            }
            if numbers.below(3) == 0 { fields.append(FieldEdit("owner", .same(.text("Owner \(numbers.below(3))")))) }
            if numbers.below(3) == 0 {
                fields.append(FieldEdit("own_probability", .same(.integer(Int64(1 + numbers.below(9)) * 100_000))))
            }
            if numbers.below(3) == 0 {
                fields.append(FieldEdit("close", each { .integer(20_780 + Int64(numbers.below(99))) }))
            }
            return .set(fields)
        }
    }

    @Test func addingADeal() throws {
        var book = try Book()
        let day = Self.today
        let (change, id) = try book.adding(
            deal: "First", [FieldEdit("value", .same(.integer(500))), FieldEdit("owner", .same(.text("Dana")))], on: day
        )
        #expect(id == "D-1")
        let hash = try book.contentHash()
        let record = try book.record(Change(statement: "add", lines: ["added"], patch: change.patch), time: 0)
        try book.perform(record)
        #expect(record.encoded().count < 1_024)
        #expect(book.dealCount == 1)
        #expect(try book.deal(0, .stage).text == "Initial Contact")
        #expect(try book.deal(0, .created).integer == Int64(day.number))
        #expect(try book.history.rows(ofDeal: 0).count == 1)
        #expect(throws: Diagnostic.self) { try book.adding(deal: "X", [FieldEdit("id", .same(.text("d-1")))], on: day) }
        try book.perform(try #require(book.undoRecord(time: 0)))
        #expect(try book.contentHash() == hash)
        #expect(book.dealCount == 0)
    }

    /// Records come in the order of their numbers, or not at all.
    @Test func recordsInOrder() throws {
        var book = try Book()
        var record = try book.record(Change(statement: "a", lines: ["a"], patch: Patch([.lets([])])), time: 0)
        try book.perform(record)
        #expect(throws: Diagnostic.self) { try book.perform(record) }
        record.sequence = 3
        #expect(throws: Diagnostic.self) { try book.perform(record) }
        record.sequence = 2
        record.kind = .redo
        #expect(throws: Diagnostic.self) { try book.perform(record) }
        #expect(book.identity.sequence == 1 && book.log.doneCount == 1)
    }
}
