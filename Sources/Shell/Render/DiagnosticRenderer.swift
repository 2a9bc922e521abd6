// Draws a diagnostic for people: what is wrong, the line it stands in, carets under the place, what would mend it.
// The only place that knows this form; columns are counted as a terminal shows them.
//
//     error: no stage is called "Negotiaton"
//       1 │ deals in Negotiaton > $10k
//         │          ^^^^^^^^^^ did you mean "Negotiation"?
//       stages: Initial Contact, Qualification, …

public import Values

/// Lines of text from diagnostics.
public struct DiagnosticRenderer: Sendable {
    /// The columns of the terminal; `nil` for none (long lines are still shortened around the place).
    public var width: Int?
    /// The characters for the gutter and ellipses.
    public var style: LineStyle
    /// The colours.
    public var palette: Palette

    /// A renderer.
    public init(width: Int? = nil, style: LineStyle = .unicode, palette: Palette = .plain) {
        self.width = width
        self.style = style
        self.palette = palette
    }

    /// Columns of a source line that are shown at most when the terminal sets no limit.
    private static let lineWidthMax = 240
    /// Lines of one place that are shown; of a longer one the first and the last are.
    private static let spanLineCountMax = 4

    /// The text of several diagnostics, each as `text(_:in:)`; ends with a line feed unless empty.
    public func text(_ diagnostics: [Diagnostic], in source: SourceText?) -> String {
        diagnostics.map { text($0, in: source) }.joined()
    }

    /// The lines of a diagnostic, each ended by a line feed. `source` is the text that its spans speak of.
    public func text(_ diagnostic: Diagnostic, in source: SourceText?) -> String {
        let role: TextRole = diagnostic.severity == .error ? .error : .warning
        let word = diagnostic.severity.rawValue + ":"
        var lines = TextWrap.lines(word + " " + safe(diagnostic.message), width: width, indent: 2)
        lines[0] = palette.paint(word, role) + lines[0].dropFirst(word.count)
        if let source, let span = diagnostic.span {
            if let name = source.name {
                let place = source.line(at: span.start)
                lines.append("  " + palette.paint("at \(safe(name)):\(place.number)", .faint))
            }
            lines += frame(diagnostic, span, source, role)
        } else {
            if let name = source?.name { lines.append("  " + palette.paint("in \(safe(name))", .faint)) }
            if let hint = diagnostic.hint {
                let hints = TextWrap.lines("  " + safe(hint), width: width, indent: 4)
                lines += hints.map { palette.paint($0, .hint) }
            }
        }
        for note in diagnostic.notes {
            for line in note.split(separator: "\n", omittingEmptySubsequences: false) {
                lines += TextWrap.lines("  " + safe(String(line)), width: width, indent: 4)
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// One place to be underlined in one line.
    private struct Mark {
        var span: SourceSpan
        var sign: Character
        var role: TextRole
        var text: String?
        var textRole: TextRole
    }

    private func safe(_ text: String) -> String { VisibleText.of(text, ascii: style == .ascii) }

    /// The source lines with the marks beneath them.
    private func frame(_ diagnostic: Diagnostic, _ span: SourceSpan, _ source: SourceText, _ role: TextRole)
        -> [String]
    {
        var marks: [(number: Int, line: SourceSpan, mark: Mark)] = []
        func add(_ span: SourceSpan, _ sign: Character, _ role: TextRole, _ text: String?, _ textRole: TextRole) {
            let pieces = DiagnosticRenderer.lines(of: span, in: source)
            for (index, piece) in pieces.enumerated() {
                let isLast = index == pieces.count - 1
                if pieces.count > DiagnosticRenderer.spanLineCountMax, index > 0, !isLast { continue }
                let mark = Mark(
                    span: piece.part, sign: sign, role: role, text: isLast ? text : nil, textRole: textRole)
                marks.append((piece.number, piece.line, mark))
            }
        }
        add(span, "^", role, diagnostic.hint, .hint)
        for label in diagnostic.labels { add(label.span, "-", .hint, label.text, .plain) }

        let gutterWidth = String(marks.map(\.number).max() ?? 1).utf8.count
        let blank = "  " + String(repeating: " ", count: gutterWidth)
        var lines: [String] = []
        var previous: Int?
        // A stable sort by line: the place itself stays before the labels of the same line.
        for number in Set(marks.map(\.number)).sorted() {
            let here = marks.filter { $0.number == number }
            guard let line = here.first?.line else { continue }
            if let previous, number > previous + 1 { lines.append(palette.paint(blank + " " + style.ellipsis, .faint)) }
            previous = number
            let view = SourceLineView(
                source, line, showing: here.map(\.mark.span), columns: sourceColumns(gutterWidth), style: style)
            let label = "  " + TextWidth.paddedLeft(String(number), to: gutterWidth) + " " + style.vertical
            lines.append(trimmed(palette.paint(label, .faint) + " " + view.text))
            for item in here { lines += markLines(item.mark, view, blank) }
        }
        return lines
    }

    /// Columns left for source text beside the gutter.
    private func sourceColumns(_ gutterWidth: Int) -> Int {
        max(20, (width ?? DiagnosticRenderer.lineWidthMax) - gutterWidth - 5)
    }

    private func markLines(_ mark: Mark, _ view: SourceLineView, _ blank: String) -> [String] {
        let (column, count) = view.columns(of: mark.span)
        let gutter = palette.paint(blank + " " + style.vertical, .faint) + " "
        let signs = palette.paint(String(repeating: mark.sign, count: max(1, count)), mark.role)
        let line = gutter + String(repeating: " ", count: column) + signs
        guard let text = mark.text.map(safe) else { return [line] }
        let painted = palette.paint(text, mark.textRole)
        let room = (width ?? Int.max) - blank.utf8.count - 3 - column - max(1, count) - 1
        if TextWidth.of(text) <= room { return [line + " " + painted] }
        return [line, gutter + painted]
    }

    private func trimmed(_ line: String) -> String {
        var line = line
        while line.last == " " { line.removeLast() }
        return line
    }

    /// The parts of a span line by line, with each line's number and extent; lines of nothing but blanks between the
    /// first and the last are left out.
    private static func lines(of span: SourceSpan, in source: SourceText)
        -> [(number: Int, line: SourceSpan, part: SourceSpan)]
    {
        let end = min(max(span.end, span.start), source.bytes.count)
        var place = min(max(0, span.start), source.bytes.count)
        if place == source.bytes.count, span.byteCount == 0 {
            // Something is missing at the end: point behind the last word, not into the empty line after it.
            let last = source.bytes.lastIndex { $0 != 0x20 && $0 != 0x09 && $0 != 0x0a && $0 != 0x0d }
            if let last, source.bytes[last...].contains(0x0a) { place = last + 1 }
        }
        var (number, line) = source.line(at: place)
        var out: [(number: Int, line: SourceSpan, part: SourceSpan)] = []
        while true {
            let first = source.bytes[line.start..<line.end].firstIndex { $0 != 0x20 && $0 != 0x09 } ?? line.end
            let start = out.isEmpty ? min(place, line.end) : max(place, first)
            let part = SourceSpan(start, max(start, min(end, line.end)))
            if out.isEmpty || part.byteCount > 0 { out.append((number, line, part)) }
            guard let feed = source.bytes[line.end...].firstIndex(of: 10), feed + 1 < end else { break }
            place = feed + 1
            number += 1
            line = source.line(at: place).span
        }
        return out
    }
}
