// Parts of a snapshot must follow one another, aligned and without overlapping, up to the table of sections. The
// cursor stands behind the last part; whatever is described next must begin at or after it. That makes one check
// do for every offset and size in the file.
internal import Engine
internal import Values

/// What a part is called in messages. Put together when a message needs it: opening makes thousands of parts.
struct PartName: Sendable {
    /// `table "deals", column "stage"`
    let title: String
    /// From 1; `nil` for what is no chunk.
    let chunk: Int?

    init(_ title: String, chunk: Int? = nil) {
        self.title = title
        self.chunk = chunk
    }

    /// `table "deals", column "stage", chunk 3`
    var text: String { chunk.map { "\(title), chunk \($0)" } ?? title }
}

/// A stretch of the file that has a checksum of its own.
struct SnapshotPart: Sendable {
    var called: PartName
    var offset: Int
    var region: ByteRegion

    /// For messages.
    var name: String { called.text }
}

/// Parts that follow one another: one, or the chunks of a column, which are made when they are asked for.
enum SnapshotParts: Sendable {
    case one(SnapshotPart)
    case chunks(Column, ChunkDirectory)

    var parts: [SnapshotPart] {
        switch self {
        case .one(let part): [part]
        case .chunks(let column, let directory): directory.parts(of: column)
        }
    }
}

/// The place behind the last part.
struct SnapshotCursor {
    let mapped: MappedFile
    let file: SnapshotFile
    /// Every part met so far, in the order of the file.
    private(set) var found: [SnapshotParts] = []
    private var end: Int
    private let limit: Int

    init(_ mapped: MappedFile, _ file: SnapshotFile, start: Int, end: Int) {
        self.mapped = mapped
        self.file = file
        self.end = start
        limit = end
    }

    /// A cursor at the same place without parts: those of one table are added to a list of their own, because a second
    /// holder of all parts would copy them.
    var ahead: SnapshotCursor {
        var copy = self
        copy.found = []
        return copy
    }

    /// Follows a cursor that was `ahead`.
    mutating func move(to other: SnapshotCursor) {
        found += other.found
        end = other.end
    }

    /// Moves behind a part; it must lie behind the last one, begin at a multiple of `alignment` and end before
    /// `bound` (by default: before the table of sections).
    mutating func take(
        _ name: @autoclosure () -> PartName, _ offset: Int, _ byteCount: Int,
        alignment: Int = SnapshotFormat.chunkAlignment, before bound: Int? = nil
    ) throws(Diagnostic) {
        let bound = min(bound ?? limit, limit)
        guard offset >= end, offset % alignment == 0, offset <= bound, byteCount >= 0, byteCount <= bound - offset
        else {
            throw file.damaged(name().text, at: offset, "\(byteCount) bytes that do not lie where they should")
        }
        end = offset + byteCount
    }

    /// A part of a table, verified before its first read by its checksum and then by `check`.
    mutating func part(
        _ name: PartName, _ offset: Int, _ byteCount: Int, _ checksum: UInt64, before bound: Int,
        check: @escaping @Sendable (UnsafeRawBufferPointer) -> String?
    ) throws(Diagnostic) -> ByteRegion {
        try take(name, offset, byteCount, before: bound)
        let region = unsafe mapped.region(file, name, offset, byteCount, checksum, check)
        found.append(.one(SnapshotPart(called: name, offset: offset, region: region)))
        return region
    }

    /// A section of bytes, verified before its first read.
    mutating func section(_ record: SectionRecord) throws(Diagnostic) -> SnapshotPart {
        let name = PartName("section \"\(record.name)\"")
        try take(name, record.offset, record.byteCount, alignment: SnapshotFormat.sectionAlignment)
        let region = unsafe mapped.region(file, name, record.offset, record.byteCount, record.checksum) { _ in nil }
        let part = SnapshotPart(called: name, offset: record.offset, region: region)
        found.append(.one(part))
        return part
    }

    /// The bytes of a table's description, verified at once; the cursor stays before the table's parts.
    func description(_ record: SectionRecord) throws(Diagnostic) -> [UInt8] {
        let name = "table \"\(record.name)\""
        var ahead = self
        try ahead.take(
            PartName(name), record.offset, record.byteCount, alignment: SnapshotFormat.sectionAlignment)
        let bytes = mapped.copy(record.offset, record.byteCount)
        guard XXH64.hash(bytes) == record.checksum else {
            throw file.damaged(name, at: record.offset, "the checksum of its description differs")
        }
        return bytes
    }

    /// Moves behind a section or a description.
    mutating func pass(_ record: SectionRecord) throws(Diagnostic) {
        try take(
            PartName("section \"\(record.name)\""), record.offset, record.byteCount,
            alignment: SnapshotFormat.sectionAlignment)
    }

    /// Says that the chunks of a directory, which the cursor has passed, are those of a column.
    mutating func note(_ column: Column, _ directory: ChunkDirectory) { found.append(.chunks(column, directory)) }
}

extension MappedFile {
    /// A part that lies within the file, verified before its first read by its checksum and then by `check`.
    func region(
        _ file: SnapshotFile, _ name: PartName, _ offset: Int, _ byteCount: Int, _ checksum: UInt64,
        _ check: @escaping @Sendable (UnsafeRawBufferPointer) -> String?
    ) -> ByteRegion {
        // SAFETY: the cursor has found the range to lie within the mapping, which the region keeps alive.
        let bytes = unsafe UnsafeRawBufferPointer(rebasing: unsafeBytes[offset..<offset + byteCount])
        return unsafe ByteRegion(mapped: bytes, owner: self, checksum: checksum) { bytes in
            guard unsafe self.hash(bytes) == checksum else {
                throw file.damaged(name.text, at: offset, "its checksum differs")
            }
            if let fault = unsafe check(bytes) { throw file.damaged(name.text, at: offset, fault) }
            if bytes.count > MappedFile.largeSize { unsafe self.release(bytes) }
        }
    }

    /// More bytes than chunks have: what is larger are names, of which few may be wanted.
    private static let largeSize = 8 << 20

    /// The checksum of bytes of the mapping; those of a large part do not stay in memory for it. Names of 1.25 million
    /// accounts take 32 MB, of which a list of ten needs a few pages.
    private func hash(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
        if bytes.count <= MappedFile.largeSize { return unsafe XXH64.hash(bytes) }
        let pieceSize = 1 << 20
        var state = XXH64()
        for start in stride(from: 0, to: bytes.count, by: pieceSize) {
            let end = min(bytes.count, start + pieceSize)
            let piece = unsafe UnsafeRawBufferPointer(rebasing: bytes[start..<end])
            unsafe state.update(piece)
            unsafe release(piece)
        }
        return state.value
    }
}
