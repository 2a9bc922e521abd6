// Patterns against a backtracking matcher over random trees, and the messages of malformed ones.

import Engine
import Testing
import Values

/// A pattern as the test builds it, printed for the engine and matched here by trying everything.
private indirect enum Tree {
    case letter(Character)
    case anything
    case among([Character], negated: Bool)
    case start, end
    case sequence([Tree])
    case choice([Tree])
    case repeated(Tree, Int, Int?)

    var text: String {
        switch self {
        case .letter(let letter): String(letter)
        case .anything: "."
        case .among(let letters, let negated): "[" + (negated ? "^" : "") + String(letters) + "]"
        case .start: "^"
        case .end: "$"
        case .sequence(let parts): parts.map(\.text).joined()
        case .choice(let parts): "(" + parts.map(\.text).joined(separator: "|") + ")"
        case .repeated(let part, let least, let most):
            "(" + part.text + ")"
                + (least == 0 && most == nil
                    ? "*"
                    : least == 1 && most == nil
                        ? "+" : least == 0 && most == 1 ? "?" : "{\(least),\(most.map(String.init) ?? "")}")
        }
    }

    /// All places where a match that begins at `place` can end.
    func ends(_ text: [Character], _ place: Int) -> Set<Int> {
        func same(_ letter: Character) -> Bool { place < text.count && text[place].lowercased() == letter.lowercased() }
        switch self {
        case .letter(let letter): return same(letter) ? [place + 1] : []
        case .anything: return place < text.count && text[place] != "\n" ? [place + 1] : []
        case .among(let letters, let negated):
            return place < text.count && letters.contains(where: same) != negated ? [place + 1] : []
        case .start: return place == 0 ? [place] : []
        case .end: return place == text.count ? [place] : []
        case .sequence(let parts):
            return parts.reduce([place]) { places, part in
                places.reduce(into: []) { $0.formUnion(part.ends(text, $1)) }
            }
        case .choice(let parts): return parts.reduce(into: []) { $0.formUnion($1.ends(text, place)) }
        case .repeated(let part, let least, let most):
            var current: Set<Int> = [place]
            for _ in 0..<least { current = current.reduce(into: []) { $0.formUnion(part.ends(text, $1)) } }
            var all = current
            var rounds = 0
            while !current.isEmpty, most.map({ rounds < $0 - least }) ?? true {
                current = current.reduce(into: Set<Int>()) { $0.formUnion(part.ends(text, $1)) }.subtracting(all)
                all.formUnion(current)
                rounds += 1
            }
            return all
        }
    }

    static func random(_ random: inout SeededRandom, _ depth: Int) -> Tree {
        let letters: [Character] = ["a", "b", "C", "é", "Z"]
        if depth == 0 || random.chance(30) {
            switch random.below(8) {
            case 0: return .anything
            case 1:
                return .among((0..<1 + random.below(3)).map { _ in random.pick(letters) }, negated: random.chance(40))
            case 2: return random.chance(50) ? .start : .end
            default: return .letter(random.pick(letters))
            }
        }
        switch random.below(4) {
        case 0: return .choice((0..<1 + random.below(3)).map { _ in .random(&random, depth - 1) })
        case 1:
            let least = random.below(3)
            return .repeated(.random(&random, depth - 1), least, random.chance(50) ? nil : least + random.below(3))
        default: return .sequence((0..<random.below(4)).map { _ in .random(&random, depth - 1) })
        }
    }
}

@Suite struct PatternTests {
    @Test(arguments: UInt64(1)...20) func randomPatterns(seed: UInt64) throws {
        var random = SeededRandom(seed &* 31)
        for _ in 0..<60 {
            let tree = Tree.random(&random, 3)
            let pattern = try Pattern(tree.text)
            for _ in 0..<12 {
                let text = (0..<random.below(9)).map { _ in
                    random.pick(["a", "b", "c", "B", "é", "É", "z", "\n"] as [Character])
                }
                let expected = (0...text.count).contains { !tree.ends(text, $0).isEmpty }
                #expect(pattern.finds(in: String(text)) == expected, "seed \(seed): \(tree.text) in \(String(text))")
            }
        }
    }

    @Test(arguments: [
        ("^GTX", "gtx Pro", true), ("^GTX", "MG GTX", false), ("pro$", "GTX Pro", true), ("\\d{3}", "a12b345", true),
        ("\\d{3}", "12a34", false), ("a.c", "a\nc", false), ("[a-c]+x", "ABCx", true), ("[^a-c]", "abc", false),
        ("\\w+@\\w+\\.com", "x.y@acme.com", true), ("(a*)*b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaac", false),
        ("", "", true),
        ("\\.", "a", false), ("\\s", "a b", true), ("\\S\\W", "a-", true), ("straße", "STRAßE", true),
        ("[]x]", "]", true),
        ("a{2}", "aba", false), ("a{2,}", "caa", true), ("x|", "", true), ("\u{130}", "\u{130}", true),
    ])
    func examples(pattern: String, text: String, expected: Bool) throws {
        #expect(try Pattern(pattern).finds(in: text) == expected)
    }

    @Test(arguments: [
        ("a(b", 1), ("a)b", 1), ("[abc", 0), ("*a", 0), ("a\\", 1), ("\\q", 0), ("a{2", 3), ("a{3,2}", 5), ("a{x}", 2),
        ("é[z-a]", 3), ("a{2000}", 5),
    ])
    func faults(pattern: String, offset: Int) {
        do {
            _ = try Pattern(pattern)
            Issue.record("\(pattern) was accepted")
        } catch EngineError.badPattern(let found, _) {
            #expect(found == offset)
        } catch {
            Issue.record("\(error)")
        }
    }

    @Test func greedyRepetitionIsRefused() {
        #expect(throws: EngineError.self) { try Pattern("((a{1000}){1000}){1000}") }
        #expect(throws: Never.self) { try Pattern("(((){1000}){1000}){1000}") }
        #expect(throws: EngineError.self) { try Pattern(String(repeating: "(", count: 5_000)) }
    }

    @Test func hostilePatternTakesLinearTime() throws {
        let pattern = try Pattern("(x+x+)+y")
        #expect(!pattern.finds(in: String(repeating: "x", count: 50_000)))
    }
}
