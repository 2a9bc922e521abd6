// From what to what a field went, in words that stay short however many rows changed:
//
//   amounts of deals       the sums: from $12,000 to $15,000 in all
//   up to three values     each with its number: from Dana White (2) and Lee Wong (1) to Bob Stone
//   more days, numbers     how far they reach: from 2026-10-02..2026-12-15
//   more names             the most frequent, and how many others: from Dana White (5), Lee Wong (3) and 4 others

import Engine
import Pipeline
import Values

/// Puts changes of fields into words.
struct FieldWords {
    private static let listedCountMax = 3
    private static let textCountMax = 40
    /// What amounts are in.
    let currency: Currency
    /// Whether amounts of several rows are added up: those of deals are, prices in a list of products are not.
    let areSummed: Bool

    /// `from … to …` for the only field that was set, else a line for each of several, led by its name; then lines for
    /// fields that follow from it.
    func lines(_ changes: [FieldChange], _ written: [FieldPlan], of count: Int, _ noun: String) -> [String] {
        changes.map { change in
            guard let field = written.first(where: { $0.column == change.column }) else {
                return change.column + " " + passage(change, change.column)
            }
            if written.count == 1 { return passage(change, field.name) }
            let rows = change.rowCount == count ? "" : " of " + Words.count(change.rowCount, noun)
            return field.name + rows + " " + passage(change, field.name)
        }
    }

    /// `from $12,000 to $15,000 in all`
    func passage(_ change: FieldChange, _ name: String) -> String {
        let isSum = areSummed && change.valueType.type == .money
        let words = "from \(side(change.old, change, name, isSum)) to \(side(change.new, change, name, isSum))"
        return isSum && change.rowCount > 1 ? words + " in all" : words
    }

    private func side(_ values: FieldValues, _ change: FieldChange, _ name: String, _ isSum: Bool) -> String {
        if isSum { return values.bounds == nil ? "no " + name : Words.money(values.sum, currency) }
        func text(_ cell: Cell) -> String { cell.isMissing ? "no " + name : self.text(cell, change.valueType) }
        if values.isComplete, values.counts.count == 1 { return text(values.counts[0].cell) }
        if values.isComplete, values.counts.count <= FieldWords.listedCountMax {
            return Words.list(values.counts.map { "\(text($0.cell)) (\(Words.grouped($0.count)))" })
        }
        if let bounds = values.bounds {
            return text(.integer(bounds.lowerBound)) + ".." + text(.integer(bounds.upperBound))
        }
        let listed = values.counts.prefix(FieldWords.listedCountMax - 1)
        let rest = values.counts.count - listed.count
        let others = values.isComplete ? "\(Words.grouped(rest)) others" : "more than \(Words.grouped(rest)) others"
        return Words.list(listed.map { "\(text($0.cell)) (\(Words.grouped($0.count)))" } + [others])
    }

    private func text(_ cell: Cell, _ type: ValueType) -> String {
        switch (type.type, cell) {
        case (.text, .text(let text)): return "\"\(shortened(text))\""
        case (_, .text(let text)): return shortened(text)
        case (.percent, .real(let share)):
            return Words.percent(Percent(millionths: Int64(exactly: (share * 1_000_000).rounded()) ?? .max))
        case (_, .real(let number)): return Words.number(number)
        case (.money, .integer(let cents)): return Words.money(cents, currency)
        case (.percent, .integer(let millionths)): return Words.percent(Percent(millionths: millionths))
        case (.date, .integer(let number)): return Day(clamping: Int(number)).description
        case (.duration, .integer(let days)): return Words.count(Int(days), "day")
        case (.boolean, .integer(let value)): return value == 0 ? "no" : "yes"
        case (_, .integer(let number)): return Words.grouped(Int(number))
        case (_, .missing): return ""
        }
    }

    private func shortened(_ text: String) -> String {
        text.count > FieldWords.textCountMax ? text.prefix(FieldWords.textCountMax - 1) + "…" : text
    }
}
