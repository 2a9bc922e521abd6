// Folding changed versions into a history of several blocks: each deal has its versions in order, and the blocks before the
// first deal that changed are the very ones from before, so that a save copies them.

import Engine
import Testing
import Values

@testable import Pipeline

@Suite struct HistoryFoldTests {
    private static let day = GenerationPlan(dealCount: 1).today

    private static func versions(_ book: Book, _ deal: Int) throws -> [[Cell]] {
        try book.history.rows(ofDeal: deal).map { try book.history.rows.row($0) }
    }

    @Test func blocksBeforeTheChangeAreShared() throws {
        let original = try PatchTests.book(15_600)
        #expect(original.history.rows.rowCount > Limits.chunkRowCount + 1000, "the history must have two blocks")
        let last = original.deals.rowCount - 1
        let deals = Array(stride(from: 0, to: last, by: 397)) + [last]
        for changed in [[last], [7_800], [0, last], []] {
            var book = original
            let edit = DealEdit.set([FieldEdit("value", .same(.integer(77)))])
            try book.apply(try book.change(changed, edit, on: Self.day, today: Self.day).patch)
            let unfolded = book
            book.history = try book.history.folded()
            #expect(book.history.rows.rowCount == original.history.rows.rowCount + changed.count)
            let owners = try book.history.rows.columns[HistoryColumn.deal.index].integers()
            #expect(zip(owners, owners.dropFirst()).allSatisfy { $0 <= $1 })
            for deal in deals + changed {
                let found = try Self.versions(book, deal)
                #expect(found == (try Self.versions(unfolded, deal)))
                #expect(found.count == (try Self.versions(original, deal)).count + (changed.contains(deal) ? 1 : 0))
            }
            let isKept = zip(book.history.rows.columns, original.history.rows.columns).allSatisfy {
                $0.chunks[0].isIdentical(to: $1.chunks[0])
            }
            #expect(isKept == (changed == [last] || changed.isEmpty))
        }
    }
}
