// Bytes to tokens. Takes any bytes: what is no text becomes a token of its own and a diagnostic. Here is also
// decided, by the tokens alone, where a statement ends: see `endLine`.

import Values

/// Reads one text.
struct Lexer {
    let bytes: [UInt8]
    var place = 0
    var list = TokenList()
    /// Open parentheses of the statement, by token index.
    var openParens: [Int] = []
    /// Whether only blanks stand between the line's start and `place`.
    var atLineStart = true
    /// Where the last token ended.
    var lastEnd = -1

    init(bytes: [UInt8]) { self.bytes = bytes }

    /// All tokens of a text.
    static func tokens(of bytes: [UInt8]) -> TokenList {
        var lexer = Lexer(bytes: bytes)
        lexer.run()
        return lexer.list
    }

    /// The byte at that distance from the present place; 0 after the end (a NUL in the text is no letter either).
    func peek(_ distance: Int = 0) -> UInt8 {
        let index = place + distance
        return index < bytes.count ? bytes[index] : 0
    }

    mutating func add(_ kind: TokenKind, from start: Int, grouped: Bool = false) {
        var token = Token(kind: kind, touches: start == lastEnd, start: Int32(start), end: Int32(place))
        token.isGrouped = grouped
        if kind == .word { token.keyword = Keyword.of(bytes[start..<place]) }
        list.tokens.append(token)
        lastEnd = place
        atLineStart = false
    }

    mutating func complain(_ diagnostic: Diagnostic) {
        if list.diagnostics.count < Limits.diagnosticCountMax { list.diagnostics.append(diagnostic) }
    }

    private mutating func run() {
        list.tokens.reserveCapacity(bytes.count / 5 + 2)
        while place < bytes.count {
            let start = place
            lexOne()
            if place <= start { place = start + 1 }  // every turn advances
        }
        list.endsInside = !openParens.isEmpty || (list.tokens.last?.continuesLine ?? false)
        list.tokens.append(
            Token(
                kind: .endOfInput, touches: lastEnd == bytes.count, start: Int32(bytes.count), end: Int32(bytes.count)))
    }

    private mutating func lexOne() {
        let start = place
        let byte = bytes[place]
        switch byte {
        case 32, 9, 13, 11, 12: place += 1
        case 10: endLine()
        case UInt8(ascii: ";"):
            place += 1
            openParens.removeAll()
            add(.end, from: start)
        case UInt8(ascii: "#"):
            let next = peek(1)
            let isAlone = start != lastEnd && (place + 1 >= bytes.count || isLineBlank(next) || blankLength(at: 1) > 0)
            if atLineStart || isAlone { skipComment() } else { sign(.symbol, 1) }
        case UInt8(ascii: "0")...UInt8(ascii: "9"): lexNumber()
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"):
            if !lexMoneyByCode() { lexWord() }
        case UInt8(ascii: "\""), UInt8(ascii: "'"): lexString(quoteLength: 1)
        case UInt8(ascii: "`"): lexBacktick()
        case 0..<32, 127: lexBadBytes()
        case 128...255: lexBeyondASCII()
        default: lexSign(byte)
        }
    }

    func isLineBlank(_ byte: UInt8) -> Bool { byte == 32 || (byte >= 9 && byte <= 13) }

    private mutating func skipComment() {
        let start = place
        while place < bytes.count, bytes[place] != 10 { place += 1 }
        list.comments.append(SourceSpan(start, place))
    }

    /// At a line's end: the statement goes on when its last token says so, when a bracket is open, or when the next
    /// line that is neither blank nor a comment starts with `|`.
    private mutating func endLine() {
        let start = place
        place += 1
        atLineStart = true
        guard let last = list.tokens.last, last.kind != .end else { return }
        if !openParens.isEmpty || last.continuesLine || nextLineContinues() { return }
        add(.end, from: start)
        atLineStart = true
    }

    private func nextLineContinues() -> Bool {
        var index = place
        while index < bytes.count {
            let byte = bytes[index]
            if isLineBlank(byte) {
                index += 1
            } else if byte == UInt8(ascii: "#") {
                while index < bytes.count, bytes[index] != 10 { index += 1 }
            } else if byte >= 128, blankLength(at: index - place) > 0 {
                index += blankLength(at: index - place)
            } else {
                return byte == UInt8(ascii: "|")
            }
        }
        return false
    }

    private mutating func sign(_ kind: TokenKind, _ length: Int) {
        let start = place
        place += length
        add(kind, from: start)
    }

    private mutating func lexSign(_ byte: UInt8) {
        let next = peek(1)
        switch byte {
        case UInt8(ascii: "|"): sign(.pipe, 1)
        case UInt8(ascii: ","): sign(.comma, 1)
        case UInt8(ascii: "("):
            openParens.append(list.tokens.count)
            sign(.leftParen, 1)
        case UInt8(ascii: ")"):
            _ = openParens.popLast()
            sign(.rightParen, 1)
        case UInt8(ascii: "."): if next == byte { sign(.dotDot, 2) } else { sign(.dot, 1) }
        case UInt8(ascii: ":"): sign(.colon, 1)
        case UInt8(ascii: "+"): sign(.plus, 1)
        case UInt8(ascii: "-"): sign(.minus, 1)
        case UInt8(ascii: "*"): sign(.star, 1)
        case UInt8(ascii: "/"): sign(.slash, 1)
        case UInt8(ascii: "="):
            if next == byte {
                foreign("=", 2, .equal)
            } else if next == UInt8(ascii: ">") {
                foreign(">=", 2, .greaterOrEqual)
            } else if next == UInt8(ascii: "<") {
                foreign("<=", 2, .lessOrEqual)
            } else {
                sign(.equal, 1)
            }
        case UInt8(ascii: "<"):
            if next == UInt8(ascii: "=") {
                sign(.lessOrEqual, 2)
            } else if next == UInt8(ascii: ">") {
                foreign("!=", 2, .notEqual)
            } else {
                sign(.less, 1)
            }
        case UInt8(ascii: ">"): if next == UInt8(ascii: "=") { sign(.greaterOrEqual, 2) } else { sign(.greater, 1) }
        case UInt8(ascii: "!"): if next == UInt8(ascii: "=") { sign(.notEqual, 2) } else { sign(.symbol, 1) }
        case UInt8(ascii: "&") where next == byte: foreign("and", 2, .symbol)
        case UInt8(ascii: "$"): if !lexMoneyBySign(length: 1) { sign(.symbol, 1) }
        default: sign(.symbol, 1)
        }
    }

    /// An operator of other languages: said, and read as the one it stands for.
    private mutating func foreign(_ proper: String, _ length: Int, _ kind: TokenKind) {
        let start = place
        sign(kind, length)
        complain(LexerDiagnostics.foreignOperator(found: text(start, place), proper: proper, SourceSpan(start, place)))
    }

    func text(_ start: Int, _ end: Int) -> String { String(decoding: bytes[start..<end], as: UTF8.self) }
}
