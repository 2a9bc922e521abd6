// A long file is read as its first rows promise. Whatever a later cell says otherwise, and wherever it stands, the import is
// what it is when all rows are looked at before anything is read.

import Engine
import Storage
import Testing
import Values

@testable import Pipeline

struct FirstReadingTests {
    private func outcome(_ file: TextTable, _ options: ImportOptions, guessing: Bool, threads: Int) -> String {
        var options = options
        options.firstReadingRowCountMin = guessing ? 8 : .max
        return importOutcome("deals", options, threads: threads) { _ in file }
    }

    private let header = [
        "Id", "Name", "Stage", "Status", "Amount", "Probability", "Close Date", "Seats", "Rank", "On",
    ]
    private let usual = ["Deal", "Lead", "Open", "1200", "0.4", "2026-03-04", "12", "3", "yes"]

    /// What a later row may hold instead, by column.
    private let others: [(column: Int, texts: [String])] = [
        (2, ["Closed Won", ""]), (3, ["Lost", "x", ""]),
        (4, ["$1,200.50", "1.234,5", "1.234", "€5", "much", "", "1200.005", "9999999999999999", "-5", "0012", "3k"]),
        (5, ["40", "40%", "1", "0,4", "1.5", "", "0.401"]),
        (
            6,
            ["31/12/2026", "12/31/2026", "03/04/2026", "2026-02-30", "46349", "", "2050-01-01", "2026-03-04T23:59:00Z"]
        ),
        (7, ["12.5", "12.0", "012", "$5", "45%", "x", "", "1,5"]), (8, ["2026-01-01", "14d", "1", ""]),
        (9, ["no", "1", "maybe", ""]),
    ]

    @Test func aLaterCellDecidesAsIfItHadBeenTheFirst() {
        for (column, texts) in others {
            for text in texts {
                for place in [1, 39] {
                    var rows = (0..<40).map { ["D\($0)"] + usual }
                    rows[place][column] = text
                    let file = TextTable(name: "x.csv", header: header, rows: rows)
                    for options in [ImportOptions(), ImportOptions(missing: ["3", "Open"], skipsBadRows: true)] {
                        let expected = outcome(file, options, guessing: false, threads: 1)
                        let found = outcome(file, options, guessing: true, threads: 1 + place / 39)
                        #expect(found == expected, "\(header[column]) \(text) in row \(place)")
                    }
                }
            }
        }
    }

    @Test func atTheBordersOfChunks() throws {
        let count = 65_536 + 40
        let columns = [0, 3, 5, 6, 8, 9]
        var text = columns.map { header[$0] }.joined(separator: ",") + "\n"
        for row in 0..<count {
            var cells = ["D\(row)"] + usual
            if row == 65_535 { cells[5] = "40" }
            if row == 65_536 { cells[6] = "31/12/2026" }
            if row == count - 1 { cells[8] = "x" }
            cells[9] = row == 65_535 ? "1.5" : "\(row)"
            text += columns.map { cells[$0] }.joined(separator: ",") + "\n"
        }
        let file = try DelimitedReader.read(Array(text.utf8), name: "x.csv")
        let expected = outcome(file, ImportOptions(), guessing: false, threads: 2)
        #expect(expected.hasPrefix("ImportReport") && expected.contains("date (D/M/Y)"))
        for threads in [1, 2] {
            // Not within the expectation, which would show megabytes.
            let isSame = outcome(file, ImportOptions(), guessing: true, threads: threads) == expected
            #expect(isSame)
        }
    }

    @Test func plainAmountsAreAmounts() {
        let seed = UInt64.random(in: 0 ... .max)
        print("plain amounts seed", seed)
        var random = RandomImportTests.Random(state: seed)
        let signs = Array("00123456789..,".utf8)
        var plainCount = 0
        for _ in 0..<8_000 {
            let text = (0..<1 + random.next(18)).map { _ in random.pick(signs) }
            for mark in [DecimalMark.point, .comma] {
                var evidence = AmountEvidence()
                guard let plain = PlainAmount(text.span, mark) else { continue }
                plainCount += 1
                evidence.note(plain, mark)
                var expected = AmountEvidence()
                let isNoted = expected.note(text.span)
                #expect(isNoted)
                #expect("\(evidence)" == "\(expected)", "\(String(decoding: text, as: UTF8.self))")
                let amount = AmountText.read(text.span, mark)
                for decimals in [0, 2, 4, 6] {
                    guard let value = plain.scaled(to: decimals) else { continue }
                    let read = amount?.scaled(to: decimals)
                    #expect(read?.value == value && read?.rounded == false)
                }
            }
        }
        #expect(plainCount > 1_000)
    }

    private func plainDay(_ text: String) -> Int64? { DateText.plainDay(Array(text.utf8).span) }

    @Test func plainDaysAreDays() {
        for number in stride(from: Int(Day.min.number), through: Int(Day.max.number), by: 61) {
            let found = plainDay("\(Day(clamping: number))")
            #expect(found == Int64(number))
        }
        for text in ["2026-02-29", "2026-13-01", "2026-00-10", "0000-01-01", "2026-1-011", "2026/01/01", "2026-01-32"] {
            #expect(plainDay(text) == nil)
        }
        #expect(plainDay("2024-02-29") == 19_782)
    }
}
