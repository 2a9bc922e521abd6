// Everything that reads bytes from outside, behind one function each. A target may refuse its input in whatever way it
// refuses things; it must not trap, hang, or take much memory. The same functions run under the project's own mutator
// (FuzzTests, some seconds in every test run) and under libFuzzer (scripts/fuzz, as long as one likes).

import Engine
import Language
import Pipeline
import Storage
import Values

/// A reader of hostile bytes.
public enum FuzzTarget: String, CaseIterable, Sendable {
    /// A script: lexer, parser, printer.
    case language
    /// A snapshot file, opened, verified, read to the last cell and made into a book.
    case snapshot
    /// A journal file beside a sound snapshot.
    case journal
    /// One change, as a journal's payload, performed on a book.
    case change
    /// A CSV file.
    case delimited
    /// A JSON or NDJSON file.
    case json

    /// Known inputs, beside those in files.
    public var seeds: [[UInt8]] {
        switch self {
        case .snapshot: [FuzzBook.snapshot]
        case .journal: [FuzzBook.journal]
        case .change: FuzzBook.changes
        case .language: FuzzTarget.statements.map { Array($0.utf8) }
        default: []
        }
    }

    private static let statements = [
        "deals in Negotiation > $10k", "open deals of Dana closing this quarter | top 5 by value",
        "deals | count, sum value by owner where stage >= Demo | pivot stage | chart bars",
        "import deals from \"x.csv\" as of 2026-09-30 with a as value, b as owner missing as \"NA\"",
        "what if deals in Demo win | forecast this quarter", "let hot = open deals > $50k; hot | move to Proposal",
        "funnel created 2026 by source | where conversion < 30% | sort lost_here desc",
        "settings fiscal_year = February, week = Sunday, today = 2026-11-23",
        "deals where (value between $1k and 1,000) or not (name contains 'x') and account.sector in (a, \"b\")",
    ]

    /// Makes the checksums of a changed input right again, where its format has any.
    public func seal(_ bytes: [UInt8]) -> [UInt8] {
        var bytes = bytes
        switch self {
        case .snapshot: Seal.snapshot(&bytes)
        case .journal: Seal.journal(&bytes)
        default: break
        }
        return bytes
    }

    /// Reads the bytes.
    public func run(_ bytes: [UInt8]) {
        switch self {
        case .language: FuzzTarget.language(bytes)
        case .snapshot: FuzzTarget.snapshot(bytes)
        case .journal: FuzzTarget.journal(bytes)
        case .change: FuzzTarget.change(bytes)
        case .delimited: FuzzTarget.table(bytes, path: "f.csv")
        case .json: FuzzTarget.table(bytes, path: "f.json")
        }
    }

    private static func language(_ bytes: [UInt8]) {
        let source = SourceText(bytes: bytes)
        let script = Parser.parse(source, isPrompt: bytes.count % 2 == 0)
        for diagnostic in script.diagnostics {
            if let span = diagnostic.span { precondition(0 <= span.start && span.end <= bytes.count) }
        }
        _ = Parser.needsMoreInput(source)
        guard script.diagnostics.isEmpty else { return }
        // Printing what was read and reading that gives the same. Behind a line's end a `|` would go on with the statement
        // before, where it is one of its own at the prompt.
        let printed = script.statements.map(\.text).joined(separator: "; ")
        let again = Parser.parse(SourceText(printed), isPrompt: bytes.count % 2 == 0)
        precondition(again.statements == script.statements, "\(printed)")
    }

    private static func snapshot(_ bytes: [UInt8]) {
        let files = MemoryFiles(["book": bytes])
        guard let reader = try? SnapshotReader.open("book", files) else { return }
        _ = reader.verify()
        for table in reader.tables.values {
            for column in table.columns { _ = try? column.cells() }
        }
        guard let book = try? book(reader) else { return }
        _ = try? book.faults()
        _ = try? book.contentHash()
    }

    private static func book(_ reader: SnapshotReader) throws -> Book {
        var sections: [String: [UInt8]] = [:]
        for name in reader.sectionNames { sections[name] = try reader.section(name) }
        return try Book(
            decoding: BookParts(tables: reader.tables, sections: sections), identity: BookIdentity(id: 1))
    }

    private static func journal(_ bytes: [UInt8]) {
        let files = MemoryFiles(["book": FuzzBook.snapshot, "book.journal": bytes])
        guard let version = try? StoredVersion.read("book", files), var book = try? book(version.snapshot) else {
            return
        }
        for record in version.records {
            guard let change = try? ChangeRecord(decoding: record.payload), (try? book.perform(change)) != nil else {
                break
            }
        }
        _ = try? book.contentHash()
    }

    private static func change(_ bytes: [UInt8]) {
        guard let record = try? ChangeRecord(decoding: bytes) else { return }
        precondition((try? ChangeRecord(decoding: record.encoded())) == record)
        var book = FuzzBook.book
        let before = try? book.contentHash()
        var next = record
        next.sequence = book.identity.sequence + 1
        next.kind = .change
        guard (try? book.perform(next)) != nil else {
            precondition((try? book.contentHash()) == before, "a change that failed changed the book")
            return
        }
        // What was done can be undone.
        guard let undo = book.undoRecord(time: 0) else { return }
        do {
            try book.perform(undo)
        } catch {
            preconditionFailure("what was done cannot be undone: \(error)")
        }
        precondition((try? book.contentHash()) == before, "undone, but not as it was")
    }

    private static func table(_ bytes: [UInt8], path: String) {
        guard let table = try? TextFile.read(bytes, name: path) else { return }
        _ = try? FuzzBook.book.importing("deals", from: table, today: FuzzBook.today)
    }
}
