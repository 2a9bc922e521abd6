// JSON is read strictly and flattened to a table.

import Foundation
import Testing
import Values

@testable import Storage

@Suite("JSON is read strictly and flattened to a table")
struct JSONReaderTests {
    private func read(_ text: String, name: String = "f.json") throws -> TextTable {
        try TextFile.read(Array(text.utf8), name: name)
    }

    private func rows(_ table: TextTable) -> [[String]] {
        (0..<table.rowCount).map { row in (0..<table.columnCount).map { table.text(row: row, column: $0) } }
    }

    private func message(_ text: String, name: String = "f.json") -> String? {
        do {
            _ = try JSONReader.read(Array(text.utf8), name: name)
            return nil
        } catch {
            return error.message
        }
    }

    @Test func objectsBecomeRows() throws {
        let table = try read(
            #"""
            [ {"Id": "1", "Account": {"Name": "Acme \"A\"", "Address": {"City": null}}, "Amount": 1234567890123456789.10},
              {"Amount": -1e-3, "Id": "", "Tags": [1, {"a": "]"}], "Won": true, "Account": null},
              {} ]
            """#)
        #expect(table.header == ["Id", "Account.Name", "Account.Address.City", "Amount", "Tags", "Won"])
        #expect(
            rows(table) == [
                ["1", "Acme \"A\"", "", "1234567890123456789.10", "", ""],
                ["", "", "", "-1e-3", "[1, {\"a\": \"]\"}]", "true"], ["", "", "", "", "", ""],
            ])
        #expect(table.isQuoted(row: 0, column: 0) && !table.isQuoted(row: 0, column: 3))
        #expect(table.isQuoted(row: 1, column: 0) && !table.isQuoted(row: 2, column: 0))
        #expect(table.place(row: 1, column: 3) == .init(line: 2, column: 14))
        #expect(table.format == .json)
        #expect(String(decoding: table.rawRow(2), as: UTF8.self) == "{}")
    }

    @Test func anObjectWithOneArray() throws {
        let table = try read(#"{"total": 2, "result": {"records": [{"a": 1}, {"a": 2}], "tags": [1]}, "ok": true}"#)
        #expect(rows(table) == [["1"], ["2"]])
        #expect(
            message(#"{"a": [{"x": 1}], "b": {"c": [{"x": 2}]}}"#)
                == #""f.json", line 1, column 30: 2 arrays of objects in one document: "a", "b.c""#)
        #expect(try rows(read(#"{"a": 1, "b": [2]}"#)) == [["1", "[2]"]])
    }

    @Test func objectsPerLine() throws {
        let text = "{\"a\": 1}\n\n{\"a\": 2, \"b\": \"\\u00e9\\uD83D\\uDE00\\n\"}\r\n"
        for name in ["f.ndjson", "f.jsonl", "f.json", "f"] {
            let table = try read(text, name: name)
            #expect(rows(table) == [["1", ""], ["2", "é😀\n"]])
            #expect(table.format == .ndjson)
        }
        #expect(try rows(read(#"{"deals": [{"a": 1}]}"#, name: "f.ndjson")) == [[#"[{"a": 1}]"#]])
        #expect(
            message("{\"a\": 1} {\"a\": 2}") == #""f.json", line 1, column 10: expected the end of the line, found "{""#
        )
    }

    @Test(arguments: [
        ("", "\"f.json\" is empty"), ("[]", "\"f.json\" holds no rows"), ("[{}]", "\"f.json\" holds no rows"),
        ("7", #""f.json", line 1, column 1: expected an array of objects, found "7""#),
        ("[1]", #""f.json", line 1, column 2: a row that is no object"#),
        ("[{\"a\": 1},\n  {\"a\" 1}]", #""f.json", line 2, column 8: expected a colon, found "1""#),
        ("[{\"a\": 1,}]", #""f.json", line 1, column 10: a comma before the closing bracket"#),
        ("[{\"a\": 1} {\"a\": 2}]", #""f.json", line 1, column 11: expected a comma or "]", found "{""#),
        ("[{\"a\": 1}", #""f.json", line 1, column 1: this bracket is never closed"#),
        ("[{\"a\": 1}] x", #""f.json", line 1, column 12: expected the end of the file, found "x""#),
        ("[{a: 1}]", #""f.json", line 1, column 3: expected a name in quotes, found "a""#),
        ("[{\"a\": 01}]", #""f.json", line 1, column 8: a number with a leading zero"#),
        ("[{\"a\": 1.}]", #""f.json", line 1, column 10: expected a digit after the decimal point, found "}""#),
        ("[{\"a\": +1}]", #""f.json", line 1, column 8: expected a value, found "+""#),
        ("[{\"a\": NaN}]", #""f.json", line 1, column 8: expected a value, found "N""#),
        ("[{\"a\": tru}]", #""f.json", line 1, column 8: expected a value, found "t""#),
        ("[{\"a\": \"x\ny\"}]", #""f.json", line 1, column 10: a control character inside a string"#),
        ("[{\"a\": \"x", #""f.json", line 1, column 8: this string is never closed"#),
        (#"[{"a": "\x"}]"#, #""f.json", line 1, column 9: an unknown escape in a string"#),
        (#"[{"a": "\u12"}]"#, #""f.json", line 1, column 9: \u without four hexadecimal digits"#),
        (#"[{"a": "\uD800"}]"#, #""f.json", line 1, column 9: half of a UTF-16 pair stands alone"#),
        (#"[{"a": {"b": 1, "b": 2}}]"#, #""f.json", line 1, column 17: the name "a.b" stands twice in one object"#),
    ])
    func whatIsNoJSONIsToldWithItsPlace(_ text: String, _ expected: String) {
        #expect(message(text) == expected)
    }

    @Test func nestingIsLimited() {
        let deep = String(repeating: "[", count: 300) + String(repeating: "]", count: 300)
        #expect(message("[{\"a\": \(deep)}]")?.hasSuffix("more than 200 values inside one another") == true)
        let objects = String(repeating: "{\"a\":", count: 100_000) + "1" + String(repeating: "}", count: 100_000)
        #expect(message("[\(objects)]")?.hasSuffix("more than 200 values inside one another") == true)
        #expect(message(String(repeating: "{\"a\":", count: 190) + "1" + String(repeating: "}", count: 190)) == nil)
    }

    @Test func namesThatCollideAndExplode() throws {
        let table = try read(
            #"[{"a.b": 1, "a": {"b": 2}, "A": 3, "a": 4}]"#.replacingOccurrences(of: #", "a": 4"#, with: ""))
        #expect(table.header == ["a.b", "a.b 2", "A"])
        #expect(table.warnings.map(\.code) == [.duplicateHeader])
        let many = (0..<Limits.columnCountMax + 2).map { "{\"k\($0)\": 1}" }.joined(separator: "\n")
        #expect(message(many)?.hasSuffix("more than 16384 different names") == true)
        let wide = (0..<15_000).map { "{\"k\($0)\": 1}" }.joined(separator: "\n")
        #expect(message(wide)?.contains("would be a table of 15000 rows and 15000 columns") == true)
    }

    /// Foundation's reader is the oracle: documents that are changed at random are accepted by both or by neither.
    @Test func agreesWithAnotherReaderOnWhatIsJSON() {
        let seed: UInt64 = 31
        var random = SeededGenerator(seed: seed)
        let whole = Array(#"[{"a": -1.5e+3, "b": [true, null], "c": {"d": "x\u00e9\n"}}, {"a": 0, "b": "é"}]"#.utf8)
        let spare = Array(#"{}[],:"\u0e1-+. tfn"#.utf8)
        var accepted = 0
        for _ in 0..<20_000 {
            var bytes = whole
            for _ in 0..<Int.random(in: 0...2, using: &random) {
                let place = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0...2, using: &random) {
                case 0: bytes[place] = spare.randomElement(using: &random) ?? 0
                case 1: bytes.remove(at: place)
                default: bytes.insert(spare.randomElement(using: &random) ?? 0, at: place)
                }
            }
            let other = (try? JSONSerialization.jsonObject(with: Data(bytes))) as? [[String: Any]]
            do {
                let table = try JSONReader.read(bytes, name: "f.json")
                accepted += 1
                #expect(other?.count == table.rowCount, "seed \(seed): \(String(decoding: bytes, as: UTF8.self))")
            } catch {
                // Foundation keeps one of two equal names and allows a trailing comma; RFC 8259 has neither.
                let lenient =
                    ["stands twice", "comma before", "no rows"].contains { error.message.contains($0) }
                #expect(
                    other == nil || lenient, "seed \(seed): \(String(decoding: bytes, as: UTF8.self)): \(error.message)"
                )
            }
        }
        #expect(accepted > 5000)
    }

    @Test func endingsAndContentsChooseTheReader() throws {
        #expect(try read("a,b\n[1],2\n", name: "x.csv").format.isDelimited)
        #expect(try read(" [{\"a\": 1}]", name: "deals.txt").format == .json)
        #expect(try read("a\tb\n1\t2\n", name: "folder.json/deals").format == .delimited(9))
    }
}
