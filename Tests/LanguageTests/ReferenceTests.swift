// The reference, grammar/README.md: each of its examples parses, and its tables of words are the vocabulary's.
// DEALSH_RECORD=1 writes the tables anew.

import Testing
import Values

@testable import Language

#if canImport(Glibc)
    import Glibc
#endif

@Suite struct ReferenceTests {
    static let path = "grammar/README.md"

    /// The fenced blocks that are tagged `pql`.
    private func blocks() throws -> [String] {
        var blocks: [String] = []
        var block: [Substring]?
        for line in try GrammarFile.read(ReferenceTests.path).split(separator: "\n", omittingEmptySubsequences: false) {
            if line.hasPrefix("```") {
                if let lines = block { blocks.append(lines.joined(separator: "\n")) }
                block = block == nil && line.hasPrefix("```pql") ? [] : nil
            } else {
                block?.append(line)
            }
        }
        return blocks
    }

    @Test func examplesParse() throws {
        var count = 0
        for block in try blocks() {
            let script = Parser.parse(SourceText(block))
            #expect(script.diagnostics.isEmpty, "\(script.diagnostics.map(\.message)) in\n\(block)")
            count += script.statements.count
        }
        #expect(count > 120)
    }

    @Test func tablesAreTheVocabulary() throws {
        let text = try GrammarFile.read(ReferenceTests.path)
        var out: [Substring] = []
        var isInside = false
        var seen: Set<WordRole> = []
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            if line == "<!-- end -->" { isInside = false }
            if !isInside { out.append(line) }
            guard line.hasPrefix("<!-- words: "), let role = WordRole(rawValue: String(line.dropFirst(12).dropLast(4)))
            else {
                continue
            }
            isInside = true
            seen.insert(role)
            out.append("| word | is written | does |")
            out.append("|---|---|---|")
            for entry in Vocabulary.entries(of: role) {
                let syntax = entry.syntax.split(separator: "|", omittingEmptySubsequences: false).joined(
                    separator: "\\|")
                let more = entry.explanation.isEmpty ? "" : ". " + entry.explanation
                out.append("| \(entry.word) | `\(syntax)` | \(entry.summary)\(more) |")
            }
        }
        let expected = out.joined(separator: "\n")
        #expect(seen.isSuperset(of: [.step, .report, .change, .function, .window, .aggregate, .statement, .setting]))
        if CaseFile.isRecording, let file = fopen(GrammarFile.packageFolder + "/" + ReferenceTests.path, "w") {
            fputs(expected, file)
            fclose(file)
        } else {
            #expect(text == expected, "the tables of grammar/README.md differ from the vocabulary")
        }
    }
}
