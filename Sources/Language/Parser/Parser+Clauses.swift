// Clauses: what narrows a selection.

import Values

/// Which clauses may stand at a place.
struct ClausePlace {
    /// Whether `as of` is one of them.
    var allowsAsOf = true
    /// Whether value clauses are; a lever's amount would be confused with them.
    var allowsValue = true
    /// Whether `from` before an amount ends the clauses, and `of deals` is no owner: in levers.
    var isLever = false

    /// After `deals`, tables, reports.
    static let selection = ClausePlace()
    /// As a step, and after `history of`.
    static let narrow = ClausePlace(allowsAsOf: false)
    /// After a lever.
    static let lever = ClausePlace(allowsAsOf: false, allowsValue: false, isLever: true)
}

extension Parser {
    /// Words that begin a clause.
    static let clauseWords: Set<Keyword> = [
        .in, .past, .before, .of, .at, .from, .between, .closing, .closed, .created, .won, .lost, .entered, .older,
        .stalled, .as, .not,
    ]

    /// Whether a clause starts at that distance.
    func isClauseAhead(_ place: ClausePlace, _ distance: Int = 0) -> Bool {
        let token = peek(distance)
        if token.orderSign != nil { return place.allowsValue }
        switch token.keyword {
        case .in, .past, .before, .at, .closing, .closed, .created, .entered, .older: return true
        case .of: return !(place.isLever && peekKeyword(distance + 1) == .deals)
        case .from:
            guard place.isLever else { return true }
            return !isAmount(peek(distance + 1))
        case .between: return place.allowsValue
        case .won, .lost: return isPeriodAhead(index + distance + 1) || isRecording
        case .stalled: return true
        case .as: return place.allowsAsOf && peekKeyword(distance + 1) == .of
        case .not:
            switch peekKeyword(distance + 1) {
            case .in, .past, .before, .of, .at, .from: return true
            default: return false
            }
        default: return false
        }
    }

    private func isAmount(_ token: Token) -> Bool {
        switch token.kind {
        case .number, .money, .percent, .duration, .minus: return true
        default: return false
        }
    }

    /// Notes the clauses that may stand here.
    private mutating func expectClauses(_ place: ClausePlace) {
        guard isRecording else { return }
        expects(
            words: [.in, .past, .before, .of, .at, .from, .closing, .closed, .created, .won, .lost, .entered], .clause)
        expects(.word("older than", .clause))
        expects(words: [.stalled, .not], .clause)
        if place.allowsAsOf { expects(.word("as of", .clause)) }
        if place.allowsValue {
            for sign in [">", ">=", "<", "<="] { expects(.sign(sign)) }
            expects(.word("between", .clause))
        }
    }

    // clauses = clause { [ "and" ] clause } ;
    /// Also with none: gives what stands here.
    mutating func parseClauses(
        _ place: ClausePlace, after first: [Clause] = []
    ) throws(ParseFailure) -> [Clause] {
        var clauses = first
        while true {
            expectClauses(place)
            if isClauseAhead(place) {
                try add(try parseClause(place), to: &clauses)
            } else if !clauses.isEmpty, at(.and), isClauseAhead(place, 1) {
                advance(as: .keyword)
            } else {
                return clauses
            }
        }
    }

    /// Adds a clause; the same one twice is an error, the value clause excepted.
    mutating func add(_ clause: Clause, to clauses: inout [Clause]) throws(ParseFailure) {
        if let kind = clause.kind, let earlier = clauses.first(where: { $0.kind == kind }) {
            throw ParseFailure(diagnostic: ParserDiagnostics.duplicateClause(clause, earlier, source))
        }
        clauses.append(clause)
    }

    // clause = selector | as_of ;
    mutating func parseClause(_ place: ClausePlace) throws(ParseFailure) -> Clause {
        if at(.as), place.allowsAsOf { return .asOf(try parseAsOf()) }
        return try parseSelector()
    }

    // selector = stage_clause | owner_clause | account_clause | source_clause | value_clause | date_clause | older | stalled_for ;
    mutating func parseSelector() throws(ParseFailure) -> Clause {
        let word = at(.not) ? peekKeyword() : token.keyword
        switch word {
        case .in, .past, .before: return try parseStageClause()
        case .of: return try parseOwnerClause()
        case .at: return try parseAccountClause()
        case .from: return try parseSourceClause()
        case .older: return try parseOlder()
        case .stalled: return try parseStalledFor()
        case .closing, .closed, .created, .won, .lost, .entered: return try parseDateClause()
        default: return try parseValueClause()
        }
    }

    // stage_clause = [ "not" ] ( "in" stage_choice | "past" name | "before" name ) ;
    mutating func parseStageClause() throws(ParseFailure) -> Clause {
        let start = index
        let isNegated = accept(.not, .clause)
        let stages: StageSelection
        switch try expect(anyOf: [.in, .past, .before], .clause) {
        case .past: stages = .past(try parseName(.stage))
        case .before: stages = .before(try parseName(.stage))
        default: stages = try parseStageChoice()
        }
        return .stage(StageClause(isNegated: isNegated, stages: stages, span: span(from: start)))
    }

    // stage_choice = name [ ".." name | "or" "later" | ( "," | "or" ? no later ahead ? ) name { ( "," | "or" ? no later ahead ? ) name } ] ;
    mutating func parseStageChoice() throws(ParseFailure) -> StageSelection {
        let first = try parseName(.stage)
        if accept(.dotDot, "..") { return .range(first, try parseName(.stage)) }
        expects(.word("or later", .clause))
        if at(.or), peekKeyword() == .later {
            advance(as: .keyword)
            advance(as: .keyword)
            return .orLater(first)
        }
        var names = [first]
        while true {
            if accept(.comma, ",") {
                names.append(try parseName(.stage))
            } else if at(.or), peekKeyword() != .later {
                advance(as: .keyword)
                names.append(try parseName(.stage))
            } else {
                return .anyOf(names)
            }
        }
    }

    // owner_clause = [ "not" ] "of" names ;
    mutating func parseOwnerClause() throws(ParseFailure) -> Clause { .owner(try parseNamesClause(.of, .owner)) }

    // account_clause = [ "not" ] "at" names ;
    mutating func parseAccountClause() throws(ParseFailure) -> Clause { .account(try parseNamesClause(.at, .account)) }

    // source_clause = [ "not" ] "from" names ;
    mutating func parseSourceClause() throws(ParseFailure) -> Clause {
        .source(try parseNamesClause(.from, .dealSource))
    }

    private mutating func parseNamesClause(_ word: Keyword, _ item: Expected) throws(ParseFailure) -> NamesClause {
        let start = index
        let isNegated = accept(.not, .clause)
        try expect(word, .clause)
        let names = try parseNames(item)
        return NamesClause(isNegated: isNegated, names: names, span: span(from: start))
    }

    // value_clause = order_sign sum | "between" sum "and" sum ;
    mutating func parseValueClause() throws(ParseFailure) -> Clause {
        let start = index
        let test: ValueTest
        if let sign = parseOrderSign() {
            test = .compare(sign, try parseSum())
        } else {
            try expect(.between, .clause)
            let lower = try parseSum()
            try expect(.and, .filler)
            test = .between(lower, try parseSum())
        }
        return .value(ValueClause(test: test, span: span(from: start)))
    }

    // date_clause = ( ( "closing" | "closed" | "created" ) when | ( "won" | "lost" ) ? period ahead ? when | "entered" [ ? no when ahead ? early_names ] when ) [ versus ] ;
    mutating func parseDateClause() throws(ParseFailure) -> Clause {
        let start = index
        let word = try expect(anyOf: [.closing, .closed, .created, .won, .lost, .entered], .clause)
        guard let event = DealEvent(rawValue: word.rawValue) else { throw ParseFailure() }
        var stages: [Name] = []
        if event == .entered {
            expects(.stage)
            if !Parser.periodWords.contains(token.keyword), !isSpanAhead(index) { stages = try parseEarlyNames() }
        }
        let period = try parseWhen()
        let versus = try parseVersus()
        return .date(
            DateClause(event: event, stages: stages, period: period, versus: versus, span: span(from: start)))
    }

    // early_names = early_name { ( "," | "or" ) early_name } ;
    mutating func parseEarlyNames() throws(ParseFailure) -> [Name] {
        var names = [try parseEarlyName()]
        while accept(.comma, ",") || accept(.or, .filler) { names.append(try parseEarlyName()) }
        return names
    }

    // early_name = STRING | BACKTICK | ? no when ahead ? name_word { ? no stop word or span ahead ? name_word } ? as long as possible ? ;
    mutating func parseEarlyName() throws(ParseFailure) -> Name { try parseName(.stage, .early) }

    // when = ( "in" | "on" ) period | "by" ? span ahead ? point | ? no name ahead ? period ;
    mutating func parseWhen() throws(ParseFailure) -> PeriodExpression {
        expects(.period)
        let start = index
        if accept(.in, .filler) || accept(.on, .filler) { return try parsePeriod() }
        if accept(.by, .date) {
            guard isSpanAhead(index) else { throw failure(.period) }
            return PeriodExpression(bounds: .until(try parsePoint()), span: span(from: start))
        }
        let isWord = [.since, .until, .before, .after, .within].contains(token.keyword)
        // While recording, `last` without its unit goes on to the date words, which say what may follow.
        guard isWord || isSpanAhead(index) || isRecording && token.keyword?.direction != nil else {
            expects(words: [.this, .last, .next, .since, .until, .before, .after, .within], .date)
            throw ParseFailure()
        }
        return try parsePeriod()
    }

    // versus = "versus" period ;
    mutating func parseVersus() throws(ParseFailure) -> PeriodExpression? {
        guard accept(.versus, .clause) else { return nil }
        return try parsePeriod()
    }

    // older = "older" "than" duration ;
    mutating func parseOlder() throws(ParseFailure) -> Clause {
        let start = index
        try expect(.older, .clause)
        try expect(.than, .filler)
        return .older(OlderClause(age: try parseDuration(), span: span(from: start)))
    }

    // stalled_for = "stalled" order_sign duration ;
    mutating func parseStalledFor() throws(ParseFailure) -> Clause {
        let start = index
        try expect(.stalled, .clause)
        guard let sign = parseOrderSign() else { throw ParseFailure() }
        return .stalledFor(StalledForClause(op: sign, duration: try parseDuration(), span: span(from: start)))
    }

    // as_of = "as" "of" day ;
    mutating func parseAsOf() throws(ParseFailure) -> AsOfClause {
        let start = index
        try expect(.as, .clause)
        try expect(.of, .filler)
        return AsOfClause(day: try parseDay(), span: span(from: start))
    }

    // where = "where" condition ;
    mutating func parseWhere() throws(ParseFailure) -> WhereClause {
        let start = index
        try expect(.where, .clause)
        return WhereClause(condition: try parseCondition(), span: span(from: start))
    }

    // status = "open" | "won" | "lost" | "closed" | "stalled" | "overdue" ;
    mutating func parseStatus() throws(ParseFailure) -> Clause {
        let start = index
        let word = try expect(anyOf: [.open, .won, .lost, .closed, .stalled, .overdue], .status)
        guard let status = word.status else { throw ParseFailure() }
        return .status(StatusClause(status: status, span: span(from: start)))
    }

    // status_after = "open" | "overdue" | "stalled" ? no order sign ahead ? | ( "won" | "lost" ) ? no period ahead ? | "closed" ? no close ahead ? ;
    mutating func parseStatusAfter() throws(ParseFailure) -> Clause? {
        expects(words: [.open, .won, .lost, .closed, .stalled, .overdue], .status)
        switch token.keyword {
        case .open, .overdue: return try parseStatus()
        case .stalled: return peek().orderSign == nil ? try parseStatus() : nil
        case .won, .lost: return isPeriodAhead(index + 1) ? nil : try parseStatus()
        case .closed:
            let next = peekKeyword()
            let isWhen =
                next == .in || next == .on || next == .since || next == .until || next == .after
                || isPeriodAhead(index + 1)
            return isWhen ? nil : try parseStatus()
        default: return nil
        }
    }
}

extension Clause {
    /// What kind of clause it is, for "the same clause twice"; `nil` for those that may come twice.
    var kind: String? {
        switch self {
        case .status(let clause): return clause.status.rawValue
        case .stage(let clause):
            switch clause.stages {
            case .past: return "past"
            case .before: return "before"
            default: return "in"
            }
        case .owner: return "of"
        case .account: return "at"
        case .source: return "from"
        case .value: return nil
        case .date(let clause): return clause.event.rawValue
        case .older: return "older"
        case .stalledFor: return "stalled"
        case .where: return "where"
        case .asOf: return "as of"
        }
    }
}
