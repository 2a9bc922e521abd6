// What `explain` says of a report that has run: the definition, who was left out and why, and for every number the query
// that lists its deals.

import Engine
import Language
import Pipeline
import Values

extension ReportRun {
    /// The queries behind the numbers of a result: by row and column, in that order.
    func drillDowns(_ plan: ReportPlan, _ result: ReportResult) throws -> [Answer.DrillDown] {
        var found: [Answer.DrillDown] = []
        for (row, numbers) in result.drillDowns.enumerated() {
            try execution.cancellation.check()
            for (column, number) in numbers.enumerated() {
                guard let number else { continue }
                let query = try plan.selection.words.query(of: number) { rows in
                    try rows.compactMap { try book.deals.cell($0, DealColumn.id.index).text }
                }
                found.append(
                    Answer.DrillDown(
                        row: row, column: result.columns[column].name, sums: result.columns[column].sums, query: query))
            }
        }
        return found
    }

    /// What `explain` says of a report that has run.
    static func explanation(_ plan: ReportPlan, _ result: ReportResult, _ drillDowns: [Answer.DrillDown]) -> [String] {
        let words = plan.selection.words
        var lines = ["\(plan.kind.rawValue) of \(Words.count(result.dealCount, "deal")): \(words.query)"]
        lines += result.definition.map { "  " + $0 }
        for column in result.columns where !column.meaning.isEmpty && !column.isKey {
            lines.append("  \(column.name): \(column.meaning)")
        }
        if result.leftOut.isEmpty {
            lines.append("nothing was left out")
        } else {
            lines.append("left out")
            for left in result.leftOut {
                let query = left.condition.map { condition in
                    " · " + words.query(of: DrillDown(condition, on: left.day)) { _ in [] }
                }
                lines.append("  \(left.words)" + (query ?? ""))
            }
        }
        if !drillDowns.isEmpty { lines.append("the deals behind each number") }
        var place = 0
        while place < drillDowns.count {
            // Numbers of a row that rest on the same deals share a line: how many they are, and their value.
            let first = drillDowns[place]
            let same = drillDowns[place...].prefix { $0.row == first.row && $0.query == first.query }
            place += same.count
            let keys = zip(result.columns, result.rows[first.row]).filter { $0.0.isKey }
            let numbers = same.map(\.column).joined(separator: " and ")
            let label = (keys.map { Self.words(of: $0.1, $0.0) } + [numbers]).joined(separator: ", ")
            lines.append("  \(label): \(first.query)")
        }
        return lines
    }

    /// How a key is said.
    private static func words(of cell: Cell, _ column: ReportResult.Column) -> String {
        switch cell {
        case .missing: return "(none)"
        case .text(let text): return text
        case .real(let number): return "\(number)"
        case .integer(let number):
            if let wording = column.wording { return wording(number) }
            switch column.type.type {
            case .date: return Day(clamping: Int(number)).description
            case .money: return Money(cents: number).grouped()
            case .boolean: return number == 0 ? "no" : "yes"
            case .percent: return "\(Double(number) / 10_000)%"
            default: return "\(number)"
            }
        }
    }
}
