// The first 128 bytes of a snapshot and the table of sections: what Snapshot-format.md describes, as code.
internal import Values

/// Numbers of the format.
enum SnapshotFormat {
    static let magic: [UInt8] = [0x89, 0x42, 0x4F, 0x4F, 0x4B, 0x0D, 0x0A, 0x1A]
    static let version: UInt32 = 1
    static let headerByteCount = 128
    /// Sections begin at multiples of a page.
    static let sectionAlignment = 4096
    /// Chunks begin at multiples of a cache line.
    static let chunkAlignment = 64
    /// Set in a section's flags when a reader that does not know it must refuse the file.
    static let requiredFlag: UInt32 = 1
}

/// Kinds of sections this version knows.
enum SectionKind: UInt32 {
    /// The description of a table.
    case table = 1
    /// Bytes as they are.
    case bytes = 2
}

/// The header.
struct SnapshotHeader {
    var id: SnapshotID
    var generation: UInt64
    var sequence: UInt64
    var fileByteCount: Int
    var tableOffset: Int
    var tableByteCount: Int
    var tableChecksum: UInt64

    /// Over all that the header says, and so, by the checksums in it, over every byte of the file.
    var checksum: UInt64 { XXH64.hash(checkedBytes) }

    var encoded: [UInt8] {
        var out = LittleEndianWriter()
        out.add(checkedBytes)
        out.add(checksum)
        return out.bytes
    }

    private var checkedBytes: [UInt8] {
        var out = LittleEndianWriter()
        out.add(SnapshotFormat.magic)
        out.add(SnapshotFormat.version)
        out.add(UInt32(SnapshotFormat.headerByteCount))
        out.add(id.bytes)
        out.add(generation)
        out.add(sequence)
        for number in [fileByteCount, tableOffset, tableByteCount] { out.add(UInt64(number)) }
        out.add(tableChecksum)
        out.add([UInt8](repeating: 0, count: 120 - out.bytes.count))
        return out.bytes
    }

    /// Reads a header; the checks go from magic over checksum to version, so that each message is the right one.
    ///
    /// With `losses` a wrong checksum is only written down: what the header says may still lead to a sound table of
    /// sections, which has a checksum of its own.
    init(_ bytes: [UInt8], file: SnapshotFile, salvaging losses: inout [Diagnostic]?) throws(Diagnostic) {
        guard bytes.starts(with: SnapshotFormat.magic) else { throw file.notABook(bytes) }
        guard bytes.count == SnapshotFormat.headerByteCount else { throw file.cut(at: bytes.count) }
        var reader = LittleEndianReader(bytes)
        var tail = LittleEndianReader(Array(bytes[120...]))
        if tail.number(UInt64.self) != XXH64.hash(Array(bytes[..<120])) {
            let damage = file.damaged("header", at: 0, "its checksum differs")
            guard losses != nil else { throw damage }
            losses?.append(damage)
        }
        _ = reader.number(UInt64.self)
        let version = reader.number(UInt32.self) ?? 0
        guard version <= SnapshotFormat.version else { throw file.tooNew(version) }
        _ = reader.number(UInt32.self)
        id = SnapshotID(padding: Array(bytes[16..<32]))
        _ = reader.number(UInt64.self)
        _ = reader.number(UInt64.self)
        guard version >= 1, let generation = reader.number(UInt64.self), let sequence = reader.number(UInt64.self),
            let fileByteCount = reader.count64(), let tableOffset = reader.count64(),
            let tableByteCount = reader.count64(), let tableChecksum = reader.number(UInt64.self)
        else { throw file.damaged("header", at: 0, "a number that is out of range") }
        self.generation = generation
        self.sequence = sequence
        self.fileByteCount = fileByteCount
        self.tableOffset = tableOffset
        self.tableByteCount = tableByteCount
        self.tableChecksum = tableChecksum
    }

    init(
        id: SnapshotID, generation: UInt64, sequence: UInt64, fileByteCount: Int, tableOffset: Int,
        tableByteCount: Int, tableChecksum: UInt64
    ) {
        self.id = id
        self.generation = generation
        self.sequence = sequence
        self.fileByteCount = fileByteCount
        self.tableOffset = tableOffset
        self.tableByteCount = tableByteCount
        self.tableChecksum = tableChecksum
    }
}

/// One entry of the table of sections.
struct SectionRecord {
    var kind: UInt32
    var isRequired: Bool
    var offset: Int
    var byteCount: Int
    var checksum: UInt64
    var name: String

    func encode(_ out: inout LittleEndianWriter) {
        out.add(kind)
        out.add(isRequired ? SnapshotFormat.requiredFlag : 0)
        out.add(UInt64(offset))
        out.add(UInt64(byteCount))
        out.add(checksum)
        out.add(name: name)
    }

    static func decode(_ reader: inout LittleEndianReader) -> SectionRecord? {
        guard let kind = reader.number(UInt32.self), let flags = reader.number(UInt32.self),
            let offset = reader.count64(), let byteCount = reader.count64(),
            let checksum = reader.number(UInt64.self), let name = reader.name()
        else { return nil }
        return SectionRecord(
            kind: kind, isRequired: flags & SnapshotFormat.requiredFlag != 0, offset: offset, byteCount: byteCount,
            checksum: checksum, name: name)
    }
}
