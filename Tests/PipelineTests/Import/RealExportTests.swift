// Real exports, read where they lie: in the folder that DEALSH_DATA names, else in `../shared/data`. Without them each
// test says so and passes. The figures were counted from the files by other means.

import Engine
import Storage
import Testing
import Values

#if canImport(Glibc)
    import Glibc
#endif

@testable import Pipeline

struct RealExportTests {
    static let folder: String = getenv("DEALSH_DATA").map { String(cString: $0) } ?? "../shared/data"
    let today = day(11, 23)

    func read(_ path: String) throws -> TextTable? {
        guard access(RealExportTests.folder + "/" + path, R_OK) == 0 else {
            print("skipped: \(RealExportTests.folder)/\(path) is not there")
            return nil
        }
        return try TextFile.read(RealExportTests.folder + "/" + path, LocalFileSystem())
    }

    func imported(
        _ table: String, _ file: TextTable, _ options: ImportOptions = ImportOptions(), into book: Book? = nil
    ) throws -> (book: Book, report: ImportReport) {
        try (book ?? Book(identity: BookIdentity(id: 1))).importing(table, from: file, options: options, today: today)
    }

    func stages(_ book: Book) -> [String] { book.pipelines[0].stages.map { "\($0.name)/\($0.kind.rawValue)" } }

    /// Number and value of the deals in a stage.
    func inStage(_ book: Book, _ name: String) throws -> (count: Int, cents: Int64) {
        let code = try book.deals.columns[DealColumn.stage.index].dictionary.code(of: name)
        let codes = try book.deals.columns[DealColumn.stage.index].codes()
        let values = try book.deals.columns[DealColumn.value.index].integers(missing: 0)
        let rows = codes.indices.filter { codes[$0] == code }
        return (rows.count, rows.reduce(0) { $0 + values[$1] })
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

    @Test func maven() throws {
        guard let file = try read("maven_crm/sales_pipeline.csv"), let teams = try read("maven_crm/sales_teams.csv"),
            let accounts = try read("maven_crm/accounts.csv"), let products = try read("maven_crm/products.csv")
        else { return }
        let start = try imported("deals", file)
        #expect(start.report.addedCount == 8800)
        #expect(
            start.report.columns.map { $0.field ?? "-" } == [
                "id", "owner", "product", "account", "stage", "created", "close", "value",
            ])
        #expect(stages(start.book) == ["Prospecting/open", "Engaging/open", "Won/won", "Lost/lost"])
        #expect(try inStage(start.book, "Won") == (4238, 1_000_553_400))
        #expect(try inStage(start.book, "Lost") == (2473, 0))
        #expect(try inStage(start.book, "Engaging").count == 1589)
        #expect(start.book.deals.columns[DealColumn.account.index].missingCount == 1425)
        #expect(start.book.deals.columns[DealColumn.value.index].missingCount == 2089)
        #expect(start.report.notes.contains { $0.hasPrefix("engage_date is taken as created") })
        // Closed deals: created and closed; open ones: as they are seen today.
        #expect(start.book.history.rows.rowCount == 2 * (4238 + 2473) + 2089)

        let owners = try imported("owners", teams, into: start.book)
        #expect(owners.book.table(named: "owners")?.keyColumn == "sales_agent")
        #expect(owners.report.addedCount == 35)
        #expect(owners.report.notes.contains("every deal with an owner finds its row"))
        #expect(try owners.book.referenceField("owner", "manager") != nil)
        let withAccounts = try imported("accounts", accounts, into: owners.book)
        #expect(withAccounts.report.addedCount == 85)
        #expect(try withAccounts.book.referenceLookup("account")?.missCount == 0)
        #expect(
            withAccounts.report.columns.map(\.reading) == [
                "text", "category", "number", "money", "number", "category", "category",
            ])
        let withProducts = try imported("products", products, into: withAccounts.book)
        let lookup = try #require(try withProducts.book.referenceLookup("product"))
        #expect(lookup.missCount == 1480)
        #expect(lookup.misses.map(\.name) == ["GTXPro"])
        #expect(withProducts.report.advice.first?.contains("may be \"GTX Pro\"") == true)

        // The same file again changes nothing.
        let again = try imported("deals", file, into: withProducts.book)
        #expect([again.report.addedCount, again.report.updatedCount, again.report.unchangedCount] == [0, 0, 8800])
        #expect(again.book.history.rows.rowCount == start.book.history.rows.rowCount)

        let copy = try Book(decoding: try again.book.encoded(), identity: again.book.identity)
        #expect(copy.dealCount == 8800)
        #expect(copy.tables.map(\.name) == ["owners", "accounts", "products"])
    }

    @Test func salesforceDeveloperOrg() throws {
        guard let file = try read("salesforce_devorg/Opportunity.csv"),
            let history = try read("salesforce_devorg/OpportunityHistory.csv"),
            let accounts = try read("salesforce_devorg/Account.csv")
        else { return }
        let start = try imported("deals", file)
        #expect(start.report.crm == "Salesforce")
        #expect(start.report.addedCount == 36)
        #expect(
            stages(start.book) == [
                "Prospecting/open", "Qualification/open", "Needs Analysis/open", "Value Proposition/open",
                "Id. Decision Makers/open", "Perception Analysis/open", "Proposal/Price Quote/open",
                "Negotiation/Review/open", "Closed Won/won", "Closed Lost/lost",
            ])
        #expect(
            start.book.pipelines[0].stages.prefix(8).map { $0.probability?.millionths ?? -1 } == [
                100_000, 100_000, 200_000, 500_000, 600_000, 700_000, 750_000, 900_000,
            ])
        #expect(try start.book.deals.columns[DealColumn.value.index].integers(missing: 0).reduce(0, +) == 576_000_000)
        #expect(start.book.deals.columns[DealColumn.value.index].missingCount == 5)
        #expect(start.book.deals.columns[DealColumn.ownProbability.index].missingCount == 36)
        let past = try imported("history", history, into: start.book)
        #expect(past.report.addedCount == 48)
        #expect(past.report.notes.contains("48 versions of 36 of 36 deals"))
        let withAccounts = try imported("accounts", accounts, into: past.book)
        #expect(withAccounts.book.table(named: "accounts")?.keyColumn == "id")
        #expect(try withAccounts.book.referenceLookup("account")?.missCount == 0)
    }

    @Test func salesforceDataCloud() throws {
        guard let file = try read("salesforce_datacloud_workshop/Opportunity.csv"),
            let accounts = try read("salesforce_datacloud_workshop/Account.csv")
        else { return }
        let start = try imported("deals", file)
        #expect(start.report.addedCount == 50)
        #expect(
            stages(start.book) == [
                "Qualification/open", "Discovery/open", "Proposal/Quote/open", "Negotiation/open", "Closed Won/won",
                "Closed Lost/lost",
            ])
        #expect(try start.book.deals.columns[DealColumn.value.index].integers(missing: 0).reduce(0, +) == 4_360_354_598)
        #expect(try shown(start.book.deals, "created").allSatisfy { $0 == "2024-01-22" })
        let withAccounts = try imported("accounts", accounts, into: start.book)
        #expect(try withAccounts.book.referenceLookup("account")?.missCount == 0)
        #expect(try withAccounts.book.referenceField("account", "name")?.valueType == .text)
    }

    @Test func powerBI() throws {
        guard let file = try read("powerbi_opportunity/Fact.csv"),
            let accounts = try read("powerbi_opportunity/Account.csv")
        else { return }
        #expect(
            messages { _ = try imported("deals", file) }.first?.contains(
                "\"302\" in line 62 and line 152 | `last row wins` takes the last row of each; `rows are lines` adds their values up"
            ) == true)
        let lines = try imported("deals", file, ImportOptions(duplicates: .lines))
        #expect(lines.report.addedCount == 486)
        #expect(try lines.book.deals.columns[DealColumn.value.index].integers().reduce(0, +) == 211_090_512_700)
        #expect(
            stages(lines.book) == [
                "1/open", "2/open", "3/open", "4/open", "5/open", "Closed Won/won", "Closed Lost/lost",
            ])
        let last = try imported("deals", file, ImportOptions(duplicates: .lastRowWins))
        #expect(try last.book.deals.columns[DealColumn.value.index].integers().reduce(0, +) == 210_895_258_000)
        let withAccounts = try imported("accounts", accounts, into: lines.book)
        #expect(withAccounts.book.table(named: "accounts")?.keyColumn == "account_id")
        #expect(try withAccounts.book.referenceLookup("account")?.missCount == 0)
    }

    @Test func workbench() throws {
        guard let file = try read("workbench_crm/customer_relationship_manager_data.csv") else { return }
        let (book, report) = try imported("deals", file)
        #expect(report.addedCount == 200)
        #expect(stages(book) == ["Lead/open", "Qualified/open", "Proposal/open", "Won/won", "Lost/lost"])
        #expect(try inStage(book, "Won").count == 45)
        #expect(try inStage(book, "Lead").count == 42)
        #expect(try shown(book.deals, "id").first == "00000189")
        #expect(
            report.columns.map { $0.field ?? "-" } == [
                "id", "owner", "account", "customer_email", "customer_phone", "touched", "product", "stage",
                "follow_up_by",
                "notes",
            ])
    }

    @Test func hubSpotWarehouse() throws {
        guard let file = try read("fivetran_hubspot/deal_data.csv"),
            let history = try read("fivetran_hubspot/deal_stage_data.csv"),
            let owners = try read("fivetran_hubspot/owner_data.csv")
        else { return }
        let (book, report) = try imported("deals", file)
        #expect(report.crm == "HubSpot")
        #expect(report.addedCount == 44)
        #expect(report.notes.contains("44 of 44 deals have no stage"))
        #expect(
            messages { _ = try imported("history", history, into: book) }.first?.contains(
                "\"3954699413\" in column \"deal_id\" is no deal of the book; import the deals first") == true
        )
        #expect(try imported("owners", owners, into: book).book.table(named: "owners")?.keyColumn == "owner_id")
    }

    @Test func salesforceWarehouse() throws {
        guard let file = try read("fivetran_salesforce/sf_opportunity_data.csv") else { return }
        let (_, report) = try imported("deals", file)
        #expect(report.addedCount == 0)
        #expect(
            report.notes.contains(
                "10 rows are deleted in the CRM and left out; `with is_deleted as crm_deleted` makes it a plain field and keeps them"
            ))
        let kept = try imported(
            "deals", file, ImportOptions(mappings: [.init(column: "is_deleted", field: "crm_deleted")]))
        #expect(kept.report.addedCount == 10)
        #expect(kept.book.pipelines[0].stages.map(\.kind) == [.open, .won, .lost])
        #expect(kept.book.deals.columns[DealColumn.ownProbability.index].missingCount == 10)
    }

    /// Every CSV of every folder is read as deals or as a table, or the message says what to add.
    @Test func everyFileImportsOrSaysWhatToAdd() throws {
        let files = [
            "fivetran_hubspot/company_data.csv", "fivetran_hubspot/deal_company_data.csv",
            "fivetran_hubspot/deal_pipeline_stage_data.csv", "fivetran_hubspot/deal_property_history_data.csv",
            "fivetran_salesforce/sf_account_data.csv", "fivetran_salesforce/sf_opportunity_history_data.csv",
            "fivetran_salesforce/sf_opportunity_line_item_data.csv", "fivetran_salesforce/sf_user_data.csv",
            "maven_crm/data_dictionary.csv", "powerbi_opportunity/Opportunity.csv", "powerbi_opportunity/Partner.csv",
            "powerbi_opportunity/SalesStage.csv", "powerbi_opportunity/Product.csv", "salesforce_devorg/Account.csv",
            "salesforce_devorg/OpportunityHistoryGroup.csv",
            "workbench_crm/customer_relationship_manager_queries_and_answers.csv",
        ]
        for path in files {
            guard let file = try read(path) else { continue }
            for kind in ["deals", "things"] {
                for message in messages({ _ = try imported(kind, file) }) {
                    #expect(message.contains(" | `") || message.contains("line "), "\(path): \(message)")
                }
            }
        }
    }

    /// The story's own exports, part of the project.
    @Test func theStory() throws {
        func example(_ name: String) throws -> TextTable {
            let root = #filePath.split(separator: "/").dropLast(4).joined(separator: "/")
            return try TextFile.read("/\(root)/examples/\(name)", LocalFileSystem())
        }
        let deals = try imported("deals", try example("deals.csv"))
        #expect(deals.report.addedCount == 83)
        #expect(deals.book.pipelines == [.businessToBusiness])
        #expect(deals.report.columns.allSatisfy { $0.isFixedField })
        var book = try imported("accounts", try example("accounts.csv"), into: deals.book).book
        book = try imported("owners", try example("owners.csv"), into: book).book
        book = try imported("products", try example("products.csv"), into: book).book
        #expect(try book.referenceLookup("account")?.missCount == 0)
        #expect(try book.referenceLookup("owner")?.missCount == 0)
        #expect(try book.referenceLookup("product")?.missCount == 0)
        let history = try example("history.csv")
        let past = try imported("history", history, into: book)
        #expect(past.report.addedCount == history.rowCount)
        #expect(try inStage(past.book, "Demo Scheduled") == (11, 26_400_000))
    }
}
