// What a report is grouped by. A unit of time that stands alone (`by quarter`) is no field: it splits a report that is about
// a span of time into such spans, and means that unit of the date the others go by, which the answer says.

import Engine
import Language
import Pipeline
import Values

/// What a unit of time that stands alone means as a key of a report.
private enum LoneUnit {
    /// The report is asked for each such span of its period.
    case splits
    /// The deals are grouped by that unit of this field.
    case groups(by: String)
}

extension ReportKind {
    fileprivate var loneUnit: LoneUnit {
        switch self {
        case .forecast, .trend, .velocity, .attainment, .backtest: .splits
        // These are about when open deals are to close.
        case .hygiene, .focus, .slipped: .groups(by: "close")
        case .board, .funnel, .conversion, .bottlenecks, .aging, .cohorts, .changes: .groups(by: "created")
        }
    }
}

extension Binder {
    /// A key of a report and the words that say it in a condition.
    typealias ReportKey = (plan: KeyPlan, words: String)

    /// The keys by which a report's deals are grouped. Cohorts go by the month created unless told.
    mutating func reportKeys(_ step: ReportStep) throws(Diagnostic) -> [ReportKey] {
        var keys: [ReportKey] = []
        for key in step.keys {
            if try splittingUnit(key, of: step) != nil { continue }
            let found: ReportKey
            if case .groups(let field) = step.kind.loneUnit, let unit = FunctionName(named: text(key.value.span)),
                unit.unit != nil
            {
                try checkIsNoField(key)
                found = try self.key(unit, of: field, named: key.name?.text, at: key.span)
                remember(text(key.value.span), found.words)
            } else {
                let (name, bound, _) = try self.key(key)
                let plan = KeyPlan(name: name, formula: bound.formula, isStage: bound.isStage, meaning: bound.meaning)
                found = (plan, text(key.value.span))
            }
            if keys.contains(where: { NameIndex.key($0.plan.name) == NameIndex.key(found.plan.name) }) {
                throw Diagnostic(
                    .duplicateColumn, "there is a key \"\(found.plan.name)\" already", at: key.span,
                    hint: "x = \(found.words)")
            }
            keys.append(found)
        }
        if keys.isEmpty, step.kind == .cohorts {
            keys.append(try key(.month, of: "created", named: nil, at: step.kindSpan))
        }
        return keys
    }

    /// `quarter(created)`, called `quarter_created`.
    private mutating func key(
        _ unit: FunctionName, of field: String, named name: String?, at span: SourceSpan
    ) throws(Diagnostic) -> ReportKey {
        let bound = unit.start(of: try dealField(field, at: span), calendar, at: span)
        let plan = KeyPlan(
            name: name ?? "\(unit.rawValue)_\(field)", formula: bound.formula, isStage: false, meaning: bound.meaning)
        return (plan, "\(unit.rawValue)(\(field))")
    }

    /// The unit that splits the report's period; `nil` where it stays whole.
    func parts(_ step: ReportStep) throws(Diagnostic) -> CalendarUnit? {
        var found: CalendarUnit?
        for key in step.keys {
            guard let unit = try splittingUnit(key, of: step) else { continue }
            if let found {
                throw Diagnostic(
                    .wrongArguments, "\(step.kind.rawValue) goes by one unit of time, and found a second", at: key.span,
                    hint: "\(step.kind.rawValue) by \(found.rawValue)")
            }
            found = unit
        }
        return found
    }

    private func splittingUnit(_ key: Language.Key, of step: ReportStep) throws(Diagnostic) -> CalendarUnit? {
        guard case .splits = step.kind.loneUnit, key.name == nil,
            let unit = CalendarUnit(rawValue: text(key.value.span).lowercased())
        else { return nil }
        try checkIsNoField(key)
        return unit
    }

    /// Refuses a word that is a unit of time and a field of the book as well.
    private func checkIsNoField(_ key: Language.Key) throws(Diagnostic) {
        let word = text(key.value.span)
        guard case .exact = columnMatch(word, prefix: false) else { return }
        throw Diagnostic(
            .twoReadings, "\"\(word)\" is a unit of time and a field of this book", at: key.span,
            hint: "`\(word)` is the field, \(word)(created) the unit of a day")
    }
}
