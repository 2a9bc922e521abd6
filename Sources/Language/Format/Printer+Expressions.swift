// Conditions and expressions back to text, with parentheses only where the tree needs them.

import Values

extension Printer {
    /// An expression; in parentheses when it binds more weakly than asked for.
    func expression(_ expression: Expression, atLeast strength: Strength = .conditional) -> String {
        let text = bare(expression)
        return self.strength(expression) < strength ? "(" + text + ")" : text
    }

    private func strength(_ expression: Expression) -> Strength {
        switch expression {
        case .conditional: return .conditional
        case .binary(let node):
            switch node.op {
            case .or: return .or
            case .and: return .and
            case .add, .subtract: return .sum
            case .multiply, .divide: return .product
            }
        case .unary(let node): return node.op == .not ? .not : .minus
        case .comparison, .between, .list, .period, .missing: return .comparison
        case .literal, .path, .name, .either, .date, .call: return .primary
        }
    }

    private func bare(_ expression: Expression) -> String {
        switch expression {
        case .literal(let literal): return self.literal(literal)
        case .path(let path): return self.path(path)
        case .name(let name): return self.name(name)
        case .either(let node): return name(node.name)
        case .date(let span): return self.span(span)
        case .call(let call): return self.call(call)
        case .unary(let node):
            return node.op == .not
                ? "not " + self.expression(node.operand, atLeast: .not)
                : "-" + self.expression(node.operand, atLeast: .minus)
        case .binary(let node): return binary(node, expression)
        case .comparison(let node):
            let negation = node.isNegated ? " not " : " "
            return operand(node.left) + negation + node.op.rawValue + " " + rightSide(node.right)
        case .between(let node):
            let word = node.isNegated ? " not between " : " between "
            return operand(node.operand) + word + operand(node.lower) + " and " + operand(node.upper)
        case .list(let node):
            let head = operand(node.operand) + (node.isNegated ? " not in " : " in ")
            // One bare name of several words stands alone: `stage in Closed Won`.
            if node.items.count == 1, case .name(let name) = node.items[0] { return head + self.name(name) }
            return head + "(" + node.items.map(rightSide).joined(separator: ", ") + ")"
        case .period(let node): return periodCondition(node)
        case .missing(let node): return operand(node.operand) + (node.isNegated ? " is set" : " is missing")
        case .conditional(let node):
            return "if " + self.expression(node.condition, atLeast: .or) + " then " + self.expression(node.then)
                + " else " + self.expression(node.otherwise)
        }
    }

    private func binary(_ node: BinaryExpression, _ expression: Expression) -> String {
        switch node.op {
        case .and, .or:
            var operands: [Expression] = []
            expression.appendOperands(of: node.op, to: &operands)
            let strength: Strength = node.op == .or ? .and : .not
            return operands.map { self.expression($0, atLeast: strength) }.joined(separator: " \(node.op.rawValue) ")
        case .add, .subtract:
            return self.expression(node.left, atLeast: .sum) + " \(node.op.rawValue) "
                + self.expression(node.right, atLeast: .product)
        case .multiply, .divide:
            return self.expression(node.left, atLeast: .product) + " \(node.op.rawValue) "
                + self.expression(node.right, atLeast: .minus)
        }
    }

    private func operand(_ expression: Expression) -> String { self.expression(expression, atLeast: .sum) }

    /// What stands right of a comparison or in a list.
    func rightSide(_ expression: Expression) -> String { distinct(expression, operand(expression), .plain) }

    /// A new value or an argument: any expression, or a name.
    func value(_ expression: Expression) -> String { distinct(expression, self.expression(expression), .change) }

    /// The text of an expression, in parentheses where its words could be read as a name as well: `(this quarter)`.
    private func distinct(_ expression: Expression, _ text: String, _ place: NamePlace) -> String {
        switch expression {
        case .path, .name, .either, .literal: return text
        default:
            let source = SourceText(text)
            let parser = Parser(source: source, tokens: Lexer.tokens(of: source.bytes).tokens)
            return parser.tokens[parser.endOfBareName(place)].kind == .endOfInput ? "(" + text + ")" : text
        }
    }

    private func periodCondition(_ node: PeriodCondition) -> String {
        let negation = node.isNegated ? " not" : ""
        let left = operand(node.operand)
        switch node.period.bounds {
        case .point, .range: return left + negation + " in " + (node.name.map(name) ?? period(node.period))
        default: return left + " " + period(node.period)
        }
    }

    func call(_ call: Call) -> String {
        var out = call.function.text + "(" + call.arguments.map(value).joined(separator: ", ") + ")"
        if let within = call.within {
            let paths = within.map(path).joined(separator: ", ")
            out += " within " + (within.count == 1 ? paths : "(" + paths + ")")
        }
        return out
    }

    /// The value of a `let`: what would be read as a query stands in parentheses.
    func letValue(_ expression: Expression) -> String {
        if case .conditional = expression { return bare(expression) }
        let text = self.expression(expression, atLeast: .sum)
        return isQueryAsWell(expression, isWhole: true) ? "(" + text + ")" : text
    }

    private func isQueryAsWell(_ expression: Expression, isWhole: Bool) -> Bool {
        switch expression {
        case .path(let path): return isWhole && path.parts.count == 1
        case .call(let call): return !Vocabulary.functionNames.contains(call.function.text.lowercased())
        case .binary(let node) where node.op != .and && node.op != .or:
            return strength(node.left) >= strength(expression) && isQueryAsWell(node.left, isWhole: false)
        default: return false
        }
    }
}
