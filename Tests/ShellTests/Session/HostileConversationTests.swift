// At a terminal: data that would act on it, commands that get data, a second shell on the same book.

import Foundation
import Testing

@Suite struct HostileConversationTests {
    /// A book whose names hold what a terminal or a command shell would act on.
    private func hostileFolder() throws -> ConversationTests.Folder {
        let folder = try ConversationTests.Folder()
        let rows =
            "id,name,stage,value,owner\n"
            + "D-1,\"\u{1b}]0;owned\u{7}\u{1b}[2Jgone\",Negotiation,25000,\"Eve\u{1b}[31m\u{9b}2J\"\n"
            + "D-2,$(touch hacked) `touch hacked`; touch hacked,Demo,8000,'; touch hacked; '\n"
        try Data(rows.utf8).write(to: URL(fileURLWithPath: folder.path + "/deals.csv"))
        return folder
    }

    /// No sequence of the data reaches the terminal, whether as rows, as a suggestion, in the menu or in an error.
    @Test func escapeSequencesStayData() throws {
        let folder = try hostileFolder()
        let session = try folder.talkAboutBook()
        try session.ask("deals | show id, name, owner", until: "touch hacked")
        #expect(session.screen.text.contains("gone"))
        try session.type("deals of E")
        try session.press(.tab)
        try session.wait(for: "Eve")
        try session.control("c")
        try session.wait("an empty prompt") { $0.lines.last == "deals>" }
        try session.type("deal D-")
        try session.press(.tab)
        try session.wait(for: "D-2")
        try session.control("c")
        try session.wait("an empty prompt") { $0.lines.last == "deals>" }
        try session.ask("deals of Nobody", until: "no owner is called")
        try session.ask("deals of Eve | set owner = \"Bob\"", until: "set owner of 1 deal")
        let bytes = String(decoding: session.written, as: UTF8.self)
        for sequence in ["\u{1b}]0;owned", "\u{1b}[2Jgone", "Eve\u{1b}[31m", "\u{9b}2J"] {
            #expect(!bytes.contains(sequence), "\(sequence.debugDescription) reached the terminal")
        }
    }

    /// `.once |`, `.edit` and the pager get data as input or as a file, never as part of a command.
    @Test func noValueIsRun() throws {
        let folder = try hostileFolder()
        let session = try folder.talkAboutBook(rows: 5, variables: ["EDITOR": "cat"])
        try session.ask(".once |cat > piped", until: "deals>")
        try session.ask("deals | show name", until: "deals>")
        try session.ask(".edit deals where name = \"$(touch hacked)\" | count", until: "0")
        try session.ask(".once |wc -l", until: "deals>")
        try session.ask("deals | show name, owner", until: "5")
        try session.ask(".pager cat > paged", until: "deals>")
        try session.ask("deals | show name, owner, value, stage, id | sort name", until: "deals>")
        try session.quit()
        // The pager gets what does not fit the screen; this terminal is small.
        let paged = try String(contentsOfFile: folder.path + "/paged", encoding: .utf8)
        #expect(paged.contains("$(touch hacked)") && !paged.contains("\u{1b}[2Jgone"))
        let piped = try String(contentsOfFile: folder.path + "/piped", encoding: .utf8)
        #expect(piped.contains("$(touch hacked) `touch hacked`; touch hacked"))
        #expect(!FileManager.default.fileExists(atPath: folder.path + "/hacked"))
    }

    @Test func safeRunsNoCommandsAndWritesNoFiles() throws {
        let folder = try ConversationTests.Folder()
        let session = try folder.talkAboutBook("--safe", variables: ["EDITOR": "touch edited;"])
        try session.ask(".once |touch ran", until: "--safe forbids")
        try session.ask(".once out.csv", until: "--safe forbids")
        try session.ask(".output out.csv", until: "--safe forbids")
        try session.ask(".edit", until: "--safe forbids")
        try session.ask("deals | save \"out.csv\"", until: "--safe forbids")
        try session.ask("deal D-2 | win", until: "won 1 deal")
        try session.quit()
        for name in ["ran", "out.csv", "edited"] {
            #expect(!FileManager.default.fileExists(atPath: folder.path + "/" + name), "\(name)")
        }
    }

    /// The first shell writes, the second is told who does, reads on, and may write when the first has left.
    @Test func twoShellsOnOneBook() throws {
        let folder = try ConversationTests.Folder()
        let first = try folder.talkAboutBook()
        try first.ask("deal D-1 | set value = $26k", until: "set value of 1 deal")
        let second = try folder.talk(["book.pipeline"])
        #expect(second.screen.text.contains("is being changed by process"))
        try second.ask("deal D-1 | show value", until: "$26,000")
        try second.ask("deal D-2 | win", until: "changes wait until that one ends")
        // The writer goes on and saves; the reader keeps the version that it opened.
        try first.ask("deal D-1 | set value = $27k", until: "set value of 1 deal")
        try first.ask("save", until: "saved 4 deals")
        let answered = second.written.count
        try second.ask("deals where id = D-1 | show value, name", until: "Acme renewal")
        let later = String(decoding: second.written[answered...], as: UTF8.self)
        #expect(later.contains("$26,000") && !later.contains("$27,000"))
        try first.quit()
        // Now it may write, on what is there by then, and says that it is another version.
        try second.ask("deal D-2 | win", until: "won 1 deal")
        #expect(second.screen.text.contains("book.pipeline was changed by another program"))
        try second.quit()
        let third = try folder.talk(["book.pipeline"])
        try third.ask("deals where id in (D-1, D-2) | show id, value, stage", until: "2 deals")
        #expect(third.screen.text.contains("Closed Won") && third.screen.text.contains("$27,000"))
    }

    @Test func yesIsNotAskedAboutLargeChanges() throws {
        let folder = try ConversationTests.Folder()
        let session = try folder.talkAboutBook("--yes")
        try session.ask("settings ask_above = 1", until: "ask_above = 1")
        try session.ask("open deals | win", until: "won 3 deals")
        #expect(!session.screen.text.contains("Go on?"))
    }
}
