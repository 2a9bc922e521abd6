import Engine
import Storage
import Testing
import Values

#if canImport(Glibc)
    import Glibc
#endif

@testable import Pipeline

/// Real exports, read where they lie: in the folder that DEALSH_DATA names, else in `../shared/data`. Without them the
/// tests say so and pass.
enum RealExports {
    static let folder: String = getenv("DEALSH_DATA").map { String(cString: $0) } ?? "../shared/data"

    static func read(_ path: String) throws -> TextTable? {
        guard access(folder + "/" + path, R_OK) == 0 else {
            print("skipped: \(folder)/\(path) is not there")
            return nil
        }
        return try TextFile.read(folder + "/" + path, LocalFileSystem())
    }

    static func show(_ report: ImportReport) {
        print("---", report.table, report.crm ?? "-", report.rowCount, "added", report.addedCount)
        for use in report.columns {
            print("   ", use.header, "->", use.field ?? "-", use.reading, use.isFixedField ? "*" : "")
        }
        for note in report.notes { print("  note:", note) }
        for note in report.advice { print("  next:", note) }
        for reject in report.rejects { print("  reject:", reject) }
    }
}

struct RealExportTests {
    let today = Day(clamping: 20_000)

    @Test func explore() throws {
        for path in [
            "maven_crm/sales_pipeline.csv", "powerbi_opportunity/Fact.csv",
            "salesforce_datacloud_workshop/Opportunity.csv",
            "salesforce_devorg/Opportunity.csv", "workbench_crm/customer_relationship_manager_data.csv",
            "fivetran_hubspot/deal_data.csv", "fivetran_salesforce/sf_opportunity_data.csv",
        ] {
            guard let file = try RealExports.read(path) else { continue }
            print("=====", path)
            do {
                let (book, report) = try Book().importing("deals", from: file, today: today)
                RealExports.show(report)
                print(book.pipelines)
                print("history", book.history.rows.rowCount, "deals", book.dealCount)
            } catch let error as Diagnostics {
                for one in error.all { print("ERROR", one.message, one.hint ?? "", one.notes) }
            } catch let one as Diagnostic {
                print("ERROR", one.message, one.hint ?? "", one.notes)
            }
        }
    }
}
