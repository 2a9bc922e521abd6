// One step in a book's life: a change, or one taken back or made again, with everything that is needed to replay it on
// the book as it was before. What a journal appends, as bytes that it need not understand; what the log of changes keeps.
//
//   record   1, sequence, kind, time (signed), statement, effect, patch (byte count, bytes)
//
// A change of a single deal takes well under 1 kB. Its opposite is not kept here: applying the patch gives it.

import Values

/// A change of a book, ready to be kept.
public struct ChangeRecord: Sendable, Hashable {
    /// What kind of step it is.
    public enum Kind: UInt8, Sendable {
        /// A new change.
        case change = 1
        /// The latest change that counts was taken back.
        case undo = 2
        /// The latest change that was taken back was made again.
        case redo = 3
    }

    /// Its number: one more than that of the record before.
    public var sequence: UInt64
    /// What kind of step it is.
    public var kind: Kind
    /// When it was, in seconds since 1970-01-01 00:00 UTC.
    public var time: Int64
    /// The statement as written, on one line.
    public var statement: String
    /// What it did, in words.
    public var effect: String
    /// The effects, as bytes of a `Patch`.
    public var patch: [UInt8]

    /// A record.
    public init(sequence: UInt64, kind: Kind, time: Int64, statement: String, effect: String, patch: [UInt8]) {
        self.sequence = sequence
        self.kind = kind
        self.time = time
        self.statement = statement
        self.effect = effect
        self.patch = patch
    }

    /// The record as bytes.
    public func encoded() -> [UInt8] {
        var writer = PatchWriter()
        writer.byte(1)
        writer.number(sequence)
        writer.byte(kind.rawValue)
        writer.signed(time)
        writer.text(statement)
        writer.text(effect)
        writer.raw(patch)
        return writer.bytes
    }

    /// The record of these bytes; throws a `file-damaged` diagnostic when they are none. The patch is read when it is
    /// applied.
    public init(decoding bytes: some Sequence<UInt8>) throws {
        var reader = PatchReader(Array(bytes)[...])
        guard try reader.byte() == 1 else {
            throw PipelineDiagnostics.damaged("a change written by another version of this program")
        }
        sequence = try reader.number()
        guard let kind = Kind(rawValue: try reader.byte()) else { throw reader.damaged() }
        self.kind = kind
        time = try reader.signed()
        statement = try reader.text()
        effect = try reader.text()
        patch = Array(try reader.raw())
        guard reader.leftCount == 0 else { throw reader.damaged() }
    }
}
