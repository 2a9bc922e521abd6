// The editor at a terminal, on libedit. The only user of CLibedit.
//
// libedit keeps the buffer, Emacs and vi keys, `~/.editrc` and its history commands. Everything that it does not do, or
// does wrongly (blocks taller than the screen, colours, suggestions, combining marks, undo), is done here:
//
//     terminal ─bytes→ KeyDecoder ─keys→ readCharacter ─→ libedit ─bound keys→ perform(EditAction)
//     terminal ←bytes─ PromptScreen ←rows─ PromptLayout ←view─ draw ←text── libedit's buffer
//
// libedit writes to /dev/null: the screen belongs to `PromptScreen`. It calls back from within `clibedit_edit`, on the
// same thread, and finds its editor through EL_CLIENTDATA.

import CLibedit
import CSystem
import Glibc

/// Edits statements at a terminal.
@safe public final class LineEditor: LineReader {
    let libedit: OpaquePointer
    let input: Int32
    let output: Int32
    let assistant: (any LineAssistant)?
    let history: PromptHistory
    private let libeditHistory: OpaquePointer?

    var layout: PromptLayout
    var screen = PromptScreen()
    var decoder = KeyDecoder()
    var keys: [Key] = []

    // What belongs to the line being read.
    var prompt = ""
    var purpose = LinePurpose.statement
    var outcome: LineInput?
    var undoStack = UndoStack()
    var walk: HistoryWalk?
    var pasted: [Unicode.Scalar] = []
    var killed: [Unicode.Scalar] = []
    var suggestion = ""
    var menu: [String] = []
    var menuPage = 0
    /// What libedit's buffer has to be given before its next key, after it ended a line on its own.
    var restored: EditBuffer?

    /// An editor on two descriptors of one terminal; `nil` when they are none, or the terminal cannot move its cursor.
    ///
    /// `historyPath`: the file of the history, `nil` to keep none. `variables`: the process's environment.
    public init?(
        input: Int32 = 0, output: Int32 = 1, variables: [String: String], historyPath: String?, style: LineStyle,
        palette: Palette, assistant: (any LineAssistant)? = nil
    ) {
        let terminal = variables["TERM"] ?? ""
        guard isatty(input) == 1, isatty(output) == 1, terminal != "dumb", !terminal.isEmpty else { return nil }
        Terminal.setLocale()
        // SAFETY: libedit copies the name; the handle is ended in deinit.
        guard let libedit = unsafe clibedit_open("dealsh", input, output) else { return nil }
        unsafe self.libedit = libedit
        self.input = input
        self.output = output
        self.assistant = assistant
        history = PromptHistory(path: historyPath)
        layout = PromptLayout(style: style, palette: palette)
        // SAFETY: the history lives as long as the editor that was given it.
        unsafe libeditHistory = clibedit_history(libedit, Int32(PromptHistory.entryCountMax))
        // SAFETY: libedit keeps the pointer while `self` lives and never owns it.
        unsafe clibedit_set_owner(libedit, Unmanaged.passUnretained(self).toOpaque())
        unsafe clibedit_set_reader(libedit, LineEditor.readCharacter)
        for entry in history.entries { remember(entry) }
        bindKeys(editrc: EditrcFile.load(variables: variables))
        Interrupt.install()
    }

    deinit {
        // SAFETY: nobody else has the handles, and no call of libedit is under way.
        unsafe el_end(libedit)
        if let history = unsafe libeditHistory { unsafe history_wend(history) }
    }

    /// Shows the prompt and edits until Enter, Ctrl-C, or Ctrl-D on an empty line.
    public func read(prompt: String, for purpose: LinePurpose) -> LineInput {
        self.prompt = VisibleText.of(prompt)
        self.purpose = purpose
        beginLine()
        defer { endLine() }
        while outcome == nil {
            // SAFETY: callbacks from within reach `self`, which lives for the whole call.
            unsafe clibedit_edit(libedit)
            // libedit leaves on a key that is bound to nothing; the line goes on where it was.
            if outcome == nil { restored = undoStack.latest }
        }
        let result = outcome ?? .end
        if case .text(let bytes) = result, purpose == .statement {
            let entry = String(decoding: bytes, as: UTF8.self)
            if history.add(entry) { remember(entry) }
        }
        return result
    }

    private func beginLine() {
        outcome = nil
        undoStack.reset()
        walk = nil
        menu = []
        suggestion = ""
        restored = nil
        screen.reset()
        for signal in LineEditor.watchedSignals { _ = csystem_signal_watch(signal) }
        csystem_signal_clear(LineEditor.watchedSignals.reduce(1 << UInt32(SIGINT)) { $0 | 1 << UInt32($1) })
        measure()
        write(LineEditor.pasteOn)
    }

    private func endLine() {
        write(LineEditor.pasteOff)
        for signal in LineEditor.watchedSignals { csystem_signal_restore(signal) }
    }

    /// Signals that would leave the terminal in a state of no use, or that change what is shown.
    static let watchedSignals = [SIGWINCH, SIGTSTP, SIGCONT, SIGTERM, SIGHUP, SIGQUIT]
    static let pasteOn = "\u{1b}[?2004h"
    static let pasteOff = "\u{1b}[?2004l"

    func measure() {
        let size = Terminal.size(output) ?? (rows: 24, columns: 80)
        layout.columnCount = max(1, size.columns)
        layout.rowCount = max(1, size.rows)
    }

    /// Tells libedit's own history, for the commands of vi.
    private func remember(_ entry: String) {
        guard let history = unsafe libeditHistory else { return }
        let text = entry.unicodeScalars.map(\.value) + [0]
        // SAFETY: the text ends with 0, and libedit copies it.
        unsafe text.withUnsafeBufferPointer { buffer in
            if let start = buffer.baseAddress { unsafe clibedit_history_add(history, start) }
        }
    }

    // MARK: libedit's buffer

    /// The text and cursor that libedit holds.
    var buffer: EditBuffer {
        get {
            var count: Int32 = 0
            var cursor: Int32 = 0
            // SAFETY: libedit's buffer is read at once, before anything can change it.
            let text = unsafe clibedit_text(libedit, &count, &cursor)
            let values = unsafe UnsafeBufferPointer(start: text, count: Int(count))
            let scalars = unsafe values.map { Unicode.Scalar($0) ?? "\u{fffd}" }
            return EditBuffer(scalars, cursor: Int(cursor))
        }
        set {
            let text = newValue.scalars.map(\.value) + [0]
            // SAFETY: the text ends with 0, and libedit copies it.
            _ = unsafe text.withUnsafeBufferPointer { buffer in
                unsafe buffer.baseAddress.map { unsafe clibedit_set_text(libedit, $0, Int32(newValue.cursor)) }
            }
        }
    }

    // MARK: Callbacks

    /// libedit asks for a character.
    private static let readCharacter: clibedit_reader = { libedit, character in
        // SAFETY: the owner is the LineEditor that opened this handle and is within `read`.
        guard let owner = unsafe clibedit_owner(libedit) else { return 0 }
        let editor = unsafe Unmanaged<LineEditor>.fromOpaque(owner).takeUnretainedValue()
        guard let scalar = editor.nextCharacter() else {
            if editor.outcome == nil { editor.outcome = .end }
            errno = EINTR
            return -1
        }
        unsafe character.pointee = scalar.value
        return 1
    }

    /// libedit met a key bound to one of our functions; which, the key tells or the function's own closure.
    static func perform(_ action: EditAction, on libedit: OpaquePointer) -> UInt8 {
        // SAFETY: as above.
        guard let owner = unsafe clibedit_owner(libedit) else { return UInt8(CC_ERROR) }
        return unsafe Unmanaged<LineEditor>.fromOpaque(owner).takeUnretainedValue().perform(action)
    }
}
