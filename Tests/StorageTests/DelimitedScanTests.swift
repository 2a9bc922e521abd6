// The scan of cells, which looks at 64 bytes at a time, finds what a reader finds that looks at one byte after the other:
// in random bytes, from any place on, up to any place, and for any number of rows.

import Foundation
import Testing
import Values

@testable import Storage

struct DelimitedScanTests {
    /// What was found, comparable.
    private struct Found: Equatable {
        var cells: [[String]] = []
        var rows: [Range<Int>] = []
        var faults: [Int] = []
        var isRegular = true
        var unclosedQuote: Int?
        var end = 0
    }

    /// One byte after the other.
    private func plainly(_ bytes: [UInt8], _ block: Range<Int>, rowCountMax: Int) -> Found {
        var found = Found()
        var index = block.lowerBound
        func isEnd(_ index: Int) -> Bool { index == block.upperBound || [10, 13, 44].contains(bytes[index]) }
        func skip(_ byte: UInt8) { while index < block.upperBound, bytes[index] == byte { index += 1 } }
        while index < block.upperBound, found.rows.count < rowCountMax {
            if bytes[index] == 10 || bytes[index] == 13 {
                index += 1
                continue
            }
            let rowStart = index
            var cells: [String] = []
            while true {
                var start = index
                var end = index
                skip(32)
                if index < block.upperBound, bytes[index] == 34 {
                    let opening = index
                    index += 1
                    start = index
                    while index < block.upperBound {
                        if bytes[index] != 34 {
                            index += 1
                        } else if index + 1 < block.upperBound, bytes[index + 1] == 34 {
                            index += 2
                        } else {
                            break
                        }
                    }
                    if index == block.upperBound {
                        found.unclosedQuote = opening
                        return found
                    }
                    end = index
                    index += 1
                    skip(32)
                    if !isEnd(index) {
                        found.isRegular = false
                        found.faults.append(index)
                        while !isEnd(index) { index += 1 }
                        end = index
                    }
                } else {
                    while !isEnd(index) {
                        if bytes[index] == 34 { found.isRegular = false }
                        index += 1
                    }
                    end = index
                }
                cells.append("\(start)..<\(end)")
                if index == block.upperBound || bytes[index] != 44 { break }
                index += 1
            }
            found.cells.append(cells)
            found.rows.append(rowStart..<index)
            if index + 1 < block.upperBound, bytes[index] == 13, bytes[index + 1] == 10 { index += 1 }
            if index < block.upperBound { index += 1 }
        }
        found.end = found.rows.count == rowCountMax ? index : block.upperBound
        return found
    }

    private func quickly(_ bytes: [UInt8], _ block: Range<Int>, rowCountMax: Int) -> Found {
        let scan = DelimitedScan(bytes.span, block, delimiter: 44, rowCountMax: rowCountMax)
        var found = Found()
        found.faults = scan.textAfterQuote.map(\.offset)
        found.isRegular = scan.isRegular
        found.unclosedQuote = scan.unclosedQuote
        for row in 0..<scan.rowCount {
            found.cells.append((0..<scan.cellCount(ofRow: row)).map { "\(scan.range(row: row, column: $0))" })
            found.rows.append(scan.block.range(ofRow: row))
        }
        if scan.unclosedQuote == nil { found.end = scan.end }
        return found
    }

    @Test func findsWhatAPlainReaderFinds() {
        let seed = UInt64.random(in: 0 ... .max)
        print("scan seed", seed)
        var random = SeededGenerator(seed: seed)
        let alphabets: [[UInt8]] = [
            [34, 44, 10, 13, 97, 32], [44, 10, 97, 97, 97, 97, 98], [34, 34, 97, 44, 10], [97, 98, 99, 32, 44, 13, 10],
        ]
        var rowCount = 0
        for _ in 0..<4_000 {
            let alphabet = alphabets.randomElement(using: &random) ?? [97]
            let count = Int.random(in: 0...250, using: &random)
            let bytes = (0..<count).map { _ in alphabet.randomElement(using: &random) ?? 97 }
            let start = Int.random(in: 0...min(count, 70), using: &random)
            let block = start..<Int.random(in: start...count, using: &random)
            let rowCountMax = Bool.random(using: &random) ? Int.max : Int.random(in: 1...4, using: &random)
            let expected = plainly(bytes, block, rowCountMax: rowCountMax)
            rowCount += expected.rows.count
            #expect(
                quickly(bytes, block, rowCountMax: rowCountMax) == expected,
                "seed \(seed): \(bytes) \(block) \(rowCountMax)")
        }
        #expect(rowCount > 10_000)
    }

    private func expectSame(_ text: String, isShort: Bool? = nil) {
        let bytes = Array(text.utf8)
        let block = 0..<bytes.count
        #expect(
            quickly(bytes, block, rowCountMax: .max) == plainly(bytes, block, rowCountMax: .max), "\(text.prefix(200))")
        if let isShort { #expect(DelimitedScan(bytes.span, block, delimiter: 44).isShort == isShort) }
    }

    /// Special bytes just before, on and after the borders of what is looked at in one go, with and without a last line end.
    @Test func bordersOfWords() {
        let patterns = [
            ",", "\n", "\r\n", "\r", "\"\"", "\"a,b\"", "\"a\nb\"", "\"a\"\"b\"", " \"q\" ", "\"\"\"\"", "x\"y",
            "\"a\"z",
            "\"never closed",
        ]
        for border in [64, 128, 2_048, 4_096] {
            for pattern in patterns {
                for start in border - pattern.utf8.count - 1...border + 1 {
                    for separator in [",", "\n", "\r\n"] {
                        let before = String(repeating: "a", count: start - separator.utf8.count) + separator
                        for after in ["", ",", "\n", ",1,2\r\n3,4"] { expectSame(before + pattern + after) }
                    }
                }
            }
        }
    }

    /// A row of 65,535 bytes has cells of one number; one byte more, or one such row behind many short ones, and none has.
    @Test func longRows() {
        for size in [65_535, 65_536, 200_000] {
            for shape in ["x", "x,", ",x", "\"x\",", "\"a,\nb\",x,,y"] {
                let filler = String(repeating: "x", count: size - shape.utf8.count)
                let row = shape.replacingOccurrences(of: "x", with: "x" + filler)
                #expect(row.utf8.count == size)
                for lineEnd in ["", "\n", "\r\n"] {
                    let isShort = size <= TextTable.Block.shortRowByteCountMax
                    expectSame(row + lineEnd, isShort: isShort)
                    let short = String(repeating: "1,22,\"3\"\n4\n5,6,7,8,9\n", count: 1_000)
                    expectSame(short + row + lineEnd, isShort: isShort)
                    if !lineEnd.isEmpty { expectSame(row + lineEnd + short, isShort: isShort) }
                }
            }
        }
    }

    @Test func moreCellsThanAreHeldBack() {
        // Rows of 700 cells: the cells found are moved on in the middle of a row, and of a cell of many lines.
        let row = (0..<700).map { $0 % 90 == 7 ? "\"a\n\(String(repeating: "b", count: $0))\"" : "\($0)" }
        let bytes = Array(String(repeating: row.joined(separator: ",") + "\r\n", count: 9).utf8)
        #expect(
            quickly(bytes, 0..<bytes.count, rowCountMax: .max) == plainly(bytes, 0..<bytes.count, rowCountMax: .max))
    }
}
