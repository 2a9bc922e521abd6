// The table of dot commands: found by name and by beginning, near names for slips, described to the last.

import Testing
import Values

@testable import Shell

@Suite struct DotCommandTests {
    @Test func theTableIsInOrderAndComplete() {
        let names = DotCommand.all.map(\.name)
        #expect(names == names.sorted())
        #expect(
            Set(names) == [
                "help", "quit", "format", "timer", "width", "pager", "pictures", "history", "output", "once", "edit",
                "watch",
                "all",
                "fields",
            ])
        for command in DotCommand.all {
            #expect(command.syntax.hasPrefix("." + command.name))
            #expect(!command.summary.isEmpty)
        }
    }

    @Test func foundByNameAndUniqueBeginning() throws {
        #expect(try DotCommand.named("quit").name == "quit")
        #expect(try DotCommand.named("FORMAT").name == "format")
        #expect(try DotCommand.named("wa").name == "watch")
    }

    @Test(arguments: [
        ("fromat", "did you mean .format?"), ("qit", "did you mean .quit?"), ("w", "did you mean .watch or .width?"),
        ("histroy", "did you mean .history?"), ("timre", "did you mean .timer?"),
    ])
    func slips(_ typed: String, _ hint: String) {
        let problem = #expect(throws: Diagnostic.self) { try DotCommand.named(typed) }
        #expect(problem?.hint == hint)
        #expect(problem?.code == .unknownCommand)
    }

    @Test func nothingLikeIt() {
        let problem = #expect(throws: Diagnostic.self) { try DotCommand.named("tables") }
        #expect(problem?.message == "no command is called \".tables\"")
        #expect(problem?.hint == nil)
        #expect(problem?.notes.first?.hasPrefix("commands: .all .edit") == true)
    }

    @Test(arguments: [
        ("a.csv", OutputFormat.csv), ("dir.x/b.TSV", .tsv), ("c.jsonl", .ndjson), ("d.md", .markdown), ("e.htm", .html),
        ("f.txt", .table), ("g", nil), ("h.xlsx", nil), ("x.csv/i", nil),
    ])
    func endings(_ path: String, _ format: OutputFormat?) {
        #expect(OutputFormat(ending: path) == format)
    }
}
