// The whole program at a terminal, as a person uses it: a book is filled and asked, with what only a terminal has.

import Foundation
import Testing

@Suite struct DealshTerminalTests {
    /// The program in an empty folder that is its home too, with eleven deals to import.
    func dealsh(_ arguments: [String] = [], rows: Int = 40, columns: Int = 100) throws -> TerminalSession {
        let folder = NSTemporaryDirectory() + "dealsh-terminal-\(UInt64.random(in: 0...UInt64.max))"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        var text = "id,name,account,stage,value,owner,created,close\n"
        let stages = ["Qualification", "Negotiation", "Proposal", "Closed Won", "Closed Lost"]
        for row in 1...11 {
            let owner = row % 2 == 0 ? "Zoë Ångström" : "東京 太郎"
            text +=
                "D-\(row),Deal \(row),Account \(row),\(stages[row % 5]),\(row)000,\(owner),2026-01-0\(row % 9 + 1),2026-12-15\n"
        }
        try text.write(toFile: folder + "/deals.csv", atomically: true, encoding: .utf8)
        let session = try TerminalSession(
            "/bin/sh",
            ["-c", "cd '\(folder)' && exec '\(TerminalSession.path(of: "dealsh"))' --today 2026-11-23 \"$@\"", "sh"]
                + arguments, variables: ["HOME": folder], rows: rows, columns: columns)
        try session.wait("the prompt") { $0.lines.last == "deals>" }
        return session
    }

    @Test func aBookIsFilledAndAsked() throws {
        let session = try dealsh()
        try session.type("import deals from \"deals.csv\"\r")
        try session.wait(for: "imported 11 deals")
        // Names that need two columns for a character stand in line.
        try session.type("open deals | sum value by owner\r")
        try session.wait("the table") {
            $0.lines.suffix(5).contains("東京 太郎       $21,000") || $0.text.contains("2 owners")
        }
        let lines = session.screen.lines
        let header = try #require(lines.firstIndex { $0.hasPrefix("owner") })
        #expect(Set(lines[(header + 2)...(header + 3)].map { $0.prefix { $0 != " " } }) == ["Zoë", "東京"])
        // Stages are completed with what is in them.
        try session.type("deals in \t\t")
        try session.wait("counts") { $0.text.contains("Negotiation") && $0.text.contains(" · $") }
        try session.type("Neg\t")
        try session.wait { $0.lines.last == "deals> deals in Negotiation" }
        try session.press(.enter)
        try session.wait(for: "3 deals")
        #expect(session.screen.unknown == [])
    }

    @Test func aMistakeIsPointedAt() throws {
        let session = try dealsh()
        try session.type("import deals from \"deals.csv\"\r")
        try session.wait(for: "imported 11 deals")
        try session.type("deals of \"東京 太郎\" in Negotiaton\r")
        try session.wait(for: "^^^^^^^^^^")
        let lines = session.screen.lines
        let row = try #require(lines.firstIndex { $0.contains("^^^^^^^^^^") })
        // The carets stand under the word on the screen, not under its bytes or characters.
        let cells = session.screen.cells
        let start = try #require(cells[row].firstIndex { $0.text == "^" })
        #expect(cells[row - 1][start..<start + 10].map(\.text).joined() == "Negotiaton")
    }

    @Test func leavingAsksWhenThereIsSomethingToLose() throws {
        let session = try dealsh()
        try session.type("import deals from \"deals.csv\"\r")
        try session.wait(for: "imported 11 deals")
        try session.wait { $0.lines.last == "deals>" }
        try session.control("d")
        try session.wait(for: "unsaved changes")
        try session.type("n\r")
        try session.wait("still there") { $0.lines.last == "deals>" }
        try session.control("d")
        try session.wait("asked again") { $0.lines.last?.contains("(y/n)") == true }
        try session.type("y\r")
        #expect(try session.exitStatus() == 0)
        #expect(session.isCooked)
    }

    /// What a book teaches for its forecasts takes seconds here: a bar, Ctrl-C, and the prompt is as it was.
    @Test func aLongForecastTellsHowFarItIsAndStops() throws {
        let path = NSTemporaryDirectory() + "dealsh-long-\(UInt64.random(in: 0...UInt64.max)).pipeline"
        defer { try? FileManager.default.removeItem(atPath: path) }
        let program = TerminalSession.path(of: "dealsh")
        let session = try TerminalSession(
            "/bin/sh",
            ["-c", "'\(program)' generate --deals 9000 '\(path)' && exec '\(program)' '\(path)' --no-history"])
        try session.wait("the prompt") { $0.lines.last == "deals>" }
        try session.type("forecast\r")
        try session.wait("the bar") { $0.lines.last?.hasPrefix("learn █") == true && $0.text.contains("%") }
        try session.control("c")
        try session.wait("stopped") { $0.text.contains("stopped") && $0.lines.last == "deals>" }
        #expect(!session.screen.text.contains("learn"))
        try session.type("deals | count\r")
        try session.wait("an answer") { $0.text.contains("9,000") && $0.lines.last == "deals>" }
    }

    @Test func unknownNamesAreColouredAndKnownOnesAreNot() throws {
        let session = try dealsh()
        try session.type("import deals from \"deals.csv\"\r")
        try session.wait(for: "imported 11 deals")
        try session.type("deals in Negotiaton of \"Zoë Ångström\" ")
        try session.wait("red") { _ in
            String(decoding: session.written, as: UTF8.self).contains("\u{1b}[31mNegotiaton")
        }
        try session.control("c")
        try session.wait("an empty line") { $0.lines.last == "deals>" }
        // A name at the cursor is not finished, and what is known is not red.
        let before = session.written.count
        try session.type("deals in Negotiation |")
        try session.wait { $0.lines.last == "deals> deals in Negotiation |" }
        #expect(!String(decoding: session.written[before...], as: UTF8.self).contains("\u{1b}[31mN"))
    }
}
