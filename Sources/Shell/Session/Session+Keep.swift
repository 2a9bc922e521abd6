// Changes on their way to the disk. A change is made in memory, kept, and told: what cannot be kept is taken back, and what
// is told as done outlasts the program and the machine. A named book is made by its first change; a book without a name
// has only the memory until it is saved.

import Language
import Query
import Pipeline
import Storage
import Values

extension Session {
    /// To be called before a statement that changes the book runs: throws when nothing may be changed, and makes sure
    /// that the statement sees the book as it is on the disk.
    func beginChange(at span: SourceSpan? = nil) throws {
        if options.isReadOnly {
            throw Diagnostic(.notAllowed, "--read-only forbids changing the book", at: span)
        }
        guard let file else { return }
        var isOther = false
        try file.beginWriting { current in
            guard !hasUnsavedChanges, runner.whatIf == nil else {
                throw Diagnostic(
                    .fileChanged, "\"\(file.path)\" was changed by another program since it was opened", at: span,
                    hint: "save under another name, or open it again")
            }
            book = current
            bookEdition += 1
            isOther = true
        }
        if let notice = file.store.takeNotice() { tell(notice) }
        if isOther { tell("\(file.path) was changed by another program; this goes on from what is there now") }
    }

    /// Does what a record says: makes it in the book and writes it to the journal. Nothing has changed if it throws.
    ///
    /// What could not be replayed must not be kept, so it is made first, and taken back when it cannot be kept.
    func perform(_ record: ChangeRecord, of change: Change? = nil) throws {
        let syncing = isConversation || !options.syncsAtEnd
        let file = file
        try book.perform(record, of: change) { after in try file?.keep(record, &after, syncing: syncing) }
        if file == nil {
            hasUnsavedChanges = true
            hasUnsavedData = true
        }
        bookEdition += 1
    }

    /// At the end of scripts: what waited for one sync together is synced, and the lock given up.
    func endWriting() {
        guard let file else { return }
        guarded { try file.store.close() }
    }
}

extension Statement {
    /// Whether it can change the open book, so that the lock is needed before it runs.
    var changesBook: Bool {
        switch self {
        case .import, .addDeal, .addRow, .pipeline, .stage, .target, .undo, .redo, .keep, .scenario: true
        case .forget(let forget): if case .scenario = forget.subject { true } else { false }
        case .query(let query): query.steps.last.map(Statement.isChange) ?? false
        case .continuation(let continuation): continuation.steps.last.map(Statement.isChange) ?? false
        default: false
        }
    }

    private static func isChange(_ step: Step) -> Bool {
        if case .change = step { return true }
        return false
    }
}
