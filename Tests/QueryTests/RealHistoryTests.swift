// Real histories: a Salesforce developer organisation whose deals were re-opened, and the warehouse tables that Fivetran
// makes of HubSpot and Salesforce (hashed values, open ends 9999-12-31 and 2050-01-01). Every report runs, today and as of
// past days, and counts what it could not use. Skipped, and said, where the files are not there.

import Engine
import Foundation
import Pipeline
import Query
import Testing
import Values

@Suite struct RealHistoryTests {
    static let today = Day(iso: "2026-03-31") ?? .min
    static let reports = [
        "board", "funnel", "funnel strict", "conversion", "velocity", "bottlenecks", "aging",
        "changes since 2026-03-01",
        "cohorts", "hygiene", "focus", "slipped", "trend", "forecast using stages", "forecast using history",
        "forecast using category", "attainment",
    ]

    private static let folder = RealExports.folder(with: "salesforce_devorg")

    private static func run(_ imports: String, _ folder: String) throws -> (book: Book, lines: [String]) {
        try RealExports.book(imports, in: folder, today: today)
    }

    private static func answer(_ text: String, _ book: Book) throws -> Answer {
        try Question(text).answer(book, today: today)
    }

    /// Every report, today and on past days; none fails but those that say what they lack.
    private static func everyReport(_ book: Book, _ days: [String]) throws -> Int {
        var answered = 0
        for report in reports {
            for day in [""] + days.map({ " as of \($0)" }) {
                do {
                    let rows = try answer(report + day, book)
                    #expect(try rows.page(0..<50, of: Array(rows.columns.indices)).rowCount >= 0)
                    answered += 1
                } catch let problem as Diagnostic {
                    #expect(!problem.message.isEmpty && problem.code != .fileDamaged, "\(report)\(day)")
                } catch let problems as Diagnostics {
                    #expect(problems.all.allSatisfy { $0.code != .fileDamaged }, "\(report)\(day)")
                }
            }
        }
        return answered
    }

    @Test func reopenedDealsOfADeveloperOrganisation() throws {
        guard let folder = Self.folder else { return }
        let (book, lines) = try Self.run(
            """
            import deals from "salesforce_devorg/Opportunity.csv" as of 2026-03-31
            import history from "salesforce_devorg/OpportunityHistory.csv"
            """, folder)
        #expect(lines.contains("48 versions of 36 of 36 deals"))
        #expect(try Self.everyReport(book, ["2026-02-28", "2026-02-22", "2026-03-07"]) >= 48)
        // Counted from the file: twelve deals were won on 2026-02-23 and lost on 2026-03-07, or went other ways.
        let history = try Self.answer("history of deals where from is set", book)
        let changes = try history.page(0..<200, of: Array(history.columns.indices))
        let place = try #require(history.columns.firstIndex { $0.name == "from" })
        let reversed = try (0..<changes.rowCount).filter { try changes.cell($0, place) == .text("Closed Won") }
        #expect(reversed.count == (try Self.reversals(folder)))
        let won = try Self.answer("won deals as of 2026-02-28 | count", book)
        #expect(try won.page(0..<1, of: [0]).cell(0, 0) == .integer(Int64(try Self.wonOn("02/28/26", folder))))
        // Before the first version nothing is known, and that is said.
        let before = try Self.answer("deals as of 2026-02-22 | count", book)
        #expect(try before.page(0..<1, of: [0]).cell(0, 0) == .integer(0) || !before.notes.isEmpty)
    }

    /// Deals whose row after a won one is of another stage, found in the file's lines.
    private static func reversals(_ folder: String) throws -> Int {
        var count = 0
        for rows in try lives(folder).values {
            for (one, next) in zip(rows, rows.dropFirst()) where one.stage == "Closed Won" && next.stage != one.stage {
                count += 1
            }
        }
        return count
    }

    private static func wonOn(_ day: String, _ folder: String) throws -> Int {
        try lives(folder).values.filter { rows in
            rows.last { $0.at.prefix(8) <= day }?.stage == "Closed Won"
        }.count
    }

    /// The rows of each deal by time; all times are of 2026, so that they sort as texts within a month and day.
    private static func lives(_ folder: String) throws -> [String: [(at: String, stage: String)]] {
        let table = try RealExports.Files(folder: folder).textTable(at: "salesforce_devorg/OpportunityHistory.csv")
        var lives: [String: [(at: String, stage: String)]] = [:]
        for row in 0..<table.rowCount {
            lives[table.text(row: row, column: 1), default: []].append(
                (table.text(row: row, column: 3), table.text(row: row, column: 4)))
        }
        return lives.mapValues { rows in
            rows.enumerated().sorted { ($0.element.at.prefix(8), $0.offset) < ($1.element.at.prefix(8), $1.offset) }
                .map(\.element)
        }
    }

    /// The rows of an answer, a column for each name.
    private static func rows(_ text: String, _ book: Book, _ columns: [String]) throws -> [[Cell]] {
        let answer = try answer(text, book)
        let places = try columns.map { name in try #require(answer.columns.firstIndex { $0.name == name }) }
        let page = try answer.page(0..<100, of: places)
        return try (0..<page.rowCount).map { try page.row($0) }
    }

    /// The figures of the reports on the developer organisation, counted from its files by a program of its own.
    @Test func figuresOfADeveloperOrganisation() throws {
        guard let folder = Self.folder else { return }
        let (book, _) = try Self.run(
            """
            import deals from "salesforce_devorg/Opportunity.csv" as of 2026-03-31
            import history from "salesforce_devorg/OpportunityHistory.csv"
            """, folder)
        let funnel = try Self.rows("funnel", book, ["reached", "moved_on", "lost_here", "still_here"])
        #expect(funnel.map { $0[0].integer } == [30, 27, 26, 24, 21, 18, 17, 14, 12, nil])
        #expect(funnel.prefix(8).map { $0[3].integer } == [1, 1, 2, 3, 3, 1, 3, 2])
        #expect(funnel[0][2] == .integer(2) && funnel[9][2] == .integer(6))
        // All but two of the closed deals closed two years before they were created; those two were lost, one a day before.
        let velocity = try Self.rows("velocity", book, ["opportunities", "won", "lost", "win_rate", "per_day"])
        #expect(velocity == [[.integer(16), .integer(0), .integer(2), .real(0), .missing]])
        let cohorts = try Self.rows("cohorts", book, ["deals", "won", "lost", "open"])
        #expect(cohorts == [[.integer(36), .integer(12), .integer(8), .integer(16)]])
        #expect(
            try Self.answer("cohorts", book).notes.contains {
                $0.hasPrefix("19 deals were closed before they were created")
            })
        // Six stays in Prospecting: four moved on within the day, one was lost, one lasts.
        let stages = try Self.rows("bottlenecks", book, ["stage", "deals", "conversion"])
        #expect(stages.map { $0[1].integer } == [1, 1, 2, 3, 3, 1, 3, 2])
        #expect(stages[0][2].real.map { abs($0 - 0.8) < 1e-9 } == true)
        let changes = try Self.rows("changes since 2026-03-01", book, ["change", "deals", "amount"])
        #expect(
            changes == [
                [.text("start"), .integer(16), .integer(211_500_000)],
                [.text("end"), .integer(16), .integer(211_500_000)],
            ])
        #expect(
            try Self.answer("changes since 2026-03-01", book).notes.contains(
                "outside the sum: 7 deals that had been won are won no more (830,000)"))
        let aging = try Self.rows("aging", book, ["31–60", "deals"])
        #expect(aging.map { $0[0].integer } == [1, 1, 2, 3, 3, 1, 3, 2] && aging.allSatisfy { $0[0] == $0[1] })
    }

    @Test func warehouseTablesOfSalesforce() throws {
        guard let folder = Self.folder else { return }
        let (book, lines) = try Self.run(
            """
            import deals from "fivetran_salesforce/sf_opportunity_data.csv" with is_deleted as crm_deleted
            import history from "fivetran_salesforce/sf_opportunity_history_data.csv" with is_deleted as crm_deleted
            """, folder)
        #expect(book.dealCount == 10)
        #expect(lines.contains { $0.hasPrefix("10 versions of 10 of 10 deals") }, "\(lines)")
        // Eight rows end on 9999-12-31, which is no end; two do on a day of 2019.
        #expect(lines.contains("the last row of 2 deals has an end: what came then is not in the file"))
        #expect(try Self.everyReport(book, ["2019-06-30", "2018-12-31"]) >= 30)
        // All ten are deleted in the CRM: both imports say what brings them in all the same.
        let (without, said) = try Self.run(
            """
            import deals from "fivetran_salesforce/sf_opportunity_data.csv"
            import history from "fivetran_salesforce/sf_opportunity_history_data.csv"
            """, folder)
        #expect(without.dealCount == 0)
        let left = "10 rows are deleted in the CRM and left out; `with is_deleted as crm_deleted`"
        #expect(said.filter { $0.hasPrefix(left) }.count == 2, "\(said)")
        // Five were won, four lost, one is open. Of eight the warehouse knows nothing before 2019-04-04.
        let funnel = try Self.rows("funnel", book, ["reached", "lost_here", "still_here"])
        #expect(funnel.map { $0[0].integer } == [6, 5, nil] && funnel[2][1] == .integer(4))
        let cohorts = try Self.rows("cohorts", book, ["month_created", "deals", "won", "lost", "open"])
        #expect(cohorts.map { $0.dropFirst().map(\.integer) } == [[1, 0, 1, 0], [1, 0, 1, 0], [8, 5, 2, 1]])
        let changes = try Self.answer("changes since 2019-04-04", book)
        #expect(
            try Self.rows("changes since 2019-04-04", book, ["change", "deals", "amount"]) == [
                [.text("start"), .integer(1), .integer(21_000_000)], [.text("end"), .integer(1), .integer(21_000_000)],
            ])
        #expect(
            changes.notes.contains(
                "at the end of 2019-04-03 the stage of 8 deals is not known: they count as not open then"))
        #expect(try Self.rows("open deals as of 2019-04-03 | count", book, ["count"]) == [[.integer(1)]])
    }

    /// HubSpot's stage entries know of deals that the table of deals lacks: they make a book by themselves.
    @Test func stageEntriesOfHubSpot() throws {
        guard let folder = Self.folder else { return }
        let (book, lines) = try Self.run(
            """
            import deals from "fivetran_hubspot/deal_stage_data.csv"
            import history from "fivetran_hubspot/deal_stage_data.csv"
            """, folder)
        #expect(lines.contains("14 versions of 14 of 14 deals"), "\(lines)")
        // 2050-01-01 is no end.
        #expect(!lines.contains { $0.contains("has an end") || $0.contains("have an end") })
        let funnel = try Self.rows("funnel", book, ["reached", "moved_on", "still_here"])
        #expect(funnel.map { $0[0].integer } == [14, 8, 1, 0])
        #expect(funnel.prefix(3).map { $0[2].integer } == [6, 7, 1])
        #expect(try Self.rows("aging", book, ["90+"]).map { $0[0].integer } == [6, 7, 1])
        #expect(
            try Self.rows("changes since 2021-01-09", book, ["change", "deals"]) == [
                [.text("start"), .integer(5)], [.text("new"), .integer(9)], [.text("end"), .integer(14)],
            ])
        #expect(try Self.rows("deals as of 2021-01-08 | count", book, ["count"]) == [[.integer(5)]])
        #expect(try Self.everyReport(book, ["2021-01-08", "2021-01-10"]) >= 30)
    }

    @Test func warehouseTablesOfHubSpot() throws {
        guard let folder = Self.folder else { return }
        let (book, _) = try Self.run("import deals from \"fivetran_hubspot/deal_data.csv\"", folder)
        #expect(book.dealCount == 44)
        #expect(try Self.everyReport(book, ["2019-12-01"]) >= 16)
        // No deal has a stage: every report that needs one says how many lack it.
        let funnel = try Self.answer("funnel", book)
        #expect(!(funnel.notes + funnel.warnings.map(\.message)).isEmpty)
        // The history is of other deals; its values are hashed: the import says so and changes nothing.
        for file in ["deal_stage_data.csv", "deal_property_history_data.csv"] {
            #expect(throws: (any Error).self) {
                try Self.run(
                    "import deals from \"fivetran_hubspot/deal_data.csv\"\nimport history from \"fivetran_hubspot/\(file)\"",
                    folder)
            }
        }
    }
}
