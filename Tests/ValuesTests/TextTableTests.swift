// A table of text.

import Testing
import Values

@Suite("A table of text") struct TextTableTests {
    @Test func madeFromTexts() {
        let table = TextTable(
            name: "deals.csv", header: ["a", "b"], rows: [["1", "say \"hi\""], ["", "x"], ["only"], ["1", "2", "3"]])
        #expect(table.rowCount == 4 && table.columnCount == 2)
        #expect(table.text(row: 0, column: 1) == "say \"hi\"")
        #expect(table.text(row: 2, column: 1) == "")
        #expect(table.cellCount(ofRow: 3) == 3)
        #expect(table.faults == [.init(row: 2, kind: .tooFewCells(1)), .init(row: 3, kind: .tooManyCells(3))])
        #expect(table.at(row: 1, column: 1) == "\"deals.csv\", line 3, column 4")
        #expect(String(decoding: table.rawRow(0), as: UTF8.self) == "\"1\",\"say \"\"hi\"\"\"")
        var seen: [String] = []
        table.forEachCell(inColumn: 1, rows: 0..<4) { row, bytes, quoted in
            seen.append(
                "\(row) \(String(decoding: bytes.withUnsafeBufferPointer { Array($0) }, as: UTF8.self)) \(quoted)")
        }
        #expect(seen == ["0 say \"hi\" true", "1 x true", "2  false", "3 2 true"])
    }

    @Test func placesCountEveryKindOfLineEnd() {
        let bytes = Array("a\r\nbé\rc\nd".utf8)
        let places = bytes.indices.map { TextTable.place(at: $0, in: bytes).description }
        #expect(places.last == "line 4, column 1")
        #expect(TextTable.place(at: 6, in: bytes) == .init(line: 2, column: 3))
        #expect(TextTable.place(at: 7, in: bytes) == .init(line: 3, column: 1))
    }

    @Test func escapes() {
        func undo(_ text: String) -> String {
            let bytes = Array(text.utf8)
            return String(decoding: TextEscapes.undoingBackslashes(bytes[...]), as: UTF8.self)
        }
        #expect(undo(#"a\n\t\"\\\/\u00e9\uD83D\uDE00"#) == "a\n\t\"\\/é😀")
        #expect(undo(#"\ud800x\q\u12"#) == "\u{FFFD}x\\q\\u12")
        let doubled = Array("a\"\"b\"".utf8)
        #expect(String(decoding: TextEscapes.undoublingQuotes(doubled[...]), as: UTF8.self) == "a\"b\"")
    }
}
