// A plan in words, for `explain`: where rows come from, what is done with them in order, which columns come out, what
// each relative word came to. Formulas are written with the names of columns, not their places.

import Engine
import Language
import Values

/// Prints plans.
struct PlanText {
    private let currency: Currency
    private var names: [String]
    /// The dictionaries of the source's columns, while they are the columns of the moment.
    private var dictionaries: [CategoryDictionary]

    /// The lines of an explanation.
    static func lines(_ plan: Plan, currency: Currency) -> [String] {
        var text = PlanText(
            currency: currency, names: plan.source.table.columns.map(\.name),
            dictionaries: plan.source.table.columns.map(\.dictionary))
        var lines = ["from \(plan.source.name): \(Words.count(plan.source.table.liveRowCount, "row"))"]
        for step in plan.steps { lines.append("  " + text.line(step)) }
        if let rest = plan.rest, !rest.steps.isEmpty {
            lines.append("  then \(Words.count(rest.steps.count, "step")) on the columns that the data give")
        }
        if !plan.output.isEmpty {
            lines.append("columns")
            for column in plan.output {
                let isShown = plan.shown.contains { plan.output[$0].name == column.name }
                guard isShown, let defined = column.formula else { continue }
                let formula = text.formula(defined)
                let isPlain = formula == column.name
                lines.append("  \(column.name)" + (isPlain ? "" : " = \(formula)") + " · \(column.meaning.words)")
            }
        }
        if !plan.resolved.isEmpty {
            lines.append("words")
            for word in plan.resolved { lines.append("  \(word.words) = \(word.meaning)") }
        }
        for lookup in plan.lookups { lines.append("looks up \(lookup.field) in \(lookup.table)") }
        return lines
    }

    private mutating func line(_ step: PlanStep) -> String {
        switch step {
        case .filter(let condition): return "keep rows where \(formula(condition))"
        case .window(let windows):
            var parts: [String] = []
            for window in windows {
                parts.append(self.window(window))
                names.append(parts[parts.count - 1])
            }
            return "look at other rows for " + parts.joined(separator: ", ")
        case .report(let plan):
            let by = plan.keys.isEmpty ? "" : " by " + plan.keys.map(\.name).joined(separator: ", ")
            return "report \(plan.kind.rawValue)\(by)"
        case .aggregate(let plan):
            let measures = plan.measures.map { "\($0.name) = \(aggregate($0.aggregate))" + filter($0.condition) }
            let keys = plan.keys.map { key in
                let formula = self.formula(key.formula)
                return formula == key.name ? key.name : "\(key.name) = \(formula)"
            }
            names = plan.keys.map(\.name) + plan.measures.map(\.name)
            dictionaries = []
            let by = keys.isEmpty ? "" : " by " + keys.joined(separator: ", ")
            let filled = plan.filled.map { " with every \($0.unit.rawValue) between" } ?? ""
            return "compute \(measures.joined(separator: ", "))\(by)\(filled)"
        case .sort(let keys): return "sort by " + keys.map(sortKey).joined(separator: ", ")
        case .top(let count, let keys):
            return "keep the first \(Words.grouped(count)) by " + keys.map(sortKey).joined(separator: ", ")
        case .slice(let skip, let count):
            let skipped = skip > 0 ? "skip \(Words.count(skip, "row"))" : ""
            let kept = count.map { "keep the first \(Words.count($0, "row"))" } ?? ""
            return [skipped, kept].filter { !$0.isEmpty }.joined(separator: ", ")
        case .distinct(let formulas):
            return "keep the first row of each " + formulas.map(formula).joined(separator: ", ")
        case .pivot(let plan): return "make columns of \(plan.pivot.name)"
        case .save(let plan): return "save to \(plan.path)" + (plan.isGuarded ? ", guarded" : "")
        case .expect(let plan):
            switch plan.kind {
            case .none: return "expect no row"
            case .some: return "expect at least one row"
            case .every(let condition): return "expect of every row \(formula(condition))"
            }
        }
    }

    private func filter(_ condition: Formula?) -> String { condition.map { " where \(formula($0))" } ?? "" }

    private func sortKey(_ key: SortPlan) -> String { formula(key.formula) + (key.isDescending ? " descending" : "") }

    private func window(_ window: Engine.Window) -> String {
        let call =
            switch window.function {
            case .total(let of): "total(\(formula(of)))"
            case .share(let of): "share(\(formula(of)))"
            case .rank(let of): "rank(\(formula(of)))"
            case .running(let of): "running(\(formula(of)))"
            }
        return window.partition.isEmpty
            ? call : call + " within (" + window.partition.map(formula).joined(separator: ", ") + ")"
    }

    private func aggregate(_ aggregate: Aggregate) -> String {
        switch aggregate {
        case .count: "count"
        case .countPresent(let of): "count of \(formula(of))"
        case .countDistinct(let of): "count distinct \(formula(of))"
        case .sum(let of): "sum \(formula(of))"
        case .average(let of): "avg \(formula(of))"
        case .quantile(let of, let share):
            share == 0.5 ? "median \(formula(of))" : "p\(Int((share * 100).rounded())) \(formula(of))"
        case .minimum(let of): "min \(formula(of))"
        case .maximum(let of): "max \(formula(of))"
        case .standardDeviation(let of): "stddev \(formula(of))"
        case .first(let of): "first \(formula(of))"
        case .any(let of): "any \(formula(of))"
        }
    }

    // MARK: Formulas

    private func formula(_ formula: Formula) -> String {
        switch formula {
        case .column(let index): return names.indices.contains(index) ? names[index] : "column \(index)"
        case .constant(let cell, let type): return constant(cell, type)
        case .rowNumber: return "row number"
        case .arithmetic(let operation, let left, let right):
            return "(\(self.formula(left)) \(operation.rawValue) \(self.formula(right)))"
        case .addMonths(let date, let months): return "(\(self.formula(date)) + \(self.formula(months)) months)"
        case .negate(let value): return "−\(self.formula(value))"
        case .asReal(let value): return self.formula(value)
        case .compare(let comparison, let left, let right):
            return "\(self.formula(left)) \(comparison.rawValue) \(self.formula(right))"
        case .and(let all): return "(" + all.map(self.formula).joined(separator: " and ") + ")"
        case .or(let all): return "(" + all.map(self.formula).joined(separator: " or ") + ")"
        case .not(let condition): return "not \(self.formula(condition))"
        case .isMissing(let value): return "\(self.formula(value)) is missing"
        case .inCodes(let value, let codes):
            return "\(self.formula(value)) in (\(self.names(codes, of: value)))"
        case .inRange(let value, let lower, let upper): return range(self.formula(value), lower, upper)
        case .inCells(let value, let cells):
            return "\(self.formula(value)) in (\(cells.map { constant($0, .text) }.joined(separator: ", ")))"
        case .test(let test, let value, let text): return "\(self.formula(value)) \(test.words) \"\(text)\""
        case .matches(let value, let pattern): return "\(self.formula(value)) matches '\(pattern.text)'"
        case .conditional(let condition, let first, let second):
            return "if \(self.formula(condition)) then \(self.formula(first)) else \(self.formula(second))"
        case .fallback(let first, let second): return "default(\(self.formula(first)), \(self.formula(second)))"
        case .datePart(_, let date): return "part of \(self.formula(date))"
        case .startOfUnit(let unit, let date, let fiscal, _):
            return "\(fiscal ? "fiscal_" : "")\(unit.rawValue)(\(self.formula(date)))"
        case .day(let instant, _): return "day of \(self.formula(instant))"
        case .round(let value, let digits): return "round(\(self.formula(value)), \(digits))"
        case .lower(let text): return "lower(\(self.formula(text)))"
        case .length(let text): return "length(\(self.formula(text)))"
        case .band(let value, let limits): return "band(\(self.formula(value)), \(limits.count) limits)"
        case .lookup(let category, let table): return "\(table.valueType.type) of \(self.formula(category))"
        }
    }

    /// The names behind codes of a stored column; how many there are when it is another column or they are many.
    private func names(_ codes: CodeSet, of value: Formula) -> String {
        guard case .column(let index) = value, dictionaries.indices.contains(index), codes.count <= 8,
            let names = try? dictionaries[index].names()
        else { return Words.count(codes.count, "name") }
        return names.indices.filter { codes.contains(UInt32($0 + 1)) }.map { names[$0] }.joined(separator: ", ")
    }

    private func range(_ value: String, _ lower: Int64, _ upper: Int64) -> String {
        let from = lower == .min ? Day.min : Day(clamping: Int(lower))
        let to = upper == .max ? Day.max : Day(clamping: Int(upper))
        return "\(value) in \(Period(from: from, upTo: to))"
    }

    private func constant(_ cell: Cell, _ type: ValueType) -> String {
        switch (cell, type.type) {
        case (.missing, _): "missing"
        case (.text(let text), _): "\"\(text)\""
        case (.integer(let number), .money): currency.prefix + Money(cents: number).grouped()
        case (.integer(let number), .date): Day(clamping: Int(number)).description
        case (.integer(let number), .duration): "\(number)d"
        case (.integer(let number), .boolean): number == 0 ? "no" : "yes"
        case (.integer(let number), .percent): "\(Double(number) / 10_000)%"
        case (.integer(let number), _): String(number)
        case (.real(let number), _): String(number)
        }
    }
}

extension TextTest {
    /// The words it is written with.
    var words: String {
        switch self {
        case .contains: "contains"
        case .startsWith: "starts with"
        case .endsWith: "ends with"
        }
    }
}
