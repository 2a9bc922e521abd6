// Every example of the reference, grammar/README.md, is run by the program: the blocks tagged `pql` as scripts on the
// book of examples/, each line of a block tagged `pql new` on an empty book.

import Foundation
import Testing

@Suite struct ReferenceExampleTests {
    struct Block: CustomStringConvertible, Sendable {
        var line: Int
        var isOnNewBook: Bool
        var text: String
        var description: String { "line \(line)" }
    }

    private static let project = ShellCase.folder.deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    static func blocks() throws -> [Block] {
        let text = try String(contentsOf: project.appendingPathComponent("grammar/README.md"), encoding: .utf8)
        var blocks: [Block] = []
        var isInside = false
        for (number, line) in text.components(separatedBy: "\n").enumerated() {
            if line.hasPrefix("```") {
                if !isInside, line.hasPrefix("```pql") {
                    blocks.append(Block(line: number + 1, isOnNewBook: line == "```pql new", text: ""))
                    isInside = true
                } else {
                    isInside = false
                }
            } else if isInside {
                blocks[blocks.count - 1].text += line + "\n"
            }
        }
        return blocks
    }

    /// The files of the story under the names that the examples use.
    private static func files() throws -> [(name: String, text: String)] {
        func read(_ name: String) throws -> String {
            try String(contentsOf: project.appendingPathComponent("examples/" + name), encoding: .utf8)
        }
        var files: [(name: String, text: String)] = []
        for name in ["deals", "accounts", "owners", "products", "history", "targets"] {
            files.append((name + ".csv", try read(name + ".csv")))
        }
        files.append(("import.pql", try read("import.pql")))
        files.append(("weekly.pql", "open deals | count by stage\n"))
        files.append(("OpportunityHistory.csv", try read("history.csv")))
        files.append(
            (
                "crm.csv",
                "ID,Stage,close_value,Lead Source,Created Date\nA-1,Qualification,1200,Webinar,13/10/2026\nA-2,Closed Won,-,NA,01/11/2026\n"
            ))
        files.append(("export.csv", try read("deals.csv")))
        files.append(("crm-2026-11-23.csv", "ID,Stage,Amount,Currency\nA-1,Qualification,1200,EUR\n"))
        files.append(("rates.csv", "currency,date,rate\nEUR,2026-01-01,1.1\n"))
        files.append(("crm-2026-11-16.csv", "ID,Stage,Amount\nA-1,Qualification,1200\n"))
        return files
    }

    @Test func everyExampleRuns() throws {
        let blocks = try Self.blocks()
        #expect(blocks.count >= 19)
        for block in blocks {
            var scripts = [block.text]
            if block.isOnNewBook { scripts = block.text.split(separator: "\n").map { $0 + "\n" } }
            for script in scripts {
                var example = ShellCase(file: "grammar/README.md", title: "\(block)", files: try Self.files())
                example.files.append(("block.pql", script))
                example.setup = block.isOnNewBook ? "" : "dealsh --today 2026-11-23 -f import.pql\n"
                let book = block.isOnNewBook ? "" : "acme.pipeline "
                example.command = "dealsh \(book)--today 2026-11-23 -f block.pql"
                let result = try example.run()
                #expect(result.exit == 0, "grammar/README.md, \(block): \(script)\(result.errors)")
            }
        }
    }
}
