// The words for what the parser complains about; finding is elsewhere, drawing is Shell's.

import Values

/// Makes the parser's diagnostics.
enum ParserDiagnostics {
    static func nestingTooDeep(_ span: SourceSpan) -> Diagnostic {
        Diagnostic(
            .nestingTooDeep, "more than \(Limits.nestingDepthMax) parts stand inside or after one another", at: span,
            hint: "name a part with let")
    }

    static func numberTooLarge(_ text: String, _ span: SourceSpan) -> Diagnostic {
        Diagnostic(.numberTooLarge, "\(text) is larger than any number here", at: span)
    }

    static func tooFine(_ text: String, _ span: SourceSpan, _ unit: String) -> Diagnostic {
        Diagnostic(.malformedNumber, "\(text) has more decimals than are kept", at: span, hint: "write \(unit)")
    }

    static func brokenCount(_ text: String, _ span: SourceSpan) -> Diagnostic {
        Diagnostic(.malformedNumber, "\(text) is no whole number", at: span, hint: "for example 10")
    }

    static func brokenDuration(_ span: SourceSpan) -> Diagnostic {
        Diagnostic(
            .malformedNumber, "a duration is a whole number of its unit", at: span, hint: "write 18mo for 1.5 years")
    }

    static func emptyPeriod(_ span: SourceSpan) -> Diagnostic {
        Diagnostic(.malformedNumber, "a period of 0 has no day", at: span, hint: "write 1 or more")
    }

    static func noSuchDay(_ text: String, _ span: SourceSpan) -> Diagnostic {
        Diagnostic(
            .noSuchDay, "there is no day \(text)", at: span, hint: "a day is written as year-month-day: 2026-11-23")
    }

    static func duplicateClause(_ clause: Clause, _ earlier: Clause, _ source: SourceText) -> Diagnostic {
        let word = clause.kind ?? ""
        let names = ["in", "of", "at", "from"].contains(word)
        return Diagnostic(
            .duplicateClause, "\"\(word)\" stands twice", at: clause.span,
            hint: names ? "several names are joined by commas: \(word) A, B" : "keep one",
            labels: [.init(earlier.span, "the first one")])
    }

    static func duplicateOption(_ what: String, _ span: SourceSpan) -> Diagnostic {
        let quoted = what.hasPrefix("the ") ? what : "\"\(what)\""
        return Diagnostic(.duplicateClause, "\(quoted) stands twice", at: span, hint: "keep one")
    }

    static func changeNotLast(_ change: ChangeStep, _ next: SourceSpan) -> Diagnostic {
        Diagnostic(
            .changeNotLast, "a change is the last step, and another follows \"\(change.kind.word)\"", at: next,
            hint: "put it before the change", labels: [.init(change.kindSpan, "the change")])
    }

    static func changeNotHere(_ change: ChangeStep) -> Diagnostic {
        Diagnostic(
            .changeNotLast, "\"\(change.kind.word)\" changes deals, which this statement does not", at: change.kindSpan,
            hint: "end with a report such as forecast this quarter")
    }

    static func reservedName(_ text: String, _ span: SourceSpan) -> Diagnostic {
        Diagnostic(
            .reservedName, "\"\(text)\" is a word of the language and cannot be a new name", at: span,
            hint: "choose another, such as my_\(text.lowercased())")
    }

    static func nothingToContinue(_ span: SourceSpan) -> Diagnostic {
        Diagnostic(
            .nothingToContinue, "a step stands here without a query before it", at: span, hint: "write deals | …")
    }

    static func unclosedBracket(_ opening: SourceSpan, at end: SourceSpan) -> Diagnostic {
        Diagnostic(.unclosedBracket, "the parenthesis is not closed", at: opening, hint: "close it with )")
    }
}

extension Parser {
    /// The message for the present token after recording: what was expected and what was found.
    func unexpected() -> Diagnostic {
        let items = expected.filter { $0.start == nil }.map(\.item)
        let wanted = Parser.list(items)
        let text = text(token.span)
        let found =
            token.isEnd ? "the statement ends" : "found " + (at(.string) || at(.backtick) ? text : "\"\(text)\"")
        let message = wanted.isEmpty ? "nothing fits here, \(found)" : "expected \(wanted), \(found)"
        let examples = Set(items.compactMap(\.example))
        let hint = examples.count == 1 && items.count <= 16 ? examples.first.map { "for example \($0)" } : nil
        let diagnostic = Diagnostic(.unexpectedToken, message, at: token.span, hint: hint)
        return Slips.mend(diagnostic, self)
    }

    /// "a period, a clause or the end of the statement": words of one kind become the kind when there are several.
    static func list(_ items: [Expected]) -> String {
        var parts: [String] = []
        var wordCounts: [WordRole: Int] = [:]
        for case .word(_, let role) in items { wordCounts[role, default: 0] += 1 }
        for item in items {
            var part = item.description
            switch item {
            case .word(let word, let role):
                if let group = role.groupName, (wordCounts[role] ?? 0) > 2, word != "and", word != "or" { part = group }
            case .sign(let sign) where items.contains(.sign("<")):
                if ["=", "!=", "<", "<=", ">", ">="].contains(sign) { part = "a comparison" }
            default: break
            }
            if !parts.contains(part) { parts.append(part) }
        }
        // A general word swallows its special cases.
        let swallowed: [(String, [String])] = [
            ("a condition", ["a value", "a field", "a period", "\"not\"", "a comparison"]),
            ("a value", ["a field", "a period"]),
            ("a clause", ["a comparison"]),
            ("a period", ["\"in\"", "\"on\"", "a day"]),
            ("a day", ["a period"]),
            ("a source", ["a table or let", "a quoted file name"]),
        ]
        for (general, special) in swallowed where parts.contains(general) { parts.removeAll { special.contains($0) } }
        // The end goes last.
        if let place = parts.firstIndex(of: "the end of the statement") { parts.append(parts.remove(at: place)) }
        guard let last = parts.last, parts.count > 1 else { return parts.first ?? "" }
        return parts.dropLast().joined(separator: ", ") + " or " + last
    }
}
