// What is wrong with the open deals, fault by fault, and how much of the weighted pipeline rests on them. A deal with
// several faults counts in each, and once in the last row.

import Engine
import Values

/// Open deals with a fault.
public enum HygieneReport {
    /// Pushes from which a deal counts as pushed too often.
    public static let pushCountMin = 3

    /// The faults: what a row is called, and the condition that open deals with it satisfy.
    static let faults: [(name: String, condition: String)] = [
        ("no value", "(value is missing or value = $0)"), ("no close date", "close is missing"),
        ("close date past", "overdue"), ("no owner", "owner is missing"), ("no next step", "next_step is missing"),
        ("stalled", "stalled"), ("pushed 3 times or more", "pushes >= \(pushCountMin)"),
        ("zero probability", "probability = 0%"),
    ]

    /// Runs it: a row per fault that some deal has and one for any of them, per group.
    public static func run(_ input: ReportInput) throws -> ReportResult {
        let deals = try SelectedDeals(
            input,
            fields: [
                "open", "value", "close", "overdue", "owner", "next_step", "stalled", "pushes", "probability",
                "weighted",
            ])
        let open = try deals.integers("open")
        let values = try deals.integers("value")
        let weighted = try deals.integers("weighted")
        let found = try faultsByDeal(deals, values)
        var result = ReportResult(
            columns: try deals.keyColumns() + [
                .init("fault", .category, isKey: true, meaning: "what is wrong"),
                .init("deals", .integer, meaning: "open deals with the fault"),
                .init("value", .money, meaning: "their value", sums: "value"),
                .init("weighted", .money, meaning: "their weighted value", sums: "weighted"),
                .init("of_forecast", .realPercent, meaning: "their part of the weighted value of all open deals"),
            ], dealCount: open.reduce(0) { $0 + ($1 == 1 ? 1 : 0) })
        for group in deals.groups.indices {
            try Cancellation.checkAmbient()
            let members = (0..<deals.count).filter { deals.group[$0] == group && open[$0] == 1 }
            let whole = try SelectedDeals.sum(weighted, over: members).integer ?? 0
            func add(_ name: String, _ condition: String, _ rows: [Int]) throws {
                let value = try SelectedDeals.sum(values, over: rows)
                let part = try SelectedDeals.sum(weighted, over: rows)
                let share: Cell = whole == 0 ? .missing : .real(Double(part.integer ?? 0) / Double(whole))
                let selects = "open and \(condition)"
                result.append(
                    deals.groups[group] + [.text(name), .count(rows.count), value, part, share],
                    conditions: ["deals": selects, "value": selects, "weighted": selects],
                    group: deals.groupConditions[group].nonEmpty)
            }
            for (fault, entry) in faults.enumerated() {
                try Cancellation.checkAmbient()
                let rows = members.filter { found[$0] >> UInt16(fault) & 1 == 1 }
                if !rows.isEmpty { try add(entry.name, entry.condition, rows) }
            }
            let any = "(" + faults.map(\.condition).joined(separator: " or ") + ")"
            try add("any of these", any, members.filter { found[$0] != 0 })
        }
        result.definition = [
            "faults of open deals: " + faults.map(\.name).joined(separator: ", "),
            "of_forecast = weighted value of the deals with the fault ÷ weighted value of all open deals",
        ]
        return result
    }

    /// By deal, the faults it has, a bit each in the order of `faults`.
    private static func faultsByDeal(_ deals: SelectedDeals, _ values: [Int64]) throws -> [UInt16] {
        let close = try deals.integers("close")
        let overdue = try deals.integers("overdue")
        let owner = try deals.cells("owner")
        let nextStep = try deals.cells("next_step")
        let stalled = try deals.integers("stalled")
        let pushes = try deals.integers("pushes")
        let probability = try deals.integers("probability")
        var found = [UInt16](repeating: 0, count: deals.count)
        try (0..<deals.count).forEachUnlessStopped { deal in
            let has: [Bool] = [
                values[deal] == .min || values[deal] == 0, close[deal] == .min, overdue[deal] == 1,
                owner[deal].isMissing, nextStep[deal].isMissing, stalled[deal] == 1,
                pushes[deal] >= Int64(pushCountMin),
                probability[deal] == 0,
            ]
            for (fault, isThere) in has.enumerated() where isThere { found[deal] |= 1 << UInt16(fault) }
        }
        return found
    }
}
