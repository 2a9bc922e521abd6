// One version of a book on the disk: the snapshot and, when the journal beside it continues it, the changes since.
// Reading takes no lock. A writer may save meanwhile: the snapshot is opened first, then the journal, and when the
// path leads to another snapshot by then, both are read again.
public import Values

/// A snapshot with the changes that its journal adds.
public struct StoredVersion: Sendable {
    /// The snapshot.
    public let snapshot: SnapshotReader
    /// The changes to be made to it, in this order; their numbers follow the snapshot's `sequence` without a gap.
    public let records: [JournalRecord]
    /// Why the journal beside the snapshot cannot be continued, so that nothing may be written; `nil` when it can.
    public let conflict: Diagnostic?
    /// What is beside the snapshot.
    let journal: Journal
    /// Which file the journal is, in which state; `nil` when there is none.
    let journalIdentity: FileIdentity?

    /// What a journal turned out to be.
    enum Journal: Sendable {
        /// There is none.
        case missing
        /// It continues the snapshot.
        case continuing(JournalScan)
        /// All of it is in the snapshot already: a save ended before it could be removed.
        case folded
        /// It belongs elsewhere.
        case foreign
    }

    /// The version that is at a path now.
    ///
    /// - Throws: a diagnostic: what `SnapshotReader.open` throws, and a journal that is damaged or of a newer format.
    public static func read(
        _ path: String, _ fileSystem: any FileSystem, knows: (String) -> Bool = { _ in true }
    ) throws(Diagnostic) -> StoredVersion {
        // A save takes longer than reading the tables of a snapshot: a few rounds always end.
        for _ in 0..<20 {
            let snapshot = try SnapshotReader.open(path, fileSystem, knows: knows)
            let files: JournalPath
            let found: JournalFile?
            let isSame: Bool
            do throws(FileError) {
                files = try JournalPath(path, fileSystem)
                found = try JournalFile.read(files.journal, fileSystem)
                isSame = try fileSystem.status(path, followingLinks: true)?.identity == snapshot.identity
            } catch {
                throw error.diagnostic()
            }
            if isSame { return try StoredVersion(snapshot, found, files) }
        }
        throw SnapshotFile(path: path).changedMeanwhile()
    }

    private init(_ snapshot: SnapshotReader, _ found: JournalFile?, _ files: JournalPath) throws(Diagnostic) {
        self.snapshot = snapshot
        journalIdentity = found?.identity
        guard let found else {
            records = []
            conflict = nil
            journal = .missing
            return
        }
        guard let scan = JournalScan(found.bytes) else {
            if let version = JournalScan.laterVersion(found.bytes) { throw files.tooNew(version) }
            throw files.noHeader()
        }
        let base = snapshot.base
        if scan.base.id == base.id, scan.base.generation <= base.generation,
            case .damaged(let behind) = scan.tail
        {
            throw files.damaged(at: scan.soundByteCount, recordsBefore: scan.records.count, recordsBehind: behind)
        }
        if scan.base == base {
            records = scan.records
            conflict = nil
            journal = .continuing(scan)
        } else if scan.base.id == base.id, scan.base.generation < base.generation, scan.lastSequence <= base.sequence {
            records = []
            conflict = nil
            journal = .folded
        } else {
            records = []
            conflict = files.foreign(scan, beside: base)
            journal = .foreign
        }
    }
}

extension SnapshotReader {
    /// What a journal that continues this snapshot must name.
    var base: JournalBase {
        JournalBase(id: id, generation: generation, sequence: sequence, checksum: checksum)
    }
}

/// The bytes of a journal at one moment. They are copied, not mapped: the writer cuts and appends in place.
struct JournalFile {
    var bytes: [UInt8]
    var identity: FileIdentity

    /// `nil` when there is no such file.
    static func read(_ path: String, _ fileSystem: any FileSystem) throws(FileError) -> JournalFile? {
        guard let status = try fileSystem.status(path, followingLinks: true) else { return nil }
        guard status.kind != .directory else { throw FileError(.read, path, code: FileError.isDirectory) }
        // Opening a pipe would wait for a writer.
        guard status.kind == .regular else { return JournalFile(bytes: [], identity: status.identity) }
        let file: FileDescriptor
        do throws(FileError) {
            file = try fileSystem.open(path, .read)
        } catch {
            // The writer may have saved, and removed it, since.
            if error.code == FileError.notFound { return nil }
            throw error
        }
        // What was read is right whatever closing says.
        defer { try? fileSystem.close(file) }
        let identity = try fileSystem.status(file).identity
        var bytes: [UInt8] = []
        bytes.reserveCapacity(identity.byteCount)
        while bytes.count < identity.byteCount {
            let more = try fileSystem.read(
                file, at: bytes.count, byteCount: min(identity.byteCount - bytes.count, 16 << 20))
            if more.isEmpty { break }
            bytes += more
        }
        return JournalFile(bytes: bytes, identity: identity)
    }
}
