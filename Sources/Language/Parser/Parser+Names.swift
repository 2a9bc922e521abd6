// Names: quoted, or one or more bare words. A bare name takes as many words as it can; it ends before a stop word,
// a sign that does not touch it, an amount of money or a percentage. Tokens that touch are one word of it.

import Values

/// Where a bare name stands, for the words that end it there besides the stop words.
enum NamePlace {
    /// Anywhere else.
    case plain
    /// After `entered`: a period ends it.
    case early
    /// A new value, or the stage after `move to`: no clause follows, so `won` and `lost` go on.
    case change
    /// A stage in `pipeline`: `as` before a kind ends it.
    case pipelineStage
    /// A column in `import … with`: only `as` ends it.
    case column
}

extension Parser {
    /// Words that end a bare name wherever it stands.
    static let stopWords: Set<Keyword> = [
        .and, .or, .not, .by, .where, .of, .at, .from, .in, .before, .past, .after, .since, .until, .between, .closing,
        .closed, .created, .entered, .older, .stalled, .using, .across, .within, .then, .else, .with,
    ]

    /// Whether a bare name that has begun ends before that token.
    private func endsName(_ place: Int, _ namePlace: NamePlace) -> Bool {
        guard tokens[place].beginsNameWord else { return true }
        let keyword = tokens[place].keyword
        if namePlace == .column { return keyword == .as }
        if let keyword {
            if Parser.stopWords.contains(keyword) { return true }
            let next = tokens[min(place + 1, tokens.count - 1)].keyword
            switch keyword {
            case .as:
                if next == .of { return true }
                if namePlace == .pipelineStage, let next, Parser.stageKinds.contains(next) { return true }
            case .on: if isSpanAhead(place + 1) { return true }
            case .won, .lost: if namePlace != .change, isPeriodAhead(place + 1) { return true }
            default: break
            }
        }
        return namePlace == .early && isSpanAhead(place)
    }

    /// The token after the word of a name that starts at that one: all that touch.
    func endOfNameWord(_ start: Int) -> Int {
        var end = start + 1
        while end < tokens.count, tokens[end].touches, tokens[end].joinsNameWord { end += 1 }
        return end
    }

    /// The token after the bare name that starts here; the present one when none does.
    func endOfBareName(_ namePlace: NamePlace = .plain) -> Int {
        guard token.beginsNameWord else { return index }
        if namePlace == .early, isSpanAhead(index) || Parser.periodWords.contains(token.keyword) { return index }
        if namePlace == .column, token.keyword == .as { return index }
        var end = endOfNameWord(index)
        while !endsName(end, namePlace) { end = endOfNameWord(end) }
        return end
    }

    // bare_name = name_word { ? no stop word ahead ? name_word } ? as long as possible ? ;
    mutating func parseBareName(_ namePlace: NamePlace, _ item: Expected) throws(ParseFailure) -> Name {
        expects(item)
        let end = endOfBareName(namePlace)
        guard end > index else { throw ParseFailure() }
        return try takeName(through: end, item)
    }

    // name_word = ( WORD | NUMBER | DATE | PERIOD_CODE | DURATION ) { ? touching ? ( WORD | NUMBER | DATE | PERIOD_CODE | DURATION | JOINT ) } ? as long as possible ? ;
    mutating func parseNameWord(_ item: Expected) throws(ParseFailure) -> Name {
        expects(item)
        guard token.beginsNameWord else { throw ParseFailure() }
        return try takeName(through: endOfNameWord(index), item)
    }

    /// The tokens up to `end` as a bare name.
    mutating func takeName(through end: Int, _ item: Expected) throws(ParseFailure) -> Name {
        let start = index
        var words: [Word] = []
        var text = ""
        while index < end {
            let first = index
            let last = endOfNameWord(first)
            while index < last {
                if token.isGrouped {
                    throw ParseFailure(
                        diagnostic: LexerDiagnostics.groupedNumber(
                            self.text(token.span), token.span, inParentheses: false))
                }
                advance(as: .name)
            }
            let word = Word(text: plainApostrophes(span(from: first)), span: span(from: first))
            text += words.isEmpty ? word.text : " " + word.text
            words.append(word)
        }
        expects(item, from: Int(tokens[start].start))
        return Name(text: text, style: .bare, words: words, span: span(from: start))
    }

    private func plainApostrophes(_ span: SourceSpan) -> String {
        let slice = source.bytes[span.start..<span.end]
        guard slice.contains(where: { $0 >= 0x80 }) else { return String(decoding: slice, as: UTF8.self) }
        var text = ""
        for scalar in String(decoding: slice, as: UTF8.self).unicodeScalars {
            text.unicodeScalars.append(scalar.value >= 0x2018 && scalar.value <= 0x201B ? "'" : scalar)
        }
        return text
    }

    // name = STRING | BACKTICK | bare_name ;
    mutating func parseName(_ item: Expected, _ namePlace: NamePlace = .plain) throws(ParseFailure) -> Name {
        expects(item)
        if let name = acceptQuotedName() { return name }
        return try parseBareName(namePlace, item)
    }

    /// A quoted name or one in backticks, if one stands here.
    mutating func acceptQuotedName() -> Name? {
        guard at(.string) || at(.backtick) else { return nil }
        let style: NameStyle = at(.string) ? .quoted : .backtick
        let name = Name(text: unquoted(token), style: style, words: [], span: token.span)
        advance(as: style == .quoted ? .string : .name)
        return name
    }

    /// What the quotes of a token hold, doubled quotes made single.
    func unquoted(_ token: Token) -> String {
        let bytes = source.bytes[Int(token.start)..<Int(token.end)]
        let text = String(decoding: bytes, as: UTF8.self)
        func family(_ scalar: Unicode.Scalar) -> Int {
            switch scalar.value {
            case 0x22, 0x201C...0x201F: return 2
            case 0x27, 0x2018...0x201B: return 1
            case 0x60: return 3
            default: return 0
            }
        }
        let scalars = Array(text.unicodeScalars)
        guard scalars.count >= 2, let opening = scalars.first.map(family), let last = scalars.last else { return "" }
        var out = String.UnicodeScalarView()
        var place = 1
        let end = family(last) == opening ? scalars.count - 1 : scalars.count
        while place < end {
            out.append(scalars[place])
            place += family(scalars[place]) == opening && place + 1 < end ? 2 : 1
        }
        return String(out)
    }

    // change_name = STRING | BACKTICK | name_word { ? no stop word but won and lost ahead ? name_word } ? as long as possible ? ;
    mutating func parseChangeName(_ item: Expected) throws(ParseFailure) -> Name { try parseName(item, .change) }

    // names = name { ( "," | "or" ) name } ;
    mutating func parseNames(_ item: Expected) throws(ParseFailure) -> [Name] {
        var names = [try parseName(item)]
        while accept(.comma, ",") || accept(.or, .filler) { names.append(try parseName(item)) }
        return names
    }

    // field = WORD | BACKTICK ;
    mutating func parseField(_ item: Expected = .field) throws(ParseFailure) -> Identifier {
        expects(item)
        guard at(.word) || at(.backtick) else { throw ParseFailure() }
        let isBackticked = at(.backtick)
        let text = isBackticked ? unquoted(token) : plainApostrophes(token.span)
        let identifier = Identifier(text: text, isBackticked: isBackticked, span: token.span)
        advance(as: .name)
        return identifier
    }

    // path = ? no reserved word ahead ? field { ? touching ? "." ? touching ? field } ;
    mutating func parsePath() throws(ParseFailure) -> Path {
        expects(.field)
        let start = index
        if let keyword = token.keyword, Parser.reservedInExpressions.contains(keyword) { throw ParseFailure() }
        var parts = [try parseField()]
        while at(.dot), token.touches, peek().touches, peek().kind == .word || peek().kind == .backtick {
            advance(as: .sign)
            parts.append(try parseField())
        }
        return Path(parts: parts, span: span(from: start))
    }

    /// Words that need backticks as a field inside an expression.
    static let reservedInExpressions: Set<Keyword> = [
        .and, .or, .not, .by, .where, .if, .then, .else, .in, .is, .between, .contains, .matches, .yes, .no, .missing,
        .none, .some,
    ]

    /// A quoted text.
    mutating func parseText(_ item: Expected = .text) throws(ParseFailure) -> TextLiteral {
        expects(item)
        guard at(.string) else { throw ParseFailure() }
        let literal = TextLiteral(text: unquoted(token), span: token.span)
        advance(as: .string)
        return literal
    }
}
