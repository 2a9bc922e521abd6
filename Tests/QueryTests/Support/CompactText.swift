// Answers and problems as short, exact text for case files. Deliberately not the renderer of the shell: what a person
// sees may change, what was computed may not.

import Engine
import Language
import Query
import Values

enum CompactText {
    /// Columns, rows, totals, remarks of an answer; at most 40 rows.
    static func text(_ answer: Answer) throws -> String {
        var lines: [String] = []
        if answer.shape == .text {
            return try answer.table().columns[0].cells().compactMap(\.text).joined(separator: "\n")
        }
        if answer.shape != .rows { lines.append("shape \(name(answer.shape))") }
        lines.append(answer.shown.map { answer.columns[$0].name }.joined(separator: " | "))
        let table = try answer.page(0..<40, of: answer.shown)
        for row in 0..<table.rowCount {
            let cells = try answer.shown.indices.map { index in
                cell(try table.cell(row, index), answer.columns[answer.shown[index]])
            }
            lines.append(cells.joined(separator: " | "))
        }
        var footer = answer.countWords
        if let totals = try answer.totals?() {
            footer += " · " + money(totals.value.cents, totals.currency)
            if let weighted = totals.weighted { footer += " · weighted " + money(weighted.cents, totals.currency) }
        }
        lines.append("(" + footer + ")")
        for (index, timeline) in answer.timelines.enumerated() {
            for entry in timeline { lines.append("timeline \(index + 1): \(entry.day) \(entry.text)") }
        }
        lines += answer.resolved.map { "\($0.words) = \($0.meaning)" }
        lines += (answer.summary + answer.notes).map { "note: \($0)" }
        lines += answer.warnings.map { "warning[\($0.code.rawValue)]: \($0.message)" }
        lines += answer.failures.map { "failed: \($0.message) (\($0.rowCount))" }
        return lines.joined(separator: "\n")
    }

    /// A problem with the words it points at.
    static func text(_ problem: Diagnostic, in source: SourceText) -> String {
        var lines = ["error[\(problem.code.rawValue)]: \(problem.message)"]
        if let span = problem.span {
            lines.append("  at ‹\(source.text(span))›" + (problem.hint.map { " \($0)" } ?? ""))
        } else if let hint = problem.hint {
            lines.append("  hint: \(hint)")
        }
        for label in problem.labels { lines.append("  and ‹\(source.text(label.span))› \(label.text)") }
        lines += problem.notes.map { "  \($0)" }
        if let fix = problem.fix { lines.append("  fix: \(fix.replacement)") }
        return lines.joined(separator: "\n")
    }

    private static func name(_ shape: Answer.Shape) -> String {
        switch shape {
        case .rows: "rows"
        case .card: "card"
        case .chart(let kind): "chart \(kind?.rawValue ?? "auto")"
        case .text: "text"
        }
    }

    static func money(_ cents: Int64, _ currency: Currency) -> String {
        let text = Money(cents: cents).grouped()
        return text.hasPrefix("-") ? "-" + currency.prefix + text.dropFirst() : currency.prefix + text
    }

    static func cell(_ cell: Cell, _ column: Answer.Column) -> String {
        switch (cell, column.type.type) {
        case (.missing, _): "–"
        case (.text(let text), _): text
        case (.integer(let value), .money): money(value, column.currency ?? .usDollar)
        case (.integer(let value), .date): Day(clamping: Int(value)).description
        case (.integer(let value), .duration): "\(value)d"
        case (.integer(let value), .percent): decimal(Double(value) / 10_000) + "%"
        case (.integer(let value), .boolean): value == 0 ? "no" : "yes"
        case (.integer(let value), _): String(value)
        case (.real(let value), .percent): decimal(value * 100) + "%"
        case (.real(let value), _): decimal(value)
        }
    }

    /// Up to three decimals, halves away from zero.
    private static func decimal(_ value: Double) -> String {
        let thousandths = (value * 1000).rounded()
        var digits = String(Int64(thousandths.magnitude))
        while digits.utf8.count < 4 { digits = "0" + digits }
        var rest = String(digits.suffix(3))
        while rest.hasSuffix("0") { rest.removeLast() }
        return (value < 0 ? "-" : "") + digits.dropLast(3) + (rest.isEmpty ? "" : "." + rest)
    }
}
