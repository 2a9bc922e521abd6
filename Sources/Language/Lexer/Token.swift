// Tokens: the smallest pieces of a text that mean something. A token holds no text, only where it stands; its
// value is decoded when the parser wants it.

import Values

/// What a token is.
enum TokenKind: UInt8, Sendable {
    /// Letters, digits, `_`, and `'` between letters; may begin with digits when no number fits: `1C1I7A6R`.
    case word
    /// `1500`, `1_500`, `1,500`, `2.5`, `10k`.
    case number
    /// `$10k`, `USD 10k`.
    case money
    /// `45%`.
    case percent
    /// `14d`.
    case duration
    /// `2026-11-23`.
    case date
    /// `2026-11`, `2026-Q3`, `2026-H1`.
    case periodCode
    /// `"…"`, `'…'`.
    case string
    /// `` `…` ``.
    case backtick
    case pipe, comma, leftParen, rightParen, dot, dotDot, colon
    case equal, notEqual, less, lessOrEqual, greater, greaterOrEqual, plus, minus, star, slash
    /// Any other sign, such as `&` or `$`.
    case symbol
    /// Bytes that are no text.
    case bad
    /// The end of a statement: a line's end or `;`.
    case end
    /// After the last byte; always the last token.
    case endOfInput
}

/// A token and its place.
struct Token: Sendable {
    var kind: TokenKind
    /// Whether no blank stands between this token and the one before.
    var touches: Bool
    /// Whether it is a number with commas between groups.
    var isGrouped = false
    /// The word it could be as a keyword.
    var keyword: Keyword?
    var start: Int32
    var end: Int32

    var span: SourceSpan { SourceSpan(Int(start), Int(end)) }

    /// Whether nothing of the statement follows.
    var isEnd: Bool { kind == .end || kind == .endOfInput }

    /// Whether a word of a bare name may begin with it.
    var beginsNameWord: Bool {
        switch kind {
        case .word, .number, .date, .periodCode, .duration: return true
        default: return false
        }
    }

    /// Whether it belongs to the word before when it touches it.
    var joinsNameWord: Bool {
        switch kind {
        case .word, .number, .date, .periodCode, .duration, .dot, .minus, .slash, .colon, .symbol: return true
        default: return false
        }
    }

    /// `<`, `<=`, `>`, `>=`.
    var orderSign: ComparisonOperator? {
        switch kind {
        case .less: return .less
        case .lessOrEqual: return .lessOrEqual
        case .greater: return .greater
        case .greaterOrEqual: return .greaterOrEqual
        default: return nil
        }
    }

    /// Whether a statement goes on after a line that ends with this token.
    var continuesLine: Bool {
        switch kind {
        case .pipe, .comma, .dotDot, .equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual, .plus, .minus,
            .star, .slash:
            return true
        case .word:
            return !touches && (keyword == .by || keyword == .and || keyword == .or || keyword == .not)
        default: return false
        }
    }
}

/// What lexing gives: every byte belongs to a token or to the blanks and comments between.
struct TokenList: Sendable {
    /// The tokens in order; the last is `endOfInput`.
    var tokens: [Token] = []
    /// The comments.
    var comments: [SourceSpan] = []
    /// What was wrong with single tokens, in order of place.
    var diagnostics: [Diagnostic] = []
    /// Whether the text ends in the middle of a statement: an open bracket, or a last token that goes on.
    var endsInside = false
}
