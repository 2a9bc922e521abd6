// One rule for the plural of the nouns that answers count: deals, companies, statuses.

/// Plurals of English nouns.
public enum EnglishPlural {
    /// `1 deal`, `12,345 deals`: a count with its noun, in the plural unless it is one.
    public static func counted(_ number: Int, _ noun: String) -> String {
        DecimalText.grouped(number) + " " + (number == 1 ? noun : of(noun))
    }

    /// `deals`, `companies`, `statuses`, `series`; of `account.industry` the last word counts: `account.industries`.
    public static func of(_ noun: String) -> String {
        if noun.hasSuffix("series") || noun.hasSuffix("species") { return noun }
        if noun.hasSuffix("y"), let before = noun.dropLast().last, !"aeiou".contains(before) {
            return noun.dropLast() + "ies"
        }
        let hisses = ["s", "x", "ch", "sh", "z"].contains { noun.hasSuffix($0) }
        return noun + (hisses ? "es" : "s")
    }
}
