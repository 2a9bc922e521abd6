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

    @Test func cellsOfOneNumberAndOfTwo() {
        // Three rows, the second with a cell less and the third with a cell more than the header.
        let bytes = FileBytes(Array("a,b\n1,22\n3\n4,,5\n".utf8))
        let short = TextTable.Block(
            places: [0 << 16 | 1, 2 << 16 | 2, 4, 8, 0 << 16 | 1, 9, 10, 0 << 16 | 1, 2 << 16, 3 << 16 | 1, 11, 15],
            rowFirstPlace: [0, 4, 7, 12], isShort: true)
        let long = TextTable.Block(
            places: [4, 5, 6, 8, 4, 8, 9, 10, 9, 10, 11, 12, 13, 13, 14, 15, 11, 15], rowFirstPlace: [0, 6, 10, 18],
            isShort: false)
        for block in [short, long] {
            #expect((0..<3).map { block.cellCount($0) } == [2, 1, 3])
            let table = TextTable(
                name: "f", format: .delimited(44), bytes: bytes, header: ["a", "b"], headerPlaces: [0..<1, 2..<3],
                blocks: [block, block])
            #expect(table.rowCount == 6)
            for first in [0, 3] {
                #expect((0..<3).map { table.text(row: first + $0, column: 0) } == ["1", "3", "4"])
                #expect((0..<3).map { table.text(row: first + $0, column: 1) } == ["22", "", ""])
                #expect(table.range(row: first + 1, column: 1) == 10..<10)
                #expect(table.text(row: first + 2, column: 2) == "5")
                #expect(
                    (0..<3).map { String(decoding: table.rawRow(first + $0), as: UTF8.self) } == ["1,22", "3", "4,,5"])
            }
            #expect(table.range(ofRows: 1..<3) == 9..<15)
        }
    }

    @Test func placesCountEveryKindOfLineEnd() {
        let bytes = FileBytes(Array("a\r\nbé\rc\nd".utf8))
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
