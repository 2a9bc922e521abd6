// What killed processes leave beside a file is cleared away by the next write of it; what is being written stays, and so
// does what only looks like a leftover.

import Foundation
import Testing

@testable import Storage

@Suite struct TemporaryNameTests {
    let files = LocalFileSystem()

    private func write(_ path: String, _ text: String = "new") throws {
        try TextFile.write(path, files) { sink in try sink.append(Array(text.utf8)) }
    }

    @Test func leftoversOfTheSameFileGoWithItsNextWrite() throws {
        let folder = try TemporaryFolder()
        _ = try folder.file(".x.csv.new-00ff.tmp", [1, 2])
        _ = try folder.file(".x.csv.new-ff00.tmp")
        let others = [".x.csv2.new-00ff.tmp", ".y.csv.new-00ff.tmp", ".x.csv.new-00ff", "x.csv.new-00ff.tmp"]
        for other in others { _ = try folder.file(other, [1]) }
        let victim = try folder.file("victim", [7])
        #expect(symlink(victim, folder.path + "/.x.csv.new-0001.tmp") == 0)
        #expect(mkfifo(folder.path + "/.x.csv.new-0002.tmp", 0o600) == 0)
        try write(folder.path + "/x.csv")
        #expect(
            folder.names == (others + ["victim", "x.csv", ".x.csv.new-0001.tmp", ".x.csv.new-0002.tmp"]).sorted())
        #expect(try folder.bytes("victim") == [7])
    }

    @Test func whatIsBeingWrittenStays() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/x.csv"
        let name = TemporaryName(for: path)
        let file = try name.create(permissions: 0o600, files)
        try write(path, "second")
        #expect(folder.names.count == 2, "the first writer's file is left alone")
        try files.writeAll(file, Array("first".utf8).span)
        try files.rename(file.path, to: path, replacing: true)
        try files.close(file)
        #expect(try folder.bytes("x.csv") == Array("first".utf8))
        // Another write within one: both end, and the one that ends last is the one that is read.
        try TextFile.write(path, files) { sink in
            try sink.append(Array("outer".utf8))
            try write(path, "inner")
        }
        #expect(try folder.bytes("x.csv") == Array("outer".utf8))
        #expect(folder.names == ["x.csv"])
    }
}
