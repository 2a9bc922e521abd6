// The store's promises one by one: what is replayed, what is dropped, what is refused, who may write.

import Engine
import Foundation
import Glibc
import Testing
import Values

@testable import Storage

@Suite("A store keeps a snapshot, its journal and its lock in step")
struct StoreTests {
    private let path = ListBook.path
    private var journal: String { path + ".journal" }

    /// A store that writes, on a book that was saved with these changes.
    private func writer(_ files: ModelFileSystem, _ changes: [String] = []) throws -> (Store, ListBook) {
        let store = Store(path, files)
        if files.bytes(path) == nil {
            #expect(try store.beginWriting() == nil)
            var book = ListBook()
            book.changes = changes.map { Array($0.utf8) }
            try store.save(try book.contents())
            book.generation = 1
            return (store, book)
        }
        let book = try ListBook(store.read())
        #expect(try store.beginWriting() == nil)
        return (store, book)
    }

    private func texts(_ files: ModelFileSystem) throws -> [String] {
        try ListBook.found(files).changes.map { String(decoding: $0, as: UTF8.self) }
    }

    private func save(_ store: Store, _ files: ModelFileSystem) throws {
        try store.save(try ListBook.found(files).contents())
    }

    private func problem(_ body: () throws -> Void) -> Diagnostic? {
        do {
            try body()
            return nil
        } catch {
            return error as? Diagnostic
        }
    }

    /// What a process left that was killed while it wrote is cleared away by the next writer, what belongs to others stays.
    @Test func leftoversAreRemovedByTheNextWriter() throws {
        let files = ModelFileSystem(seed: 1)
        let (first, _) = try writer(files, ["a"])
        try first.close()
        let folder = NearNames.split(path).folder
        let name = NearNames.split(path).name
        func leave(_ name: String) throws {
            try files.close(files.open(folder + "/" + name, .createNew(permissions: 0o600)))
        }
        try leave(".\(name).new-00ff.tmp")
        try leave(".\(name).journal.new-00ff.tmp")
        let others = [".other.pipeline.new-00ff.tmp", ".\(name)2.new-00ff.tmp", "\(name).new-00ff.tmp"]
        for other in others { try leave(other) }
        _ = try Store(path, files).read()
        #expect(files.names.filter { $0.hasSuffix(".tmp") }.count == 5, "a reader removes nothing")
        _ = try writer(files)
        let left = Set(files.names.filter { $0.hasSuffix(".tmp") }.map { NearNames.split($0).name })
        #expect(left == Set(others))
        #expect(try texts(files) == ["a"])
    }

    @Test func changesAreReplayedAndFoldedIn() throws {
        let files = ModelFileSystem(seed: 1)
        let (store, _) = try writer(files, ["a"])
        #expect(files.bytes(journal) == nil, "a journal is made by the first change")
        #expect(try store.append(Array("b".utf8)) == 2)
        #expect(try store.append([]) == 3)
        #expect(try texts(files) == ["a", "b", ""])
        #expect(try Store(path, files).read().records.map(\.sequence) == [2, 3])
        try save(store, files)
        #expect(files.bytes(journal) == nil)
        #expect(try texts(files) == ["a", "b", ""])
        #expect(try store.append(Array("d".utf8)) == 4)
        #expect(try texts(files.afterPowerCut(seed: 1)) == ["a", "b", "", "d"])
        #expect(files.names.filter { $0.contains(".tmp") } == [])
    }

    @Test func aCrashBetweenRenameAndRemovalLeavesAVoidJournal() throws {
        let files = ModelFileSystem(seed: 1)
        let (store, _) = try writer(files)
        _ = try store.append([1])
        _ = try store.append([2])
        let old = try #require(files.bytes(journal))
        try save(store, files)
        let left = files.afterKill()
        left.put(journal, old)
        #expect(try ListBook.found(left).changes == [[1], [2]], "nothing is made twice")
        let (next, _) = try writer(left)
        #expect(left.bytes(journal) == old, "it is void, not an obstacle")
        #expect(try next.append([3]) == 3)
        #expect(try ListBook.found(left).changes == [[1], [2], [3]])
    }

    @Test func anOldCopyOfTheSnapshotIsToldFromTheRightOne() throws {
        let files = ModelFileSystem(seed: 1)
        let (store, _) = try writer(files)
        let backup = try #require(files.bytes(path))
        _ = try store.append([1])
        try save(store, files)
        _ = try store.append([2])
        let left = files.afterKill()
        let right = left.bytes(path)
        let kept = left.bytes(journal)
        left.put(path, backup)
        let opened = Store(path, left)
        let version = try opened.read()
        #expect(version.records.isEmpty)
        let conflict = try #require(version.conflict)
        #expect(conflict.code == .fileJournalForeign)
        #expect(
            conflict.message == "\"\(path)\" is older than its journal: an old copy of it seems to have been put back")
        #expect(
            conflict.notes.first
                == "the book was saved 1 times with 0 changes, the journal continues save 2 with change 1")
        #expect(problem { _ = try opened.beginWriting() } == conflict)
        #expect(problem { try opened.save(ListBook().contents()) } == conflict)
        #expect(left.bytes(journal) == kept && left.bytes(path) == backup, "nothing was touched")
        left.put(path, right)
        #expect(try ListBook.found(left).changes == [[1], [2]], "the right copy takes it up again")
    }

    @Test func anotherBooksJournalIsLeftAlone() throws {
        let files = ModelFileSystem(seed: 1)
        let (store, _) = try writer(files)
        _ = try store.append([1])
        let kept = try #require(files.bytes(journal))
        let other = ModelFileSystem(seed: 2)
        let otherStore = Store(path, other)
        _ = try otherStore.beginWriting()
        var contents = try ListBook().contents()
        contents.id = SnapshotID(padding: [9])
        try otherStore.save(contents)
        let left = other.afterKill()
        left.put(journal, kept)
        let version = try Store(path, left).read()
        #expect(version.conflict?.message == "\"\(journal)\" belongs to another book")
        #expect(problem { _ = try Store(path, left).beginWriting() }?.code == .fileJournalForeign)
        #expect(left.bytes(journal) == kept)
    }

    /// Two copies, changed and saved apart: same id, same numbers.
    @Test func aCopyChangedElsewhereIsAnotherVersion() throws {
        let files = ModelFileSystem(seed: 1)
        let (store, _) = try writer(files)
        try store.close()
        let copy = files.afterKill()
        for (place, change) in [(files, 1), (copy, 2)] as [(ModelFileSystem, UInt8)] {
            let (store, _) = try writer(place)
            _ = try store.append([change])
            try save(store, place)
            _ = try store.append([change + 10])
        }
        let left = files.afterKill()
        left.put(journal, copy.bytes(journal))
        #expect(
            try Store(path, left).read().conflict?.message == "\"\(journal)\" continues another version of \"\(path)\"")
    }

    @Test func aJournalWithoutItsBookIsNotWrittenOver() throws {
        let files = ModelFileSystem(seed: 1)
        let (store, _) = try writer(files)
        _ = try store.append([1])
        let left = files.afterKill()
        left.put(path, nil)
        let new = Store(path, left)
        #expect(problem { _ = try new.beginWriting() }?.code == .fileJournalForeign)
        #expect(problem { try new.save(ListBook().contents()) }?.code == .fileJournalForeign)
        #expect(left.bytes(journal) == files.bytes(journal))
    }

    // MARK: Tails

    @Test func aTornTailIsCutAndKeptAside() throws {
        let files = ModelFileSystem(seed: 1)
        let (store, _) = try writer(files)
        _ = try store.append(Array("first".utf8))
        let sound = try #require(files.bytes(journal))
        _ = try store.append(Array("second, which is longer".utf8))
        let whole = try #require(files.bytes(journal))
        for count in sound.count..<whole.count {
            let left = files.afterKill()
            left.put(journal, Array(whole[..<count]))
            #expect(try texts(left) == ["first"], "\(count) bytes")
            #expect(left.bytes(journal)?.count == count, "a reader cuts nothing")
            let (next, _) = try writer(left)
            #expect(left.bytes(journal) == sound)
            #expect((next.takeNotice() != nil) == (count > sound.count))
            #expect(left.bytes(journal + ".torn-1") == (count > sound.count ? Array(whole[sound.count..<count]) : nil))
            #expect(try next.append(Array("third".utf8)) == 2)
            #expect(try texts(left) == ["first", "third"])
        }
        // Kept tails do not overwrite one another.
        let left = files.afterKill()
        left.put(journal, Array(whole.dropLast()))
        left.put(journal + ".torn-1", [7])
        _ = try writer(left)
        #expect(left.bytes(journal + ".torn-1") == [7])
        #expect(left.bytes(journal + ".torn-2") == Array(whole[sound.count...].dropLast()))
    }

    @Test func damageIsToldFromATornTail() throws {
        let files = ModelFileSystem(seed: 1)
        let (store, _) = try writer(files)
        var starts: [Int] = []
        for number in 1...4 {
            starts.append(files.bytes(journal)?.count ?? JournalFormat.headerByteCount)
            _ = try store.append([UInt8](repeating: UInt8(number), count: 20))
        }
        let whole = try #require(files.bytes(journal))
        for index in JournalFormat.headerByteCount..<whole.count {
            let left = files.afterKill()
            var flipped = whole
            flipped[index] ^= 0x10
            left.put(journal, flipped)
            let record = (starts.lastIndex { $0 <= index } ?? 0) + 1
            let isPadding = (index - starts[record - 1]) >= JournalFormat.recordHeaderByteCount + 20
            if isPadding {
                #expect(try ListBook.found(left).changes.count == 4)
            } else if record == 4 {
                // Nothing stands behind it: that it was acknowledged cannot be seen.
                #expect(try ListBook.found(left).changes.count == 3)
            } else {
                let found = problem { _ = try ListBook.found(left) }
                #expect(found?.code == .fileDamaged, "byte \(index)")
                #expect(
                    found?.message.contains("change \(record) at byte \(starts[record - 1])") == true, "byte \(index)")
                #expect(problem { _ = try Store(path, left).beginWriting() }?.code == .fileDamaged)
                #expect(left.bytes(journal) == flipped, "nothing was cut")
            }
        }
    }

    @Test func everyByteOfTheHeaderCounts() throws {
        let files = ModelFileSystem(seed: 1)
        let (store, _) = try writer(files)
        _ = try store.append([1])
        let whole = try #require(files.bytes(journal))
        for index in 0..<JournalFormat.headerByteCount {
            let left = files.afterKill()
            var flipped = whole
            flipped[index] ^= 1
            left.put(journal, flipped)
            let found = problem { _ = try ListBook.found(left) }
            #expect(found?.code == (index >= 8 && index < 12 ? found?.code : .fileDamaged), "byte \(index)")
            #expect(found != nil && left.bytes(journal) == flipped)
            left.put(journal, Array(whole[..<index]))
            #expect(problem { _ = try ListBook.found(left) }?.code == .fileDamaged)
        }
        let left = files.afterKill()
        var later = whole
        later[8] = 2
        left.put(journal, later)
        #expect(problem { _ = try ListBook.found(left) }?.code == .fileTooNew)
    }

    /// Of several records before one sync, a power cut may keep a later one and lose an earlier one. Nobody was told
    /// that they are kept: that is a torn tail.
    @Test func aLostRecordThatWasNotSyncedIsNoDamage() throws {
        let files = ModelFileSystem(seed: 1)
        let (store, _) = try writer(files)
        _ = try store.append([1])
        let start = try #require(files.bytes(journal)).count
        for number in 2...4 as ClosedRange<UInt8> { _ = try store.append([number], syncing: false) }
        #expect(store.hasUnsyncedChanges)
        var torn = try #require(files.bytes(journal))
        torn.replaceSubrange(start..<start + 48, with: [UInt8](repeating: 0, count: 48))
        let left = files.afterKill()
        left.put(journal, torn)
        #expect(try ListBook.found(left).changes == [[1]])
        let (next, _) = try writer(left)
        #expect(try next.append([9]) == 2)
        // Once synced, the same is damage.
        try store.sync()
        #expect(!store.hasUnsyncedChanges)
        _ = try store.append([5])
        var damaged = try #require(files.bytes(journal))
        damaged.replaceSubrange(start..<start + 48, with: [UInt8](repeating: 0, count: 48))
        left.put(journal, damaged)
        #expect(problem { _ = try ListBook.found(left) }?.code == .fileDamaged)
    }

    // MARK: Failures

    @Test func aFailedSyncIsNeverTriedAgain() throws {
        let files = ModelFileSystem(seed: 1)
        let (store, _) = try writer(files)
        _ = try store.append([1])
        // seek, write, sync
        files.arm(call: 3, .error)
        #expect(problem { _ = try store.append([2]) }?.code == .fileNotWritable)
        #expect(store.obstacle?.code == .fileNotSynced)
        #expect(problem { _ = try store.append([3]) } == store.obstacle)
        #expect(problem { try save(store, files) } == store.obstacle)
        #expect(try ListBook.found(files.afterKill()).changes == [[1]])
    }

    @Test func afterAFullDiskWorkGoesOn() throws {
        let files = ModelFileSystem(seed: 1)
        let (store, _) = try writer(files)
        _ = try store.append([1])
        files.arm(call: 2, .short)
        let error = problem { _ = try store.append([UInt8](repeating: 2, count: 500)) }
        #expect(error?.message == "the disk is full: cannot write \"\(journal)\"")
        #expect(store.obstacle == nil)
        #expect(try store.append([3]) == 2)
        #expect(try ListBook.found(files.afterKill()).changes == [[1], [3]])
        try save(store, files)
        #expect(try ListBook.found(files.afterPowerCut(seed: 3)).changes == [[1], [3]])
    }

    // MARK: One writer

    @Test func aSecondWriterIsToldWhoWrites() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/book"
        let real = LocalFileSystem()
        let first = Store(path, real)
        _ = try first.beginWriting()
        try first.save(try ListBook().contents())
        let second = Store(path, real)
        let seen = try second.read()
        let held = problem { _ = try second.beginWriting() }
        #expect(held?.code == .fileLocked)
        #expect(held?.message.hasPrefix("\"\(path)\" is being changed by process \(getpid()) on ") == true)
        #expect(!second.isChanged)
        _ = try first.append([1])
        #expect(second.isChanged && !first.isChanged)
        #expect(try seen.snapshot.section("changes") == [], "a version that was read stays")
        #expect(try ListBook(second.read()).changes == [[1]], "the other's changes are read without its lock")
        var book = try ListBook(second.read())
        try first.save(try book.contents())
        #expect(second.isChanged)
        #expect(seen.snapshot.tables["rows"]?.rowCount == 0)
        // When the first ends, the second takes over, from what is there now.
        try first.close()
        let taken = try #require(try second.beginWriting())
        book = try ListBook(taken)
        #expect(book.changes == [[1]])
        #expect(try second.append([2]) == 2)
        #expect(problem { _ = try first.beginWriting() }?.code == .fileLocked)
        #expect(folder.names.sorted() == ["book", "book.journal", "book.lock"])
    }

    @Test func aLinkLeadsToTheSameLockAndJournal() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/book"
        let link = folder.path + "/link"
        let first = Store(path, LocalFileSystem())
        _ = try first.beginWriting()
        try first.save(try ListBook().contents())
        #expect(symlink("book", link) == 0)
        #expect(problem { _ = try Store(link, LocalFileSystem()).beginWriting() }?.code == .fileLocked)
        _ = try first.append([1])
        #expect(try ListBook(Store(link, LocalFileSystem()).read()).changes == [[1]])
        try first.close()
        let second = Store(link, LocalFileSystem())
        _ = try second.read()
        _ = try second.beginWriting()
        _ = try second.append([2])
        try second.save(try ListBook(second.read()).contents())
        #expect(folder.names.sorted() == ["book", "book.lock", "link"])
        #expect(try ListBook(Store(path, LocalFileSystem()).read()).changes == [[1], [2]])
    }

    @Test func staleAndPlantedLocks() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/book"
        _ = try folder.file("book.lock", Array("99999 gone\n".utf8))
        let store = Store(path, LocalFileSystem())
        _ = try store.beginWriting()
        #expect(String(decoding: try folder.bytes("book.lock"), as: UTF8.self).hasPrefix("\(getpid()) "))
        try store.save(try ListBook().contents())
        try store.close()
        // A link in the lock's place is not followed: what it leads to is not written.
        let victim = try folder.file("victim", [1, 2, 3])
        #expect(unlink(path + ".lock") == 0 && symlink(victim, path + ".lock") == 0)
        #expect(problem { _ = try Store(path, LocalFileSystem()).beginWriting() }?.code == .fileNotWritable)
        #expect(try folder.bytes("victim") == [1, 2, 3])
    }

    @Test func aJournalIsAsPrivateAsItsBook() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/book"
        let store = Store(path, LocalFileSystem())
        _ = try store.beginWriting()
        try store.save(try ListBook().contents())
        try store.close()
        #expect(chmod(path, 0o600) == 0)
        let again = Store(path, LocalFileSystem())
        _ = try again.read()
        _ = try again.beginWriting()
        _ = try again.append([1])
        #expect(try LocalFileSystem().status(path + ".journal", followingLinks: true)?.permissions == 0o600)
    }

    /// A reader that opens while a writer changes and saves sees one version or the next, never a mixture.
    @Test func readersDuringSaves() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/book"
        let writer = Store(path, LocalFileSystem())
        _ = try writer.beginWriting()
        var book = ListBook()
        try writer.save(try book.contents())
        book.generation = 1
        let isDone = Flag()
        let reader = Thread {
            var last = 0
            while !isDone.isSet {
                do {
                    let found = try ListBook(Store(path, LocalFileSystem()).read())
                    #expect(found.changes.count >= last)
                    #expect(found.changes == (0..<found.changes.count).map { [UInt8($0 % 100)] })
                    last = found.changes.count
                } catch {
                    Issue.record("\(error)")
                }
            }
            isDone.acknowledge()
        }
        reader.start()
        for number in 0..<300 {
            let change = [UInt8(number % 100)]
            _ = try writer.append(change, syncing: false)
            book.changes.append(change)
            if number % 3 == 0 {
                try writer.save(try book.contents())
                book.generation += 1
            }
        }
        isDone.set()
        isDone.wait()
    }
}

/// Tells a thread to end, and hears that it did.
private final class Flag: Sendable {
    private let condition = NSCondition()
    nonisolated(unsafe) private var value = false
    nonisolated(unsafe) private var isAcknowledged = false

    var isSet: Bool { condition.withLock { value } }
    func set() { condition.withLock { value = true } }
    func acknowledge() {
        condition.withLock {
            isAcknowledged = true
            condition.broadcast()
        }
    }
    func wait() { condition.withLock { while !isAcknowledged { condition.wait() } } }
}
