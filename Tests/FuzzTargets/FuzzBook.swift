// The small book that hostile changes and journals are thrown at: the same in every run.

import Engine
import Pipeline
import Storage
import Values

/// A generated book and its snapshot.
enum FuzzBook {
    static let today = Day(clamping: 20_780)

    /// A book of 40 deals with their history.
    static let book: Book = {
        do {
            var book = try Book.generated(GenerationPlan(dealCount: 40, seed: 7, today: today))
            book.identity = BookIdentity(id: 1, generation: 1)
            return book
        } catch {
            preconditionFailure("no book: \(error)")
        }
    }()

    /// The book as a snapshot file.
    static let snapshot: [UInt8] = {
        do {
            let files = MemoryFiles([:])
            let parts = try book.encoded()
            let contents = SnapshotContents(
                id: .random(files), tables: parts.tables, sections: parts.sections)
            _ = try SnapshotWriter.write(contents, to: "book", files, replacing: .nothing)
            return files.bytes("book") ?? []
        } catch {
            preconditionFailure("no snapshot: \(error)")
        }
    }()

    /// The snapshot's journal after some changes.
    static let journal: [UInt8] = {
        do {
            let files = MemoryFiles(["book": snapshot])
            let store = Store("book", files)
            _ = try store.read()
            try store.beginWriting()
            for payload in changes { try store.append(payload) }
            return files.bytes("book.journal") ?? []
        } catch {
            preconditionFailure("no journal: \(error)")
        }
    }()

    /// Changes of every kind, as a journal's payloads.
    static let changes: [[UInt8]] = {
        let values = Patch.Values([.integer(100_000), .missing])
        let patches: [Patch] = [
            Patch([.set(.deals, column: "value", rows: [1, 3], values)]),
            Patch([.delete(.deals, rows: [2, 5])]),
            Patch([.restore(.deals, rows: [2])]),
            Patch([.settings(book.settings)]),
            Patch([.lets([LetDefinition(name: "hot", parameters: [], text: "open deals > $50k")])]),
            Patch([.pipelines(book.pipelines)]),
        ]
        do {
            return try patches.enumerated().map { index, patch in
                ChangeRecord(
                    sequence: UInt64(index + 1), kind: .change, time: 1_795_000_000, statement: "deals | delete",
                    effect: "deleted", patch: try patch.encoded()
                ).encoded()
            }
        } catch {
            preconditionFailure("no records: \(error)")
        }
    }()
}
