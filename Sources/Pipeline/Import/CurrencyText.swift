// Currencies as they stand beside amounts: signs, codes, and the dollars of many countries. Kept as three letters in one
// integer while cells are read, so that no text is made for each of them.

import Values

/// Currencies as they stand beside amounts.
enum CurrencyText {
    /// The three letters of the currency that the bytes name (`$`, `€`, `US$`, `USD`, with blanks), packed; `nil` when
    /// they name none.
    static func packed(_ text: Span<UInt8>, _ start: Int, _ end: Int) -> UInt32? {
        var from = start
        var upTo = end
        while from < upTo, text[from] == 32 || text[from] == 0xA0 || text[from] == 0xC2 { from += 1 }
        while upTo > from, text[upTo - 1] == 32 { upTo -= 1 }
        if upTo - from >= 2, text[upTo - 2] == 0xC2, text[upTo - 1] == 0xA0 { upTo -= 2 }
        if upTo - from == 1, text[from] == UInt8(ascii: "$") { return dollar }
        var bytes: [UInt8] = []
        for place in from..<upTo { bytes.append(text[place]) }
        let word = String(decoding: bytes, as: UTF8.self)
        if bytes.count == 3, let currency = Currency(code: word), known.contains(currency.code) {
            return pack(currency)
        }
        if let currency = Currency(sign: word) { return pack(currency) }
        switch word {
        case "US$", "U$": return dollar
        case "CA$", "C$": return Currency(code: "CAD").map(pack)
        case "A$", "AU$": return Currency(code: "AUD").map(pack)
        case "NZ$": return Currency(code: "NZD").map(pack)
        case "HK$": return Currency(code: "HKD").map(pack)
        case "S$": return Currency(code: "SGD").map(pack)
        case "R$": return Currency(code: "BRL").map(pack)
        case "kr", "kr.": return Currency(code: "SEK").map(pack)
        case "Fr.", "SFr.": return Currency(code: "CHF").map(pack)
        default: return nil
        }
    }

    /// The three letters of a code as one integer.
    static func pack(_ currency: Currency) -> UInt32 {
        currency.code.utf8.reduce(0) { $0 << 8 | UInt32($1) }
    }

    /// The currency of a packed code.
    static func unpack(_ packed: UInt32) -> Currency? {
        let bytes = [
            UInt8(truncatingIfNeeded: packed >> 16), UInt8(truncatingIfNeeded: packed >> 8),
            UInt8(truncatingIfNeeded: packed),
        ]
        return Currency(code: String(decoding: bytes, as: UTF8.self))
    }

    private static let dollar = pack(.usDollar)

    /// Codes of the currencies in use (ISO 4217), so that three letters beside digits are not taken for money.
    static let known: Set<String> = Set(
        """
        AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CLP
        CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF
        IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD
        MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB
        RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD
        UYU UZS VES VND VUV WST XAF XCD XOF XPF YER ZAR ZMW ZWL
        """.split(whereSeparator: { $0.isWhitespace }).map(String.init))
}
