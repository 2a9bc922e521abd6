// Random sentences from grammar/pql.ebnf. Choices beyond a depth are those that end soonest, so that every sentence
// is finite. Conditions on following tokens are not looked at: the recogniser throws out what breaks them.

import Values

/// A small seeded generator (SplitMix64), so that a failing test can be repeated.
struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64
    init(seed: UInt64) { state = seed }
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

struct SentenceGenerator {
    let grammar: GrammarFile
    var random: SeededGenerator
    private var heights: [String: Int] = [:]
    private var text = ""
    private var touchesNext = false

    init(_ grammar: GrammarFile, seed: UInt64) {
        self.grammar = grammar
        random = SeededGenerator(seed: seed)
        // The least depth in which each production ends.
        var changed = true
        while changed {
            changed = false
            for (name, node) in grammar.productions {
                guard let height = height(node), height + 1 < heights[name] ?? Int.max else { continue }
                heights[name] = height + 1
                changed = true
            }
        }
    }

    private func height(_ node: GrammarNode) -> Int? {
        switch node {
        case .word, .terminal, .condition, .optional, .repetition: return 0
        case .production(let name): return heights[name]
        case .sequence(let nodes):
            var most = 0
            for node in nodes {
                guard let height = height(node) else { return nil }
                most = max(most, height)
            }
            return most
        case .choice(let nodes): return nodes.compactMap(height).min()
        }
    }

    /// One sentence of a production.
    mutating func sentence(_ production: String) -> String {
        text = ""
        touchesNext = false
        if let node = grammar.productions[production] { write(node, depth: 14) }
        return text
    }

    private mutating func write(_ node: GrammarNode, depth: Int) {
        switch node {
        case .word(let word): add(word)
        case .terminal(let terminal): add(sample(terminal))
        case .condition(let condition): if condition == "touching" { touchesNext = true }
        case .production(let name): if let node = grammar.productions[name] { write(node, depth: depth - 1) }
        case .sequence(let nodes): for node in nodes { write(node, depth: depth) }
        case .choice(let nodes):
            let fitting = nodes.filter { (height($0) ?? Int.max) < depth }
            let least = nodes.compactMap(height).min()
            let choices = fitting.isEmpty ? nodes.filter { height($0) == least } : fitting
            if let node = choices.randomElement(using: &random) { write(node, depth: depth) }
        case .optional(let node):
            if (height(node) ?? Int.max) < depth, Int.random(in: 0..<10, using: &random) < 4 {
                write(node, depth: depth)
            }
        case .repetition(let node):
            // What touches is rare, else every name would be made of many pieces.
            var chance = 4
            if case .sequence(let nodes) = node, case .condition("touching")? = nodes.first { chance = 1 }
            while (height(node) ?? Int.max) < depth, Int.random(in: 0..<10, using: &random) < chance {
                write(node, depth: depth - 2)
            }
        }
    }

    private mutating func add(_ piece: String) {
        if !text.isEmpty, !touchesNext { text += " " }
        touchesNext = false
        text += piece
    }

    private static let samples: [String: [String]] = [
        "WORD": [
            "Dana", "Ruiz", "Marco", "Negotiation", "Demo", "Scheduled", "Proposal", "value", "stage", "owner", "close",
            "hot", "floor", "sector", "O'Brien", "1C1I7A6R", "x", "Closed", "Won", "Acme", "date", "type", "Größe",
            "open",
            "later", "days", "q3x", "win", "as", "on", "lost", "March", "of", "round", "share", "top", "deals", "today",
        ],
        "NUMBER": ["5", "10", "2026", "1_500", "2.5", "3k", "0", "007", "1995", "1.25m"],
        "MONEY": ["$10k", "€5", "USD 10k", "$1_000.50", "£2.5m", "$0"],
        "PERCENT": ["45%", "12.5%", "100%", "0%"],
        "DURATION": ["14d", "2w", "3mo", "1q", "1y"],
        "DATE": ["2026-11-23", "2024-02-29"],
        "PERIOD_CODE": ["2026-11", "2026-Q3", "2025-H1"],
        "STRING": ["\"Acme Corp\"", "'Closed Won'", "\"a \"\"b\"\" c\"", "\"\"", "“x”", "\"it's\""],
        "BACKTICK": ["`Deal Size`", "`by`", "`a``b`"],
        "SYMBOL": ["$", "&", "@", "%", "!"],
        "JOINT": ["-", "/", "&", "@", ".", ":"],
        "END": [";", "\n", "\n\n", ";\n"],
        "ANY": ["funnel", "deals", "by", "\"x\"", "3", ">"],
        "MONTH": ["March", "nov", "December", "may"],
        "WEEKDAY": ["Monday", "friday"],
        "UNIT": ["day", "weeks", "month", "quarters", "half", "year", "days"],
        "YEAR": ["2026", "1999"],
        "QUARTER_CODE": ["Q3", "h1", "FQ2", "FH2"],
        "FISCAL_YEAR": ["FY2026"],
        "AGGREGATE": ["sum", "avg", "median", "min", "max", "stddev", "p90", "P50"],
    ]

    private mutating func sample(_ terminal: String) -> String {
        guard let samples = SentenceGenerator.samples[terminal], let pick = samples.randomElement(using: &random) else {
            fatalError("no samples of \(terminal)")
        }
        // Plain words are more often those that no rule treats specially.
        if terminal == "WORD", Int.random(in: 0..<3, using: &random) > 0 {
            return samples[Int.random(in: 0..<22, using: &random)]
        }
        return pick
    }
}
