// What is said about wrong statements, and how right ones are read, word for word, from case files.

import Testing
import Values

@testable import Language

@Suite struct ParserCaseTests {
    /// Statements in their canonical form, then the diagnostics with the text they point at.
    private func answer(_ input: String) -> String {
        let source = SourceText(input)
        let script = Parser.parse(source)
        var lines = script.statements.map(\.text)
        for diagnostic in script.diagnostics {
            let place = diagnostic.span.map { "\($0.start)…\($0.end) «\(source.text($0))»" } ?? "nowhere"
            lines.append("\(diagnostic.severity.rawValue) \(diagnostic.code.rawValue) at \(place)")
            lines.append("  \(diagnostic.message)")
            if let hint = diagnostic.hint { lines.append("  hint: \(hint)") }
            for label in diagnostic.labels {
                lines.append("  also \(label.span.start)…\(label.span.end) «\(source.text(label.span))»: \(label.text)")
            }
            if let fix = diagnostic.fix { lines.append("  fix: \(source.text(fix.span)) → \(fix.replacement)") }
        }
        return lines.joined(separator: "\n")
    }

    @Test(arguments: ["slips", "errors", "lexical", "statements", "readings"]) func cases(_ name: String) throws {
        let file = try CaseFile(name)
        #expect(file.cases.count > 5)
        try file.check(answer) { test, actual in
            Issue.record(
                "\(name): \(test.title)\n\(test.input)\n---- expected\n\(test.expected)\n---- actual\n\(actual)")
        }
    }

    /// Every code of the language's section of the catalogue is met by a case.
    @Test func everyCodeHasACase() throws {
        var met: Set<String> = []
        for name in ["slips", "errors", "lexical", "statements", "readings"] {
            for test in try CaseFile(name).cases {
                for diagnostic in Parser.parse(SourceText(test.input)).diagnostics {
                    met.insert(diagnostic.code.rawValue)
                }
            }
        }
        let language: [DiagnosticCode] = [
            .unexpectedToken, .illFormedText, .unclosedQuote, .unclosedBracket, .foreignOperator, .malformedNumber,
            .groupedNumber, .numberTooLarge, .foreignDay, .noSuchDay, .nestingTooDeep, .duplicateClause, .changeNotLast,
            .reservedName, .nothingToContinue,
        ]
        for code in language { #expect(met.contains(code.rawValue), "\(code.rawValue)") }
    }

    /// A fix is what makes the statement right, or gets it further: it never leaves the same error at the same place.
    @Test func fixesHelp() throws {
        var fixed = 0
        for test in try CaseFile("slips").cases {
            let source = SourceText(test.input)
            guard let first = Parser.parse(source).diagnostics.first, let fix = first.fix else { continue }
            var bytes = source.bytes
            bytes.replaceSubrange(fix.span.start..<fix.span.end, with: Array(fix.replacement.utf8))
            let again = Parser.parse(SourceText(bytes: bytes)).diagnostics.first
            #expect(again?.message != first.message || again?.span != first.span, "\(test.title)")
            fixed += 1
        }
        #expect(fixed > 12)
    }
}
