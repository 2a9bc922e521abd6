// The pipeline as a board: the open deals of each stage, biggest first, as cards; a card says when a deal is stalled or
// overdue. As rows it is a list of deals in the order of the board.

import Engine
import Values

/// The open deals, stage by stage.
public enum BoardReport {
    /// Runs it: a row per open deal, by stage in the pipeline's order, then by value, largest first.
    public static func run(_ input: ReportInput) throws -> ReportResult {
        let deals = try SelectedDeals(
            input,
            fields: ["id", "name", "account", "owner", "value", "weighted", "in_stage", "close", "stalled", "overdue"],
            withoutClosed: true)
        let values = try deals.integers("value")
        let weighted = try deals.integers("weighted")
        let stalled = try deals.integers("stalled")
        let overdue = try deals.integers("overdue")
        let inStage = try deals.cells("in_stage")
        let closes = try deals.cells("close")
        let shown = try ["id", "name", "account", "owner"].map { try deals.cells($0) }
        let isOne = input.book.pipelines.count == 1
        var result = ReportResult(
            columns: try deals.keyColumns() + (isOne ? [] : [.init("pipeline", .category, isKey: true)]) + [
                .init("stage", .category, isKey: true, meaning: "the stage"), .init("id", .text), .init("name", .text),
                .init("account", .category), .init("owner", .category),
                .init("value", .money, meaning: "the deal's value", sums: "value"),
                .init("weighted", .money, meaning: "value × probability", sums: "weighted"),
                .init("in_stage", .duration, meaning: "days in the stage"), .init("close", .date),
                .init("mark", .text, meaning: "stalled, overdue"),
            ], dealCount: 0)
        let open = (0..<deals.count).filter {
            deals.place[$0] >= 0 && !deals.places[deals.place[$0]].stage.kind.isClosed
        }
        let ordered = try open.sortedUnlessStopped {
            (deals.group[$0], deals.place[$0], -max(values[$0], -1), $0)
                < (deals.group[$1], deals.place[$1], -max(values[$1], -1), $1)
        }
        for (number, deal) in ordered.enumerated() {
            if number & 0x3FF == 0 { try Cancellation.checkAmbient() }
            let place = deals.places[deals.place[deal]]
            let marks = [stalled[deal] == 1 ? "stalled" : "", overdue[deal] == 1 ? "overdue" : ""].filter {
                !$0.isEmpty
            }
            result.append(
                deals.groups[deals.group[deal]] + (isOne ? [] : [.text(input.book.pipelines[place.pipeline].name)])
                    + [.text(place.stage.name)] + shown.map { $0[deal] } + [
                        values[deal] == .min ? .missing : .integer(values[deal]),
                        weighted[deal] == .min ? .missing : .integer(weighted[deal]), inStage[deal], closes[deal],
                        .text(marks.joined(separator: ", ")),
                    ],
                conditions: [
                    "value": "id = " + PQLText.quoted(shown[0][deal].text ?? ""),
                    "weighted": "id = " + PQLText.quoted(shown[0][deal].text ?? ""),
                ])
        }
        result.dealCount = open.count
        for (index, place) in deals.places.enumerated() where !place.stage.kind.isClosed {
            try Cancellation.checkAmbient()
            let members = open.filter { deals.place[$0] == index }
            guard !members.isEmpty else { continue }
            let sign = input.book.settings.currency.prefix
            func words(_ before: String, _ amounts: [Int64]) throws -> String {
                let sum = try SelectedDeals.sum(amounts, over: members).integer
                return sum.map { "\(before)\(sign)\(Money(cents: $0).grouped())" } ?? ""
            }
            result.summary.append(
                "\(place.stage.name): \(members.count) \(members.count == 1 ? "deal" : "deals")"
                    + (try words(", ", values)) + (try words(", weighted ", weighted)))
        }
        result.leaveOut(
            deals.place.filter { $0 < 0 }.count, "deals are in no known stage", condition: "stage is missing")
        result.definition = ["open deals by stage, largest value first; stalled and overdue ones are marked"]
        return result
    }
}
