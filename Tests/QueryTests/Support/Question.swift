// One query as a test writes it, read and asked.

import Language
import Pipeline
import Query
import Values

/// A query and its text.
struct Question {
    let source: SourceText
    let query: Query

    /// Throws `OracleGap` for a text that is no query, with the parser's words.
    init(_ text: String) throws {
        source = SourceText(text)
        let script = Parser.parse(source)
        guard case .query(let query)? = script.statements.first, script.diagnostics.isEmpty else {
            throw OracleGap(what: "\(text): \(script.diagnostics.first?.message ?? "no query")")
        }
        self.query = query
    }

    /// The answer of a book on a day.
    func answer(_ book: Book, today: Day) throws -> Answer {
        try StatementRunner(clock: today).answer(query, in: source, book: book)
    }
}
