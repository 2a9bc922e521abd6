// Long lines of words broken where a person would break them. Apart from TextWidth, which measures and cuts.

/// Lines of words.
public enum TextWrap {
    /// The text in lines of at most `width` columns, broken at blanks; lines after the first begin with `indent` blanks.
    /// A word longer than a line stays whole. Blanks within a line are kept.
    public static func lines(_ text: String, width: Int?, indent: Int = 0) -> [String] {
        guard let width, TextWidth.of(text) > width else { return [text] }
        var out: [String] = []
        var rest = text[...]
        var margin = ""
        while TextWidth.of(margin + rest) > width {
            let start = margin.isEmpty ? TextWrap.textStart(rest, indent) : rest.startIndex
            var place: Substring.Index?
            var columns = TextWidth.of(margin)
            for index in rest.indices {
                if rest[index] == " ", index > start, columns <= width || place == nil { place = index }
                columns += TextWidth.of(rest[index])
                if columns > width, place != nil { break }
            }
            guard let place else { break }
            out.append(margin + rest[..<place])
            rest = rest[place...].drop { $0 == " " }
            margin = String(repeating: " ", count: indent)
        }
        if !rest.isEmpty || out.isEmpty { out.append(margin + rest) }
        return out
    }

    /// Where the words begin in a first line that has a title of `indent` columns before them.
    private static func textStart(_ text: Substring, _ indent: Int) -> Substring.Index {
        let start = text.index(text.startIndex, offsetBy: indent, limitedBy: text.endIndex) ?? text.startIndex
        return text[start...].firstIndex { $0 != " " } ?? start
    }
}
