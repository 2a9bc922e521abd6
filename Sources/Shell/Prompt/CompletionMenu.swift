// What Tab does with the candidates: the beginning that they share goes into the text; the list of them is laid out in
// columns, as many as the terminal has room for, each with its details to the right of the name.

/// Candidates as text changes and as rows.
enum CompletionMenu {
    /// The buffer after completing: with the one candidate's text, or as far as all agree. `nil` when nothing changes.
    static func completed(_ buffer: EditBuffer, _ candidates: [Completion]) -> EditBuffer? {
        let bytes = buffer.bytes
        let cursor = buffer.byteOffset(of: buffer.cursor)
        var common: [UInt8]?
        for candidate in candidates {
            guard candidate.replacing.lowerBound >= 0, candidate.replacing.lowerBound <= cursor else { continue }
            // The text up to the cursor, as this candidate would have it; an end beyond the cursor is left alone.
            let whole = Array(bytes[..<candidate.replacing.lowerBound]) + Array(candidate.insertion.utf8)
            common = common.map { sharedPrefix($0, whole) } ?? whole
        }
        guard var common else { return nil }
        // Never end within a character.
        while !common.isEmpty, String(validating: common, as: UTF8.self) == nil { common.removeLast() }
        // Shorter than what is there: the candidates disagree within the word already typed.
        guard common.count >= cursor, common != Array(bytes[..<cursor]) else { return nil }
        let start = EditBuffer(String(decoding: common, as: UTF8.self))
        var rest = Array(buffer.scalars[buffer.cursor...])
        if start.scalars.last == " ", rest.first == " " { rest.removeFirst() }
        return EditBuffer(start.scalars + rest, cursor: start.scalars.count)
    }

    private static func sharedPrefix(_ left: [UInt8], _ right: [UInt8]) -> [UInt8] {
        Array(zip(left, right).prefix { $0 == $1 }.map(\.0))
    }

    /// Blanks between two columns of the list.
    private static let gap = 3

    /// One page of the list, in columns read downwards; the last row says how many more there are.
    static func rows(
        _ candidates: [Completion], page: Int, columnCount: Int, rowCount: Int, style: LineStyle, palette: Palette
    ) -> [String] {
        let titles = candidates.map { VisibleText.of($0.title, ascii: style == .ascii) }
        let details = candidates.map { VisibleText.of($0.detail ?? "", ascii: style == .ascii) }
        let room = max(1, columnCount - 1)
        let titleWidth = min(titles.map { TextWidth.of($0) }.max() ?? 0, room)
        var detailWidth = details.map { TextWidth.of($0) }.max() ?? 0
        if detailWidth > 0, titleWidth + 2 + detailWidth > room { detailWidth = max(0, room - titleWidth - 2) }
        if detailWidth < 3 { detailWidth = 0 }
        let width = titleWidth + (detailWidth > 0 ? 2 + detailWidth : 0)
        let columns = max(1, (room + gap) / (width + gap))

        let needed = (candidates.count + columns - 1) / columns
        let isPaged = needed > rowCount
        let height = isPaged ? max(1, rowCount - 1) : needed
        let pageSize = height * columns
        let pages = max(1, (candidates.count + pageSize - 1) / pageSize)
        let first = (page % pages) * pageSize
        let here = min(pageSize, candidates.count - first)
        let rowsHere = (here + columns - 1) / columns

        var out: [String] = []
        for row in 0..<rowsHere {
            var line = ""
            var used = 0
            for column in 0..<columns {
                let index = column * rowsHere + row
                guard index < here else { continue }
                let start = column * (width + gap)
                line += String(repeating: " ", count: max(0, start - used))
                let title = TextWidth.cut(titles[first + index], to: titleWidth, ellipsis: style.ellipsis)
                line += title
                used = start + TextWidth.of(title)
                let detail = TextWidth.cut(details[first + index], to: detailWidth, ellipsis: style.ellipsis)
                if detailWidth > 0, !detail.isEmpty {
                    line += String(repeating: " ", count: start + width - TextWidth.of(detail) - used)
                    line += palette.paint(detail, .faint)
                    used = start + width
                }
            }
            out.append(line)
        }
        if isPaged {
            let more = candidates.count - here
            let text = "\(style.ellipsis) \(more) more (Tab)"
            out.append(palette.paint(TextWidth.cut(text, to: room, ellipsis: style.ellipsis), .faint))
        }
        return out
    }
}
