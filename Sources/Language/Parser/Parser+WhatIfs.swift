// What-ifs: levers, comparisons and searches on a copy of the book.

import Values

extension Parser {
    // what_if = "what" "if" [ "scenario" name | add_deal | ? lever ahead ? lever_change | ? no lever ahead ? query ] ;
    mutating func parseWhatIf() throws(ParseFailure) -> WhatIfStatement {
        let start = index
        try expect(.what, .statement)
        try expect(.if, .filler)
        expectLevers()
        expects(.word("scenario", .filler))
        expects(.word("add deal", .statement))
        let assumption: WhatIfStatement.Assumption
        if token.isEnd {
            if isRecording { _ = try? parseQuery() }
            assumption = .none
        } else if accept(.scenario, .filler) {
            assumption = .scenario(try parseName(.scenario))
        } else if at(.add), peekKeyword() == .deal {
            assumption = .addDeal(try parseAddDeal())
        } else if isLeverAhead {
            assumption = .lever(try parseLeverChange())
        } else {
            assumption = .change(try parseQuery())
        }
        return WhatIfStatement(assumption: assumption, span: span(from: start))
    }

    private mutating func expectLevers() {
        guard isRecording else { return }
        for lever in LeverKind.allCases { expects(.word(lever.rawValue, .lever)) }
    }

    private var isLeverAhead: Bool {
        switch token.keyword {
        case .win: return peekKeyword() == .rate
        case .deal: return peekKeyword() == .size
        case .new: return peekKeyword() == .deals
        case .cycle: return true
        default: return false
        }
    }

    // lever_change = lever ( "=" | "+" | "-" | "*" | "/" ) sum ;
    mutating func parseLeverChange() throws(ParseFailure) -> LeverChange {
        let start = index
        let lever = try parseLever()
        for op in LeverOperator.allCases { expects(.sign(op.rawValue)) }
        let op: LeverOperator
        switch token.kind {
        case .equal: op = .set
        case .plus: op = .add
        case .minus: op = .subtract
        case .star: op = .multiply
        case .slash: op = .divide
        default: throw ParseFailure()
        }
        advance(as: .sign)
        return LeverChange(lever: lever, op: op, amount: try parseSum(), span: span(from: start))
    }

    // lever = lever_kind [ "of" "deals" ] { lever_clause } ;
    mutating func parseLever() throws(ParseFailure) -> Lever {
        let start = index
        let kind = try parseLeverKind()
        let kindSpan = span(from: start)
        if at(.of), peekKeyword() == .deals {
            advance(as: .keyword)
            advance(as: .keyword)
        }
        var clauses: [Clause] = []
        expects(words: [.in, .past, .before, .of, .at, .from, .closing, .created, .entered], .clause)
        while isClauseAhead(.lever) {
            try add(try parseLeverClause(), to: &clauses)
            expects(words: [.in, .past, .before, .of, .at, .from, .closing, .created, .entered], .clause)
        }
        return Lever(kind: kind, kindSpan: kindSpan, clauses: clauses, span: span(from: start))
    }

    // lever_kind = "win" "rate" | "cycle" | "deal" "size" | "new" "deals" ;
    mutating func parseLeverKind() throws(ParseFailure) -> LeverKind {
        expectLevers()
        guard isLeverAhead else { throw ParseFailure() }
        let kind: LeverKind
        switch token.keyword {
        case .win: kind = .winRate
        case .deal: kind = .dealSize
        case .new: kind = .newDeals
        default: kind = .cycle
        }
        advance(as: .keyword)
        if kind != .cycle { advance(as: .keyword) }
        return kind
    }

    // lever_clause = stage_clause | ? no deals ahead ? owner_clause | account_clause | ? no amount ahead ? source_clause | date_clause | older | stalled_for ;
    mutating func parseLeverClause() throws(ParseFailure) -> Clause { try parseSelector() }

    // compare = "compare" query [ "across" names ] ;
    mutating func parseCompare() throws(ParseFailure) -> CompareStatement {
        let start = index
        try expect(.compare, .statement)
        let query = try parseQuery()
        let scenarios = accept(.across, .filler) ? try parseNames(.scenario) : []
        return CompareStatement(query: query, scenarios: scenarios, span: span(from: start))
    }

    // forget = "forget" [ "last" | "scenario" name ] ;
    mutating func parseForget() throws(ParseFailure) -> ForgetStatement {
        let start = index
        try expect(.forget, .statement)
        let subject: ForgetStatement.Subject
        switch accept(anyOf: [.last, .scenario], .filler) {
        case .last: subject = .last
        case .scenario: subject = .scenario(try parseName(.scenario))
        default: subject = .all
        }
        return ForgetStatement(subject: subject, span: span(from: start))
    }

    // scenario = "scenario" name ;
    mutating func parseScenario() throws(ParseFailure) -> ScenarioStatement {
        let start = index
        try expect(.scenario, .statement)
        return ScenarioStatement(name: try parseName(.newName), span: span(from: start))
    }

    // sweep = "sweep" lever_range [ "," lever_range ] plain_steps ;
    mutating func parseSweep() throws(ParseFailure) -> SweepStatement {
        let start = index
        try expect(.sweep, .statement)
        var ranges = [try parseLeverRange()]
        if accept(.comma, ",") { ranges.append(try parseLeverRange()) }
        let steps = try parsePlainSteps()
        return SweepStatement(ranges: ranges, steps: steps, span: span(from: start))
    }

    // lever_range = lever "from" ? amount ahead ? sum "to" sum [ "by" sum ] ;
    mutating func parseLeverRange() throws(ParseFailure) -> LeverRange {
        let start = index
        let lever = try parseLever()
        try expect(.from, .filler)
        let from = try parseSum()
        try expect(.to, .filler)
        let to = try parseSum()
        let by = accept(.by, .filler) ? try parseSum() : nil
        return LeverRange(lever: lever, from: from, to: to, by: by, span: span(from: start))
    }

    // solve = "solve" lever "until" condition plain_steps ;
    mutating func parseSolve() throws(ParseFailure) -> SolveStatement {
        let start = index
        try expect(.solve, .statement)
        let lever = try parseLever()
        try expect(.until, .filler)
        let goal = try parseCondition()
        let steps = try parsePlainSteps()
        return SolveStatement(lever: lever, goal: goal, steps: steps, span: span(from: start))
    }

    // plain_steps = "|" step { "|" step } ;
    /// Steps that change nothing.
    mutating func parsePlainSteps() throws(ParseFailure) -> [Step] {
        guard at(.pipe) else { throw failure(.sign("|")) }
        let steps = try parseSteps()
        if case .change(let change) = steps.last {
            throw ParseFailure(diagnostic: ParserDiagnostics.changeNotHere(change))
        }
        return steps
    }

    // sensitivity = "sensitivity" "of" report ;
    mutating func parseSensitivity() throws(ParseFailure) -> SensitivityStatement {
        let start = index
        try expect(.sensitivity, .statement)
        try expect(.of, .filler)
        return SensitivityStatement(report: try parseReport(), span: span(from: start))
    }
}
