// HTML and Markdown: what comes out means the text that went in.

import Shell
import Testing

@Suite struct RowsWriterTests {
    let table = DisplayTable([
        .text("close_value", ["<b>A&B</b>", "two\r\nlines | \"x\""]), .number("value", ["$1", "–"]),
    ])

    @Test func markdown() {
        #expect(
            MarkdownWriter().text(table) == #"""
                | close_value | value |
                | --- | ---: |
                | \<b\>A&amp;B\</b\> | $1 |
                | two<br>lines \| "x" | – |

                """#)
        #expect(MarkdownWriter.escaped("_a_ *b* `c`") == #"\_a\_ \*b\* \`c\`"#)
    }

    @Test func html() {
        let text = HTMLWriter(title: "Q3 <won>").text(table)
        #expect(text.contains("<title>Q3 &lt;won&gt;</title>"))
        #expect(text.contains("<tr><th>close_value</th><th class=\"number\">value</th></tr>\n"))
        #expect(text.contains("<tr><td>&lt;b&gt;A&amp;B&lt;/b&gt;</td><td class=\"number\">$1</td></tr>\n"))
        #expect(text.contains("<td>two<br>lines | &quot;x&quot;</td>"))
        #expect(text.hasPrefix("<!DOCTYPE html>\n") && text.hasSuffix("</html>\n"))
    }

    @Test func controlCharactersAreShown() {
        #expect(HTMLWriter.escaped("a\u{0}\u{1b}") == "a␀␛")
        #expect(MarkdownWriter.escaped("a\u{202e}") == "a\\u{202e}")
    }
}
