// An import gives the same book, the same report and the same messages however many threads read the file and wherever
// it is cut: files with quotes, doubled quotes and line ends inside of cells, cut every few bytes; and files of more than
// a chunk of rows from which bad ones are left out.

import Engine
import Testing
import Values

@testable import Pipeline
@testable import Storage

struct ImportThreadsTests {
    private let header = [
        "Id", "Opportunity Name", "Stage", "Account", "Amount", "Probability (%)", "Close Date", "CreatedDate", "Notes",
    ]

    /// What an import came to: the tables of the book and the report, or the messages.
    private func outcome(
        _ bytes: [UInt8], _ kind: String, _ options: ImportOptions, _ threads: Int, _ blockByteCount: Int
    ) -> String {
        importOutcome(kind, options, threads: threads) {
            try DelimitedReader.read(FileBytes(bytes), name: "x.csv", execution: $0, blockByteCountMin: blockByteCount)
        }
    }

    @Test func cutsAndThreadsMakeNoDifference() {
        let seed = UInt64.random(in: 0 ... .max)
        print("import threads seed", seed)
        var random = RandomImportTests.Random(state: seed)
        let words = [
            "Acme", "Zed, Inc", "a\"b", "two\nlines", "x\r\ny", "\"", "", " ", "É", "\n", ",,", "Lead", "\n\n\"\"",
        ]
        let pools: [[String]] = [
            [], words, ["Lead", "Demo", "Closed Won", "Closed Lost", "Odd \"stage\""], words,
            ["1", "250.5", "$3,000", "0", "1.005", "", "12345678"], ["10", "40%", "100", "", "0"],
            ["2026-03-04", "2026-12-31", "", "2026-11-23T10:00:00Z"], ["2026-01-05", "05.01.2026"], words,
        ]
        func quoted(_ text: String) -> String {
            let mustBe = text.utf8.contains { [10, 13, 34, 44].contains($0) } || text.hasPrefix(" ")
            guard mustBe || random.next(3) == 0 else { return text }
            return "\"" + text.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
        }
        var importedCount = 0
        for round in 0..<150 {
            let end = random.pick(["\n", "\r\n"])
            var text = header.map { quoted($0) }.joined(separator: ",") + end
            for row in 0..<random.next(60) {
                var cells = pools.indices.map { column in
                    column == 0 ? "D\(random.next(40) == 0 ? 1 : row)" : random.pick(pools[column])
                }
                // Faults of every kind: a bad value, a row too short or too long, text after a quote, a quote inside.
                switch random.next(200) {
                case 0: cells[4] = "much"
                case 1: cells.removeLast(random.next(4))
                case 2: cells.append("more")
                case 3: text += "\"D\(row)\" odd,"
                case 4: text += "5\" pipe,"
                default: break
                }
                text += cells.map { quoted($0) }.joined(separator: ",") + (random.next(30) == 0 ? end + end : end)
            }
            if random.next(20) == 0 { text += "\"never closed" }
            var options = ImportOptions(skipsBadRows: random.next(2) == 0)
            options.duplicates = random.pick([.refuse, .lastRowWins, .lines])
            if random.next(3) > 0 { options.dates = .dayFirst }
            let kind = random.pick(["deals", "deals", "accounts"])
            let bytes = Array(text.utf8)
            options.firstReadingRowCountMin = .max
            let expected = outcome(bytes, kind, options, 1, .max)
            if expected.hasPrefix("ImportReport") { importedCount += 1 }
            for size in [1, 16 + random.next(100), 400] {
                // The first rows may promise what the rest does not keep.
                options.firstReadingRowCountMin = random.pick([4, 12, 80, .max])
                let found = outcome(bytes, kind, options, 1 + random.next(3), size)
                #expect(found == expected, "seed \(seed), round \(round), blocks of \(size): \(text)")
            }
        }
        #expect(importedCount > 30)
    }

    @Test func chunksBeginWhereRowsThatCountDo() throws {
        let count = 2 * 65_536 + 5_000
        var text = "id,stage,account,value,close\n"
        var kept: [(id: String, value: Int, account: String)] = []
        for row in 0..<count {
            // Bad rows in every chunk, at its border too; ids that do not ascend.
            let isBad = row % 9_973 == 7 || (65_530..<65_540).contains(row)
            let id = "D-\((row &* 7_919) % 1_000_003)"
            let account = "Account \(row * 31 % 7_001)"
            text += "\(id),\(row % 3 == 0 ? "Lead" : "Closed Won"),\(account),\(isBad ? "x" : String(row)),2026-03-04\n"
            if !isBad { kept.append((id, row * 100, account)) }
        }
        let table = try DelimitedReader.read(Array(text.utf8), name: "x.csv")
        for threads in [1, 2] {
            let (book, report) = try Book(identity: BookIdentity(id: 1)).importing(
                "deals", from: table, options: ImportOptions(skipsBadRows: true), today: day(11, 23),
                execution: Execution(threadCount: threads))
            #expect(report.addedCount == kept.count && report.rejects.count == count - kept.count)
            #expect(try book.deals.column("value")?.integers() == kept.map { Int64($0.value) })
            let accounts = try #require(book.deals.column("account"))
            let names = try accounts.dictionary.names()
            #expect(try accounts.codes().map { names[Int($0) - 1] } == kept.map(\.account))
            var ids: [String] = []
            try book.deals.columns[DealColumn.id.index].forEachText { _, bytes in
                if let bytes { ids.append(String(decoding: bytes, as: UTF8.self)) }
            }
            #expect(ids == kept.map(\.id))
        }
    }
}
