// Targets added up and attainment, by hand.

import Engine
import Pipeline
import Testing
import Values

@Suite struct AttainmentReportTests {
    private static let today = Day(iso: "2026-11-15") ?? .min
    private static let quarter = Period(
        from: Day(iso: "2026-10-01") ?? .min, through: Day(iso: "2026-12-31") ?? .min)

    /// Two owners under one manager and one without: won 100,000 and 20,000 in the quarter, 5,000 before it.
    private static func book() throws -> Book {
        var book = try Book()
        let lines: [(id: String, owner: String, stage: String, value: Int64, close: String)] = [
            ("D-1", "Ann", "Closed Won", 60_000, "2026-10-05"), ("D-2", "Ann", "Closed Won", 40_000, "2026-11-15"),
            ("D-3", "Ann", "Closed Won", 5_000, "2026-09-30"), ("D-4", "Ann", "Negotiation", 300_000, "2026-12-31"),
            ("D-5", "Ben", "Closed Won", 20_000, "2026-11-01"), ("D-6", "Ben", "Demo Scheduled", 10_000, "2026-11-01"),
            ("D-7", "Cleo", "Negotiation", 50_000, "2027-01-01"), ("D-8", "Cleo", "Closed Lost", 9_000, "2026-11-02"),
        ]
        for line in lines {
            let close = try #require(Day(iso: line.close))
            try book.deals.append(
                row: DealColumn.allCases.map { column -> Cell in
                    switch column {
                    case .id: .text(line.id)
                    case .owner: .text(line.owner)
                    case .stage: .text(line.stage)
                    case .value: .integer(line.value * 100)
                    case .close: .integer(Int64(close.number))
                    case .created: .integer(Int64(close.number) - 60)
                    default: .missing
                    }
                })
        }
        let owners = try Table([
            Column(name: "owner", valueType: .category, cells: ["Ann", "Ben", "Cleo"].map(Cell.text)),
            Column(name: "manager", valueType: .category, cells: [.text("Mia"), .text("Mia"), .missing]),
        ])
        book.setTable(
            ReferenceTable(name: "owners", singular: "owner", field: "owner", keyColumn: "owner", rows: owners))
        return book
    }

    private static func target(_ name: String?, _ first: String, _ last: String, _ dollars: Int64) throws -> SalesTarget
    {
        SalesTarget(
            name: name, period: Period(from: try #require(Day(iso: first)), through: try #require(Day(iso: last))),
            amount: Money(cents: dollars * 100))
    }

    @Test func wholePeriodsAreAddedAndNothingTwice() throws {
        var book = try Self.book()
        try book.setTargets([
            Self.target("Ann", "2026-10-01", "2026-12-31", 250_000),
            Self.target("Ann", "2026-10-01", "2026-10-31", 90_000),
            Self.target("Ben", "2026-10-01", "2026-10-31", 10_000),
            Self.target("Ben", "2026-11-01", "2026-12-31", 20_000),
            Self.target("Cleo", "2026-12-01", "2027-02-28", 70_000),
            Self.target("Cleo", "2026-10-01", "2026-10-31", 7_000),
        ])
        let sums = try TargetSums(book, in: Self.quarter)
        // A quarter is not added to its months; a period that begins in the quarter and ends behind it counts not at all.
        #expect(sums.ofOwner("ann")?.cents == 25_000_000)
        #expect(sums.ofOwner("Ben")?.cents == 3_000_000)
        #expect(sums.ofOwner("Cleo")?.cents == 700_000)
        #expect(try sums.ofTeam("Mia")?.cents == 28_000_000)
        #expect(try sums.ofEverybody()?.cents == 28_700_000)
        // A manager's own target takes the place of the team's, and an owner's is never added to it.
        try book.setTargets([Self.target("Mia", "2026-10-01", "2026-12-31", 300_000)])
        let own = try TargetSums(book, in: Self.quarter)
        #expect(try own.ofTeam("Mia")?.cents == 30_000_000)
        #expect(try own.ofEverybody()?.cents == 30_700_000)
        // One for everybody goes before all others; the same name and days replace.
        try book.setTargets([
            Self.target(nil, "2026-10-01", "2026-12-31", 1_000_000), Self.target("ann", "2026-10-01", "2026-12-31", 1),
        ])
        let all = try TargetSums(book, in: Self.quarter)
        #expect(try all.ofEverybody()?.cents == 100_000_000)
        #expect(all.ofOwner("Ann")?.cents == 100)
        #expect(try book.salesTargets().count == 8)
    }

    @Test func attainmentByHand() throws {
        var book = try Self.book()
        try book.setTargets([
            Self.target("Ann", "2026-10-01", "2026-12-31", 250_000),
            Self.target("Ben", "2026-10-01", "2026-12-31", 20_000),
            Self.target("Dan", "2026-10-01", "2026-12-31", 1_000),
        ])
        let owner = Key("owner", .column(DealColumn.owner.index))
        let input = ReportInput(book: book, keys: [owner], calendar: Calendar(today: Self.today))
        let result = try AttainmentReport.run(input) { input, period in try input.expectedByStages(in: period) }
        let rows = ReportRows(result).rows
        #expect(rows.map { $0["owner"] } == [.text("Ann"), .text("Ben"), .missing, .text("Cleo"), .text("Dan")])
        // Ann: 46 of 92 days gone, gap 150,000, open 300,000 → coverage 2, pace 100,000 ÷ 125,000, expected + 80%.
        let ann = rows[0]
        #expect(ann["target"] == .integer(25_000_000))
        #expect(ann["won"] == .integer(10_000_000))
        #expect(ann["gap"] == .integer(15_000_000))
        #expect(ann["open"] == .integer(30_000_000))
        #expect(ann["coverage"] == .real(2))
        #expect(ann["pace"] == .real(0.8))
        #expect(ann["expected"] == .integer(34_000_000))
        #expect(ann["met"] == .integer(0))
        // Ben: met; the demo's close date is past and counts as today: 20,000 + 40% of 10,000.
        let ben = rows[1]
        #expect(ben["gap"] == .integer(0))
        #expect(ben["coverage"] == .missing)
        #expect(ben["met"] == .integer(1))
        #expect(ben["expected"] == .integer(2_400_000))
        // Mia's team.
        let team = rows[2]
        #expect(team["manager"] == .text("Mia"))
        #expect(team["target"] == .integer(27_000_000))
        #expect(team["won"] == .integer(12_000_000))
        #expect(team["expected"] == .integer(36_400_000))
        // Cleo has no target, Dan a target and no deal.
        #expect(rows[3]["target"] == .missing)
        #expect(rows[3]["won"] == .integer(0))
        #expect(rows[4]["gap"] == .integer(100_000))
        #expect(rows[4]["pace"] == .real(0))
    }

    @Test func targetsFromAFile() throws {
        let file = TextTable(
            name: "quotas.csv", header: ["Rep", "Quarter", "Quota"],
            rows: [
                ["Ann", "2026-Q4", "$250,000"], ["Ben", "Q4 2026", "20k"], ["", "2026", "1000000"],
                ["Cleo", "Nov 2026", "5"],
            ])
        let (book, report) = try Self.book().importing("targets", from: file, today: Self.today)
        #expect(report.addedCount == 4)
        #expect(report.notes.isEmpty)
        let targets = try book.salesTargets()
        #expect(targets.map(\.name) == ["Ann", "Ben", nil, "Cleo"])
        #expect(targets[0].period == Self.quarter)
        #expect(targets[1].period == Self.quarter)
        #expect(targets[2].period.dayCount == 365)
        #expect(targets[3].period.dayCount == 30)
        #expect(targets.map(\.amount.cents) == [25_000_000, 2_000_000, 100_000_000, 500])
        let again = try book.importing("targets", from: file, today: Self.today).report
        #expect(again.unchangedCount == 4)
        let bad = TextTable(
            name: "bad.csv", header: ["Owner", "Period", "Target"],
            rows: [["Ann", "soon", "1"], ["Zed", "2026-Q4", "x"]])
        #expect(throws: Diagnostics.self) { try book.importing("targets", from: bad, today: Self.today) }
        let kept = try Book(decoding: try book.encoded(), identity: book.identity)
        #expect(try kept.salesTargets() == targets)
    }

    @Test func filesOfTargetsAsPeopleWriteThem() throws {
        func imported(_ header: [String], _ rows: [[String]]) throws -> (book: Book, report: ImportReport) {
            try Self.book().importing(
                "targets", from: TextTable(name: "q.csv", header: header, rows: rows), today: Self.today)
        }
        // A decimal comma, where only that makes numbers of all amounts.
        let european = try imported(
            ["Owner", "Quarter", "Quota"], [["Ann", "Q4 2026", "250.000,00"], ["Ben", "Q4 2026", "1.500,50"]])
        #expect(try european.book.salesTargets().map(\.amount.cents) == [25_000_000, 150_050])
        // Nobody's targets are everybody's, and the import says so; a person twice is told; so is a stranger.
        let nobodys = try imported(["Who", "Period", "Amount"], [["Ann", "2026-Q4", "9"]])
        #expect(nobodys.report.notes.first?.contains("targets of the whole company") == true)
        #expect(try nobodys.book.salesTargets().map(\.name) == [nil])
        let twice = try imported(
            ["Owner", "Period", "Amount"],
            [["Ann", "2026-Q4", "9"], ["ann", "Q4 2026", "8"], ["Stranger", "2026-Q4", "7"]])
        #expect(twice.report.notes.count == 2)
        #expect(twice.report.notes.first?.hasPrefix("1 row has the person and days of a later one") == true)
        #expect(twice.report.notes.last?.contains("Stranger: their targets count in the whole company's alone") == true)
        #expect(try twice.book.salesTargets().map(\.amount.cents) == [800, 700])
        for (header, lack) in [
            (["Owner", "Period"], "amounts"), (["Owner", "Amount"], "periods"),
            (["Owner"], "amounts, and none of periods"),
        ] {
            do {
                _ = try imported(header, [header.map { _ in "1" }])
                Issue.record("\(header) was imported")
            } catch let problem as Diagnostic {
                #expect(problem.code == .missingColumn && problem.message.hasSuffix("no column of " + lack))
            }
        }
    }
}
