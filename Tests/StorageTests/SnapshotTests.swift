// Snapshots: what is written is read, mapped in place, and nothing else is believed.

import Engine
import Foundation
import Testing
import Values

@testable import Storage

/// Snapshots for tests.
enum Sample {
    static let id = SnapshotID(padding: Array(1...16))

    /// A table with every type of column; `rows` random rows, some values missing, some rows deleted.
    static func table(rows: Int, _ random: inout SeededGenerator) throws -> Table {
        var columns: [Column] = []
        for type in ColumnType.allCases {
            for real in [false, true] where !real || type == .number || type == .percent {
                let valueType = ValueType(type, real: real)
                let missing = Int.random(in: 0...3, using: &random)
                let limits: [Int64] = [100, 60_000, 4_000_000_000, Int64.max / 2]
                let limit = limits.randomElement(using: &random) ?? 100
                let cells = (0..<rows).map { _ -> Cell in
                    if missing > 0, Int.random(in: 0..<4, using: &random) < missing - 1 { return .missing }
                    switch valueType.representation {
                    case .integer: return .integer(Int64.random(in: -limit...limit, using: &random))
                    case .real: return Cell(Double.random(in: -1e6...1e6, using: &random))
                    case .code: return .text("name é\(Int.random(in: 0...300, using: &random))")
                    case .text: return .text(String(repeating: "x", count: Int.random(in: 0...9, using: &random)))
                    }
                }
                columns.append(try Column(name: "\(type) \(real)", valueType: valueType, cells: cells))
            }
        }
        var table = try Table(columns)
        for _ in 0..<rows / 10 { table.delete(row: Int.random(in: 0..<rows, using: &random)) }
        return table
    }

    static func contents(rows: Int, seed: UInt64) throws -> SnapshotContents {
        var random = SeededGenerator(seed: seed)
        return try SnapshotContents(
            id: id, generation: 3, sequence: 17,
            tables: ["deals": table(rows: rows, &random), "empty": table(rows: 0, &random), "none": Table([])],
            sections: ["settings": Array("currency USD\n".utf8), "nothing": []], ignorable: ["nothing"])
    }

    /// The bytes of a snapshot file.
    static func bytes(_ contents: SnapshotContents) throws -> [UInt8] {
        let folder = try TemporaryFolder()
        let path = folder.path + "/s"
        _ = try SnapshotWriter.write(contents, to: path, LocalFileSystem(), replacing: .nothing)
        return try folder.bytes("s")
    }

    static func open(_ bytes: [UInt8], knows: (String) -> Bool = { _ in true }) throws(Diagnostic) -> SnapshotReader {
        try SnapshotReader.open("s", MemoryFile(bytes: bytes), knows: knows)
    }

    /// Every value of the contents, read through the engine.
    static func everything(_ reader: SnapshotReader) throws -> [String: [[Cell]]] {
        var all: [String: [[Cell]]] = [:]
        for (name, table) in reader.tables { all[name] = try cells(table) }
        for name in reader.sectionNames { _ = try reader.section(name) }
        return all
    }

    static func cells(_ table: Table) throws -> [[Cell]] {
        try table.columns.map { try $0.cells() } + [table.deletedRows.rows.map { .integer(Int64($0)) }]
    }
}

@Suite("Snapshots hold what was saved")
struct SnapshotTests {
    @Test(arguments: [0, 1, 7, 300, 65_536, 65_537, 140_000])
    func randomTablesComeBack(rows: Int) throws {
        let seed = UInt64(rows) &+ 42
        let contents = try Sample.contents(rows: rows, seed: seed)
        let reader = try Sample.open(Sample.bytes(contents))
        #expect(reader.id == contents.id && reader.generation == 3 && reader.sequence == 17)
        #expect(reader.tables.keys.sorted() == ["deals", "empty", "none"])
        #expect(reader.sectionNames == ["nothing", "settings"])
        #expect(try reader.section("settings") == contents.sections["settings"])
        #expect(try reader.section("other") == nil)
        for (name, table) in contents.tables {
            let found = try #require(reader.tables[name])
            #expect(found.columns.map(\.name) == table.columns.map(\.name))
            #expect(found.columns.map(\.valueType) == table.columns.map(\.valueType))
            #expect(found.columns.map { $0.chunks.map(\.layout) } == table.columns.map { $0.chunks.map(\.layout) })
            #expect(try Sample.cells(found) == Sample.cells(table), "seed \(seed)")
            for (left, right) in zip(found.columns, table.columns) {
                #expect(try left.dictionary.names() == right.dictionary.names())
                #expect(try left.dictionary.order() == right.dictionary.order())
            }
        }
        #expect(reader.verify().isEmpty)
        let again = try Sample.bytes(reader.contents())
        #expect(again == (try Sample.bytes(contents)), "saving what was read gives the same bytes")
    }

    @Test func openingTouchesNoChunk() throws {
        let bytes = try Sample.bytes(Sample.contents(rows: 70_000, seed: 1))
        let reader = try Sample.open(bytes)
        #expect(reader.parts.count > 20)
        let touched = reader.parts.filter { $0.region.isVerified }.map(\.name)
        #expect(touched == ["table \"deals\", deleted rows"], "deleted rows are a value, all else is left for later")
    }

    @Test func layoutIsAligned() throws {
        let bytes = try Sample.bytes(Sample.contents(rows: 1000, seed: 2))
        let reader = try Sample.open(bytes)
        for part in reader.parts { #expect(part.offset % (part.name.hasPrefix("section") ? 4096 : 64) == 0) }
        #expect(Array(bytes[..<8]) == [0x89, 0x42, 0x4F, 0x4F, 0x4B, 0x0D, 0x0A, 0x1A])
        #expect(Array(bytes[8..<32]) == [1, 0, 0, 0, 128, 0, 0, 0] + Array(1...16))
        #expect(bytes[32] == 3 && bytes[40] == 17)
    }

    @Test func everyFlippedByteIsNamedOrHarmless() throws {
        let contents = try Sample.contents(rows: 40, seed: 3)
        let bytes = try Sample.bytes(contents)
        let right = try Sample.everything(Sample.open(bytes))
        var named = 0
        for index in bytes.indices {
            // Between parts there are long runs of zeros: there every sixteenth byte stands for its neighbours.
            let isBetween = bytes[max(0, index - 16)..<min(bytes.count, index + 16)].allSatisfy { $0 == 0 }
            if isBetween, index % 16 != 0 { continue }
            var flipped = bytes
            flipped[index] ^= 1 << UInt8(index % 8)
            do {
                let reader = try Sample.open(flipped)
                #expect(try Sample.everything(reader) == right, "byte \(index)")
                // Names of an empty table are never read; verifying finds them all the same.
                for fault in reader.verify() {
                    named += 1
                    #expect(fault.code == .fileDamaged, "byte \(index)")
                }
            } catch let error as Diagnostic {
                named += 1
                #expect([.fileDamaged, .fileNotABook].contains(error.code), "byte \(index): \(error.message)")
                #expect(error.code == .fileNotABook || error.message.contains(" at byte "))
            }
        }
        // Only the zeros between parts are free to change.
        #expect(named > 2000)
    }

    @Test func everyTruncationIsNamed() throws {
        let bytes = try Sample.bytes(Sample.contents(rows: 40, seed: 4))
        for count in 0..<bytes.count {
            do {
                _ = try Sample.open(Array(bytes[..<count]))
                Issue.record("\(count) bytes were accepted")
            } catch {
                #expect(error.code == (count < 8 ? .fileNotABook : .fileDamaged), "\(count): \(error.message)")
            }
        }
        #expect(throws: Diagnostic.self) { try Sample.open(bytes + [0]) }
    }

    /// Bytes that are changed and given right checksums again: whatever they say, nothing may trap or hang.
    @Test func craftedFilesNeverTrap() throws {
        let seed: UInt64 = 77
        var random = SeededGenerator(seed: seed)
        let bytes = try Sample.bytes(Sample.contents(rows: 40, seed: 5))
        let original = try Sample.open(bytes)
        var refused = 0
        for round in 0..<6000 {
            var crafted = bytes
            for _ in 0..<Int.random(in: 1...3, using: &random) { Craft.change(&crafted, original, &random) }
            do {
                let reader = try Sample.open(crafted)
                _ = reader.verify()
                _ = try Sample.everything(reader)
                for table in reader.tables.values {
                    for column in table.columns { _ = try column.dictionary.codes(withPrefix: "name") }
                }
                if round % 20 == 0 { _ = try Sample.bytes(reader.contents()) }
            } catch let error as Diagnostic {
                refused += 1
                #expect(
                    [.fileDamaged, .fileTooNew, .fileNotWritable].contains(error.code), "seed \(seed): \(error.message)"
                )
            } catch let error as EngineError {
                refused += 1
                if case .damaged = error { continue }
                Issue.record("seed \(seed): \(error)")
            }
        }
        #expect(refused > 3000)
    }

    @Test func newerFormatsAreRefused() throws {
        var bytes = try Sample.bytes(SnapshotContents(id: Sample.id))
        bytes[8] = 2
        Craft.seal(&bytes)
        #expect(
            throws: Diagnostic(
                .fileTooNew, "\"s\" is in format 2, this program reads formats up to 1",
                hint: "a newer version of the program opens it")
        ) {
            try Sample.open(bytes)
        }
        bytes[8] = 0
        Craft.seal(&bytes)
        #expect(throws: Diagnostic.self) { try Sample.open(bytes) }
    }

    @Test func unknownPartsAreRefusedUnlessIgnorable() throws {
        var contents = try Sample.contents(rows: 3, seed: 6)
        let known = try Sample.open(Sample.bytes(contents)) { $0 != "nothing" }
        #expect(known.sectionNames == ["settings"])
        for name in ["settings", "deals"] {
            do {
                _ = try Sample.open(Sample.bytes(contents)) { $0 != name }
                Issue.record("\(name) was accepted")
            } catch let error as Diagnostic {
                #expect(error.code == .fileTooNew && error.message.contains("\"\(name)\""))
            }
        }
        contents.ignorable.insert("deals")
        let without = try Sample.open(Sample.bytes(contents)) { $0 != "deals" }
        #expect(without.tables.keys.sorted() == ["empty", "none"])
        #expect(try Sample.open(Sample.bytes(without.contents())).tables.count == 2)
        // A kind of section that this version has never heard of.
        var bytes = try Sample.bytes(SnapshotContents(id: Sample.id, sections: ["x": [1]]))
        let table = Int(bytes[56]) | Int(bytes[57]) << 8
        bytes[table + 8] = 9
        Craft.seal(&bytes)
        #expect(throws: Diagnostic.self) { try Sample.open(bytes) }
        bytes[table + 12] = 0
        Craft.seal(&bytes)
        #expect(try Sample.open(bytes).sectionNames == [])
    }

    @Test func otherFilesAreNoBooks() {
        func message(_ bytes: [UInt8]) -> String? {
            do {
                _ = try Sample.open(bytes)
                return nil
            } catch {
                return error.message
            }
        }
        #expect(message([]) == "\"s\" is empty")
        #expect(message(Array("id,name\n1,Acme\n".utf8)) == "\"s\" was not saved by this program")
        do {
            _ = try SnapshotReader.open("/none/here", LocalFileSystem())
        } catch {
            #expect(error.code == .fileNotFound)
        }
        do {
            _ = try SnapshotReader.open("/tmp", LocalFileSystem())
        } catch {
            #expect(error.message == "\"/tmp\" is a directory, not a file")
        }
    }
}

/// Changing files while keeping their checksums right.
enum Craft {
    private static func number(_ bytes: [UInt8], _ offset: Int) -> Int {
        (0..<8).reduce(0) { $0 | Int(bytes[offset + $1]) << (8 * $1) }
    }

    private static func put(_ number: UInt64, _ bytes: inout [UInt8], _ offset: Int) {
        for place in 0..<8 where offset + place < bytes.count {
            bytes[offset + place] = UInt8(truncatingIfNeeded: number >> UInt64(8 * place))
        }
    }

    /// Right checksums for the table of sections and the header.
    static func seal(_ bytes: inout [UInt8]) {
        let offset = number(bytes, 56)
        if offset >= 0, offset <= bytes.count { put(XXH64.hash(Array(bytes[offset...])), &bytes, 72) }
        put(XXH64.hash(Array(bytes[..<120])), &bytes, 120)
    }

    /// Changes a few bytes of a part, a description, the table of sections or the header, and seals them.
    static func change(_ bytes: inout [UInt8], _ original: SnapshotReader, _ random: inout SeededGenerator) {
        let tableOffset = number(bytes, 56)
        guard tableOffset > 0, tableOffset < bytes.count else { return }
        switch Int.random(in: 0...3, using: &random) {
        case 0:
            scribble(&bytes, 8..<120, &random)
        case 1:
            scribble(&bytes, tableOffset..<bytes.count, &random)
        case 2:
            // A description: the record of table "deals" comes first.
            let start = number(bytes, tableOffset + 16)
            let count = number(bytes, tableOffset + 24)
            guard start > 0, count > 0, start < bytes.count, count <= bytes.count - start else { return }
            scribble(&bytes, start..<start + count, &random)
            put(XXH64.hash(Array(bytes[start..<start + count])), &bytes, tableOffset + 32)
        default:
            guard let part = original.parts.filter({ $0.region.byteCount > 0 }).randomElement(using: &random) else {
                return
            }
            let range = part.offset..<part.offset + part.region.byteCount
            guard range.upperBound <= bytes.count else { return }
            let before = XXH64.hash(Array(bytes[range]))
            scribble(&bytes, range, &random)
            replace(before, with: XXH64.hash(Array(bytes[range])), &bytes)
            for record in 0..<2 {
                guard record == 0 else { continue }
                let start = number(bytes, tableOffset + 16)
                let count = number(bytes, tableOffset + 24)
                guard start > 0, count > 0, start < bytes.count, count <= bytes.count - start else { continue }
                put(XXH64.hash(Array(bytes[start..<start + count])), &bytes, tableOffset + 32)
            }
        }
        seal(&bytes)
    }

    private static func scribble(_ bytes: inout [UInt8], _ range: Range<Int>, _ random: inout SeededGenerator) {
        let interesting: [UInt8] = [0, 1, 2, 4, 8, 0x7F, 0x80, 0xFE, 0xFF]
        let start = Int.random(in: range, using: &random)
        for index in start..<min(range.upperBound, start + ([1, 1, 2, 4, 8].randomElement(using: &random) ?? 1)) {
            bytes[index] = interesting.randomElement(using: &random) ?? 0
        }
    }

    private static func replace(_ old: UInt64, with new: UInt64, _ bytes: inout [UInt8]) {
        var pattern = [UInt8](repeating: 0, count: 8)
        put(old, &pattern, 0)
        for index in 0..<max(0, bytes.count - 8)
        where bytes[index] == pattern[0] && Array(bytes[index..<index + 8]) == pattern {
            put(new, &bytes, index)
        }
    }
}
