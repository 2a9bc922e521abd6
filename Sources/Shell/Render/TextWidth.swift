// How many columns of a terminal a text takes. Tables, carets and the prompt all measure with it, so that they
// agree. Emoji, combining marks and format characters are told apart by the Unicode properties of the standard
// library; only East Asian width, which it lacks, is a table here (Unicode 16, UAX #11, classes W and F).

/// Widths in terminal columns: 1 for most characters, 2 for CJK and emoji, 0 for what combines with its neighbour.
public enum TextWidth {
    /// The columns that the text takes on one line. Control characters take none: `VisibleText` replaces them first.
    public static func of(_ text: some StringProtocol) -> Int {
        if text.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7f }) { return text.utf8.count }
        return text.reduce(0) { $0 + of($1) }
    }

    /// The columns of one user-perceived character: an emoji sequence counts once.
    public static func of(_ character: Character) -> Int {
        let scalars = character.unicodeScalars
        guard let first = scalars.first else { return 0 }
        if scalars.count == 1 { return of(first) }
        let isEmoji = first.properties.isEmoji
        if isEmoji, scalars.contains(where: { $0 == "\u{fe0f}" }) { return 2 }
        if isEmoji, of(first) == 2 { return 2 }
        return scalars.reduce(0) { $0 + of($1) }
    }

    /// The columns of one code point by itself.
    public static func of(_ scalar: Unicode.Scalar) -> Int {
        let value = scalar.value
        if value < 0x300 { return value < 0x20 || (0x7f..<0xa0).contains(value) ? 0 : 1 }
        // Vowels and final consonants of Hangul written with single letters join the syllable before them.
        if (0x1160...0x11ff).contains(value) || (0xd7b0...0xd7ff).contains(value) { return 0 }
        // Each half of a flag takes one column, the pair two.
        if (0x1f1e6...0x1f1ff).contains(value) { return 1 }
        if isEastAsianWide(value) || scalar.properties.isEmojiPresentation { return 2 }
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format, .control, .lineSeparator, .paragraphSeparator: return 0
        default: return 1
        }
    }

    /// The text cut to at most `width` columns; what was cut is marked by `ellipsis` at the end.
    public static func cut(_ text: String, to width: Int, ellipsis: String = "…") -> String {
        guard of(text) > width else { return text }
        let room = width - of(ellipsis)
        guard room >= 0 else { return String(repeating: ".", count: max(0, width)) }
        return prefix(text, columns: room) + ellipsis
    }

    /// The longest beginning that takes at most that many columns.
    public static func prefix(_ text: String, columns: Int) -> String {
        var used = 0
        var out = ""
        for character in text {
            used += of(character)
            if used > columns { break }
            out.append(character)
        }
        return out
    }

    /// The text followed by blanks up to `width` columns.
    public static func padded(_ text: String, to width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - of(text)))
    }

    /// The text after blanks that fill `width` columns.
    public static func paddedLeft(_ text: String, to width: Int) -> String {
        String(repeating: " ", count: max(0, width - of(text))) + text
    }

    /// Whether East Asian width is W or F; emoji of that class are found by their own property.
    private static func isEastAsianWide(_ value: UInt32) -> Bool {
        guard value >= 0x1100 else { return false }
        var low = 0
        var high = wideRanges.count
        while low < high {
            let middle = (low + high) / 2
            if wideRanges[middle].upperBound < value { low = middle + 1 } else { high = middle }
        }
        return low < wideRanges.count && wideRanges[low].contains(value)
    }

    private static let wideRanges: [ClosedRange<UInt32>] = [
        0x1100...0x115f, 0x2329...0x232a, 0x2630...0x2637, 0x268a...0x268f, 0x2e80...0x303e, 0x3041...0x3247,
        0x3250...0xa4cf, 0xa960...0xa97c, 0xac00...0xd7a3, 0xf900...0xfaff, 0xfe10...0xfe19, 0xfe30...0xfe6b,
        0xff01...0xff60, 0xffe0...0xffe6, 0x16fe0...0x18dff, 0x1aff0...0x1b2ff, 0x1d300...0x1d376,
        0x1f200...0x1f265, 0x20000...0x2fffd, 0x30000...0x3fffd,
    ]
}
