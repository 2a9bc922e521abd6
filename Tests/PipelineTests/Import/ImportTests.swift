// Importing into a book: what each rule does, on tables of a few rows.

import Engine
import Testing
import Values

@testable import Pipeline

/// A day of 2026.
func day(_ month: Int, _ day: Int, _ year: Int = 2026) -> Day { Day(year: year, month: month, day: day) ?? .min }

/// The cells of a deals column as text, for comparison: money plain, dates ISO, missing as `-`.
func shown(_ table: Table, _ name: String) throws -> [String] {
    guard let column = table.column(name) else { return ["no column \(name)"] }
    return try column.cells().map { cell in
        switch cell {
        case .missing: "-"
        case .text(let text): text
        case .real(let value): String(value)
        case .integer(let value):
            switch column.type {
            case .money: Money(cents: value).plain
            case .date: Day(clamping: Int(value)).description
            case .percent: "\(Double(value) / 10_000)%"
            case .boolean: value == 1 ? "yes" : "no"
            default: String(value)
            }
        }
    }
}

struct ImportTests {
    let today = day(11, 23)

    func file(_ header: [String], _ rows: [[String]]) -> TextTable {
        TextTable(name: "deals.csv", header: header, rows: rows)
    }

    func imported(
        _ header: [String], _ rows: [[String]], _ options: ImportOptions = ImportOptions(), into book: Book? = nil
    ) throws -> (book: Book, report: ImportReport) {
        try (book ?? Book(identity: BookIdentity(id: 1))).importing(
            "deals", from: file(header, rows), options: options, today: today)
    }

    func messages(_ body: () throws -> Void) -> [String] {
        do {
            try body()
            return []
        } catch let error as Diagnostics {
            return error.all.map { $0.message + ($0.hint.map { " | " + $0 } ?? "") }
        } catch let error as Diagnostic {
            return [error.message + (error.hint.map { " | " + $0 } ?? "")]
        } catch {
            return ["\(error)"]
        }
    }

    // MARK: Headers

    @Test(arguments: [
        // Salesforce report labels, API names, HubSpot, Pipedrive, Zoho, Dynamics, Odoo, plain.
        (
            [
                "Opportunity Owner", "Account Name", "Opportunity Name", "Stage", "Amount", "Probability (%)",
                "Close Date", "Created Date", "Lead Source",
            ], "owner account name stage value probability close created source"
        ),
        (
            ["Id", "AccountId", "Name", "StageName", "Amount", "Probability", "CloseDate", "CreatedDate", "OwnerId"],
            "id account name stage value probability close created owner"
        ),
        (
            [
                "Record ID", "Deal Name", "Deal Stage", "Pipeline", "Amount", "Close Date", "Create Date", "Deal owner",
                "Associated Company",
            ], "id name stage pipeline value close created owner account"
        ),
        (
            [
                "Deal - ID", "Deal - Title", "Deal - Owner", "Deal - Value", "Deal - Stage", "Deal - Deal created",
                "Deal - Expected close date", "Deal - Organization", "Deal - Lost reason",
            ], "id name owner value stage created close account reason"
        ),
        (
            [
                "Deal Owner", "Deal Name*", "Account Name*", "Type", "Lead Source", "Amount", "Closing Date*",
                "Next Step", "Stage*",
            ], "owner name account type source value close next_step stage"
        ),
        (
            [
                "(Do Not Modify) Opportunity", "Topic", "Account", "Est. revenue", "Probability", "Pipeline Phase",
                "Est. close date", "Created On", "Owner",
            ], "id name account value probability stage close created owner"
        ),
        (
            [
                "Opportunity", "Customer", "Salesperson", "Expected Revenue", "Stage", "Expected Closing", "Created on",
                "Source", "Lost Reason",
            ], "name account owner value stage close created source reason"
        ),
        (
            ["id", "name", "account", "owner", "stage", "value", "close", "created", "source"],
            "id name account owner stage value close created source"
        ),
    ])
    func headersOfTheCRMs(header: [String], fields: String) throws {
        let byField = [
            "id": "X1", "name": "Desk", "account": "Acme", "owner": "Dana", "stage": "Lead", "value": "1000",
            "probability": "40", "close": "2026-12-24", "created": "2026-10-01", "source": "Web", "pipeline": "Main",
            "reason": "Price", "type": "New", "next_step": "Call",
        ]
        let wanted = fields.split(separator: " ").map(String.init)
        let (book, report) = try imported(header, [wanted.map { byField[$0] ?? "" }])
        #expect(report.columns.map { $0.field ?? "-" } == wanted)
        #expect(report.columns.allSatisfy { $0.isFixedField })
        #expect(try shown(book.deals, "value") == ["1000"])
        #expect(try shown(book.deals, "close") == ["2026-12-24"])
        #expect(try shown(book.deals, "stage") == ["Lead"])
    }

    @Test func aPartOfAHeaderMeansNothing() throws {
        let (book, report) = try imported(
            ["Stage", "Deal Name Id", "Forecast Stage Note", "Owner Mood", "Age", "Status"],
            [["Lead", "7", "x", "sad", "12", "weird"]])
        #expect(
            report.columns.map { $0.field ?? "-" } == [
                "stage", "deal_name_id", "forecast_stage_note", "owner_mood", "crm_age", "crm_status",
            ])
        #expect(try shown(book.deals, "id") == ["D-1"])
    }

    @Test func theValuesMustLookLikeTheField() throws {
        let (_, report) = try imported(
            ["Stage", "Value", "Amount", "Created"], [["Lead", "High", "10", "Bob"], ["Lead", "Low", "20", "Eve"]])
        #expect(report.columns.map { $0.field ?? "-" } == ["stage", "crm_value", "value", "crm_created"])
    }

    @Test func statedMappingsWin() throws {
        let (book, report) = try imported(
            ["Stage", "Amount", "Deal Size", "Who"], [["Lead", "10", "20", "Dana"]],
            ImportOptions(mappings: [
                .init(column: "deal size", field: "value"), .init(column: "Amount", field: "first offer"),
                .init(column: "Who", field: "owner"),
            ]))
        #expect(report.columns.map { $0.field ?? "-" } == ["stage", "first_offer", "value", "owner"])
        #expect(try shown(book.deals, "value") == ["20"])
        #expect(try shown(book.deals, "first_offer") == ["10"])
        #expect(
            messages {
                _ = try imported(
                    ["Stage", "Amount"], [["Lead", "1"]],
                    ImportOptions(mappings: [.init(column: "Amout", field: "value")]))
            } == ["\"deals.csv\" has no column \"Amout\", which `with Amout as value` names | did you mean \"Amount\"?"]
        )
        #expect(
            messages {
                _ = try imported(
                    ["Stage", "A", "B"], [["Lead", "1", "2"]],
                    ImportOptions(mappings: [
                        .init(column: "A", field: "value"), .init(column: "B", field: "value"),
                    ]))
            } == ["`with` maps both \"A\" and \"B\" to value: one column can fill it"])
        #expect(
            messages {
                _ = try imported(
                    ["Stage", "A"], [["Lead", "1"]], ImportOptions(mappings: [.init(column: "A", field: "weighted")]))
            }.first?.hasPrefix("weighted is computed") == true)
    }

    @Test func aFileWithoutStagesIsRefused() {
        #expect(
            messages { _ = try imported(["Name", "Amount"], [["a", "1"]]) } == [
                "no column of \"deals.csv\" says in which stage a deal is | `with COLUMN as stage` names it"
            ])
    }

    // MARK: Types

    @Test func typesAreDecidedFromAllValues() throws {
        let header = [
            "Stage", "Rank", "Size", "Share", "Seen", "Flag", "Wait", "Region", "Memo", "Zip", "MRR", "Ratio", "Is New",
            "Bit",
        ]
        let rows = [
            ["Lead", "1", "$5", "40%", "2026-01-05", "yes", "14d", "North", "a", "01234", "5.5", "1.5", "1", "0"],
            ["Lead", "12.0", "€6", "5%", "2026-01-06", "no", "2w", "North", "b", "99", "6", "2", "0", "1"],
            ["Lead", "", "7", "", "", "", "", "South", "c", "", "", "", "", ""],
            ["Lead", "3", "8", "1%", "2026-01-07", "yes", "1d", "South", "d", "7", "7.25", "3", "1", "1"],
        ]
        let (book, report) = try imported(header, rows)
        #expect(
            report.columns.map(\.reading) == [
                "category", "number", "money", "percent", "date", "yes/no", "duration", "category", "text", "text",
                "money", "number", "yes/no", "number",
            ])
        #expect(try shown(book.deals, "rank") == ["1", "12", "-", "3"])
        #expect(try shown(book.deals, "share") == ["40.0%", "5.0%", "-", "1.0%"])
        #expect(try shown(book.deals, "wait") == ["14", "14", "-", "1"])
        #expect(try shown(book.deals, "zip") == ["01234", "99", "-", "7"])
        #expect(try shown(book.deals, "ratio") == ["1.5", "2.0", "-", "3.0"])
        #expect(try shown(book.deals, "is_new") == ["yes", "no", "-", "yes"])
    }

    @Test func namesOfNothingAreTextUnlessSaid() throws {
        let rows = [["Lead", "NA", "5"], ["Lead", "None", "NA"], ["Lead", "Bob", "7"]]
        let plain = try imported(["Stage", "Owner", "Score"], rows)
        #expect(try shown(plain.book.deals, "owner") == ["NA", "None", "Bob"])
        #expect(plain.report.columns.map(\.reading) == ["category", "category", "text"])
        let told = try imported(["Stage", "Owner", "Score"], rows, ImportOptions(missing: ["NA", "None"]))
        #expect(try shown(told.book.deals, "owner") == ["-", "-", "Bob"])
        #expect(told.report.columns.map(\.reading) == ["category", "category", "number"])
        #expect(try shown(told.book.deals, "score") == ["5", "-", "7"])
    }

    @Test func idsKeepLeadingZeros() throws {
        let (book, _) = try imported(["ID", "Stage", "Code"], [["00000189", "Lead", "007"], ["0107", "Lead", "8"]])
        #expect(try shown(book.deals, "id") == ["00000189", "0107"])
        #expect(try shown(book.deals, "code") == ["007", "8"])
    }

    @Test func moneyAsPeopleWriteIt() throws {
        let (book, report) = try imported(
            ["Stage", "Amount"], [["Lead", "$1,234.50"], ["Lead", "($25k)"], ["Lead", "$0.125"], ["Lead", ""]])
        #expect(try shown(book.deals, "value") == ["1234.50", "-25000", "0.13", "-"])
        #expect(report.notes.contains { $0.hasPrefix("1 amount in Amount had more than two decimals") })
        let comma = try imported(["Stage", "Amount"], [["Lead", "1.234,50 €"], ["Lead", "1.000"], ["Lead", "2,5"]])
        #expect(try shown(comma.book.deals, "value") == ["1234.50", "1000", "2.50"])
        #expect(comma.book.settings.currency.code == "EUR")
        #expect(comma.report.notes.contains("the book's currency is EUR, as in the file"))
        let grouped = try imported(["Stage", "Amount"], [["Lead", "1.234"], ["Lead", "12.000"]])
        #expect(try shown(grouped.book.deals, "value") == ["1234", "12000"])
    }

    @Test func currenciesOfDeals() throws {
        let (book, _) = try imported(["Stage", "Amount"], [["Lead", "$5"], ["Lead", "€6"], ["Lead", "7"]])
        #expect(try shown(book.deals, "currency") == ["USD", "EUR", "-"])
        #expect(book.settings.currency.code == "USD")
        let named = try imported(["Stage", "Amount", "Currency"], [["Lead", "5", "gbp"], ["Lead", "6", "GBP"]])
        #expect(try shown(named.book.deals, "currency") == ["GBP", "GBP"])
        #expect(named.book.settings.currency.code == "GBP")
    }

    @Test func probabilitiesInAnyScale() throws {
        let hundred = try imported(
            ["Stage", "Probability"], [["Lead", "10"], ["Lead", "35"], ["Lead", "10"], ["Won", "90"]])
        #expect(hundred.book.place(ofStage: "Lead")?.stage.probability == Percent(millionths: 100_000))
        #expect(try shown(hundred.book.deals, "own_probability") == ["-", "35.0%", "-", "-"])
        let share = try imported(["Stage", "Probability"], [["Lead", "0.1"], ["Lead", "0.35"], ["Lead", "0.1"]])
        #expect(try shown(share.book.deals, "own_probability") == ["-", "35.0%", "-"])
        let bad = messages {
            _ = try imported(["Stage", "Probability"], [["Lead", "40"], ["Lead", "140"], ["Won", "1000"]])
        }
        #expect(
            bad.first == "\"deals.csv\", line 3, column 8: \"140\" in column \"Probability\" is not between 0% and 100%"
        )
        #expect(bad.count == 2)
    }

    // MARK: Dates

    @Test func datesAreDecidedPerColumn() throws {
        let (book, _) = try imported(
            ["Stage", "Created", "Close"],
            [["Lead", "03/04/2026", "03/04/2026"], ["Lead", "25/04/2026", "04/25/2026"]])
        #expect(try shown(book.deals, "created") == ["2026-04-03", "2026-04-25"])
        #expect(try shown(book.deals, "close") == ["2026-03-04", "2026-04-25"])
    }

    @Test func anOpenOrderAsks() throws {
        let header = ["Stage", "Close"]
        let rows = [["Lead", "05/05/2026"], ["Lead", "03/04/2026"]]
        #expect(
            messages { _ = try imported(header, rows) } == [
                "\"deals.csv\", line 3, column 8: \"03/04/2026\" in column \"Close\" can be day first or month first, and no other date of the column decides it | add `dates as D/M/Y` or `dates as M/D/Y`"
            ])
        let told = try imported(header, rows, ImportOptions(dates: .dayFirst))
        #expect(try shown(told.book.deals, "close") == ["2026-05-05", "2026-04-03"])
        let alike = try imported(header, [["Lead", "05/05/2026"]])
        #expect(try shown(alike.book.deals, "close") == ["2026-05-05"])
        #expect(
            messages { _ = try imported(header, [["Lead", "25/04/2026"], ["Lead", "04/25/2026"]]) }.first?
                .hasPrefix("column \"Close\" mixes two orders of dates") == true)
        let contradicted = messages {
            _ = try imported(
                header, [["Lead", "25/04/2026"], ["Lead", "04/05/2026"]], ImportOptions(dates: .monthFirst))
        }
        #expect(
            contradicted.first
                == "\"deals.csv\", line 2, column 8: \"25/04/2026\" in column \"Close\" is no date of the order M/D/Y")
    }

    @Test func instantsBecomeDaysOfTheBooksTimezone() throws {
        var book = try Book()
        book.settings.timezoneMinutes = -300
        let (new, _) = try imported(
            ["Stage", "Created"], [["Lead", "2026-11-23T02:00:00Z"], ["Lead", "2026-11-23 02:00"]], into: book)
        #expect(try shown(new.deals, "created") == ["2026-11-22", "2026-11-23"])
        let milliseconds = try imported(["Stage", "Create Date"], [["Lead", "1795392000000"]])
        #expect(try shown(milliseconds.book.deals, "created") == ["2026-11-23"])
        let serial = try imported(["Stage", "Created On", "Number"], [["Lead", "46349", "46349"]])
        #expect(try shown(serial.book.deals, "created") == ["2026-11-23"])
        #expect(try shown(serial.book.deals, "number") == ["46349"])
    }

    // MARK: Bad rows

    @Test func badCellsRefuseTheFile() throws {
        let rows =
            (1...30).map { ["D\($0)", "Lead", $0 % 2 == 0 ? "abc" : "5"] } + (0..<20).map { ["E\($0)", "Lead", "6"] }
        let found = messages { _ = try imported(["ID", "Stage", "Amount"], rows) }
        #expect(found.count == 16)
        #expect(found[0] == "\"deals.csv\", line 3, column 13: \"abc\" in column \"Amount\" is no amount of money")
        #expect(found[15].hasPrefix("nothing was imported"))
        let many = messages {
            _ = try imported(
                ["ID", "Stage", "Amount"], rows + (0..<90).map { ["F\($0)", "Lead", $0 < 30 ? "x" : "1"] })
        }
        #expect(many.count == 21)
        #expect(many[20].hasPrefix("25 more bad cells; nothing was imported"))
    }

    @Test func badRowsCanBeSkipped() throws {
        let (book, report) = try imported(
            ["ID", "Stage", "Amount", "Close"],
            [
                ["a", "Lead", "5", "2026-01-01"], ["b", "Lead", "x", "2026-13-01"], ["c", "Lead", "7", ""],
                ["", "Lead", "8", ""], ["e", "Lead", "9", "2026-01-01"],
            ],
            ImportOptions(skipsBadRows: true))
        #expect(try shown(book.deals, "id") == ["a", "c", "e"])
        #expect(try shown(book.deals, "value") == ["5", "7", "9"])
        #expect(report.rejects.map(\.row) == [1, 3])
        #expect(
            report.rejects[0].reason
                == "\"x\" in column \"Amount\" is no amount of money; \"2026-13-01\" in column \"Close\" is no date")
        #expect(report.rejects[1].reason == "no value in \"ID\", which identifies rows")
        let probability = try imported(
            ["ID", "Stage", "Probability"], [["a", "Lead", "50"], ["b", "Lead", "500"]],
            ImportOptions(skipsBadRows: true))
        #expect(try shown(probability.book.deals, "id") == ["a"])
        #expect(probability.report.rejects.map(\.row) == [1])
    }

    @Test func rowsOfTheWrongShape() throws {
        let rows = [["a", "Lead"], ["b", "Lead", "5", "extra"], ["c", "Lead", "6"]]
        #expect(
            messages { _ = try imported(["ID", "Stage", "Amount"], rows) }.first?.contains("holds 4 cells") == true)
        let (book, report) = try imported(["ID", "Stage", "Amount"], rows, ImportOptions(skipsBadRows: true))
        #expect(try shown(book.deals, "value") == ["-", "6"])
        #expect(report.rejects.map(\.row) == [1])
    }

    @Test func deletedRowsAreNoDeals() throws {
        let (book, report) = try imported(
            ["Id", "StageName", "IsDeleted"], [["a", "Lead", "FALSE"], ["b", "Lead", "TRUE"], ["c", "Lead", "0"]])
        #expect(try shown(book.deals, "id") == ["a", "c"])
        #expect(report.notes.contains { $0.hasPrefix("1 row is deleted in the CRM and left out") })
        let kept = try imported(
            ["Id", "StageName", "IsDeleted"], [["a", "Lead", "FALSE"], ["b", "Lead", "TRUE"]],
            ImportOptions(mappings: [.init(column: "IsDeleted", field: "crm_deleted")]))
        #expect(try shown(kept.book.deals, "crm_deleted") == ["no", "yes"])
    }

    // MARK: Ids

    @Test func twoRowsWithOneIdAreTold() throws {
        let header = ["ID", "Stage", "Amount"]
        let rows = [["a", "Lead", "1"], ["b", "Lead", "10"], ["a", "Demo", "2"], ["a", "Demo", "4"]]
        #expect(
            messages { _ = try imported(header, rows) }.first?.hasPrefix(
                "1 id occurs in more than one row of \"deals.csv\": \"a\" in line 2 and line 4") == true)
        let last = try imported(header, rows, ImportOptions(duplicates: .lastRowWins))
        #expect(try shown(last.book.deals, "id") == ["b", "a"])
        #expect(try shown(last.book.deals, "value") == ["10", "4"])
        let lines = try imported(header, rows, ImportOptions(duplicates: .lines))
        #expect(try shown(lines.book.deals, "id") == ["a", "b"])
        #expect(try shown(lines.book.deals, "value") == ["7", "10"])
        #expect(try shown(lines.book.deals, "stage") == ["Lead", "Lead"])
    }

    @Test func idsAreMadeWhereThereAreNone() throws {
        let first = try imported(["Deal Name", "Stage"], [["x", "Lead"], ["y", "Lead"]])
        #expect(try shown(first.book.deals, "id") == ["D-1", "D-2"])
        let second = try imported(["Deal Name", "Stage"], [["z", "Lead"]], into: first.book)
        #expect(try shown(second.book.deals, "id") == ["D-1", "D-2", "D-3"])
        let keyed = try imported(["Deal Name", "Stage"], [["x", "Lead"]], ImportOptions(key: "deal name"))
        #expect(try shown(keyed.book.deals, "id") == ["x"])
    }
}
