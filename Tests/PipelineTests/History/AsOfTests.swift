// The book of a past day against the definition, deal by deal and cell by cell: the version that stood at the end of the
// day is searched in the history rows one at a time.
import Engine
import Pipeline
import Testing
import Values

@Suite struct AsOfTests {
    /// Days of an instant in UTC, by counting.
    static func day(_ seconds: Int64) -> Int64 { Int64((Double(seconds) / 86_400).rounded(.down)) }

    @Test(arguments: [1, 7, 19])
    func everyKeptFieldIsThatOfTheLastVersion(_ seed: UInt64) throws {
        let today = try #require(Day(iso: "2026-11-23"))
        let book = try Book.generated(GenerationPlan(dealCount: 250, seed: seed, today: today))
        let history = book.history.rows
        var versions: [Int: [[HistoryColumn: Cell]]] = [:]
        for row in 0..<history.rowCount {
            var cells: [HistoryColumn: Cell] = [:]
            for column in HistoryColumn.allCases { cells[column] = try history.cell(row, column.index) }
            versions[Int(try #require(cells[.deal]?.integer)), default: []].append(cells)
        }
        for back in [0, 1, 20, 95, 300, 700, 1500] {
            let day = today.adding(days: -back)
            let past = try book.asOf(day)
            var dealCount = 0
            for deal in 0..<book.deals.rowCount {
                let created = try book.deal(deal, .created).integer
                let seen = (versions[deal] ?? []).filter {
                    Self.day($0[.at]?.integer ?? .max) <= Int64(day.number)
                }
                let existed = created.map { $0 <= Int64(day.number) } ?? !seen.isEmpty
                #expect(past.book.deals.deletedRows.contains(deal) == !existed)
                guard existed else { continue }
                dealCount += 1
                let last = seen.last
                #expect(try past.book.deal(deal, .stage) == last?[.stage] ?? .missing)
                #expect(try past.book.deal(deal, .value) == last?[.value] ?? .missing)
                #expect(try past.book.deal(deal, .close) == last?[.close] ?? .missing)
                #expect(try past.book.deal(deal, .owner) == last?[.owner] ?? .missing)
                #expect(try past.book.deal(deal, .name) == book.deal(deal, .name))
                guard let last else { continue }
                var entered: Cell = .missing
                var before: Cell?
                var pushes: Int64 = 0
                var close: Cell = .missing
                for version in seen {
                    if version[.stage] != before {
                        entered = .integer(Self.day(version[.at]?.integer ?? 0))
                        before = version[.stage]
                    }
                    if let new = version[.close]?.integer, let old = close.integer, new > old,
                        Day(clamping: Int(new)).startOfMonth > Day(clamping: Int(old)).startOfMonth
                    {
                        pushes += 1
                    }
                    close = version[.close] ?? .missing
                }
                #expect(try past.book.deal(deal, .entered) == entered)
                #expect(try past.book.deal(deal, .pushes) == .integer(pushes))
                let stage = last[.stage]?.text.flatMap { book.place(ofStage: $0)?.stage }
                if stage?.kind.isClosed != true {
                    #expect(try past.book.deal(deal, .closedOn) == .missing)
                    #expect(try past.book.deal(deal, .reason) == .missing)
                }
                let touched = try past.book.deal(deal, .touched).integer
                #expect(touched.map { $0 <= Int64(day.number) } ?? true)
            }
            #expect(past.dealCount == dealCount)
            #expect(
                try past.book.history.versionCount()
                    == versions.values.joined().filter {
                        Self.day($0[.at]?.integer ?? .max) <= Int64(day.number)
                    }.count)
        }
    }

    @Test func todaysBookIsTheBook() throws {
        let today = try #require(Day(iso: "2026-11-23"))
        let book = try Book.generated(GenerationPlan(dealCount: 400, seed: 5, today: today))
        let past = try book.asOf(today).book
        for column in DealColumn.allCases {
            for deal in 0..<book.deals.rowCount {
                #expect(try past.deal(deal, column) == book.deal(deal, column), "\(column.rawValue) of deal \(deal)")
            }
        }
    }

    @Test func aBookWithoutHistorySaysHowManyItCannotPlace() throws {
        let past = try Book().asOf(try #require(Day(iso: "2026-01-01")))
        #expect(past.dealCount == 0)
        #expect(past.undatedCount == 0)
    }
}
