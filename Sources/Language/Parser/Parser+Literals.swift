// Values written out: decoding digits exactly, with an error where they do not fit.

import Values

extension Parser {
    // literal = NUMBER ? no unit ahead ? | MONEY | PERCENT | duration | STRING | DATE | "yes" | "no" | "missing" ;
    mutating func parseLiteral() throws(ParseFailure) -> Literal {
        expects(.value)
        let span = token.span
        switch token.kind {
        case .number:
            if peekKeyword()?.unit != nil { return .duration(try parseDuration()) }
            return .number(try takeNumber())
        case .money: return .money(try takeMoney())
        case .percent: return .percent(try parsePercent())
        case .duration: return .duration(try parseDuration())
        case .string: return .text(try parseText())
        case .date: return .day(DayLiteral(day: try takeDay(), span: span))
        default: break
        }
        switch token.keyword {
        case .yes, .no:
            let isYes = at(.yes)
            advance(as: .keyword)
            return .yesNo(YesNoLiteral(isYes: isYes, span: span))
        case .missing:
            advance(as: .keyword)
            return .missing(MissingLiteral(span: span))
        default: throw ParseFailure()
        }
    }

    /// Whether a literal (a duration included) starts here.
    var isLiteralAhead: Bool {
        switch token.kind {
        case .number, .money, .percent, .duration, .string, .date: return true
        default: return at(.yes) || at(.no) || at(.missing)
        }
    }

    /// The digits of a number from a byte on: `digits` ÷ 10^`scale`, suffix applied; `nil` when they do not fit.
    func decimal(from start: Int, to end: Int) -> (digits: Int64, scale: Int)? {
        var digits: Int64 = 0
        var scale = 0
        var isFraction = false
        var zeros = 0  // trailing zeros of the fraction, not yet counted
        for byte in source.bytes[start..<end] {
            switch byte {
            case UInt8(ascii: "0") where isFraction: zeros += 1
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                for _ in 0..<zeros { if !push(0, &digits) { return nil } }
                scale += zeros + (isFraction ? 1 : 0)
                zeros = 0
                if !push(Int64(byte - 48), &digits) { return nil }
            case UInt8(ascii: "."): isFraction = true
            case UInt8(ascii: "k"), UInt8(ascii: "K"), UInt8(ascii: "m"), UInt8(ascii: "M"), UInt8(ascii: "b"),
                UInt8(ascii: "B"):
                let lower = byte | 0x20
                var factor = lower == UInt8(ascii: "k") ? 3 : lower == UInt8(ascii: "m") ? 6 : 9
                while factor > 0, scale > 0 {
                    factor -= 1
                    scale -= 1
                }
                for _ in 0..<factor { if !push(0, &digits) { return nil } }
            default: break  // groups and the rest of a suffix
            }
        }
        return (digits, scale)
    }

    private func push(_ digit: Int64, _ digits: inout Int64) -> Bool {
        let (product, overflow) = digits.multipliedReportingOverflow(by: 10)
        let (sum, carry) = product.addingReportingOverflow(digit)
        digits = sum
        return !overflow && !carry
    }

    private func tooLarge() -> ParseFailure {
        ParseFailure(diagnostic: ParserDiagnostics.numberTooLarge(text(token.span), token.span))
    }

    /// The digits scaled to that many decimals; `nil` when they do not fit or are finer than that.
    private func fixed(_ number: (digits: Int64, scale: Int), decimals: Int) -> Int64? {
        guard number.scale <= decimals else { return nil }
        var digits = number.digits
        for _ in number.scale..<decimals { if !push(0, &digits) { return nil } }
        return digits
    }

    mutating func takeNumber() throws(ParseFailure) -> NumberLiteral {
        guard let number = decimal(from: Int(token.start), to: Int(token.end)), number.scale <= 15 else {
            throw tooLarge()
        }
        let literal = NumberLiteral(digits: number.digits, scale: number.scale, span: token.span)
        advance(as: .number)
        return literal
    }

    private mutating func takeMoney() throws(ParseFailure) -> MoneyLiteral {
        let bytes = source.bytes
        var start = Int(token.start)
        while start < Int(token.end), !(bytes[start] >= 48 && bytes[start] <= 57) { start += 1 }
        guard let number = decimal(from: start, to: Int(token.end)) else { throw tooLarge() }
        guard let cents = fixed(number, decimals: 2) else {
            if number.scale > 2 {
                throw ParseFailure(diagnostic: ParserDiagnostics.tooFine(text(token.span), token.span, "whole cents"))
            }
            throw tooLarge()
        }
        // Three capital letters are a code, anything else a sign; blanks may stand before the number.
        let isCode = start > Int(token.start) + 3 && bytes[Int(token.start)] >= 65 && bytes[Int(token.start)] <= 90
        let currency: CurrencyMark
        if isCode, let known = Currency(code: text(SourceSpan(Int(token.start), Int(token.start) + 3))) {
            currency = .code(known)
        } else {
            let lexer = Lexer(bytes: Array(bytes[Int(token.start)..<start]))
            currency = .sign(
                text(SourceSpan(Int(token.start), Int(token.start) + max(1, lexer.currencySignLength(at: 0)))))
        }
        let literal = MoneyLiteral(cents: cents, currency: currency, span: token.span)
        advance(as: .number)
        return literal
    }

    // percent = PERCENT ;
    mutating func parsePercent() throws(ParseFailure) -> PercentLiteral {
        expects(.percent)
        guard at(.percent) else { throw ParseFailure() }
        guard let number = decimal(from: Int(token.start), to: Int(token.end) - 1) else { throw tooLarge() }
        guard let millionths = fixed(number, decimals: 4) else {
            if number.scale > 4 {
                throw ParseFailure(
                    diagnostic: ParserDiagnostics.tooFine(text(token.span), token.span, "four decimals"))
            }
            throw tooLarge()
        }
        let literal = PercentLiteral(percent: Percent(millionths: millionths), span: token.span)
        advance(as: .number)
        return literal
    }

    // count = NUMBER ;
    mutating func parseCount() throws(ParseFailure) -> Int {
        expects(.count)
        guard at(.number) else { throw ParseFailure() }
        guard let number = decimal(from: Int(token.start), to: Int(token.end)), let count = Int(exactly: number.digits),
            count <= Limits.tableRowCountMax
        else { throw tooLarge() }
        guard number.scale == 0 else {
            throw ParseFailure(diagnostic: ParserDiagnostics.brokenCount(text(token.span), token.span))
        }
        advance(as: .number)
        return count
    }

    // duration = DURATION | NUMBER UNIT ;
    mutating func parseDuration() throws(ParseFailure) -> DurationLiteral {
        expects(.duration)
        let start = index
        guard at(.duration) || at(.number) && peekKeyword()?.unit != nil else { throw ParseFailure() }
        let unitStart = source.bytes[Int(token.start)..<Int(token.end)].lastIndex { $0 >= 48 && $0 <= 57 } ?? 0
        let end = at(.duration) ? unitStart + 1 : Int(token.end)
        guard let number = decimal(from: Int(token.start), to: end), let count = Int(exactly: number.digits),
            count <= DurationLiteral.countMax
        else { throw tooLarge() }
        guard number.scale == 0 else {
            throw ParseFailure(diagnostic: ParserDiagnostics.brokenDuration(token.span))
        }
        var unit: CalendarUnit?
        if at(.number) {
            unit = peekKeyword()?.unit
            advance(as: .number)
        } else {
            switch source.bytes[end] | 0x20 {
            case UInt8(ascii: "d"): unit = .day
            case UInt8(ascii: "w"): unit = .week
            case UInt8(ascii: "m"): unit = .month
            case UInt8(ascii: "q"): unit = .quarter
            default: unit = .year
            }
        }
        advance(as: .number)
        guard let unit else { throw ParseFailure() }
        return DurationLiteral(count: count, unit: unit, span: span(from: start))
    }

    /// The day that the present token writes out.
    mutating func takeDay() throws(ParseFailure) -> Day {
        guard let day = Day(iso: text(token.span)) else {
            throw ParseFailure(diagnostic: ParserDiagnostics.noSuchDay(text(token.span), token.span))
        }
        advance(as: .number)
        return day
    }
}

extension DurationLiteral {
    /// Every representable day is reached from every other with fewer; keeps arithmetic within 64 bits.
    static let countMax = 10_000_000
}
