// Names given with `let`: values and queries, perhaps with parameters. A definition is kept as text, parsed when it is
// used and bound where it is used, against the book of that moment. A problem inside one is told at the place of use.

import Engine
import Language
import Pipeline
import Values

/// An argument of a `let` with what its own words mean where it was written.
struct LetArgument {
    var expression: SyntaxExpression
    var source: SourceText
    /// The arguments that were around it.
    var outer: [String: LetArgument]
}

extension Binder {
    /// The definition with this name, case ignored.
    func definition(named name: String) -> LetDefinition? {
        let key = NameIndex.key(name)
        return book.lets.first { NameIndex.key($0.name) == key }
    }

    /// The value that a word stands for as a `let`; `nil` when there is none of that name, or it is a query.
    mutating func valueOfLet(_ word: WrittenName) throws(Diagnostic) -> Bound? {
        guard let definition = definition(named: word.text) else { return nil }
        let parsed = try parse(definition, at: word.span)
        if case .query = parsed.statement.meaning { return nil }
        return try inside(definition, parsed.source, arguments: [:], at: word.span) { (binder) throws(Diagnostic) in
            switch parsed.statement.meaning {
            case .value(let value): return try binder.value(value)
            case .either(let identifier):
                if let bound = try binder.identifier(WrittenName(identifier)) { return bound }
                // A lone word that nothing else explains is a text.
                let text = identifier.text
                return Bound(.constant(.text(text), .text), .text, at: word.span, literal: .text(text))
            case .query: return nil
            }
        }
    }

    /// The period that a word stands for as a `let`; `nil` when there is none of that name.
    func periodOfLet(_ identifier: Identifier) throws(Diagnostic) -> Period? {
        var copy = self
        let word = WrittenName(identifier)
        let bound: Bound?
        if let argument = arguments[NameIndex.key(identifier.text)] {
            bound = try copy.value(of: argument, at: identifier.span)
        } else {
            bound = try copy.valueOfLet(word)
        }
        if case .period(let period) = bound?.literal { return period }
        return nil
    }

    /// The value of an argument, read where it was written.
    mutating func value(of argument: LetArgument, at span: SourceSpan) throws(Diagnostic) -> Bound {
        try entering(argument, at: span) { (binder) throws(Diagnostic) in try binder.value(argument.expression) }
    }

    /// An argument read beside a value: a word may be the name of one.
    mutating func operand(
        of argument: LetArgument, beside left: Bound, at span: SourceSpan
    ) throws(Diagnostic) -> Operand {
        try entering(argument, at: span) { (binder) throws(Diagnostic) in
            try binder.operand(argument.expression, beside: left)
        }
    }

    private mutating func entering<Value>(
        _ argument: LetArgument, at span: SourceSpan, _ body: (inout Binder) throws(Diagnostic) -> Value
    ) throws(Diagnostic) -> Value {
        let outside = (source, arguments)
        (source, arguments) = (argument.source, argument.outer)
        defer { (source, arguments) = outside }
        return try body(&self)
    }

    /// The `let` statement of a definition.
    func parse(
        _ definition: LetDefinition, at span: SourceSpan
    ) throws(Diagnostic) -> (statement: LetStatement, source: SourceText) {
        if letStack.contains(where: { NameIndex.key($0) == NameIndex.key(definition.name) }) {
            let way = (letStack + [definition.name]).joined(separator: " → ")
            throw Diagnostic(.letCycle, "\"\(definition.name)\" stands for itself: \(way)", at: span)
        }
        let head =
            definition.parameters.isEmpty
            ? definition.name : "\(definition.name)(\(definition.parameters.joined(separator: ", ")))"
        let source = SourceText("let \(head) = \(definition.text)")
        let script = Parser.parse(source)
        guard case .let(let statement) = script.statements.first,
            script.diagnostics.allSatisfy({ $0.severity != .error })
        else {
            let reason = script.diagnostics.first?.message ?? "it is no definition"
            throw Diagnostic(.letBroken, "\"\(definition.name)\" can no longer be read: \(reason)", at: span)
        }
        return (statement, source)
    }

    /// Binds something inside a definition; what is wrong there is told at the place of use.
    mutating func inside<Value>(
        _ definition: LetDefinition, _ text: SourceText, arguments inner: [String: LetArgument], at span: SourceSpan,
        _ body: (inout Binder) throws(Diagnostic) -> Value
    ) throws(Diagnostic) -> Value {
        let outside = (source, arguments)
        (source, arguments) = (text, inner)
        letStack.append(definition.name)
        defer {
            (source, arguments) = outside
            letStack.removeLast()
        }
        do throws(Diagnostic) {
            return try body(&self)
        } catch {
            throw Binder.moved(error, from: definition, to: span)
        }
    }

    /// A problem inside a definition, told where the definition is used.
    static func moved(_ problem: Diagnostic, from definition: LetDefinition, to span: SourceSpan) -> Diagnostic {
        var problem = problem
        problem.span = span
        problem.labels = []
        problem.fix = nil
        let line = "in let \(definition.name) = \(definition.text)"
        if !problem.notes.contains(line) { problem.notes.append(line) }
        return problem
    }

    /// The arguments of a use of a definition, by the names of its parameters.
    func letArguments(
        _ definition: LetDefinition, _ written: [SyntaxExpression]?, at span: SourceSpan
    ) throws(Diagnostic) -> [String: LetArgument] {
        let given = written ?? []
        guard given.count == definition.parameters.count else {
            let wanted =
                definition.parameters.isEmpty
                ? "takes nothing in parentheses"
                : "is used as \(definition.name)(\(definition.parameters.joined(separator: ", ")))"
            throw Diagnostic(.letArguments, "\"\(definition.name)\" \(wanted)", at: span)
        }
        var bound: [String: LetArgument] = [:]
        for (name, expression) in zip(definition.parameters, given) {
            bound[NameIndex.key(name)] = LetArgument(expression: expression, source: source, outer: arguments)
        }
        return bound
    }
}
