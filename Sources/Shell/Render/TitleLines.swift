// Titles of columns that are longer than what stands under them, broken between their words: `win_rate_value` over a
// column of percents takes three lines and the room of one word.

/// A title in lines.
enum TitleLines {
    /// Lines that a title takes at most.
    private static let countMax = 3

    /// The title in lines of at most `width` columns, broken after `_` and at blanks; what is too long even then stays so.
    static func of(_ title: String, width: Int) -> [String] {
        guard TextWidth.of(title) > width else { return [title] }
        var lines: [String] = []
        var line = ""
        for word in words(title) {
            if line.isEmpty || TextWidth.of(trimmed(line + word)) <= width {
                line += word
            } else {
                lines.append(trimmed(line))
                line = word
            }
        }
        lines.append(trimmed(line))
        return lines.count <= countMax ? lines : [title]
    }

    /// The fewest columns in which the title fits without being cut.
    static func leastWidth(_ title: String) -> Int {
        let whole = TextWidth.of(title)
        let longest = words(title).map { TextWidth.of(trimmed($0)) }.max() ?? 0
        guard longest < whole else { return whole }
        return (longest..<whole).first { of(title, width: $0).count > 1 } ?? whole
    }

    /// Pieces that are not broken, each with the sign or blank behind it.
    private static func words(_ title: String) -> [String] {
        var words: [String] = []
        var word = ""
        for character in title {
            word.append(character)
            if character == "_" || character == " " {
                words.append(word)
                word = ""
            }
        }
        return word.isEmpty ? words : words + [word]
    }

    private static func trimmed(_ text: String) -> String { text.last == " " ? String(text.dropLast()) : text }
}
