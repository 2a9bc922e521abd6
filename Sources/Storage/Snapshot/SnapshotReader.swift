// A snapshot file becomes contents without being read: it is mapped, and only the header, the table of sections and
// the descriptions of tables are looked at. Columns are used where they lie; each chunk and dictionary is verified
// (checksum, offsets, codes, bounds) before its first read, once.
//
// Nothing in the file is believed: every offset and size is checked against the file, parts must follow one another
// without overlapping in the order they are described (so that what a small file describes is no larger than it is),
// and counts must agree with sizes before anything is allocated.
public import Engine
public import Values

/// An open snapshot: a version of the file that stays readable while newer ones are saved over it.
public struct SnapshotReader: Sendable {
    /// Who it is.
    public let id: SnapshotID
    /// Counts saves.
    public let generation: UInt64
    /// The sequence number of the last change folded in.
    public let sequence: UInt64
    /// The checksum of its header, which depends on every byte of the file.
    let checksum: UInt64
    /// Which file it is, for the next save's `Replacement.opened`.
    public let identity: FileIdentity
    /// Tables by name, their columns in place.
    public let tables: [String: Table]
    /// The names of sections, sorted.
    public var sectionNames: [String] { sections.keys.sorted() }

    /// Every part of the file, in its order.
    var parts: [SnapshotPart] { found.flatMap(\.parts) }
    private let found: [SnapshotParts]
    private let sections: [String: SnapshotPart]
    private let ignorable: Set<String>

    /// Maps a snapshot.
    ///
    /// `knows` says whether the caller knows a table or section of that name; an unknown one that may not be ignored
    /// is refused, an unknown one that may is left out.
    /// - Throws: a diagnostic: the file is missing, unreadable, no snapshot, of a newer format, or damaged.
    /// - Complexity: O(columns × chunks), not O(bytes).
    public static func open(
        _ path: String, _ fileSystem: any FileSystem, knows: (String) -> Bool = { _ in true }
    ) throws(Diagnostic) -> SnapshotReader {
        var losses: [Diagnostic]?
        return try open(path, fileSystem, knows, salvaging: &losses)
    }

    /// Maps what can be found of a damaged snapshot; adds to `losses` what cannot.
    static func salvage(
        _ path: String, _ fileSystem: any FileSystem, losses: inout [Diagnostic]
    ) throws(Diagnostic) -> SnapshotReader {
        var found: [Diagnostic]? = []
        let reader = try open(path, fileSystem, { _ in true }, salvaging: &found)
        losses += found ?? []
        return reader
    }

    private static func open(
        _ path: String, _ fileSystem: any FileSystem, _ knows: (String) -> Bool, salvaging losses: inout [Diagnostic]?
    ) throws(Diagnostic) -> SnapshotReader {
        let mapped: MappedFile
        let identity: FileIdentity
        let isStream: Bool
        do throws(FileError) {
            isStream = try fileSystem.status(path, followingLinks: true)?.kind == .stream
        } catch {
            throw error.diagnostic()
        }
        // Opening a pipe would wait for a writer.
        if isStream { throw SnapshotFile(path: path).notABook([0]) }
        do throws(FileError) {
            let file = try fileSystem.open(path, .read)
            defer { try? fileSystem.close(file) }
            let status = try fileSystem.status(file)
            guard status.kind != .directory else { throw FileError(.read, path, code: FileError.isDirectory) }
            identity = status.identity
            mapped = try fileSystem.map(file, byteCount: status.byteCount)
        } catch {
            throw error.diagnostic(notes: NearNames.notes(for: error, fileSystem))
        }
        return try SnapshotReader(mapped, identity, SnapshotFile(path: path), knows, salvaging: &losses)
    }

    /// With `losses` what is damaged is written down there and left out, as far as anything can be found without it.
    private init(
        _ mapped: MappedFile, _ identity: FileIdentity, _ file: SnapshotFile, _ knows: (String) -> Bool,
        salvaging losses: inout [Diagnostic]?
    ) throws(Diagnostic) {
        let header = try SnapshotHeader(
            mapped.copy(0, min(mapped.byteCount, SnapshotFormat.headerByteCount)), file: file, salvaging: &losses)
        guard header.fileByteCount <= mapped.byteCount else {
            throw file.cut(at: mapped.byteCount, of: header.fileByteCount)
        }
        guard header.fileByteCount == mapped.byteCount else {
            throw file.damaged("the file's end", at: header.fileByteCount, "bytes were added behind it")
        }
        id = header.id
        generation = header.generation
        sequence = header.sequence
        checksum = header.checksum
        self.identity = identity
        let records = try SnapshotReader.records(mapped, header, file)
        var cursor = SnapshotCursor(mapped, file, start: SnapshotFormat.headerByteCount, end: header.tableOffset)
        var tables: [String: Table] = [:]
        var sections: [String: SnapshotPart] = [:]
        var ignorable: Set<String> = []
        for record in records {
            guard tables[record.name] == nil, sections[record.name] == nil else {
                throw file.damaged("section \"\(record.name)\"", at: record.offset, "a second one of that name")
            }
            let kind = SectionKind(rawValue: record.kind)
            guard kind != nil, knows(record.name) else {
                if record.isRequired {
                    throw file.unknown(kind == nil ? "a part of kind \(record.kind)" : "\"\(record.name)\"")
                }
                try cursor.pass(record)
                continue
            }
            if !record.isRequired { ignorable.insert(record.name) }
            switch kind {
            case .table:
                do throws(Diagnostic) { tables[record.name] = try SnapshotTable.read(record, &cursor) } catch {
                    guard losses != nil else { throw error }
                    losses?.append(error)
                }
            default: sections[record.name] = try cursor.section(record)
            }
        }
        self.tables = tables
        self.sections = sections
        self.ignorable = ignorable
        found = cursor.found
    }

    /// The bytes of a section, verified; `nil` when there is none of that name.
    public func section(_ name: String) throws(Diagnostic) -> [UInt8]? {
        guard let part = sections[name] else { return nil }
        do {
            return try unsafe part.region.withBytes { unsafe Array($0) }
        } catch let error as Diagnostic {
            throw error
        } catch {
            throw Diagnostic(.fileDamaged, "\(part.name): \(error)")
        }
    }

    /// Everything, with the sections read; tables stay in place.
    public func contents() throws(Diagnostic) -> SnapshotContents {
        var bytes: [String: [UInt8]] = [:]
        for name in sections.keys { bytes[name] = try section(name) }
        return SnapshotContents(
            id: id, generation: generation, sequence: sequence, tables: tables, sections: bytes, ignorable: ignorable)
    }

    private static func records(
        _ mapped: MappedFile, _ header: SnapshotHeader, _ file: SnapshotFile
    ) throws(Diagnostic) -> [SectionRecord] {
        let start = header.tableOffset
        func damaged(_ what: String) -> Diagnostic { file.damaged("table of sections", at: start, what) }
        guard start >= SnapshotFormat.headerByteCount, start <= mapped.byteCount,
            header.tableByteCount == mapped.byteCount - start
        else { throw file.damaged("header", at: 56, "the table of sections would lie outside of the file") }
        let bytes = mapped.copy(start, header.tableByteCount)
        guard XXH64.hash(bytes) == header.tableChecksum else { throw damaged("its checksum differs") }
        var reader = LittleEndianReader(bytes)
        guard let count = reader.count64(), count <= reader.remaining / 32 else {
            throw damaged("more sections than it has room for")
        }
        var records: [SectionRecord] = []
        for _ in 0..<count {
            guard let record = SectionRecord.decode(&reader) else { throw damaged("an entry that ends too early") }
            records.append(record)
        }
        guard reader.remaining == 0 else { throw damaged("bytes behind the last entry") }
        return records
    }
}

extension MappedFile {
    /// A copy of a range that lies within the file; less where it does not.
    func copy(_ offset: Int, _ byteCount: Int) -> [UInt8] {
        let start = min(max(0, offset), self.byteCount)
        let end = start + min(max(0, byteCount), self.byteCount - start)
        // SAFETY: the range was clamped to the file.
        return withExtendedLifetime(self) { unsafe Array(unsafeBytes[start..<end]) }
    }
}
