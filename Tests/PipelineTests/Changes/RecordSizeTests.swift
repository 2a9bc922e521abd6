// What changes cost: the bytes of the record of a single deal's change and of the way back, and a change to a third of the
// deals that is taken back exactly.

import Engine
import Testing
import Values

@testable import Pipeline

@Suite struct RecordSizeTests {
    private static let day = GenerationPlan(dealCount: 1).today

    /// The bytes that a change adds to a journal, and those of the patch that takes it back.
    private static func size(_ patch: Patch, _ statement: String, in book: Book) throws -> (record: Int, back: Int) {
        var book = book
        let change = Change(
            statement: statement, lines: ["moved 1 deal, $25,000, from Demo to Negotiation"], patch: patch)
        let record = try book.record(change, time: 1_800_000_000)
        try book.perform(record)
        return (record.encoded().count, book.log.patchByteCount)
    }

    @Test func aSingleDealTakesLessThanAKilobyte() throws {
        let book = try PatchTests.book(3000)
        let open = try (0..<book.deals.rowCount).filter { row in
            guard let stage = try book.deal(row, .stage).text else { return false }
            return book.place(ofStage: stage)?.stage.kind.isClosed == false
        }
        let note = FieldEdit("next_step", .same(.text(String(repeating: "call back about the offer ", count: 5))))
        let edits: [(String, DealEdit)] = [
            ("move", .move(to: "Negotiation")), ("win", .win), ("lose", .lose(because: "price")), ("delete", .delete),
            ("slip", .slip(CalendarDuration(months: 1, days: 0), isBackward: false)),
            (
                "set",
                .set(
                    [
                        FieldEdit("value", .same(.integer(123_456_78))),
                        FieldEdit("owner", .same(.text("Somebody New"))),
                    ] + (book.deals.column("next_step") == nil ? [] : [note]))
            ),
        ]
        var largest: (bytes: Int, what: String) = (0, "")
        var sum = 0
        var count = 0
        for row in open.prefix(40) {
            let id = try book.deal(row, .id).text ?? ""
            for (word, edit) in edits {
                let made = try book.change([row], edit, on: Self.day, today: Self.day)
                guard !made.patch.isEmpty else { continue }
                let size = try Self.size(made.patch, "deal \(id) | \(word)", in: book)
                #expect(size.record <= 1024 && size.back <= 1024, "\(word): \(size)")
                if size.record > largest.bytes { largest = (size.record, word) }
                sum += size.record
                count += 1
            }
        }
        let added = try book.adding(
            deal: "A new deal of an ordinary name", [FieldEdit("value", .same(.integer(5)))], on: Self.day)
        let size = try Self.size(added.change.patch, "add deal \"A new deal of an ordinary name\"", in: book)
        #expect(size.record <= 1024)
        #expect(count > 150)
        print(
            "record of a single deal: \(sum / count) bytes on average of \(count), at most \(largest.bytes) (\(largest.what)); a new deal \(size.record)"
        )
    }

    /// Three in ten deals changed in every way, taken back, made again and taken back: the content is what it was.
    @Test func aThirdOfTheDealsTakenBack() throws {
        var book = try PatchTests.book(3000)
        let rows = (0..<book.deals.rowCount).filter { $0 % 10 < 3 }
        let before = try book.contentHash()
        let dates = rows.map { Cell.integer(Int64(Self.day.number) + Int64($0 % 400)) }
        let edits: [DealEdit] = [
            .set([FieldEdit("close", .same(.integer(Int64(Self.day.number + 30))))]),
            .set([FieldEdit("close", .each(dates)), FieldEdit("owner", .same(.text("Somebody New")))]), .delete,
        ]
        for edit in edits {
            let made = try book.change(rows, edit, on: Self.day, today: Self.day)
            let record = try book.record(
                Change(statement: "x", lines: ["y"], patch: made.patch, rowCount: rows.count), time: 0)
            try book.perform(ChangeRecord(decoding: record.encoded()))
            let after = try book.contentHash()
            #expect(after != before)
            try book.perform(#require(book.undoRecord(time: 1)))
            #expect(try book.contentHash() == before)
            try book.perform(#require(book.redoRecord(time: 2)))
            #expect(try book.contentHash() == after)
            try book.perform(#require(book.undoRecord(time: 3)))
            #expect(try book.contentHash() == before)
            // Also over a save.
            try PatchTests.reopen(&book)
            #expect(try book.contentHash() == before)
        }
    }
}
