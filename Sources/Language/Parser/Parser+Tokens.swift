// The parser's hands: looking at tokens, taking them, noting what was expected and what they turned out to be.

import Values

extension Parser {
    var token: Token { tokens[index] }

    func peek(_ distance: Int = 1) -> Token { tokens[min(index + distance, tokens.count - 1)] }

    func peekKeyword(_ distance: Int = 1) -> Keyword? { peek(distance).keyword }

    /// The text of a span.
    func text(_ span: SourceSpan) -> String { source.text(span) }

    /// From that token through the one taken last.
    func span(from start: Int) -> SourceSpan {
        guard index > start else { return SourceSpan(Int(tokens[start].start), Int(tokens[start].start)) }
        return SourceSpan(Int(tokens[start].start), Int(tokens[index - 1].end))
    }

    /// Notes that this would be accepted here.
    mutating func expects(_ item: Expected, from start: Int? = nil) {
        guard isRecording, index >= furthest else { return }
        if index > furthest {
            furthest = index
            expected.removeAll(keepingCapacity: true)
        }
        let entry = ExpectedItem(item: item, start: start)
        if !expected.contains(entry) { expected.append(entry) }
    }

    mutating func expects(words: [Keyword], _ role: WordRole) {
        guard isRecording else { return }
        for word in words { expects(.word(word.rawValue, role)) }
    }

    /// Takes the present token as something of that role.
    mutating func advance(as role: TokenRole) {
        if !roles.isEmpty { roles[index] = role }
        if index < tokens.count - 1 { index += 1 }
    }

    /// Whether the present token is that word.
    func at(_ keyword: Keyword) -> Bool { tokens[index].keyword == keyword }

    func at(_ kind: TokenKind) -> Bool { tokens[index].kind == kind }

    /// Takes the word if it stands here.
    mutating func accept(_ keyword: Keyword, _ role: WordRole) -> Bool {
        if isRecording { expects(.word(keyword.rawValue, role)) }
        guard at(keyword) else { return false }
        advance(as: .keyword)
        return true
    }

    /// Takes the sign if it stands here.
    mutating func accept(_ kind: TokenKind, _ sign: String) -> Bool {
        if isRecording { expects(.sign(sign)) }
        guard at(kind) else { return false }
        advance(as: .sign)
        return true
    }

    /// Takes one of these words.
    mutating func accept(anyOf keywords: [Keyword], _ role: WordRole) -> Keyword? {
        if isRecording { expects(words: keywords, role) }
        guard let keyword = token.keyword, keywords.contains(keyword) else { return nil }
        advance(as: .keyword)
        return keyword
    }

    mutating func expect(_ keyword: Keyword, _ role: WordRole) throws(ParseFailure) {
        if !accept(keyword, role) { throw ParseFailure() }
    }

    mutating func expect(_ kind: TokenKind, _ sign: String) throws(ParseFailure) {
        if !accept(kind, sign) { throw ParseFailure() }
    }

    mutating func expect(anyOf keywords: [Keyword], _ role: WordRole) throws(ParseFailure) -> Keyword {
        guard let keyword = accept(anyOf: keywords, role) else { throw ParseFailure() }
        return keyword
    }

    /// Checks that nothing of the statement is left.
    mutating func expectEnd() throws(ParseFailure) {
        expects(.end)
        if !token.isEnd { throw ParseFailure() }
    }

    /// Fails because this was expected here.
    mutating func failure(_ item: Expected) -> ParseFailure {
        expects(item)
        return ParseFailure()
    }

    /// Parses something inside brackets, a `not` or an `if`, within the limit of depth.
    mutating func nested<Node>(_ part: (inout Parser) throws(ParseFailure) -> Node) throws(ParseFailure) -> Node {
        guard depth < Limits.nestingDepthMax else {
            throw ParseFailure(diagnostic: ParserDiagnostics.nestingTooDeep(token.span))
        }
        depth += 1
        let node = try part(&self)
        depth -= 1
        return node
    }

    /// One or more of something, separated by commas.
    mutating func commaSeparated<Node>(
        _ part: (inout Parser) throws(ParseFailure) -> Node
    ) throws(ParseFailure) -> [Node] {
        var nodes = [try part(&self)]
        while accept(.comma, ",") { nodes.append(try part(&self)) }
        return nodes
    }
}

/// What a token is to the person who reads it; for colours.
public enum TokenRole: String, CaseIterable, Hashable, Sendable {
    /// A word of the language.
    case keyword
    /// A name: of a stage, owner, field, table ….
    case name
    /// A number, amount, percent, duration, day or date word.
    case number
    /// A quoted text.
    case string
    /// A comment.
    case comment
    /// A sign.
    case sign
    /// Something that does not fit.
    case error
}
