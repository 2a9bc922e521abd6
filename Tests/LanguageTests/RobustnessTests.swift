// Any bytes give statements or diagnostics, never a trap, and no byte is ignored in silence: each is a blank, a
// comment, part of a statement, or part of one that a diagnostic points at.

import Testing
import Values

@testable import Language

@Suite struct RobustnessTests {
    /// Checks one text; gives whether it parsed without errors.
    @discardableResult
    private func check(_ bytes: [UInt8], _ seed: UInt64) -> Bool {
        let source = SourceText(bytes: bytes)
        let list = Lexer.tokens(of: bytes)
        var place = 0
        // Between tokens stand only blanks and comments, and tokens follow one another.
        var comments = list.comments[...]
        for token in list.tokens {
            #expect(Int(token.start) >= place && token.end >= token.start, "seed \(seed)")
            while place < Int(token.start) {
                if let comment = comments.first, comment.start == place {
                    place = comment.end
                    comments.removeFirst()
                } else {
                    let lexer = Lexer(bytes: Array(bytes[place..<min(bytes.count, place + 4)]))
                    let length = lexer.isLineBlank(bytes[place]) ? 1 : lexer.blankLength(at: 0)
                    #expect(length > 0, "byte \(place) is lost, seed \(seed)")
                    place += max(1, length)
                }
            }
            place = Int(token.end)
        }
        let script = Parser.parse(source, isPrompt: true)
        for diagnostic in script.diagnostics {
            guard let span = diagnostic.span else { continue }
            #expect(span.start >= 0 && span.start <= span.end && span.end <= bytes.count, "seed \(seed)")
        }
        // Each statement's tokens lie in the span of a tree, or a diagnostic points into them.
        guard script.diagnostics.count < Limits.diagnosticCountMax else { return false }
        var trees = script.statements.map(\.span)[...]
        var index = 0
        while index < list.tokens.count {
            var end = index
            while !list.tokens[end].isEnd { end += 1 }
            if end > index {
                let span = SourceSpan(Int(list.tokens[index].start), Int(list.tokens[end - 1].end))
                while let tree = trees.first, tree.end <= span.start { trees.removeFirst() }
                let isTree = trees.first.map { $0.start <= span.start && span.end <= $0.end } ?? false
                let isTold = script.diagnostics.contains { diagnostic in
                    diagnostic.span.map { $0.start >= span.start && $0.start <= Int(list.tokens[end].end) } ?? false
                }
                #expect(isTree || isTold, "statement at \(span) ignored, seed \(seed): \(source.text(span))")
            }
            index = end + 1
        }
        _ = Parser.needsMoreInput(source)
        return script.diagnostics.isEmpty
    }

    @Test func randomBytes() {
        for seed in 0..<1500 as Range<UInt64> {
            var random = SeededGenerator(seed: seed)
            let count = Int.random(in: 0..<60, using: &random)
            let bytes = (0..<count).map { _ in
                // Half of them are signs and letters that mean something.
                Bool.random(using: &random)
                    ? UInt8.random(in: 0...255, using: &random)
                    : Array("deals|()\"'`#;\n ,.=<>-+*/0123456789$%kmdby".utf8).randomElement(using: &random) ?? 0
            }
            check(bytes, seed)
        }
    }

    @Test func mutatedBytes() throws {
        let grammar = try GrammarFile.shared.get()
        var right = 0
        for seed in 0..<1500 as Range<UInt64> {
            var generator = SentenceGenerator(grammar, seed: seed &+ 9_000_000)
            var random = SeededGenerator(seed: seed)
            var bytes = Array(generator.sentence("script").utf8)
            for _ in 0..<Int.random(in: 1...3, using: &random) where !bytes.isEmpty {
                let place = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<5, using: &random) {
                case 0: bytes.remove(at: place)
                case 1: bytes.insert(UInt8.random(in: 0...255, using: &random), at: place)
                case 2: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
                case 3: bytes.removeSubrange(place..<min(bytes.count, place + 9))
                default: bytes.insert(contentsOf: bytes[place..<min(bytes.count, place + 12)], at: place)
                }
            }
            if check(bytes, seed) { right += 1 }
        }
        #expect(right > 20 && right < 1400)
    }

    /// Cutting a right script anywhere gives something that completion and colours take as well.
    @Test func cutSentences() throws {
        let grammar = try GrammarFile.shared.get()
        for seed in 0..<60 as Range<UInt64> {
            var generator = SentenceGenerator(grammar, seed: seed &+ 8_000_000)
            let source = SourceText(generator.sentence("statement"))
            for cut in 0...source.bytes.count {
                let completion = Parser.completion(of: source, at: cut)
                for candidate in completion.candidates {
                    #expect(candidate.span.start <= cut && candidate.span.end == cut, "seed \(seed)")
                }
            }
            var place = 0
            for piece in Parser.classify(source) {
                #expect(piece.span.start >= place && piece.span.end > piece.span.start)
                place = piece.span.end
            }
        }
    }

    @Test func longAndDeep() {
        let chain = "deals where " + (0..<10_000).map { "x = \($0)" }.joined(separator: " or ")
        #expect(check(Array(chain.utf8), 0))
        let script = Parser.parse(SourceText(chain))
        #expect(script.statements.first.map { Parser.parse(SourceText($0.text)).statements == [$0] } ?? false)
        let names = "deals of " + (0..<10_000).map { "A\($0)" }.joined(separator: ", ")
        #expect(check(Array(names.utf8), 0))
        let deep = Limits.nestingDepthMax
        let nested = "deals where " + String(repeating: "(", count: deep) + "won" + String(repeating: ")", count: deep)
        #expect(check(Array(nested.utf8), 0))
        for opening in ["(", "not ", "-", "if won then 1 else ", "round(", "if ("] {
            #expect(!check(Array(("deals | with x = " + String(repeating: opening, count: 20_000)).utf8), 0))
        }
        #expect(check(Array(String(repeating: "deals\n", count: 5_000).utf8), 0))
        #expect(check(Array(("deals " + String(repeating: "| top 5 ", count: 5_000)).utf8), 0))
    }

    @Test func tooManyDiagnosticsAreCut() {
        let script = Parser.parse(SourceText(String(repeating: "deals deals\n", count: 100)))
        #expect(script.diagnostics.count == Limits.diagnosticCountMax)
    }

    /// Equality looks at what was said, not where.
    @Test func equalityIgnoresPlaces() {
        let near = Parser.parse(SourceText("deals of Dana > $10k")).statements
        let far = Parser.parse(SourceText("\n\n  deals   of Dana\t> $10000")).statements
        #expect(near == far && near.first?.span != far.first?.span)
        #expect(near != Parser.parse(SourceText("deals of Dana > $11k")).statements)
    }
}
