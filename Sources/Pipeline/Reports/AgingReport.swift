// How long open deals have been in their stages: a table of stage × days in stage. Deals whose entry into the stage is not
// known are left out and counted.

import Engine
import Values

/// Open deals by stage and days in it.
public enum AgingReport {
    /// The columns: name, first day, last day (both included).
    static let bands: [(name: String, days: ClosedRange<Int64>)] = [
        ("0–7", 0...7), ("8–14", 8...14), ("15–30", 15...30), ("31–60", 31...60), ("61–90", 61...90),
        ("90+", 91...Int64.max),
    ]

    /// Runs it: a row per open stage of each pipeline that has open deals, per group, in the pipeline's order.
    public static func run(_ input: ReportInput) throws -> ReportResult {
        let deals = try SelectedDeals(input, fields: ["in_stage", "value"])
        let days = try deals.integers("in_stage")
        let values = try deals.integers("value")
        var counts: [[Int]: [Int]] = [:]
        var totals: [[Int]: Int64] = [:]
        var unknown = 0
        var open = 0
        try (0..<deals.count).forEachUnlessStopped { index in
            let place = deals.place[index]
            guard place >= 0, !deals.places[place].stage.kind.isClosed else { return }
            open += 1
            guard let band = bands.firstIndex(where: { $0.days.contains(max(0, days[index])) }), days[index] != .min
            else {
                unknown += 1
                return
            }
            let key = [deals.group[index], place]
            counts[key, default: [Int](repeating: 0, count: bands.count)][band] += 1
            totals[key] = try totals[key, default: 0].adding(values[index] == .min ? 0 : values[index])
        }
        let isOne = input.book.pipelines.count == 1
        var result = ReportResult(
            columns: try deals.keyColumns() + (isOne ? [] : [.init("pipeline", .category, isKey: true)]) + [
                .init("stage", .category, isKey: true, meaning: "the stage")
            ]
                + bands.map {
                    .init($0.name, .integer, meaning: "open deals that many days in the stage")
                } + [
                    .init("deals", .integer, meaning: "open deals in the stage"),
                    .init("value", .money, meaning: "their value", sums: "value"),
                ], dealCount: open)
        for group in deals.groups.indices {
            for (place, here) in deals.places.enumerated() {
                guard let row = counts[[group, place]] else { continue }
                let stage = "open and stage = " + PQLText.quoted(here.stage.name)
                var conditions = ["deals": stage + " and in_stage is set", "value": stage + " and in_stage is set"]
                for band in bands {
                    let upper = band.days.upperBound == .max ? "" : " and in_stage <= \(band.days.upperBound)d"
                    let lower = band.days.lowerBound == 0 ? "" : " and in_stage >= \(band.days.lowerBound)d"
                    conditions[band.name] = stage + " and in_stage is set" + lower + upper
                }
                var group1 = [deals.groupConditions[group]]
                if !isOne { group1.append("pipeline = " + PQLText.quoted(input.book.pipelines[here.pipeline].name)) }
                result.append(
                    deals.groups[group] + (isOne ? [] : [.text(input.book.pipelines[here.pipeline].name)])
                        + [.text(here.stage.name)] + row.map { .count($0) }
                        + [.count(row.reduce(0, +)), .integer(totals[[group, place]] ?? 0)],
                    conditions: conditions, group: group1.filter { !$0.isEmpty }.joined(separator: " and ").nonEmpty)
            }
        }
        result.leaveOut(
            unknown, "open deals entered their stage on an unknown day", condition: "open and in_stage is missing")
        result.definition = ["open deals by stage and days since the deal entered it (in_stage)"]
        return result
    }
}
