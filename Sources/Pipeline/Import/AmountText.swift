// Reads a number as a spreadsheet or a CRM writes it: signs, groups, decimals, parentheses for negative, a currency
// before or after, a final k, m, bn or %. Exact: digits and a scale, never a binary fraction.
//
// Whether a comma or a point divides the decimals is decided for a whole column (see AmountColumn), not here.

import Values

/// Which sign divides whole from decimals; the other one, blanks and apostrophes only group.
enum DecimalMark: Sendable {
    case point
    case comma
}

/// A number as digits: `value = digits ÷ 10^scale`.
struct AmountText {
    /// All digits as one signed integer.
    var digits: Int64 = 0
    /// How many of them are decimals; negative after `k`, `m`, `bn` or an exponent.
    var scale: Int = 0
    /// Whether it ends in `%`.
    var isPercent = false
    /// A currency written with it: three letters packed as bytes, or 0.
    var currency: UInt32 = 0
    /// Whether the digits begin with a superfluous 0 (`0042`), as ids and postal codes do.
    var hasLeadingZero = false

    /// Reads the whole text; `nil` when it is anything but a number.
    static func read(_ text: Span<UInt8>, _ mark: DecimalMark) -> AmountText? {
        if let plain = plain(text, mark) { return plain }
        var reader = AmountReader(from: 0, upTo: text.count, mark: mark)
        return reader.read(text)
    }

    /// A number of up to 18 digits with perhaps decimals, which most are; `nil` for all others. Spares looking for
    /// everything that may be written beside the digits.
    @inline(__always)
    private static func plain(_ text: Span<UInt8>, _ mark: DecimalMark) -> AmountText? {
        guard text.count > 0, text.count <= 18 else { return nil }
        let decimalByte = mark == .point ? UInt8(ascii: ".") : UInt8(ascii: ",")
        var digits: Int64 = 0
        var decimalPlace = -1
        for place in 0..<text.count {
            let digit = text[place] &- 48
            if digit < 10 {
                digits = digits &* 10 &+ Int64(digit)
            } else {
                guard text[place] == decimalByte, decimalPlace < 0, place > 0, place + 1 < text.count else {
                    return nil
                }
                decimalPlace = place
            }
        }
        var amount = AmountText()
        amount.digits = digits
        if decimalPlace >= 0 { amount.scale = text.count - 1 - decimalPlace }
        amount.hasLeadingZero = text[0] == UInt8(ascii: "0") && (decimalPlace < 0 ? text.count : decimalPlace) > 1
        return amount
    }

    /// In hundredths, halves away from zero; whether something was rounded off; `nil` on overflow.
    var cents: (value: Int64, rounded: Bool)? { scaled(to: 2) }

    /// The number times 10^places as an integer, halves away from zero; `nil` on overflow.
    func scaled(to places: Int) -> (value: Int64, rounded: Bool)? {
        var value = digits
        let difference = places - scale
        if difference >= 0 {
            for _ in 0..<min(difference, 20) {
                let (product, overflow) = value.multipliedReportingOverflow(by: 10)
                if overflow { return nil }
                value = product
            }
            return difference > 20 && value != 0 ? nil : (value, false)
        }
        if -difference > 18 { return (0, digits != 0) }
        var divisor: Int64 = 1
        for _ in 0..<(-difference) { divisor *= 10 }
        let (quotient, remainder) = value.quotientAndRemainder(dividingBy: divisor)
        let up = remainder.magnitude >= divisor.magnitude - remainder.magnitude
        return (quotient + (up && remainder != 0 ? (value < 0 ? -1 : 1) : 0), remainder != 0)
    }

    /// The nearest binary fraction.
    var real: Double {
        let exact = digits.magnitude < 1 << 53 && abs(scale) <= 22
        if !exact { return Double("\(digits)e\(-scale)") ?? 0 }
        var power = 1.0
        for _ in 0..<abs(scale) { power *= 10 }
        return scale >= 0 ? Double(digits) / power : Double(digits) * power
    }

    /// Without decimals that are zero.
    var trimmed: AmountText {
        var copy = self
        while copy.scale > 0, copy.digits % 10 == 0 {
            copy.digits /= 10
            copy.scale -= 1
        }
        return copy
    }
}

/// Reads one number from bytes, consuming from both ends.
private struct AmountReader {
    var from: Int
    var upTo: Int
    let mark: DecimalMark
    var amount = AmountText()

    init(from: Int, upTo: Int, mark: DecimalMark) {
        self.from = from
        self.upTo = upTo
        self.mark = mark
    }

    /// number = [ "(" ] [ sign ] [ currency ] [ sign ] digits [ "k" | "m" | "bn" ] [ "%" ] [ currency ] [ sign ] [ ")" ]
    mutating func read(_ text: Span<UInt8>) -> AmountText? {
        var negative = false
        trim(text)
        if upTo - from > 2, text[from] == UInt8(ascii: "("), text[upTo - 1] == UInt8(ascii: ")") {
            from += 1
            upTo -= 1
            negative = true
            trim(text)
        }
        var signed = takeSign(text, &negative)
        guard takeCurrencyBefore(text) else { return nil }
        if !signed { signed = takeSign(text, &negative) }
        if !signed, upTo - from > 1, text[upTo - 1] == UInt8(ascii: "-") {
            upTo -= 1
            negative.toggle()
        }
        guard takeCurrencyAfter(text) else { return nil }
        if upTo > from, text[upTo - 1] == UInt8(ascii: "%") {
            amount.isPercent = true
            upTo -= 1
            trim(text)
        }
        takeMagnitude(text)
        guard readDigits(text) else { return nil }
        if negative {
            amount.digits = -amount.digits
        }
        return amount
    }

    private mutating func trim(_ text: Span<UInt8>) {
        while from < upTo {
            if text[from] == 32 || text[from] == 9 {
                from += 1
            } else if text[from] == 0xC2, from + 1 < upTo, text[from + 1] == 0xA0 {
                from += 2
            } else {
                break
            }
        }
        while upTo > from {
            if text[upTo - 1] == 32 || text[upTo - 1] == 9 {
                upTo -= 1
            } else if upTo - 2 >= from, text[upTo - 2] == 0xC2, text[upTo - 1] == 0xA0 {
                upTo -= 2
            } else {
                break
            }
        }
    }

    private mutating func takeSign(_ text: Span<UInt8>, _ negative: inout Bool) -> Bool {
        guard from < upTo else { return false }
        if text[from] == UInt8(ascii: "-") || text[from] == UInt8(ascii: "+") {
            if text[from] == UInt8(ascii: "-") { negative.toggle() }
            from += 1
            trim(text)
            return true
        }
        // U+2212, the typographic minus.
        if upTo - from > 3, text[from] == 0xE2, text[from + 1] == 0x88, text[from + 2] == 0x92 {
            negative.toggle()
            from += 3
            trim(text)
            return true
        }
        return false
    }

    /// A sign (`$`, `US$`, `€`) or a code (`USD`) before the digits. False when letters are there that are none.
    private mutating func takeCurrencyBefore(_ text: Span<UInt8>) -> Bool {
        var end = from
        while end < upTo, !isDigit(text[end]), !isNumberSign(text[end]) { end += 1 }
        if end == from { return true }
        guard let currency = CurrencyText.packed(text, from, end) else { return false }
        amount.currency = currency
        from = end
        trim(text)
        return true
    }

    private mutating func takeCurrencyAfter(_ text: Span<UInt8>) -> Bool {
        var start = upTo
        while start > from, !isDigit(text[start - 1]), text[start - 1] != UInt8(ascii: "."),
            text[start - 1] != UInt8(ascii: "%")
        {
            start -= 1
        }
        if start == upTo { return true }
        if let currency = CurrencyText.packed(text, start, upTo) {
            guard amount.currency == 0 || amount.currency == currency else { return false }
            amount.currency = currency
            upTo = start
            trim(text)
        }
        return true
    }

    private mutating func takeMagnitude(_ text: Span<UInt8>) {
        guard upTo - from > 1 else { return }
        switch text[upTo - 1] | 0x20 {
        case UInt8(ascii: "k"):
            amount.scale = -3
            upTo -= 1
        case UInt8(ascii: "m"):
            amount.scale = -6
            upTo -= 1
        case UInt8(ascii: "n") where text[upTo - 2] | 0x20 == UInt8(ascii: "b"):
            amount.scale = -9
            upTo -= 2
        default: return
        }
        trim(text)
    }

    /// digits = group { separator group } [ mark { digit } ] [ "e" exponent ]; groups after a separator have three digits.
    private mutating func readDigits(_ text: Span<UInt8>) -> Bool {
        let decimalByte = mark == .point ? UInt8(ascii: ".") : UInt8(ascii: ",")
        let groupByte = mark == .point ? UInt8(ascii: ",") : UInt8(ascii: ".")
        var place = from
        var groupDigits = 0
        var digitCount = 0
        var separator: UInt8 = 0
        var decimals = false
        while place < upTo {
            let byte = text[place]
            if isDigit(byte) {
                if digitCount == 1, amount.digits == 0, !decimals, groupDigits == 1 { amount.hasLeadingZero = true }
                let (tens, overflow) = amount.digits.multipliedReportingOverflow(by: 10)
                let (sum, carry) = tens.addingReportingOverflow(Int64(byte - 48))
                if overflow || carry { return false }
                amount.digits = sum
                digitCount += 1
                if decimals { amount.scale += 1 } else { groupDigits += 1 }
                place += 1
            } else if byte == decimalByte, !decimals {
                if separator != 0, groupDigits != 3 { return false }
                decimals = true
                place += 1
            } else if !decimals, let width = separatorWidth(text, place, groupByte) {
                let fits =
                    separator == 0
                    ? (1...3).contains(groupDigits) && amount.digits != 0 && !amount.hasLeadingZero
                    : groupDigits == 3 && separator == byte
                guard fits else { return false }
                separator = byte
                groupDigits = 0
                place += width
            } else if byte | 0x20 == UInt8(ascii: "e"), digitCount > 0, separator == 0 {
                return readExponent(text, place + 1)
            } else {
                return false
            }
        }
        if separator != 0, !decimals, groupDigits != 3 { return false }
        return digitCount > 0
    }

    private mutating func readExponent(_ text: Span<UInt8>, _ start: Int) -> Bool {
        var place = start
        var negative = false
        if place < upTo, text[place] == UInt8(ascii: "-") || text[place] == UInt8(ascii: "+") {
            negative = text[place] == UInt8(ascii: "-")
            place += 1
        }
        guard place < upTo, upTo - place <= 3 else { return false }
        var exponent = 0
        while place < upTo {
            guard isDigit(text[place]) else { return false }
            exponent = exponent * 10 + Int(text[place] - 48)
            place += 1
        }
        amount.scale -= negative ? -exponent : exponent
        return true
    }

    /// Bytes of a group separator at a place: the column's group sign, an apostrophe, a blank or a no-break blank.
    private func separatorWidth(_ text: Span<UInt8>, _ place: Int, _ groupByte: UInt8) -> Int? {
        let byte = text[place]
        if byte == groupByte || byte == UInt8(ascii: "'") || byte == 32 { return 1 }
        if byte == 0xC2, place + 1 < upTo, text[place + 1] == 0xA0 { return 2 }
        if byte == 0xE2, place + 2 < upTo, text[place + 1] == 0x80 {
            return text[place + 2] == 0xAF || text[place + 2] == 0x99 ? 3 : nil
        }
        return nil
    }

    private func isDigit(_ byte: UInt8) -> Bool { byte &- 48 < 10 }
    private func isNumberSign(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: ".") || byte == UInt8(ascii: ",") || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "+")
    }
}
