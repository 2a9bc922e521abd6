// Numbers and what is written with digits: money, percent, durations, days and periods. The longest form wins;
// a run of digits and letters that is none of them is a word (`1C1I7A6R`).

import Values

extension Lexer {
    private func isDigit(_ distance: Int) -> Bool {
        let byte = peek(distance)
        return byte >= 48 && byte <= 57
    }

    private func digitCount(_ distance: Int) -> Int {
        var count = 0
        while isDigit(distance + count) { count += 1 }
        return count
    }

    private func letter(_ distance: Int) -> UInt8 { peek(distance) | 0x20 }

    mutating func lexNumber() {
        if lexDay() || lexForeignDay() { return }
        let start = place
        let number = scanNumber()
        if number.length == 0 { return lexWord() }
        let after = number.length
        if peek(after) == UInt8(ascii: "%") {
            finish(.percent, start, after + 1, number)
        } else if number.isPlain, !number.hasSuffix, let unit = durationUnitLength(after) {
            finish(.duration, start, after + unit, number)
        } else if number.isPlain, wordUnitLength(at: after) > 0 {
            lexWord()
        } else {
            finish(.number, start, after, number)
        }
    }

    private mutating func finish(_ kind: TokenKind, _ start: Int, _ length: Int, _ number: ScannedNumber) {
        place += length
        add(kind, from: start, grouped: number.isGrouped)
        let span = SourceSpan(start, place)
        if number.isMalformed {
            complain(LexerDiagnostics.malformedNumber(text(start, place), span))
        } else if number.isGrouped, !openParens.isEmpty {
            complain(LexerDiagnostics.groupedNumber(text(start, place), span, inParentheses: true))
        }
    }

    /// A number as found: its length in bytes and what it consists of.
    struct ScannedNumber {
        var length = 0
        /// Digits and `_` only.
        var isPlain = true
        var hasSuffix = false
        var isGrouped = false
        /// Commas where no group of three digits is.
        var isMalformed = false
    }

    /// The number that starts at the present place, suffix included, sign, unit and percent not.
    func scanNumber() -> ScannedNumber {
        var number = ScannedNumber()
        var length = digitCount(0)
        let leading = length
        while peek(length) == UInt8(ascii: "_"), isDigit(length + 1) { length += 1 + digitCount(length + 1) }
        // Groups of three. Inside parentheses a comma with fewer or more digits separates, outside it is an error.
        if peek(length) == UInt8(ascii: ","), isDigit(length + 1), length == leading {
            var end = length
            var isGrouped = leading <= 3
            while peek(end) == UInt8(ascii: ","), isDigit(end + 1) {
                let group = digitCount(end + 1)
                if group != 3 { isGrouped = false }
                end += 1 + group
            }
            if isGrouped || openParens.isEmpty {
                number.isGrouped = isGrouped
                number.isMalformed = !isGrouped
                number.isPlain = false
                length = end
            }
        }
        if peek(length) == UInt8(ascii: "."), isDigit(length + 1) {
            number.isPlain = false
            length += 1 + digitCount(length + 1)
            if openParens.isEmpty, peek(length) == UInt8(ascii: ","), isDigit(length + 1) {
                number.isMalformed = true
                length += 1 + digitCount(length + 1)
            }
        }
        let suffix = suffixLength(length)
        if suffix > 0 {
            number.hasSuffix = true
            length += suffix
        }
        number.length = length
        return number
    }

    /// The length of `k`, `m` or `bn` at that distance when no word goes on after it; else 0.
    private func suffixLength(_ distance: Int) -> Int {
        switch letter(distance) {
        case UInt8(ascii: "k"), UInt8(ascii: "m"): return wordUnitLength(at: distance + 1) == 0 ? 1 : 0
        case UInt8(ascii: "b") where letter(distance + 1) == UInt8(ascii: "n"):
            return wordUnitLength(at: distance + 2) == 0 ? 2 : 0
        default: return 0
        }
    }

    /// The length of `d`, `w`, `mo`, `q` or `y` at that distance when no word goes on after it.
    private func durationUnitLength(_ distance: Int) -> Int? {
        let isLong = letter(distance) == UInt8(ascii: "m") && letter(distance + 1) == UInt8(ascii: "o")
        let isShort = [UInt8(ascii: "d"), UInt8(ascii: "w"), UInt8(ascii: "q"), UInt8(ascii: "y")].contains(
            letter(distance))
        guard isLong || isShort else { return nil }
        let length = isLong ? 2 : 1
        return wordUnitLength(at: distance + length) == 0 ? length : nil
    }

    /// `2026-11-23`, `2026-11`, `2026-Q3`, `2026-H1`.
    private mutating func lexDay() -> Bool {
        let start = place
        guard digitCount(0) == 4, peek(4) == UInt8(ascii: "-") else { return false }
        if digitCount(5) == 2, peek(7) == UInt8(ascii: "-"), digitCount(8) == 2 {
            place += 10
            add(.date, from: start)
            return true
        }
        let century = (peek(0), peek(1))
        guard century == (49, 57) || (century.0 == 50 && century.1 <= 49) else { return false }  // 1900…2199
        if digitCount(5) == 2, wordUnitLength(at: 7) == 0 {
            let month = Int(peek(5) - 48) * 10 + Int(peek(6) - 48)
            if peek(7) == UInt8(ascii: "-") || !(1...12).contains(month) { return false }
            place += 7
            add(.periodCode, from: start)
            return true
        }
        let last: UInt8? = letter(5) == UInt8(ascii: "q") ? 52 : letter(5) == UInt8(ascii: "h") ? 50 : nil
        if let last, peek(6) >= 49, peek(6) <= last, wordUnitLength(at: 7) == 0 {
            place += 7
            add(.periodCode, from: start)
            return true
        }
        return false
    }

    /// `12/31/2026`, `31.12.2026`, `2026/12/31`: one token, and an error that says how to write it.
    private mutating func lexForeignDay() -> Bool {
        let start = place
        let first = digitCount(0)
        let separator = peek(first)
        guard separator == UInt8(ascii: "/") || separator == UInt8(ascii: ".") else { return false }
        let second = digitCount(first + 1)
        guard peek(first + 1 + second) == separator else { return false }
        let third = digitCount(first + second + 2)
        let yearLast =
            (1...2).contains(first) && (1...2).contains(second) && (third == 4 || third == 2 && separator == 47)
        let yearFirst = first == 4 && (1...2).contains(second) && (1...2).contains(third)
        let length = first + second + third + 2
        guard yearLast || yearFirst, wordUnitLength(at: length) == 0 else { return false }
        place += length
        add(.date, from: start)
        complain(LexerDiagnostics.foreignDay(text(start, place), SourceSpan(start, place)))
        return true
    }

    /// A sign, then blanks or nothing, then a number.
    mutating func lexMoneyBySign(length: Int) -> Bool { lexMoney(markLength: length, needsBlank: false) }

    /// A code such as `USD`, a blank, then a number.
    mutating func lexMoneyByCode() -> Bool {
        let isCapital = (0..<3).allSatisfy { peek($0) >= 65 && peek($0) <= 90 }
        guard isCapital, wordUnitLength(at: 3) == 0, CurrencyCodes.all.contains(text(place, place + 3)) else {
            return false
        }
        return lexMoney(markLength: 3, needsBlank: true)
    }

    private mutating func lexMoney(markLength: Int, needsBlank: Bool) -> Bool {
        let start = place
        var distance = markLength
        while true {
            if peek(distance) == 32 || peek(distance) == 9 {
                distance += 1
            } else if blankLength(at: distance) > 0 {
                distance += blankLength(at: distance)
            } else {
                break
            }
        }
        guard isDigit(distance), !needsBlank || distance > markLength else { return false }
        place += distance
        let number = scanNumber()
        if wordUnitLength(at: number.length) > 0 || peek(number.length) == UInt8(ascii: "%") {
            place = start
            return false
        }
        finish(.money, start, number.length, number)
        return true
    }
}

/// The ISO 4217 codes that may stand before an amount; those that are English words (`ALL`, `TOP`) are left out.
enum CurrencyCodes {
    static let all: Set<String> = [
        "AED", "ARS", "AUD", "BDT", "BGN", "BHD", "BRL", "CAD", "CHF", "CLP", "CNY", "COP", "CRC", "CZK", "DKK", "DOP",
        "EGP", "EUR", "GBP", "GHS", "HKD", "HUF", "IDR", "ILS", "INR", "ISK", "JOD", "JPY", "KES", "KRW", "KWD", "KZT",
        "LKR", "MAD", "MXN", "MYR", "NGN", "NOK", "NZD", "OMR", "PEN", "PHP", "PKR", "PLN", "QAR", "RON", "RSD", "RUB",
        "SAR", "SEK", "SGD", "THB", "TND", "TRY", "TWD", "TZS", "UAH", "UGX", "USD", "UYU", "VND", "XAF", "XOF", "ZAR",
    ]
}
