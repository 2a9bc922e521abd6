// The program as a person meets it at a terminal: typed into through a pseudo-terminal, read from its screen.

import Foundation
import Testing

@Suite struct ConversationTests {
    /// A folder with a small export in it, removed at the end of the test.
    final class Folder {
        let path: String
        init() throws {
            path = NSTemporaryDirectory() + "dealsh-talk-\(UInt64.random(in: 0...UInt64.max))"
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
            let rows = """
                id,name,account,owner,stage,value,close,created,source
                D-1,Acme renewal,Acme Corp,Dana Ruiz,Negotiation,25000,2026-12-15,2026-08-03,Referral
                D-2,Birch rollout,Birch & Sons,Marco Bell,Demo Scheduled,8000,2026-12-20,2026-09-14,Webinar
                D-3,Cedar pilot,Cedar,Dana Ruiz,Closed Won,12000,2026-10-30,2026-05-01,Webinar
                D-4,漢字の商談 für Müller,Дуб,José Nuñez,Negotiation,4000,2027-01-31,2026-11-02,Referral

                """
            try Data(rows.utf8).write(to: URL(fileURLWithPath: path + "/deals.csv"))
        }
        deinit { try? FileManager.default.removeItem(atPath: path) }

        /// Runs the program without a terminal.
        func run(_ arguments: String...) throws {
            let process = Process()
            process.executableURL = URL(fileURLWithPath: TerminalSession.path(of: "dealsh"))
            process.arguments = arguments
            process.currentDirectoryURL = URL(fileURLWithPath: path)
            process.standardOutput = FileHandle.nullDevice
            process.standardError = FileHandle.nullDevice
            try process.run()
            process.waitUntilExit()
            try #require(process.terminationStatus == 0)
        }

        /// Starts the program in a terminal, in this folder.
        func talk(
            _ arguments: [String], rows: Int = 24, columns: Int = 80, variables: [String: String] = [:]
        ) throws -> TerminalSession {
            var variables = variables
            variables["HOME"] = path
            let command = "cd '\(path)' && exec '\(TerminalSession.path(of: "dealsh"))' \"$@\""
            let session = try TerminalSession(
                "/bin/sh", ["-c", command, "sh", "--today", "2026-11-23"] + arguments, variables: variables, rows: rows,
                columns: columns)
            try session.wait(for: "deals>")
            return session
        }

        /// The same with the export imported and saved as book.pipeline; `options` stand before it.
        func talkAboutBook(
            _ options: String..., rows: Int = 24, columns: Int = 80, variables: [String: String] = [:]
        ) throws -> TerminalSession {
            try run("--today", "2026-11-23", "-c", "import deals from \"deals.csv\"; save as \"book.pipeline\"")
            return try talk(options + ["book.pipeline"], rows: rows, columns: columns, variables: variables)
        }
    }

    @Test func askedAndAnswered() throws {
        let folder = try Folder()
        let session = try folder.talkAboutBook()
        #expect(session.screen.text.contains("book.pipeline, 4 deals"))
        try session.ask("deals in Negotiation > $10k", until: "1 deal · $25,000")
        #expect(session.screen.text.contains("D-1"))
        try session.ask("| count", until: "count")
        try session.control("d")
        #expect(try session.exitStatus() == 0)
        #expect(session.isCooked)
    }

    @Test func aSlipIsShownWhereItIs() throws {
        let folder = try Folder()
        let session = try folder.talkAboutBook()
        try session.ask("deals in Negotiaton", until: "did you mean \"Negotiation\"?")
        let lines = session.screen.lines
        let place = try #require(lines.firstIndex { $0.contains("^^^^^^^^^^") })
        #expect(lines[place - 1].contains("deals in Negotiaton"))
        try session.ask("deals | count", until: "4")
    }

    @Test func tabOffersValuesWithCounts() throws {
        let folder = try Folder()
        let session = try folder.talkAboutBook()
        try session.type("deals in Neg")
        try session.press(.tab)
        try session.wait(for: "deals> deals in Negotiation")
        try session.control("c")
        try session.type("deals in ")
        try session.press(.tab)
        try session.wait("stages with counts") { screen in
            screen.lines.contains { $0.contains("Negotiation") && $0.contains("2") }
        }
    }

    @Test func changesAreAskedAbout() throws {
        let folder = try Folder()
        let session = try folder.talk([])
        try session.ask("import deals from \"deals.csv\"", until: "4")
        try session.control("d")
        try session.wait(for: "unsaved changes")
        try session.type("n\r")
        try session.wait("a new prompt") { $0.lines.last == "deals>" }
        try session.ask("save as \"mine.pipeline\"", until: "saved 4 deals")
        try session.control("d")
        #expect(try session.exitStatus() == 0)
        #expect(FileManager.default.fileExists(atPath: folder.path + "/mine.pipeline"))
    }

    @Test func historyOutlivesTheSession() throws {
        let folder = try Folder()
        let first = try folder.talkAboutBook()
        try first.ask("deals of Marco | count", until: "1")
        try first.ask(".format", until: "format table")
        try first.quit()
        let second = try folder.talk(["book.pipeline"])
        try second.press(.up, .up, .up)
        try second.wait(for: "deals> deals of Marco | count")
        try second.control("c")
        try second.ask(".history", until: "deals of Marco | count")
    }

    @Test func aPasteOfFiftyKilobytesRunsOnce() throws {
        let folder = try Folder()
        let session = try folder.talkAboutBook()
        let conditions = (1...2_000).map { "name != \"nobody \($0) here\"" }.joined(separator: " and\n")
        let text = "deals where " + conditions + "\n| count"
        #expect(text.utf8.count > 50_000)
        try session.paste(text)
        try session.wait("the paste's end") { $0.text.contains("| count") }
        try session.press(.enter)
        try session.wait("the answer") { screen in
            screen.lines.last == "deals>" && screen.lines.contains { $0.trimmingCharacters(in: .whitespaces) == "4" }
        }
    }

    @Test func controlCClearsTheLineAndStopsAQuery() throws {
        let folder = try Folder()
        try folder.run("generate", "--deals", "400000", "big.pipeline")
        let session = try folder.talk(["big.pipeline"])
        try session.type("deals in Nego")
        try session.control("c")
        try session.wait("an empty prompt") { $0.lines.last == "deals>" }
        // Long enough in a debug build to be stopped in the middle.
        try session.type("deals | with a = rank(value), b = running(value) | sort b desc | top 5 by a")
        try session.press(.enter)
        Thread.sleep(forTimeInterval: 0.3)
        try session.control("c")
        try session.wait("stopped") { $0.text.contains("stopped") && $0.lines.last == "deals>" }
        try session.ask("deals | count", until: "400,000")
    }

    @Test func resizingIsFollowed() throws {
        let folder = try Folder()
        let session = try folder.talkAboutBook()
        session.resize(rows: 20, columns: 40)
        try session.ask("deals | show id, name, account, owner, stage", until: "4 deals")
        #expect(session.screen.lines.allSatisfy { $0.count <= 40 })
    }

    @Test func accentsAndWideLetters() throws {
        let folder = try Folder()
        let session = try folder.talkAboutBook()
        try session.ask("deals of \"José Nuñez\" | show name, owner", until: "漢字の商談 für Müller")
        try session.ask("deals where name contains \"漢字\" | count", until: "1")
    }

    @Test func dotCommands() throws {
        let folder = try Folder()
        let session = try folder.talkAboutBook(variables: ["EDITOR": "sed -i s/Marco/Dana/"])
        try session.ask(".help", until: ".watch SECONDS STATEMENT")
        try session.ask(".fromat csv", until: "did you mean .format?")
        try session.ask(".format csv", until: "deals>")
        try session.ask("deals of Marco | show id, value", until: "D-2,8000")
        try session.ask(".edit", until: "D-1,25000")
        try session.ask(".format table", until: "deals>")
        try session.ask(".once |wc -l", until: "deals>")
        try session.ask("stages | show stage", until: "10")
        try session.ask(".once out.csv", until: "deals>")
        try session.ask("deals | show id, value", until: "wrote 4 deals to out.csv")
        #expect(
            try String(contentsOfFile: folder.path + "/out.csv", encoding: .utf8)
                == "id,value\nD-1,25000\nD-2,8000\nD-3,12000\nD-4,4000\n")
        try session.ask(".output all.csv", until: "results go to all.csv")
        try session.type("deals | show id\r")
        try session.wait("a new prompt") { $0.lines.last == "deals>" }
        try session.type(".output\r")
        try session.ask(".timer on", until: "deals>")
        try session.ask("deals | count", until: " ms")
        #expect(try String(contentsOfFile: folder.path + "/all.csv", encoding: .utf8) == "id\nD-1\nD-2\nD-3\nD-4\n")
    }

    @Test func anEditorThatFailsRunsNothing() throws {
        let folder = try Folder()
        let session = try folder.talkAboutBook(variables: ["EDITOR": "false"])
        try session.ask(".edit deals", until: "ended with status 1; nothing was run")
        try session.ask(".watch soon deals", until: ".watch takes seconds and a statement")
        try session.ask(".width 5", until: ".width takes auto or a number from 20 to 10000")
    }

    @Test func aDumbTerminalIsTalkedToInPlainLines() throws {
        let folder = try Folder()
        let session = try folder.talkAboutBook(variables: ["TERM": "dumb"])
        try session.type("deals | count\n")
        try session.wait(for: "    4")
        #expect(!session.written.contains(0x1b))
        try session.control("d")
        #expect(try session.exitStatus() == 0)
    }

    @Test func noColourWhereNoneIsWanted() throws {
        let folder = try Folder()
        let session = try folder.talkAboutBook(variables: ["NO_COLOR": "1"])
        try session.ask("deals of Nobody", until: "no owner is called")
        #expect(!String(decoding: session.written, as: UTF8.self).contains("\u{1b}[31m"))
    }

    @Test func moreRowsThanTheScreenHolds() throws {
        let folder = try Folder()
        try folder.run("generate", "--deals", "500", "big.pipeline")
        let session = try folder.talk(["big.pipeline"], rows: 20)
        try session.ask("deals", until: "more deals (.all shows them)")
        try session.type(".all\r")
        try session.wait("all of them") { screen in
            screen.lines.last == "deals>" && !screen.text.contains("more deals")
        }
        let count = String(decoding: session.written, as: UTF8.self).components(separatedBy: "D-").count
        #expect(count >= 500)
    }

    @Test func watchRepeatsUntilControlC() throws {
        let folder = try Folder()
        let session = try folder.talkAboutBook()
        try session.type(".watch 1 deals | count\r")
        try session.wait(for: "every 1s, Ctrl-C ends it")
        Thread.sleep(forTimeInterval: 1.2)
        try session.control("c")
        try session.wait("a new prompt") { $0.lines.last == "deals>" }
        let times = String(decoding: session.written, as: UTF8.self).components(separatedBy: "every 1s").count - 1
        #expect(times >= 2)
    }

    @Test func aLargeChangeIsAskedAbout() throws {
        let folder = try Folder()
        let session = try folder.talkAboutBook()
        try session.type("settings ask_above = 1\r")
        try session.wait("a new prompt") { $0.lines.last == "deals>" }
        try session.type("open deals | win\r")
        try session.wait(for: "this changes 3 deals")
        try session.type("n\r")
        try session.wait(for: "nothing was changed")
        try session.ask("deals won | count", until: "1")
        try session.type("open deals | win\r")
        try session.wait(for: "this changes 3 deals")
        try session.type("y\r")
        try session.wait(for: "(undo takes it")
        try session.ask("undo", until: "undone: won 3 deals")
        try session.ask("open deals | count", until: "3")
    }

    @Test func theEndOfInputLeaves() throws {
        let folder = try Folder()
        let session = try folder.talk([])
        try session.control("d")
        #expect(try session.exitStatus() == 0)
    }
}
