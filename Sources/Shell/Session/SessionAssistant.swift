// What the line editor asks while a person types: is it complete, which colours, what may stand here. The grammar's part
// comes from the parser itself, the names from the open book, so that nothing is offered that could not follow.

import Language
import Pipeline
import Query
import Values

/// Answers the line editor from the language and the open book.
final class SessionAssistant: LineAssistant {
    private unowned let session: Session
    private var values: CompletionValues?
    private var edition = -1

    /// An assistant for a session, which must outlive it.
    init(_ session: Session) { self.session = session }

    func isComplete(_ text: [UInt8]) -> Bool {
        SessionAssistant.isDotCommand(text) || !Parser.needsMoreInput(SourceText(bytes: text))
    }

    func highlights(_ text: [UInt8]) -> [Highlight] {
        if SessionAssistant.isDotCommand(text) { return [Highlight(0..<text.count, .keyword)] }
        let source = SourceText(bytes: text)
        let unknown = UnknownNames.spans(in: source, book: session.bookAsSeen, today: session.runner.clock)
        return Parser.classify(source).map { piece in
            let isUnknown = unknown.contains { $0.start <= piece.span.start && piece.span.end <= $0.end }
            return Highlight(
                piece.span.start..<piece.span.end, isUnknown ? .unknown : SessionAssistant.role(piece.role))
        }
    }

    func completions(_ text: [UInt8], cursor: Int) -> [Completion] {
        if SessionAssistant.isDotCommand(text) { return dotCompletions(text, cursor) }
        let source = SourceText(bytes: text)
        let found = Parser.completion(of: source, at: cursor)
        var out: [Completion] = []
        var seen: Set<String> = []
        // Names of the book before words of the language: they are what is looked for where both may stand.
        let (names, words) = (found.candidates.filter(\.isOfBook), found.candidates.filter { !$0.isOfBook })
        for candidate in names + words {
            let typed = source.text(candidate.span)
            let context = Typed(
                text: typed, span: candidate.span.start..<candidate.span.end, table: found.table)
            for completion in offers(candidate, context) where seen.insert(completion.title).inserted {
                out.append(completion)
            }
        }
        return out
    }

    private static func isDotCommand(_ text: [UInt8]) -> Bool {
        text.first { $0 != 0x20 && $0 != 0x09 } == UInt8(ascii: ".")
    }

    private static func role(_ role: TokenRole) -> TextRole {
        switch role {
        case .keyword: return .keyword
        case .name: return .name
        case .number: return .number
        case .string: return .string
        case .comment: return .comment
        case .sign: return .plain
        case .error: return .unknown
        }
    }

    private var bookValues: CompletionValues {
        if let values, edition == session.bookEdition { return values }
        let fresh = CompletionValues(
            session.book, today: session.calendar.today, style: session.environment.lineStyle)
        values = fresh
        edition = session.bookEdition
        return fresh
    }

    // MARK: Dot commands

    private func dotCompletions(_ text: [UInt8], _ cursor: Int) -> [Completion] {
        let before = text[..<min(cursor, text.count)]
        let start = (before.firstIndex(of: UInt8(ascii: ".")) ?? 0) + 1
        guard let blank = before[start...].firstIndex(of: 0x20) else {
            let typed = String(decoding: before[start...], as: UTF8.self).lowercased()
            return DotCommand.all.filter { $0.name.hasPrefix(typed) }.map {
                Completion("." + $0.name, detail: $0.summary, replacing: (start - 1)..<cursor)
            }
        }
        guard let command = try? DotCommand.named(String(decoding: before[start..<blank], as: UTF8.self)) else {
            return []
        }
        let word = (before.lastIndex(of: 0x20) ?? blank) + 1
        let typed = String(decoding: before[word...], as: UTF8.self).lowercased()
        return command.choices.filter { $0.hasPrefix(typed) }.map {
            Completion($0, replacing: word..<cursor, insertion: $0)
        }
    }

    // MARK: What the parser accepts

    /// What is already there of something.
    private struct Typed {
        var text: String
        var span: Range<Int>
        /// The table that the statement is about; `nil` for the deals.
        var table: String?

        /// The quote that it begins with.
        var quote: Character? { text.first.flatMap { "\"'“”‘’".contains($0) ? $0 : nil } }
        /// The text without the quote.
        var bare: String { quote == nil ? text : String(text.dropFirst()) }
        func begins(_ word: String) -> Bool { word.lowercased().hasPrefix(text.lowercased()) }
    }

    private func offers(_ candidate: Language.Completion.Candidate, _ typed: Typed) -> [Completion] {
        switch candidate.item {
        case .word(let word, _):
            guard typed.begins(word) else { return [] }
            return [Completion(word, detail: candidate.entry?.summary, replacing: typed.span)]
        case .sign(let sign):
            return sign == "|" && typed.text.isEmpty ? [Completion(sign, detail: "then …", replacing: typed.span)] : []
        case .stage: return names("stage", typed)
        case .owner: return names("owner", typed)
        case .account: return names("account", typed)
        case .dealSource: return names("source", typed)
        case .deal:
            return bookValues.deals(beginning: typed.bare).map {
                offer($0.name, $0.written, bookValues.detail($0), typed)
            }
        case .field: return fields(typed)
        case .valueOf(let path): return path.parts.count == 1 ? names(path.parts[0].text, typed) : []
        case .period: return words(Suggestions.periods(session.calendar), typed)
        case .day: return words(Suggestions.days(session.calendar), typed)
        case .duration: return words(Suggestions.durations, typed)
        case .count: return typed.text.isEmpty ? words(Suggestions.counts, typed) : []
        case .path: return paths(typed)
        case .table: return tables(typed)
        case .setting: return words(Vocabulary.entries(of: .setting).map { ($0.word, $0.summary) }, typed)
        case .helpTopic: return words(HelpTopic.all(session.book), typed)
        case .scenario: return scenarios(typed)
        case .value, .condition, .percent, .text, .newName, .valueOfSetting, .column, .end: return []
        }
    }

    private func words(_ all: [(word: String, detail: String)], _ typed: Typed) -> [Completion] {
        all.filter { typed.begins($0.word) }.map { Completion($0.word, detail: $0.detail, replacing: typed.span) }
    }

    private func names(_ field: String, _ typed: Typed) -> [Completion] {
        let values = bookValues
        let ofTable = typed.table.flatMap { values.values(of: field, in: $0, beginning: typed.bare) }
        return (ofTable ?? values.values(of: field.lowercased(), beginning: typed.bare)).map {
            offer($0.name, $0.written, values.detail($0), typed)
        }
    }

    /// A name as a statement writes it, or in the quotes that were begun.
    private func offer(_ name: String, _ written: String, _ detail: String?, _ typed: Typed) -> Completion {
        var insertion = written
        if typed.quote != nil, written == name { insertion = name.contains("\"") ? "'\(name)'" : "\"\(name)\"" }
        return Completion(name, detail: detail, replacing: typed.span, insertion: insertion + " ")
    }

    private func fields(_ typed: Typed) -> [Completion] {
        bookValues.columns(of: typed.table).filter { typed.begins($0.name) }.map {
            offer($0.name, $0.written, $0.remark, typed)
        }
    }

    private func scenarios(_ typed: Typed) -> [Completion] {
        session.book.scenarios.filter { $0.name.lowercased().hasPrefix(typed.bare.lowercased()) }.map { scenario in
            let detail = HumanFormat().counted(scenario.assumptions.count, "assumption")
            return offer(scenario.name, "\"\(scenario.name)\"", detail, typed)
        }
    }

    private func tables(_ typed: Typed) -> [Completion] {
        let values = bookValues
        return values.tables.filter { typed.begins($0.name) }.map {
            offer($0.name, $0.written, values.detail($0), typed)
        }
    }

    private func paths(_ typed: Typed) -> [Completion] {
        FilePaths.beginning(typed.bare, home: session.environment.variables["HOME"]).map { path in
            let isFolder = path.hasSuffix("/")
            return Completion(
                path, replacing: typed.span, insertion: "\"" + path + (isFolder ? "" : "\" "))
        }
    }
}

extension Language.Completion.Candidate {
    /// Whether the book, not the language, knows what may stand here.
    fileprivate var isOfBook: Bool {
        switch item {
        case .stage, .owner, .account, .dealSource, .deal, .valueOf, .path: true
        default: false
        }
    }
}
