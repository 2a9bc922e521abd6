// Deals by when they were created: how many were won by each age in weeks, how many are lost or still open. A cell stays
// blank until the cohort's youngest deal is old enough, so that a young cohort is not taken for a weak one. A deal without a
// day of creation is in no cohort, whatever the keys.

import Engine
import Values

/// Cohorts by month or quarter created.
public enum CohortsReport {
    /// The ages, in weeks, at which won deals are counted.
    static let weeks = [4, 8, 13, 26, 39, 52]

    /// Runs it: a row per cohort; by the month created unless keys are given.
    public static func run(_ input: ReportInput) throws -> ReportResult {
        var input = input
        if input.keys.isEmpty {
            let created = Expression.column(DealColumn.created.index)
            input.keyWords = ["month(created)"]
            input.keyWordings = [nil]
            input.keys = [Key("month_created", .startOfUnit(.month, created, fiscal: false, input.calendar))]
        }
        let deals = try SelectedDeals(input, fields: ["created", "closed"])
        let created = try deals.integers("created")
        let lives = try DealLives(input, deals, created: created)
        var result = ReportResult(
            columns: try deals.keyColumns() + [.init("deals", .integer, meaning: "deals created")]
                + weeks.map { .init("won_\($0)w", .realPercent, meaning: "share won within \($0) weeks") } + [
                    .init("won", .integer, meaning: "deals won by now"),
                    .init("lost", .integer, meaning: "deals lost by now"),
                    .init("open", .integer, meaning: "deals still open"),
                ], dealCount: deals.count)
        let dated = (0..<deals.count).filter { created[$0] != .min }
        var cohorts = [[Int]](repeating: [], count: deals.groups.count)
        for index in dated where lives.kind[index] != nil { cohorts[deals.group[index]].append(index) }
        for (group, members) in cohorts.enumerated() {
            try Cancellation.checkAmbient()
            guard let youngest = members.map({ created[$0] }).max() else { continue }
            let reach = Int64(input.today.number) - youngest
            let won = members.filter { lives.kind[$0] == .won }
            let lost = members.filter { lives.kind[$0] == .lost }.count
            let shares: [Cell] = weeks.map { week in
                guard reach >= Int64(week * 7) else { return .missing }
                return .ratio(won.filter { (lives.life[$0]?.lastAge ?? .max) <= week * 7 }.count, members.count)
            }
            result.append(
                deals.groups[group] + [.count(members.count)] + shares + [
                    .count(won.count), .count(lost), .count(members.count - won.count - lost),
                ],
                conditions: [
                    "deals": "created is set and (open or won or lost)", "won": "created is set and won",
                    "lost": "created is set and lost", "open": "created is set and open",
                ],
                group: deals.groupConditions[group])
        }
        result.leaveOut(
            deals.count - dated.count, "deals have no creation day: they are in no cohort",
            condition: "created is missing")
        lives.leaveOut(from: &result, dated, within: "created is set")
        result.definition = [
            "won_Nw = deals won within N weeks of their creation ÷ deals of the cohort; blank until the cohort's youngest deal is N weeks old"
        ]
        return result
    }
}
