// Expressions: arithmetic, calls, fields and values.

import Values

extension Parser {
    // sum = product { ( "+" | "-" ) product } ;
    mutating func parseSum() throws(ParseFailure) -> Expression {
        let start = index
        var left = try parseProduct()
        var count = 1
        while at(.plus) || at(.minus) {
            let op: BinaryOperator = at(.plus) ? .add : .subtract
            let place = token.span
            advance(as: .sign)
            try checkLength(&count, place)
            let right = try parseProduct()
            left = .binary(
                BinaryExpression(op: op, opSpan: place, left: left, right: right, span: span(from: start)))
        }
        return left
    }

    // product = factor { ( "*" | "/" ) factor } ;
    mutating func parseProduct() throws(ParseFailure) -> Expression {
        let start = index
        var left = try parseFactor()
        var count = 1
        while at(.star) || at(.slash) {
            let op: BinaryOperator = at(.star) ? .multiply : .divide
            let place = token.span
            advance(as: .sign)
            try checkLength(&count, place)
            let right = try parseFactor()
            left = .binary(
                BinaryExpression(op: op, opSpan: place, left: left, right: right, span: span(from: start)))
        }
        return left
    }

    /// A chain of arithmetic leans to the left: it is as deep as it is long, and limited like brackets.
    private func checkLength(_ count: inout Int, _ place: SourceSpan) throws(ParseFailure) {
        count += 1
        if count > Limits.nestingDepthMax { throw ParseFailure(diagnostic: ParserDiagnostics.nestingTooDeep(place)) }
    }

    // factor = "-" factor | primary ;
    mutating func parseFactor() throws(ParseFailure) -> Expression {
        let start = index
        guard at(.minus) else { return try parsePrimary() }
        advance(as: .sign)
        return try nested { parser throws(ParseFailure) in
            let operand = try parser.parseFactor()
            return .unary(UnaryExpression(op: .minus, operand: operand, span: parser.span(from: start)))
        }
    }

    // primary = call | ? date words ahead ? date_words | literal | ? no date words or call ahead ? path | "(" expression ")" ;
    mutating func parsePrimary() throws(ParseFailure) -> Expression {
        expects(.value)
        if at(.leftParen) {
            return try parenthesised { parser throws(ParseFailure) in try parser.parseExpression() }
        }
        if at(.word), peek().kind == .leftParen, peek().touches { return .call(try parseCall()) }
        if isDateWordsAhead(index), !isPathAhead { return try parseDateOrField() }
        if isLiteralAhead { return .literal(try parseLiteral()) }
        if isRecording { expects(words: [.today, .this, .last, .next, .yes, .no, .missing], .date) }
        return .path(try parsePath())
    }

    /// Whether a dotted field starts here.
    private var isPathAhead: Bool { peek().kind == .dot && peek().touches && peek(2).touches && at(.word) }

    /// Date words; a single word of them could be a field as well.
    private mutating func parseDateOrField() throws(ParseFailure) -> Expression {
        let start = index
        let word = token
        let date = try parseDateWords()
        guard index == start + 1, word.kind == .word else { return .date(date) }
        let text = text(word.span)
        let name = Name(text: text, style: .bare, words: [Word(text: text, span: word.span)], span: word.span)
        return .either(EitherReading(name: name, expression: .date(date), span: word.span))
    }

    // call = WORD ? touching ? "(" [ value { "," value } ] ")" [ ? no duration after next ? "within" group ] ;
    mutating func parseCall() throws(ParseFailure) -> Call {
        let start = index
        let function = Identifier(text: text(token.span), isBackticked: false, span: token.span)
        advance(as: .keyword)
        let arguments: [Expression] = try parenthesised { parser throws(ParseFailure) in
            if parser.at(.rightParen) { return [] }
            return try parser.commaSeparated { parser throws(ParseFailure) in try parser.parseValue() }
        }
        var within: [Path]?
        expects(.word("within", .window))
        if at(.within), durationLength(index + 1) == 0 {
            advance(as: .keyword)
            within = try parseGroup()
        }
        return Call(function: function, arguments: arguments, within: within, span: span(from: start))
    }

    // group = path | "(" path { "," path } ")" ;
    mutating func parseGroup() throws(ParseFailure) -> [Path] {
        expects(.sign("("))
        if at(.leftParen) {
            return try parenthesised { parser throws(ParseFailure) in
                try parser.commaSeparated { parser throws(ParseFailure) in try parser.parsePath() }
            }
        }
        return [try parsePath()]
    }

    /// Something in parentheses; when they are not closed, the message points at the one that opened.
    mutating func parenthesised<Node>(
        _ part: (inout Parser) throws(ParseFailure) -> Node
    ) throws(ParseFailure) -> Node {
        let opening = token.span
        try expect(.leftParen, "(")
        let node = try nested(part)
        if token.isEnd, !isRecording {
            throw ParseFailure(diagnostic: ParserDiagnostics.unclosedBracket(opening, at: token.span))
        }
        try expect(.rightParen, ")")
        return node
    }
}

extension Expression {
    /// Conditions joined by `and` or `or`, as a balanced tree: what holds for any grouping may be as long as it likes
    /// and is never deep. Operands that are the same kind of chain are spliced in.
    static func joined(_ operands: [Expression], by op: BinaryOperator) -> Expression {
        guard operands.count > 1 else { return operands[0] }
        var flat: [Expression] = []
        for operand in operands { operand.appendOperands(of: op, to: &flat) }
        return balanced(flat[...], op)
    }

    /// The operands of a chain of that operator in order; the expression itself when it is none.
    func appendOperands(of op: BinaryOperator, to list: inout [Expression]) {
        if case .binary(let node) = self, node.op == op {
            node.left.appendOperands(of: op, to: &list)
            node.right.appendOperands(of: op, to: &list)
        } else {
            list.append(self)
        }
    }

    private static func balanced(_ operands: ArraySlice<Expression>, _ op: BinaryOperator) -> Expression {
        if operands.count == 1 { return operands[operands.startIndex] }
        let middle = operands.startIndex + (operands.count + 1) / 2
        let left = balanced(operands[..<middle], op)
        let right = balanced(operands[middle...], op)
        let between = SourceSpan(left.span.end, right.span.start)
        return .binary(
            BinaryExpression(op: op, opSpan: between, left: left, right: right, span: left.span.union(right.span)))
    }
}
