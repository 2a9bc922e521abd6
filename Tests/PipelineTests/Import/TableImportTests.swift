// Accounts, owners, products: tables keyed by a category of the deals.

import Engine
import Testing
import Values

@testable import Pipeline

struct TableImportTests {
    let today = day(11, 23)

    private func book() throws -> Book {
        try Book().importing(
            "deals",
            from: TextTable(
                name: "deals.csv", header: ["ID", "Stage", "Account", "Product", "Sales Agent"],
                rows: [
                    ["1", "Negotiation", "Acme", "GTXPro", "Dana"], ["2", "Negotiation", "Acme", "GTX Basic", "Marco"],
                    ["3", "Negotiation", "beta inc", "GTXPro", ""], ["4", "Negotiation", "", "", "Dana"],
                ]), today: today
        ).book
    }

    private func table(_ header: [String], _ rows: [[String]]) -> TextTable {
        TextTable(name: "table.csv", header: header, rows: rows)
    }

    @Test func theKeyIsTheColumnThatTheDealsUse() throws {
        let (book, report) = try book().importing(
            "accounts",
            from: table(
                ["Id", "Name", "Sector", "Employees", "Revenue"],
                [
                    ["7", "Acme", "tech", "12", "1100.04"], ["8", "Beta Inc", "food", "15", "7"],
                    ["9", "Gamma", "food", "", ""],
                ]), today: today)
        let accounts = try #require(book.table(named: "accounts"))
        #expect(accounts.keyColumn == "name")
        #expect(accounts.field == "account")
        #expect(report.addedCount == 3)
        #expect(report.columns.map(\.reading) == ["text", "text", "text", "number", "money"])
        #expect(report.notes.contains("every deal with an account finds its row"))
        let field = try #require(try book.referenceField("account", "sector"))
        #expect(field.valueType == .text)
        guard case .lookup(.column(let column), let codes) = field.definition else {
            Issue.record("no lookup")
            return
        }
        #expect(column == DealColumn.account.index)
        // Missing, Acme, beta inc (found without regard to case).
        #expect(codes.cells == [.missing, .text("tech"), .text("food")])
        #expect(try book.referenceField("account", "nothing") == nil)
        #expect(try book.referenceField("owner", "manager") == nil)
    }

    @Test func valuesWithoutARowAreCounted() throws {
        let (book, report) = try book().importing(
            "products", from: table(["product", "series"], [["GTX Basic", "GTX"], ["GTX Pro", "GTX"]]), today: today)
        let lookup = try #require(try book.referenceLookup("product"))
        #expect(lookup.missCount == 2)
        #expect(lookup.misses.map(\.name) == ["GTXPro"])
        #expect(report.notes.contains("2 of 3 deals with a value of product find no row in products: \"GTXPro\" (2)"))
        #expect(
            report.advice == [
                "\"GTXPro\" may be \"GTX Pro\": `deals where product = \"GTXPro\" | set product = \"GTX Pro\"`"
            ])
    }

    @Test func knownKeysAreUpdated() throws {
        let first = try book().importing(
            "owners", from: table(["sales_agent", "manager"], [["Dana", "Helen"], ["Marco", "Omar"]]), today: today
        ).book
        #expect(first.table(named: "owner")?.keyColumn == "sales_agent")
        let (second, report) = try first.importing(
            "owners",
            from: table(
                ["sales_agent", "manager", "region"],
                [["Marco", "Helen", "EMEA"], ["Dana", "Helen", ""], ["Zoe", "Omar", "US"]]),
            today: today)
        #expect([report.addedCount, report.updatedCount, report.unchangedCount] == [1, 1, 1])
        let rows = try #require(second.table(named: "owners")).rows
        #expect(try shown(rows, "manager") == ["Helen", "Helen", "Omar"])
        #expect(try shown(rows, "region") == ["-", "EMEA", "US"])
        #expect(second.tables.count == 1)
    }

    @Test func anyTableCanBeImported() throws {
        let (book, report) = try book().importing(
            "companies", from: table(["company", "note"], [["x", "y"]]), today: today)
        #expect(book.table(named: "company")?.name == "companies")
        #expect(book.table(named: "companies")?.field == nil)
        #expect(report.notes.contains("no field of the deals is called company: the table stands alone"))
    }

    @Test func keysMustBeThereAndDistinct() throws {
        func message(_ table: TextTable, _ options: ImportOptions = ImportOptions()) throws -> String {
            do {
                _ = try book().importing("accounts", from: table, options: options, today: today)
                return "none"
            } catch let error as Diagnostics {
                return error.all[0].message
            } catch let error as Diagnostic {
                return error.message
            }
        }
        #expect(try message(table(["account"], [["Acme"], ["Acme"]])).hasPrefix("1 id occurs in more than one row"))
        #expect(
            try message(table(["account", "x"], [["Acme", "1"], ["", "2"]]))
                == "\"table.csv\", line 3, column 1: no value in \"account\", which identifies rows")
        #expect(
            try message(table(["size", "weight"], [["1", "2"]])) == "no column of \"table.csv\" identifies its rows")
        #expect(
            try message(table(["account"], [["Acme"]]), ImportOptions(key: "name")).hasPrefix(
                "\"table.csv\" has no column \"name\""))
        #expect(try message(table(["size", "weight"], [["1", "2"]]), ImportOptions(key: "size")) == "none")
    }
}
