// Making changes, taking them back, replaying them: all of it is performing records in the order of their numbers. A
// record is made first, and making one changes nothing; performing it changes the book and keeps the record (in a
// journal), or leaves the book as it was.
//
//   record(change) ─┐
//   undoRecord()    ├→ ChangeRecord → perform → the book after it, one entry in its log
//   redoRecord()    ┘                  └→ journal → replayed by perform at the next opening

import Engine
import Values

/// A change that was checked and not made yet.
public struct Change: Sendable {
    /// The statement as written, on one line.
    public var statement: String
    /// What it does, in words: the first line is what the log shows.
    public var lines: [String]
    /// How many rows it touches, and what one of them is; 0 for changes of anything but rows.
    public var rowCount: Int
    /// `deal`, `account`.
    public var rowNoun: String
    /// What it comes to.
    public var outcome: Outcome

    /// What a change comes to.
    public enum Outcome: Sendable {
        /// These effects.
        case effects(Patch)
        /// The book after it, made already, where it was made from the book before.
        case book(Book, before: Book)
    }

    /// A change by its effects.
    public init(statement: String, lines: [String], patch: Patch, rowCount: Int = 0, rowNoun: String = "deal") {
        self.init(statement: statement, lines: lines, outcome: .effects(patch), rowCount, rowNoun)
    }

    /// A change by the book after it.
    public init(statement: String, lines: [String], from before: Book, to after: Book) {
        self.init(statement: statement, lines: lines, outcome: .book(after, before: before), 0, "deal")
    }

    private init(statement: String, lines: [String], outcome: Outcome, _ rowCount: Int, _ rowNoun: String) {
        self.statement = statement.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        self.lines = lines
        self.outcome = outcome
        self.rowCount = rowCount
        self.rowNoun = rowNoun
    }

    /// Its effects; for a change by the book after it they are found by comparing.
    public func patch() throws -> Patch {
        switch outcome {
        case .effects(let patch): patch
        case .book(let after, let before): try Patch(from: before, to: after)
        }
    }
}

extension Book {
    /// The record of a change of this book; `time` is in seconds since 1970-01-01 00:00 UTC. Where nobody will replay it,
    /// the effects of a change that is made already can be left out of it.
    public func record(_ change: Change, time: Int64, forReplay: Bool = true) throws -> ChangeRecord {
        var patch: [UInt8] = []
        if forReplay {
            patch = try change.patch().encoded()
        } else if case .effects(let effects) = change.outcome {
            patch = try effects.encoded()
        }
        return ChangeRecord(
            sequence: identity.sequence + 1, kind: .change, time: time, statement: change.statement,
            effect: change.lines.first ?? "", patch: patch)
    }

    /// The record that takes the latest change back; `nil` when there is none.
    public func undoRecord(time: Int64) -> ChangeRecord? {
        log.latest.map { change in
            ChangeRecord(
                sequence: identity.sequence + 1, kind: .undo, time: time, statement: change.statement,
                effect: change.effect, patch: change.patch)
        }
    }

    /// The record that makes the latest change again that was taken back; `nil` when there is none.
    public func redoRecord(time: Int64) -> ChangeRecord? {
        log.undone.last.map { change in
            ChangeRecord(
                sequence: identity.sequence + 1, kind: .redo, time: time, statement: change.statement,
                effect: change.effect, patch: change.patch)
        }
    }

    /// Does what a record says and writes it into the log, then calls `keep`, which sees to it that the change lasts; the
    /// book is as it was when either throws: a `file-damaged` diagnostic for a record that is not the next one or does not
    /// fit the book.
    ///
    /// The book is changed in place (a second one beside it would cost the copy of every chunk that a change touches), so
    /// once begun it is not cancelled. With the change that the record was made of, a book that is made already is not made
    /// again.
    public mutating func perform(
        _ record: ChangeRecord, of change: Change? = nil, keeping keep: (inout Book) throws -> Void = { _ in }
    ) throws {
        guard record.sequence == identity.sequence + 1 else {
            throw PipelineDiagnostics.damaged(
                "change \(record.sequence) cannot follow change \(identity.sequence)")
        }
        switch record.kind {
        case .change: break
        case .undo where log.doneCount > 0: break
        case .redo where !log.undone.isEmpty: break
        default: throw PipelineDiagnostics.damaged("change \(record.sequence) takes back what was not done")
        }
        try Cancellation.withoutAmbient {
            let (identity, log) = (identity, log)
            let opposite: Patch
            var before: Book?
            if case .book(let after, let known) = change?.outcome {
                opposite = try Patch(from: after, to: known)
                before = known
                self = after
            } else {
                opposite = try apply(Patch(decoding: record.patch))
            }
            self.log = log
            self.identity = identity
            do {
                try enter(record, opposite)
                try keep(&self)
            } catch {
                if let before { self = before } else { try apply(opposite) }
                self.log = log
                self.identity = identity
                throw error
            }
        }
    }

    /// Writes down what was done and how to take it back.
    private mutating func enter(_ record: ChangeRecord, _ opposite: Patch) throws {
        let patch = try opposite.encoded()
        identity.sequence = record.sequence
        switch record.kind {
        case .change:
            log.add(
                LoggedChange(
                    sequence: record.sequence, time: record.time, statement: record.statement, effect: record.effect,
                    patch: patch))
        case .undo: log.takeBack(patch: patch)
        case .redo: log.makeAgain(sequence: record.sequence, patch: patch)
        }
    }
}
