// Rows of the prompt, and that the terminal shows them however they were reached.

import Foundation
import Testing

@testable import Shell

@Suite struct PromptLayoutTests {
    @Test func rowsBreakAtTheWidth() {
        var layout = PromptLayout(columnCount: 10, rowCount: 5)
        let frame = layout.frame(PromptView(prompt: "> ", buffer: EditBuffer("abcdefghij\nk東東東東東")))
        #expect(frame.rows == ["> abcdefgh", "ij", "… k東東東", "東東"])
        #expect(frame.cursorRow == 3 && frame.cursorColumn == 4)
    }

    @Test func aFullRowPutsTheCursorOnTheNext() {
        var layout = PromptLayout(columnCount: 6, rowCount: 5)
        #expect(layout.frame(PromptView(prompt: "> ", buffer: EditBuffer("abcd"))).rows == ["> abcd", ""])
        let before = layout.frame(PromptView(prompt: "> ", buffer: EditBuffer("abcd\nx")))
        #expect(before.rows == ["> abcd", "… x"])
    }

    @Test func aTallBlockShowsTheRowsAroundTheCursor() {
        var layout = PromptLayout(columnCount: 20, rowCount: 3)
        var buffer = EditBuffer((0..<10).map { "line \($0)" }.joined(separator: "\n"))
        #expect(layout.frame(PromptView(prompt: "> ", buffer: buffer)).rows == ["… line 7", "… line 8", "… line 9"])
        for _ in 0..<4 { _ = buffer.moveLine(-1) }
        let frame = layout.frame(PromptView(prompt: "> ", buffer: buffer))
        #expect(frame.rows.first == "… line 5" && frame.cursorRow == 0)
        _ = buffer.moveLine(1)
        #expect(layout.frame(PromptView(prompt: "> ", buffer: buffer)).rows.first == "… line 5")
    }

    @Test func suggestionsAreClippedToTheRow() {
        var layout = PromptLayout(columnCount: 12, rowCount: 3)
        var view = PromptView(prompt: "> ", buffer: EditBuffer("open"))
        view.suggestion = " deals of Dana"
        #expect(layout.frame(view).rows == ["> open dea…"])
        view.suggestion = " x\n| top"
        #expect(layout.frame(view).rows == ["> open x …"])
    }

    /// Random edits, each brought to a screen by its difference, must look as if drawn on an empty screen.
    @Test(arguments: [UInt64(1), 2, 3, 4])
    func differencesLookLikeFreshDrawings(seed: UInt64) {
        var numbers = SeededNumbers(seed: seed)
        let letters: [Unicode.Scalar] = ["a", "b", " ", "\n", "東", "é", "\t", "🎉", "\u{1b}"]
        for _ in 0..<60 {
            let columns = Int.random(in: 4...30, using: &numbers)
            let rows = Int.random(in: 2...9, using: &numbers)
            var layout = PromptLayout(columnCount: columns, rowCount: rows, palette: Palette(isColoured: true))
            var screen = PromptScreen()
            var shown = VirtualScreen(rowCount: rows, columnCount: columns)
            // What stands above the prompt, and may scroll away.
            shown.receive(Array(String(repeating: "\r\n", count: Int.random(in: 0..<rows, using: &numbers)).utf8))
            var buffer = EditBuffer()
            for _ in 0..<25 {
                switch Int.random(in: 0..<5, using: &numbers) {
                case 0: buffer.cursor = Int.random(in: 0...buffer.scalars.count, using: &numbers)
                case 1: _ = buffer.removeTo(Int.random(in: 0...buffer.scalars.count, using: &numbers))
                default:
                    let count = Int.random(in: 1...8, using: &numbers)
                    buffer.insert((0..<count).map { _ in letters.randomElement(using: &numbers) ?? "a" })
                }
                var view = PromptView(prompt: "d> ", buffer: buffer)
                let bytes = buffer.bytes.count
                if bytes > 4 { view.highlights = [Highlight(1..<3, .keyword), Highlight(3..<bytes, .string)] }
                if Bool.random(using: &numbers) { view.suggestion = "suggestion" }
                if Int.random(in: 0..<4, using: &numbers) == 0 { view.below = ["one", "two"] }
                let frame = layout.frame(view)
                shown.receive(Array(screen.update(frame).utf8))

                var fresh = VirtualScreen(rowCount: rows, columnCount: columns)
                var freshScreen = PromptScreen()
                fresh.receive(Array(freshScreen.update(frame).utf8))
                let top = shown.row - frame.cursorRow
                #expect(top >= 0 && top + frame.rows.count <= rows, "seed \(seed)")
                guard top >= 0, top + frame.rows.count <= rows else { return }
                #expect(
                    Array(shown.cells[top..<top + frame.rows.count]) == Array(fresh.cells[..<frame.rows.count]),
                    "seed \(seed)")
                #expect(shown.column == fresh.column && fresh.row == frame.cursorRow, "seed \(seed)")
                for below in (top + frame.rows.count)..<max(top + frame.rows.count, rows) {
                    #expect(shown.line(below).isEmpty, "seed \(seed)")
                }
                #expect(shown.unknown.isEmpty)
            }
        }
    }
}

@Suite struct CompletionMenuTests {
    func candidates(_ titles: [String], replacing: Range<Int>) -> [Completion] {
        titles.map { Completion($0, replacing: replacing) }
    }

    @Test func oneCandidateIsTakenWhole() {
        let buffer = EditBuffer(Array("deals in nego > $5".unicodeScalars), cursor: 13)
        let done = CompletionMenu.completed(buffer, candidates(["Negotiation"], replacing: 9..<13))
        #expect(done?.text == "deals in Negotiation > $5")
        #expect(done?.cursor == 21)
    }

    @Test func severalAreTakenAsFarAsTheyAgree() {
        let all = candidates(["Closed Won", "Closed Lost"], replacing: 9..<11)
        #expect(CompletionMenu.completed(EditBuffer("deals in cl"), all)?.text == "deals in Closed ")
        #expect(
            CompletionMenu.completed(
                EditBuffer("deals in Closed "), candidates(["Closed Won", "Closed Lost"], replacing: 9..<16)) == nil)
        #expect(CompletionMenu.completed(EditBuffer(""), candidates(["deals", "forecast"], replacing: 0..<0)) == nil)
        #expect(CompletionMenu.completed(EditBuffer("x"), []) == nil)
        // Two names that part within the bytes of one character.
        #expect(CompletionMenu.completed(EditBuffer("Z"), candidates(["Zoé", "Zoè"], replacing: 0..<1))?.text == "Zo")
    }

    @Test func theListFitsTheWidth() {
        let all = (0..<30).map { Completion("name \($0)", detail: "\($0) · $\($0)k", replacing: 0..<0) }
        for width in [10, 20, 40, 80, 200] {
            for page in 0..<4 {
                let rows = CompletionMenu.rows(
                    all, page: page, columnCount: width, rowCount: 8, style: .unicode, palette: .plain)
                #expect(rows.count <= 8)
                #expect(rows.allSatisfy { TextWidth.of($0) < width })
            }
        }
        let rows = CompletionMenu.rows(
            Array(all[..<5]), page: 0, columnCount: 50, rowCount: 8, style: .unicode, palette: .plain)
        #expect(rows == ["name 0  0 · $0k   name 3  3 · $3k", "name 1  1 · $1k   name 4  4 · $4k", "name 2  2 · $2k"])
    }

    @Test func everyCandidateIsOnSomePage() {
        let all = (0..<57).map { Completion("n\($0)!", replacing: 0..<0) }
        var seen = ""
        for page in 0..<12 {
            seen += CompletionMenu.rows(
                all, page: page, columnCount: 20, rowCount: 4, style: .ascii, palette: .plain
            ).joined(separator: " ")
        }
        for candidate in all { #expect(seen.contains(candidate.title)) }
    }
}

@Suite struct EditrcFileTests {
    @Test func modesProgramsAndSequences() {
        let file = EditrcFile(
            text: "# x\nbind -v\nother:bind ^A ed-move-to-end\ndealsh:bind \"\\e[15~\" ed-move-to-beg\nbind ^[OP x\n")
        #expect(file.isVi)
        #expect(file.lines == ["dealsh:bind \"\\e[15~\" ed-move-to-beg", "bind ^[OP x"])
        #expect(file.boundSequences == [Array("\u{1b}[15~".utf8), Array("\u{1b}OP".utf8)])
        #expect(EditrcFile.keyBytes("\\033[A") == Array("\u{1b}[A".utf8))
        #expect(EditrcFile.keyBytes("^?") == [0x7f])
    }
}

@Suite struct PromptHistoryTests {
    @Test func entriesSurviveTheFile() {
        for entry in ["a", "a\nb", "\\n", "a\\\nb\r", "東京\n\n", "\\"] {
            let line = PromptHistory.escaped(entry)
            #expect(!line.contains("\n"))
            #expect(PromptHistory.unescaped(line) == entry)
        }
    }

    @Test func aDeviceIsLeftAsItIs() throws {
        func mode(_ path: String) throws -> UInt16 {
            try #require(FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? NSNumber).uint16Value
        }
        let before = try mode("/dev/null")
        #expect(PromptHistory(path: "/dev/null").add("deals"))
        #expect(try mode("/dev/null") == before)
    }

    @Test func duplicatesBlanksAndGiantsAreNotKept() {
        let history = PromptHistory(path: nil)
        #expect(history.add("a"))
        #expect(!history.add("a"))
        #expect(!history.add("  \n"))
        #expect(history.add("b "))
        #expect(history.add("a"))
        #expect(!history.add(String(repeating: "x", count: 300_000)))
        #expect(history.entries == ["a", "b", "a"])
    }
}
