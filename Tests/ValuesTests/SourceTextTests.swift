// Lines and spans of a source text, whatever its bytes.
import Testing
import Values

@Suite struct SourceTextTests {
    @Test func linesAreFoundFromOffsets() {
        let source = SourceText("one\ntwo\r\n\nfour")
        #expect(source.line(at: 0).number == 1)
        #expect(source.text(source.line(at: 2).span) == "one")
        #expect(source.line(at: 4).number == 2)
        #expect(source.text(source.line(at: 5).span) == "two")
        #expect(source.line(at: 9).number == 3)
        #expect(source.text(source.line(at: 9).span) == "")
        #expect(source.line(at: 99).number == 4)
        #expect(source.text(source.line(at: 99).span) == "four")
    }

    @Test func spansOutsideAreClampedAndBadBytesReplaced() {
        let source = SourceText(bytes: [0x61, 0xFF, 0x62])
        #expect(source.text(SourceSpan(-5, 99)) == "a\u{FFFD}b")
        #expect(source.text(SourceSpan(2, 1)) == "")
        #expect(SourceSpan(3, 5).union(SourceSpan(1, 4)) == SourceSpan(1, 5))
    }

    @Test func diagnosticCodesAreDistinctWords() {
        let codes = DiagnosticCode.allCases.map(\.rawValue)
        #expect(Set(codes).count == codes.count)
        for code in codes { #expect(code.allSatisfy { $0.isLowercase || $0 == "-" || $0.isNumber }) }
    }
}
