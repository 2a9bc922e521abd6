// Undo at the prompt: states of the buffer, one for each word typed and one for each other change. libedit has none
// in Emacs mode.

/// The states that undo and redo walk through.
struct UndoStack {
    private var past: [EditBuffer] = []
    private var future: [EditBuffer] = []
    private var current = EditBuffer()
    private var isTypingWord = false

    /// States kept at most: nobody goes back further within one statement.
    private static let stateCountMax = 300
    /// Code points kept in all states together, so that changes to a large paste do not fill the memory.
    private static let scalarCountMax = 4_000_000

    /// The state that was noted last.
    var latest: EditBuffer { current }

    /// Starts anew with a text that cannot be undone.
    mutating func reset(_ buffer: EditBuffer = EditBuffer()) {
        self = UndoStack()
        current = buffer
    }

    /// Notes the buffer as it is now; letters of one word typed after each other are one step.
    mutating func record(_ buffer: EditBuffer) {
        guard buffer.scalars != current.scalars else {
            current.cursor = buffer.cursor
            return
        }
        let isLetter = isOneLetterMore(buffer)
        if !(isLetter && isTypingWord) {
            past.append(current)
            trim()
        }
        isTypingWord = isLetter
        future = []
        current = buffer
    }

    /// The state before; `nil` when there is none.
    mutating func undo() -> EditBuffer? {
        guard let state = past.popLast() else { return nil }
        future.append(current)
        current = state
        isTypingWord = false
        return state
    }

    /// The state that was undone last; `nil` when there is none.
    mutating func redo() -> EditBuffer? {
        guard let state = future.popLast() else { return nil }
        past.append(current)
        current = state
        isTypingWord = false
        return state
    }

    private func isOneLetterMore(_ buffer: EditBuffer) -> Bool {
        guard buffer.scalars.count == current.scalars.count + 1, buffer.cursor == current.cursor + 1 else {
            return false
        }
        let letter = buffer.scalars[current.cursor]
        return letter != " " && letter != "\n"
    }

    private mutating func trim() {
        var scalarCount = past.reduce(0) { $0 + $1.scalars.count }
        while past.count > UndoStack.stateCountMax || (scalarCount > UndoStack.scalarCountMax && past.count > 1) {
            scalarCount -= past.removeFirst().scalars.count
        }
    }
}
