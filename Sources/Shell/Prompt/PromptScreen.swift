// Brings frames to the terminal: only the rows that changed are written, in one go, so that nothing flickers. It
// knows where the cursor stands because nobody else writes while a line is read. Plain ANSI sequences, as every
// terminal of today understands them.

/// The rows that stand on the terminal, and the bytes that change them into others.
struct PromptScreen {
    private var shown = PromptFrame()
    /// Whether anything was drawn yet, from column 0 of the cursor's row.
    private var isFresh = true

    /// Forgets what was drawn: the next frame begins on the cursor's row.
    mutating func reset() {
        shown = PromptFrame()
        isFresh = true
    }

    /// What turns the rows on the terminal into those of the frame.
    mutating func update(_ frame: PromptFrame) -> String {
        if !isFresh, frame == shown { return "" }
        var out = ""
        var row = shown.cursorRow
        if isFresh { out += "\r" }
        func go(to target: Int) {
            if target < row { out += "\u{1b}[\(row - target)A" }
            if target > row {
                // A row that exists is reached by moving, a new one by a line feed that scrolls.
                let last = max(0, shown.rows.count - 1)
                let moved = min(target, last) - row
                if moved > 0 {
                    out += "\u{1b}[\(moved)B"
                    row += moved
                }
                if target > row { out += "\r" + String(repeating: "\n", count: target - row) }
            }
            row = target
        }
        for (index, text) in frame.rows.enumerated() {
            if !isFresh, index < shown.rows.count, shown.rows[index] == text { continue }
            go(to: index)
            out += "\r\u{1b}[K" + text
            if index >= shown.rows.count {
                shown.rows.append(text)
            } else {
                shown.rows[index] = text
            }
        }
        if frame.rows.count < shown.rows.count {
            go(to: frame.rows.count)
            out += "\r\u{1b}[J"
            shown.rows.removeLast(shown.rows.count - frame.rows.count)
        }
        go(to: frame.cursorRow)
        out += "\r"
        if frame.cursorColumn > 0 { out += "\u{1b}[\(frame.cursorColumn)C" }
        shown = frame
        isFresh = false
        return out
    }

    /// Leaves the rows where they are and goes to the row beneath them.
    mutating func leave() -> String {
        let down = max(0, shown.rows.count - 1 - shown.cursorRow)
        reset()
        return (down > 0 ? "\u{1b}[\(down)B" : "") + "\r\n"
    }

    /// Wipes the rows after the terminal changed its width, when long rows were broken anew.
    mutating func erase(columnCount: Int) -> String {
        guard !isFresh else { return "" }
        var above = 0
        for width in shown.rowWidths.prefix(shown.cursorRow) {
            above += max(1, (width + columnCount - 1) / columnCount)
        }
        above += shown.cursorColumn / max(1, columnCount)
        reset()
        return (above > 0 ? "\u{1b}[\(above)A" : "") + "\r\u{1b}[J"
    }
}
