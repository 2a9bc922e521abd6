// Long lines broken at blanks.

import Shell
import Testing

@Suite struct TextWrapTests {
    @Test func shortLinesStay() {
        #expect(TextWrap.lines("a  b", width: 10) == ["a  b"])
        #expect(TextWrap.lines("a long line", width: nil) == ["a long line"])
    }

    @Test func brokenAtBlanksAndIndented() {
        #expect(
            TextWrap.lines("owners: Dana, Marco, Sara, José", width: 14, indent: 2)
                == ["owners: Dana,", "  Marco, Sara,", "  José"])
        #expect(
            TextWrap.lines("sort KEY   orders the rows, last", width: 20, indent: 11)
                == ["sort KEY   orders", "           the rows,", "           last"])
    }

    @Test func wideLettersCountTwice() {
        #expect(TextWrap.lines("漢字 漢字 漢字", width: 9) == ["漢字 漢字", "漢字"])
    }

    @Test func aWordTooLongStaysWhole() {
        #expect(TextWrap.lines("a verylongwordindeed b", width: 8) == ["a", "verylongwordindeed", "b"])
        #expect(TextWrap.lines("verylongwordindeed", width: 8) == ["verylongwordindeed"])
    }
}
