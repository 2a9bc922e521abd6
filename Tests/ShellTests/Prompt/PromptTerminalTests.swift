// The prompt as a person meets it: a real program behind a pseudo-terminal, keys in, screen out.

import Foundation
import Testing

@Suite struct PromptTerminalTests {
    /// A program with the prompt only; its history in a folder of its own.
    func probe(
        rows: Int = 24, columns: Int = 80, history: String? = nil, variables: [String: String] = [:]
    ) throws -> TerminalSession {
        var variables = variables
        variables["PROBE_HISTORY"] = history
        let session = try TerminalSession("PromptProbe", variables: variables, rows: rows, columns: columns)
        try session.wait(for: "deals>")
        return session
    }

    func temporaryPath() -> String {
        NSTemporaryDirectory() + "dealsh-prompt-\(UInt64.random(in: 0...UInt64.max))/state/history"
    }

    @Test func aStatementIsTypedAndRun() throws {
        let session = try probe()
        #expect(session.screen.isBracketing)
        try session.type("open deals of Dana")
        try session.wait(for: "deals> open deals of Dana")
        #expect(session.screen.column == 25)
        try session.press(.enter)
        try session.wait(forLine: "<open deals of Dana>")
        try session.wait("a new prompt") { $0.lines.last == "deals>" && $0.column == 7 }
        try session.control("d")
        #expect(try session.exitStatus() == 0)
        #expect(session.screen.lines == ["deals> open deals of Dana", "<open deals of Dana>", "deals>", "end"])
        #expect(session.screen.unknown == [])
        #expect(!session.screen.isBracketing)
        #expect(session.isCooked)
    }

    @Test func editingInTheMiddleOfALineThatWraps() throws {
        let session = try probe(rows: 10, columns: 20)
        try session.type("deals in Negotiation of Dana")
        try session.wait("wrapped") { $0.lines == ["deals> deals in Nego", "tiation of Dana"] }
        try session.press(.home)
        try session.wait("the start") { $0.row == 0 && $0.column == 7 }
        try session.type("open ")
        try session.wait("wrapped anew") { $0.lines == ["deals> open deals in", " Negotiation of Dana"] }
        try session.press(.end)
        // The row is full: the cursor waits on the next one.
        try session.wait("the end") { $0.row == 2 && $0.column == 0 }
        try session.press(.ctrlLeft, .ctrlLeft)
        try session.wait("two words back") { $0.row == 1 && $0.column == 13 }
        try session.press(.delete, .delete, .delete, .backspace)
        try session.wait(for: " NegotiationDana")
        try session.press(.enter)
        try session.wait(for: "<open deals in Nego")
        #expect(session.screen.unknown == [])
    }

    @Test func anIncompleteStatementBreaksTheLine() throws {
        let session = try probe()
        try session.type("deals |\rtop 3 |\rsort value")
        try session.wait("three lines") { $0.lines == ["deals> deals |", "     … top 3 |", "     … sort value"] }
        try session.press(.up, .up, .end)
        try session.wait("the first line's end") { $0.row == 0 && $0.column == 14 }
        try session.press(.backspace)
        try session.type("where open |")
        try session.wait(forLine: "deals> deals where open |")
        try session.press(.enter)
        try session.wait(forLine: "<deals where open |/top 3 |/sort value>")
        // The block is recalled whole and can be edited.
        try session.press(.up)
        try session.wait("recalled") {
            $0.lines.suffix(3) == ["deals> deals where open |", "     … top 3 |", "     … sort value"]
        }
        try session.press(.home)
        try session.control("k")
        try session.type("first 2\r")
        try session.wait(forLine: "<deals where open |/top 3 |/first 2>")
    }

    @Test func ctrlCClearsTheLine() throws {
        let session = try probe()
        try session.type("deals whe")
        try session.wait(for: "deals whe")
        try session.control("c")
        try session.wait(forLine: "interrupted")
        #expect(session.screen.line(0) == "deals> deals whe^C")
        try session.type("help\r")
        try session.wait(forLine: "<help>")
    }

    @Test func ctrlCStopsLongWorkAndTheShellLivesOn() throws {
        let session = try probe()
        try session.type("busy\r")
        try session.wait(forLine: "working")
        try session.control("c")
        try session.wait(for: "stopped")
        try session.type("help\r")
        try session.wait(forLine: "<help>")
    }

    @Test func historyIsKeptAcrossSessions() throws {
        let path = temporaryPath()
        let first = try probe(history: path)
        for text in ["open deals", "deals |\rtop 3", "funnel by source", "funnel by source"] {
            try first.type(text + "\r")
            try first.wait(for: ">\ndeals>")
        }
        // Two sessions at once keep both theirs.
        let second = try probe(history: path)
        try second.type("forecast this quarter\r")
        try second.wait(forLine: "<forecast this quarter>")
        try first.type("help\r")
        try first.wait(forLine: "<help>")
        #expect(
            try String(contentsOfFile: path, encoding: .utf8)
                == "open deals\ndeals |\\ntop 3\nfunnel by source\nforecast this quarter\nhelp\n")
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        #expect(attributes[.posixPermissions] as? Int == 0o600)

        let third = try probe(history: path)
        try third.press(.up, .up)
        try third.wait(forLine: "deals> forecast this quarter")
        try third.press(.up, .up)
        try third.wait("the block") { $0.lines == ["deals> deals |", "     … top 3"] }
        try third.press(.down)
        try third.wait(forLine: "deals> funnel by source")
        try third.control("c")
        // Up after some letters finds what begins with them.
        try third.type("o")
        try third.press(.up)
        try third.wait(forLine: "deals> open deals")
        try third.press(.down)
        try third.wait("the draft") { $0.lines.last?.hasPrefix("deals> o") == true }
    }

    @Test func ctrlRSearchesTheHistory() throws {
        let session = try probe()
        for text in ["funnel by source", "open deals of Dana", "deals of Dan"] {
            try session.type(text + "\r")
            try session.wait(forLine: "<\(text)>")
        }
        try session.control("r")
        try session.type("Dan")
        try session.wait(forLine: "search: Dan  deals of Dan")
        try session.control("r")
        try session.wait(forLine: "search: Dan  open deals of Dana")
        try session.type("z")
        try session.wait(for: "not found: Danz")
        try session.press(.backspace)
        try session.wait(for: "search: Dan  deals of Dan")
        try session.control("g")
        try session.wait("cancelled") { $0.lines.last == "deals>" }
        try session.control("r")
        try session.type("by")
        try session.press(.end)
        try session.wait("taken over") { $0.lines.last == "deals> funnel by source" && $0.column == 23 }
        try session.type("\r")
        try session.wait("run again") { $0.lines.filter { $0 == "<funnel by source>" }.count == 2 }
    }

    @Test func aSuggestionIsGreyAndTakenWithTheArrow() throws {
        let session = try probe()
        try session.type("open deals of Dana\r")
        try session.wait(forLine: "<open deals of Dana>")
        try session.type("ope")
        try session.wait("the suggestion") { $0.lines.last == "deals> open deals of Dana" && $0.column == 10 }
        #expect(session.screen.cells[2][9].style == "")
        #expect(session.screen.cells[2][10].style == "90")
        try session.press(.right)
        try session.wait("taken") { $0.column == 25 && $0.cells[2][20].style != "90" }
        // Enter does not take a suggestion, and wipes it.
        try session.control("u")
        try session.type("ope")
        try session.wait("the suggestion") { $0.lines.last == "deals> open deals of Dana" && $0.column == 10 }
        try session.press(.enter)
        try session.wait(forLine: "<ope>")
        #expect(session.screen.lines.contains("deals> ope"))
    }

    @Test func wordsAreColouredUnlessNotWanted() throws {
        let session = try probe()
        try session.type("open deals > $10k")
        try session.wait("colours") { $0.cells[0][7].style == "1;34" && $0.cells[0][20].style == "35" }
        let plain = try probe(variables: ["NO_COLOR": "1"])
        try plain.type("open deals > $10k\r")
        try plain.wait(forLine: "<open deals > $10k>")
        #expect(!String(decoding: plain.written, as: UTF8.self).contains("m\u{1b}["))
        #expect(plain.screen.cells.joined().allSatisfy { $0.style == "" })
    }

    @Test func tabCompletesAndThenLists() throws {
        let session = try probe()
        try session.type("fun\t")
        try session.wait(forLine: "deals> funnel")
        #expect(session.screen.column == 14)
        try session.control("u")
        try session.type("deals in neg\t")
        // As far as all candidates agree, spelled as they are.
        try session.wait(for: "deals in Negotiat")
        try session.press(.tab)
        try session.wait("the list") { $0.lines.count > 1 && $0.line(1).contains("41 · $1.2m") }
        #expect(
            session.screen.line(1)
                == "Negotiation           41 · $1.2m   Negotiated Elsewhere     2 · $5k")
        try session.type("i")
        try session.wait("no list") { $0.lines.count == 1 }
        try session.press(.tab)
        try session.wait(for: "deals> deals in Negotiation")
        try session.press(.enter)
        try session.wait(for: "<deals in Negotiation >")
    }

    @Test func aLargePasteIsInertUntilEnter() throws {
        let session = try probe()
        let text =
            (0..<1_000).map { "deals where owner = 'Zoë \($0)' and name contains '東京' |" }
            .joined(separator: "\n") + "\ncount"
        #expect(text.utf8.count > 50_000)
        try session.paste(text)
        try session.wait("the end of the paste") { $0.lines.last == "     … count" }
        #expect(!session.screen.text.contains("bytes, sum"))
        // The block is taller than the screen and can still be edited.
        try session.press(.up)
        try session.wait("one line up") { $0.row == 22 }
        try session.press(.down)
        try session.press(.backspace)
        try session.type("t")
        try session.wait("edited") { $0.lines.last == "     … count" && $0.column == 12 }
        try session.press(.enter)
        let sum = text.utf8.reduce(UInt64(5381)) { ($0 &* 33) ^ UInt64($1) }
        try session.wait(forLine: "\(text.utf8.count) bytes, sum \(sum)")
        #expect(session.screen.unknown == [])
    }

    @Test func wideAndCombiningCharacters() throws {
        let session = try probe(rows: 10, columns: 20)
        try session.type("東京電力 e\u{301}é 👩‍👩‍👧")
        try session.wait("all of it") { $0.column == 7 + 8 + 3 && $0.row == 0 || $0.row == 1 }
        try session.press(.backspace)
        try session.press(.backspace)
        try session.wait("whole characters go") { $0.lines == ["deals> 東京電力 éé"] && $0.column == 18 }
        try session.press(.home, .right, .right)
        try session.wait("two characters on") { $0.column == 11 }
        try session.press(.delete)
        try session.type("x")
        try session.press(.enter)
        // Composed: é is one code point, twice.
        try session.wait(forLine: "<東京x力 \u{e9}\u{e9}>")
    }

    @Test func aWideCharacterIsNotBrokenAtTheEdge() throws {
        let session = try probe(rows: 6, columns: 12)
        try session.type("abcd東京")
        try session.wait("wrapped before it") { $0.lines == ["deals> abcd", "東京"] && $0.row == 1 && $0.column == 4 }
        try session.press(.enter)
        try session.wait(for: "<abcd東京>")
    }

    @Test func resizing() throws {
        let session = try probe(rows: 10, columns: 40)
        try session.type("deals in Negotiation of Dana Ruiz")
        try session.wait(for: "Dana Ruiz")
        session.resize(rows: 10, columns: 60)
        try session.type("!")
        try session.wait("one row") { $0.lines == ["deals> deals in Negotiation of Dana Ruiz!"] }
        session.resize(rows: 10, columns: 24)
        try session.type("?")
        try session.wait("two rows") { $0.lines.suffix(2) == ["deals> deals in Negotiat", "ion of Dana Ruiz!?"] }
        try session.press(.enter)
        try session.wait(for: " Dana Ruiz!?>")
    }

    @Test func undoGoesBackWordByWord() throws {
        let session = try probe()
        for letter in "open deals now" {
            try session.type(String(letter))
            try session.wait("each letter") { $0.column > 7 }
        }
        try session.wait(forLine: "deals> open deals now")
        try session.control("w")
        try session.wait(forLine: "deals> open deals")
        try session.control("_")
        try session.wait(forLine: "deals> open deals now")
        for _ in 0..<12 { try session.control("_") }
        try session.wait("nothing left") { $0.lines == ["deals>"] }
    }

    @Test func keysWithoutMeaningTypeNothing() throws {
        let session = try probe()
        try session.press(.f5)
        try session.type("\u{1b}[1;2P\u{1b}[24~\u{1b}[<0;10;10M\u{1b}]11;rgb:0/0/0\u{7}\u{1b}Oz\u{1b}[[A")
        try session.type("help\u{1b}z!")
        try session.press(.enter)
        try session.wait(forLine: "<help!>")
        #expect(session.screen.unknown == [])
    }

    @Test func viKeysFromEditrc() throws {
        let folder = NSTemporaryDirectory() + "dealsh-editrc-\(UInt64.random(in: 0...UInt64.max))"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let path = folder + "/editrc"
        try "# keys\nbind -v\nother:bind -e\n".write(toFile: path, atomically: true, encoding: .utf8)
        let session = try probe(variables: ["EDITRC": path])
        try session.type("open deals")
        try session.press(.escape)
        try session.wait("command mode") { $0.column == 16 }
        try session.type("0cwlost")
        try session.press(.escape)
        try session.wait(forLine: "deals> lost deals")
        try session.press(.right, .right)
        try session.type("x")
        try session.wait(for: "deals> lost eals")
        try session.type("u")
        try session.press(.enter)
        try session.wait(forLine: "<lost deals>")
        try session.press(.escape)
        try session.type("k")
        try session.wait("history with k") { $0.lines.last == "deals> lost deals" }
        try session.type("A!\r")
        try session.wait(forLine: "<lost deals!>")
    }

    @Test func aBindingOfEditrcHasTheLastWord() throws {
        let folder = NSTemporaryDirectory() + "dealsh-editrc-\(UInt64.random(in: 0...UInt64.max))"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let path = folder + "/editrc"
        try "bind ^T dealsh-undo\nbind \"\\e[15~\" ed-move-to-beg\n".write(
            toFile: path, atomically: true, encoding: .utf8)
        let session = try probe(variables: ["EDITRC": path])
        try session.type("help")
        try session.press(.f5)
        try session.wait("the start") { $0.column == 7 }
        try session.control("t")
        try session.wait("undone") { $0.lines == ["deals>"] }
    }

    @Test func questionsTakeOneLine() throws {
        let session = try probe()
        try session.type("ask\r")
        try session.wait(for: "sure?")
        try session.type("yes |\r")
        try session.wait(forLine: "answer <yes |>")
        try session.press(.up)
        try session.wait(forLine: "deals> ask")
    }

    @Test func ctrlZGivesTheTerminalBackAndGoesOn() throws {
        // A shell with job control: the program must be one that can be stopped.
        let session = try TerminalSession("/bin/sh", ["-i"], variables: ["PS1": "sh> ", "ENV": ""])
        try session.wait(for: "sh>")
        try session.type("exec 2>&1; '\(TerminalSession.path(of: "PromptProbe"))'\r")
        try session.wait("the prompt") { $0.lines.last == "deals>" }
        try session.type("open de")
        try session.wait(for: "deals> open de")
        try session.control("z")
        try session.wait("the shell's prompt") { $0.lines.last == "sh>" }
        #expect(session.screen.text.contains("deals> open de^Z"))
        #expect(!session.screen.isBracketing)
        try session.type("fg\r")
        // The rest of the word is the grey suggestion.
        try session.wait("drawn again") { $0.isBracketing && $0.lines.last == "deals> open deals" && $0.column == 14 }
        try session.type("als\r")
        try session.wait(forLine: "<open deals>")
        try session.control("d")
        try session.wait(forLine: "end")
    }

    @Test func aTerminationLeavesTheTerminalAsItWas() throws {
        let session = try probe()
        try session.type("open")
        try session.wait(for: "open")
        session.signal(SIGTERM)
        #expect(try session.exitStatus() == -1)
        #expect(!session.screen.isBracketing)
    }

    @Test func aDumbTerminalHasPlainLines() throws {
        let session = try probe(variables: ["TERM": "dumb"])
        try session.type("deals |\r")
        try session.wait(for: "   ...")
        try session.type("top 3\r")
        try session.wait(forLine: "<deals |/top 3>")
        try session.control("d")
        #expect(try session.exitStatus() == 0)
        #expect(!session.written.contains(0x1b))
    }

    /// Whatever is typed, and however small the terminal, the next statement is read as it should be.
    @Test(arguments: [UInt64(1), 2, 3], ["bind -e", "bind -v"])
    func randomKeysDoNoHarm(seed: UInt64, mode: String) throws {
        let folder = NSTemporaryDirectory() + "dealsh-editrc-\(UInt64.random(in: 0...UInt64.max))"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try mode.write(toFile: folder + "/editrc", atomically: true, encoding: .utf8)
        var numbers = SeededNumbers(seed: seed)
        let session = try probe(variables: ["EDITRC": folder + "/editrc"])
        // Neither end of input nor signals: Ctrl-C, -D, -Z, -\\; nor Ctrl-S and -Q, which stop the terminal.
        let letters: [UInt8] = (0...255).filter { ![3, 4, 17, 19, 26, 28].contains($0) }
        let pieces = [
            "deals in neg\t\t\t", "\u{1b}[A", "\u{1b}[B", "\u{1b}[C", "\u{1b}[D", "\u{12}", "東京👩‍👩‍👧e\u{301}", "open |\r",
            "\u{1b}[200~a\rb\u{1b}[201~", "\u{1f}", "\u{1b}", "\u{b}\u{19}", "0dw", "/de\r", "\u{1b}3", "\u{16}\u{1b}",
        ]
        for _ in 0..<150 {
            switch Int.random(in: 0..<8, using: &numbers) {
            case 0:
                session.resize(
                    rows: Int.random(in: 1...24, using: &numbers), columns: Int.random(in: 1...80, using: &numbers))
            case 1..<4: try session.send([letters.randomElement(using: &numbers) ?? 0])
            default: try session.type(pieces.randomElement(using: &numbers) ?? "")
            }
        }
        session.resize(rows: 24, columns: 80)
        session.settle()
        // A quoted key takes Ctrl-C for itself, so a letter comes first.
        try session.type("x")
        session.settle()
        let start = session.written.count
        try session.control("c")
        try session.wait("seed \(seed): the line is given up") { _ in
            String(decoding: session.written[start...], as: UTF8.self).contains("interrupted\r\n")
        }
        session.settle()
        try session.type("forecast\r")
        try session.wait(forLine: "<forecast>")
        #expect(session.screen.unknown == [], "seed \(seed)")
    }
}
