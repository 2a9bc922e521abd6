// Patches: whatever one does, its opposite undoes exactly, its bytes say the same, and bytes that are no patch are refused.

import Engine
import Testing
import Values

@testable import Pipeline

@Suite struct PatchTests {
    static func book(_ count: Int = 60) throws -> Book {
        try Book.generated(GenerationPlan(dealCount: count, seed: 5), execution: Execution(threadCount: 1))
    }

    /// Patch by patch forward through their bytes, now and then over a snapshot's parts, then all the way back.
    @Test(arguments: UInt64(1)...12) func appliedAndTakenBack(seed: UInt64) throws {
        var book = try Self.book()
        var random = RandomPatches(seed: seed)
        var hashes = [try book.contentHash()]
        var opposites: [Patch] = []
        for _ in 0..<25 {
            let patch = try random.patch(for: book)
            let read = try Patch(decoding: patch.encoded())
            #expect(read == patch, "seed \(seed)")
            let before = book
            opposites.append(try book.apply(read))
            hashes.append(try book.contentHash())
            // The difference of the books before and after does the same.
            var compared = before
            try compared.apply(Patch(decoding: Patch(from: before, to: book).encoded()))
            #expect(try compared.contentHash() == hashes.last, "seed \(seed): compared")
            try compared.apply(Patch(from: book, to: before))
            #expect(try compared.contentHash() == before.contentHash(), "seed \(seed): compared back")
            if random.numbers.below(6) == 0 { try Self.reopen(&book) }
            #expect(try book.contentHash() == hashes.last, "seed \(seed)")
        }
        #expect(Set(hashes).count > 10, "seed \(seed): the changes must change something")
        while let opposite = opposites.popLast() {
            let after = hashes.removeLast()
            let again = try book.apply(Patch(decoding: opposite.encoded()))
            #expect(try book.contentHash() == hashes.last, "seed \(seed), change \(opposites.count)")
            if random.numbers.below(4) == 0 {
                // Made again and taken back again.
                let back = try book.apply(again)
                #expect(try book.contentHash() == after, "seed \(seed)")
                try book.apply(back)
                #expect(try book.contentHash() == hashes.last, "seed \(seed)")
            }
            if random.numbers.below(6) == 0 { try Self.reopen(&book) }
        }
    }

    /// The book as it would be after a save: its history in order.
    static func reopen(_ book: inout Book) throws {
        book = try Book(decoding: book.encoded(), identity: book.identity)
    }

    /// A later effect that does not fit takes the earlier ones with it.
    @Test func allOrNothing() throws {
        var book = try Self.book()
        let hash = try book.contentHash()
        let misfits: [Patch.Effect] = [
            .set(.deals, column: "value", rows: [61], .same(.integer(1))),
            .set(.deals, column: "value", rows: [1, 1], .same(.integer(1))),
            .set(.deals, column: "value", rows: [1], .same(.text("x"))),
            .set(.deals, column: "nothing", rows: [1], .same(.missing)),
            .set(.reference("nothing"), column: "value", rows: [1], .same(.missing)),
            .removeLast(.deals, count: 62), .restore(.deals, rows: [3]), .delete(.deals, rows: [2, 2]),
            .removeColumn(.deals, column: "value"), .removeTable("nothing"), .pipelines([]),
            .versions(
                VersionSplice(
                    deals: [1], kept: [50], counts: [0], columns: VersionSplice.columns.map { _ in .same(.missing) })),
            .versions(
                VersionSplice(
                    deals: [1], kept: [0], counts: [1],
                    columns: VersionSplice.columns.map { _ in .same(.text("x")) })),
        ]
        for misfit in misfits {
            let good = Patch.Effect.set(.deals, column: "value", rows: [0, 5], .each([.integer(7), .missing]))
            let more = Patch.Effect.append(
                .deals, count: 1, [Patch.Column(name: "id", valueType: .text, values: .same(.text("X-1")))])
            #expect(throws: (any Error).self) {
                try book.apply(Patch([good, .delete(.deals, rows: [4]), more, misfit]))
            }
            #expect(try book.contentHash() == hash, "\(misfit)")
        }
    }

    /// Bytes that were cut or changed are refused or read as another patch; nothing traps.
    @Test func damagedBytes() throws {
        var random = RandomPatches(seed: 99)
        var refused = 0
        for _ in 0..<12 {
            let book = try Self.book(20)
            let bytes = try random.patch(for: book).encoded()
            for count in 0..<bytes.count {
                #expect(throws: (any Error).self) { try Patch(decoding: bytes.prefix(count)) }
            }
            for _ in 0..<200 {
                var changed = bytes
                changed[random.numbers.below(bytes.count)] ^= UInt8(1 << random.numbers.below(8))
                do {
                    let patch = try Patch(decoding: changed)
                    var copy = book
                    try copy.apply(patch)
                } catch {
                    refused += 1
                }
            }
        }
        #expect(refused > 500)
    }

    /// A change of one deal in many takes no more room than one in few.
    @Test func byteCounts() throws {
        let text = String(repeating: "x", count: 60)
        let patch = Patch([
            .set(.deals, column: "stage", rows: [987_654], .same(.text("Negotiation"))),
            .set(.deals, column: "next_step", rows: [987_654], .same(.text(text))),
            .set(.deals, column: "entered", rows: [987_654], .same(.integer(20_000))),
        ])
        #expect(try patch.encoded().count < 150)
        let many = Patch([.set(.deals, column: "close", rows: Array(0..<10_000), .same(.integer(20_000)))])
        #expect(try many.encoded().count < 10_100)
    }
}
