// A book's place on the disk: a snapshot, its journal and its lock, and the order in which they are written.
//
//   change   record appended and synced ──▶ acknowledged
//   save     new snapshot synced, renamed, folder synced ──▶ journal removed ──▶ acknowledged
//   open     snapshot + the records that continue it
//
// Whatever call fails and wherever the process or the power stops, opening finds the state before or after the change
// or save in hand, with everything that was acknowledged. Rules:
//   - nothing is written without the lock, and the disk is looked at again once it is held;
//   - a journal names the very snapshot it continues, so a save makes all older journals void at once;
//   - what nobody understands (another book's journal, an old copy put back) is never written over: `obstacle`.
public import Values

/// The files of one book, for one reader or writer.
public final class Store {
    /// The path as it was given.
    public let path: String
    /// What was read or written last; `nil` while there is no snapshot.
    private var version: Version?
    /// Why nothing can be written through this store any more; `nil` while it can.
    public private(set) var obstacle: Diagnostic?
    private var notice: String?

    private let fileSystem: any FileSystem
    private let knows: @Sendable (String) -> Bool
    private var lock: WriterLock?
    private var appender: JournalAppender?
    private var hasGivenUp = false

    /// What is known of the disk.
    private struct Version {
        var base: JournalBase
        var identity: FileIdentity
        var journal: FileIdentity?
        var permissions: UInt32
    }

    /// A store for a path, which need not exist. `knows` says which parts of a snapshot the caller understands.
    public init(
        _ path: String, _ fileSystem: any FileSystem, knows: @escaping @Sendable (String) -> Bool = { _ in true }
    ) {
        self.path = path
        self.fileSystem = fileSystem
        self.knows = knows
    }

    deinit { appender?.close() }

    /// Whether this store holds the lock.
    public var isWriter: Bool { lock != nil }

    /// Whether there was a snapshot when the disk was looked at last.
    public var exists: Bool { version != nil }

    /// Whether changes were appended that no sync has confirmed yet.
    public var hasUnsyncedChanges: Bool { appender.map { $0.syncedSequence < $0.lastSequence } ?? false }

    /// The number of the last change that is kept; `nil` while there is no snapshot.
    public var lastSequence: UInt64? { appender?.lastSequence ?? version?.base.sequence }

    /// Whether there are changes that the next save folds in.
    public var hasJournal: Bool { lastSequence != version?.base.sequence }

    /// What people should know, once: a torn tail was cut and kept aside.
    public func takeNotice() -> String? {
        defer { notice = nil }
        return notice
    }

    // MARK: Reading

    /// Reads what is at the path now. A journal that does not fit makes an obstacle, not an error.
    public func read() throws(Diagnostic) -> StoredVersion {
        let found = try StoredVersion.read(path, fileSystem, knows: knows)
        take(found)
        return found
    }

    private func take(_ found: StoredVersion) {
        let permissions = (try? fileSystem.status(path, followingLinks: true))?.permissions ?? 0o600
        version = Version(
            base: found.snapshot.base, identity: found.snapshot.identity, journal: found.journalIdentity,
            permissions: permissions & 0o666)
        if !hasGivenUp { obstacle = found.conflict }
    }

    /// Whether another program has written the snapshot or the journal since.
    public var isChanged: Bool {
        // The writer's own journal grows by itself; nobody else writes it.
        let snapshot = try? fileSystem.status(path, followingLinks: true)
        if snapshot?.identity != version?.identity { return true }
        guard lock == nil, let files = try? JournalPath(path, fileSystem) else { return false }
        let journal = try? fileSystem.status(files.journal, followingLinks: true)
        return journal?.identity != version?.journal
    }

    // MARK: Writing

    /// Becomes the writer.
    ///
    /// When another version is on the disk than was read before (or none was), `accept` gets it, and the caller works
    /// on from it; if it throws, nothing has happened.
    /// - Returns: that version; `nil` when all is as it was.
    /// - Throws: a diagnostic: another process writes, the folder cannot be written, or there is an obstacle.
    @discardableResult
    public func beginWriting(_ accept: (StoredVersion) throws -> Void = { _ in }) throws(Diagnostic) -> StoredVersion? {
        if let obstacle { throw obstacle }
        guard lock == nil else { return nil }
        let before = version
        var isDone = false
        defer {
            if !isDone {
                version = before
                appender?.close()
                appender = nil
            }
        }
        return try inWords { () throws in
            let files = try JournalPath(path, fileSystem)
            switch try takeLock(files) {
            case .held(let holder): throw files.held(by: holder)
            case .taken(let taken):
                files.removeLeftovers(fileSystem)
                // Held only if what is under it is understood.
                let found = try look(files)
                if let found { try accept(found) }
                lock = taken
                isDone = true
                return found
            }
        }
    }

    /// A folder that is not there is said of the book, not of its lock.
    private func takeLock(_ files: JournalPath) throws(FileError) -> WriterLock.Outcome {
        do throws(FileError) {
            return try WriterLock.take(files.lock, fileSystem)
        } catch {
            var error = error
            if error.code == FileError.notFound { error.path = path }
            throw error
        }
    }

    /// Looks at the disk under the lock, and makes the journal ready.
    private func look(_ files: JournalPath) throws -> StoredVersion? {
        let before = version
        guard try fileSystem.status(path, followingLinks: true) != nil else {
            if try fileSystem.status(files.journal, followingLinks: false) != nil { obstacle = files.orphan() }
            if let obstacle { throw obstacle }
            guard before == nil else { throw SnapshotFile(path: path).changedMeanwhile() }
            return nil
        }
        let found = try read()
        if let obstacle { throw obstacle }
        // Whoever wrote before may have ended before its last sync; what was read is built on from now on.
        try fileSystem.syncDirectory(NearNames.split(files.snapshot).folder)
        if case .continuing(let scan) = found.journal {
            if scan.tail == .torn {
                let kept = try JournalAppender.cutTail(
                    of: files.journal, from: scan.soundByteCount, permissions: journalPermissions, fileSystem)
                let name = files.journalName + kept.dropFirst(files.journal.count)
                notice =
                    "the last change was being written when the program or the power stopped; it is kept in \(name)"
            }
            appender = try JournalAppender(continuing: scan, at: files.journal, fileSystem)
            version?.journal = try fileSystem.status(files.journal, followingLinks: true)?.identity
        }
        let isSame = before?.identity == version?.identity && before?.journal == found.journalIdentity
        return isSame ? nil : found
    }

    /// A journal is as private as its snapshot, and its writer can always write it.
    private var journalPermissions: UInt32 { (version?.permissions ?? 0o600) | 0o600 }

    /// Appends a change; when this returns, it is kept. Without `syncing` it is kept from the next `sync` on.
    ///
    /// There must be a snapshot, and this must be the writer.
    /// - Parameter sequence: the number that the caller gives the change, if it counts too.
    /// - Returns: the change's number.
    /// - Throws: a diagnostic; the change is then not to be acknowledged.
    @discardableResult
    public func append(
        _ payload: [UInt8], sequence: UInt64? = nil, syncing: Bool = true
    ) throws(Diagnostic) -> UInt64 {
        if let obstacle { throw obstacle }
        return try inWords { () throws in
            let isNext = sequence == nil || sequence == (lastSequence ?? 0) + 1
            guard isNext else { throw SnapshotFile(path: path).changedMeanwhile() }
            var open = try appender ?? newJournal()
            defer {
                appender = open
                if open.isBroken { giveUp() }
            }
            return try open.append(payload, syncing: syncing)
        }
    }

    /// Syncs what was appended without.
    public func sync() throws(Diagnostic) {
        guard var open = appender, open.syncedSequence < open.lastSequence else { return }
        if let obstacle { throw obstacle }
        try inWords { () throws in
            defer {
                appender = open
                if open.isBroken { giveUp() }
            }
            try open.sync()
        }
    }

    /// A journal without records, in the place of one that is folded in.
    private func newJournal() throws -> JournalAppender {
        guard lock != nil, let version else { throw Diagnostic(.noFileYet, "\"\(path)\" was not saved yet") }
        let files = try JournalPath(path, fileSystem)
        let header = version.base.encoded
        _ = try fileSystem.writeReplacing(files.journal, .anything, permissions: journalPermissions) {
            try $0.append(header)
        }
        guard let scan = JournalScan(header) else { throw files.noHeader() }
        return try JournalAppender(continuing: scan, at: files.journal, fileSystem)
    }

    /// Saves everything as a new snapshot and removes the journal, all of which must be in the contents.
    ///
    /// Becomes the writer if need be. The contents' generation must be greater than the last one's, and its sequence
    /// at least the last change's.
    /// - Throws: a diagnostic; the old or the new snapshot is then there, whole.
    public func save(_ contents: SnapshotContents, replacing expected: Replacement? = nil) throws(Diagnostic) {
        if let obstacle { throw obstacle }
        if lock == nil, try beginWriting() != nil, expected == nil { throw SnapshotFile(path: path).changedMeanwhile() }
        guard contents.sequence >= lastSequence ?? 0 || expected != nil else {
            throw SnapshotFile(path: path).changedMeanwhile()
        }
        let replacement = expected ?? version.map { .opened($0.identity) } ?? .nothing
        let saved: SavedSnapshot
        do {
            saved = try SnapshotWriter.save(contents, to: path, fileSystem, replacing: replacement)
        } catch {
            // It may have been renamed into its place before something failed: then this journal is void already,
            // and a change appended to it would be lost.
            let status = try? fileSystem.status(path, followingLinks: true)
            if version?.identity != status?.identity, error.code != .fileChanged { giveUp() }
            throw error
        }
        appender?.close()
        appender = nil
        version = Version(
            base: JournalBase(
                id: contents.id, generation: contents.generation, sequence: contents.sequence,
                checksum: saved.checksum),
            identity: saved.identity, journal: nil, permissions: version?.permissions ?? 0o600)
        // The book is saved whatever these say. A journal that stays is void, and the next change writes a new one.
        guard let files = try? JournalPath(path, fileSystem) else { return }
        if let status = try? fileSystem.status(path, followingLinks: true) {
            version?.permissions = status.permissions & 0o666
        }
        try? fileSystem.unlink(files.journal)
    }

    /// From now on nothing is written: what the disk holds is not known any more.
    private func giveUp() {
        hasGivenUp = true
        obstacle = Diagnostic(
            .fileNotSynced, "\"\(path)\" can only be read: the disk did not confirm what was written last",
            hint: "what was confirmed before is kept; open it again, best from a sound disk")
    }

    /// Gives up the lock and the journal; what was appended without is synced.
    public func close() throws(Diagnostic) {
        defer {
            appender?.close()
            appender = nil
            lock = nil
        }
        if obstacle == nil { try sync() }
    }

    private func inWords<Result>(_ body: () throws -> Result) throws(Diagnostic) -> Result {
        do {
            return try body()
        } catch let error as Diagnostic {
            throw error
        } catch let error as FileError {
            throw error.diagnostic(writing: true)
        } catch is ReplacedMeanwhile {
            throw SnapshotFile(path: path).changedMeanwhile()
        } catch {
            throw Diagnostic(.fileNotWritable, "cannot write \"\(path)\": \(error)")
        }
    }
}
