// The amounts that most cells hold: up to 15 digits with perhaps decimals and nothing else. Apart from AmountText, which
// reads everything, because these are read in one go, and what a column's survey asks of them follows from the digits.

/// Digits with perhaps a decimal mark among them.
struct PlainAmount {
    /// All digits as one number.
    let digits: Int64
    /// How many of them are decimals.
    let scale: Int
    /// Whether a decimal mark stands among the digits.
    let hasMark: Bool
    /// Whether the digits begin with a superfluous 0.
    let hasLeadingZero: Bool

    /// Reads the whole text; `nil` for anything that is not as plain, and for three decimals, which under the other mark
    /// are a group of digits.
    @inline(__always)
    init?(_ text: Span<UInt8>, _ mark: DecimalMark) {
        let count = text.count
        guard count > 0, count <= 16 else { return nil }
        if count >= 4, count <= 8, let digits = PlainAmount.digits(text) {
            self.digits = digits
            scale = 0
            hasMark = false
            hasLeadingZero = text[0] == UInt8(ascii: "0")
            return
        }
        let decimalByte = mark == .point ? UInt8(ascii: ".") : UInt8(ascii: ",")
        var digits: Int64 = 0
        var markPlace = -1
        for place in 0..<count {
            let digit = text[place] &- 48
            if digit < 10 {
                digits = digits &* 10 &+ Int64(digit)
            } else {
                guard text[place] == decimalByte, markPlace < 0, place > 0, place + 1 < count else { return nil }
                markPlace = place
            }
        }
        hasMark = markPlace >= 0
        scale = hasMark ? count - 1 - markPlace : 0
        guard scale != 3, hasMark || count <= 15 else { return nil }
        self.digits = digits
        hasLeadingZero = text[0] == UInt8(ascii: "0") && (hasMark ? markPlace : count) > 1
    }

    /// Four to eight digits as a number, all at once; `nil` where something else is among them. Digit by
    /// digit two columns of a million amounts took 40 ms of processor time, so 25.
    @inline(__always)
    private static func digits(_ text: Span<UInt8>) -> Int64? {
        // SAFETY: the first and the last four bytes are there.
        let (first, last) = unsafe (
            UInt64(UInt32(littleEndian: text.bytes.unsafeLoadUnaligned(as: UInt32.self))),
            UInt64(
                UInt32(littleEndian: text.bytes.unsafeLoadUnaligned(fromByteOffset: text.count - 4, as: UInt32.self)))
        )
        // Eight characters, the first one lowest: zeros before those of the text.
        let zeroBits = UInt64(64 - 8 * text.count)
        let characters = last << 32 | first << zeroBits & 0xFFFF_FFFF | 0x3030_3030 & (1 << zeroBits - 1)
        let digits = characters ^ 0x3030_3030_3030_3030
        // Adding what is missing to 128 shows every byte that is more than 9.
        guard (digits &+ 0x7676_7676_7676_7676 | digits) & 0x8080_8080_8080_8080 == 0 else { return nil }
        let pairs = (digits &* 10 &+ digits >> 8) & 0x00FF_00FF_00FF_00FF
        let fours = (pairs &* 100 &+ pairs >> 16) & 0x0000_FFFF_0000_FFFF
        return Int64((fours &* 10_000 &+ fours >> 32) & 0xFFFF_FFFF)
    }

    /// Whether the decimals, if any, are zeros.
    var isWhole: Bool { digits % PlainAmount.powers[scale] == 0 }
    /// Whether it is more than 1.
    @inline(__always) var isAboveOne: Bool { scale == 0 ? digits > 1 : digits > PlainAmount.powers[scale] }

    /// In units of `1 ÷ 10^decimals`; `nil` where that would cut decimals.
    @inline(__always)
    func scaled(to decimals: Int) -> Int64? {
        guard scale <= decimals else { return nil }
        // 15 digits times 10^6 do not fit, the 10^2 of cents do.
        let (product, overflow) = digits.multipliedReportingOverflow(by: PlainAmount.powers[decimals - scale])
        return overflow ? nil : product
    }

    private static let powers: [Int64] = (0...15).map { (0..<$0).reduce(1) { power, _ in power * 10 } }
}
