// Making, taking back and making again: every change of the open book goes through here, one record after the other.
//
//   change → question, if it is large → record → kept (Session+Keep) → the book in memory → what it did, in words

import Glibc
import Language
import Pipeline
import Query
import Values

extension Session {
    /// Makes a change that a statement came to.
    func make(_ change: Change) throws {
        if case .effects(let patch) = change.outcome, patch.isEmpty {
            for line in change.lines { tell(line) }
            return
        }
        try askBeforeLarge(change)
        try take(change)
        for (index, line) in change.lines.enumerated() {
            tell(index == 0 && isConversation ? line + " (undo takes it back)" : line)
        }
    }

    /// Makes a change without a word.
    func take(_ change: Change) throws {
        let record = try book.record(change, time: clockSeconds, forReplay: keepsRecords)
        try perform(record, of: change)
    }

    /// `undo [N]`: takes the latest changes back, the last one first.
    func undo(_ count: Int, at span: SourceSpan) throws {
        guard count <= book.log.doneCount else {
            throw Session.nothingLeft("undo", count, of: book.log.doneCount, at: span)
        }
        for _ in 0..<count {
            guard let record = book.undoRecord(time: clockSeconds) else { return }
            try perform(record)
            tell("undone: " + record.effect)
        }
    }

    /// `redo [N]`: makes the changes again that were taken back last.
    func redo(_ count: Int, at span: SourceSpan) throws {
        guard count <= book.log.undone.count else {
            throw Session.nothingLeft("redo", count, of: book.log.undone.count, at: span)
        }
        for _ in 0..<count {
            guard let record = book.redoRecord(time: clockSeconds) else { return }
            try perform(record)
            tell("made again: " + record.effect)
        }
    }

    private static func nothingLeft(_ word: String, _ count: Int, of left: Int, at span: SourceSpan) -> Diagnostic {
        let what = word == "undo" ? "change" : "undone change"
        let there = left == 1 ? "there is only 1 \(what)" : "there are only \(left) \(what)s"
        return Diagnostic(
            .nothingToUndo, left == 0 ? "there is nothing to \(word)" : there, at: span,
            hint: left == 0 ? "log lists what was done" : "\(word) \(left)")
    }

    /// A change that touches more rows than it may seem is asked about, at the prompt only.
    private func askBeforeLarge(_ change: Change) throws {
        guard isConversation, !options.answersYes, change.rowCount > book.settings.askAbove else { return }
        let count = HumanFormat().counted(change.rowCount, change.rowNoun)
        guard ask("this changes \(count): \(change.lines.first ?? ""). Go on? (y/n) ") else {
            throw Diagnostic(
                .notAllowed, "nothing was changed", hint: "settings ask_above = 1000 asks later, --yes never")
        }
    }

    /// Whether the record will be replayed, so that it must hold all its effects.
    private var keepsRecords: Bool { file?.exists ?? false }

    /// The clock, in seconds since 1970-01-01 00:00 UTC.
    private var clockSeconds: Int64 { Int64(time(nil)) }
}
