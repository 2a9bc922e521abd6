// What the example company's reports look like on a screen: the built program at a terminal of 80 and of 120 columns, and
// of 80 in ASCII. Each text of Tests/Cases/screens is one question with its three screens; DEALSH_RECORD=1 writes them
// anew, to be reviewed in the diff.

import Foundation
import Testing

@Suite struct ScreenTests {
    /// The questions, by the name of their text.
    static let questions = [
        ("aging", "aging"), ("board", "board"), ("board-by-owner", "board by owner"), ("bottlenecks", "bottlenecks"),
        ("changes", "changes since last Monday"),
        ("changes-closing", "changes since 2026-10-01 closing this quarter"),
        ("chart-bars", "open deals by stage | chart"),
        ("chart-columns", "won deals | sum value by month(closed) | chart columns"), ("cohorts", "cohorts"),
        ("conversion", "conversion"), ("conversion-by-source", "conversion by source"), ("deal", "deal D-151"),
        ("focus", "focus"),
        ("funnel", "funnel"), ("funnel-by-source", "funnel by source"),
        ("trend", "trend"),
        ("velocity-by-owner", "velocity by owner"), ("velocity-by-quarter", "velocity by quarter"),
    ]

    /// A terminal.
    struct Screen: CustomStringConvertible {
        var columns: Int
        var isASCII = false
        var description: String { "\(columns) columns" + (isASCII ? ", ASCII" : "") }
    }

    static let screens = [Screen(columns: 80), Screen(columns: 120), Screen(columns: 80, isASCII: true)]
    static let folder = ShellCase.folder.deletingLastPathComponent().appendingPathComponent("screens")
    private static let isRecording = ProcessInfo.processInfo.environment["DEALSH_RECORD"] == "1"

    /// The example company's book, imported once.
    static let book: String = {
        let examples = ShellCase.folder.deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("examples")
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
            "dealsh-screens-\(UUID().uuidString)")
        try? FileManager.default.copyItem(at: examples, to: folder)
        let importing = Process()
        importing.executableURL = URL(fileURLWithPath: TerminalSession.path(of: "dealsh"))
        importing.arguments = ["--today", "2026-11-23", "-f", "import.pql"]
        importing.currentDirectoryURL = folder
        importing.standardOutput = FileHandle.nullDevice
        importing.standardError = FileHandle.nullDevice
        try? importing.run()
        importing.waitUntilExit()
        return folder.appendingPathComponent("acme.pipeline").path
    }()

    /// The lines that a question's answer writes to a terminal.
    static func lines(_ question: String, on screen: Screen, colour: String = "never") throws -> [String] {
        let session = try TerminalSession(
            "dealsh", [book, "--today", "2026-11-23", "--no-init", "--color", colour, "-c", question],
            variables: ["LANG": screen.isASCII ? "C" : "C.UTF-8"], rows: 24, columns: screen.columns)
        let status = try session.exitStatus()
        let text = String(decoding: session.written, as: UTF8.self).replacingOccurrences(of: "\r", with: "")
        try #require(status == 0, "\(question): \(text)")
        return text.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init)
    }

    private func text(_ question: String) throws -> String {
        try "? \(question)\n"
            + ScreenTests.screens.map {
                "== \($0)\n" + (try ScreenTests.lines(question, on: $0)).joined(separator: "\n") + "\n"
            }.joined()
    }

    @Test(arguments: questions) func screen(_ name: String, _ question: String) throws {
        let place = ScreenTests.folder.appendingPathComponent(name + ".txt")
        let text = try text(question)
        if ScreenTests.isRecording { return try Data(text.utf8).write(to: place) }
        #expect(text == (try String(contentsOf: place, encoding: .utf8)))
    }

    /// The screens that the README shows are those of 80 columns.
    @Test func theReadmeShowsRealScreens() throws {
        let project = ScreenTests.folder.deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let readme = try String(contentsOf: project.appendingPathComponent("README.md"), encoding: .utf8)
        var count = 0
        for block in readme.components(separatedBy: "```").enumerated().filter({ $0.offset % 2 == 1 }).map(\.element) {
            let lines = block.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
            // A question alone after its prompt, and lines beneath it that are none.
            guard lines.count > 3, lines[1].hasPrefix("deals> "), !lines[2].hasPrefix("deals> ") else { continue }
            let question = String(lines[1].dropFirst("deals> ".count))
            #expect(
                lines.dropFirst(2).dropLast().map { $0 }
                    == (try ScreenTests.lines(question, on: Screen(columns: 80))), "README: \(question)")
            count += 1
        }
        #expect(count == 5)
    }

    /// No line is wider than the terminal, in any width and with any characters; numbers that are wider than the whole
    /// terminal are not among the example's.
    @Test(arguments: questions) func everyWidthIsKept(_ name: String, _ question: String) throws {
        for screen in [
            Screen(columns: 30), Screen(columns: 44), Screen(columns: 61, isASCII: true), Screen(columns: 97),
            Screen(columns: 200),
        ] {
            for line in try ScreenTests.lines(question, on: screen) {
                #expect(line.count <= screen.columns, "\(question) at \(screen): \(line)")
                if screen.isASCII { #expect(line.utf8.allSatisfy { $0 < 0x80 }, "\(question): \(line)") }
                #expect(!line.hasSuffix(" "), "\(question) at \(screen): blanks at the end of «\(line)»")
            }
        }
    }

    /// Colour adds nothing but colour.
    @Test(arguments: questions) func coloursChangeNoCharacter(_ name: String, _ question: String) throws {
        let screen = Screen(columns: 100)
        let plain = try ScreenTests.lines(question, on: screen)
        let coloured = try ScreenTests.lines(question, on: screen, colour: "always")
        let stripped = coloured.map { $0.replacing(/\u{1b}\[[0-9;]*m/, with: "") }
        #expect(stripped == plain)
        #expect(coloured != plain)
    }

    /// At the prompt a board is no taller than the screen, and `.all` shows the cards it left out.
    @Test func aBoardFitsTheScreenAndAllShowsTheRest() throws {
        let session = try TerminalSession(
            "dealsh", [ScreenTests.book, "--today", "2026-11-23", "--no-init", "--no-history"],
            variables: ["NO_COLOR": "1"], rows: 24, columns: 80)
        try session.wait("the prompt") { $0.lines.last == "deals>" }
        try session.type("board\r")
        try session.wait("the board") { $0.text.contains("… 4 more") && $0.lines.last == "deals>" }
        #expect(session.screen.lines.first == "deals> board")
        #expect(!session.screen.text.contains("Prairie Grain"))
        try session.type(".all\r")
        try session.wait("all cards") { $0.text.contains("Prairie Gra") && $0.lines.last == "deals>" }
        try session.type(".pictures off\r")
        try session.type("board | first 3\r")
        try session.wait(for: "3 rows")
    }

    /// A pipe gets the rows and no drawing.
    @Test(arguments: ["board", "funnel", "aging", "changes since last Monday", "deal D-151"])
    func aPipeGetsRows(_ question: String) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: TerminalSession.path(of: "dealsh"))
        process.arguments = [ScreenTests.book, "--today", "2026-11-23", "--no-init", "-c", question]
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let text = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        #expect(!text.isEmpty)
        #expect(!text.contains { "█▓▒░▲◆●\u{1b}".contains($0) })
    }
}
