// Saving: at every moment the old or the new snapshot is there, whole.

import Engine
import Foundation
import Glibc
import Testing
import Values

@testable import Storage

@Suite("Saving: at every moment the old or the new snapshot is there, whole")
struct SnapshotSaveTests {
    private let fileSystem = LocalFileSystem()

    private func small(_ generation: UInt64) throws -> SnapshotContents {
        var random = SeededGenerator(seed: generation)
        return try SnapshotContents(
            id: Sample.id, generation: generation, tables: ["deals": Sample.table(rows: 50, &random)],
            sections: ["settings": [UInt8(generation)]])
    }

    private func save(
        _ contents: SnapshotContents, _ path: String, _ fileSystem: any FileSystem, _ replacing: Replacement
    ) -> Diagnostic? {
        do {
            _ = try SnapshotWriter.write(contents, to: path, fileSystem, replacing: replacing)
            return nil
        } catch {
            return error
        }
    }

    @Test func anOlderMappingKeepsReading() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/book"
        let first = try SnapshotWriter.write(small(1), to: path, fileSystem, replacing: .nothing)
        let old = try SnapshotReader.open(path, fileSystem)
        #expect(old.identity == first)
        let second = try SnapshotWriter.write(small(2), to: path, fileSystem, replacing: .opened(first))
        #expect(try Sample.cells(#require(old.tables["deals"])) == Sample.cells(#require(small(1).tables["deals"])))
        #expect(try old.section("settings") == [1])
        let new = try SnapshotReader.open(path, fileSystem)
        #expect(new.generation == 2 && new.identity == second)
        #expect(try Sample.cells(#require(new.tables["deals"])) == Sample.cells(#require(small(2).tables["deals"])))
        // What was read in place is saved over the very file it lies in.
        _ = try SnapshotWriter.write(new.contents(), to: path, fileSystem, replacing: .opened(second))
        #expect(try Sample.cells(#require(new.tables["deals"])) == Sample.cells(#require(small(2).tables["deals"])))
        #expect(folder.names == ["book"])
    }

    @Test func aFileChangedMeanwhileIsNotReplaced() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/book"
        let identity = try SnapshotWriter.write(small(1), to: path, fileSystem, replacing: .nothing)
        _ = try SnapshotWriter.write(small(2), to: path, fileSystem, replacing: .opened(identity))
        #expect(try save(small(3), path, fileSystem, .opened(identity))?.code == .fileChanged)
        #expect(try SnapshotReader.open(path, fileSystem).generation == 2)
        #expect(try save(small(3), path, fileSystem, .nothing)?.message == "\"\(path)\" exists already")
        try FileManager.default.removeItem(atPath: path)
        #expect(try save(small(3), path, fileSystem, .opened(identity))?.code == .fileChanged)
        #expect(folder.names == [])
    }

    @Test func everyFailingCallLeavesAWholeFile() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/book"
        let counting = FaultyFiles()
        let first = try SnapshotWriter.write(small(1), to: path, counting, replacing: .nothing)
        let whole = FaultyFiles()
        _ = try SnapshotWriter.write(small(1), to: path, whole, replacing: .opened(first))
        #expect(whole.callCount > 10)
        var tolerated = 0
        for call in 1...whole.callCount {
            let before = try SnapshotWriter.write(small(1), to: path, fileSystem, replacing: .anything)
            let error = try save(small(2), path, FaultyFiles(failingCall: call), .opened(before))
            let after = try SnapshotReader.open(path, fileSystem)
            #expect(after.verify().isEmpty)
            // Only the folder's sync comes after the new file is in place; nothing can be lost when closing fails then.
            let isInPlace = error == nil || call == whole.callCount - 1
            #expect(after.generation == (isInPlace ? 2 : 1), "call \(call)")
            #expect(folder.names == ["book"], "call \(call)")
            tolerated += error == nil ? 1 : 0
        }
        #expect(tolerated == 3, "looking for leftovers, the lock of the temporary file, closing it")
    }

    @Test func shortWritesAreContinued() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/book"
        #expect(try save(small(1), path, FaultyFiles(writeMax: 7), .nothing) == nil)
        #expect(try SnapshotReader.open(path, fileSystem).verify().isEmpty)
    }

    @Test func aFullDiskIsSaidAndHarmless() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/book"
        let first = try SnapshotWriter.write(small(1), to: path, fileSystem, replacing: .nothing)
        for room in [0, 1, 4096, 5000, 20_000] {
            let error = try save(small(2), path, FaultyFiles(diskByteCount: room), .opened(first))
            #expect(error?.message == "the disk is full: cannot write \"\(path)\"")
            #expect(error?.code == .fileNotWritable)
            #expect(try SnapshotReader.open(path, fileSystem).generation == 1)
            #expect(folder.names == ["book"])
        }
    }

    @Test func aPlantedLinkIsNotFollowed() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/book"
        let victim = try folder.file("victim", [1, 2, 3])
        let random = [UInt8](repeating: 0xAB, count: 16)
        let name = ".book.new-" + String(repeating: "ab", count: 16) + ".tmp"
        #expect(symlink(victim, folder.path + "/" + name) == 0)
        #expect(
            try save(small(1), path, FaultyFiles(random: random), .nothing)?.message == "\"\(path)\" exists already")
        #expect(try folder.bytes("victim") == [1, 2, 3])
        #expect(folder.names == [name, "victim"])
    }

    @Test func linksAreFollowedAndPermissionsKept() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/book"
        let before = umask(0o027)
        let saved = try save(small(1), path, fileSystem, .nothing)
        umask(before)
        #expect(saved == nil)
        #expect(try fileSystem.status(path, followingLinks: true)?.permissions == 0o640)
        #expect(chmod(path, 0o600) == 0)
        #expect(symlink("book", folder.path + "/link") == 0)
        let opened = try SnapshotReader.open(folder.path + "/link", fileSystem)
        #expect(try save(small(2), folder.path + "/link", fileSystem, .opened(opened.identity)) == nil)
        #expect(try fileSystem.status(folder.path + "/link", followingLinks: false)?.kind == .link)
        #expect(try SnapshotReader.open(path, fileSystem).generation == 2)
        #expect(try fileSystem.status(path, followingLinks: true)?.permissions == 0o600)
        #expect(chmod(path, 0o400) == 0)
        let readOnly = try SnapshotReader.open(path, fileSystem)
        #expect(
            try save(small(3), path, fileSystem, .opened(readOnly.identity))?.message
                == "no permission to write \"\(path)\"")
    }

    @Test(.enabled(if: geteuid() != 0, "root may write everywhere"))
    func aFolderThatMayNotBeWritten() throws {
        let folder = try TemporaryFolder()
        chmod(folder.path, 0o500)
        defer { chmod(folder.path, 0o700) }
        let path = folder.path + "/book"
        #expect(try save(small(1), path, fileSystem, .nothing)?.message == "no permission to write \"\(path)\"")
    }

    /// Bytes that nobody looked at are saved with the checksum they had, so that their damage is told of the copy as well.
    @Test func damageIsNeverSavedAsSound() throws {
        let folder = try TemporaryFolder()
        var bytes = try Sample.bytes(small(1))
        let part = try #require(Sample.open(bytes).parts.last { $0.name.contains("chunk") })
        bytes[part.offset] ^= 0xFF
        let damaged = try Sample.open(bytes)
        let path = folder.path + "/copy"
        #expect(try save(damaged.contents(), path, fileSystem, .nothing) == nil)
        let found = try SnapshotReader.open(path, fileSystem).verify()
        #expect(found.count == 1 && found.first?.message.contains("\(part.name) at byte") == true)
        #expect(found.first?.message.hasSuffix("its checksum differs") == true)
    }

    /// A save after a change of one cell looks at the chunk of that cell and at no other; counted, and seen by what the
    /// file holds then.
    @Test func unchangedChunksAreCopiedAsBytes() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/book"
        let rows = 2 * Limits.chunkRowCount + 100
        let table = try Table([
            Column(
                name: "n", valueType: .integer, cells: (0..<rows).map { $0 % 7 == 0 ? .missing : .integer(Int64($0)) }),
            Column(name: "c", valueType: .category, cells: (0..<rows).map { .text("c\($0 % 300)") }),
            Column(name: "t", valueType: .text, cells: (0..<rows).map { .text("t\($0)") }),
        ])
        let chunkCount = 9
        var contents = SnapshotContents(id: Sample.id, tables: ["deals": table])
        let made = try SnapshotWriter.save(contents, to: path, fileSystem, replacing: .nothing)
        #expect(made.tally.keptCount == 0 && made.tally.hashedCount == chunkCount)
        // Everything is kept: the same file but for its generation.
        let first = try SnapshotReader.open(path, fileSystem)
        contents = try first.contents()
        contents.generation = 2
        let same = try SnapshotWriter.save(contents, to: path, fileSystem, replacing: .opened(first.identity))
        #expect(same.tally == ChunkTally(keptCount: chunkCount, keptByteCount: made.tally.hashedByteCount))
        // One cell changes; everything but its chunk is kept.
        let second = try SnapshotReader.open(path, fileSystem)
        contents = try second.contents()
        contents.generation = 3
        var changed = try #require(contents.tables["deals"])
        try changed.set(rows: [Limits.chunkRowCount + 5], column: 0, to: [.integer(4)])
        contents.tables["deals"] = changed
        let one = try SnapshotWriter.save(contents, to: path, fileSystem, replacing: .opened(second.identity))
        #expect(one.tally.keptCount == chunkCount - 1 && one.tally.hashedCount == 1)
        print(
            "a save after one cell: \(one.tally.keptByteCount) bytes of \(one.tally.keptCount) chunks kept, \(one.tally.hashedByteCount) hashed"
        )
        // Fewer rows: the last chunk of each column is another one now.
        let third = try SnapshotReader.open(path, fileSystem)
        #expect(third.verify().isEmpty)
        let cells = try #require(third.tables["deals"]).columns[0].cells(at: [65_540, 65_541, 65_542])
        #expect(cells == [.integer(65_540), .integer(4), .integer(65_542)])
        contents = try third.contents()
        contents.generation = 4
        var shorter = try #require(contents.tables["deals"])
        try shorter.removeLast(1)
        contents.tables["deals"] = shorter
        let less = try SnapshotWriter.save(contents, to: path, fileSystem, replacing: .opened(third.identity))
        #expect(less.tally.keptCount == 6 && less.tally.hashedCount == 3)
        #expect(try SnapshotReader.open(path, fileSystem).verify().isEmpty)
    }
}
