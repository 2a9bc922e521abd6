// The prompt as rows of the terminal: prompt, coloured text broken at the terminal's width, the grey suggestion, lists
// beneath. Pure: it is given everything and returns rows and the cursor's place; `PromptScreen` brings them to the
// terminal.

/// What is to be seen.
struct PromptView {
    var prompt = ""
    var buffer = EditBuffer()
    /// Spans over the bytes of the text, in order.
    var highlights: [Highlight] = []
    /// How the text might go on.
    var suggestion = ""
    /// Rows beneath the text, painted already.
    var below: [String] = []
}

/// Rows on the terminal and where the cursor is among them.
struct PromptFrame: Equatable {
    var rows: [String] = []
    var rowWidths: [Int] = []
    var cursorRow = 0
    var cursorColumn = 0
}

/// Breaks a view into rows.
struct PromptLayout {
    var columnCount = 80
    var rowCount = 24
    var style = LineStyle.unicode
    var palette = Palette.plain

    /// The first row that is shown of a block taller than the screen.
    private var firstRow = 0

    init(columnCount: Int = 80, rowCount: Int = 24, style: LineStyle = .unicode, palette: Palette = .plain) {
        self.columnCount = max(1, columnCount)
        self.rowCount = max(1, rowCount)
        self.style = style
        self.palette = palette
    }

    /// The rows of a view; of a block taller than the screen those around the cursor.
    mutating func frame(_ view: PromptView) -> PromptFrame {
        var writer = RowsBuilder(columnCount: columnCount, palette: palette)
        writer.add(view.prompt, .plain)
        let continuation = TextWidth.paddedLeft(
            style.ellipsis + " ", to: min(TextWidth.of(view.prompt), max(0, columnCount - 1)))
        var roles = view.highlights[...]
        var byte = 0
        var index = 0
        var cursor: (row: Int, column: Int)?
        for character in view.buffer.text {
            if cursor == nil, index >= view.buffer.cursor { cursor = writer.place(before: character) }
            index += character.unicodeScalars.count
            if character == "\n" {
                writer.endRow()
                writer.add(continuation, .faint)
                byte += 1
                continue
            }
            while let first = roles.first, first.span.upperBound <= byte { roles.removeFirst() }
            let role = roles.first.map { $0.span.contains(byte) ? $0.role : .plain } ?? .plain
            byte += character.utf8.count
            writer.add(PromptLayout.shown(character), role)
        }
        let end = cursor ?? writer.endPlace()
        if !view.suggestion.isEmpty { addSuggestion(view.suggestion, &writer) }
        var frame = writer.finished()
        frame.cursorRow = end.row
        frame.cursorColumn = end.column
        return window(frame, below: view.below)
    }

    /// A character as it is drawn: a tab as blanks, what a terminal would act on as a sign.
    private static func shown(_ character: Character) -> String {
        character == "\t" ? "    " : VisibleText.of(String(character))
    }

    /// The suggestion, clipped to the row.
    private func addSuggestion(_ suggestion: String, _ writer: inout RowsBuilder) {
        let line = suggestion.prefix { $0 != "\n" }
        let text = VisibleText.of(String(line)) + (line.endIndex < suggestion.endIndex ? " " + style.ellipsis : "")
        let room = columnCount - writer.column - 1
        if room > 0 { writer.add(TextWidth.cut(text, to: room, ellipsis: style.ellipsis), .faint) }
    }

    /// The part of the rows that fits the screen, with the list beneath.
    private mutating func window(_ frame: PromptFrame, below: [String]) -> PromptFrame {
        var frame = frame
        let listed = below.prefix(max(0, rowCount - 1))
        let room = max(1, rowCount - listed.count)
        if frame.rows.count <= room {
            firstRow = 0
        } else {
            firstRow = min(max(firstRow, frame.cursorRow - room + 1), frame.cursorRow)
            firstRow = min(firstRow, frame.rows.count - room)
            frame.rows = Array(frame.rows[firstRow..<firstRow + room])
            frame.rowWidths = Array(frame.rowWidths[firstRow..<firstRow + room])
            frame.cursorRow -= firstRow
        }
        frame.rows += listed
        frame.rowWidths += listed.map { _ in columnCount }
        return frame
    }
}

/// Collects coloured pieces into rows of the terminal's width.
private struct RowsBuilder {
    let columnCount: Int
    let palette: Palette
    private var rows: [String] = []
    private var widths: [Int] = []
    private var row = ""
    private var run = ""
    private var role = TextRole.plain
    private(set) var column = 0

    init(columnCount: Int, palette: Palette) {
        self.columnCount = columnCount
        self.palette = palette
    }

    mutating func add(_ text: String, _ role: TextRole) {
        for character in text {
            let width = TextWidth.of(character)
            if column + width > columnCount, column > 0 { endRow() }
            if role != self.role { endRun() }
            self.role = role
            run.append(character)
            column += width
        }
    }

    /// Where the next character would be drawn.
    mutating func place(before character: Character) -> (row: Int, column: Int) {
        let width = character == "\n" ? 1 : TextWidth.of(character)
        if column + width > columnCount, column > 0 {
            if character != "\n" { return (rows.count + 1, 0) }
            return (rows.count, max(0, columnCount - 1))
        }
        return (rows.count, column)
    }

    /// Where the cursor stands behind the text: a full row has room only on the next one.
    mutating func endPlace() -> (row: Int, column: Int) {
        if column >= columnCount { endRow() }
        return (rows.count, column)
    }

    mutating func endRow() {
        endRun()
        rows.append(row)
        widths.append(column)
        row = ""
        column = 0
    }

    private mutating func endRun() {
        row += palette.paint(run, role)
        run = ""
    }

    mutating func finished() -> PromptFrame {
        endRow()
        return PromptFrame(rows: rows, rowWidths: widths)
    }
}
