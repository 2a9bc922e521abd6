// Completion, colours and "is it complete?" at the prompt.

import Testing
import Values

@testable import Language

@Suite struct CompletionTests {
    /// What is offered where `^` stands.
    private func candidates(_ text: String) -> [Candidate] {
        let parts = text.split(separator: "^", omittingEmptySubsequences: false)
        let source = SourceText(parts.joined())
        return Parser.completion(of: source, at: parts[0].utf8.count).candidates
    }

    private func words(_ text: String) -> Set<String> {
        Set(
            candidates(text).compactMap { candidate in
                switch candidate.item {
                case .word(let word, _): word
                case .sign(let sign): sign
                default: nil
                }
            })
    }

    private func offers(_ text: String, _ item: Expected) -> Bool { candidates(text).contains { $0.item == item } }

    @Test(
        arguments: [
            ("^", ["deals", "open", "forecast", "let", "import", "what if", "|"], ["top", "of", "and"]),
            ("de^", ["deals", "deal"], ["top"]),
            (
                "deals ^", ["of", "closing", "in", "where", "by", "|", "as of", ">", "older than"],
                ["top", "deals", "then"]
            ),
            ("deals of Dana ^", ["closing", "where", "|", "in", ","], ["top", "of deals", "deals"]),
            (
                "deals | ^", ["top", "where", "count", "forecast", "move", "set", "of", "show"],
                ["deals", "let", "then"]
            ),
            ("deals | top 5 ^", ["by", "|"], ["where", "of"]),
            ("deals | sort value ^", ["desc", "asc", ",", "|"], ["by", "where"]),
            ("deals closing ^", ["this", "last", "next", "since", "before", "within"], ["of", "where"]),
            ("deals closing last ^", ["quarter", "month", "fiscal"], ["this", "of"]),
            ("deals where value ^", ["=", ">", "between", "is", "contains", "in"], ["top", "of"]),
            ("deals where value > $5k ^", ["and", "or", "|", "by", "as of"], ["of", "closing", "where"]),
            ("deals where next_step is ^", ["missing", "set", "not"], ["and"]),
            ("deals | count ^", ["by", "distinct", "where", ",", "|"], ["sort"]),
            ("forecast ^", ["by", "using", "of", "where", "as of", "|"], ["top"]),
            ("forecast using ^", ["stages", "history", "category"], ["of"]),
            ("import deals from \"x.csv\" ^", ["as of", "with", "missing as", "dates as", "key"], ["where", "|"]),
            ("import ^", ["deals", "history"], ["from"]),
            ("what if ^", ["win rate", "cycle", "deal size", "new deals", "scenario", "deals"], ["top"]),
            ("deals | lose ^", ["because", "on", "|"], ["to"]),
            ("deals | move ^", ["to"], ["on"]),
            ("stage Demo ^", ["probability", "target", "category", "as"], ["of"]),
            ("deals | chart ^", ["bars", "columns", "line", "spark"], ["of"]),
            ("deals | expect ^", ["none", "some"], ["of"]),
            ("deals | with x = if won ^", ["then", "and", "or"], ["else"]),
        ] as [(String, [String], [String])])
    func offersWords(_ test: (text: String, offered: [String], not: [String])) {
        let words = words(test.text)
        for word in test.offered { #expect(words.contains(word), "\(test.text): \(word) in \(words.sorted())") }
        for word in test.not { #expect(!words.contains(word), "\(test.text): not \(word)") }
    }

    @Test func offersNamesAndValues() {
        #expect(offers("deals in ^", .stage))
        #expect(offers("deals in Demo, ^", .stage))
        #expect(offers("deals of ^", .owner))
        #expect(offers("deals at \"Acme^", .account))
        #expect(offers("deals from ^", .dealSource))
        #expect(offers("deal ^", .deal))
        #expect(offers("deals | show ^", .field))
        #expect(offers("deals where ^", .field))
        #expect(offers("deals | sort ^", .field))
        #expect(offers("deals by ^", .field))
        #expect(offers("deals | move to ^", .stage))
        #expect(offers("deals closing ^", .period))
        #expect(offers("deals as of ^", .day))
        #expect(offers("deals older than ^", .duration))
        #expect(offers("run ^", .path))
        #expect(offers("import deals from ^", .path))
        #expect(offers("deals | save \"ou^", .path))
        #expect(offers("settings ^", .setting))
        #expect(offers("settings week = ^", .valueOfSetting("week")))
        #expect(offers("help ^", .helpTopic))
        #expect(offers("forget scenario ^", .scenario))
        #expect(offers("deals | top ^", .count))
        #expect(offers("^", .table))
        func isValue(_ text: String, of field: String) -> Bool {
            candidates(text).contains { candidate in
                if case .valueOf(let path) = candidate.item { path.parts.map(\.text) == [field] } else { false }
            }
        }
        #expect(isValue("deals where stage = ^", of: "stage"))
        #expect(isValue("deals where owner in (Dana, ^", of: "owner"))
        #expect(isValue("deals | set owner = ^", of: "owner"))
        #expect(isValue("deals where source = Web^", of: "source"))
        #expect(candidates("# a comment ^").isEmpty)
        #expect(candidates("deals deals ^").isEmpty)
    }

    /// A name that goes on is replaced as a whole, a word alone.
    @Test func spans() {
        let text = "deals of Dana Ru"
        let completion = Parser.completion(of: SourceText(text), at: text.utf8.count)
        #expect(completion.partial == SourceSpan(14, 16))
        #expect(completion.candidates.contains { $0.item == .owner && $0.span == SourceSpan(9, 16) })
        #expect(completion.candidates.contains { $0.item == .word("where", .clause) && $0.span == SourceSpan(14, 16) })
        let quoted = "deals at \"Acme Co"
        #expect(
            Parser.completion(of: SourceText(quoted), at: quoted.utf8.count).candidates.contains {
                $0.item == .account && $0.span == SourceSpan(9, 17)
            })
        let middle = "deals cl of Dana"
        #expect(
            Parser.completion(of: SourceText(middle), at: 8).candidates.contains {
                $0.item == .word("closing", .clause) && $0.span == SourceSpan(6, 8)
            })
    }

    /// Every word that is offered has an entry, but for those that only join others.
    @Test func offeredWordsHaveEntries() throws {
        let grammar = try GrammarFile.shared.get()
        var seen: Set<String> = []
        var missing: Set<String> = []
        for seed in 0..<150 as Range<UInt64> {
            var generator = SentenceGenerator(grammar, seed: seed &+ 6_000_000)
            let source = SourceText(generator.sentence("statement"))
            for cut in stride(from: 0, through: source.bytes.count, by: 3) {
                for candidate in Parser.completion(of: source, at: cut).candidates {
                    guard case .word(let word, let role) = candidate.item, role != .filler, role != .date else {
                        continue
                    }
                    seen.insert(word)
                    if candidate.entry == nil { missing.insert("\(word) as \(role.rawValue)") }
                }
            }
        }
        #expect(missing.sorted() == [])
        #expect(seen.count > 80)
    }

    @Test(arguments: [
        ("", false), ("deals", false), ("deals |", true), ("deals | count by", true), ("deals where (a > 5", true),
        ("deals where a > 5 and", true), ("deals of Dana,", true), ("deals # |", false), ("deals | top 5;", false),
        ("deals where a =", true), ("deals where (a > 5)", false), ("deals at \"Acme |", false), ("deals\n|", true),
        ("deals | count by # why", true), ("deals where not", true), ("x-by", false),
    ]) func needsMoreInput(_ test: (text: String, needs: Bool)) {
        #expect(Parser.needsMoreInput(SourceText(test.text)) == test.needs, "\(test.text)")
    }

    @Test func classifies() {
        func roles(_ text: String) -> [String] {
            let source = SourceText(text)
            return Parser.classify(source).map { "\(source.text($0.span)) \($0.role.rawValue)" }
        }
        #expect(
            roles("open deals of Dana Ruiz > $10k # why") == [
                "open keyword", "deals keyword", "of keyword", "Dana name", "Ruiz name", "> sign", "$10k number",
                "# why comment",
            ])
        #expect(
            roles("deals closing last quarter at \"Acme\"") == [
                "deals keyword", "closing keyword", "last number", "quarter number", "at keyword", "\"Acme\" string",
            ])
        #expect(roles("deals | show open") == ["deals keyword", "| sign", "show keyword", "open name"])
        #expect(roles("deals | wibble") == ["deals keyword", "| sign", "wibble error"])
        #expect(roles("deals == 5")[1] == "== error")
    }
}
