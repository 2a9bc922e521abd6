// A change that is made and cannot be kept is taken back: the book says what it said, and its log too.

import Engine
import Testing
import Values

@testable import Pipeline

struct KeepTests {
    private struct Refused: Error {}

    @Test func whatCannotBeKeptIsTakenBack() throws {
        let today = day(11, 23)
        var book = try Book.generated(GenerationPlan(dealCount: 300, seed: 3, today: today))
        func refuse(_ record: ChangeRecord, of change: Change? = nil) throws {
            let (hash, identity, count) = (try book.contentHash(), book.identity, book.log.doneCount)
            #expect(throws: Refused.self) { try book.perform(record, of: change) { _ in throw Refused() } }
            #expect(try book.contentHash() == hash, "\(record.statement)")
            #expect(book.identity == identity)
            #expect(book.log.doneCount == count)
        }
        let edits: [DealEdit] = [
            .set([FieldEdit("owner", .same(.text("New Owner"))), FieldEdit("value", .same(.integer(1)))]), .win,
            .set([FieldEdit("next_step", .same(.text("call")))]), .delete,
        ]
        for (number, edit) in edits.enumerated() {
            let rows = Array(number * 10..<number * 10 + 40)
            let patch = try book.change(rows, edit, on: today, today: today).patch
            let change = Change(statement: "change \(number)", lines: ["done"], patch: patch, rowCount: 40)
            let record = try book.record(change, time: 0)
            try refuse(record, of: change)
            try book.perform(record, of: change)
            #expect(book.log.doneCount == number + 1)
            try refuse(try #require(book.undoRecord(time: 0)))
        }
        // A change that comes as the book after it.
        var after = book
        after.settings.me = "Somebody"
        let change = Change(statement: "me", lines: ["me"], from: book, to: after)
        try refuse(try book.record(change, time: 0), of: change)
        try book.perform(try #require(book.undoRecord(time: 0)))
        try refuse(try #require(book.redoRecord(time: 0)))
        #expect(book.log.undone.count == 1)
    }
}
