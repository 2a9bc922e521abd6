// Words, quoted texts, and everything beyond ASCII. Curly quotes count as plain ones, no-break and other wide
// blanks as blanks, and the mathematical signs − ≤ ≥ ≠ as - <= >= !=.

import Values

/// The two families of quotes.
enum QuoteFamily {
    case single, double
}

extension Lexer {
    /// The length of the well-formed UTF-8 sequence at that distance; 0 when it is ill-formed.
    func sequenceLength(at distance: Int) -> Int {
        let lead = peek(distance)
        func tail(_ offset: Int, _ range: ClosedRange<UInt8> = 0x80...0xBF) -> Bool {
            place + distance + offset < bytes.count && range.contains(peek(distance + offset))
        }
        switch lead {
        case 0..<0x80: return place + distance < bytes.count ? 1 : 0
        case 0xC2...0xDF: return tail(1) ? 2 : 0
        case 0xE0: return tail(1, 0xA0...0xBF) && tail(2) ? 3 : 0
        case 0xED: return tail(1, 0x80...0x9F) && tail(2) ? 3 : 0
        case 0xE1...0xEF: return tail(1) && tail(2) ? 3 : 0
        case 0xF0: return tail(1, 0x90...0xBF) && tail(2) && tail(3) ? 4 : 0
        case 0xF1...0xF3: return tail(1) && tail(2) && tail(3) ? 4 : 0
        case 0xF4: return tail(1, 0x80...0x8F) && tail(2) && tail(3) ? 4 : 0
        default: return 0
        }
    }

    /// The length of the blank beyond ASCII at that distance; 0 when there is none.
    func blankLength(at distance: Int) -> Int {
        let (first, second, third) = (peek(distance), peek(distance + 1), peek(distance + 2))
        switch (first, second) {
        case (0xC2, 0xA0), (0xC2, 0x85): return 2
        case (0xE2, 0x80): return (third >= 0x80 && third <= 0x8B) || [0xA8, 0xA9, 0xAF].contains(third) ? 3 : 0
        case (0xE2, 0x81): return third == 0x9F || third == 0xA0 ? 3 : 0
        case (0xE3, 0x80): return third == 0x80 ? 3 : 0
        case (0xEF, 0xBB): return third == 0xBF ? 3 : 0
        default: return 0
        }
    }

    /// The quote at that distance, plain or curly.
    func quote(at distance: Int) -> (family: QuoteFamily, length: Int)? {
        switch peek(distance) {
        case UInt8(ascii: "\""): return (.double, 1)
        case UInt8(ascii: "'"): return (.single, 1)
        case 0xE2 where peek(distance + 1) == 0x80:
            switch peek(distance + 2) {
            case 0x98...0x9B: return (.single, 3)
            case 0x9C...0x9F: return (.double, 3)
            default: return nil
            }
        default: return nil
        }
    }

    /// The length of the letter, digit or `_` at that distance; 0 when something else stands there.
    func wordUnitLength(at distance: Int) -> Int {
        let byte = peek(distance)
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
            return 1
        case 0x80...0xFF:
            if blankLength(at: distance) > 0 || quote(at: distance) != nil || mathSign(at: distance) != nil
                || currencySignLength(at: distance) > 0
            {
                return 0
            }
            return sequenceLength(at: distance)
        default: return 0
        }
    }

    private func isLetter(at distance: Int) -> Bool {
        let byte = peek(distance)
        return wordUnitLength(at: distance) > 0 && byte != UInt8(ascii: "_") && !(byte >= 48 && byte <= 57)
    }

    mutating func lexWord() {
        let start = place
        var endsInLetter = false
        while place < bytes.count {
            // The common case first: plain letters.
            let byte = bytes[place] | 0x20
            if byte >= 97, byte <= 122, bytes[place] < 0x80 {
                place += 1
                endsInLetter = true
                continue
            }
            let length = wordUnitLength(at: 0)
            if length > 0 {
                endsInLetter = isLetter(at: 0)
                place += length
            } else if endsInLetter, let quote = quote(at: 0), quote.family == .single, isLetter(at: quote.length) {
                place += quote.length
            } else {
                break
            }
        }
        add(.word, from: start)
    }

    mutating func lexString(quoteLength: Int) {
        let start = place
        let family = quote(at: 0)?.family
        place += quoteLength
        while place < bytes.count, bytes[place] != 10 {
            if let quote = quote(at: 0), quote.family == family {
                if let twin = self.quote(at: quote.length), twin.family == family {
                    place += quote.length + twin.length  // a doubled quote stands for one
                } else {
                    place += quote.length
                    add(.string, from: start)
                    return
                }
            } else {
                advanceInText()
            }
        }
        closeAtLineEnd(.string, start)
    }

    mutating func lexBacktick() {
        let start = place
        place += 1
        while place < bytes.count, bytes[place] != 10 {
            if bytes[place] == UInt8(ascii: "`") {
                if peek(1) == UInt8(ascii: "`") {
                    place += 2
                } else {
                    place += 1
                    add(.backtick, from: start)
                    return
                }
            } else {
                advanceInText()
            }
        }
        closeAtLineEnd(.backtick, start)
    }

    private mutating func advanceInText() {
        let length = sequenceLength(at: 0)
        if length == 0 { complain(LexerDiagnostics.illFormedBytes(SourceSpan(place, place + 1))) }
        place += max(1, length)
    }

    private mutating func closeAtLineEnd(_ kind: TokenKind, _ start: Int) {
        if place > start, bytes[place - 1] == 13 { place -= 1 }
        add(kind, from: start)
        complain(LexerDiagnostics.unclosedQuote(SourceSpan(start, place), opening: text(start, start + 1)))
    }

    mutating func lexBadBytes() {
        let start = place
        while place < bytes.count, bytes[place] < 32 && !isLineBlank(bytes[place]) || peek() == 127, place < bytes.count
        {
            place += 1
        }
        add(.bad, from: start)
        complain(LexerDiagnostics.controlCharacter(SourceSpan(start, place)))
    }

    mutating func lexBeyondASCII() {
        let start = place
        let blank = blankLength(at: 0)
        if blank > 0 {
            place += blank
        } else if let quote = quote(at: 0) {
            lexString(quoteLength: quote.length)
        } else if let sign = mathSign(at: 0) {
            place += 3
            add(sign, from: start)
        } else if currencySignLength(at: 0) > 0 {
            let length = currencySignLength(at: 0)
            if !lexMoneyBySign(length: length) {
                place += length
                add(.symbol, from: start)
            }
        } else if sequenceLength(at: 0) > 0 {
            lexWord()
        } else {
            while place < bytes.count, bytes[place] >= 0x80, sequenceLength(at: 0) == 0 { place += 1 }
            add(.bad, from: start)
            complain(LexerDiagnostics.illFormedBytes(SourceSpan(start, place)))
        }
    }

    private func mathSign(at distance: Int) -> TokenKind? {
        guard peek(distance) == 0xE2 else { return nil }
        switch (peek(distance + 1), peek(distance + 2)) {
        case (0x88, 0x92): return .minus
        case (0x89, 0xA4): return .lessOrEqual
        case (0x89, 0xA5): return .greaterOrEqual
        case (0x89, 0xA0): return .notEqual
        default: return nil
        }
    }

    /// The length of a currency sign beyond ASCII at that distance; 0 when there is none.
    func currencySignLength(at distance: Int) -> Int {
        let lead = peek(distance)
        guard lead == 0xE2 || lead == 0xC2 || lead == 0xE0 else { return 0 }
        let start = place + distance
        for sign in Lexer.currencySigns where bytes[start...].starts(with: sign) { return sign.count }
        return 0
    }

    /// The signs beyond ASCII that are one character (`zł` is a word).
    private static let currencySigns: [[UInt8]] = Currency.signs.map { Array($0.sign.utf8) }
        .filter { ($0.first ?? 0) >= 0x80 }
}
