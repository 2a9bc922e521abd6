// Data from outside may hold escape sequences that would move the cursor, change colours or set the window's
// title. Everything that is drawn on a terminal goes through here first, and shows such characters instead.

/// Text made harmless for a terminal.
public enum VisibleText {
    /// The text with control characters shown: `␛`, `␊` (ASCII form: `\x1b`, `\n`), and what would reorder or break
    /// a line as `\u{202e}`. In ASCII the signs that the program's own sentences use are written with plain ones.
    public static func of(_ text: String, ascii: Bool = false) -> String {
        let safe = withoutControls(text, ascii: ascii)
        guard ascii, safe.unicodeScalars.contains(where: { plainSigns[$0] != nil }) else { return safe }
        return safe.unicodeScalars.reduce(into: "") { $0 += plainSigns[$1] ?? String($1) }
    }

    /// Signs of sentences and formulas, and how ASCII writes them.
    private static let plainSigns: [Unicode.Scalar: String] = [
        "…": "...", "–": "-", "·": "-", "×": "x", "÷": "/", "→": "->", "−": "-", "≤": "<=", "≥": ">=", "Σ": "sum of",
    ]

    private static func withoutControls(_ text: String, ascii: Bool) -> String {
        // Only control characters and a few code points led by E1, E2 or C2 in UTF-8 need work.
        guard text.utf8.contains(where: { $0 < 0x20 || $0 == 0x7f || $0 == 0xc2 || $0 == 0xd8 || $0 == 0xe2 })
        else { return text }
        guard text.unicodeScalars.contains(where: isUnsafe) else { return text }
        var out = ""
        for scalar in text.unicodeScalars { append(scalar, to: &out, ascii: ascii) }
        return out
    }

    /// Adds one character, shown if a terminal would act on it.
    static func append(_ scalar: Unicode.Scalar, to text: inout String, ascii: Bool = false) {
        if isUnsafe(scalar) {
            text += shown(scalar, ascii: ascii)
        } else {
            text.unicodeScalars.append(scalar)
        }
    }

    /// Whether a terminal would act on the character rather than show it.
    public static func isUnsafe(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0..<0x20, 0x7f..<0xa0: return true
        case 0x061c, 0x200e, 0x200f, 0x2028...0x202e, 0x2066...0x2069: return true
        default: return false
        }
    }

    private static func shown(_ scalar: Unicode.Scalar, ascii: Bool) -> String {
        let value = scalar.value
        if !ascii, value < 0x20, let picture = Unicode.Scalar(0x2400 + value) { return String(picture) }
        if !ascii, value == 0x7f { return "\u{2421}" }
        switch scalar {
        case "\t": return "\\t"
        case "\n": return "\\n"
        case "\r": return "\\r"
        default:
            let digits = String(value, radix: 16)
            return value < 0x100 ? "\\x" + (value < 0x10 ? "0" : "") + digits : "\\u{" + digits + "}"
        }
    }
}
