// One rule for the plural of the nouns that answers count: deals, companies, statuses.

/// Plurals of English nouns.
public enum EnglishPlural {
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
