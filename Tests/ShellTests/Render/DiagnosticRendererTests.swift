// The form of messages, as the language reference promises it.

import Shell
import Testing
import Values

@Suite struct DiagnosticRendererTests {
    /// A diagnostic at the part of the source between `«` and `»`, drawn.
    func drawn(
        _ marked: String, _ message: String, hint: String? = nil, notes: [String] = [], name: String? = nil,
        severity: Severity = .error, width: Int? = nil, style: LineStyle = .unicode
    ) -> String {
        let (source, span) = unmarked(marked, name: name)
        let diagnostic = Diagnostic(
            .unknownName, message, at: span, severity: severity, hint: hint, notes: notes)
        return DiagnosticRenderer(width: width, style: style).text(diagnostic, in: source)
    }

    func unmarked(_ marked: String, name: String? = nil) -> (SourceText, SourceSpan) {
        let before = marked.prefix { $0 != "«" }.utf8.count
        let inside = marked.drop { $0 != "«" }.dropFirst().prefix { $0 != "»" }.utf8.count
        let plain = marked.filter { $0 != "«" && $0 != "»" }
        return (SourceText(plain, name: name), SourceSpan(before, before + inside))
    }

    @Test func theFormOfTheReference() {
        #expect(
            drawn(
                "deals in «Negotiaton» > $10k", "no stage is called \"Negotiaton\"",
                hint: "did you mean \"Negotiation\"?", notes: ["stages: Initial Contact, Qualification"]) == """
                    error: no stage is called "Negotiaton"
                      1 │ deals in Negotiaton > $10k
                        │          ^^^^^^^^^^ did you mean "Negotiation"?
                      stages: Initial Contact, Qualification

                    """)
    }

    @Test func aScriptNamesFileAndLine() {
        #expect(
            drawn("stages\n\ndeals of «Dnaa»\n", "no owner", name: "weekly.pql", severity: .warning) == """
                warning: no owner
                  at weekly.pql:3
                  3 │ deals of Dnaa
                    │          ^^^^

                """)
    }

    @Test func asciiForm() {
        #expect(
            drawn("deals «x»", "m", style: .ascii) == """
                error: m
                  1 | deals x
                    |       ^

                """)
    }

    @Test func wideCharactersAndTabsKeepTheCaretInPlace() {
        #expect(
            drawn("deals at 東京 \tof «東é»", "m") == """
                error: m
                  1 │ deals at 東京     of 東é
                    │                      ^^^

                """)
    }

    @Test func aPlaceOverSeveralLines() {
        #expect(
            drawn("deals\n  | «sum value\n    by owner\n  | top» 3", "m", hint: "h") == """
                error: m
                  2 │   | sum value
                    │     ^^^^^^^^^
                  3 │     by owner
                    │     ^^^^^^^^
                  4 │   | top 3
                    │   ^^^^^ h

                """)
    }

    @Test func aPlaceAfterTheLastLineIsShownBehindTheLastWord() {
        #expect(
            drawn("deals |\n«»", "the step is missing") == """
                error: the step is missing
                  1 │ deals |
                    │        ^

                """)
    }

    @Test func labelsAreDrawnInTheOrderOfLines() {
        let source = SourceText("let a = deals (\nx\ny\nend")
        let diagnostic = Diagnostic(
            .unexpectedToken, "the bracket is not closed", at: SourceSpan(20, 23), hint: "expected )",
            labels: [.init(SourceSpan(14, 15), "opened here")])
        #expect(
            DiagnosticRenderer().text(diagnostic, in: source) == """
                error: the bracket is not closed
                  1 │ let a = deals (
                    │               - opened here
                    …
                  4 │ end
                    │ ^^^ expected )

                """)
    }

    @Test func aLongLineIsShortenedAroundThePlace() {
        let long = String(repeating: "owner = Dana or ", count: 3_000)
        let text = drawn(long + "«Dnaa»" + long, "m", width: 60)
        let lines = text.split(separator: "\n")
        #expect(lines.count == 3)
        #expect(lines.allSatisfy { TextWidth.of($0) <= 60 })
        #expect(lines[1].contains("Dnaa"))
        #expect(
            lines[1].firstRange(of: "Dnaa").map { lines[1][..<$0.lowerBound].count }
                == lines[2].prefix { $0 != "^" }.count)
    }

    @Test func aHintTooWideGoesToItsOwnLine() {
        #expect(
            drawn("deals of «Dnaa»", "m", hint: "did you mean Dana Ruiz, Dan or Dane?", width: 44) == """
                error: m
                  1 │ deals of Dnaa
                    │          ^^^^
                    │ did you mean Dana Ruiz, Dan or Dane?

                """)
    }

    @Test func illFormedBytesDoNotMoveTheCaret() {
        let source = SourceText(bytes: Array("deals ".utf8) + [0xff, 0xe2, 0x82] + Array(" x".utf8))
        let text = DiagnosticRenderer().text(Diagnostic(.unexpectedToken, "m", at: SourceSpan(10, 11)), in: source)
        #expect(text == "error: m\n  1 │ deals \u{fffd}\u{fffd} x\n    │          ^\n")
    }

    @Test func withoutAPlace() {
        let diagnostic = Diagnostic(.fileNotReadable, "no file", hint: "create it with save as", notes: ["a\nb"])
        #expect(
            DiagnosticRenderer().text(diagnostic, in: nil) == "error: no file\n  create it with save as\n  a\n  b\n")
    }

    @Test func coloursChangeNothingButColours() {
        let (source, span) = unmarked("deals of «Dnaa»")
        let diagnostic = Diagnostic(.unknownName, "m", at: span, hint: "h", notes: ["n"])
        let painted = DiagnosticRenderer(palette: Palette(isColoured: true)).text(diagnostic, in: source)
        #expect(painted.contains("\u{1b}[31merror:\u{1b}[0m"))
        var plain = ""
        var isInSequence = false
        for character in painted {
            if character == "\u{1b}" { isInSequence = true }
            if !isInSequence { plain.append(character) }
            if isInSequence, character == "m" { isInSequence = false }
        }
        #expect(plain == DiagnosticRenderer().text(diagnostic, in: source))
    }

    @Test func randomPlacesNeverTrap() {
        var seed = UInt64(20_261_123)
        func next(_ bound: Int) -> Int {
            seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(seed >> 33) % bound
        }
        let alphabet: [UInt8] = [97, 32, 10, 9, 13, 0xe2, 0x82, 0xac, 0xff, 0x1b, 0xf0, 0x9f, 0x8e, 0x89, 34]
        for _ in 0..<2_000 {
            let source = SourceText(bytes: (0..<next(40)).map { _ in alphabet[next(alphabet.count)] })
            let diagnostic = Diagnostic(
                .unknownName, "m", at: SourceSpan(next(50) - 2, next(50)), hint: "h",
                labels: [.init(SourceSpan(next(45), next(45)), "l")])
            let text = DiagnosticRenderer(width: 10 + next(40)).text(diagnostic, in: source)
            #expect(text.contains("^"), "seed 20261123")
            #expect(text.filter { $0 == "h" }.count >= 1)
            #expect(!DiagnosticJSON.line(diagnostic, in: source).dropLast().contains("\n"))
        }
    }
}

@Suite struct DiagnosticJSONTests {
    @Test func allFields() {
        let source = SourceText("deals\nat 東京 of \"Dnaa\"", name: "a\"b.pql")
        let diagnostic = Diagnostic(
            .unknownName, "no owner \"Dnaa\"\u{1b}", at: SourceSpan(19, 25), hint: "Dana?",
            labels: [.init(SourceSpan(0, 5), "here")], notes: ["owners: Dana"], fix: .init(SourceSpan(19, 25), "Dana"))
        #expect(
            DiagnosticJSON.line(diagnostic, in: source)
                == #"{"code":"unknown-name","severity":"error","message":"no owner \"Dnaa\"\u001b","file":"a\"b.pql","#
                + #""line":2,"column":12,"endLine":2,"endColumn":18,"hint":"Dana?","#
                + #""labels":[{"line":1,"column":1,"endLine":1,"endColumn":6,"text":"here"}],"#
                + #""notes":["owners: Dana"],"#
                + #""fix":{"line":2,"column":12,"endLine":2,"endColumn":18,"replacement":"Dana"}}"# + "\n")
    }

    @Test func fewFields() {
        #expect(
            DiagnosticJSON.line(Diagnostic(.usage, "m", severity: .warning), in: nil)
                == #"{"code":"usage","severity":"warning","message":"m"}"# + "\n")
    }
}
