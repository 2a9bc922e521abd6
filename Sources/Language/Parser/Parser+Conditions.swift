// Conditions: what joins and compares values.

import Values

extension Parser {
    // expression = conditional | condition ;
    mutating func parseExpression() throws(ParseFailure) -> Expression {
        expects(.value)
        if at(.if) { return try parseConditional() }
        return try parseCondition()
    }

    // conditional = "if" condition "then" expression "else" expression ;
    mutating func parseConditional() throws(ParseFailure) -> Expression {
        try nested { parser throws(ParseFailure) in
            let start = parser.index
            try parser.expect(.if, .condition)
            let condition = try parser.parseCondition()
            try parser.expect(.then, .filler)
            let then = try parser.parseExpression()
            try parser.expect(.else, .filler)
            let otherwise = try parser.parseExpression()
            return .conditional(
                Conditional(condition: condition, then: then, otherwise: otherwise, span: parser.span(from: start)))
        }
    }

    // condition = conjunction { "or" conjunction } ;
    mutating func parseCondition() throws(ParseFailure) -> Expression {
        expects(.condition)
        var operands = [try parseConjunction()]
        while accept(.or, .condition) { operands.append(try parseConjunction()) }
        return Expression.joined(operands, by: .or)
    }

    // conjunction = negation { "and" negation } ;
    mutating func parseConjunction() throws(ParseFailure) -> Expression {
        var operands = [try parseNegation()]
        while accept(.and, .condition) { operands.append(try parseNegation()) }
        return Expression.joined(operands, by: .and)
    }

    // negation = "not" negation | predicate ;
    mutating func parseNegation() throws(ParseFailure) -> Expression {
        let start = index
        guard accept(.not, .condition) else { return try parsePredicate() }
        return try nested { parser throws(ParseFailure) in
            let operand = try parser.parseNegation()
            return .unary(UnaryExpression(op: .not, operand: operand, span: parser.span(from: start)))
        }
    }

    // predicate = sum [ comparison | text_match | between | membership | dated | presence ] ;
    mutating func parsePredicate() throws(ParseFailure) -> Expression {
        let start = index
        let left = try parseSum()
        if token.isEnd, !isRecording { return left }
        if let comparison = try parseComparison(left, start) { return comparison }
        let next = at(.not) ? peekKeyword() : token.keyword
        switch next {
        case .contains, .starts, .ends, .matches: return try parseTextMatch(left, start)
        case .between: return try parseBetween(left, start)
        case .in: return try parseMembership(left, start)
        case .before, .after, .since, .until, .within: return try parseDated(left, start)
        case .is: return try parsePresence(left, start)
        default: break
        }
        expects(words: [.not, .contains, .starts, .ends, .matches, .between, .in, .is], .condition)
        expects(words: [.before, .after, .since, .until, .within], .condition)
        return left
    }

    // comparison = ( "=" | "!=" | order_sign ) right_side ;
    mutating func parseComparison(_ left: Expression, _ start: Int) throws(ParseFailure) -> Expression? {
        expects(.sign("="))
        expects(.sign("!="))
        let op: ComparisonOperator
        let place = token.span
        if at(.equal) || at(.notEqual) {
            op = at(.equal) ? .equal : .notEqual
            advance(as: .sign)
        } else {
            guard let order = parseOrderSign() else { return nil }
            op = order
        }
        let right = try parseRightSide(of: left)
        return .comparison(
            Comparison(op: op, opSpan: place, isNegated: false, left: left, right: right, span: span(from: start)))
    }

    // order_sign = "<" | "<=" | ">" | ">=" ;
    /// Gives `nil` when none stands here.
    mutating func parseOrderSign() -> ComparisonOperator? {
        if isRecording { for sign in [">", ">=", "<", "<="] { expects(.sign(sign)) } }
        guard let sign = token.orderSign else { return nil }
        advance(as: .sign)
        return sign
    }

    // text_match = [ "not" ] ( "contains" | "starts" "with" | "ends" "with" | "matches" ) right_side ;
    mutating func parseTextMatch(_ left: Expression, _ start: Int) throws(ParseFailure) -> Expression {
        let first = index
        let isNegated = accept(.not, .condition)
        let op: ComparisonOperator
        switch try expect(anyOf: [.contains, .starts, .ends, .matches], .condition) {
        case .contains: op = .contains
        case .starts:
            try expect(.with, .filler)
            op = .startsWith
        case .ends:
            try expect(.with, .filler)
            op = .endsWith
        default: op = .matches
        }
        let place = span(from: first)
        let right = try parseRightSide(of: left)
        return .comparison(
            Comparison(op: op, opSpan: place, isNegated: isNegated, left: left, right: right, span: span(from: start)))
    }

    // between = [ "not" ] "between" sum "and" sum ;
    mutating func parseBetween(_ left: Expression, _ start: Int) throws(ParseFailure) -> Expression {
        let isNegated = accept(.not, .condition)
        try expect(.between, .condition)
        let lower = try parseSum()
        try expect(.and, .filler)
        let upper = try parseSum()
        return .between(
            BetweenCondition(
                operand: left, isNegated: isNegated, lower: lower, upper: upper, span: span(from: start)))
    }

    // membership = [ "not" ] "in" ( list | in_operand ) ;
    mutating func parseMembership(_ left: Expression, _ start: Int) throws(ParseFailure) -> Expression {
        let isNegated = accept(.not, .condition)
        try expect(.in, .condition)
        if at(.leftParen) {
            let items = try parseList(of: left)
            return .list(ListCondition(operand: left, isNegated: isNegated, items: items, span: span(from: start)))
        }
        return try parseInOperand(left, isNegated, start)
    }

    // list = "(" right_side { "," right_side } ")" ;
    mutating func parseList(of left: Expression) throws(ParseFailure) -> [Expression] {
        try parenthesised { parser throws(ParseFailure) in
            try parser.commaSeparated { parser throws(ParseFailure) in try parser.parseRightSide(of: left) }
        }
    }

    // in_operand = STRING | ? no reserved word ahead ? bare_name | range ? as long as possible ? ;
    mutating func parseInOperand(
        _ left: Expression, _ isNegated: Bool, _ start: Int
    ) throws(ParseFailure) -> Expression {
        expects(.sign("("))
        expectValue(of: left)
        func list(_ item: Expression) -> Expression {
            .list(ListCondition(operand: left, isNegated: isNegated, items: [item], span: span(from: start)))
        }
        if at(.string) { return list(.literal(.text(try parseText()))) }
        let first = index
        let nameEnd = endOfOperandName()
        do {
            let period = try parseRange()
            if index >= nameEnd {
                let name = index == nameEnd ? try name(from: first, through: nameEnd) : nil
                return .period(
                    PeriodCondition(
                        operand: left, isNegated: isNegated, period: period, name: name, span: span(from: start)))
            }
        } catch {
            if nameEnd <= first || index > nameEnd || error.diagnostic != nil && nameEnd == first + 1 { throw error }
        }
        index = first
        return list(.name(try takeName(through: nameEnd, valueItem(of: left))))
    }

    /// The name that covers those tokens; the present token does not move.
    private mutating func name(from start: Int, through end: Int) throws(ParseFailure) -> Name {
        let place = index
        let savedRoles = roles
        index = start
        let name = try takeName(through: end, .value)
        index = place
        roles = savedRoles
        return name
    }

    // dated = ( "before" | "after" | "since" | "until" ) point | "within" duration ;
    mutating func parseDated(_ left: Expression, _ start: Int) throws(ParseFailure) -> Expression {
        let first = index
        let bounds: PeriodBounds
        switch try expect(anyOf: [.before, .after, .since, .until, .within], .condition) {
        case .before: bounds = .before(try parsePoint())
        case .after: bounds = .after(try parsePoint())
        case .since: bounds = .since(try parsePoint())
        case .until: bounds = .until(try parsePoint())
        default: bounds = .within(try parseDuration())
        }
        let period = PeriodExpression(bounds: bounds, span: span(from: first))
        return .period(
            PeriodCondition(operand: left, isNegated: false, period: period, name: nil, span: span(from: start)))
    }

    // presence = "is" [ "not" ] ( "missing" | "set" ) ;
    mutating func parsePresence(_ left: Expression, _ start: Int) throws(ParseFailure) -> Expression {
        try expect(.is, .condition)
        let isNot = accept(.not, .condition)
        let word = try expect(anyOf: [.missing, .set], .filler)
        return .missing(
            MissingCondition(operand: left, isNegated: isNot == (word == .missing), span: span(from: start)))
    }

    // right_side = ? no reserved word ahead ? bare_name | sum ? as long as possible ? ;
    mutating func parseRightSide(of left: Expression) throws(ParseFailure) -> Expression {
        expectValue(of: left)
        return try parseNameOr(valueItem(of: left)) { parser throws(ParseFailure) in try parser.parseSum() }
    }

    // value = ? no reserved word or quote ahead ? change_name | expression ? as long as possible ? ;
    mutating func parseValue(of field: Identifier? = nil) throws(ParseFailure) -> Expression {
        let item = field.map { Expected.valueOf(Path(parts: [$0], span: $0.span)) } ?? .value
        expects(item)
        return try parseNameOr(item, .change) { parser throws(ParseFailure) in try parser.parseExpression() }
    }

    private func valueItem(of left: Expression) -> Expected {
        switch left {
        case .path(let path): return .valueOf(path)
        case .either(let either): return valueItem(of: either.expression)
        default: return .value
        }
    }

    private mutating func expectValue(of left: Expression) { expects(valueItem(of: left)) }

    /// The token after the bare name that starts here, or the present one when none does.
    private func endOfOperandName(_ namePlace: NamePlace = .plain) -> Int {
        if let keyword = token.keyword, Parser.reservedInExpressions.contains(keyword) { return index }
        return endOfBareName(namePlace)
    }

    /// The longer of a bare name and an expression; both when they end at the same place and can mean different things.
    private mutating func parseNameOr(
        _ item: Expected, _ namePlace: NamePlace = .plain, _ part: (inout Parser) throws(ParseFailure) -> Expression
    ) throws(ParseFailure) -> Expression {
        let start = index
        let nameEnd = endOfOperandName(namePlace)
        let depth = depth
        do {
            let expression = try part(&self)
            if index > nameEnd || nameEnd == start { return expression }
            if index == nameEnd {
                switch expression {
                case .path, .literal, .either:
                    if isRecording { expects(item, from: Int(tokens[start].start)) }
                    return expression
                default: break
                }
                let name = try name(from: start, through: nameEnd)
                return .either(EitherReading(name: name, expression: expression, span: span(from: start)))
            }
        } catch {
            // A single token that is wrong by itself (a number too large) is no name instead.
            if nameEnd == start || index > nameEnd || error.diagnostic != nil && nameEnd == start + 1 { throw error }
        }
        self.depth = depth
        index = start
        return .name(try takeName(through: nameEnd, item))
    }
}
