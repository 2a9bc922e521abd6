// An independent reading of the grammar: counts every derivation of a list of tokens, knowing nothing of the parser.
// Each part of the grammar is asked once for each token (memoised) in how many ways it reaches which ends.

import Values

@testable import Language

final class Recogniser {
    /// A part of the grammar with its place in the memo.
    final class Part {
        let node: GrammarNode
        let parts: [Part]
        let name: String
        let isGreedy: Bool
        var memo: [Int: [Int: Int]] = [:]

        init(_ node: GrammarNode, _ parts: [Part], name: String = "", isGreedy: Bool = false) {
            self.node = node
            self.parts = parts
            self.name = name
            self.isGreedy = isGreedy
        }
    }

    let grammar: GrammarFile
    private var productions: [String: Part] = [:]
    private var all: [Part] = []
    private var bytes: [UInt8] = []
    private var tokens: [Token] = []

    init(_ grammar: GrammarFile) {
        self.grammar = grammar
        for (name, node) in grammar.productions { productions[name] = build(node, name) }
    }

    private static let greedy = "as long as possible"

    private func build(_ node: GrammarNode, _ name: String = "") -> Part {
        let children: [GrammarNode]
        switch node {
        case .sequence(let nodes), .choice(let nodes): children = nodes
        case .optional(let inner), .repetition(let inner): children = [inner]
        default: children = []
        }
        // The mark stands at the end of a production's last choice and is meant for the whole of it.
        var isGreedy = false
        func isMarked(_ node: GrammarNode) -> Bool {
            switch node {
            case .condition(Recogniser.greedy): return true
            case .sequence(let nodes), .choice(let nodes): return nodes.last.map(isMarked) ?? false
            default: return false
            }
        }
        if !name.isEmpty { isGreedy = isMarked(node) }
        let part = Part(node, children.map { build($0) }, name: name, isGreedy: isGreedy)
        all.append(part)
        return part
    }

    /// The number of derivations of the tokens as a script; the last token is the end of the input.
    func derivationCount(of tokens: [Token], in bytes: [UInt8]) -> Int {
        self.tokens = tokens
        self.bytes = bytes
        for part in all where !part.memo.isEmpty { part.memo.removeAll(keepingCapacity: true) }
        return ends("script", 0)[tokens.count - 1] ?? 0
    }

    private func ends(_ production: String, _ start: Int) -> [Int: Int] {
        guard let part = productions[production] else { fatalError("no production \(production)") }
        return ends(part, start)
    }

    private func ends(_ part: Part, _ start: Int) -> [Int: Int] {
        if let known = part.memo[start] { return known }
        var result: [Int: Int]
        switch part.node {
        case .word(let word): result = matches(word: word, start) ? [start + 1: 1] : [:]
        case .terminal(let terminal): result = matches(terminal: terminal, start) ? [start + 1: 1] : [:]
        case .production(let name): result = ends(name, start)
        case .condition(let condition): result = holds(condition, start) ? [start: 1] : [:]
        case .sequence:
            result = [start: 1]
            for inner in part.parts {
                var next: [Int: Int] = [:]
                for (end, count) in result {
                    for (further, ways) in ends(inner, end) { next[further, default: 0] += count * ways }
                }
                result = next
            }
        case .choice:
            result = [:]
            for inner in part.parts { for (end, count) in ends(inner, start) { result[end, default: 0] += count } }
        case .optional:
            result = [start: 1]
            for (end, count) in ends(part.parts[0], start) { result[end, default: 0] += count }
        case .repetition:
            result = [start: 1]
            for (end, count) in ends(part.parts[0], start) where end > start {
                for (further, ways) in ends(part, end) { result[further, default: 0] += count * ways }
            }
        }
        if part.isGreedy, let longest = result.keys.max() {
            // Two choices of the same length are the two readings that the tree keeps side by side.
            let isChoice: Bool = if case .choice = part.node { true } else { false }
            result = [longest: isChoice ? 1 : result[longest] ?? 0]
        }
        part.memo[start] = result.mapValues { min($0, 1000) }
        return result
    }

    // MARK: Tokens

    private func token(_ index: Int) -> Token { tokens[min(index, tokens.count - 1)] }
    private func text(_ index: Int) -> String {
        let token = token(index)
        return String(decoding: bytes[Int(token.start)..<Int(token.end)], as: UTF8.self)
    }
    private func word(_ index: Int) -> String { token(index).kind == .word ? text(index).lowercased() : "" }

    private static let signs: [String: TokenKind] = [
        "|": .pipe, ",": .comma, "(": .leftParen, ")": .rightParen, ".": .dot, "..": .dotDot, ":": .colon, "=": .equal,
        "!=": .notEqual, "<": .less, "<=": .lessOrEqual, ">": .greater, ">=": .greaterOrEqual, "+": .plus, "-": .minus,
        "*": .star, "/": .slash,
    ]

    private func matches(word: String, _ index: Int) -> Bool {
        if let kind = Recogniser.signs[word] { return token(index).kind == kind }
        return self.word(index) == word.lowercased()
    }

    static let months = [
        "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
        "december", "jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec",
    ]
    static let weekdays = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
    static let units = [
        "day", "days", "week", "weeks", "month", "months", "quarter", "quarters", "half", "halves", "year", "years",
    ]

    private func isFiscalYear(_ word: String) -> Bool {
        word.count == 6 && word.hasPrefix("fy") && word.dropFirst(2).allSatisfy(\.isNumber) && word != "fy0000"
            && word != "fy9999"
    }

    private func isAggregate(_ word: String) -> Bool {
        if ["sum", "avg", "median", "min", "max", "stddev"].contains(word) { return true }
        guard word.hasPrefix("p"), word.count <= 4, let number = Int(word.dropFirst()), !word.contains("+") else {
            return false
        }
        return (0...100).contains(number)
    }

    private func matches(terminal: String, _ index: Int) -> Bool {
        let kind = token(index).kind
        switch terminal {
        case "WORD": return kind == .word
        case "NUMBER": return kind == .number
        case "MONEY": return kind == .money
        case "PERCENT": return kind == .percent
        case "DURATION": return kind == .duration
        case "DATE": return kind == .date
        case "PERIOD_CODE": return kind == .periodCode
        case "STRING": return kind == .string
        case "BACKTICK": return kind == .backtick
        case "SYMBOL": return kind == .symbol
        case "JOINT": return [.dot, .minus, .slash, .colon, .symbol].contains(kind)
        case "END": return kind == .end
        case "ANY": return kind != .end && kind != .endOfInput
        case "MONTH": return Recogniser.months.contains(word(index))
        case "WEEKDAY": return Recogniser.weekdays.contains(word(index))
        case "UNIT": return Recogniser.units.contains(word(index))
        case "YEAR":
            return kind == .number && text(index).count == 4
                && (Int(text(index)).map { (1900...2199).contains($0) } ?? false)
        case "QUARTER_CODE":
            return ["q1", "q2", "q3", "q4", "h1", "h2", "fq1", "fq2", "fq3", "fq4", "fh1", "fh2"].contains(word(index))
        case "FISCAL_YEAR": return isFiscalYear(word(index))
        case "AGGREGATE": return isAggregate(word(index))
        default: fatalError("no terminal \(terminal)")
        }
    }

    // MARK: Conditions

    static let stopWords = Set(
        """
        and or not by where of at from in before past after since until between closing closed created entered older \
        stalled using across within then else with
        """.split(separator: " ").map(String.init))
    static let reservedWords = Set(
        "and or not by where if then else in is between contains matches yes no missing none some".split(separator: " ")
            .map(String.init))
    static let beginnings = stopWords.union(
        """
        deals deal history my open won lost overdue on as import save new run add stage pipeline target let undo redo \
        log what compare keep forget scenario scenarios sweep solve sensitivity settings explain help show sort top \
        first skip distinct pivot chart expect count sum avg median min max stddev win_rate set move advance win lose \
        reopen slip delete if board funnel conversion velocity bottlenecks aging changes cohorts forecast backtest \
        hygiene focus attainment slipped trend
        """.split(separator: " ").map(String.init))
    static let clauseWords: Set<String> = [
        "in", "past", "before", "of", "at", "from", "between", "closing", "closed", "created", "won", "lost", "entered",
        "older", "stalled", "as", "not",
    ]

    private func isAny(_ production: String, _ index: Int) -> Bool { !ends(production, index).isEmpty }

    private func isDuration(_ index: Int) -> Bool {
        matches(terminal: "DURATION", index)
            || matches(terminal: "NUMBER", index) && matches(terminal: "UNIT", index + 1)
    }

    private func isSpan(_ index: Int) -> Bool {
        guard isAny("date_words", index) || token(index).kind == .date || matches(terminal: "YEAR", index) else {
            return false
        }
        let next = token(index + 1)
        let joins: [TokenKind] = [
            .word, .number, .date, .periodCode, .duration, .dot, .minus, .slash, .colon, .symbol,
        ]
        guard next.touches, joins.contains(next.kind) else { return true }
        return next.kind == .minus && isDuration(index + 2)
    }

    private func isPeriod(_ index: Int) -> Bool {
        switch word(index) {
        case "in", "on", "by", "since", "until", "before", "after": return isSpan(index + 1)
        case "within": return isDuration(index + 1)
        default: return isSpan(index)
        }
    }

    private func isStop(_ index: Int) -> Bool {
        let word = word(index)
        switch word {
        case "as": return self.word(index + 1) == "of"
        case "on": return isSpan(index + 1)
        case "won", "lost": return isPeriod(index + 1)
        default: return Recogniser.stopWords.contains(word)
        }
    }

    private func isPlainDateWords(_ index: Int) -> Bool {
        let isDotted =
            token(index).kind == .word && token(index + 1).kind == .dot && token(index + 1).touches
            && token(index + 2).touches
        return isAny("date_words", index) && !isDotted
    }

    private func isLever(_ index: Int) -> Bool {
        let next = word(index + 1)
        switch word(index) {
        case "win": return next == "rate"
        case "deal": return next == "size"
        case "new": return next == "deals"
        case "cycle": return true
        default: return false
        }
    }

    private func isAmount(_ index: Int) -> Bool {
        [.number, .money, .percent, .duration, .minus].contains(token(index).kind)
    }

    private func isValue(_ index: Int) -> Bool {
        switch token(index).kind {
        case .number, .money, .percent, .duration, .date, .periodCode, .minus, .leftParen: return true
        case .string: return token(index + 1).kind != .pipe && !["where", "by", "as"].contains(word(index + 1))
        case .word, .backtick: break
        default: return false
        }
        if ["if", "yes", "no", "missing"].contains(word(index)) || isAny("date_words", index) { return true }
        switch token(index + 1).kind {
        case .plus, .minus, .star, .slash: return true
        case .dot: return token(index + 1).touches
        case .leftParen: return Vocabulary.functionNames.contains(word(index))
        default: return false
        }
    }

    private func holds(_ condition: String, _ index: Int) -> Bool {
        let word = word(index)
        let periodWords: Set<String> = ["since", "until", "before", "after", "within"]
        switch condition {
        case "touching": return token(index).touches
        case Recogniser.greedy: return true
        case "no stop word ahead": return !isStop(index)
        case "no stop word or span ahead": return !isStop(index) && !isSpan(index)
        case "no stop word or kind ahead":
            let isKind = word == "as" && ["open", "hold", "won", "lost"].contains(self.word(index + 1))
            return !isStop(index) && !isKind
        case "no stop word but won and lost ahead": return !isStop(index) || word == "won" || word == "lost"
        case "no reserved word or quote ahead":
            return !Recogniser.reservedWords.contains(word) && token(index).kind != .string
                && token(index).kind != .backtick
        case "no as ahead": return word != "as"
        case "span ahead": return isSpan(index)
        case "period ahead": return isPeriod(index)
        case "no period ahead": return !isPeriod(index)
        case "no when ahead": return !isSpan(index) && !periodWords.union(["in", "on", "by"]).contains(word)
        case "no close ahead": return !isPeriod(index) && !["in", "on", "since", "until", "after"].contains(word)
        case "no name ahead": return isSpan(index) || periodWords.contains(word)
        case "no across ahead": return word != "across"
        case "no later ahead": return word != "later"
        case "no order sign ahead": return token(index).orderSign == nil
        case "no reserved word ahead": return !Recogniser.reservedWords.contains(word)
        case "no beginning ahead": return !Recogniser.beginnings.contains(word)
        case "date words ahead": return isPlainDateWords(index)
        case "no date words or call ahead":
            let isCall = token(index).kind == .word && token(index + 1).kind == .leftParen && token(index + 1).touches
            return !isPlainDateWords(index) && !isCall
        case "no date words or stop word ahead":
            return !isAny("date_words", index) && !Recogniser.stopWords.contains(word)
                && !["this", "last", "next"].contains(word)
        case "no unit ahead": return !Recogniser.units.contains(word)
        case "no duration after next": return !isDuration(index + 1)
        case "no option ahead":
            return !isSpan(index) && !Recogniser.stopWords.contains(word) && !Recogniser.clauseWords.contains(word)
        case "value ahead": return isValue(index)
        case "no value ahead": return !isValue(index)
        case "lever ahead": return isLever(index)
        case "no lever ahead": return !isLever(index)
        case "no deal ahead": return word != "deal"
        case "no deals ahead": return !(word == "of" && self.word(index + 1) == "deals")
        case "amount ahead": return isAmount(index)
        case "no amount ahead": return !(word == "from" && isAmount(index + 1))
        default: fatalError("no condition \(condition)")
        }
    }
}
