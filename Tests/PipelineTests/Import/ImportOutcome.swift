// What an import came to, as a text that is the same for the same outcome: how threads, cuts and guesses went may not show.

import Engine
import Values

@testable import Pipeline

/// The report, the pipelines and a hash of the cells of every column of the book; or the messages.
func importOutcome(
    _ kind: String, _ options: ImportOptions, threads: Int, of file: (Execution) throws -> TextTable
) -> String {
    let execution = Execution(threadCount: threads)
    do {
        let (book, report) = try Book(identity: BookIdentity(id: 1)).importing(
            kind, from: file(execution), options: options, today: day(11, 23), execution: execution)
        let tables = [book.deals, book.history.rows] + book.tables.map(\.rows)
        let columns = try tables.flatMap { table in
            try table.columns.map { "\($0.name) \($0.valueType) \(try $0.cells().hashValue)" }
        }
        return "\(report)\n\(book.pipelines)\n" + columns.joined(separator: "\n")
    } catch let problems as Diagnostics {
        return problems.all.map { "\($0.code) \($0.message)" }.joined(separator: "\n")
    } catch {
        return "\(error)"
    }
}
