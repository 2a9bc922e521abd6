// A disk that is really full, under a journal and under a save: a small file system in memory, where mounting is allowed.
// Elsewhere the doubles of StoreFaultTests and StoreTests stand in for it.

import Engine
import Foundation
import Glibc
import Testing
import Values

@testable import Storage

@Suite(.enabled(if: geteuid() == 0, "a small file system can be mounted by root only"))
struct FullDiskTests {
    private let files = LocalFileSystem()

    private func contents(_ changes: [[UInt8]], generation: UInt64) -> SnapshotContents {
        SnapshotContents(
            id: Sample.id, generation: generation, sequence: UInt64(changes.count),
            sections: ["changes": changes.flatMap { $0 }])
    }

    private func changes(_ path: String) throws -> (folded: [UInt8], records: [[UInt8]]) {
        let version = try Store(path, files).read()
        return (try version.snapshot.section("changes") ?? [], version.records.map(\.payload))
    }

    /// Runs a test in a folder that is a disk of that size.
    private func onDisk(_ size: String, _ test: (TemporaryFolder) throws -> Void) throws {
        let folder = try TemporaryFolder()
        guard mount("tmpfs", folder.path, "tmpfs", 0, "size=" + size) == 0 else {
            print("mounting is not allowed here: the full disk is tested with a double only")
            return
        }
        defer { umount2(folder.path, Int32(MNT_DETACH)) }
        try test(folder)
    }

    @Test func saveOnAFullDisk() throws {
        try onDisk("64k") { folder in
            let path = folder.path + "/book"
            let first = try SnapshotWriter.write(SnapshotContents(id: Sample.id), to: path, files, replacing: .nothing)
            var random = SeededGenerator(seed: 1)
            let large = try SnapshotContents(
                id: Sample.id, generation: 2, tables: ["deals": Sample.table(rows: 20_000, &random)])
            let problem = #expect(throws: Diagnostic.self) {
                try SnapshotWriter.write(large, to: path, files, replacing: .opened(first))
            }
            #expect(problem?.message == "the disk is full: cannot write \"\(path)\"")
            #expect(try SnapshotReader.open(path, files).generation == 1)
            #expect(folder.names == ["book"])
        }
    }

    @Test func journalAndSaveOnAFullDisk() throws { try onDisk("256k", journalAndSave) }

    private func journalAndSave(_ folder: TemporaryFolder) throws {
        let path = folder.path + "/book"
        let store = Store(path, files)
        _ = try store.beginWriting()
        try store.save(contents([], generation: 1))
        // Changes until the disk is full.
        var acknowledged: [[UInt8]] = []
        while acknowledged.count < 1000 {
            let payload = [UInt8](repeating: UInt8(acknowledged.count & 0xFF), count: 5000)
            do {
                try store.append(payload)
                acknowledged.append(payload)
            } catch {
                #expect(error.message == "the disk is full: cannot write \"\(path).journal\"")
                break
            }
        }
        #expect(acknowledged.count > 20 && acknowledged.count < 60)
        #expect(try changes(path).records == acknowledged)
        #expect(store.obstacle == nil, "a full disk is no reason to give up")
        // A save needs room beside the book.
        do {
            try store.save(contents(acknowledged, generation: 2))
            Issue.record("there is no room for a save")
        } catch {
            #expect(error.message == "the disk is full: cannot write \"\(path)\"")
        }
        #expect(try changes(path).records == acknowledged)
        #expect(folder.names == ["book", "book.journal", "book.lock"], "nothing half written stays")
        // A process that ends now and another that begins: the same.
        try store.close()
        let next = Store(path, files)
        _ = try next.read()
        _ = try next.beginWriting()
        // With room again everything goes on.
        #expect(mount("tmpfs", folder.path, "tmpfs", UInt(MS_REMOUNT), "size=2m") == 0)
        try next.append([7])
        acknowledged.append([7])
        #expect(try changes(path).records == acknowledged)
        try next.save(contents(acknowledged, generation: 2))
        #expect(try changes(path) == (acknowledged.flatMap { $0 }, []))
        print("a full disk after \(acknowledged.count - 1) changes: none lost")
    }
}
