// Making changes, taking them back, replaying them: all of it is performing records in the order of their numbers. A
// record is made first, so that it can be kept (in a journal) before the book changes; making one changes nothing.
//
//   record(change) ─┐
//   undoRecord()    ├→ ChangeRecord → journal → perform → the book after it, one entry in its log
//   redoRecord()    ┘                   └──────── replayed by perform at the next opening

import Engine
import Values

/// A change that was checked and not made yet.
public struct Change: Sendable {
    /// The statement as written, on one line.
    public var statement: String
    /// What it does, in words: the first line is what the log shows.
    public var lines: [String]
    /// The effects.
    public var patch: Patch
    /// How many deals it touches; 0 for changes of anything else.
    public var dealCount: Int
    /// The book after the change, where making the change has made it already, and the patch that takes it back.
    public var result: (book: Book, inverse: Patch)?

    /// A change by its effects.
    public init(statement: String, lines: [String], patch: Patch, dealCount: Int = 0) {
        self.statement = statement
        self.lines = lines
        self.patch = patch
        self.dealCount = dealCount
    }
}

extension Book {
    /// The record of a change of this book; `time` is in seconds since 1970-01-01 00:00 UTC.
    public func record(_ change: Change, time: Int64) -> ChangeRecord {
        ChangeRecord(
            sequence: identity.sequence + 1, kind: .change, time: time, statement: change.statement,
            effect: change.lines.first ?? "", patch: change.patch.encoded())
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

    /// Does what a record says and writes it into the log; the book is as it was when it throws.
    ///
    /// Throws a `file-damaged` diagnostic for a record that is not the next one or does not fit the book. `result` is
    /// the book after a change and the opposite patch, where they are known already.
    public mutating func perform(_ record: ChangeRecord, result: (book: Book, inverse: Patch)? = nil) throws {
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
        let inverse: Patch
        if let result {
            let log = self.log
            let identity = self.identity
            self = result.book
            self.log = log
            self.identity = identity
            inverse = result.inverse
        } else {
            inverse = try apply(Patch(decoding: record.patch))
        }
        identity.sequence = record.sequence
        switch record.kind {
        case .change:
            log.add(
                LoggedChange(
                    sequence: record.sequence, time: record.time, statement: record.statement, effect: record.effect,
                    patch: inverse.encoded()))
        case .undo: log.takeBack(patch: inverse.encoded())
        case .redo: log.makeAgain(sequence: record.sequence, patch: inverse.encoded())
        }
    }
}
