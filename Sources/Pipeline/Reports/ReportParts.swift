// A report asked for several spans of time, its answers under each other: `velocity by quarter`. Each row is that of the
// report for its span alone; what every answer says is said once.

import Engine
public import Values

/// A report of several spans.
public enum ReportParts {
    /// Runs it for each span (one at least): the rows get a column `period` in front. With `isAsOf` each was asked of the
    /// book of its last day.
    public static func run(
        _ parts: (spans: [Period], unit: PeriodUnit), _ input: ReportInput, isAsOf: Bool = false,
        _ answer: (Period) throws -> ReportResult
    ) throws -> ReportResult {
        let unit = parts.unit.unit.rawValue
        let meaning = "the \(unit)" + (isAsOf ? ", asked as of its last day" : "")
        var whole = ReportResult(
            columns: [.init("period", .date, isKey: true, meaning: meaning, unit: parts.unit)],
            dealCount: try input.execution.count(input.deals))
        for (place, span) in parts.spans.enumerated() {
            try input.execution.cancellation.check()
            let part = try answer(span)
            let day = isAsOf && span.last != input.today ? span.last : nil
            if place == 0 {
                whole.columns += part.columns
                (whole.notes, whole.definition) = (part.notes, part.definition)
            }
            whole.notes.removeAll { !part.notes.contains($0) }
            whole.definition.removeAll { !part.definition.contains($0) }
            for (cells, numbers) in zip(part.rows, part.drillDowns) {
                whole.rows.append([.integer(Int64(span.start.number))] + cells)
                whole.drillDowns.append([nil] + numbers.map { $0?.asOf(day) })
            }
            for var left in part.leftOut {
                left.day = day
                left.part = parts.unit.label(span.start)
                whole.leftOut.append(left)
            }
        }
        whole.definition.append("each row is the report of that \(unit) alone" + (isAsOf ? ", as of its last day" : ""))
        return whole
    }
}
