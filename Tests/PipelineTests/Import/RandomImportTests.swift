// Files of any headers and values: an import never traps, is all or nothing, and done twice changes nothing more.

import Engine
import Testing
import Values

@testable import Pipeline

struct RandomImportTests {
    /// A generator of its own, so that a seed printed is a run repeated.
    struct Random {
        var state: UInt64
        mutating func next(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
        mutating func pick<Value>(_ values: [Value]) -> Value { values[next(values.count)] }
    }

    let headers = [
        "Id", "Opportunity Name", "Stage", "StageName", "Status", "IsWon", "IsClosed", "IsDeleted", "Pipeline",
        "Amount",
        "Value", "Currency", "Probability (%)", "Close Date", "CreatedDate", "Won time", "Lost time", "Owner",
        "OwnerId",
        "Account", "Forecast Category", "Last Stage Change", "Last activity", "Push Count", "Age", "Weighted", "Notes",
        "Flag", "Rank", "Zip", "", "%", "Deal - Stage", "(Do Not Modify) Row Checksum", "Next Step", "Amount ",
    ]
    let values = [
        "", "", "Lead", "Demo", "Closed Won", "Lost", "Open", "won", "TRUE", "FALSE", "1", "0", "42", "0.4", "140",
        "-5", "$1,234.50", "€5", "(3)", "1.234,5", "25k", "45%", "2026-03-04", "03/04/2026", "25/12/2026", "12/25/2026",
        "2026-11-23T10:00:00Z", "46349", "1795392000000", "Dana", "Émile", "Commit", "Closed", "USD", "00042", "14d",
        "NA",
        "a very long text that goes on and on", "\u{FFFD}", "9223372036854775807", "1e300", "2026-13-45",
    ]

    @Test(arguments: 0..<4) func anyFile(part: Int) throws {
        let seed = UInt64.random(in: 0 ... .max)
        print("import seed", seed)
        var random = Random(state: seed)
        var importedCount = 0
        for _ in 0..<400 {
            let columnCount = 1 + random.next(8)
            var header = (0..<columnCount).map { _ in random.pick(headers) }
            if random.next(4) > 0 { header[random.next(columnCount)] = "Stage" }
            // Columns of one kind each, with a few values of any kind.
            let pools = header.map { _ in (0..<(1 + random.next(4))).map { _ in random.pick(values) } }
            let rows = (0..<random.next(12)).map { row in
                (0..<columnCount).map { column in
                    random.next(12) == 0
                        ? random.pick(values) : header[column] == "Id" ? "\(row)" : random.pick(pools[column])
                }
            }
            let file = TextTable(name: "x.csv", header: header, rows: rows)
            var options = ImportOptions(skipsBadRows: random.next(2) == 0)
            if random.next(3) == 0 { options.dates = random.pick(DayMonthOrder.allCases) }
            if random.next(3) == 0 { options.missing = ["NA", "0"] }
            if random.next(2) == 0 { options.duplicates = random.pick([.lastRowWins, .lines]) }
            let kind = random.pick(["deals", "deals", "deals", "accounts", "history"])
            let book = try Book(identity: BookIdentity(id: 1))
            do {
                let (new, report) = try book.importing(kind, from: file, options: options, today: day(11, 23))
                importedCount += 1
                guard kind == "deals" else { continue }
                #expect(report.addedCount == new.dealCount)
                #expect(report.columns.count == header.count)
                try check(new)
                // Without an id every import adds; with one the second time finds all as they are.
                guard new.dealCount > 0, report.columns.contains(where: { $0.field == "id" }) else { continue }
                let (again, second) = try new.importing(kind, from: file, options: options, today: day(11, 23))
                #expect([second.addedCount, second.updatedCount] == [0, 0], "\(header) \(rows)")
                #expect(second.unchangedCount == new.dealCount)
                #expect(again.history.rows.rowCount == new.history.rows.rowCount)
            } catch let error as Diagnostics {
                #expect(!error.all.isEmpty && error.all.count <= Limits.badCellCountMax + 1)
            } catch is Diagnostic {
            } catch let error as EngineError {
                // Values that add up to more than fits, of lines of one deal.
                #expect(error == .overflow(operation: "sum"))
            }
        }
        #expect(importedCount > 100)
    }

    @Test func anEmptyColumnDoesNotTakeTheFieldOfItsNamesakeLater() throws {
        let file = TextTable(
            name: "x.csv", header: ["Id", "Stage", "Note Of Ours", "Note Of Ours"], rows: [["1", "Demo", "", "kept"]])
        let (book, _) = try Book(identity: BookIdentity(id: 1)).importing(
            "deals", from: file, options: ImportOptions(), today: day(11, 23))
        let (_, second) = try book.importing("deals", from: file, options: ImportOptions(), today: day(11, 23))
        #expect([second.addedCount, second.updatedCount, second.unchangedCount] == [0, 0, 1])
    }

    /// What a book promises.
    private func check(_ book: Book) throws {
        let copy = try Book(decoding: try book.encoded(), identity: book.identity)
        #expect(copy.pipelines == book.pipelines)
        for field in try book.fields(today: day(11, 23)) {
            #expect(try field.definition.valueType(in: book.deals).type == field.valueType.type)
        }
        let fields = try book.fields(today: day(11, 23)).map { (name: $0.name, expression: $0.definition) }
        let table = try? Execution(threadCount: 1).materialize(Relation(book.deals), fields)
        for row in 0..<book.deals.rowCount {
            let place = try book.place(ofDeal: row)
            let own = try book.deal(row, .ownProbability).integer
            #expect(own == nil || own.map { (0...1_000_000).contains($0) } == true)
            #expect(own == nil || place?.stage.kind.isClosed != true && place?.stage.chance?.millionths != own)
            if try book.deal(row, .stage) != .missing { #expect(place != nil) }
            if let table, let place, let index = table.columnIndex("status") {
                #expect(try table.cell(row, index) == .text(place.stage.kind.rawValue))
            }
            // The last version is the deal as it is.
            let versions = try book.history.rows(ofDeal: row)
            let last = try #require(versions.last)
            #expect(try book.history.rows.cell(last, HistoryColumn.stage.index) == book.deal(row, .stage))
            #expect(try book.history.rows.cell(last, HistoryColumn.value.index) == book.deal(row, .value))
        }
    }
}
