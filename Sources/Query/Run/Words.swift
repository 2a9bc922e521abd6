// Numbers and nouns in remarks.

import Values

/// Small pieces of English.
enum Words {
    /// `1,480`
    static func grouped(_ number: Int) -> String {
        (number < 0 ? "-" : "") + DecimalText.grouped(String(number.magnitude))
    }

    /// `1 deal`, `1,480 deals`
    static func count(_ number: Int, _ noun: String) -> String {
        "\(grouped(number)) \(number == 1 ? noun : NameKind(noun).plural)"
    }

    /// `a`, `a and b`, `a, b and c`
    static func list(_ parts: [String]) -> String {
        parts.count < 2 ? parts.joined() : parts.dropLast().joined(separator: ", ") + " and " + parts[parts.count - 1]
    }

    /// `a product`, `an account`
    static func article(_ noun: String) -> String {
        let isVowel = noun.first.map { "aeiou".contains($0) } ?? false
        return (isVowel ? "an " : "a ") + noun
    }

    /// `$1,480`, `-€12.50`
    static func money(_ cents: Int64, _ currency: Currency) -> String {
        let amount = Money(cents: cents).grouped()
        return amount.hasPrefix("-") ? "-" + currency.prefix + amount.dropFirst() : currency.prefix + amount
    }

    /// `35%`, `12.5%`
    static func percent(_ percent: Percent) -> String {
        let size = percent.millionths.magnitude
        var text = (percent.millionths < 0 ? "-" : "") + String(size / 10_000)
        if size % 10_000 > 0 {
            let digits = String(size % 10_000)
            text += "." + String(repeating: "0", count: 4 - digits.utf8.count) + digits
            while text.hasSuffix("0") { text.removeLast() }
        }
        return text + "%"
    }

    /// `12`, `0.25`
    static func number(_ number: Double) -> String {
        Int64(exactly: number).map { grouped(Int($0)) } ?? String(describing: number)
    }
}
