// Which function of libedit each of our actions is, and which keys lead there. The person's `~/.editrc` has the last
// word: its bindings come after ours.

import CLibedit

extension LineEditor {
    /// Names the functions and binds the keys for the editing mode that `~/.editrc` asks for.
    func bindKeys(editrc: EditrcFile) {
        // A mode resets all bindings, so it comes first and its line is not run again.
        unsafe clibedit_set_vi(libedit, editrc.isVi ? 1 : 0)
        for unsafe(action, function) in unsafe LineEditor.functions {
            // SAFETY: libedit keeps copies of name and help, and the function is static.
            unsafe clibedit_add_function(libedit, action.name, "dealsh", function)
            if let key = Unicode.Scalar(action.rawValue) {
                bind(LineEditor.notation(key), action, command: false)
                if editrc.isVi { bind(LineEditor.notation(key), action, command: true) }
            }
        }
        for (key, action) in EditAction.commonKeys { bind(key, action, command: false) }
        if editrc.isVi {
            for (key, action) in EditAction.viCommandKeys { bind(key, action, command: true) }
            // libedit's own way to an external editor would paint over the screen.
            unsafe clibedit_bind(libedit, 1, "v", "ed-unassigned")
        } else {
            for (key, action) in EditAction.emacsKeys { bind(key, action, command: false) }
        }
        for line in editrc.lines { parse(line) }
        decoder.boundSequences = editrc.boundSequences
    }

    private func bind(_ key: String, _ action: EditAction, command: Bool) {
        // SAFETY: libedit copies both strings.
        unsafe clibedit_bind(libedit, command ? 1 : 0, key, action.name)
    }

    /// A code point from U+0080 to U+009F as libedit's bind command reads it: octal.
    private static func notation(_ key: Unicode.Scalar) -> String { "\\" + String(key.value, radix: 8) }

    /// Runs a line of `~/.editrc`.
    private func parse(_ line: String) {
        // SAFETY: the line is passed for the call only.
        _ = unsafe clibedit_parse(libedit, line)
    }

    /// One C function for each action: libedit calls it without saying by which name.
    private static let functions: [(EditAction, clibedit_function)] = unsafe [
        (.enter, { editor, _ in unsafe perform(.enter, on: editor) }),
        (.newLine, { editor, _ in unsafe perform(.newLine, on: editor) }),
        (.complete, { editor, _ in unsafe perform(.complete, on: editor) }),
        (.up, { editor, _ in unsafe perform(.up, on: editor) }),
        (.down, { editor, _ in unsafe perform(.down, on: editor) }),
        (.left, { editor, _ in unsafe perform(.left, on: editor) }),
        (.right, { editor, _ in unsafe perform(.right, on: editor) }),
        (.lineStart, { editor, _ in unsafe perform(.lineStart, on: editor) }),
        (.lineEnd, { editor, _ in unsafe perform(.lineEnd, on: editor) }),
        (.wordLeft, { editor, _ in unsafe perform(.wordLeft, on: editor) }),
        (.wordRight, { editor, _ in unsafe perform(.wordRight, on: editor) }),
        (.deleteBack, { editor, _ in unsafe perform(.deleteBack, on: editor) }),
        (.deleteForward, { editor, _ in unsafe perform(.deleteForward, on: editor) }),
        (.deleteOrEnd, { editor, _ in unsafe perform(.deleteOrEnd, on: editor) }),
        (.killToLineEnd, { editor, _ in unsafe perform(.killToLineEnd, on: editor) }),
        (.killToLineStart, { editor, _ in unsafe perform(.killToLineStart, on: editor) }),
        (.killWordBack, { editor, _ in unsafe perform(.killWordBack, on: editor) }),
        (.killWordForward, { editor, _ in unsafe perform(.killWordForward, on: editor) }),
        (.yank, { editor, _ in unsafe perform(.yank, on: editor) }),
        (.undo, { editor, _ in unsafe perform(.undo, on: editor) }),
        (.redo, { editor, _ in unsafe perform(.redo, on: editor) }),
        (.search, { editor, _ in unsafe perform(.search, on: editor) }),
        (.clearScreen, { editor, _ in unsafe perform(.clearScreen, on: editor) }),
        (.paste, { editor, _ in unsafe perform(.paste, on: editor) }),
    ]
}
