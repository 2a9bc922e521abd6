// Deals that were due and did not come: open at the period's start with a close date in it, and neither won nor lost
// today. And what was lost in the period: by reason and the stage it was lost from.

import Engine
public import Values

/// Deals that slipped out of a period.
public enum SlippedReport {
    /// Runs it: a row per slipped deal, largest value first. `start` asks the book as of the end of the day before the
    /// period's first day, `now` today's; both with the same selection.
    public static func run(start: ReportInput, now: ReportInput, period: Period) throws -> ReportResult {
        let before = try SelectedDeals(start, fields: ["open", "close", "value"])
        let due = try dueDeals(before, period)
        var later = now
        later.deals = Relation(now.deals.table, rows: .selected(RowSet(due.keys)))
        let deals = try SelectedDeals(
            later, fields: ["id", "name", "owner", "stage", "value", "close", "pushes", "open"])
        let open = try deals.integers("open")
        let values = try deals.cells("value")
        let closes = try deals.cells("close")
        let pushes = try deals.cells("pushes")
        let shown = try ["id", "name", "owner", "stage"].map { try deals.cells($0) }
        var result = ReportResult(
            columns: try deals.keyColumns() + [
                .init("id", .text), .init("name", .text), .init("owner", .category),
                .init("stage", .category, meaning: "where it is now"),
                .init("value", .money, meaning: "its value now", sums: "value"),
                .init("was_due", .date, meaning: "its close date at the period's start"),
                .init("close", .date, meaning: "its close date now"),
                .init("pushes", .integer, meaning: "how often the close date was moved into a later month"),
            ], dealCount: due.count)
        var slipped: [(value: Int64, cells: [Cell], id: String)] = []
        var gone = Set(due.keys)
        try (0..<deals.count).forEachUnlessStopped { index in
            guard let close = due[deals.rows[index]] else { return }
            gone.remove(deals.rows[index])
            guard open[index] == 1 else { return }
            slipped.append(
                (
                    values[index].integer ?? 0,
                    deals.groups[deals.group[index]] + shown.map { $0[index] } + [
                        values[index], .integer(close), closes[index], pushes[index],
                    ],
                    shown[0][index].text ?? ""
                ))
        }
        for row in try slipped.sortedUnlessStopped(by: { ($1.value, $0.id) < ($0.value, $1.id) }) {
            result.append(row.cells, conditions: ["value": "id = " + PQLText.quoted(row.id)])
        }
        result.leaveOut(gone.count, "deals that were due are no longer in the book")
        result.notes.append(
            "\(slipped.count) of \(due.count) deals due in \(period) are neither won nor lost")
        result.notes += try losses(now, period)
        result.definition = [
            "due = open at the end of \(start.today) with a close date in \(period)",
            "slipped = due, and still open on \(now.today)",
        ]
        return result
    }

    /// By deal row, the close date of the open deals that were due in the period.
    private static func dueDeals(_ deals: SelectedDeals, _ period: Period) throws -> [Int: Int64] {
        let open = try deals.integers("open")
        let closes = try deals.integers("close")
        var due: [Int: Int64] = [:]
        for index in 0..<deals.count where open[index] == 1 && closes[index] != .min {
            if period.contains(Day(clamping: Int(closes[index]))) { due[deals.rows[index]] = closes[index] }
        }
        return due
    }

    /// `lost in the period: No decision 8 (Demo Scheduled 5, Negotiation 3)`, most frequent reasons first.
    private static func losses(_ input: ReportInput, _ period: Period) throws -> [String] {
        let deals = try SelectedDeals(input, fields: ["lost", "closed", "reason"])
        let lost = try deals.integers("lost")
        let closed = try deals.integers("closed")
        try Cancellation.checkAmbient()
        let reasons = try deals.cells("reason")
        let furthest = try input.book.furthestPositions()
        try Cancellation.checkAmbient()
        var byReason: [String: [String: Int]] = [:]
        for index in 0..<deals.count where lost[index] == 1 && closed[index] != .min {
            guard period.contains(Day(clamping: Int(closed[index]))) else { continue }
            let position = Int(furthest[deals.rows[index]])
            let pipeline = deals.places[deals.place[index]].pipeline
            let stage = position < 0 ? "stage unknown" : input.book.pipelines[pipeline].stages[position].name
            byReason[reasons[index].text ?? "no reason given", default: [:]][stage, default: 0] += 1
        }
        func ordered(_ counts: [String: Int]) -> [(String, Int)] {
            counts.map { ($0.key, $0.value) }.sorted { ($1.1, $0.0) < ($0.1, $1.0) }
        }
        let totals = ordered(byReason.mapValues { $0.values.reduce(0, +) })
        guard !totals.isEmpty else { return [] }
        return ["lost in \(period), by reason and the furthest stage:"]
            + totals.map { reason, count in
                let stages = ordered(byReason[reason] ?? [:]).map { "\($0.0) \($0.1)" }
                return "  \(reason) \(count) (\(stages.joined(separator: ", ")))"
            }
    }
}
