// How wide texts are, and that nothing a terminal would act on gets through.

import Shell
import Testing

@Suite struct TextWidthTests {
    @Test(arguments: [
        ("", 0), ("deals", 5), ("é", 1), ("e\u{301}", 1), ("東京", 4), ("한국", 4), ("\u{1112}\u{1161}\u{11ab}", 2),
        ("🎉", 2), ("👩‍👩‍👧", 2), ("👍🏽", 2), ("🇩🇪", 2), ("❤️", 2), ("❤", 1), ("1️⃣", 2), ("ａ", 2), ("…", 1), ("─", 1),
        ("a\u{200b}b", 2), ("क्ष", 2), ("€", 1), ("\u{3000}", 2), ("\u{20000}", 2),
    ])
    func widths(text: String, width: Int) {
        #expect(TextWidth.of(text) == width)
    }

    @Test func cuttingNeverExceedsTheWidth() {
        for width in 1...12 {
            for text in ["Acme Corporation", "東京電力ホールディングス", "👩‍👩‍👧 family 👍🏽", "é́é"] {
                let cut = TextWidth.cut(text, to: width)
                #expect(TextWidth.of(cut) <= width, "\(cut) in \(width)")
                #expect(cut == text || cut.hasSuffix("…"))
            }
        }
        #expect(TextWidth.cut("東京電力", to: 4) == "東…")
        #expect(TextWidth.cut("Acme", to: 4) == "Acme")
        #expect(TextWidth.cut("Acme Corp", to: 6, ellipsis: "...") == "Acm...")
    }
}

@Suite struct VisibleTextTests {
    @Test func controlCharactersAreShown() {
        #expect(VisibleText.of("a\u{1b}[31mb\u{7}") == "a␛[31mb␇")
        #expect(VisibleText.of("a\u{1b}[31m\n", ascii: true) == "a\\x1b[31m\\n")
        #expect(VisibleText.of("a\u{202e}b\u{9b}2J") == "a\\u{202e}b\\x9b2J")
        #expect(VisibleText.of("Zoë 東京 🎉 …") == "Zoë 東京 🎉 …")
    }

    @Test func nothingUnsafeRemains() {
        for value in UInt32(0)...0x3000 {
            guard let scalar = Unicode.Scalar(value) else { continue }
            for ascii in [true, false] {
                let shown = VisibleText.of("x" + String(scalar) + "y", ascii: ascii)
                #expect(!shown.unicodeScalars.contains(where: VisibleText.isUnsafe))
            }
        }
    }
}
