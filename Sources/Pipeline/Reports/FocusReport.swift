// What to work on today: the open deals where an hour moves most money, with the reasons in words.
//
//   score     value × chance × (1 − chance) × urgency        most where the outcome is open and the money large
//   urgency   1 + close + stalled + untouched, each 0…1:
//     close       1 when the close date is within 7 days or past, falling to 0 at 60 days
//     stalled     days over the stage's target ÷ the target, at most 1
//     untouched   days since the last touch beyond 7, ÷ 21, at most 1
//
// Example: $50,000 at 40%, closing in 5 days, in its stage for 21 days with a target of 14, touched yesterday:
// 50,000 × 0.4 × 0.6 × (1 + 1 + 0.5 + 0) = 30,000.

import Engine
import Values

/// The open deals that deserve attention first.
public enum FocusReport {
    /// Runs it: a row per open deal with a value, highest score first.
    public static func run(_ input: ReportInput) throws -> ReportResult {
        let deals = try SelectedDeals(
            input,
            fields: [
                "open", "id", "name", "owner", "stage", "value", "probability", "close", "in_stage", "target",
                "touched",
            ])
        let open = try deals.integers("open")
        let values = try deals.integers("value")
        let chances = try deals.integers("probability")
        let closes = try deals.integers("close")
        let inStage = try deals.integers("in_stage")
        let targets = try deals.integers("target")
        let touches = try deals.integers("touched")
        let shown = try ["id", "name", "owner", "stage"].map { try deals.cells($0) }
        var result = ReportResult(
            columns: try deals.keyColumns() + [
                .init("id", .text), .init("name", .text), .init("owner", .category), .init("stage", .category),
                .init("value", .money, meaning: "the deal's value", sums: "value"),
                .init("chance", .percent, meaning: "its probability"),
                .init("urgency", .real, meaning: "1 + close + stalled + untouched, each 0 to 1"),
                .init("score", .money, meaning: "value × chance × (1 − chance) × urgency"),
                .init("why", .text, meaning: "what makes it urgent"),
            ], dealCount: open.reduce(0) { $0 + ($1 == 1 ? 1 : 0) })
        let today = Int64(input.today.number)
        var rows: [(score: Int64, cells: [Cell], condition: String)] = []
        var withoutValue = 0
        for deal in 0..<deals.count where open[deal] == 1 {
            if rows.count & 0x3FF == 0 { try Cancellation.checkAmbient() }
            guard values[deal] != .min, chances[deal] != .min else {
                withoutValue += 1
                continue
            }
            let urgency = Urgency(
                close: closes[deal] == .min ? nil : Int(closes[deal] - today),
                inStage: inStage[deal] == .min ? nil : Int(inStage[deal]),
                target: targets[deal] == .min || deals.places[deal: deals.place[deal]]?.stage.kind == .hold
                    ? nil : Int(targets[deal]), untouched: touches[deal] == .min ? nil : Int(today - touches[deal]))
            let chance = Double(chances[deal]) / 1_000_000
            let score =
                Int64(exactly: (Double(values[deal]) * chance * (1 - chance) * urgency.factor).rounded()) ?? .max
            let id = shown[0][deal].text ?? ""
            rows.append(
                (
                    score,
                    deals.groups[deals.group[deal]] + shown.map { $0[deal] } + [
                        .integer(values[deal]), .integer(chances[deal]), .real(urgency.factor), .integer(score),
                        .text(urgency.reasons.joined(separator: ", ")),
                    ], "id = " + PQLText.quoted(id)
                ))
        }
        let order = try rows.indices.sortedUnlessStopped { (rows[$1].score, $0) < (rows[$0].score, $1) }
        try order.indices.forEachUnlessStopped { place in
            let row = rows[order[place]]
            result.append(row.cells, conditions: ["value": row.condition])
        }
        result.leaveOut(
            withoutValue, "open deals have no value or no probability",
            condition: "open and (value is missing or probability is missing)")
        result.definition = [
            "score = value × chance × (1 − chance) × urgency",
            "urgency = 1 + close + stalled + untouched; close: 1 within 7 days or past, falling to 0 at 60 days;"
                + " stalled: days over target ÷ target, at most 1; untouched: days since the last touch beyond 7, ÷ 21, at most 1",
        ]
        return result
    }

    /// How soon something should be done about a deal; days are counted from today.
    struct Urgency {
        var factor: Double
        var reasons: [String] = []

        init(close: Int?, inStage: Int?, target: Int?, untouched: Int?) {
            var sum = 1.0
            var words: [String] = []
            if let close {
                sum += min(1, max(0, Double(60 - close) / 53))
                if close < 0 {
                    words.append("close date \(-close) \(close == -1 ? "day" : "days") past")
                } else if close <= 14 {
                    words.append(close == 0 ? "closes today" : "closes in \(close) \(close == 1 ? "day" : "days")")
                }
            }
            if let inStage, let target, target > 0, inStage > target {
                sum += min(1, Double(inStage - target) / Double(target))
                words.append("\(inStage - target) days over the stage's target")
            }
            if let untouched, untouched > 7 {
                sum += min(1, Double(untouched - 7) / 21)
                words.append("untouched for \(untouched) days")
            }
            factor = sum
            reasons = words
        }
    }
}

extension [StagePlace] {
    /// The place with this index, or `nil` for −1.
    fileprivate subscript(deal index: Int) -> StagePlace? { index < 0 ? nil : self[index] }
}
