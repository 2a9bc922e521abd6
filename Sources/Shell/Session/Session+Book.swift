// Opening, saving and leaving books. Whatever happens, the book in memory is the one that was open before a step that
// failed, and the file on disk is the old one or the new one, whole.

import Glibc
import Language
import Pipeline
import Query
import Storage
import Values

extension Session {
    /// Opens the book of the command line. One that does not exist yet is made by its first change or save, unless
    /// nothing may be changed.
    func openAtStart(_ path: String) throws {
        guard try LocalFileSystem().status(path, followingLinks: true) == nil, !options.isReadOnly else {
            return try load(path)
        }
        file = BookFile(path: path)
    }

    /// A script that only asks would get nothing but empty answers from a book that is not there.
    func missingBook(for script: ParsedScript) -> Diagnostic? {
        guard let file, !file.exists, !hasUnsavedChanges, !script.statements.isEmpty else { return nil }
        let fills = script.statements.contains { statement in
            switch statement {
            case .import, .addDeal, .addRow, .pipeline, .stage, .open, .new, .save, .run, .help, .settings, .let,
                .target:
                true
            default: false
            }
        }
        guard !fills else { return nil }
        let missing = FileError(.open, file.path, code: FileError.notFound)
        return missing.diagnostic(notes: NearNames.notes(for: missing, LocalFileSystem()))
    }

    /// `open "acme.pipeline"`.
    func open(_ path: String) throws {
        try askBeforeLosing("open \(path)")
        try load(path)
        if isConversation { tell("\(path): \(HumanFormat().counted(book.dealCount, "deal"))") }
    }

    /// `new`.
    func startNewBook() throws {
        try askBeforeLosing("start a new book")
        let new = try Book()
        try file?.store.close()
        book = new
        bookEdition += 1
        file = nil
        hasUnsavedChanges = false
        hasUnsavedData = false
        if isConversation { tell("a new book; save as \"NAME.pipeline\" keeps it") }
    }

    /// `save`, `save as PATH`; `save compact` forgets how changes are taken back.
    func save(as path: String?, compact: Bool = false, at span: SourceSpan) throws {
        if options.isReadOnly { throw Diagnostic(.notAllowed, "--read-only forbids saving", at: span) }
        guard let target = path ?? file?.path else {
            throw Diagnostic(.noFileYet, "the book has no file yet", at: span, hint: "save as \"acme.pipeline\"")
        }
        if let file, path == nil || path == file.path { try beginChange(at: span) }
        var saved = book
        let droppedCount = compact ? saved.log.doneCount + saved.log.undone.count : 0
        if compact { saved.log = ChangeLog() }
        if let file, path == nil || path == file.path {
            // A save of what is saved would write every byte of it again.
            let isSaved = file.exists && !file.store.hasJournal && !hasUnsavedChanges && droppedCount == 0
            if !isSaved { try file.save(&saved) }
        } else {
            if options.isSafe { throw Diagnostic(.notAllowed, "--safe forbids writing \"\(target)\"", at: span) }
            let other = BookFile(path: target)
            try other.save(&saved, mayReplace: mayReplace)
            try file?.store.close()
            file = other
        }
        book = saved
        hasUnsavedChanges = false
        hasUnsavedData = false
        if compact {
            tell("\(HumanFormat().counted(droppedCount, "change")) can no longer be taken back or made again")
        }
        tell("saved \(HumanFormat().counted(book.dealCount, "deal")) to \(target)")
    }

    /// Whether another book may be written over: asked at the prompt, done in a script, which may run every night.
    private func mayReplace(_ path: String) -> Bool {
        guard isConversation, !options.answersYes else { return true }
        return ask("\(path) exists. Replace it? (y/n) ")
    }

    private func load(_ path: String) throws {
        let opened = BookFile(path: path)
        let (found, recoveredCount) = try opened.read()
        try file?.store.close()
        (book, file) = (found, opened)
        runner.forgetWhatIf()
        bookEdition += 1
        hasUnsavedChanges = false
        hasUnsavedData = false
        if recoveredCount > 0 {
            tell(
                "\(path): \(HumanFormat().counted(recoveredCount, "change")) since the last save taken from its journal"
            )
        }
        if var conflict = opened.obstacle {
            conflict.severity = .warning
            report([conflict], in: nil)
        } else if isConversation {
            takeLock()
        }
    }

    /// In a conversation the book is there to be changed; who cannot is told so at once.
    func takeLock() {
        guard let file, file.exists, !options.isReadOnly else { return }
        do {
            try beginChange()
        } catch {
            report(
                Session.diagnostics(error).map { problem in
                    var problem = problem
                    problem.severity = .warning
                    return problem
                }, in: nil)
        }
    }

    /// Opens the file again when another program saved it and nothing here would be lost.
    func reloadIfChanged() {
        guard let file, !hasUnsavedChanges, runner.whatIf == nil, file.exists, file.isChanged else { return }
        guarded {
            book = try file.read().book
            bookEdition += 1
        }
    }

    /// Throws when changes would be lost and the person wants to keep them. A script knows what it does.
    private func askBeforeLosing(_ action: String) throws {
        guard hasUnsavedChanges, isConversation, !options.answersYes else { return }
        if !ask("\(bookName ?? "the new book") has unsaved changes. Lose them and \(action)? (y/n) ") {
            throw Diagnostic(.notAllowed, "the book has unsaved changes", hint: "save keeps them")
        }
    }
}
