// The scan of cells, which looks at 64 bytes at a time, finds what a reader finds that looks at one byte after the other:
// in random bytes, from any place on, up to any place, and for any number of rows.

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
            found.rows.append(scan.range(row: row, column: scan.cellCount(ofRow: row)))
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

    @Test func moreCellsThanAreHeldBack() {
        // Rows of 700 cells: the cells found are moved on in the middle of a row, and of a cell of many lines.
        let row = (0..<700).map { $0 % 90 == 7 ? "\"a\n\(String(repeating: "b", count: $0))\"" : "\($0)" }
        let bytes = Array(String(repeating: row.joined(separator: ",") + "\r\n", count: 9).utf8)
        #expect(
            quickly(bytes, 0..<bytes.count, rowCountMax: .max) == plainly(bytes, 0..<bytes.count, rowCountMax: .max))
    }
}
