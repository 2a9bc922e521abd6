// Completion and colours, both from the real parser: what it would accept at the cursor, and what each token turned
// out to be. There is no second grammar.

public import Values

/// What may stand at a place, and what is already there of it.
public struct Completion: Hashable, Sendable {
    /// Something the parser would accept.
    public struct Candidate: Hashable, Sendable {
        /// What it is: a word of the language, or a kind of name or value.
        public var item: Expected
        /// What it would replace: the partial word before the cursor, or the whole bare name begun; empty when nothing
        /// is there yet.
        public var span: SourceSpan
    }
    /// In the order in which the parser looks.
    public var candidates: [Candidate]
    /// The partial word before the cursor; empty at the cursor when there is none.
    public var partial: SourceSpan
    /// The table or `let` whose rows the statement is about, as written; `nil` for the deals.
    public var table: String?
}

extension Candidate {
    /// The entry of the vocabulary for a word of the language; `nil` for names and values.
    public var entry: VocabularyEntry? {
        guard case .word(let word, let role) = item else { return nil }
        return Vocabulary.entry(for: word, role: role)
    }
}

/// Short for use in extensions.
public typealias Candidate = Completion.Candidate

extension Parser {
    /// What the parser would accept at a cursor (a byte offset), looking only at what stands before it.
    public static func completion(of source: SourceText, at cursor: Int, isPrompt: Bool = true) -> Completion {
        let end = min(max(0, cursor), source.bytes.count)
        let list = Lexer.tokens(of: Array(source.bytes[..<end]))
        var tokens = list.tokens
        let nothing = Completion(candidates: [], partial: SourceSpan(end, end))
        if list.comments.contains(where: { $0.start < end && end <= $0.end }) { return nothing }

        // The word that the cursor touches is taken off: the parser says what may stand in its place.
        var partial = SourceSpan(end, end)
        if tokens.count >= 2, Int(tokens[tokens.count - 2].end) == end {
            let last = tokens[tokens.count - 2]
            let isOpenQuote =
                (last.kind == .string || last.kind == .backtick) && list.diagnostics.last?.code == .unclosedQuote
            if last.beginsNameWord || isOpenQuote {
                partial = last.span
                tokens.removeLast(2)
                tokens.append(
                    Token(kind: .endOfInput, touches: last.touches, start: last.start, end: last.start))
            }
        }
        var start = tokens.count - 1
        while start > 0, tokens[start - 1].kind != .end { start -= 1 }
        var parser = Parser(source: source, tokens: tokens)
        parser.isPrompt = isPrompt
        parser.index = start
        parser.isRecording = true
        if let statement = try? parser.parseStatement() {
            _ = statement
            parser.expects(.end)
        }
        guard parser.furthest == tokens.count - 1 else { return Completion(candidates: [], partial: partial) }
        var candidates: [Completion.Candidate] = []
        for item in parser.expected where item.item != .end {
            let span = SourceSpan(item.start ?? partial.start, end)
            let candidate = Completion.Candidate(item: item.item, span: span)
            if !candidates.contains(candidate) { candidates.append(candidate) }
        }
        return Completion(candidates: candidates, partial: partial, table: parser.tableName)
    }

    /// Whether a typed text needs another line: by its tokens alone it ends in the middle of a statement.
    public static func needsMoreInput(_ source: SourceText) -> Bool { Lexer.tokens(of: source.bytes).endsInside }

    /// What each token and comment is, in order, for colours. Blanks are between the spans.
    public static func classify(_ source: SourceText, isPrompt: Bool = true) -> [(span: SourceSpan, role: TokenRole)] {
        guard source.bytes.count <= Limits.sourceByteCountMax else { return [] }
        let list = Lexer.tokens(of: source.bytes)
        var parser = Parser(source: source, tokens: list.tokens)
        parser.isPrompt = isPrompt
        parser.roles = Array(repeating: nil, count: list.tokens.count)
        let script = parser.parseScript(lexical: [])
        let wrong = script.diagnostics.compactMap(\.span) + list.diagnostics.compactMap(\.span)
        var spans: [(span: SourceSpan, role: TokenRole)] = []
        for (token, role) in zip(list.tokens, parser.roles) where !token.isEnd {
            let isWrong = wrong.contains { $0.start <= Int(token.start) && Int(token.end) <= $0.end }
            spans.append((token.span, isWrong ? .error : role ?? token.plainRole))
        }
        for comment in list.comments { spans.append((comment, .comment)) }
        return spans.sorted { $0.span.start < $1.span.start }
    }
}

extension Token {
    /// What it is as far as the token alone tells.
    var plainRole: TokenRole {
        switch kind {
        case .word, .backtick: return .name
        case .number, .money, .percent, .duration, .date, .periodCode: return .number
        case .string: return .string
        case .bad: return .error
        default: return .sign
        }
    }
}
