// What was done to a book since its log began, and how to take it back: the memory behind `log`, `undo` and `redo`.
//
//   done     c1 c2 c3 …        each with the patch that takes it back; undo takes from the end
//   undone   … c5 c4           each with the patch that makes it again; redo takes from the end
//
// A new change forgets what was undone. Entries lie in blocks, so that a book that is copied (a what-if, a statement that
// may fail) shares all but the last block.

import Values

/// A change in the log.
public struct LoggedChange: Sendable, Hashable {
    /// The number of the record that made it, or made it again.
    public var sequence: UInt64
    /// When it was made, in seconds since 1970-01-01 00:00 UTC.
    public var time: Int64
    /// The statement as written, on one line.
    public var statement: String
    /// What it did, in words.
    public var effect: String
    /// The patch that takes it back while it counts, that makes it again when it was taken back; as bytes.
    public var patch: [UInt8]
}

/// The changes of a book, in order.
public struct ChangeLog: Sendable {
    private static let blockCount = 256
    private var full: [[LoggedChange]] = []
    private var last: [LoggedChange] = []
    /// The changes that were taken back, the latest taken back last.
    public private(set) var undone: [LoggedChange] = []

    /// No changes.
    public init() {}

    /// How many changes count.
    public var doneCount: Int { full.count * ChangeLog.blockCount + last.count }

    /// Whether nothing was ever done, or the log was dropped.
    public var isEmpty: Bool { doneCount == 0 && undone.isEmpty }

    /// The changes that count, oldest first.
    public var done: [LoggedChange] { full.flatMap { $0 } + last }

    /// The latest change that counts.
    public var latest: LoggedChange? { last.last ?? full.last?.last }

    /// The bytes that its patches take.
    public var patchByteCount: Int {
        full.joined().reduce(0) { $0 + $1.patch.count } + last.reduce(0) { $0 + $1.patch.count }
            + undone.reduce(0) { $0 + $1.patch.count }
    }

    /// Writes a new change down; what was undone before can no longer be made again.
    mutating func add(_ change: LoggedChange) {
        undone = []
        push(change)
    }

    /// Marks the latest change as taken back; `patch` makes it again.
    mutating func takeBack(patch: [UInt8]) {
        if last.isEmpty, let block = full.popLast() { last = block }
        guard var change = last.popLast() else { return }
        change.patch = patch
        undone.append(change)
    }

    /// Marks the latest change that was taken back as made again; `patch` takes it back.
    mutating func makeAgain(sequence: UInt64, patch: [UInt8]) {
        guard var change = undone.popLast() else { return }
        change.sequence = sequence
        change.patch = patch
        push(change)
    }

    private mutating func push(_ change: LoggedChange) {
        last.append(change)
        if last.count == ChangeLog.blockCount {
            full.append(last)
            last = []
        }
    }
}

extension ChangeLog {
    /// The log as bytes: 1, then done and undone, each as count and entries.
    public func encoded() throws -> [UInt8] {
        var writer = PatchWriter()
        writer.byte(1)
        for list in [done, undone] {
            writer.count(list.count)
            for change in list {
                writer.number(change.sequence)
                writer.signed(change.time)
                writer.text(change.statement)
                writer.text(change.effect)
                writer.raw(change.patch)
            }
        }
        return writer.bytes
    }

    /// The log of these bytes; throws a `file-damaged` diagnostic when they are none.
    public init(decoding bytes: [UInt8]) throws {
        var reader = PatchReader(bytes[...])
        guard try reader.byte() == 1 else {
            throw PipelineDiagnostics.damaged("a log of changes written by another version of this program")
        }
        func list(_ body: (LoggedChange) -> Void) throws {
            for _ in 0..<(try reader.count()) {
                let sequence = try reader.number()
                let time = try reader.signed()
                let statement = try reader.text()
                let effect = try reader.text()
                body(
                    LoggedChange(
                        sequence: sequence, time: time, statement: statement, effect: effect,
                        patch: Array(try reader.raw())))
            }
        }
        var undone: [LoggedChange] = []
        try list { push($0) }
        try list { undone.append($0) }
        self.undone = undone
        guard reader.leftCount == 0 else { throw reader.damaged() }
    }
}
