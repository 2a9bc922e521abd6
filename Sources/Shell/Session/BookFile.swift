// The file of the open book: where it lies, in which state it was read, and how it and its changes are kept. It joins
// Pipeline, which knows books and changes, and Storage, which knows tables and bytes; neither sees the other.

import Engine
import Pipeline
import Storage
import Values

/// The place that a book was read from, or that it will be saved to first.
struct BookFile {
    /// A change is a record of the journal up to this size. What takes more (an import) is kept by saving the book,
    /// which would take as long and leaves nothing to be made again at the next opening.
    private static let recordByteCountMax = 16 << 20

    /// As it was given.
    let path: String
    /// The snapshot, its journal and its lock.
    let store: Store

    /// A path at which there need not be a book yet.
    init(path: String) {
        self.path = path
        store = Store(path, LocalFileSystem())
    }

    /// Whether there is a book at the path.
    var exists: Bool { store.exists }
    /// Whether another program has written the book since.
    var isChanged: Bool { store.isChanged }
    /// Why the book can only be read; `nil` when that is not known.
    var obstacle: Diagnostic? { store.obstacle }

    /// The book in the file, with the changes of its journal, and how many those are. Its rows stay where they are
    /// until they are needed.
    func read() throws -> (book: Book, recoveredCount: Int) { try BookFile.book(of: try store.read(), at: path) }

    /// The book of a version that was read.
    static func book(of version: StoredVersion, at path: String) throws -> (book: Book, recoveredCount: Int) {
        var book = try book(in: version.snapshot, at: path)
        for record in version.records { try perform(record, on: &book, at: path) }
        return (book, version.records.count)
    }

    /// The book that an open snapshot holds.
    static func book(in reader: SnapshotReader, at path: String) throws -> Book {
        var sections: [String: [UInt8]] = [:]
        for name in reader.sectionNames { sections[name] = try reader.section(name) }
        return try naming(path) {
            try Book(
                decoding: BookParts(tables: reader.tables, sections: sections),
                identity: try identity(reader.id, reader.generation, reader.sequence))
        }
    }

    private static func perform(_ record: JournalRecord, on book: inout Book, at path: String) throws {
        try naming(path + ".journal") {
            let change = try ChangeRecord(decoding: record.payload)
            guard change.sequence == record.sequence else {
                throw Diagnostic(.fileDamaged, "change \(record.sequence) says that it is change \(change.sequence)")
            }
            try book.perform(change)
        }
    }

    /// A sound book of what was salvaged, and what was lost or made up.
    static func salvaged(_ found: SalvagedSnapshot, at path: String) throws -> (book: Book, notes: [String]) {
        let contents = found.contents
        return try naming(path) {
            try Book.salvaged(
                BookParts(tables: contents.tables, sections: contents.sections),
                identity: try identity(contents.id, contents.generation, contents.sequence))
        }
    }

    /// Makes changes for as long as they fit, and tells how many did.
    static func perform(_ records: [JournalRecord], on book: inout Book) -> Int {
        for (index, record) in records.enumerated() {
            do { try perform(record, on: &book, at: "") } catch { return index }
        }
        return records.count
    }

    private static func identity(_ id: SnapshotID, _ generation: UInt64, _ sequence: UInt64) throws -> BookIdentity {
        guard let number = BookIdentity.id(text: id.description) else {
            throw Diagnostic(.fileDamaged, "there is no identity")
        }
        return BookIdentity(id: number, generation: generation, sequence: sequence)
    }

    private static func naming<Result>(_ path: String, _ body: () throws -> Result) throws -> Result {
        do {
            return try body()
        } catch let error as Diagnostic {
            guard !error.message.contains(path) else { throw error }
            throw Diagnostic(error.code, "\"\(path)\": \(error.message)", hint: error.hint, notes: error.notes)
        }
    }

    // MARK: Keeping

    /// Becomes the writer. `accept` gets the book as it is now, when another program has written it since it was read.
    func beginWriting(_ accept: (Book) throws -> Void) throws {
        try store.beginWriting { version in try accept(try BookFile.book(of: version, at: path).book) }
    }

    /// Keeps a change; `book` is the book after it. It may be acknowledged when this returns.
    func keep(_ record: ChangeRecord, _ book: inout Book, syncing: Bool) throws {
        let payload = record.encoded()
        guard store.exists, payload.count <= BookFile.recordByteCountMax else { return try save(&book) }
        try store.append(payload, sequence: record.sequence, syncing: syncing)
    }

    /// Saves the book as a whole.
    ///
    /// `mayReplace` is asked when another book would be written over; anything that is no book stays.
    func save(_ book: inout Book, mayReplace: ((String) throws -> Bool)? = nil) throws {
        var saved = book
        saved.identity.generation += 1
        var expected: Replacement?
        if let mayReplace, let found = try BookFile.found(path) {
            guard try mayReplace(path) else {
                throw Diagnostic(.notAllowed, "\"\(path)\" exists and was left as it is")
            }
            expected = .opened(found)
        }
        try store.save(try BookFile.contents(saved), replacing: expected)
        book = saved
    }

    /// Writes a new file, without a lock: nobody can know of it yet.
    static func create(_ path: String, _ book: Book) throws {
        var saved = book
        saved.identity.generation += 1
        _ = try SnapshotWriter.write(try contents(saved), to: path, LocalFileSystem(), replacing: .nothing)
    }

    private static func contents(_ book: Book) throws -> SnapshotContents {
        guard let id = SnapshotID(bytes: bytes(of: book.identity.id)) else {
            throw Diagnostic(.fileNotWritable, "the book has no identity")
        }
        let parts = try book.encoded()
        return SnapshotContents(
            id: id, generation: book.identity.generation, sequence: book.identity.sequence, tables: parts.tables,
            sections: parts.sections, ignorable: [Book.changesSection])
    }

    /// The state of the book that would be replaced, `nil` when nothing is there.
    private static func found(_ path: String) throws -> FileIdentity? {
        let files = LocalFileSystem()
        do throws(FileError) {
            guard try files.status(path, followingLinks: true) != nil else { return nil }
        } catch {
            throw error.diagnostic(writing: true)
        }
        do {
            return try SnapshotReader.open(path, files).identity
        } catch {
            guard error.code == .fileNotABook else { throw error }
            throw Diagnostic(
                .fileNotABook, "\"\(path)\" exists and holds no book; it was left as it is", hint: "another name")
        }
    }

    /// The 16 bytes of an id, the most significant first: as its hexadecimal digits are written.
    private static func bytes(of id: UInt128) -> [UInt8] {
        (0..<16).map { UInt8(truncatingIfNeeded: id >> UInt128(120 - 8 * $0)) }
    }
}
