// How the pipeline developed: what a question would have answered at the end of each week or month. Each row is asked of
// the book as of that day, so nothing learned later is in it.

import Engine
public import Values

/// A measure of the pipeline through time.
public enum TrendReport {
    /// What can be followed.
    public enum Measure: String, CaseIterable, Sendable {
        /// Value of open deals.
        case openValue = "open_value"
        /// Number of open deals.
        case openCount = "open_count"
        /// Weighted value of open deals.
        case weighted
        /// Value of the deals created in the week or month.
        case createdValue = "created_value"
        /// Number of the deals created in it.
        case createdCount = "created_count"
        /// Value of the deals won in it.
        case wonValue = "won_value"
        /// Number of the deals won in it.
        case wonCount = "won_count"

        var type: ValueType {
            switch self {
            case .openCount, .createdCount, .wonCount: .integer
            case .openValue, .weighted, .createdValue, .wonValue: .money
            }
        }

        var meaning: String {
            switch self {
            case .openValue: "value of the deals open at the end of the day"
            case .openCount: "deals open at the end of the day"
            case .weighted: "weighted value of the deals open at the end of the day"
            case .createdValue: "value of the deals created in the span"
            case .createdCount: "deals created in the span"
            case .wonValue: "value of the deals won in the span"
            case .wonCount: "deals won in the span"
            }
        }

        /// The field that an amount is the sum of; `nil` for counts.
        var sums: String? {
            switch self {
            case .openCount, .createdCount, .wonCount: nil
            case .weighted: "weighted"
            case .openValue, .createdValue, .wonValue: "value"
            }
        }

        /// The deals it counts, as a condition on the book of the span's last day.
        func condition(_ span: Period) -> String {
            switch self {
            case .openValue, .openCount, .weighted: "open"
            case .createdValue, .createdCount: "created since \(span.start) and created before \(span.end)"
            case .wonValue, .wonCount: "won and closed since \(span.start) and closed before \(span.end)"
            }
        }
    }

    /// The rows of a trend without a period of its own.
    public static let pointCount = 13

    /// The last days of the weeks or months to ask: those that end in the period, else the last thirteen up to today; a
    /// span that is not over yet is asked as of today.
    public static func days(_ unit: CalendarUnit, period: Period?, calendar: Calendar) -> [Period] {
        var spans: [Period] = []
        let last = period.map { min($0.end.adding(days: -1), calendar.today) } ?? calendar.today
        var offset = 0
        while spans.count < 520 {
            let span = calendar.period(unit, containing: last, offset: offset)
            let isWanted = period.map { span.end.adding(days: -1) >= $0.start } ?? (spans.count < pointCount)
            guard isWanted else { break }
            spans.append(Period(from: span.start, through: min(span.end.adding(days: -1), calendar.today)))
            offset -= 1
        }
        return spans.reversed()
    }

    /// Runs it: a row per group and span. `input` asks the book as of the span's last day, with the same selection and
    /// keys; `today` is the day whose book needs no `as of`.
    public static func run(
        _ measures: [Measure], spans: [Period], today: Day, dealCount: Int, input: (Day) throws -> ReportInput
    ) throws -> ReportResult {
        var rows: [(group: [Cell], cells: [Cell], drillDowns: [String: DrillDown])] = []
        var keyColumns: [ReportResult.Column] = []
        for span in spans {
            guard let last = span.last else { continue }
            let deals = try SelectedDeals(
                try input(last), fields: ["open", "won", "value", "weighted", "created", "closed"])
            keyColumns = try deals.keyColumns()
            let facts = try Facts(deals)
            for group in deals.groups.indices {
                let members = deals.groups.count == 1 ? Array(0..<deals.count) : deals.members(of: group)
                let conditions = measures.map { measure in
                    DrillDown(measure.condition(span), on: last == today ? nil : last).narrowed(
                        by: deals.groupConditions[group])
                }
                rows.append(
                    (
                        deals.groups[group],
                        [.integer(Int64(last.number))] + (try measures.map { try facts.cell($0, span, members) }),
                        Dictionary(zip(measures.map(\.rawValue), conditions), uniquingKeysWith: { first, _ in first })
                    ))
            }
        }
        var result = ReportResult(
            columns: keyColumns + [.init("day", .date, isKey: true, meaning: "the end of the day asked")]
                + measures.map { .init($0.rawValue, $0.type, meaning: $0.meaning, sums: $0.sums) }, dealCount: dealCount
        )
        let ordered = rows.enumerated().sorted { one, other in
            if one.element.group == other.element.group { return one.offset < other.offset }
            return one.element.group.lexicographicallyPrecedes(other.element.group)
        }
        for (_, row) in ordered { result.append(row.group + row.cells, drillDowns: row.drillDowns) }
        result.definition = measures.map { "\($0.rawValue) = \($0.meaning), as of each day" }
        return result
    }

    private struct Facts {
        let open: [Int64]
        let won: [Int64]
        let value: [Int64]
        let weighted: [Int64]
        let created: [Int64]
        let closed: [Int64]

        init(_ deals: SelectedDeals) throws {
            open = try deals.integers("open")
            won = try deals.integers("won")
            value = try deals.integers("value")
            weighted = try deals.integers("weighted")
            created = try deals.integers("created")
            closed = try deals.integers("closed")
        }

        func cell(_ measure: Measure, _ span: Period, _ members: [Int]) throws -> Cell {
            func within(_ day: Int64) -> Bool { day != .min && span.contains(Day(clamping: Int(day))) }
            let chosen: [Int]
            switch measure {
            case .openValue, .openCount, .weighted: chosen = members.filter { open[$0] == 1 }
            case .createdValue, .createdCount: chosen = members.filter { within(created[$0]) }
            case .wonValue, .wonCount: chosen = members.filter { won[$0] == 1 && within(closed[$0]) }
            }
            switch measure {
            case .openCount, .createdCount, .wonCount: return .count(chosen.count)
            case .weighted: return try SelectedDeals.sum(weighted, over: chosen)
            case .openValue, .createdValue, .wonValue: return try SelectedDeals.sum(value, over: chosen)
            }
        }
    }
}
