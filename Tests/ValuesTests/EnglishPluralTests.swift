// Plurals of the nouns that count lines name.

import Testing
import Values

@Suite struct EnglishPluralTests {
    @Test(arguments: [
        ("deal", "deals"), ("account.industry", "account.industries"), ("status", "statuses"), ("day", "days"),
        ("product.series", "product.series"), ("box", "boxes"), ("branch", "branches"), ("stage", "stages"),
    ])
    func nouns(_ noun: String, _ plural: String) { #expect(EnglishPlural.of(noun) == plural) }
}
