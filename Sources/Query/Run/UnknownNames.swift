// Which names of a text the book does not know, for their colour while a person types. The binder itself says so, so that
// what is coloured is what would be refused; nothing is run and no file is read.

public import Language
public import Pipeline
public import Values

/// The names of a text that mean nothing in a book.
public enum UnknownNames {
    /// The spans of names in the text's queries that are not the book's, in order. A word that the text ends with is
    /// still being typed and never among them.
    public static func spans(in source: SourceText, book: Book, today: Day) -> [SourceSpan] {
        let script = Parser.parse(source, isPrompt: true)
        guard let problem = script.diagnostics.first(where: { $0.severity == .error }) else {
            return script.statements.flatMap { spans(in: $0, source, book, today) }
        }
        // What stands before a step that is not finished can be asked already.
        let end = min(problem.span?.start ?? 0, source.bytes.count)
        guard let bar = source.bytes[..<end].lastIndex(of: UInt8(ascii: "|")), bar > 0 else { return [] }
        let before = SourceText(bytes: Array(source.bytes[..<bar]))
        let begun = Parser.parse(before, isPrompt: true)
        guard begun.diagnostics.allSatisfy({ $0.severity != .error }) else { return [] }
        return begun.statements.flatMap { spans(in: $0, before, book, today) }
    }

    private static func spans(
        in statement: Statement, _ source: SourceText, _ book: Book, _ today: Day
    ) -> [SourceSpan] {
        let query: Language.Query
        switch statement {
        case .query(let node): query = node
        case .explain(let node): query = node.query
        default: return []
        }
        let problems = StatementRunner(clock: today).problems(of: query, in: source, book: book)
        let isTyped = { (span: SourceSpan) in span.end == source.bytes.count }
        return problems.filter { [.unknownName, .unknownStage, .unknownFunction].contains($0.code) }
            .compactMap(\.span).filter { !isTyped($0) }
    }
}

extension StatementRunner {
    /// What is wrong with a query before it is run; no file is read and no row looked at. The past is not asked: names are
    /// today's.
    public func problems(of query: Language.Query, in source: SourceText, book: Book) -> [Diagnostic] {
        do {
            _ = try Binder.bind(
                query, in: source, book: book, calendar: book.settings.calendar(clock: clock), files: nil, isPast: true)
            return []
        } catch let several as Diagnostics {
            return several.all
        } catch let one as Diagnostic {
            return [one]
        } catch {
            return []
        }
    }
}
