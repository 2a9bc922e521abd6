// Where imported deals are: known and inferred pipelines, statuses, updates and the history that follows.

import Engine
import Testing
import Values

@testable import Pipeline

struct StageImportTests {
    let today = day(11, 23)

    func imported(
        _ header: [String], _ rows: [[String]], _ options: ImportOptions = ImportOptions(), into book: Book? = nil
    ) throws -> (book: Book, report: ImportReport) {
        try (book ?? Book(identity: BookIdentity(id: 1))).importing(
            "deals", from: TextTable(name: "deals.csv", header: header, rows: rows), options: options, today: today)
    }

    func stages(_ book: Book, _ pipeline: Int = 0) -> [String] {
        book.pipelines[pipeline].stages.map { "\($0.name)/\($0.kind.rawValue)" }
    }

    /// The versions of a deal: day, stage, value, `?` for an observation.
    func versions(_ book: Book, _ deal: Int) throws -> [String] {
        try book.history.rows(ofDeal: deal).map { row in
            let cells = try book.history.rows.row(row)
            let at =
                DateText.day(of: cells[HistoryColumn.at.index].integer ?? 0, timezoneMinutes: 0)?.description ?? "?"
            let value = cells[HistoryColumn.value.index].integer.map { Money(cents: $0).plain } ?? "-"
            let seen = cells[HistoryColumn.observed.index].integer == 1 ? " ?" : ""
            return "\(at) \(cells[HistoryColumn.stage.index].text ?? "-") \(value)\(seen)"
        }
    }

    @Test func usualStagesKeepTheDefaultPipeline() throws {
        let (book, report) = try imported(["Stage", "Amount"], [["negotiation", "5"], ["Closed Won", "6"]])
        #expect(book.pipelines == [.businessToBusiness])
        #expect(try shown(book.deals, "stage") == ["Negotiation", "Closed Won"])
        #expect(!report.notes.contains { $0.hasPrefix("stages") })
    }

    @Test func stagesComeFromTheData() throws {
        let (book, report) = try imported(
            ["Stage"], [["Won"], ["Prospecting"], ["Lost"], ["Engaging"], ["Parked"], ["On Hold"], ["Engaging"]])
        #expect(
            stages(book) == [
                "Prospecting/open", "Engaging/open", "Parked/hold", "On Hold/hold", "Won/won", "Lost/lost",
            ])
        #expect(
            report.notes.contains(
                "stages taken from the file: Prospecting, Engaging, Parked (hold), On Hold (hold), Won (won), Lost (lost)"
            ))
        #expect(report.advice.contains { $0.contains("`stage \"Prospecting\" probability 20%`") })
    }

    @Test func theirOrderComesFromNumbersThenProbabilitiesThenNames() throws {
        let numbers = try imported(["Stage"], [["10 Close"], ["2 Lead"], ["1 Zebra"], ["9 Won"]])
        #expect(
            stages(numbers.book) == ["1 Zebra/open", "2 Lead/open", "10 Close/open", "9 Won/won", "Closed Lost/lost"])
        let chances = try imported(
            ["Stage", "Probability"], [["Gamma", "90"], ["Alpha", "10"], ["Beta", "50"], ["Closed Won", "100"]])
        #expect(
            stages(chances.book) == ["Alpha/open", "Beta/open", "Gamma/open", "Closed Won/won", "Closed Lost/lost"])
        #expect(
            chances.book.pipelines[0].stages.map { $0.chance?.millionths } == [100_000, 500_000, 900_000, 1_000_000, 0])
        let names = try imported(["Stage"], [["Mystery"], ["Proposal"], ["Lead"], ["Riddle"], ["Demo"]])
        #expect(
            stages(names.book).prefix(5) == ["Lead/open", "Demo/open", "Proposal/open", "Mystery/open", "Riddle/open"])
    }

    @Test func marksOfSalesforceDecideKinds() throws {
        let (book, report) = try imported(
            ["Id", "StageName", "IsClosed", "IsWon"],
            [["a", "Signed", "1", "1"], ["b", "Gone", "1", ""], ["c", "Lead", "", ""]])
        #expect(stages(book) == ["Lead/open", "Signed/won", "Gone/lost"])
        #expect(report.columns.map { $0.field ?? "-" } == ["id", "stage", "-", "-"])
    }

    @Test func aStatusApartFromTheStage() throws {
        let (book, report) = try imported(
            [
                "Deal - ID", "Deal - Stage", "Deal - Status", "Deal - Value", "Deal - Deal created", "Deal - Won time",
                "Deal - Lost time", "Deal - Last stage change",
            ],
            [
                ["1", "Qualified", "Won", "100", "2026-01-05", "2026-03-01 10:00:00", "", "2026-02-01"],
                ["2", "Qualified", "Open", "200", "2026-01-06", "", "", "2026-02-02"],
                ["3", "Contact Made", "Lost", "300", "2026-01-07", "", "2026-04-01", ""],
            ])
        #expect(stages(book) == ["Contact Made/open", "Qualified/open", "Closed Won/won", "Closed Lost/lost"])
        #expect(try shown(book.deals, "stage") == ["Closed Won", "Qualified", "Closed Lost"])
        #expect(try shown(book.deals, "closed_on") == ["2026-03-01", "-", "2026-04-01"])
        #expect(report.notes.contains { $0.hasPrefix("won or lost by their status: 2 deals") })
        #expect(
            try versions(book, 0) == [
                "2026-01-05 Contact Made -", "2026-02-01 Qualified -", "2026-03-01 Closed Won 100",
            ])
        #expect(try versions(book, 1) == ["2026-02-02 Qualified -", "2026-11-23 Qualified 200 ?"])
        #expect(try versions(book, 2) == ["2026-01-07 Contact Made -", "2026-04-01 Closed Lost 300"])
    }

    @Test func aStatusAloneIsTheStage() throws {
        let leads = try imported(
            ["Name", "Status"], [["a", "Lead"], ["b", "Qualified"], ["c", "Won"], ["d", "Lost"]])
        #expect(stages(leads.book) == ["Lead/open", "Qualified/open", "Won/won", "Lost/lost"])
        let plain = try imported(["Name", "Status"], [["a", "Open"], ["b", "Won"]])
        #expect(stages(plain.book) == ["Open/open", "Won/won", "Closed Lost/lost"])
    }

    @Test func severalPipelines() throws {
        let (book, _) = try imported(
            ["Pipeline", "Stage"],
            [["New", "Lead"], ["Renewal", "Due"], ["New", "Won"], ["Renewal", "Won"], ["Renewal", "Lead"]])
        #expect(book.pipelines.map(\.name) == ["New", "Renewal"])
        #expect(stages(book, 0) == ["Lead/open", "Won/won", "Closed Lost/lost"])
        #expect(stages(book, 1) == ["Lead/open", "Due/open", "Won/won", "Closed Lost/lost"])
        #expect(try book.place(ofDeal: 4)?.pipeline == 1)
    }

    @Test func aKnownPipelineIsKept() throws {
        var book = try Book()
        try book.setPipeline(
            nil, stages: [StageDraft("Lead"), StageDraft("Demo"), StageDraft("Won"), StageDraft("Lost")])
        let (new, _) = try imported(["ID", "Stage"], [["a", "demo"]], into: book)
        #expect(try shown(new.deals, "stage") == ["Demo"])
        do {
            _ = try imported(["ID", "Stage"], [["a", "Demo"], ["b", "Trial"], ["c", "Trial"]], into: book)
            Issue.record("an unknown stage was taken")
        } catch let error as Diagnostics {
            #expect(error.all.map(\.message) == ["the pipeline \"Sales\" has no stage \"Trial\" (2 deals)"])
        }
    }

    @Test func forecastCategories() throws {
        let (book, _) = try imported(
            ["Stage", "Probability", "Forecast Category"],
            [
                ["Alpha", "10", "Pipeline"], ["Alpha", "10", "Commit"], ["Beta", "20", "Best Case"],
                ["Won", "100", "Closed"],
            ])
        #expect(book.place(ofStage: "Beta")?.stage.category == .bestCase)
        #expect(book.place(ofStage: "Alpha")?.stage.category == nil)
        #expect(try shown(book.deals, "own_category") == ["-", "commit", "-", "-"])
        #expect(try shown(book.deals, "own_probability") == ["-", "-", "-", "-"])
    }

    @Test func anUpdateChangesOnlyWhatTheFileHas() throws {
        let header = ["ID", "Stage", "Amount", "Close Date", "Owner", "Probability", "Region"]
        let first = try imported(
            header,
            [
                ["a", "Qualification", "100", "2026-12-01", "Dana", "55", "North"],
                ["b", "Demo Scheduled", "200", "2026-12-01", "Marco", "40", "South"],
            ], ImportOptions(asOf: day(11, 2)))
        #expect(first.report.addedCount == 2)
        let second = try imported(
            ["ID", "Stage", "Close Date", "Score"],
            [
                ["b", "Demo Scheduled", "2026-12-01", ""], ["a", "Negotiation", "2027-01-15", "7"],
                ["c", "Qualification", "", "8"],
            ],
            ImportOptions(asOf: day(11, 9)), into: first.book)
        let book = second.book
        #expect([second.report.addedCount, second.report.updatedCount, second.report.unchangedCount] == [1, 1, 1])
        #expect(try shown(book.deals, "id") == ["a", "b", "c"])
        #expect(try shown(book.deals, "stage") == ["Negotiation", "Demo Scheduled", "Qualification"])
        #expect(try shown(book.deals, "value") == ["100", "200", "-"])
        #expect(try shown(book.deals, "owner") == ["Dana", "Marco", "-"])
        #expect(try shown(book.deals, "region") == ["North", "South", "-"])
        #expect(try shown(book.deals, "score") == ["7", "-", "8"])
        #expect(try shown(book.deals, "entered") == ["2026-11-09", "-", "-"])
        #expect(try shown(book.deals, "pushes") == ["1", "0", "0"])
        #expect(try shown(book.deals, "own_probability") == ["-", "-", "-"])
        #expect(try shown(book.deals, "touched") == ["2026-11-09", "-", "-"])
        #expect(second.report.notes.contains("1 own probability was cleared by a change of stage"))
        #expect(try versions(book, 0) == ["2026-11-02 Qualification 100 ?", "2026-11-09 Negotiation 100"])
        #expect(try versions(book, 1) == ["2026-11-02 Demo Scheduled 200 ?"])
        #expect(try versions(book, 2) == ["2026-11-09 Qualification - ?"])
        #expect(try shown(first.book.deals, "stage") == ["Qualification", "Demo Scheduled"])
        #expect(throws: Diagnostic.self) {
            _ = try imported(["ID", "Stage"], [["a", "Negotiation"]], ImportOptions(asOf: day(11, 1)), into: book)
        }
    }

    @Test func wholeNumbersBecomeRealWhenDecimalsCome() throws {
        let first = try imported(["ID", "Stage", "Score"], [["a", "Lead", "1"], ["b", "Lead", "2"]])
        let second = try imported(
            ["ID", "Stage", "Score"], [["b", "Lead", "2.5"], ["c", "Lead", "3"]], into: first.book)
        #expect(try shown(second.book.deals, "score") == ["1.0", "2.5", "3.0"])
        #expect(throws: Diagnostics.self) {
            _ = try imported(["ID", "Stage", "Score"], [["b", "Lead", "high"]], into: first.book)
        }
    }

    @Test func theHistoryOfADealWithoutOne() throws {
        let (book, _) = try imported(
            ["ID", "Stage", "Amount", "Created", "Close Date"],
            [
                ["won", "Closed Won", "10", "2026-01-01", "2026-02-01"],
                ["late", "Closed Won", "20", "2026-03-01", "2026-02-01"],
                ["open", "Negotiation", "30", "2026-01-01", "2026-12-31"],
                ["future", "Closed Lost", "40", "2026-01-01", "2027-02-01"],
            ])
        #expect(try versions(book, 0) == ["2026-01-01 Initial Contact -", "2026-02-01 Closed Won 10"])
        #expect(try versions(book, 1) == ["2026-02-01 Closed Won 20"])
        #expect(try versions(book, 2) == ["2026-11-23 Negotiation 30 ?"])
        #expect(try versions(book, 3) == ["2026-11-23 Closed Lost 40 ?"])
        #expect(try shown(book.deals, "touched") == ["2026-02-01", "2026-02-01", "-", "-"])
    }

    @Test func aHistoryIsImported() throws {
        let (start, _) = try imported(
            ["ID", "Stage", "Amount", "Created", "Close Date"],
            [
                ["a", "Negotiation", "30", "2026-01-01", "2026-12-31"],
                ["b", "Closed Won", "9", "2026-01-02", "2026-05-01"],
                ["c", "Qualification", "7", "", ""],
            ])
        let history = TextTable(
            name: "history.csv",
            header: ["Id", "OpportunityId", "CreatedDate", "StageName", "Amount", "CloseDate", "Probability"],
            rows: [
                ["h3", "a", "2026-03-01 09:00", "Negotiation", "30", "2026-12-31", "80"],
                ["h1", "a", "2026-01-01 10:00", "Initial Contact", "20", "2026-03-31", "10"],
                ["h2", "a", "2026-02-01 10:00", "Initial Contact", "20", "2026-04-01", "15"],
                ["h4", "b", "2026-04-30 10:00", "Closed Won", "9", "2026-05-01", "100"],
            ])
        let (book, report) = try start.importing("history", from: history, today: today)
        #expect(
            try versions(book, 0) == [
                "2026-01-01 Initial Contact 20", "2026-02-01 Initial Contact 20", "2026-03-01 Negotiation 30",
                "2026-11-23 Negotiation 30 ?",
            ])
        // The versions that followed from the dates of b up to its last one in the file are replaced.
        #expect(try versions(book, 1) == ["2026-04-30 Closed Won 9", "2026-05-01 Closed Won 9"])
        #expect(try versions(book, 2) == ["2026-11-23 Qualification 7 ?"])
        #expect(try shown(book.deals, "entered") == ["2026-03-01", "2026-04-30", "-"])
        #expect(try shown(book.deals, "pushes") == ["2", "0", "0"])
        #expect(try shown(book.history.rows, "probability") == ["-", "15.0%", "-", "-", "-", "-", "-"])
        #expect(report.addedCount == 4)
        #expect(
            report.columns.map { $0.field ?? "-" } == ["-", "deal", "at", "stage", "value", "close", "probability"])
        func fault(_ header: [String], _ row: [String]) throws -> String {
            do {
                _ = try start.importing(
                    "history", from: TextTable(name: "h", header: header, rows: [row]), today: today)
                return "none"
            } catch let error as Diagnostics {
                return error.all[0].message
            } catch let error as Diagnostic {
                return error.message
            }
        }
        #expect(
            try fault(["deal", "at", "stage"], ["zz", "2026-01-01", "Qualification"]).contains("no deal of the book"))
        #expect(
            try fault(["deal", "at", "stage"], ["a", "2026-01-01", "Trial"])
                == "the pipeline \"Sales\" has no stage \"Trial\" (1 row)")
        #expect(try fault(["deal", "stage"], ["a", "Trial"]) == "no column of \"h\" says when a change was")
        #expect(
            try fault(["at", "stage"], ["2026-01-01", "Trial"]) == "no column of \"h\" says of which deal a row is")
        #expect(try fault(["deal", "at"], ["a", "2026-01-01"]) == "no column of \"h\" says in which stage a deal was")
    }

    @Test func columnsThatSayWhenAStageWasEntered() throws {
        let (book, _) = try imported(
            [
                "Record ID", "Deal Name", "Deal Stage", "Pipeline", "Amount", "Close Date", "Create Date",
                "Date entered \"Qualified To Buy (Sales Pipeline)\"", "Date entered \"Contract Sent (Sales Pipeline)\"",
                "Date entered \"Closed Won (Sales Pipeline)\"", "Date entered \"Elsewhere (Other)\"",
            ],
            [
                [
                    "1", "a", "Closed Won", "Sales Pipeline", "10", "2026-05-01", "2026-01-01", "2026-01-02",
                    "2026-03-01", "2026-05-01", "",
                ],
                [
                    "2", "b", "Contract Sent", "Sales Pipeline", "20", "2026-12-01", "2026-01-01", "2026-02-02",
                    "2026-04-01", "", "2026-02-03",
                ],
                ["3", "c", "Qualified To Buy", "Sales Pipeline", "30", "", "2026-01-01", "", "", "", ""],
            ])
        #expect(
            try versions(book, 0) == [
                "2026-01-02 Qualified To Buy -", "2026-03-01 Contract Sent -", "2026-05-01 Closed Won 10",
            ])
        #expect(
            try versions(book, 1) == [
                "2026-02-02 Qualified To Buy -", "2026-04-01 Contract Sent -", "2026-11-23 Contract Sent 20 ?",
            ])
        #expect(try versions(book, 2) == ["2026-11-23 Qualified To Buy 30 ?"])
        #expect(try shown(book.deals, "entered") == ["2026-05-01", "2026-04-01", "-"])
        #expect(try shown(book.deals, "date_entered_elsewhere_other") == ["-", "2026-02-03", "-"])
    }

    @Test func dealsThatAnExportNoLongerHolds() throws {
        let header = ["ID", "Stage", "Amount"]
        let first = try imported(
            header, [["a", "Negotiation", "1"], ["b", "Negotiation", "2"], ["c", "Closed Won", "3"]],
            ImportOptions(asOf: day(11, 2)))
        let week = [["a", "Negotiation", "1"]]
        let kept = try imported(header, week, ImportOptions(asOf: day(11, 9)), into: first.book)
        #expect(kept.report.notes.contains { $0.hasPrefix("2 deals of the book are not in the file and kept") })
        #expect(kept.book.dealCount == 3)
        let lost = try imported(header, week, ImportOptions(asOf: day(11, 9), missingDeals: .lost), into: first.book)
        #expect(lost.report.missingCount == 1)
        #expect(try shown(lost.book.deals, "stage") == ["Negotiation", "Closed Lost", "Closed Won"])
        #expect(try versions(lost.book, 1) == ["2026-11-02 Negotiation 2 ?", "2026-11-09 Closed Lost 2"])
        #expect(try shown(lost.book.deals, "close") == ["-", "2026-11-09", "-"])
        let deleted = try imported(
            header, week, ImportOptions(asOf: day(11, 9), missingDeals: .deleted), into: first.book)
        #expect(deleted.report.missingCount == 2)
        #expect(deleted.book.dealCount == 1)
        #expect(deleted.book.deals.deletedRows.rows == [1, 2])
        #expect(try versions(deleted.book, 1) == ["2026-11-02 Negotiation 2 ?", "2026-11-09 - -"])
        let before = try deleted.book.asOf(day(11, 8)).book
        #expect(before.dealCount == 3)
        #expect(try shown(before.deals, "stage") == ["Negotiation", "Negotiation", "Closed Won"])
        #expect(try deleted.book.asOf(day(11, 9)).book.dealCount == 1)
        let back = try imported(
            header, [["a", "Negotiation", "1"], ["b", "Negotiation", "5"]], ImportOptions(asOf: day(11, 16)),
            into: deleted.book)
        #expect(back.report.notes.contains("1 deal that had been deleted is back"))
        #expect([back.report.addedCount, back.report.updatedCount, back.report.unchangedCount] == [0, 1, 1])
        #expect(back.book.dealCount == 2)
        #expect(
            try [day(11, 8), day(11, 9), day(11, 15), day(11, 16)].map { try back.book.asOf($0).book.dealCount }
                == [3, 1, 1, 2])
        #expect(try shown(back.book.asOf(day(11, 16)).book.deals, "entered") == ["-", "2026-11-16", "-"])
        // A row with a bad cell is a row of the file all the same.
        let rejected = try imported(
            header, [["a", "Negotiation", "1"], ["b", "Negotiation", "many"]],
            ImportOptions(asOf: day(11, 9), skipsBadRows: true, missingDeals: .deleted), into: first.book)
        #expect(rejected.report.missingCount == 1)
        #expect(rejected.book.deals.deletedRows.rows == [2])
        #expect(throws: Diagnostic.self) {
            _ = try imported(
                ["Name", "Stage"], [["a", "Negotiation"]],
                ImportOptions(asOf: day(11, 9), missingDeals: .deleted), into: first.book)
        }
    }
}
