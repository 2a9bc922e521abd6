// What an `expect` that does not hold says: the message, how many rows break it, and the first of them, so that whoever
// reads the mail of a nightly script need not ask again.

import Language
import Query
import Storage
import Values

extension Session {
    /// Rows that break an expectation that are shown.
    private static let shownRowCount = 5

    /// The problem of one failure.
    func brokenExpectation(_ failure: Answer.Failure, of statement: Statement, in source: SourceText) -> Diagnostic {
        var problem = Diagnostic(.expectFailed, failure.message, at: failure.span)
        guard case .query(let query) = statement, let step = expectation(at: failure.span, of: query) else {
            return problem
        }
        // A message of the script's own says what should be; that it is not so is ours to say.
        if step.message != nil { problem.message = "an expectation does not hold: " + failure.message }
        guard failure.rowCount > 0 else { return problem }
        let rows = HumanFormat(style: environment.lineStyle).counted(failure.rowCount, "row")
        problem.hint = "\(rows) \(failure.rowCount == 1 ? "breaks" : "break") it"
        problem.notes = (try? firstRows(breaking: step, of: query, in: source)) ?? []
        return problem
    }

    private func expectation(at span: SourceSpan, of query: Language.Query) -> ExpectStep? {
        for case .expect(let step) in query.steps where step.span == span { return step }
        return nil
    }

    /// The first rows that the expectation did not want, as lines of a table: the query up to it asks for them.
    private func firstRows(breaking step: ExpectStep, of query: Language.Query, in source: SourceText) throws
        -> [String]
    {
        let before = source.text(SourceSpan(query.span.start, step.span.start))
        let wanted: String
        switch step.expectation {
        case .some: return []
        case .none: wanted = before + "first \(Session.shownRowCount)"
        case .every(let condition):
            wanted = before + "where not (\(source.text(condition.span))) | first \(Session.shownRowCount)"
        }
        let text = SourceText(wanted)
        guard case .query(let asked) = Parser.parse(text).statements.first else { return [] }
        let width = environment.errorIsTerminal ? Terminal.size(2).map { $0.columns - 2 } : nil
        return try AnswerText(width: width, style: environment.lineStyle, palette: .plain)
            .table(answer(asked, in: text))
    }
}
