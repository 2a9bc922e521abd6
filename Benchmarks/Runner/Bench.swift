// What the runner does for each line: one timed piece of work on the open book.

import Engine
import Glibc
import Language
import Pipeline
import Query
import Storage
import Values

/// The open book and what is asked of it.
struct Bench {
    private var book: Book?
    private var runner: StatementRunner

    init() {
        runner = StatementRunner(clock: Day(clamping: 20_780), files: LocalTables())
    }

    /// The lines that answer a request.
    mutating func answer(_ line: String) -> [String] {
        let parts = line.split(separator: " ", maxSplits: 1)
        let rest = parts.count > 1 ? String(parts[1]) : ""
        do {
            switch parts.first {
            case "query": return try query(rest)
            case "open": return try timed { try open(rest) }
            case "import": return try timed { try importing(rest) }
            case "save": return try timed { try save(rest) }
            case "size": return [try "\(size(rest)) 0"]
            case "machine":
                return ["\(Machine.bandwidth()) 1", "\(Machine.scaling())"]
            default: return ["error unknown request"]
            }
        } catch let problem as Diagnostic {
            return ["error " + problem.message]
        } catch let problems as Diagnostics {
            return ["error " + problems.all.map(\.message).joined(separator: "; ")]
        } catch {
            return ["error \(error)"]
        }
    }

    private func timed(_ body: () throws -> Void) rethrows -> [String] {
        let start = ContinuousClock.now
        try body()
        return ["\(Bench.nanoseconds(start)) 0"]
    }

    private static func nanoseconds(_ start: ContinuousClock.Instant) -> Int64 {
        let (seconds, attoseconds) = start.duration(to: .now).components
        return seconds * 1_000_000_000 + attoseconds / 1_000_000_000
    }

    private func statement(_ text: String) throws -> (Statement, SourceText) {
        let source = SourceText(text)
        let script = Parser.parse(source)
        let errors = script.diagnostics.filter { $0.severity == .error }
        guard errors.isEmpty, let statement = script.statements.first else { throw Diagnostics(errors) }
        return (statement, source)
    }

    private mutating func query(_ text: String) throws -> [String] {
        guard let book else { throw Diagnostic(.usage, "no book is open") }
        let start = ContinuousClock.now
        let (statement, source) = try statement(text)
        guard case .answer(let answer) = try runner.run(statement, in: source, book: book) else {
            throw Diagnostic(.usage, "no query")
        }
        let table = try answer.table()
        let columns = try table.columns.map { try $0.cells() }
        let elapsed = Bench.nanoseconds(start)
        let rows = (0..<table.rowCount).map { row in columns.map { Bench.text($0[row]) }.joined(separator: "\t") }
        return ["\(elapsed) \(rows.count)"] + rows
    }

    private static func text(_ cell: Cell) -> String {
        switch cell {
        case .missing: ""
        case .integer(let value): String(value)
        case .real(let value): String(value)
        case .text(let value): value
        }
    }

    // MARK: Books

    private mutating func open(_ path: String) throws {
        let reader = try SnapshotReader.open(path, LocalFileSystem())
        guard let id = BookIdentity.id(text: reader.id.description) else { throw Diagnostic(.usage, "no book") }
        book = try Book(
            decoding: BookParts(tables: reader.tables),
            identity: BookIdentity(id: id, generation: reader.generation, sequence: reader.sequence))
    }

    private mutating func importing(_ rest: String) throws {
        let parts = rest.split(separator: " ", maxSplits: 1)
        guard parts.count == 2 else { throw Diagnostic(.usage, "import TABLE PATH") }
        let (statement, source) = try statement("import \(parts[0]) from \"\(parts[1])\"")
        let result = try runner.run(statement, in: source, book: try Book())
        if case .changed(let changed, _) = result { book = changed }
    }

    private func save(_ path: String) throws {
        guard let book else { throw Diagnostic(.usage, "no book is open") }
        guard let id = SnapshotID(bytes: Array(repeating: 1, count: 16)) else { throw Diagnostic(.usage, "no id") }
        let contents = SnapshotContents(id: id, generation: 1, sequence: 0, tables: try book.encoded().tables)
        _ = try SnapshotWriter.write(contents, to: path, LocalFileSystem(), replacing: .nothing)
    }

    /// The bytes of columns of the deals, as they lie in their chunks.
    private func size(_ names: String) throws -> Int {
        guard let book else { throw Diagnostic(.usage, "no book is open") }
        var total = 0
        for name in names.split(separator: " ") {
            guard let column = book.deals.column(String(name)) else {
                throw Diagnostic(.usage, "no column \(name)")
            }
            for chunk in column.chunks {
                total += chunk.layout.valuesByteCount + chunk.layout.validityByteCount + chunk.layout.textByteCount
            }
        }
        return total
    }
}

/// Reads the files that imports name.
struct LocalTables: FileReading {
    func textTable(at path: String) throws -> TextTable { try TextFile.read(path, LocalFileSystem()) }
}
