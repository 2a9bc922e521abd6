// A journal's bytes as records, up to the first that is not sound, and what to think of the rest:
//
//   nothing sound behind it                        a torn tail: it was being written, nobody was told that it is kept
//   a sound record that knew the lost one synced   damage: something kept was changed since
//   sound records that did not                     a torn tail too: several were written before one sync
//
// Nothing in the file is believed; reading takes time and memory in proportion to the file.

/// One change as the journal holds it.
public struct JournalRecord: Hashable, Sendable {
    /// Its number; each is one more than the one before.
    public var sequence: UInt64
    /// The change, in a form of its owner's choosing.
    public var payload: [UInt8]

    /// A record.
    public init(sequence: UInt64, payload: [UInt8]) {
        self.sequence = sequence
        self.payload = payload
    }
}

/// A journal that was read.
struct JournalScan: Sendable {
    /// What follows the last sound record.
    enum Tail: Hashable, Sendable {
        /// Nothing.
        case none
        /// Bytes of records that were being written.
        case torn
        /// Something kept was changed; this many sound records stand behind it.
        case damaged(recordsBehind: Int)
    }

    let base: JournalBase
    let records: [JournalRecord]
    /// Where the sound records end.
    let soundByteCount: Int
    /// The checksum of the last sound record, or of the header.
    let lastChecksum: UInt32
    let tail: Tail

    /// The number of the last sound record, or of the base.
    var lastSequence: UInt64 { records.last?.sequence ?? base.sequence }

    /// Reads a journal; `nil` when the header is no sound header of a version that is known.
    init?(_ bytes: [UInt8]) {
        guard let (base, checksum) = JournalScan.header(bytes) else { return nil }
        self.base = base
        var records: [JournalRecord] = []
        var offset = JournalFormat.headerByteCount
        var last = checksum
        var sequence = base.sequence
        while let header = JournalRecordHeader(bytes, at: offset), header.previousChecksum == last,
            sequence < .max, header.sequence == sequence + 1, header.isSound(bytes, at: offset)
        {
            let end = offset + JournalFormat.recordByteCount(payload: header.payloadByteCount)
            // The padding of the last record may be missing: it is written in one piece with the rest.
            guard end <= bytes.count else { break }
            let start = offset + JournalFormat.recordHeaderByteCount
            records.append(
                JournalRecord(sequence: header.sequence, payload: Array(bytes[start..<start + header.payloadByteCount]))
            )
            offset = end
            last = header.checksum
            sequence = header.sequence
        }
        self.records = records
        soundByteCount = offset
        lastChecksum = last
        tail = offset == bytes.count ? .none : JournalScan.tail(bytes, from: offset, lost: sequence)
    }

    private static func header(_ bytes: [UInt8]) -> (JournalBase, UInt32)? {
        guard bytes.count >= JournalFormat.headerByteCount, bytes.starts(with: JournalFormat.magic) else { return nil }
        let checked = Array(bytes[..<(JournalFormat.headerByteCount - 4)])
        var end = LittleEndianReader(Array(bytes[checked.count..<JournalFormat.headerByteCount]))
        let checksum = CRC32C.hash(checked)
        var reader = LittleEndianReader(Array(checked[8...]))
        guard end.number(UInt32.self) == checksum, reader.number(UInt32.self) == JournalFormat.version,
            reader.number(UInt32.self) == UInt32(JournalFormat.headerByteCount),
            let id = SnapshotID(bytes: Array(checked[16..<32])), reader.number(UInt64.self) != nil,
            reader.number(UInt64.self) != nil, let generation = reader.number(UInt64.self),
            let sequence = reader.number(UInt64.self), let base = reader.number(UInt64.self)
        else { return nil }
        return (JournalBase(id: id, generation: generation, sequence: sequence, checksum: base), checksum)
    }

    /// The version that a journal's start names, when it is a later one than this program knows.
    static func laterVersion(_ bytes: [UInt8]) -> UInt32? {
        guard bytes.starts(with: JournalFormat.magic), bytes.count >= 12 else { return nil }
        var reader = LittleEndianReader(Array(bytes[8..<12]))
        return reader.number(UInt32.self).flatMap { $0 > JournalFormat.version ? $0 : nil }
    }

    /// Looks for sound records behind `start`, at every place where one may begin.
    private static func tail(_ bytes: [UInt8], from start: Int, lost sequence: UInt64) -> Tail {
        // Marks in a crafted file may all claim the rest of it as payload: looking ends after a few times its size,
        // and then what cannot be told is taken for damage, which cuts nothing.
        var budget = 4 * bytes.count
        var behind = 0
        var isDamage = false
        var offset = (start + JournalFormat.alignment - 1) / JournalFormat.alignment * JournalFormat.alignment
        while offset + JournalFormat.recordHeaderByteCount <= bytes.count {
            guard let header = JournalRecordHeader(bytes, at: offset), header.sequence > sequence else {
                offset += JournalFormat.alignment
                continue
            }
            budget -= header.payloadByteCount + JournalFormat.recordHeaderByteCount
            guard budget >= 0 else { return .damaged(recordsBehind: behind) }
            guard header.isSound(bytes, at: offset) else {
                offset += JournalFormat.alignment
                continue
            }
            behind += 1
            if header.syncedSequence > sequence { isDamage = true }
            offset += JournalFormat.recordByteCount(payload: header.payloadByteCount)
        }
        return isDamage ? .damaged(recordsBehind: behind) : .torn
    }
}
