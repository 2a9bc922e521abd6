// Files of every version of the format that was ever given out must open for ever: those of version 1 are kept in
// Tests/Corpora. And what salvage makes of damaged ones must be a sound book.

import Engine
import Foundation
import Pipeline
import Storage
import Testing
import Values

@Suite struct KeptFilesTests {
    private static let corpora = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("Corpora")
    private static let path = corpora.appendingPathComponent("snapshot/version-1.pipeline").path

    private func book(_ tables: [String: Table], _ sections: [String: [UInt8]] = [:]) throws -> Book {
        try Book(decoding: BookParts(tables: tables, sections: sections), identity: BookIdentity(id: 1))
    }

    private func ids(_ book: Book) throws -> [String] {
        try (0..<book.deals.rowCount).filter { !book.deals.deletedRows.contains($0) }
            .compactMap { try book.deal($0, .id).text }
    }

    @Test func versionOneOpens() throws {
        let version = try StoredVersion.read(KeptFilesTests.path, LocalFileSystem())
        #expect(version.records.isEmpty && version.snapshot.verify().isEmpty)
        let book = try book(version.snapshot.tables)
        #expect(try ids(book) == (1...12).map { "D-00" + ($0 < 10 ? "0" : "") + "\($0)" })
        #expect(try book.history.versionCount() == 67)
        #expect(try book.faults().isEmpty)
        // D-0003: Closed Won, $31,400, closing 2024-07-09.
        let row = try #require(try book.dealRow(id: "D-0003"))
        #expect(try book.deal(row, .stage) == .text("Closed Won"))
        #expect(try book.deal(row, .value) == .integer(3_140_000))
        #expect(try book.deal(row, .close) == .integer(19_913))
    }

    /// Books written before a version could say that its deal was deleted: their history lacks the column for it.
    @Test func aHistoryWithoutDeletionsOpens() throws {
        let snapshot = try SnapshotReader.open(KeptFilesTests.path, LocalFileSystem())
        var tables = snapshot.tables
        let present = try #require(tables["history"])
        let deleted = try #require(present.columnIndex("deleted"))
        #expect(deleted == present.columns.count - 1)
        tables["history"]?.removeColumn(deleted)
        let older = try book(tables)
        #expect(try older.contentHash() == book(snapshot.tables).contentHash())
        #expect(try older.faults().isEmpty)
        // It is saved in today's layout, and opens again.
        #expect(try book(older.encoded().tables).contentHash() == older.contentHash())
        // Anything else that is missing is damage.
        tables["history"]?.removeColumn(deleted - 1)
        #expect(throws: Diagnostic.self) { try book(tables) }
    }

    /// One byte after another is changed: what salvage finds must make a sound book, with every deal, unless the damage
    /// leaves nothing to find anything by.
    @Test func salvageMakesSoundBooks() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("salvage-" + UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let whole = [UInt8](try Data(contentsOf: URL(fileURLWithPath: KeptFilesTests.path)))
        let right = try book(try SnapshotReader.open(KeptFilesTests.path, LocalFileSystem()).tables)
        let hash = try right.contentHash()
        let damaged = folder.appendingPathComponent("damaged").path
        var salvaged = 0
        var refused = 0
        for index in stride(from: 0, to: whole.count, by: 389) where whole[index] != 0 {
            var bytes = whole
            bytes[index] ^= 0x41
            try Data(bytes).write(to: URL(fileURLWithPath: damaged))
            do {
                let found = try SnapshotSalvage.read(damaged, LocalFileSystem())
                let (book, notes) = try Book.salvaged(
                    BookParts(tables: found.contents.tables, sections: found.contents.sections),
                    identity: BookIdentity(id: 1))
                #expect(book.dealCount == 12, "byte \(index)")
                #expect(try book.faults().isEmpty, "byte \(index)")
                #expect(try found.losses.count + notes.count > 0 || book.contentHash() == hash, "byte \(index)")
                _ = try book.encoded()
                salvaged += 1
            } catch let error as Diagnostic {
                #expect([.fileDamaged, .fileNotABook, .fileTooNew].contains(error.code), "byte \(index)")
                refused += 1
            }
        }
        print("\(salvaged) damaged books salvaged, \(refused) beyond help")
        #expect(salvaged > refused)
    }
}
