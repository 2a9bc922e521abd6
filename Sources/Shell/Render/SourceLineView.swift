// One line of a source text as a diagnostic shows it: control characters made visible, tabs widened, and a long line
// shortened to the part around the place. Keeps the way from a byte offset to a column of the terminal.

import Values

/// A line of source as it is drawn, and where its bytes went.
struct SourceLineView {
    /// The characters that are shown, with the bytes that each stands for.
    private var pieces: [(text: String, width: Int, start: Int, end: Int)] = []
    private var isCutBefore = false
    private var isCutAfter = false
    private let style: LineStyle
    /// Blanks that stand for a tab; columns beneath stay right in every terminal.
    private static let tab = "    "

    /// The line, at most `columns` wide and showing the first of the spans.
    init(_ source: SourceText, _ line: SourceSpan, showing spans: [SourceSpan], columns: Int, style: LineStyle) {
        self.style = style
        var offset = line.start
        for character in source.text(line) {
            // Ill-formed bytes are shown as U+FFFD each; the decoder's own count of bytes is not the source's.
            let raw = String(character)
            let byteCount = SourceLineView.byteCount(of: character, in: source.bytes, at: offset, upTo: line.end)
            let text = raw == "\t" ? SourceLineView.tab : VisibleText.of(raw, ascii: style == .ascii)
            pieces.append((text, TextWidth.of(text), offset, offset + byteCount))
            offset += byteCount
        }
        shorten(to: columns, around: spans.first ?? line)
    }

    /// The text of the line, with ellipses where it was shortened.
    var text: String {
        (isCutBefore ? style.ellipsis : "") + pieces.map(\.text).joined() + (isCutAfter ? style.ellipsis : "")
    }

    /// The column (from 0) where the span begins, and how many columns it takes; 0 for a place between characters.
    func columns(of span: SourceSpan) -> (start: Int, count: Int) {
        var start = isCutBefore ? TextWidth.of(style.ellipsis) : 0
        var count = 0
        for piece in pieces {
            if piece.end <= span.start { start += piece.width } else if piece.start < span.end { count += piece.width }
        }
        return (start, count)
    }

    /// The column (from 1) of a byte offset.
    func column(at offset: Int) -> Int {
        1 + pieces.reduce(0) { $0 + ($1.end <= offset ? $1.width : 0) }
    }

    private mutating func shorten(to columns: Int, around span: SourceSpan) {
        guard pieces.reduce(0, { $0 + $1.width }) > columns else { return }
        let center = pieces.firstIndex { $0.end > span.start } ?? pieces.count - 1
        // A third of the room before the place, the rest for it and what follows; the ellipses take some columns.
        let room = columns - 2 * TextWidth.of(style.ellipsis)
        var used = 0
        var first = center
        while first > 0, used + pieces[first - 1].width <= columns / 3 {
            first -= 1
            used += pieces[first].width
        }
        var last = center
        while last < pieces.count, used + pieces[last].width <= room {
            used += pieces[last].width
            last += 1
        }
        while first > 0, used + pieces[first - 1].width <= room {
            first -= 1
            used += pieces[first].width
        }
        isCutBefore = first > 0
        isCutAfter = last < pieces.count
        pieces = Array(pieces[first..<last])
    }

    /// How many source bytes a decoded character stands for: its own length where the bytes are well formed, else one
    /// for each maximal ill-formed piece, found by decoding again from there.
    private static func byteCount(of character: Character, in bytes: [UInt8], at offset: Int, upTo end: Int) -> Int {
        let own = Array(String(character).utf8)
        if offset + own.count <= end, Array(bytes[offset..<offset + own.count]) == own { return own.count }
        var used = 0
        for scalar in character.unicodeScalars {
            let expected = Array(String(scalar).utf8)
            let place = offset + used
            if place + expected.count <= end, Array(bytes[place..<place + expected.count]) == expected {
                used += expected.count
            } else {
                used += illFormedByteCount(bytes, at: place, upTo: end)
            }
        }
        return max(1, min(used, end - offset))
    }

    /// The length of the maximal ill-formed piece at `offset`: as many bytes as one U+FFFD stands for.
    private static func illFormedByteCount(_ bytes: [UInt8], at offset: Int, upTo end: Int) -> Int {
        var count = 1
        // The decoder replaces the longest beginning of a well-formed sequence, at most three bytes, by one U+FFFD.
        while count < 3, offset + count < end,
            String(decoding: bytes[offset...(offset + count)], as: UTF8.self).unicodeScalars.count == 1
        {
            count += 1
        }
        return count
    }
}
