// The files beside a snapshot, and the words for what can be wrong with them. A link to a snapshot leads to the same
// journal and the same lock as the snapshot itself.
internal import Values

/// The names of a snapshot's companions.
struct JournalPath: Hashable, Sendable {
    /// The snapshot as it was named, for messages.
    let name: String
    /// The snapshot itself, links followed.
    let snapshot: String

    var journal: String { snapshot + ".journal" }
    var lock: String { snapshot + ".lock" }
    /// The journal as messages name it.
    var journalName: String { name + ".journal" }

    /// The companions of the snapshot at a path, which need not exist yet.
    init(_ path: String, _ fileSystem: any FileSystem) throws(FileError) {
        name = path
        snapshot = try fileSystem.status(path, followingLinks: true) == nil ? path : try fileSystem.resolve(path)
    }

    /// Removes what processes that were killed while they wrote the snapshot or the journal have left.
    func removeLeftovers(_ fileSystem: any FileSystem) {
        for path in [snapshot, journal] { TemporaryName(for: path).removeLeftovers(fileSystem) }
    }

    func damaged(at offset: Int, recordsBefore: Int, recordsBehind: Int) -> Diagnostic {
        Diagnostic(
            .fileDamaged,
            "\"\(journalName)\" is damaged: change \(recordsBefore + 1) at byte \(offset) is not what was written",
            hint: "dealsh check --salvage reads what is left",
            notes: [
                "\(count(recordsBefore)) before it and \(count(recordsBehind)) behind it are sound; nothing was cut"
            ])
    }

    func noHeader() -> Diagnostic {
        Diagnostic(
            .fileDamaged, "\"\(journalName)\" is damaged: its header at byte 0 is not what was written",
            hint: "dealsh check --salvage reads the book without it; it was left as it is")
    }

    func tooNew(_ version: UInt32) -> Diagnostic {
        Diagnostic(
            .fileTooNew,
            "\"\(journalName)\" is in format \(version), this program reads formats up to \(JournalFormat.version)",
            hint: "a newer version of the program opens it")
    }

    /// The journal does not continue the snapshot beside it.
    func foreign(_ journal: JournalScan, beside snapshot: JournalBase) -> Diagnostic {
        let message: String
        var notes: [String] = []
        if journal.base.id != snapshot.id {
            message = "\"\(journalName)\" belongs to another book"
            notes = ["the book is \(snapshot.id), the journal continues \(journal.base.id)"]
        } else if journal.base.generation > snapshot.generation {
            message = "\"\(name)\" is older than its journal: an old copy of it seems to have been put back"
            notes = [generations(journal, snapshot)]
        } else {
            message = "\"\(journalName)\" continues another version of \"\(name)\""
            notes = [generations(journal, snapshot)]
        }
        return Diagnostic(
            .fileJournalForeign, message,
            hint: "the right copy of the book takes the journal up again; or move the journal away",
            notes: notes + [
                "the journal was left as it is with its \(count(journal.records.count)); nothing can be changed"
            ])
    }

    /// There is a journal but no snapshot.
    func orphan() -> Diagnostic {
        Diagnostic(
            .fileJournalForeign, "\"\(journalName)\" is there, but the book that it continues is not",
            hint: "put \"\(name)\" back, or move the journal away")
    }

    func held(by holder: WriterLock.Holder?) -> Diagnostic {
        let who = holder.map { "process \($0.process) on \($0.host)" } ?? "another process"
        return Diagnostic(
            .fileLocked, "\"\(name)\" is being changed by \(who)",
            hint: "it can be read; changes wait until that one ends")
    }

    private func generations(_ journal: JournalScan, _ snapshot: JournalBase) -> String {
        "the book was saved \(snapshot.generation) times with \(snapshot.sequence) changes, "
            + "the journal continues save \(journal.base.generation) with change \(journal.base.sequence)"
    }

    private func count(_ changes: Int) -> String { changes == 1 ? "1 change" : "\(changes) changes" }
}
