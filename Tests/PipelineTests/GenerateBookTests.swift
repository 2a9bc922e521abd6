// Generated books as books: the same for the same plan, consistent between deals and history, faults and tables as
// promised. All of it is checked through the tables, not through the code that fills them.

import Engine
import Testing
import Values

@testable import Pipeline

@Suite struct GenerateBookTests {
    static let plan = GenerationPlan(dealCount: 3_000, seed: 1)

    /// FNV-1a over every cell of every table, with the names of the columns.
    private func contentHash(_ book: Book) throws -> UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        func mix(_ text: String) {
            for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
            hash = (hash ^ 0xFF) &* 0x100_0000_01B3
        }
        for table in [book.deals, book.history.rows] + book.tables.map(\.rows) {
            for column in table.columns {
                mix(column.name)
                for cell in try column.cells() {
                    switch cell {
                    case .missing: mix("-")
                    case .integer(let value): mix(String(value))
                    case .real(let value): mix(String(value.bitPattern))
                    case .text(let value): mix(value)
                    }
                }
            }
        }
        mix(book.identity.idText)
        return hash
    }

    /// The same bytes everywhere: this number changes only when the model does.
    @Test func samePlanSameBook() throws {
        let hash = try contentHash(Book.generated(Self.plan))
        #expect(hash == 5_588_764_986_002_108_642)
        #expect(try contentHash(Book.generated(Self.plan)) == hash)
        #expect(try contentHash(Book.generated(GenerationPlan(dealCount: 3_000, seed: 2))) != hash)
    }

    @Test(arguments: [1, 2, 80, 700])
    func smallBooksExist(dealCount: Int) throws {
        let book = try Book.generated(GenerationPlan(dealCount: dealCount, seed: 6))
        #expect(book.dealCount == dealCount)
        try checkHistory(book)
        try checkDeals(book)
    }

    @Test func historyEndsInThePresent() throws { try checkHistory(Book.generated(Self.plan)) }

    @Test func dealsKeepTheBooksInvariants() throws { try checkDeals(Book.generated(Self.plan)) }

    /// Blocks of 65,536 deals join without a seam.
    @Test func blocksJoin() throws {
        let plan = GenerationPlan(dealCount: 66_000, seed: 3)
        var told: [Int] = []
        let book = try Book.generated(plan) { told.append($0) }
        let alone = try Book.generated(plan, execution: Execution(threadCount: 1))
        #expect(try contentHash(alone) == contentHash(book))
        #expect(told.last == 66_000)
        #expect(zip(told, told.dropFirst()).allSatisfy { $0 <= $1 })
        #expect(try book.deal(65_535, .id) == .text("D-65536"))
        #expect(try book.deal(65_536, .id) == .text("D-65537"))
        let deals = try book.history.rows.columns[HistoryColumn.deal.index].cells().compactMap(\.integer)
        #expect(zip(deals, deals.dropFirst()).allSatisfy { $0 <= $1 && $1 <= $0 + 1 })
        #expect(deals.first == 0)
        #expect(deals.last == 65_999)
        let created = try book.deals.columns[DealColumn.created.index].cells().compactMap(\.integer)
        #expect(zip(created, created.dropFirst()).allSatisfy { $0 <= $1 })
    }

    @Test func cancellationStops() throws {
        let cancellation = Cancellation()
        cancellation.cancel()
        #expect(throws: EngineError.cancelled) {
            try Book.generated(Self.plan, execution: Execution(cancellation: cancellation))
        }
    }

    @Test func faultsOfHygieneOccur() throws {
        let book = try Book.generated(GenerationPlan(dealCount: 12_000, seed: 1))
        var open = 0
        var faults = ["owner": 0, "close": 0, "overdue": 0, "step": 0, "value": 0, "stalled": 0]
        let today = Int64(Self.plan.today.number)
        for row in 0..<book.deals.rowCount {
            guard let place = try book.place(ofDeal: row), !place.stage.kind.isClosed else { continue }
            open += 1
            func count(_ name: String, _ holds: Bool) { faults[name, default: 0] += holds ? 1 : 0 }
            let close = try book.deal(row, .close).integer
            count("owner", try book.deal(row, .owner).isMissing)
            count("close", close == nil)
            count("overdue", (close ?? today) < today)
            count("step", try book.deal(row, .nextStep).isMissing)
            count("value", (try book.deal(row, .value).integer ?? 0) == 0)
            let entered = try book.deal(row, .entered).integer ?? today
            count("stalled", today - entered > Int64(place.stage.targetDays ?? 0))
        }
        #expect((500...2_000).contains(open), "\(open)")
        let shares = faults.mapValues { Double($0) / Double(open) }
        for (name, range) in [
            ("owner", 0.001...0.03), ("close", 0.005...0.08), ("overdue", 0.02...0.25), ("step", 0.1...0.3),
            ("value", 0.005...0.1), ("stalled", 0.2...0.7),
        ] {
            #expect(range.contains(shares[name] ?? -1), "\(name) \(shares)")
        }
    }

    // MARK: -

    /// Each deal's last version is its row, its first one its creation; days, pushes and stays agree.
    private func checkHistory(_ book: Book) throws {
        let history = book.history.rows
        #expect(history.columns.map(\.name) == HistoryColumn.allCases.map(\.rawValue))
        for row in 0..<book.deals.rowCount {
            let versions = try book.history.rows(ofDeal: row).map { try history.row($0) }
            func cell(_ version: [Cell], _ column: HistoryColumn) -> Cell { version[column.index] }
            let first = try #require(versions.first)
            let last = try #require(versions.last)
            for (one, other) in [
                (HistoryColumn.stage, DealColumn.stage), (.value, .value), (.close, .close), (.owner, .owner),
                (.probability, .ownProbability), (.pipeline, .pipeline),
            ] {
                #expect(try cell(last, one) == book.deal(row, other), "\(row) \(one)")
            }
            let days = versions.compactMap { cell($0, .at).integer.map { $0 / 86_400 } }
            #expect(zip(days, days.dropFirst()).allSatisfy { $0 < $1 })
            #expect(versions.allSatisfy { cell($0, .at).integer.map { $0 % 86_400 } == 0 })
            #expect(try days.first == book.deal(row, .created).integer)
            #expect(try days.last.map { $0 <= (try book.deal(row, .touched).integer ?? 0) } == true)
            #expect(cell(first, .observed) == .integer(0))

            var entered = days[0]
            var pushes: Int64 = 0
            for index in 1..<max(1, versions.count) {
                if cell(versions[index], .stage) != cell(versions[index - 1], .stage) { entered = days[index] }
                if let before = cell(versions[index - 1], .close).integer,
                    let after = cell(versions[index], .close).integer
                {
                    let (old, new) = (Day(clamping: Int(before)).civil, Day(clamping: Int(after)).civil)
                    if new.year * 12 + new.month > old.year * 12 + old.month { pushes += 1 }
                }
            }
            #expect(try book.deal(row, .entered) == .integer(entered))
            #expect(try book.deal(row, .pushes) == .integer(pushes))
        }
    }

    /// What holds of every deal by itself, and of the tables beside them.
    private func checkDeals(_ book: Book) throws {
        let today = try #require(book.settings.today)
        #expect(book.deals.columns.map(\.name) == DealColumn.allCases.map(\.rawValue))
        var ids: Set<String> = []
        for row in 0..<book.deals.rowCount {
            ids.insert(try #require(try book.deal(row, .id).text))
            let place = try #require(try book.place(ofDeal: row))
            let own = try book.deal(row, .ownProbability).integer
            if place.stage.kind.isClosed { #expect(own == nil) }
            if let own { #expect(own != place.stage.chance?.millionths) }
            #expect(try book.deal(row, .reason).isMissing || place.stage.kind == .lost)
            #expect(try (book.deal(row, .value).integer ?? 0) >= 0)
            let created = try #require(try book.deal(row, .created).integer)
            let entered = try #require(try book.deal(row, .entered).integer)
            let touched = try #require(try book.deal(row, .touched).integer)
            #expect(created <= entered && entered <= touched && touched <= Int64(today.number))
            let closed = try book.deal(row, .closedOn).integer
            #expect((closed != nil) == place.stage.kind.isClosed)
            if let closed { #expect(try closed == entered && book.deal(row, .close).integer == closed) }
            if place.stage.kind.isClosed { #expect(try book.deal(row, .nextStep).isMissing) }
            #expect(try !book.deal(row, .name).isMissing && !book.deal(row, .account).isMissing)
        }
        #expect(ids.count == book.deals.rowCount)
        for field in ["account", "owner", "product"] {
            let table = try #require(book.table(ofField: field))
            let column = try #require(book.deals.column(field))
            #expect(try table.rowsByCode(of: column.dictionary).dropFirst().allSatisfy { $0 >= 0 })
        }
        #expect(book.table(named: "accounts")?.rows.rowCount == max(1, book.deals.rowCount / 8))
        #expect(book.pipelines.count == 1)
        #expect(book.pipelines[0].stages.map(\.chance) == SalesPipeline.businessToBusiness.stages.map(\.chance))
    }
}
