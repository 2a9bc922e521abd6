// + − × ÷ with their units: money × percent is money, money ÷ money a number, date − date a duration. The engine has the
// table of types; here literals find their unit, calendar months find their day, and a misfit is worded.

import Engine
import Language
import Values

extension Binder {
    mutating func arithmetic(_ written: BinaryExpression) throws(Diagnostic) -> Bound {
        var left = try value(written.left)
        var right = try value(written.right)
        let isSum = written.op == .add || written.op == .subtract
        if isSum {
            right = try settled(right, beside: left)
            left = try settled(left, beside: right)
        }
        try checkOneDay(left)
        try checkOneDay(right)
        if isSum, let moved = try movedDay(written, left, right) { return moved }
        for side in [left, right] where !side.isCountable {
            throw Diagnostic(
                .typeMismatch, "\(side.meaning.words) takes no \(written.op.rawValue)", at: side.span,
                hint: "\"\(text(side.span))\" is \(side.meaning.words)")
        }
        let formula = Formula.arithmetic(written.op.arithmetic, left.formula, right.formula)
        guard let type = try? formula.valueType(in: scope.shape) else {
            throw mismatch(left, right, written.op.rawValue)
        }
        return Bound(formula, Meaning(type, named: ""), at: written.span)
    }

    /// A day moved by calendar months and days: `close + 1mo`.
    private func movedDay(_ written: BinaryExpression, _ left: Bound, _ right: Bound) throws(Diagnostic) -> Bound? {
        var date = left
        var other = right
        if !left.isDay, right.isDay, written.op == .add { (date, other) = (right, left) }
        guard date.isDay, case .duration(let length) = other.literal, length.months != 0 else { return nil }
        let sign = written.op == .subtract ? -1 : 1
        var formula = Formula.addMonths(date.formula, .constant(.integer(Int64(sign * length.months)), .integer))
        if length.days != 0 {
            formula = .arithmetic(.add, formula, .constant(.integer(Int64(sign * length.days)), .duration))
        }
        return Bound(formula, .day, at: written.span)
    }

    /// Only a single day takes part in arithmetic.
    private func checkOneDay(_ bound: Bound) throws(Diagnostic) {
        guard case .period(let period) = bound.literal, period.dayCount != 1 else { return }
        throw Diagnostic(
            .notOneDay, "\"\(text(bound.span))\" is \(period), and only one day can be counted with", at: bound.span,
            hint: "start of \(text(bound.span))?")
    }
}

extension Bound {
    /// Whether arithmetic takes it.
    var isCountable: Bool {
        switch meaning {
        case .number, .money, .percent, .day, .duration, .period: true
        case .text, .name, .yesNo, .instant, .label, .nothing: false
        }
    }
}

extension Language.BinaryOperator {
    /// The engine's operation; addition for `and` and `or`, which are none.
    var arithmetic: ArithmeticOperator {
        switch self {
        case .subtract: .subtract
        case .multiply: .multiply
        case .divide: .divide
        default: .add
        }
    }
}
