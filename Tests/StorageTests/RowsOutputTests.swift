// Rows are written for other programs.

import Engine
import Foundation
import Testing
import Values

@testable import Storage

@Suite("Rows are written for other programs")
struct RowsOutputTests {
    private func table() throws -> Table {
        func day(_ text: String) throws -> Cell { .integer(Int64(try #require(Day(iso: text)).number)) }
        return try Table([
            Column(name: "id", valueType: .text, cells: [.text("007"), .text("a,\"b\"\n"), .missing, .text("")]),
            Column(name: "stage", valueType: .category, cells: [.text("=1+1"), .missing, .text(" Won"), .text("é")]),
            Column(
                name: "value", valueType: .money,
                cells: [.integer(123_450), .integer(-5), .missing, .integer(1_000_000_000_000_00)]),
            Column(
                name: "probability", valueType: .percent,
                cells: [.integer(450_000), .integer(1_000_000), .integer(333_333), .integer(-1)]),
            Column(
                name: "close", valueType: .date,
                cells: [day("2026-11-23"), day("0001-01-01"), .missing, day("1969-12-31")]),
            Column(name: "won", valueType: .boolean, cells: [.integer(1), .integer(0), .missing, .integer(1)]),
            Column(name: "score", valueType: .real, cells: [.real(0.1), .real(5), .real(1e300), .missing]),
            Column(
                name: "seen", valueType: .instant,
                cells: [.integer(0), .integer(-1), .integer(1_795_426_205), .missing]),
        ])
    }

    @Test func csv() throws {
        let text = try String(decoding: RowsOutput.bytes(of: table(), .csv), as: UTF8.self)
        #expect(
            text == """
                id,stage,value,probability,close,won,score,seen
                007,=1+1,1234.50,0.45,2026-11-23,true,0.1,1970-01-01T00:00:00Z
                "a,""b""\n",,-0.05,1,0001-01-01,false,5,1969-12-31T23:59:59Z
                ," Won",,0.333333,,,1e+300,2026-11-23T09:30:05Z
                "",é,1000000000000,-0.000001,1969-12-31,true,,

                """)
    }

    @Test func tsvGuardedAndSingleColumn() throws {
        let texts = ["=1", "+1", "-1.5", "-x", "@a", "\ta", "\ra", "+49 30 1", "a=1", "-"]
        let table = try Table([Column(name: "a", valueType: .text, cells: texts.map { .text($0) } + [.missing])])
        let guarded = try String(decoding: RowsOutput.bytes(of: table, .tsv, guarded: true), as: UTF8.self)
        #expect(
            guarded == "a\n'=1\n+1\n-1.5\n'-x\n'@a\n\"'\ta\"\n\"'\ra\"\n'+49 30 1\na=1\n'-\n\"\"\n")
        let plain = try RowsOutput.bytes(of: table, .csv)
        let back = try DelimitedReader.read(plain, name: "f.csv", delimiter: 44)
        #expect((0..<back.rowCount).map { back.text(row: $0, column: 0) } == texts + [""])
    }

    @Test func json() throws {
        let bytes = try RowsOutput.bytes(of: table(), .json)
        let objects = try #require(try JSONSerialization.jsonObject(with: Data(bytes)) as? [[String: Any]])
        #expect(objects.count == 4)
        #expect(objects[0]["id"] as? String == "007" && objects[1]["id"] as? String == "a,\"b\"\n")
        #expect(objects[2]["id"] is NSNull && objects[3]["id"] as? String == "")
        #expect(objects[0]["won"] as? Bool == true && objects[2]["won"] is NSNull)
        #expect(
            String(decoding: bytes, as: UTF8.self).hasPrefix("[\n{\"id\":\"007\",\"stage\":\"=1+1\",\"value\":1234.50,")
        )
        #expect(objects[0]["close"] as? String == "2026-11-23")
        var control: [UInt8] = []
        JSONWriter.string(Array("\u{1}\u{7F}\r\t\\é".utf8).span, &control)
        #expect(String(decoding: control, as: UTF8.self) == #""\u0001\u007f\r\t\\é""#)
    }

    @Test func ndjsonInPagesWithoutDeletedRows() throws {
        var table = try table()
        table.delete(row: 1)
        var output = RowsOutput(.ndjson, columns: table.columns.map(\.name))
        let text = try String(
            decoding: output.head() + output.rows(table) + output.rows(table) + output.tail(), as: UTF8.self)
        let lines = text.split(separator: "\n")
        #expect(lines.count == 6)
        for line in lines { #expect((try? JSONSerialization.jsonObject(with: Data(line.utf8))) != nil) }
        #expect(try RowsOutput.bytes(of: Table([]), .json) == Array("[]\n".utf8))
    }

    @Test func readersReadWhatWritersWrite() throws {
        let table = try table()
        for format in TextFormat.allCases {
            let back = try TextFile.read(RowsOutput.bytes(of: table, format), name: "f.\(format.rawValue)")
            #expect(back.header == table.columns.map(\.name))
            #expect(back.rowCount == 4 && back.faults.isEmpty)
            #expect(back.text(row: 1, column: 0) == "a,\"b\"\n")
            #expect(back.text(row: 3, column: 2) == "1000000000000")
        }
    }

    @Test func filesAreReplacedWhole() throws {
        let folder = try TemporaryFolder()
        let path = try folder.file("out.csv", [1])
        #expect(chmod(path, 0o640) == 0)
        try TextFile.write(path, LocalFileSystem()) { sink in try sink.append(Array("a\n1\n".utf8)) }
        #expect(try folder.bytes("out.csv") == Array("a\n1\n".utf8))
        #expect(try LocalFileSystem().status(path, followingLinks: true)?.permissions == 0o640)
        #expect(symlink("out.csv", folder.path + "/link.csv") == 0)
        try TextFile.write(folder.path + "/link.csv", LocalFileSystem()) { sink in try sink.append([50]) }
        #expect(try folder.bytes("out.csv") == [50])
        #expect(folder.names == ["link.csv", "out.csv"])
        let device = folder.path + "/null"
        #expect(symlink("/dev/null", device) == 0)
        try TextFile.write(device, LocalFileSystem()) { sink in try sink.append([50]) }
        #expect(throws: Diagnostic(.fileNotWritable, "\"\(folder.path)\" is a directory, not a file")) {
            try TextFile.write(folder.path, LocalFileSystem()) { _ in }
        }
        #expect(throws: Diagnostic(.fileNotWritable, "no such folder for \"\(folder.path)/none/x.csv\"")) {
            try TextFile.write(folder.path + "/none/x.csv", LocalFileSystem()) { _ in }
        }
        #expect(chmod(path, 0o444) == 0)
        #expect(throws: Diagnostic(.fileNotWritable, "no permission to write \"\(path)\"")) {
            try TextFile.write(path, LocalFileSystem()) { _ in }
        }
    }

    @Test func theEndingChoosesTheFormat() {
        #expect(TextFormat(path: "a/b.CSV") == .csv && TextFormat(path: "x.jsonl") == .ndjson)
        #expect(TextFormat(path: "x.tab") == .tsv && TextFormat(path: "x") == nil && TextFormat(path: "a.csv/x") == nil)
    }
}
