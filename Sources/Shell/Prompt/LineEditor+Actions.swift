// What our own keys do to the line. Each action takes libedit's buffer, changes it and gives it back; the answer tells
// libedit whether the line is done.

import CLibedit

/// Where Up and Down are in the history.
struct HistoryWalk {
    /// What was typed before the first Up; entries that begin with it are visited.
    var draft: EditBuffer
    /// The entry that is shown; `entries.count` for the draft.
    var index: Int
    /// The text as it was put there: after any change the walk begins anew.
    var shown: [Unicode.Scalar]
}

extension LineEditor {
    /// Does it; the answer is one of libedit's CC_ codes.
    func perform(_ action: EditAction) -> UInt8 {
        var line = buffer
        undoStack.record(line)
        switch action {
        case .enter: return enter(line)
        case .deleteOrEnd where line.isEmpty:
            leaveLine(mark: "")
            outcome = .end
            return UInt8(CC_EOF)
        case .complete: complete(&line)
        case .up: if !line.moveLine(-1) { walkHistory(&line, older: true) }
        case .down: if !line.moveLine(1) { walkHistory(&line, older: false) }
        case .right: if !takeSuggestion(&line) { line.cursor = line.after(line.cursor) }
        case .lineEnd:
            if !takeSuggestion(&line) { line.cursor = line.lineEnd(line.cursor) }
        case .undo: line = undoStack.undo() ?? line
        case .redo: line = undoStack.redo() ?? line
        case .search: searchHistory(&line)
        case .clearScreen:
            write("\u{1b}[H\u{1b}[2J")
            screen.reset()
        case .paste:
            line.insert(purpose == .answer ? pasted.map { $0 == "\n" ? " " : $0 } : pasted)
            pasted = []
        default: edit(&line, action)
        }
        if outcome != nil { return UInt8(CC_EOF) }
        buffer = line
        return UInt8(CC_REFRESH)
    }

    /// Motions and deletions.
    private func edit(_ line: inout EditBuffer, _ action: EditAction) {
        switch action {
        case .newLine: line.insert(["\n"])
        case .left: line.cursor = line.before(line.cursor)
        case .wordLeft: line.cursor = line.wordBefore(line.cursor)
        case .wordRight: line.cursor = line.wordAfter(line.cursor)
        case .lineStart: line.cursor = line.lineStart(line.cursor)
        case .deleteBack: _ = line.removeTo(line.before(line.cursor))
        case .deleteForward, .deleteOrEnd: _ = line.removeTo(line.after(line.cursor))
        case .killToLineEnd:
            let end = line.lineEnd(line.cursor)
            // At the end of a line the line feed goes.
            killed = line.removeTo(end == line.cursor ? line.after(end) : end)
        case .killToLineStart: killed = line.removeTo(line.lineStart(line.cursor))
        case .killWordBack: killed = line.removeTo(line.wordBefore(line.cursor))
        case .killWordForward: killed = line.removeTo(line.wordAfter(line.cursor))
        case .yank: line.insert(killed)
        default: break
        }
    }

    /// Runs a complete statement, breaks the line of an incomplete one.
    private func enter(_ line: EditBuffer) -> UInt8 {
        var line = line
        line.compose()
        let bytes = line.bytes
        let isBlank = line.scalars.allSatisfy { $0.properties.isWhitespace }
        if purpose == .statement, !isBlank, !(assistant?.isComplete(bytes) ?? true) {
            line.insert(["\n"])
            buffer = line
            return UInt8(CC_REFRESH)
        }
        line.cursor = line.scalars.count
        buffer = line
        leaveLine(mark: "")
        outcome = .text(bytes)
        return UInt8(CC_NEWLINE)
    }

    private func takeSuggestion(_ line: inout EditBuffer) -> Bool {
        guard line.isAtEnd, !suggestion.isEmpty else { return false }
        line.insert(Array(suggestion.unicodeScalars))
        suggestion = ""
        return true
    }

    // MARK: Completion

    private func complete(_ line: inout EditBuffer) {
        guard purpose == .statement, let assistant else { return }
        let candidates = assistant.completions(line.bytes, cursor: line.byteOffset(of: line.cursor))
        if let completed = CompletionMenu.completed(line, candidates) {
            line = completed
            menu = []
            menuPage = 0
            return
        }
        guard candidates.count > 1 else { return }
        // Tab again on a list that does not fit shows its next page.
        menuPage = menu.isEmpty ? 0 : menuPage + 1
        menu = CompletionMenu.rows(
            candidates, page: menuPage, columnCount: layout.columnCount, rowCount: max(1, layout.rowCount - 2),
            style: layout.style, palette: layout.palette)
    }

    // MARK: History

    /// Puts the next older or newer entry that begins with what was typed.
    private func walkHistory(_ line: inout EditBuffer, older: Bool) {
        guard purpose == .statement else { return }
        var walk =
            self.walk.flatMap { $0.shown == line.scalars ? $0 : nil }
            ?? HistoryWalk(draft: line, index: history.entries.count, shown: line.scalars)
        let draft = walk.draft.text
        let shown = line.text
        let matches: (String) -> Bool = { $0.hasPrefix(draft) && $0 != shown }
        if older {
            guard let index = history.older(than: walk.index, where: matches) else { return }
            walk.index = index
            line = EditBuffer(history.entries[index])
        } else {
            guard walk.index < history.entries.count else { return }
            if let index = history.newer(than: walk.index, where: matches) {
                walk.index = index
                line = EditBuffer(history.entries[index])
            } else {
                walk.index = history.entries.count
                line = walk.draft
            }
        }
        walk.shown = line.scalars
        self.walk = walk
    }

    /// Ctrl-R: finds entries by any part of theirs, while the part is typed.
    private func searchHistory(_ line: inout EditBuffer) {
        guard purpose == .statement else { return }
        let original = line
        var part = ""
        var index = history.entries.count
        var isFound = true
        func look(older: Bool, from start: Int) {
            let shown = line.text
            let isNew: (String) -> Bool = { !part.isEmpty && $0.contains(part) && (start == index + 1 || $0 != shown) }
            let found = older ? history.older(than: start, where: isNew) : history.newer(than: start, where: isNew)
            isFound = found != nil || part.isEmpty
            guard let found else { return }
            index = found
            let entry = history.entries[found]
            line = EditBuffer(entry)
            if let range = entry.firstRange(of: part) {
                line.cursor = entry.unicodeScalars.distance(from: entry.startIndex, to: range.lowerBound)
            }
        }
        func show() {
            var view = view(of: line)
            view.prompt = (isFound ? "search: " : "not found: ") + VisibleText.of(part) + "  "
            write(screen.update(layout.frame(view)))
        }
        while let key = nextKey({ show() }) {
            switch key {
            case .character("\u{12}"), .action(.search): look(older: true, from: index)
            case .character("\u{13}"): look(older: false, from: index)
            case .character("\u{7}"):
                line = original
                return
            case .character("\u{7f}"), .character("\u{8}"), .action(.deleteBack):
                if !part.isEmpty { part.removeLast() }
                index = history.entries.count
                line = original
                look(older: true, from: index)
            case .character(let scalar) where scalar.value >= 0x20:
                part.unicodeScalars.append(scalar)
                look(older: true, from: min(index + 1, history.entries.count))
            case .paste(let text):
                part.unicodeScalars.append(contentsOf: text)
                look(older: true, from: min(index + 1, history.entries.count))
            case .ignored: continue
            case .character("\u{1b}"):
                line.cursor = line.scalars.count
                return
            default:
                // Any other key ends the search and then does what it does.
                keys.insert(key, at: 0)
                return
            }
        }
    }
}
