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
}
