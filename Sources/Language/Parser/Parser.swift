// Tokens to syntax tree, by recursive descent: one function for each production of grammar/pql.ebnf, which it
// carries as a comment. Two tokens of lookahead suffice but for names, which end by rule (Parser+Names.swift).
//
// A failure is thrown as ParseFailure and caught where parsing can go on: at the next step, or the next statement.
// Parsing does not note what it would have accepted, which would cost time; after a failure the same part is
// parsed once more with `isRecording` set, and the expectations at the furthest token make the message.

public import Values

/// Reads texts of the query language.
public struct Parser {
    let source: SourceText
    let tokens: [Token]
    /// The token that comes next; the last token is `endOfInput` and never consumed.
    var index = 0
    /// Brackets, `not`s and `if`s that are open.
    var depth = 0
    var diagnostics: [Diagnostic] = []
    /// Whether a part of the present statement failed and was skipped.
    var hasFailed = false
    /// Whether `| step` may stand where a statement does.
    var isPrompt = false

    // What is noted while recording.
    var isRecording = false
    var furthest = -1
    var expected: [ExpectedItem] = []
    /// The table whose rows the present statement is about, when it is not the deals.
    var tableName: String?
    /// What each token turned out to be; empty unless asked for.
    var roles: [TokenRole?] = []

    init(source: SourceText, tokens: [Token]) {
        self.source = source
        self.tokens = tokens
    }

    /// Reads a whole text: a script, a `-c` argument, or, with `isPrompt`, something typed, where `| step` continues
    /// the last query. Never fails: what could not be read is in the diagnostics.
    public static func parse(_ source: SourceText, isPrompt: Bool = false) -> ParsedScript {
        guard source.bytes.count <= Limits.sourceByteCountMax else {
            let text = "the text is longer than \(Limits.sourceByteCountMax >> 20) MB"
            return ParsedScript(
                statements: [], diagnostics: [Diagnostic(.textTooLong, text, hint: "split it into several scripts")])
        }
        let list = Lexer.tokens(of: source.bytes)
        var parser = Parser(source: source, tokens: list.tokens)
        parser.isPrompt = isPrompt
        return parser.parseScript(lexical: list.diagnostics)
    }

    // script = { END } [ statement { END { END } statement } { END } ] ;
    mutating func parseScript(lexical: [Diagnostic]) -> ParsedScript {
        var statements: [Statement] = []
        var pendingLexical = lexical[...]
        while true {
            while token.kind == .end { index += 1 }
            if token.kind == .endOfInput || diagnostics.count >= Limits.diagnosticCountMax { break }
            let first = index
            hasFailed = false
            let known = diagnostics.count
            let statement = recover(skipping: { $0.isEnd }) { parser throws(ParseFailure) in
                let statement = try parser.parseStatement()
                try parser.expectEnd()
                return statement
            }
            if index == first { index += 1 }  // every turn advances
            // A token that is wrong by itself is reported alone: what follows from it would only confuse.
            let end = tokens[index].start
            let hasLexical = (pendingLexical.first?.span?.start).map { $0 < end } ?? false
            if hasLexical {
                diagnostics.removeSubrange(known...)
                while let diagnostic = pendingLexical.first, let span = diagnostic.span, span.start < end {
                    diagnostics.append(diagnostic)
                    pendingLexical.removeFirst()
                }
            } else if let statement, !hasFailed {
                statements.append(statement)
            }
        }
        diagnostics.append(contentsOf: pendingLexical)
        return ParsedScript(
            statements: statements, diagnostics: Array(diagnostics.prefix(Limits.diagnosticCountMax)))
    }

    /// Runs a part of the grammar. When it fails, reports why, skips to a token that `stop` accepts, and gives `nil`.
    mutating func recover<Node>(
        skipping stop: (Token) -> Bool, _ part: (inout Parser) throws(ParseFailure) -> Node
    ) -> Node? {
        let start = index
        let startDepth = depth
        do {
            return try part(&self)
        } catch {
            hasFailed = true
            depth = startDepth
            if let diagnostic = error.diagnostic {
                diagnostics.append(diagnostic)
            } else {
                index = start
                record { parser throws(ParseFailure) in _ = try part(&parser) }
                depth = startDepth
                index = max(start, furthest)
                diagnostics.append(unexpected())
            }
            skip(from: start, to: stop)
            return nil
        }
    }

    /// Parses once more, noting what is expected at the furthest token.
    private mutating func record(_ part: (inout Parser) throws(ParseFailure) -> Void) {
        isRecording = true
        furthest = -1
        expected = []
        do { try part(&self) } catch {}
        isRecording = false
    }

    /// Moves to the next token outside of brackets that `stop` accepts, or to the statement's end.
    private mutating func skip(from start: Int, to stop: (Token) -> Bool) {
        var open = 0
        for token in tokens[start..<max(start, index)] {
            if token.kind == .leftParen { open += 1 } else if token.kind == .rightParen { open -= 1 }
        }
        while !token.isEnd, open > 0 || !stop(token) {
            if token.kind == .leftParen { open += 1 } else if token.kind == .rightParen { open -= 1 }
            index += 1
        }
    }
}

/// Thrown when a part of the grammar does not fit; caught by `recover` and where two readings are tried.
struct ParseFailure: Error {
    /// What to say; `nil` to say what was expected.
    var diagnostic: Diagnostic?
}
