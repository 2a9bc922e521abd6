// Case files: statements, a line `----`, the expected text, and `====` before the next case. Every case starts from the
// same small book. DEALSH_RECORD=1 writes what was computed in the place of what was expected, for review in the diff.

import Engine
import Foundation
import Language
import Pipeline
import Query
import Storage
import Values

struct CaseFile {
    struct Case {
        /// The lines before the statements that begin with `##`.
        var title: String
        var statements: String
        var expected: String
    }

    let path: String
    var cases: [Case]

    static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("Cases/query")

    /// The names of all case files.
    static var names: [String] {
        let all = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return all.filter { $0.hasSuffix(".case") }.sorted()
    }

    init(_ name: String) throws {
        path = CaseFile.folder.appendingPathComponent(name).path
        let text = try String(contentsOfFile: path, encoding: .utf8)
        cases = text.components(separatedBy: "\n====\n").map { block in
            var title: [Substring] = []
            var lines = block.split(separator: "\n", omittingEmptySubsequences: false)[...]
            while let first = lines.first, first.hasPrefix("##") || first.isEmpty {
                if first.hasPrefix("##") { title.append(first) }
                lines = lines.dropFirst()
            }
            let end = lines.firstIndex(of: "----") ?? lines.endIndex
            var expected = lines[min(end + 1, lines.endIndex)...].joined(separator: "\n")
            while expected.hasSuffix("\n") { expected.removeLast() }
            return Case(
                title: title.joined(separator: "\n"), statements: lines[..<end].joined(separator: "\n"),
                expected: expected)
        }
    }

    /// Writes the cases with what was computed.
    func record(_ computed: [String]) throws {
        let blocks = zip(cases, computed).map { item, text in
            (item.title.isEmpty ? "" : item.title + "\n") + item.statements + "\n----\n" + text
        }
        try (blocks.joined(separator: "\n====\n") + "\n").write(toFile: path, atomically: true, encoding: .utf8)
    }

    /// What the statements of a case answer, one after the other, on the small book.
    static func run(_ text: String) throws -> (text: String, codes: [DiagnosticCode]) {
        let source = SourceText(text)
        let script = Parser.parse(source, isPrompt: true)
        var codes = script.diagnostics.map(\.code)
        var parts = script.diagnostics.map { CompactText.text($0, in: source) }
        guard script.diagnostics.allSatisfy({ $0.severity != .error }) else {
            return (parts.joined(separator: "\n"), codes)
        }
        var book = try SmallBook.make()
        let files = TestFiles()
        var runner = StatementRunner(clock: SmallBook.today, files: files, sink: files)
        for statement in script.statements {
            do {
                switch try runner.run(statement, in: source, book: book) {
                case .answer(let answer):
                    parts.append(try CompactText.text(answer))
                    codes += answer.warnings.map(\.code)
                    if !answer.failures.isEmpty { codes.append(.expectFailed) }
                case .changed(let changed, let lines):
                    book = changed
                    parts.append(lines.joined(separator: "\n"))
                case .change(let change):
                    try book.perform(book.record(change, time: 0), of: change)
                    parts.append(change.lines.joined(separator: "\n"))
                case .request(let request): parts.append("request: \(request)".prefix { $0 != "(" } + "")
                }
            } catch let problem as Diagnostic {
                codes.append(problem.code)
                parts.append(CompactText.text(problem, in: source))
            } catch let problems as Diagnostics {
                codes += problems.all.map(\.code)
                parts += problems.all.map { CompactText.text($0, in: source) }
            }
        }
        parts += files.writtenTexts
        return (parts.joined(separator: "\n"), codes)
    }
}

/// Files in memory: a leads list to read, and whatever is saved.
final class TestFiles: FileReading, RowSink {
    private(set) var writtenTexts: [String] = []

    func textTable(at path: String) throws -> TextTable {
        guard path == "leads.csv" else {
            throw Diagnostic(.fileNotFound, "there is no file \"\(path)\"")
        }
        let leads = """
            company,amount,since,rating
            Acme Corp,"$1,500.00",2026-10-01,hot
            Globex,$250,2026-11-15,cold
            Initech,,2026-09-30,hot
            """
        return try DelimitedReader.read(Array(leads.utf8), name: path)
    }

    func write(_ answer: Answer, to path: String, guarded: Bool) throws -> Int {
        var lines = ["file \(path)\(guarded ? " guarded" : ""):", answer.columns.map(\.name).joined(separator: ",")]
        let table = try answer.table()
        for row in 0..<table.rowCount {
            lines.append(
                try answer.columns.indices.map { CompactText.cell(try table.cell(row, $0), answer.columns[$0]) }
                    .joined(separator: ","))
        }
        writtenTexts.append(lines.joined(separator: "\n"))
        return answer.rowCount
    }

}
