// Common slips: what people write from other languages or from plain English, with the rewrite in the hint.
// Each slip looks at a statement that already failed; none of them makes the language accept more.

import Values

/// Recognises slips in a statement that failed at the parser's present token.
struct Slips {
    let parser: Parser
    /// The tokens of the statement, without its end.
    let first: Int
    let last: Int
    /// The token where it failed.
    let place: Int

    /// The diagnostic with the rewrite as its hint, when a slip is recognised; else as it was.
    static func mend(_ diagnostic: Diagnostic, _ parser: Parser) -> Diagnostic {
        var first = parser.index
        while first > 0, !parser.tokens[first - 1].isEnd { first -= 1 }
        var last = parser.index
        while !parser.tokens[last].isEnd { last += 1 }
        let slips = Slips(parser: parser, first: first, last: last, place: parser.index)
        guard let slip = slips.find() else { return diagnostic }
        var mended = diagnostic
        mended.hint = slip.hint
        if let message = slip.message { mended.message = message }
        if let span = slip.span { mended.span = span }
        if let replacement = slip.replacement, let span = mended.span { mended.fix = .init(span, replacement) }
        return mended
    }

    /// What to say about a slip.
    struct Slip {
        var hint: String
        var message: String?
        var span: SourceSpan?
        var replacement: String?
    }

    func word(_ index: Int) -> String {
        guard index >= first, index < last else { return "" }
        return parser.text(parser.tokens[index].span).lowercased()
    }

    /// The source from one token up to another.
    func text(_ from: Int, _ to: Int) -> String {
        guard from < to else { return "" }
        return parser.text(SourceSpan(Int(parser.tokens[from].start), Int(parser.tokens[to - 1].end)))
    }

    func kind(_ index: Int) -> TokenKind { parser.tokens[min(max(0, index), parser.tokens.count - 1)].kind }

    private func find() -> Slip? {
        let recognisers: [(Slips) -> () -> Slip?] = [
            Slips.wordsOfComparison, Slips.stepFirst, Slips.periodAlone, Slips.andInNames, Slips.isEqual,
            Slips.twoWordField, Slips.stepOfOtherLanguages, Slips.unknownStep, Slips.missingPipe, Slips.missingWhere,
            Slips.blankBeforeParenthesis, Slips.letPeriod, Slips.versusAlone, Slips.stepAlone, Slips.unknownBeginning,
            Slips.nearWord,
        ]
        for recognise in recognisers {
            if let slip = recognise(self)() { return slip }
        }
        return nil
    }

    /// `over $50k` → `> $50k`.
    private func wordsOfComparison() -> Slip? {
        let signs = [
            "over": ">", "above": ">", "exceeding": ">", "under": "<", "below": "<", "more than": ">",
            "greater than": ">", "bigger than": ">", "larger than": ">", "less than": "<", "smaller than": "<",
            "at least": ">=", "at most": "<=", "worth": ">=", "worth over": ">", "worth more than": ">",
            "minimum": ">=",
        ]
        for start in [place, place - 1, place - 2] where start >= first {
            for length in [3, 2, 1] {
                let words = (start..<start + length).map(word).joined(separator: " ")
                let next = kind(start + length)
                guard let sign = signs[words], next == .money || next == .number, start + length < last else {
                    continue
                }
                let amount = text(start + length, start + length + 1)
                let span = SourceSpan(Int(parser.tokens[start].start), Int(parser.tokens[start + length].end))
                return Slip(
                    hint: "write \(sign) \(amount)", message: "\"\(words)\" is no comparison", span: span,
                    replacement: "\(sign) \(amount)")
            }
        }
        return nil
    }

    private static let sourceWords: Set<String> = [
        "deals", "deal", "open", "won", "lost", "closed", "stalled", "overdue", "my", "history", "stages", "owners",
        "accounts", "products", "sources",
    ]

    /// `show me open deals`, `top 10 deals`, `count open deals by owner`: the source comes first.
    private func stepFirst() -> Slip? {
        let verb = word(first)
        var source = first + 1
        switch verb {
        case "show", "list", "get", "find", "give", "display", "see", "select", "what", "which":
            while ["me", "all", "the", "us", "are", "is", "*", "from", "my"].contains(word(source)), source < last {
                if word(source) == "my" { break }
                source += 1
            }
            guard Slips.sourceWords.contains(word(source)) else {
                let isSelect = verb == "select"
                return isSelect ? Slip(hint: "a query starts with what it is about: deals | show name, value") : nil
            }
            return statement("\(text(source, last))")
        case "top", "first", "skip":
            guard kind(first + 1) == .number else { return nil }
            source = first + 2
            guard Slips.sourceWords.contains(word(source)) else { return nil }
            let (subject, rest) = split(source, ["by"])
            return statement("\(subject) | \(verb) \(word(first + 1))\(rest)")
        case "count", "sort", "how":
            source = first + (verb == "how" && word(first + 1) == "many" ? 2 : 1)
            guard Slips.sourceWords.contains(word(source)) else { return nil }
            let (subject, rest) = split(source, ["by"])
            return statement(verb == "sort" ? "\(subject) | sort\(rest)" : "\(subject) | count\(rest)")
        case "sum", "avg", "average", "median", "max", "min", "total":
            guard word(first + 2) == "of", Slips.sourceWords.contains(word(first + 3)) else { return nil }
            let (subject, rest) = split(first + 3, ["by"])
            let function = verb == "average" ? "avg" : verb == "total" ? "sum" : verb
            return statement("\(subject) | \(function) \(word(first + 1))\(rest)")
        default: return nil
        }
    }

    /// The statement from a token on, in two parts: up to one of the words, and from it with a blank before.
    private func split(_ start: Int, _ words: Set<String>) -> (String, String) {
        for index in start..<last where words.contains(word(index)) {
            return (text(start, index), " " + text(index, last))
        }
        return (text(start, last), "")
    }

    private func statement(_ rewritten: String) -> Slip {
        Slip(
            hint: "write \(rewritten)", message: "a query starts with what it is about",
            span: SourceSpan(Int(parser.tokens[first].start), Int(parser.tokens[last - 1].end)), replacement: rewritten)
    }

    /// `won deals last quarter`: which date?
    private func periodAlone() -> Slip? {
        let isPreposition = word(place) == "in" || word(place) == "during" || word(place) == "for"
        guard parser.isSpanAhead(place) || isPreposition && parser.isSpanAhead(place + 1) else { return nil }
        let words = (first..<place).map(word)
        guard words.contains("deals") else { return nil }
        let events =
            words.contains("won") || words.contains("lost") || words.contains("closed")
            ? ["closed", "created"] : ["closing", "created", "entered"]
        var copy = parser
        copy.index = isPreposition ? place + 1 : place
        let start = copy.index
        guard (try? copy.parseRange()) != nil else { return nil }
        let period = text(start, copy.index)
        let rewrites = events.map { "\($0) \(period)" }
        let hint = rewrites.dropLast().joined(separator: ", ") + " or " + (rewrites.last ?? "")
        return Slip(
            hint: "write \(hint)", message: "which date \"\(period)\" is about is not said",
            span: SourceSpan(Int(parser.tokens[place].start), Int(parser.tokens[copy.index - 1].end)))
    }

    /// `of Dana and Marco` → `of Dana, Marco`.
    private func andInNames() -> Slip? {
        // The failure is at `and`, or at the word after it.
        for index in [place, place - 1] where index > first && word(index) == "and" && kind(index + 1) == .word {
            var start = index - 1
            while start > first, !["of", "at", "from", "in", "|"].contains(word(start)) { start -= 1 }
            guard ["of", "at", "from", "in"].contains(word(start)), start + 1 < index else { continue }
            var copy = parser
            copy.index = index + 1
            let end = min(max(copy.endOfBareName(), index + 2), last)
            let joined = "\(word(start)) \(text(start + 1, index)), \(text(index + 1, end))"
            return Slip(
                hint: "write \(joined)", message: "names are joined by commas",
                span: parser.tokens[index].span, replacement: ",")
        }
        return nil
    }

    /// `stage is Negotiation` → `stage = Negotiation`.
    private func isEqual() -> Slip? {
        var index = place - 1
        let isNegated = word(index) == "not"
        if isNegated { index -= 1 }
        guard index > first, word(index) == "is" || word(index) == "equals" || word(place) == "equals" else {
            return nil
        }
        if word(place) == "equals" { index = place }
        let value = index == place ? place + 1 : place
        guard value < last else { return nil }
        let sign = isNegated ? "!=" : "="
        return Slip(
            hint: "write \(text(index - 1, index)) \(sign) \(text(value, value + 1))",
            message: "\"\(text(index, value))\" does not compare values",
            span: SourceSpan(Int(parser.tokens[index].start), Int(parser.tokens[value - 1].end)), replacement: sign)
    }

    /// `close date` → `close`.
    private func twoWordField() -> Slip? {
        let fields = [
            "close date": "close", "closing date": "close", "create date": "created", "created date": "created",
            "creation date": "created", "closed date": "closed", "deal value": "value", "deal stage": "stage",
            "deal owner": "owner", "lead source": "source", "stage name": "stage", "account name": "account",
            "deal name": "name", "deal id": "id", "next step": "next_step", "due date": "close",
        ]
        for start in [place - 1, place] where start >= first {
            let words = word(start) + " " + word(start + 1)
            guard let field = fields[words] else { continue }
            return Slip(
                hint: "write \(field)", message: "a field is one word",
                span: SourceSpan(Int(parser.tokens[start].start), Int(parser.tokens[start + 1].end)), replacement: field
            )
        }
        return nil
    }

    /// `| limit 5` → `| first 5`.
    private func stepOfOtherLanguages() -> Slip? {
        guard place > first, kind(place - 1) == .pipe else { return nil }
        let steps = [
            "limit": "first", "head": "first", "take": "first", "filter": "where", "select": "show", "order": "sort",
            "orderby": "sort", "group": "count by", "groupby": "count by", "summarize": "count by", "by": "count by",
            "derive": "with", "average": "avg", "mean": "avg", "total": "sum", "unique": "distinct", "uniq": "distinct",
            "export": "save", "write": "save", "update": "set",
        ]
        let found = word(place)
        guard let step = steps[found] else { return nil }
        let rest = word(place + 1) == "by" ? place + 2 : place + 1
        let rewritten = rest < endOfStep ? "\(step) \(text(rest, endOfStep))" : step
        let span = SourceSpan(Int(parser.tokens[place].start), Int(parser.tokens[endOfStep - 1].end))
        return Slip(
            hint: "write \(rewritten)", message: "no step is called \"\(found)\"", span: span, replacement: rewritten)
    }

    /// The token after the step in which it failed.
    private var endOfStep: Int {
        var index = place
        while index < last, kind(index) != .pipe { index += 1 }
        return index
    }

    private static let stepWords: Set<Keyword> = [
        .show, .sort, .top, .first, .skip, .distinct, .pivot, .chart, .save, .expect, .count, .sum, .avg, .median, .min,
        .max, .stddev, .winRate, .set, .move, .advance, .win, .lose, .reopen, .slip, .delete, .where, .with,
    ]

    /// `deals top 5` → `deals | top 5`.
    private func missingPipe() -> Slip? {
        guard place > first, place < last, let keyword = parser.tokens[place].keyword else { return nil }
        let isReport = keyword.reportKind != nil
        guard Slips.stepWords.contains(keyword) || isReport, kind(place - 1) != .pipe else { return nil }
        let acceptsPipe = parser.expected.contains { $0.item == .sign("|") }
        guard acceptsPipe else { return nil }
        return Slip(
            hint: "put | before it: | \(text(place, endOfStep))", replacement: "| \(text(place, place + 1))")
    }

    /// `deals value > $5k` → `deals where value > $5k`; a clause after `where` belongs before it.
    private func missingWhere() -> Slip? {
        guard place > first, place < last else { return nil }
        let acceptsWhere = parser.expected.contains { $0.item == .word("where", .clause) }
        let isClause = parser.tokens[place].keyword.map { Parser.clauseWords.contains($0) } ?? false
        if acceptsWhere, kind(place) == .word, !isClause {
            switch kind(place + 1) {
            case .equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual:
                return Slip(
                    hint: "put where before it: where \(text(place, min(last, place + 3)))",
                    replacement: "where \(text(place, place + 1))")
            default: break
            }
            if ["is", "contains", "starts", "ends", "matches"].contains(word(place + 1)) {
                return Slip(hint: "put where before it: where \(text(place, min(last, place + 3)))")
            }
        }
        var start = place - 1
        while start > first, kind(start) != .pipe, word(start) != "where" { start -= 1 }
        if word(start) == "where", let keyword = parser.tokens[place].keyword, Parser.clauseWords.contains(keyword),
            keyword != .not
        {
            return Slip(hint: "clauses come before where")
        }
        return nil
    }

    /// `round (value)` → `round(value)`.
    private func blankBeforeParenthesis() -> Slip? {
        guard kind(place) == .leftParen, place > first, kind(place - 1) == .word else { return nil }
        guard Vocabulary.functionNames.contains(word(place - 1)) else { return nil }
        return Slip(hint: "write \(word(place - 1))( without a blank between")
    }

    /// `closing q` where q is a `let`: `closing in q`.
    private func letPeriod() -> Slip? {
        guard place > first, kind(place) == .word,
            ["closing", "closed", "created", "entered", "won", "lost"].contains(word(place - 1)),
            parser.expected.contains(where: { $0.item == .period })
        else { return nil }
        return Slip(
            hint: "a period such as this quarter, March 2026, last 30 days; one named with let takes in: "
                + "\(word(place - 1)) in \(text(place, place + 1))")
    }

    /// `won deals versus last quarter`: versus what?
    private func versusAlone() -> Slip? {
        guard word(place) == "versus" else { return nil }
        return Slip(hint: "it follows a clause with a period: closed this quarter versus last quarter")
    }

    /// `top 5` on a line of its own.
    private func stepAlone() -> Slip? {
        guard place == first, let keyword = parser.tokens[place].keyword, Slips.stepWords.contains(keyword) else {
            return nil
        }
        let rewritten = "deals | \(text(first, last))"
        return Slip(
            hint: "write \(rewritten), or begin the line with | to go on with the line before",
            message: "\"\(word(place))\" is a step, and no query stands before it", replacement: nil)
    }
}
