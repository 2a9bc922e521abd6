// The file of the open book: where it lies, in which state it was read, and how it is written. It joins Pipeline, which
// knows books, and Storage, which knows tables and bytes; neither sees the other.

import Engine
import Pipeline
import Storage
import Values

/// The file that a book was read from or last saved to.
struct BookFile {
    /// As it was given.
    let path: String
    /// The state it was in when it was read or written; `nil` while it does not exist.
    var identity: FileIdentity?

    /// Whether another program has written the file since.
    var isChanged: Bool {
        let status = try? LocalFileSystem().status(path, followingLinks: true)
        return status?.identity != identity
    }

    /// The book in a file. Its rows stay where they are until they are needed.
    static func read(_ path: String) throws -> (Book, BookFile) {
        let reader = try SnapshotReader.open(path, LocalFileSystem())
        return (try book(in: reader, at: path), BookFile(path: path, identity: reader.identity))
    }

    /// The book that an open snapshot holds.
    static func book(in reader: SnapshotReader, at path: String) throws -> Book {
        guard let id = BookIdentity.id(text: reader.id.description) else {
            throw Diagnostic(.fileDamaged, "\"\(path)\" has no identity")
        }
        let identity = BookIdentity(id: id, generation: reader.generation, sequence: reader.sequence)
        do {
            var parts = BookParts(tables: reader.tables)
            parts.sections[Book.changesSection] = try reader.section(Book.changesSection)
            return try Book(decoding: parts, identity: identity)
        } catch let error as Diagnostic {
            throw Diagnostic(error.code, "\"\(path)\": \(error.message)", hint: error.hint, notes: error.notes)
        }
    }

    /// Writes the book. Its own file (`opened`) must still be the one that was read; any other that is there is
    /// replaced when it holds a book and `mayReplace` agrees.
    static func write(
        _ book: inout Book, to path: String, opened: FileIdentity?, mayReplace: (String) throws -> Bool
    ) throws -> BookFile {
        let files = LocalFileSystem()
        let found: FileStatus?
        do throws(FileError) { found = try files.status(path, followingLinks: true) } catch {
            throw error.diagnostic(writing: true)
        }
        let replacement: Replacement
        if let opened {
            replacement = .opened(opened)
        } else if let found {
            let old = try replaceable(path, files)
            guard try mayReplace(path) else {
                throw Diagnostic(.notAllowed, "\"\(path)\" exists and was left as it is")
            }
            replacement = .opened(found.identity == old.identity ? found.identity : old.identity)
        } else {
            replacement = .nothing
        }
        var saved = book
        saved.identity.generation += 1
        guard let id = SnapshotID(bytes: bytes(of: saved.identity.id)) else {
            throw Diagnostic(.fileNotWritable, "the book has no identity")
        }
        let parts = try saved.encoded()
        let contents = SnapshotContents(
            id: id, generation: saved.identity.generation, sequence: saved.identity.sequence,
            tables: parts.tables, sections: parts.sections, ignorable: [Book.changesSection])
        let identity = try SnapshotWriter.write(contents, to: path, files, replacing: replacement)
        book = saved
        return BookFile(path: path, identity: identity)
    }

    /// The book that would be replaced; anything else stays.
    private static func replaceable(_ path: String, _ files: LocalFileSystem) throws -> SnapshotReader {
        do {
            return try SnapshotReader.open(path, files)
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
