// Contents become a snapshot file, atomically (ReplacingWrite). Bytes are streamed in the order of the file: a page
// for the header, for each table its dictionaries and chunks and then its description, the sections, the table of
// sections; the header comes last, when all offsets are known. Nothing is held but one chunk at a time.
internal import Engine
public import Values

/// What a save wrote.
struct SavedSnapshot {
    /// What the file then is, for the next save's `Replacement.opened`.
    let identity: FileIdentity
    /// The checksum of the header, which a journal is bound to.
    let checksum: UInt64
    /// How its chunks came about.
    let tally: ChunkTally
}

/// How the chunks of a snapshot came about.
struct ChunkTally: Equatable {
    /// Chunks whose bytes and checksum were taken from the file they lie in, not looked at, and their bytes.
    var keptCount = 0
    var keptByteCount = 0
    /// Chunks that were made or changed in memory, with a new checksum, and their bytes.
    var hashedCount = 0
    var hashedByteCount = 0
}

/// Saves snapshots.
public enum SnapshotWriter {
    /// Writes the contents to a path.
    ///
    /// A chunk that lies in a mapped file is copied with the checksum it has there: damage keeps being told.
    /// - Returns: what the file then is, for the next save's `Replacement.opened`.
    /// - Throws: a diagnostic; until the new file is whole and synced, what was at the path is untouched.
    public static func write(
        _ contents: SnapshotContents, to path: String, _ fileSystem: any FileSystem, replacing: Replacement
    ) throws(Diagnostic) -> FileIdentity {
        try save(contents, to: path, fileSystem, replacing: replacing).identity
    }

    /// As `write`; tells more of what was written.
    static func save(
        _ contents: SnapshotContents, to path: String, _ fileSystem: any FileSystem, replacing: Replacement
    ) throws(Diagnostic) -> SavedSnapshot {
        if let name = contents.sections.keys.first(where: { contents.tables[$0] != nil }) {
            throw Diagnostic(
                .fileNotWritable, "cannot save \"\(path)\": a table and a section are both called \"\(name)\"")
        }
        do {
            var checksum: UInt64 = 0
            var tally = ChunkTally()
            let identity = try fileSystem.writeReplacing(path, replacing) { sink in
                checksum = try write(contents, &sink, &tally)
            }
            return SavedSnapshot(identity: identity, checksum: checksum, tally: tally)
        } catch let error as FileError {
            throw error.diagnostic(writing: true)
        } catch is ReplacedMeanwhile {
            throw SnapshotFile(path: path).changedMeanwhile()
        } catch let error as Diagnostic {
            throw error
        } catch {
            throw Diagnostic(.fileNotWritable, "cannot save \"\(path)\": \(error)")
        }
    }

    private static func write(
        _ contents: SnapshotContents, _ sink: inout FileSink, _ tally: inout ChunkTally
    ) throws -> UInt64 {
        try sink.append([UInt8](repeating: 0, count: SnapshotFormat.sectionAlignment))
        var records: [SectionRecord] = []
        for (name, table) in contents.tables.sorted(by: { $0.key < $1.key }) {
            var description = LittleEndianWriter()
            try sink.pad(to: SnapshotFormat.sectionAlignment)
            try write(table, &sink, &description, &tally)
            let record = try section(.table, name, description.bytes, contents, &sink)
            records.append(record)
        }
        for (name, bytes) in contents.sections.sorted(by: { $0.key < $1.key }) {
            records.append(try section(.bytes, name, bytes, contents, &sink))
        }
        var table = LittleEndianWriter()
        table.add(UInt64(records.count))
        for record in records { record.encode(&table) }
        try sink.pad(to: SnapshotFormat.sectionAlignment)
        let offset = sink.byteCount
        try sink.append(table.bytes)
        let header = SnapshotHeader(
            id: contents.id, generation: contents.generation, sequence: contents.sequence,
            fileByteCount: sink.byteCount, tableOffset: offset, tableByteCount: table.bytes.count,
            tableChecksum: XXH64.hash(table.bytes))
        try sink.rewriteStart(header.encoded)
        return header.checksum
    }

    private static func section(
        _ kind: SectionKind, _ name: String, _ bytes: [UInt8], _ contents: SnapshotContents, _ sink: inout FileSink
    ) throws -> SectionRecord {
        try sink.pad(to: SnapshotFormat.sectionAlignment)
        let record = SectionRecord(
            kind: kind.rawValue, isRequired: !contents.ignorable.contains(name), offset: sink.byteCount,
            byteCount: bytes.count, checksum: XXH64.hash(bytes), name: name)
        try sink.append(bytes)
        return record
    }

    private static func write(
        _ table: Table, _ sink: inout FileSink, _ out: inout LittleEndianWriter, _ tally: inout ChunkTally
    ) throws {
        out.add(UInt64(table.rowCount))
        let deleted = deletedBitmap(table)
        try addPart([deleted], &sink, &out)
        out.add(UInt64(table.columns.count))
        for column in table.columns {
            out.add(column.type.rawValue)
            out.add(column.representation.rawValue)
            out.add(UInt16(0))
            out.add(name: column.name)
            if column.representation == .code {
                let stored = try column.dictionary.stored()
                out.add(UInt64(column.dictionary.count))
                try addPart([bytes(of: stored.offsets), bytes(of: stored.order), stored.bytes], &sink, &out)
            }
            out.add(UInt64(column.chunks.count))
            for chunk in column.chunks { try write(chunk, &sink, &out, &tally) }
        }
    }

    private static func write(
        _ chunk: Chunk, _ sink: inout FileSink, _ out: inout LittleEndianWriter, _ tally: inout ChunkTally
    ) throws {
        try sink.pad(to: SnapshotFormat.chunkAlignment)
        let offset = sink.byteCount
        let checksum: UInt64
        if let kept = chunk.keptPart {
            try append(kept.region, &sink)
            checksum = kept.checksum
            tally.keptCount += 1
            tally.keptByteCount += sink.byteCount - offset
        } else {
            checksum = try appendHashed(chunk, &sink)
            tally.hashedCount += 1
            tally.hashedByteCount += sink.byteCount - offset
        }
        let layout = chunk.layout
        out.add(UInt64(offset))
        out.add(UInt64(sink.byteCount - offset))
        out.add(checksum)
        out.add(layout.base)
        out.add(layout.minimum)
        out.add(layout.maximum)
        out.add(UInt32(layout.textByteCount))
        out.add(UInt32(layout.rowCount))
        out.add(UInt32(layout.missingCount))
        out.add(UInt32(layout.width))
    }

    /// Writes the pieces of a chunk (see `ChunkPieces`); gives their checksum.
    private static func appendHashed(_ chunk: Chunk, _ sink: inout FileSink) throws -> UInt64 {
        let offset = sink.byteCount
        var hash = XXH64()
        // SAFETY: the pointers are used within the calls only.
        try unsafe chunk.withValues { unsafe try append($0, &sink, &hash) }
        try pad(from: offset, &sink, &hash)
        _ = try unsafe chunk.withValidity { unsafe try append($0, &sink, &hash) }
        try pad(from: offset, &sink, &hash)
        _ = try unsafe chunk.withText { unsafe try append($0, &sink, &hash) }
        return hash.value
    }

    /// Writes the bytes of a region without looking at them.
    private static func append(_ region: ByteRegion, _ sink: inout FileSink) throws {
        // SAFETY: the region is held by the caller's chunk and outlives the call.
        let bytes = unsafe UnsafeRawBufferPointer(start: region.uncheckedStart, count: region.byteCount)
        try unsafe sink.append(Span(_unsafeElements: bytes.assumingMemoryBound(to: UInt8.self)))
    }

    /// Writes pieces as one part and adds its offset, size and checksum to the description; nothing for no bytes.
    private static func addPart(_ pieces: [[UInt8]], _ sink: inout FileSink, _ out: inout LittleEndianWriter) throws {
        try sink.pad(to: SnapshotFormat.chunkAlignment)
        let offset = sink.byteCount
        var hash = XXH64()
        for piece in pieces {
            hash.update(piece)
            try sink.append(piece)
        }
        out.add(UInt64(offset))
        out.add(UInt64(sink.byteCount - offset))
        out.add(hash.value)
    }

    private static func append(_ bytes: UnsafeRawBufferPointer, _ sink: inout FileSink, _ hash: inout XXH64) throws {
        unsafe hash.update(bytes)
        try unsafe sink.append(Span(_unsafeElements: bytes.assumingMemoryBound(to: UInt8.self)))
    }

    private static func pad(from start: Int, _ sink: inout FileSink, _ hash: inout XXH64) throws {
        let rest = (sink.byteCount - start) % 8
        guard rest > 0 else { return }
        let zeros = [UInt8](repeating: 0, count: 8 - rest)
        hash.update(zeros)
        try sink.append(zeros)
    }

    /// One bit per row, set where the row is deleted; no bytes when none is.
    private static func deletedBitmap(_ table: Table) -> [UInt8] {
        guard !table.deletedRows.isEmpty else { return [] }
        var bits = [UInt8](repeating: 0, count: (table.rowCount + 7) / 8)
        for row in table.deletedRows.rows { bits[row >> 3] |= 1 << UInt8(row & 7) }
        return bits
    }

    private static func bytes(of numbers: [UInt32]) -> [UInt8] {
        unsafe numbers.map(\.littleEndian).withUnsafeBytes { unsafe Array($0) }
    }
}
