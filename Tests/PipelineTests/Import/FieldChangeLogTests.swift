// Logs of single field changes as versions: Salesforce, HubSpot, Pipedrive; and the warehouse shapes of histories.

import Engine
import Testing
import Values

@testable import Pipeline

struct FieldChangeLogTests {
    let today = day(11, 23)

    func start() throws -> Book {
        try Book(identity: BookIdentity(id: 1)).importing(
            "deals",
            from: TextTable(
                name: "deals", header: ["ID", "Stage", "Amount", "Created", "Close Date", "Owner"],
                rows: [
                    ["a", "Negotiation", "30", "2026-01-01", "2026-12-31", "Dana"],
                    ["b", "Closed Won", "9", "2026-01-02", "2026-05-01", "Marco"],
                    ["c", "Qualification", "7", "", "", ""],
                ]), today: today
        ).book
    }

    func imported(_ header: [String], _ rows: [[String]], _ options: ImportOptions = ImportOptions()) throws -> (
        book: Book, report: ImportReport
    ) {
        try start().importing(
            "history", from: TextTable(name: "log.csv", header: header, rows: rows), options: options, today: today)
    }

    func versions(_ book: Book, _ deal: Int) throws -> [String] {
        try book.history.rows(ofDeal: deal).map { row in
            let cells = try book.history.rows.row(row)
            let at =
                DateText.day(of: cells[HistoryColumn.at.index].integer ?? 0, timezoneMinutes: 0)?.description ?? "?"
            let value = cells[HistoryColumn.value.index].integer.map { Money(cents: $0).plain } ?? "-"
            let owner = cells[HistoryColumn.owner.index].text ?? "-"
            let seen = cells[HistoryColumn.observed.index].integer == 1 ? " ?" : ""
            return "\(at) \(cells[HistoryColumn.stage.index].text ?? "-") \(value) \(owner)\(seen)"
        }
    }

    @Test func salesforcesFieldHistory() throws {
        let (book, report) = try imported(
            ["Id", "OpportunityId", "CreatedById", "CreatedDate", "Field", "OldValue", "NewValue"],
            [
                ["3", "a", "u", "2026-03-01 09:00", "StageName", "Demo Scheduled", "Negotiation"],
                ["4", "a", "u", "2026-03-01 09:00", "Amount", "20", "30"],
                ["1", "a", "u", "2026-01-01 08:00", "created", "", ""],
                ["2", "a", "u", "2026-02-01 09:00", "StageName", "Qualification", "Demo Scheduled"],
                ["5", "a", "u", "2026-03-02 09:00", "Description", "x", "y"],
                ["6", "b", "u", "2026-04-30 10:00", "StageName", "Negotiation", "Closed Won"],
            ])
        #expect(
            try versions(book, 0) == [
                "2026-01-01 Qualification 20 -", "2026-02-01 Demo Scheduled 20 -", "2026-03-01 Negotiation 30 -",
                "2026-11-23 Negotiation 30 Dana ?",
            ])
        // What b was before its only change was seen then; its amount is in the log of others and never changed.
        #expect(
            try versions(book, 1) == [
                "2026-04-30 Negotiation 9 - ?", "2026-04-30 Closed Won 9 -", "2026-05-01 Closed Won 9 Marco",
            ])
        #expect(report.notes.contains("6 changes of single fields became 5 versions"))
        #expect(report.notes.contains("1 change of fields that a history does not keep left out: \"Description\""))
        #expect(report.notes.contains("1 deal of the book has no row in the file"))
        #expect(try shown(book.deals, "entered") == ["2026-03-01", "2026-04-30", "-"])
        #expect(try book.asOf(day(2, 15)).book.deal(0, .stage) == .text("Demo Scheduled"))
        #expect(try book.asOf(day(4, 1)).book.deal(1, .stage) == .missing)
    }

    @Test func hubSpotsPropertyHistory() throws {
        let (book, _) = try imported(
            ["deal_id", "timestamp", "name", "value", "source"],
            [
                ["a", "2026-01-01 08:00:00", "dealstage", "Qualification", "CRM_UI"],
                ["a", "2026-01-01 08:00:00", "amount", "25", "CRM_UI"],
                ["a", "2026-02-01 08:00:00", "amount", "30", "CRM_UI"],
                ["a", "2026-02-03 08:00:00", "dealstage", "Negotiation", "CRM_UI"],
                ["a", "2026-02-03 08:00:00", "hs_lastmodifieddate", "1", "CRM_UI"],
            ])
        #expect(
            try versions(book, 0) == [
                "2026-01-01 Qualification 25 -", "2026-02-01 Qualification 30 -", "2026-02-03 Negotiation 30 -",
                "2026-11-23 Negotiation 30 Dana ?",
            ])
    }

    @Test func pipedrivesChangeLog() throws {
        let (book, _) = try imported(
            ["deal_id", "field_key", "old_value", "new_value", "timestamp"],
            [
                ["a", "stage", "Qualification", "Demo Scheduled", "2026-02-01"],
                ["a", "stage", "Demo Scheduled", "Demo Scheduled", "2026-02-05"],
                ["a", "stage", "Demo Scheduled", "Negotiation", "2026-02-09"],
            ])
        #expect(
            try versions(book, 0) == [
                "2026-02-01 Qualification - - ?", "2026-02-01 Demo Scheduled - -", "2026-02-05 Demo Scheduled - -",
                "2026-02-09 Negotiation - -", "2026-11-23 Negotiation 30 Dana ?",
            ])
        // A row that repeats the stage is no change of it.
        let listing = try book.historyTable(ofDeals: [0], today: today)
        #expect(try shown(listing, "from") == ["-", "Qualification", "-", "Demo Scheduled", "-"])
        #expect(try shown(listing, "days") == ["-", "8", "-", "287", "-"])
    }

    @Test func warehouseRowsWithOpenEnds() throws {
        let (book, report) = try imported(
            ["_fivetran_start", "deal_id", "_fivetran_active", "_fivetran_end", "date_entered", "value"],
            [
                ["2026-01-07 06:49:18", "a", "FALSE", "2026-02-01 07:00:00", "2026-01-07 06:49:18", "Qualification"],
                ["2026-02-01 07:00:00", "a", "TRUE", "2050-01-01 00:00:00", "2026-02-01 07:00:00", "Negotiation"],
                ["2026-01-09 06:49:18", "b", "TRUE", "9999-12-31 23:59:59", "2026-01-09 06:49:18", "Closed Won"],
                ["2026-01-09 06:49:18", "c", "FALSE", "2026-03-31 00:00:00", "2026-01-09 06:49:18", "Qualification"],
            ])
        #expect(
            try versions(book, 0) == [
                "2026-01-07 Qualification - -", "2026-02-01 Negotiation - -", "2026-11-23 Negotiation 30 Dana ?",
            ])
        #expect(report.notes.contains("the last row of 1 deal has an end: what came then is not in the file"))
        #expect(
            report.notes.contains("the history of 2 deals begins after the day of creation: what was before is missing")
        )
    }

    @Test func hashedNamesAreSaidNotGuessed() throws {
        do {
            _ = try imported(
                ["deal_id", "timestamp", "name", "value"], [["a", "2026-01-01", "ky4p2Nx3U/ctHYnc+rKWvg==", "x=="]])
            Issue.record("hashed fields were taken")
        } catch let error as Diagnostic {
            #expect(error.message == "no row of \"log.csv\" changes a field that a history keeps")
            #expect(error.notes == ["fields of the file: ky4p2Nx3U/ctHYnc+rKWvg=="])
        }
    }

    @Test func anOpenEndIsNoDate() throws {
        let (book, _) = try Book(identity: BookIdentity(id: 1)).importing(
            "deals",
            from: TextTable(
                name: "deals", header: ["ID", "Stage", "Close Date", "Date exited Lead", "Renewal"],
                rows: [
                    ["a", "Lead", "9999-12-31", "2050-01-01", "2050-01-01"],
                    ["b", "Lead", "2026-05-01", "2026-02-01", "2026-01-01"],
                ]),
            today: today)
        #expect(try shown(book.deals, "close") == ["-", "2026-05-01"])
        #expect(try shown(book.deals, "date_exited_lead") == ["-", "2026-02-01"])
        #expect(try shown(book.deals, "renewal") == ["2050-01-01", "2026-01-01"])
    }

    /// The past of a deal ends with what the deal is, whatever the history said last.
    @Test func theLastVersionIsThePresent() throws {
        let (book, report) = try imported(
            ["deal", "stage", "date"],
            [
                ["a", "Qualification", "2026-01-01"], ["b", "Negotiation", "2026-06-01"],
                ["c", "Qualification", "2026-01-01"],
            ])
        #expect(report.notes.contains { $0.hasPrefix("the last stage of 1 deal") })
        let past = try book.asOf(today).book
        for column in [DealColumn.stage, .value, .close, .owner] {
            #expect(try shown(past.deals, column.rawValue) == shown(book.deals, column.rawValue), "\(column.rawValue)")
        }
        #expect(try versions(book, 1) == ["2026-06-01 Negotiation - -", "2026-11-23 Closed Won 9 Marco ?"])
    }
}
