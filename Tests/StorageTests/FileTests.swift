// Files read whole, mapped, locked and named anew; pipes, links and failing calls told as what they are.

import Foundation
import Testing
import Values

@testable import Storage

/// A folder that is removed when the test ends.
final class TemporaryFolder {
    let path: String
    init() throws {
        let url = FileManager.default.temporaryDirectory.appendingPathComponent("storage-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        path = url.path
    }
    deinit { try? FileManager.default.removeItem(atPath: path) }
    func file(_ name: String, _ bytes: [UInt8] = []) throws -> String {
        let full = path + "/" + name
        try Data(bytes).write(to: URL(fileURLWithPath: full))
        return full
    }
    func bytes(_ name: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: URL(fileURLWithPath: path + "/" + name)))
    }
    var names: [String] { ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted() }
}

@Suite("Files and what is said when they fail")
struct FileTests {
    let fileSystem = LocalFileSystem()

    private func failure(_ path: String) -> Diagnostic? {
        do {
            _ = try TextFile.read(path, fileSystem)
            return nil
        } catch {
            return error
        }
    }

    @Test func wholeFilesAndPipes() throws {
        let folder = try TemporaryFolder()
        let bytes = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        #expect(try fileSystem.readWhole(folder.file("a", bytes)) == bytes)
        #expect(try fileSystem.readWhole(folder.file("b")) == [])
        #expect(try fileSystem.readWhole("/proc/self/stat").isEmpty == false)
        #expect(throws: FileError(.read, folder.path + "/a", code: FileError.tooLarge)) {
            try fileSystem.readWhole(folder.path + "/a", byteCountMax: 10)
        }
    }

    @Test func contentIsTheFileHoweverItIsRead() throws {
        let folder = try TemporaryFolder()
        let part = 4 << 20
        for size in [0, 1, 5, part - 1, part, 2 * part + 4_099] {
            let bytes = varied(size)
            let path = try folder.file("large", bytes)
            for least in [0, 6, .max] {
                let content = try fileSystem.content(of: path, byteCountMax: size, partedByteCountMin: least)
                #expect(content.array == bytes)
            }
            // Reads that give less than was asked for, and a file that grew after its size was told.
            let short = MemoryFile(bytes: bytes, readMax: 1_000_003)
            let grown = MemoryFile(bytes: bytes, statedByteCount: max(1, size / 2))
            if size > 1 {
                #expect(try short.content(of: "f", byteCountMax: .max, partedByteCountMin: 0).array == bytes)
                #expect(try grown.content(of: "f", byteCountMax: .max, partedByteCountMin: 0).array == bytes)
                #expect(throws: FileError(.read, "f", code: FileError.tooLarge)) {
                    try grown.content(of: "f", byteCountMax: size - 1, partedByteCountMin: 0)
                }
            }
            let cut = MemoryFile(bytes: bytes, statedByteCount: size + 1)
            #expect(throws: FileError(.read, "f", code: FileError.cutShort)) {
                try cut.content(of: "f", byteCountMax: .max, partedByteCountMin: 0)
            }
        }
        #expect(
            FileError(.read, "f.csv", code: FileError.cutShort).diagnostic()
                == Diagnostic(
                    .fileNotReadable, "\"f.csv\" became shorter while it was read",
                    hint: "another program writes it; try again when that is done"))
        #expect(throws: FileError(.read, folder.path, code: FileError.isDirectory)) {
            try fileSystem.content(of: folder.path, byteCountMax: .max)
        }
    }

    @Test func contentOfAPipe() throws {
        let path = try TemporaryFolder().path + ".pipe"
        #expect(mkfifo(path, 0o600) == 0)
        defer { unlink(path) }
        let bytes = varied(300_000)
        Thread.detachNewThread { FileHandle(forWritingAtPath: path)?.write(Data(bytes)) }
        #expect(try fileSystem.content(of: path, byteCountMax: .max, partedByteCountMin: 0).array == bytes)
    }

    private func varied(_ count: Int) -> [UInt8] {
        var bytes = [UInt8](repeating: 7, count: count)
        for place in stride(from: 0, to: count, by: 1_021) { bytes[place] = UInt8(truncatingIfNeeded: place / 1_021) }
        return bytes
    }

    @Test func missingFilesNameTheirNeighbours() throws {
        let folder = try TemporaryFolder()
        for name in ["deals.csv", "Deals.tsv", "dealz.csv", "unrelated.txt"] { _ = try folder.file(name) }
        let found = failure(folder.path + "/deal.csv")
        #expect(found?.code == .fileNotFound)
        #expect(found?.message == "no such file: \"\(folder.path)/deal.csv\"")
        #expect(found?.notes == ["near it: deals.csv, dealz.csv, Deals.tsv"])
        #expect(failure(folder.path + "/deals.xls")?.notes == ["near it: Deals.tsv, deals.csv"])
        #expect(failure(folder.path + "/none/x.csv")?.notes == ["there is no directory \"\(folder.path)/none\""])
    }

    @Test func whatIsNoReadableFile() throws {
        let folder = try TemporaryFolder()
        #expect(failure(folder.path)?.message == "\"\(folder.path)\" is a directory, not a file")
        let file = try folder.file("a.csv", Array("a,b\n".utf8))
        #expect(failure(file + "/b")?.message == "a part of \"\(file)/b\" is a file, not a directory")
        #expect(
            failure(folder.path + "/" + String(repeating: "x", count: 300))?.message.contains("is too long") == true)
        #expect(
            FileError(.write, "x.csv", code: FileError.noSpace).diagnostic(writing: true).message
                == "the disk is full: cannot write \"x.csv\"")
        #expect(
            FileError(.open, "x.csv", code: FileError.noPermission).diagnostic(writing: true).message
                == "no permission to write \"x.csv\"")
    }

    @Test(.enabled(if: geteuid() != 0, "root may read everything"))
    func noPermission() throws {
        let folder = try TemporaryFolder()
        let file = try folder.file("a.csv", Array("a,b\n".utf8))
        chmod(file, 0)
        #expect(failure(file)?.message == "no permission to read \"\(file)\"")
        #expect(failure(file)?.code == .fileNotReadable)
    }

    @Test func everyFailingCallOfReadingIsTold() throws {
        let folder = try TemporaryFolder()
        let file = try folder.file("a.csv", Array("a,b\n1,2\n".utf8))
        let whole = FaultyFiles()
        _ = try TextFile.read(file, whole)
        let book = folder.path + "/book"
        let contents = SnapshotContents(id: SnapshotID.random(fileSystem), sections: ["x": [1]])
        _ = try SnapshotWriter.write(contents, to: book, fileSystem, replacing: .nothing)
        let opening = FaultyFiles()
        _ = try SnapshotReader.open(book, opening)
        #expect(whole.callCount >= 4 && opening.callCount >= 5)
        for (path, count) in [(file, whole.callCount), (book, opening.callCount)] {
            // The last call closes the file, after everything was read.
            for call in 1..<count {
                do {
                    let faulty = FaultyFiles(failingCall: call)
                    if path == book {
                        _ = try SnapshotReader.open(path, faulty)
                    } else {
                        _ = try TextFile.read(path, faulty)
                    }
                    Issue.record("call \(call) failed and nothing was said")
                } catch {
                    #expect(error.code == .fileNotReadable)
                    #expect(error.message == "the disk failed to read \"\(path)\"")
                }
            }
        }
        #expect(FileError(.read, "x", code: FileError.tooLarge).diagnostic().code == .fileTooLarge)
    }

    @Test func aPipeIsReadAsTextButIsNoSnapshot() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/pipe"
        #expect(mkfifo(path, 0o600) == 0)
        #expect(throws: Diagnostic.self) { try SnapshotReader.open(path, fileSystem) }
        Thread.detachNewThread {
            let file = fopen(path, "w")
            fputs("a,b\n1,2\n", file)
            fclose(file)
        }
        #expect(try TextFile.read(path, fileSystem).text(row: 0, column: 1) == "2")
    }

    @Test func mapLockAndRenameWithoutReplacing() throws {
        let folder = try TemporaryFolder()
        let path = try folder.file("a", [1, 2, 3])
        let file = try fileSystem.open(path, .read)
        let mapped = try fileSystem.map(file, byteCount: 3)
        try fileSystem.close(file)
        #expect(mapped.withBytes { bytes in (0..<bytes.count).map { bytes[$0] } } == [1, 2, 3])
        let other = try folder.file("b", [9])
        #expect(throws: FileError(.rename, other, code: FileError.exists)) {
            try fileSystem.rename(path, to: other, replacing: false)
        }
        try fileSystem.rename(path, to: folder.path + "/c", replacing: false)
        #expect(folder.names == ["b", "c"])
        let first = try fileSystem.open(folder.path + "/lock", .readWrite(permissions: 0o600))
        let second = try fileSystem.open(folder.path + "/lock", .readWrite(permissions: 0o600))
        #expect(try fileSystem.lock(first))
        #expect(try !fileSystem.lock(second))
        try fileSystem.close(first)
        #expect(try fileSystem.lock(second))
        try fileSystem.close(second)
    }

    @Test func newFilesDoNotFollowLinks() throws {
        let folder = try TemporaryFolder()
        let victim = try folder.file("victim", [1])
        #expect(symlink(victim, folder.path + "/link") == 0)
        #expect(symlink(folder.path + "/nothing", folder.path + "/dangling") == 0)
        for name in ["link", "dangling"] {
            #expect(throws: FileError(.open, folder.path + "/" + name, code: FileError.exists)) {
                try fileSystem.open(folder.path + "/" + name, .createNew(permissions: 0o666))
            }
        }
        #expect(try fileSystem.status(folder.path + "/link", followingLinks: false)?.kind == .link)
        #expect(try fileSystem.status(folder.path + "/link", followingLinks: true)?.kind == .regular)
        #expect(try fileSystem.status(folder.path + "/dangling", followingLinks: true) == nil)
    }
}
