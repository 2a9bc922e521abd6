// Texts searched again and again, in chunks that ascend, nearly ascend or do not at all, with changes in between: each
// answer is held against a walk over the texts.

import Engine
import Testing
import Values

@Suite struct AscendingTextsTests {
    private struct Numbers: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state ^ (state >> 31)
        }
    }

    /// The rows with a text: by that condition alone, and thoroughly with another one beside it and among rows selected
    /// before.
    private func rows(of wanted: String, in table: Table, thoroughly: Bool) throws -> [Int] {
        let execution = Execution()
        let isAlike = Expression.compare(.equal, .column(0), .constant(.text(wanted), .text))
        let isAny = Expression.compare(.greaterOrEqual, .length(.column(0)), .constant(.integer(0), .integer))
        let rows = try execution.rows(Relation(table).filtered(by: isAlike)).map(Int.init)
        guard thoroughly else { return rows }
        #expect(try execution.rows(Relation(table).filtered(by: .and([isAny, isAlike]))).map(Int.init) == rows)
        let isShort = Expression.compare(.lessOrEqual, .length(.column(0)), .constant(.integer(9), .integer))
        for selecting in [isAny, isShort, isAlike] {
            let selected = try execution.select(Relation(table).filtered(by: selecting))
            let found = try execution.select(selected.filtered(by: isAlike))
            #expect(
                try execution.rows(found).map(Int.init)
                    == (selecting == isShort ? rows.filter { _ in wanted.utf8.count <= 9 } : rows))
            #expect(try execution.count(found) == execution.rows(found).count)
        }
        return rows
    }

    private func walk(_ wanted: String, _ texts: [String?], _ deleted: Set<Int>) -> [Int] {
        texts.indices.filter { row in
            !deleted.contains(row) && texts[row].map { TextOrder.folded($0) == TextOrder.folded(wanted) } == true
        }
    }

    @Test(arguments: 0..<8)
    func searchesFindWhatAWalkFinds(kind: Int) throws {
        var random = Numbers(state: UInt64(kind) &* 7919 &+ 3)
        // One row more than a chunk, so that the growing last chunk is a small one.
        let count = [200, 5_000, Limits.chunkRowCount + 1][kind % 3]
        var texts: [String?] = (0..<count).map { number in
            switch kind {
            case 0, 3: "D-\(number)"
            case 1, 2: "D-" + String(repeating: "0", count: 8 - String(number).count) + String(number)
            case 4: number % 2 == 0 ? "kilo-\(number / 4)" : "KILO-\(number / 4)"
            case 5: number < 40 ? nil : "x\(10_000_000 + number)"
            case 6: "id-\(Int.random(in: 0..<count, using: &random))"
            default: number == count / 2 ? "K\u{212A}\(number)" : "kk\(100_000 + number)"
            }
        }
        var table = try Table([
            try Column(name: "id", valueType: ValueType(.text), cells: texts.map { $0.map(Cell.text) ?? .missing })
        ])
        var deleted: Set<Int> = []
        for round in 0..<12 {
            for _ in 0..<4 {
                let known = texts[Int.random(in: texts.indices, using: &random)] ?? ""
                let wanted = [known, known.uppercased(), known + "0", String(known.dropLast()), "", "kk212"]
                let text = wanted[Int.random(in: wanted.indices, using: &random)]
                let found = try rows(of: text, in: table, thoroughly: round % 4 == 1)
                #expect(found == walk(text, texts, deleted), "kind \(kind), round \(round): \(text)")
            }
            switch round % 4 {
            case 0:
                // In order, or before all others.
                let added = round % 8 == 0 ? "zzzzzzzzzzzzzz-\(round)" : "A"
                _ = try table.append(row: [.text(added)])
                texts.append(added)
            case 1:
                let row = Int.random(in: texts.indices, using: &random)
                try table.set(rows: [row], column: 0, to: [.text("d-77")])
                texts[row] = "d-77"
            case 2:
                let row = Int.random(in: texts.indices, using: &random)
                table.delete(row: row)
                deleted.insert(row)
            default:
                // A copy that is changed leaves the other as it was.
                var copy = table
                _ = try copy.append(row: [.text("0")])
                #expect(try rows(of: "0", in: copy, thoroughly: false) == walk("0", texts + ["0"], deleted))
            }
        }
    }
}
