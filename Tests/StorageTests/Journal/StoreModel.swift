// A book of the plainest kind for tests of the store: a list of changes, each some bytes. What was folded into the
// snapshot lies in a section and, so that there are chunks to write, as rows of a table.

import Engine
import Testing
import Values

@testable import Storage

/// The list of changes that a store holds.
struct ListBook: Equatable {
    static let path = "/books/acme"

    var changes: [[UInt8]] = []
    var generation: UInt64 = 0

    static func == (left: ListBook, right: ListBook) -> Bool { left.changes == right.changes }

    init() {}

    /// The book of a version that was read.
    init(_ version: StoredVersion) throws {
        generation = version.snapshot.generation
        var reader = LittleEndianReader(try version.snapshot.section("changes") ?? [])
        while reader.remaining > 0 {
            guard let text = reader.name() else { throw Diagnostic(.fileDamaged, "a change that ends too early") }
            changes.append(Array(text.utf8))
        }
        #expect(changes.count == Int(version.snapshot.sequence))
        let rows = try #require(version.snapshot.tables["rows"])
        #expect(try rows.columns[0].cells() == changes.map { .integer(Int64($0.count)) })
        for record in version.records {
            #expect(record.sequence == UInt64(changes.count + 1))
            changes.append(record.payload)
        }
    }

    /// The book saved once more.
    func contents() throws -> SnapshotContents {
        var section = LittleEndianWriter()
        for change in changes { section.add(name: String(decoding: change, as: UTF8.self)) }
        let column = try Column(
            name: "size", valueType: ValueType(.number), cells: changes.map { .integer(Int64($0.count)) })
        return SnapshotContents(
            id: Sample.id, generation: generation + 1, sequence: UInt64(changes.count),
            tables: ["rows": try Table([column])], sections: ["changes": section.bytes])
    }

    /// The book that is found on the disk; an empty one where there is none.
    static func found(_ files: ModelFileSystem) throws -> ListBook {
        guard files.bytes(path) != nil else { return ListBook() }
        return try ListBook(Store(path, files).read())
    }

    /// A change: letters, of a size that crosses sectors now and then.
    static func change(_ random: inout SeededGenerator) -> [UInt8] {
        let count =
            Bool.random(using: &random)
            ? Int.random(in: 0...40, using: &random) : Int.random(in: 0...1500, using: &random)
        return (0..<count).map { _ in UInt8.random(in: 97...122, using: &random) }
    }
}

/// One thing that a session does.
enum StoreAction {
    case change([UInt8], syncing: Bool)
    case sync
    case save
    /// Gives the store up and opens it anew.
    case reopen

    static func script(seed: UInt64, count: Int) -> [StoreAction] {
        var random = SeededGenerator(seed: seed)
        let groups = seed % 2 == 1
        return (0..<count).map { index in
            switch index == 0 ? 9 : Int.random(in: 0..<10, using: &random) {
            case 0..<6: .change(ListBook.change(&random), syncing: !groups || Bool.random(using: &random))
            case 6: .sync
            case 7: .reopen
            default: .save
            }
        }
    }
}

/// A session on a list book: what it knows was kept, and what it has in hand.
final class StoreSession {
    private let files: ModelFileSystem
    private var store: Store
    /// Everything that was acknowledged.
    private(set) var book = ListBook()
    /// How many of its changes must outlast a power cut.
    private(set) var durableCount = 0
    /// The change that failed last, which may be there all the same as long as nothing was acknowledged since.
    private(set) var inHand: [UInt8]?
    private(set) var failureCount = 0

    init(_ files: ModelFileSystem) {
        self.files = files
        store = Store(ListBook.path, files)
    }

    func run(_ script: [StoreAction]) {
        for action in script {
            do {
                try perform(action)
            } catch {
                failureCount += 1
            }
            if files.isStopped { return }
        }
    }

    private func perform(_ action: StoreAction) throws {
        switch action {
        case .change(let payload, let syncing):
            try begin()
            guard store.exists else { return }
            do {
                let number = try store.append(payload, syncing: syncing)
                #expect(number == UInt64(book.changes.count + 1))
            } catch {
                // When the store writes no more, nothing after the failed change can have been tried.
                if inHand == nil || store.obstacle?.code != .fileNotSynced || error.code != .fileNotSynced {
                    inHand = payload
                }
                throw error
            }
            book.changes.append(payload)
            inHand = nil
            if syncing { durableCount = book.changes.count }
        case .sync:
            try store.sync()
            durableCount = store.hasUnsyncedChanges ? durableCount : book.changes.count
        case .save:
            try begin()
            try store.save(try book.contents())
            book.generation += 1
            durableCount = book.changes.count
            inHand = nil
        case .reopen:
            do { try store.close() } catch { failureCount += 1 }
            if store.obstacle == nil, !store.hasUnsyncedChanges { durableCount = book.changes.count }
            store = Store(ListBook.path, files)
            try begin()
        }
    }

    private func begin() throws {
        guard !store.isWriter else { return }
        if !store.exists, files.bytes(ListBook.path) != nil { take(try ListBook(store.read())) }
        if let found = try store.beginWriting() { take(try ListBook(found)) }
    }

    /// What was read must be what was kept; from now on it is what counts.
    private func take(_ found: ListBook) {
        let wanted = book.changes + (inHand.map { [$0] } ?? [])
        #expect(found.changes.count >= book.changes.count && Array(wanted.prefix(found.changes.count)) == found.changes)
        book = found
        inHand = nil
    }

    /// Gives everything up without a word, as a process does that ends.
    func check(_ left: ModelFileSystem, afterPowerCut: Bool, _ comment: Comment) {
        do {
            let found = try ListBook.found(left)
            let wanted = book.changes + (inHand.map { [$0] } ?? [])
            #expect(found.changes.count >= (afterPowerCut ? durableCount : book.changes.count), comment)
            #expect(Array(wanted.prefix(found.changes.count)) == found.changes, comment)
            // What is left must be fit to go on with.
            let store = Store(ListBook.path, left)
            if found.generation > 0 {
                _ = try store.read()
                var next = try store.beginWriting().map { try ListBook($0) } ?? found
                #expect(next == found, comment)
                _ = try store.append([42])
                next.changes.append([42])
                #expect(try ListBook.found(left.afterPowerCut(seed: 1)) == next, comment)
                try store.save(try next.contents())
                #expect(try ListBook.found(left.afterPowerCut(seed: 2)) == next, comment)
                #expect(left.bytes(ListBook.path + ".journal") == nil, comment)
            }
        } catch {
            Issue.record("\(comment): \(error)")
        }
    }
}
