// The grammar file, the parser and the printer say the same: sentences made from the file are accepted exactly when an
// independent recogniser finds one derivation, none has two, and printing what was parsed gives an equal tree.

import Testing
import Values

@testable import Language

@Suite struct GrammarTests {
    /// Codes of errors that are no matter of grammar: a sentence may break such a rule and still have a derivation.
    static let beyondGrammar: Set<DiagnosticCode> = [
        .duplicateClause, .numberTooLarge, .noSuchDay, .changeNotLast, .nestingTooDeep, .malformedNumber,
        .groupedNumber,
        .reservedName,
    ]

    private func sources() throws -> [String] {
        let folder = "Sources/Language/Parser/"
        let files = [
            "Parser", "Parser+Statements", "Parser+Queries", "Parser+Clauses", "Parser+Conditions",
            "Parser+Expressions",
            "Parser+Literals", "Parser+Dates", "Parser+Steps", "Parser+Changes", "Parser+Reports", "Parser+Book",
            "Parser+Import", "Parser+WhatIfs", "Parser+Names",
        ]
        return try files.map { try GrammarFile.read(folder + $0 + ".swift") }
    }

    /// Each production is the comment of the function that parses it, word for word, and there are no others.
    @Test func productionsAreComments() throws {
        let grammar = try GrammarFile.read("grammar/pql.ebnf")
        let body = grammar.split(separator: "(* ----").dropFirst().map { part in
            part.split(separator: "*)", maxSplits: 1).last.map(String.init) ?? ""
        }
        var inFile: Set<String> = []
        for production in body.joined(separator: "\n").split(separator: " ;\n") {
            let text = production.split(whereSeparator: \.isWhitespace).joined(separator: " ")
            if text.contains(" = ") { inFile.insert(text) }
        }
        var inSource: Set<String> = []
        for source in try sources() {
            let lines = source.split(separator: "\n", omittingEmptySubsequences: false)
            for (index, line) in lines.enumerated() {
                let text = line.split(whereSeparator: \.isWhitespace).joined(separator: " ")
                guard text.hasPrefix("// "), text.hasSuffix(" ;"), text.contains(" = ") else { continue }
                let production = String(text.dropFirst(3).dropLast(2))
                inSource.insert(production)
                let name = production.prefix { $0 != " " }
                let words = name.split(separator: "_").map { $0.prefix(1).uppercased() + $0.dropFirst() }
                let following = lines[(index + 1)..<min(index + 4, lines.count)].joined(separator: "\n")
                #expect(following.contains("func parse" + words.joined() + "("), "\(name)")
            }
        }
        #expect(inFile.subtracting(inSource).sorted() == [])
        #expect(inSource.subtracting(inFile).sorted() == [])
        #expect(inFile.count > 150)
    }

    /// Every production that is used is defined, and every one that is defined is used.
    @Test func productionsAreDefinedAndUsed() throws {
        let grammar = try GrammarFile.shared.get()
        var used: Set<String> = ["script"]
        func visit(_ node: GrammarNode) {
            switch node {
            case .production(let name): used.insert(name)
            case .sequence(let nodes), .choice(let nodes): nodes.forEach(visit)
            case .optional(let node), .repetition(let node): visit(node)
            default: break
            }
        }
        grammar.productions.values.forEach(visit)
        #expect(used.subtracting(grammar.productions.keys).sorted() == [])
        #expect(Set(grammar.productions.keys).subtracting(used).sorted() == [])
    }

    struct Tally {
        var sentences = 0
        var accepted = 0
        var refused = 0
        var beyond = 0
    }

    /// Compares parser and recogniser on one sentence, and prints and parses what was accepted.
    private func check(_ sentence: String, _ recogniser: Recogniser, _ seed: UInt64, _ tally: inout Tally) {
        let source = SourceText(sentence)
        let list = Lexer.tokens(of: source.bytes)
        guard list.diagnostics.isEmpty else { return }
        tally.sentences += 1
        let derivations = recogniser.derivationCount(of: list.tokens, in: source.bytes)
        #expect(derivations < 2, "\(derivations) derivations, seed \(seed): \(sentence)")
        let script = Parser.parse(source, isPrompt: true)
        let codes = Set(script.diagnostics.map(\.code))
        if derivations == 0 {
            tally.refused += 1
            #expect(!script.diagnostics.isEmpty, "accepted without derivation, seed \(seed): \(sentence)")
            return
        }
        if !codes.isEmpty, codes.isSubset(of: GrammarTests.beyondGrammar) {
            tally.beyond += 1
            return
        }
        #expect(script.diagnostics.isEmpty, "refused, seed \(seed): \(sentence)\n\(script.diagnostics.map(\.message))")
        guard script.diagnostics.isEmpty else { return }
        tally.accepted += 1
        let printed = script.statements.map(\.text).joined(separator: " ; ")
        let again = Parser.parse(SourceText(printed), isPrompt: true)
        #expect(
            again.diagnostics.isEmpty && again.statements == script.statements,
            "printed differently, seed \(seed):\n\(sentence)\n\(printed)\n\(again.diagnostics.map(\.message))")
    }

    @Test(arguments: 0..<8) func sentencesOfTheGrammar(_ part: Int) throws {
        let grammar = try GrammarFile.shared.get()
        let recogniser = Recogniser(grammar)
        var tally = Tally()
        for number in 0..<500 {
            let seed = UInt64(part * 100_000 + number)
            var generator = SentenceGenerator(grammar, seed: seed)
            let production = number % 5 == 0 ? "script" : number % 5 == 1 ? "statement" : "query"
            check(generator.sentence(production), recogniser, seed, &tally)
        }
        print("grammar part \(part): \(tally)")
        #expect(tally.accepted > 200)
    }

    /// Sentences with tokens taken out, doubled, swapped or exchanged: mostly wrong, and then both must say so.
    @Test(arguments: 0..<4) func mutatedSentences(_ part: Int) throws {
        let grammar = try GrammarFile.shared.get()
        let recogniser = Recogniser(grammar)
        var tally = Tally()
        for number in 0..<500 {
            let seed = UInt64(7_000_000 + part * 100_000 + number)
            var generator = SentenceGenerator(grammar, seed: seed)
            var random = SeededGenerator(seed: seed &* 31)
            var words = generator.sentence("query").split(separator: " ").map(String.init)
            let other = generator.sentence("statement").split(separator: " ").map(String.init)
            guard words.count > 1 else { continue }
            for _ in 0..<Int.random(in: 1...2, using: &random) {
                let place = Int.random(in: 0..<words.count, using: &random)
                switch Int.random(in: 0..<4, using: &random) {
                case 0 where words.count > 1: words.remove(at: place)
                case 1: words.insert(words[place], at: place)
                case 2: words.swapAt(place, Int.random(in: 0..<words.count, using: &random))
                default: words[place] = other.randomElement(using: &random) ?? "x"
                }
            }
            check(words.joined(separator: " "), recogniser, seed, &tally)
        }
        print("mutated part \(part): \(tally)")
        #expect(tally.refused > 100)
    }
}
