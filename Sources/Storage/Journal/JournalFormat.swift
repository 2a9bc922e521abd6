// The bytes of a journal: what Journal-format.md describes, as code. A record proves itself (its checksum covers the
// one before it, which it repeats), so that a whole record behind a broken one can be told from rubbish: that is the
// difference between damage and a tail that was being written when the power went.

/// Numbers of the format.
enum JournalFormat {
    static let magic: [UInt8] = [0x89, 0x4A, 0x52, 0x4E, 0x4C, 0x0D, 0x0A, 0x1A]
    static let version: UInt32 = 1
    static let headerByteCount = 64
    static let recordHeaderByteCount = 40
    /// "RCRD": where a record may begin.
    static let recordMark: UInt32 = 0x4452_4352
    /// Records begin at multiples of it.
    static let alignment = 8

    /// The bytes of a record with that payload, padding included.
    static func recordByteCount(payload byteCount: Int) -> Int {
        (recordHeaderByteCount + byteCount + alignment - 1) / alignment * alignment
    }
}

/// Which version of which snapshot a journal continues.
public struct JournalBase: Hashable, Sendable {
    /// The snapshot's id.
    public var id: SnapshotID
    /// Its generation.
    public var generation: UInt64
    /// The number of the last change folded into it.
    public var sequence: UInt64
    /// The checksum of its header, which depends on every byte of it: two copies of one snapshot that were changed
    /// and saved apart differ in nothing else.
    public var checksum: UInt64

    /// A base.
    public init(id: SnapshotID, generation: UInt64, sequence: UInt64, checksum: UInt64) {
        self.id = id
        self.generation = generation
        self.sequence = sequence
        self.checksum = checksum
    }

    /// The journal's header.
    var encoded: [UInt8] {
        var out = LittleEndianWriter()
        out.add(JournalFormat.magic)
        out.add(JournalFormat.version)
        out.add(UInt32(JournalFormat.headerByteCount))
        out.add(id.bytes)
        out.add(generation)
        out.add(sequence)
        out.add(checksum)
        out.add(UInt32(0))
        out.add(CRC32C.hash(out.bytes))
        return out.bytes
    }
}

/// What stands before a record's payload.
struct JournalRecordHeader: Hashable {
    /// The checksum of the record before; of the journal's header for the first one.
    var previousChecksum: UInt32
    var sequence: UInt64
    /// The last change that was known to be on the disk when this record was written.
    var syncedSequence: UInt64
    var payloadByteCount: Int
    /// Over everything in the record but itself and the mark.
    var checksum: UInt32

    /// A header for a payload.
    init(previousChecksum: UInt32, sequence: UInt64, syncedSequence: UInt64, payload: [UInt8]) {
        self.previousChecksum = previousChecksum
        self.sequence = sequence
        self.syncedSequence = syncedSequence
        payloadByteCount = payload.count
        checksum = 0
        var crc = CRC32C()
        crc.update(checkedBytes.span)
        crc.update(payload.span)
        checksum = crc.value
    }

    /// The header at an offset of a journal, if its mark is there and its payload lies within the bytes.
    init?(_ bytes: [UInt8], at offset: Int) {
        guard offset >= 0, bytes.count - offset >= JournalFormat.recordHeaderByteCount else { return nil }
        var reader = LittleEndianReader(Array(bytes[offset..<offset + JournalFormat.recordHeaderByteCount]))
        guard reader.number(UInt32.self) == JournalFormat.recordMark, let checksum = reader.number(UInt32.self),
            let previous = reader.number(UInt32.self), reader.number(UInt32.self) == 0,
            let sequence = reader.number(UInt64.self), let synced = reader.number(UInt64.self),
            let count = reader.count64(),
            count <= bytes.count - offset - JournalFormat.recordHeaderByteCount
        else { return nil }
        self.checksum = checksum
        previousChecksum = previous
        self.sequence = sequence
        syncedSequence = synced
        payloadByteCount = count
    }

    private var checkedBytes: [UInt8] {
        var out = LittleEndianWriter()
        out.add(previousChecksum)
        out.add(UInt32(0))
        out.add(sequence)
        out.add(syncedSequence)
        out.add(UInt64(payloadByteCount))
        return out.bytes
    }

    /// The whole record.
    func encoded(_ payload: [UInt8]) -> [UInt8] {
        var out = LittleEndianWriter()
        out.add(JournalFormat.recordMark)
        out.add(checksum)
        out.add(checkedBytes)
        out.add(payload)
        out.pad()
        return out.bytes
    }

    /// Whether the payload behind this header, found at `offset`, is the one that was written.
    func isSound(_ bytes: [UInt8], at offset: Int) -> Bool {
        let start = offset + JournalFormat.recordHeaderByteCount
        var crc = CRC32C()
        crc.update(checkedBytes.span)
        crc.update(bytes.span.extracting(start..<start + payloadByteCount))
        return crc.value == checksum
    }
}
