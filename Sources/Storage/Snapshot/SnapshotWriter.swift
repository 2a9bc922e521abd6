// Contents become a snapshot file, atomically (ReplacingWrite). Bytes are streamed in the order of the file: a page
// for the header, for each table its dictionaries and chunks and then its description, the sections, the table of
// sections; the header comes last, when all offsets are known. Nothing is held but one chunk at a time.
internal import Engine
public import Values

/// Saves snapshots.
public enum SnapshotWriter {
    /// Writes the contents to a path.
    ///
    /// Chunks that lie in a mapped file are verified before they are copied, so that damage is never saved anew.
    /// - Returns: what the file then is, for the next save's `Replacement.opened`.
    /// - Throws: a diagnostic; until the new file is whole and synced, what was at the path is untouched.
    public static func write(
        _ contents: SnapshotContents, to path: String, _ fileSystem: any FileSystem, replacing: Replacement
    ) throws(Diagnostic) -> FileIdentity {
        try save(contents, to: path, fileSystem, replacing: replacing).identity
    }

    /// As `write`; gives the checksum of the header too, which a journal is bound to.
    static func save(
        _ contents: SnapshotContents, to path: String, _ fileSystem: any FileSystem, replacing: Replacement
    ) throws(Diagnostic) -> (identity: FileIdentity, checksum: UInt64) {
        if let name = contents.sections.keys.first(where: { contents.tables[$0] != nil }) {
            throw Diagnostic(
                .fileNotWritable, "cannot save \"\(path)\": a table and a section are both called \"\(name)\"")
        }
        do {
            var checksum: UInt64 = 0
            let identity = try fileSystem.writeReplacing(path, replacing) { sink in
                checksum = try write(contents, &sink)
            }
            return (identity, checksum)
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

    private static func write(_ contents: SnapshotContents, _ sink: inout FileSink) throws -> UInt64 {
        try sink.append([UInt8](repeating: 0, count: SnapshotFormat.sectionAlignment))
        var records: [SectionRecord] = []
        for (name, table) in contents.tables.sorted(by: { $0.key < $1.key }) {
            var description = LittleEndianWriter()
            try sink.pad(to: SnapshotFormat.sectionAlignment)
            try write(table, &sink, &description)
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

    private static func write(_ table: Table, _ sink: inout FileSink, _ out: inout LittleEndianWriter) throws {
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
            for chunk in column.chunks { try write(chunk, &sink, &out) }
        }
    }

    private static func write(_ chunk: Chunk, _ sink: inout FileSink, _ out: inout LittleEndianWriter) throws {
        try sink.pad(to: SnapshotFormat.chunkAlignment)
        let offset = sink.byteCount
        var hash = XXH64()
        // SAFETY: the pointers are used within the calls only.
        try unsafe chunk.withValues { unsafe try append($0, &sink, &hash) }
        try pad(from: offset, &sink, &hash)
        _ = try unsafe chunk.withValidity { unsafe try append($0, &sink, &hash) }
        try pad(from: offset, &sink, &hash)
        _ = try unsafe chunk.withText { unsafe try append($0, &sink, &hash) }
        let layout = chunk.layout
        out.add(UInt64(offset))
        out.add(UInt64(sink.byteCount - offset))
        out.add(hash.value)
        out.add(layout.base)
        out.add(layout.minimum)
        out.add(layout.maximum)
        out.add(UInt32(layout.textByteCount))
        out.add(UInt32(layout.rowCount))
        out.add(UInt32(layout.missingCount))
        out.add(UInt32(layout.width))
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
