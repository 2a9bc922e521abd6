// `target $250k of Dana in Q4 2026`: how much should be won by whom in which days.

import Engine
import Language
import Pipeline
import Values

extension StatementRunner {
    func set(_ statement: TargetStatement, in source: SourceText, book: Book) throws -> StatementResult {
        let calendar = book.settings.calendar(clock: clock)
        var binder = try Binder(book: book, calendar: calendar, source: source, files: nil)
        var amount = Money(cents: 0)
        var period = Period(from: calendar.today, through: calendar.today)
        try binder.collecting { (binder) throws(Diagnostic) in
            try binder.useDeals(at: statement.span)
            amount = try binder.amount(statement.amount)
            period = try binder.period(statement.period)
        }
        if !binder.problems.isEmpty { throw Diagnostics(binder.problems) }
        guard period.start != .min, period.end != .max, !period.isEmpty else {
            throw Diagnostic(
                .emptyPeriod, "a target has a first and a last day", at: statement.period.span, hint: "in Q4 2026")
        }
        let list = NameList("owner", names: try book.targetNames())
        var names: [String?] = [nil]
        if let owner = statement.owner {
            names = try owner.names.map { name in
                switch list.index.match(name.text, prefix: false) {
                case .exact(let place): return list.names[place]
                default:
                    if NameIndex.key(name.text) == "me", name.style == .bare, let me = book.settings.me { return me }
                    switch list.index.match(name.text, prefix: name.style == .bare) {
                    case .exact(let place), .prefix(let place): return list.names[place]
                    case .several(let places): throw list.ambiguous(name.text, places, at: name.span)
                    case .none: throw list.unknown(name.text, at: name.span)
                    }
                }
            }
        }
        var changed = book
        try changed.setTargets(names.map { SalesTarget(name: $0, period: period, amount: amount) })
        let sign = book.settings.currency.prefix
        return .changed(
            changed, names.map { "target of \($0 ?? "everybody") in \(period): \(sign)\(amount.grouped())" })
    }
}

extension Binder {
    /// An amount of money that does not depend on a row: `$250k`, `floor * 2` is none.
    mutating func amount(_ written: SyntaxExpression) throws(Diagnostic) -> Money {
        let money = Bound(.constant(.integer(0), .money), .money, at: written.span)
        let bound = try settled(try value(written), beside: money)
        guard case .constant(let cell, _) = bound.formula, bound.meaning == .money, let cents = cell.integer else {
            throw Diagnostic(
                .typeMismatch, "\"\(text(written.span))\" is no amount of money", at: written.span, hint: "$250k")
        }
        guard cents >= 0 else {
            throw Diagnostic(.typeMismatch, "a target is not negative", at: written.span)
        }
        return Money(cents: cents)
    }
}
