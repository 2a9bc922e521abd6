// Money is exact: a whole number of hundredths. Formatting for people groups by thousands; formatting for
// programs is a plain decimal. Arithmetic that can overflow reports it.

/// An amount in hundredths (cents) of some currency; the currency belongs to the column or book, not to the amount.
public struct Money: Hashable, Comparable, Sendable {
    /// Hundredths of the currency's unit.
    public let cents: Int64

    /// An amount of that many hundredths.
    public init(cents: Int64) { self.cents = cents }

    /// Orders by amount.
    public static func < (left: Money, right: Money) -> Bool { left.cents < right.cents }

    /// `1234.50`, `-0.05`, `12`: two decimals when there are cents, none otherwise; no groups. Exact.
    public var plain: String { decimal(grouped: false, alwaysCents: false) }

    /// `1,234.50` or `1,234`: cents shown when there are any, or always when asked.
    public func grouped(alwaysCents: Bool = false) -> String { decimal(grouped: true, alwaysCents: alwaysCents) }

    private func decimal(grouped: Bool, alwaysCents: Bool) -> String {
        let magnitude = cents.magnitude
        let rest = magnitude % 100
        var whole = String(magnitude / 100)
        if grouped { whole = DecimalText.grouped(whole) }
        if rest != 0 || alwaysCents { whole += (rest < 10 ? ".0" : ".") + String(rest) }
        return cents < 0 ? "-" + whole : whole
    }
}

/// Text forms of decimal digits.
public enum DecimalText {
    /// Puts a comma between groups of three digits: `1234567` gives `1,234,567`. Takes digits only.
    public static func grouped(_ digits: String) -> String {
        var out = ""
        let count = digits.utf8.count
        for (index, digit) in digits.enumerated() {
            if index > 0, (count - index) % 3 == 0 { out.append(",") }
            out.append(digit)
        }
        return out
    }

    /// `1,234,567`, `-12`: a whole number in groups of three digits.
    public static func grouped(_ number: Int) -> String {
        (number < 0 ? "-" : "") + grouped(String(number.magnitude))
    }
}

/// A currency by its three-letter ISO 4217 code.
public struct Currency: Hashable, Sendable {
    /// Three capital letters, such as `USD`.
    public let code: String

    /// The currency with this code; `nil` unless it is three ASCII letters (made upper case).
    public init?(code: String) {
        let upper = code.uppercased()
        guard upper.utf8.count == 3, upper.utf8.allSatisfy({ $0 >= 65 && $0 <= 90 }) else { return nil }
        self.code = upper
    }

    private init(known code: String) { self.code = code }

    /// US dollars, the currency of a new book.
    public static let usDollar = Currency(known: "USD")

    /// Signs that stand for one currency. `$` is the US dollar unless the book says otherwise.
    public static let signs: [(sign: String, code: String)] = [
        ("$", "USD"), ("€", "EUR"), ("£", "GBP"), ("¥", "JPY"), ("₹", "INR"), ("₩", "KRW"), ("₽", "RUB"),
        ("₺", "TRY"), ("₪", "ILS"), ("₴", "UAH"), ("₫", "VND"), ("₦", "NGN"), ("฿", "THB"), ("zł", "PLN"),
    ]

    /// The currency that a sign such as `€` stands for.
    public init?(sign: String) {
        guard let match = Currency.signs.first(where: { $0.sign == sign }) else { return nil }
        self.code = match.code
    }

    /// What stands before an amount: `$`, `€`, or the code and a space.
    public var prefix: String { Currency.signs.first { $0.code == code }?.sign ?? code + " " }
}

/// A share such as a probability, in millionths: 45% is 450,000. Exact, so that weighted values are right to the cent.
public struct Percent: Hashable, Comparable, Sendable {
    /// Millionths of the whole: 1,000,000 is 100%.
    public let millionths: Int64

    /// A share of that many millionths.
    public init(millionths: Int64) { self.millionths = millionths }
    /// 0%.
    public static let zero = Percent(millionths: 0)
    /// 100%.
    public static let one = Percent(millionths: 1_000_000)

    /// Orders by size.
    public static func < (left: Percent, right: Percent) -> Bool { left.millionths < right.millionths }

    /// The share of an amount, rounded to the cent, halves away from zero; `nil` on overflow.
    public func of(_ money: Money) -> Money? {
        let product = money.cents.multipliedFullWidth(by: millionths)
        let wide = Int128(product.high) << 64 | Int128(product.low)
        let half: Int128 = wide < 0 ? -500_000 : 500_000
        guard let cents = Int64(exactly: (wide + half) / 1_000_000) else { return nil }
        return Money(cents: cents)
    }
}
