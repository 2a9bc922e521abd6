// The words for what can be wrong with a single token.

import Values

/// Makes the lexer's diagnostics.
enum LexerDiagnostics {
    static func illFormedBytes(_ span: SourceSpan) -> Diagnostic {
        Diagnostic(
            .illFormedText, "these bytes are no UTF-8 text", at: span, hint: "save the file as UTF-8")
    }

    static func controlCharacter(_ span: SourceSpan) -> Diagnostic {
        Diagnostic(.illFormedText, "a control character stands here", at: span, hint: "take it out")
    }

    static func unclosedQuote(_ span: SourceSpan, opening: String) -> Diagnostic {
        let mark = opening == "`" ? "`" : opening == "'" ? "'" : "\""
        return Diagnostic(
            .unclosedQuote, "the quote is not closed on its line", at: span, hint: "close it with \(mark)")
    }

    static func foreignOperator(found: String, proper: String, _ span: SourceSpan) -> Diagnostic {
        Diagnostic(
            .foreignOperator, "\(found) is no operator", at: span, hint: "write \(proper)", fix: .init(span, proper))
    }

    static func malformedNumber(_ text: String, _ span: SourceSpan) -> Diagnostic {
        Diagnostic(
            .malformedNumber, "a comma in a number separates groups of three digits, and \(text) has other groups",
            at: span, hint: "write 1,500 or 1500; decimals take a point: 1.5")
    }

    static func groupedNumber(_ text: String, _ span: SourceSpan, inParentheses: Bool) -> Diagnostic {
        let joined = String(text.filter { $0 != "," })
        let separate = text.split(separator: ",").joined(separator: ", ")
        let place = inParentheses ? "inside parentheses" : "in a list of names"
        return Diagnostic(
            .groupedNumber, "\(text) can be one number or several \(place)", at: span,
            hint: "write \(joined) for one, \(separate) for several")
    }

    static func foreignDay(_ text: String, _ span: SourceSpan) -> Diagnostic {
        let parts = text.split(whereSeparator: { $0 == "/" || $0 == "." }).compactMap { Int($0) }
        var days: [Day] = []
        if parts.count == 3 {
            let year = { (number: Int) in number < 100 ? 2000 + number : number }
            let dotted = text.utf8.contains(UInt8(ascii: "."))
            let orders =
                parts[0] > 31
                ? [(parts[0], parts[1], parts[2])]
                : dotted
                    ? [(year(parts[2]), parts[1], parts[0])]
                    : [(year(parts[2]), parts[0], parts[1]), (year(parts[2]), parts[1], parts[0])]
            for order in orders {
                if let day = Day(year: order.0, month: order.1, day: order.2), !days.contains(day) { days.append(day) }
            }
        }
        let hint = days.isEmpty ? "2026-12-31" : days.map(\.description).joined(separator: " or ")
        return Diagnostic(
            .foreignDay, "a day is written as year-month-day", at: span, hint: "write \(hint)",
            fix: days.count == 1 ? .init(span, hint) : nil)
    }
}
