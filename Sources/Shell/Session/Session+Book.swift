// Opening, saving and leaving books. Whatever happens, the book in memory is the one that was open before a step that
// failed, and the file on disk is the old one or the new one, whole.

import Glibc
import Language
import Pipeline
import Query
import Storage
import Values

extension Session {
    /// Opens the book of the command line. One that does not exist yet is made by its first save, unless nothing may be
    /// saved.
    func openAtStart(_ path: String) throws {
        guard try LocalFileSystem().status(path, followingLinks: true) == nil, !options.isReadOnly else {
            return try load(path)
        }
        file = BookFile(path: path, identity: nil)
    }

    /// A script that only asks would get nothing but empty answers from a book that is not there.
    func missingBook(for script: ParsedScript) -> Diagnostic? {
        guard let file, file.identity == nil, !hasUnsavedChanges, !script.statements.isEmpty else { return nil }
        let fills = script.statements.contains { statement in
            switch statement {
            case .import, .addDeal, .pipeline, .stage, .open, .new, .save, .run, .help, .settings, .let, .target: true
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
        book = try Book()
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
        let isOwn = path == nil || path == file?.path
        let log = book.log
        if compact { book.log = ChangeLog() }
        var isWritten = false
        defer { if !isWritten { book.log = log } }
        file = try BookFile.write(
            &book, to: target, opened: isOwn ? file?.identity : nil, mayReplace: { mayReplace($0) })
        isWritten = true
        hasUnsavedChanges = false
        hasUnsavedData = false
        if compact {
            let count = HumanFormat().counted(log.doneCount + log.undone.count, "change")
            tell("\(count) can no longer be taken back or made again")
        }
        tell("saved \(HumanFormat().counted(book.dealCount, "deal")) to \(target)")
    }

    /// Whether another book may be written over: asked at the prompt, done in a script, which may run every night.
    private func mayReplace(_ path: String) -> Bool {
        guard isConversation, !options.answersYes else { return true }
        return ask("\(path) exists. Replace it? (y/n) ")
    }

    private func load(_ path: String) throws {
        (book, file) = try BookFile.read(path)
        runner.forgetWhatIf()
        bookEdition += 1
        hasUnsavedChanges = false
        hasUnsavedData = false
    }

    /// Opens the file again when another program saved it and nothing here would be lost.
    func reloadIfChanged() {
        guard let file, !hasUnsavedChanges, runner.whatIf == nil, file.isChanged else { return }
        guarded { try load(file.path) }
    }

    /// Throws when changes would be lost and the person wants to keep them. A script knows what it does.
    private func askBeforeLosing(_ action: String) throws {
        guard hasUnsavedChanges, isConversation, !options.answersYes else { return }
        if !ask("\(bookName ?? "the new book") has unsaved changes. Lose them and \(action)? (y/n) ") {
            throw Diagnostic(.notAllowed, "the book has unsaved changes", hint: "save keeps them")
        }
    }

    /// After a script: what it changed and did not save is gone, which nobody should find out later.
    func warnOfUnsavedChanges() {
        guard hasUnsavedData, let bookName, status == .done else { return }
        let warning = Diagnostic(
            .unsavedChanges, "the changes to \(bookName) were not saved", severity: .warning,
            hint: "end the script with save")
        report([warning], in: nil)
    }
}
