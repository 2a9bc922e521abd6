// The book of the example company as its exports make it, for tests that ask it.

import Foundation
import Pipeline
import Values

enum ExampleBook {
    /// The day of the story.
    static let today = Day(iso: "2026-11-23") ?? .min

    /// Everything that examples/import.pql reads.
    static func imported() throws -> Book {
        var book = try Book()
        for table in ["deals", "accounts", "owners", "products", "history"] {
            let file = try ExampleScriptTests.Files().textTable(at: "\(table).csv")
            book = try book.importing(table, from: file, today: today).book
        }
        return book
    }
}
