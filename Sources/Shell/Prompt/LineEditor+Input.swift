// Waiting for keys and signals, and drawing while nothing is there to be read. libedit comes here for every character.

import CLibedit
import CSystem
import Glibc

extension LineEditor {
    /// How long the rest of a sequence may take before an escape is taken as a key of its own, in milliseconds.
    private static let escapeTimeoutMs: Int32 = 50

    /// The next character or action for libedit; `nil` when the line is over.
    func nextCharacter() -> Unicode.Scalar? {
        unsafe clibedit_clamp_cursor(libedit)
        if let state = restored {
            buffer = state
            restored = nil
        }
        while let key = nextKey({ self.draw() }) {
            if key != .action(.complete), key != .character("\t") { menu = [] }
            switch key {
            case .character(let scalar): return scalar
            case .action(let action): return Unicode.Scalar(action.rawValue)
            case .paste(let text):
                pasted = text
                return Unicode.Scalar(EditAction.paste.rawValue)
            case .ignored: continue
            }
        }
        return nil
    }

    /// Waits for a key; `idle` is called whenever nothing more is there to be read. `nil` when the line is over.
    func nextKey(_ idle: () -> Void) -> Key? {
        while outcome == nil {
            if !keys.isEmpty { return keys.removeFirst() }
            if let more = decoder.next() {
                keys += more
                continue
            }
            let isPartial = decoder.isWaitingForRest
            if !isPartial, !decoder.isInPaste, !hasInput(timeoutMs: 0) { idle() }
            guard wait(timeoutMs: isPartial ? LineEditor.escapeTimeoutMs : -1, idle) else {
                keys += decoder.next(final: true) ?? []
                continue
            }
        }
        return nil
    }

    private func hasInput(timeoutMs: Int32) -> Bool {
        var waiting = pollfd(fd: input, events: Int16(POLLIN), revents: 0)
        // SAFETY: the call reads and writes the one structure.
        return unsafe poll(&waiting, 1, timeoutMs) > 0
    }

    /// Waits for bytes or a signal and takes them; false when the time ran out.
    private func wait(timeoutMs: Int32, _ idle: () -> Void) -> Bool {
        var waiting = [
            pollfd(fd: input, events: Int16(POLLIN), revents: 0),
            pollfd(fd: csystem_signal_descriptor(), events: Int16(POLLIN), revents: 0),
        ]
        // SAFETY: the call reads and writes the two structures of the array.
        let count = unsafe waiting.withUnsafeMutableBufferPointer { unsafe poll($0.baseAddress, 2, timeoutMs) }
        if count == 0 { return false }
        csystem_signal_drain()
        handleSignals(idle)
        guard outcome == nil, waiting[0].revents != 0 else { return true }
        guard let bytes = FileBytes.read(from: input) else {
            if errno != EINTR && errno != EAGAIN { outcome = .end }
            return true
        }
        // Nothing to read although there was something: the terminal is gone.
        if bytes.isEmpty { outcome = .end } else { decoder.add(bytes) }
        return true
    }

    // MARK: Signals

    private func handleSignals(_ idle: () -> Void) {
        let flags = csystem_signal_flags()
        func came(_ signal: Int32) -> Bool { flags & (1 << UInt32(signal)) != 0 }
        csystem_signal_clear(flags)
        if came(SIGINT) {
            leaveLine(mark: "^C")
            keys = []
            decoder = decoder.emptied()
            outcome = .interrupted
        }
        for signal in [SIGTERM, SIGQUIT, SIGHUP] where came(signal) {
            leaveLine(mark: "")
            write(LineEditor.pasteOff)
            unsafe clibedit_set_raw(libedit, 0)
            csystem_signal_restore(signal)
            raise(signal)
            outcome = .end
        }
        if came(SIGTSTP) { suspend() }
        if came(SIGWINCH) {
            measure()
            // libedit learns of it at the next line: told within one, it keeps a cursor outside of its new screen and
            // writes there.
            write(screen.erase(columnCount: layout.columnCount))
        }
        if came(SIGCONT) || came(SIGTSTP) {
            unsafe clibedit_set_raw(libedit, 1)
            measure()
            write("\r" + LineEditor.pasteOn)
            screen.reset()
        }
    }

    /// Ctrl-Z: gives the terminal back as it was, stops, and goes on here when continued.
    private func suspend() {
        leaveLine(mark: "^Z")
        write(LineEditor.pasteOff)
        unsafe clibedit_set_raw(libedit, 0)
        csystem_signal_restore(SIGTSTP)
        raise(SIGTSTP)
        _ = csystem_signal_watch(SIGTSTP)
    }

    // MARK: Drawing

    /// Shows the line as it is now; also the moment to note it for undo.
    func draw() {
        var now = buffer
        let seen = now
        now.compose()
        if now != seen { buffer = now }
        undoStack.record(now)
        suggestion = purpose == .statement ? suggestion(for: now) : ""
        var view = view(of: now)
        view.suggestion = suggestion
        view.below = menu
        write(screen.update(layout.frame(view)))
    }

    func view(of buffer: EditBuffer) -> PromptView {
        var view = PromptView(prompt: prompt, buffer: buffer)
        if purpose == .statement, layout.palette.isColoured {
            view.highlights = assistant?.highlights(buffer.bytes) ?? []
        }
        return view
    }

    /// The latest entry of the history that goes on from this text, else what the assistant suggests.
    private func suggestion(for buffer: EditBuffer) -> String {
        // Without colours it could not be told from what was typed.
        guard layout.palette.isColoured, buffer.isAtEnd, !buffer.isEmpty, menu.isEmpty else { return "" }
        let text = buffer.text
        if let entry = history.entries.last(where: { $0.utf8.count > text.utf8.count && $0.hasPrefix(text) }) {
            return String(entry.unicodeScalars.dropFirst(buffer.scalars.count))
        }
        return assistant?.suggestion(buffer.bytes) ?? ""
    }

    /// Draws the line for the last time, without suggestion or list, and goes to the row beneath.
    func leaveLine(mark: String) {
        menu = []
        var last = buffer
        if !mark.isEmpty { last.cursor = last.scalars.count }
        var view = view(of: last)
        view.buffer.insert(Array(mark.unicodeScalars))
        view.buffer.cursor = view.buffer.scalars.count
        write(screen.update(layout.frame(view)) + screen.leave())
    }

    func write(_ text: String) {
        guard !text.isEmpty else { return }
        FileBytes.write(Array(text.utf8), to: output)
    }
}
