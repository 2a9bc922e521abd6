// The forecast by category, as sales teams call it: what is committed, what could come at best, what is in the pipeline
// at all. Each row includes the rows before it; there are no chances in it and so no range.
//
//   commit      won so far + open deals in commit
//   best case   commit + open deals in best case
//   pipeline    best case + all other open deals, omitted ones never
//
// A deal counts in the period of its close date; where no open deal has one, every open deal counts and the footer says so.

import Engine
import Values

/// Rows of a forecast by category.
struct CategoryForecast {
    private let deals: ForecastDeals
    private let knowledge: ForecastKnowledge
    private let options: ForecastReport.Options
    private let hasCloseDates: Bool

    init(_ deals: ForecastDeals, _ knowledge: ForecastKnowledge, _ options: ForecastReport.Options) {
        self.deals = deals
        self.knowledge = knowledge
        self.options = options
        hasCloseDates = (0..<deals.count).contains { deals.isOpen($0) && deals.close[$0] != .min }
    }

    /// The categories in the order in which they add up.
    private static let order: [ForecastCategory] = [.commit, .bestCase, .pipeline]

    func result(_ parts: [Period], isSplit: Bool) throws -> ReportResult {
        let categories = try deals.categories()
        var columns = ForecastReport.columns(try deals.selected.keyColumns(), isSplit: isSplit)
        let place = columns.firstIndex { $0.name == "won_so_far" } ?? 0
        columns.insert(
            .init("category", .category, isKey: true, meaning: "the category, with those before it"), at: place)
        var result = ReportResult(columns: columns, dealCount: deals.count)
        var whole = Outlook()
        for part in parts {
            let won = try Outlook.won(deals, part)
            var groups = won.map { _ in [ForecastCategory: Tally]() }
            for index in 0..<deals.count where deals.isOpen(index) {
                let category = categories[index].text.flatMap(ForecastCategory.init(rawValue:)) ?? .pipeline
                guard category != .omitted, hasCloseDates ? deals.isDue(index, in: part) : part.contains(deals.today)
                else { continue }
                let group = deals.selected.group[index]
                guard let amount = deals.plainAmount(index) else {
                    whole.withoutValue += 1
                    continue
                }
                if amount.isListPrice { whole.atListPrice += 1 }
                groups[group][category, default: Tally()].count += 1
                groups[group][category, default: Tally()].cents =
                    try (groups[group][category]?.cents ?? 0).adding(amount.cents)
            }
            for (group, tallies) in groups.enumerated() {
                try append(tallies, won[group], part, group, isSplit, to: &result)
                whole.count(won[group])
            }
        }
        if hasCloseDates {
            whole.withoutClose = (0..<deals.count).count { deals.isOpen($0) && deals.close[$0] == .min }
        }
        let period = Period(from: parts.first?.start ?? deals.today, upTo: parts.last?.end ?? deals.today)
        result.notes = notes(period, whole)
        ForecastWords(
            method: .category, period: period, today: deals.today, knowledge: knowledge,
            shock: knowledge.past.shock(.category, before: deals.today)
        ).leaveOut(
            whole, withoutValue: selection(period, .pipeline).map { "\($0) and not \(isValued)" }, from: &result)
        result.definition = [
            "commit = won so far + open deals in commit; best case adds those in best case; pipeline adds the rest;"
                + " omitted never",
            "deals count in the period of their close date, a past one as today; no chances, so no range",
        ]
        return result
    }

    /// What the commit row says of each group, its deals as sure; `nil` for a group without open deals.
    static func commit(_ deals: ForecastDeals, _ period: Period) throws -> [Outlook?] {
        var outlooks = try Outlook.won(deals, period)
        let categories = try deals.categories()
        let hasCloseDates = (0..<deals.count).contains { deals.isOpen($0) && deals.close[$0] != .min }
        for index in 0..<deals.count where deals.isOpen(index) {
            let group = deals.selected.group[index]
            outlooks[group].openCount += 1
            guard categories[index].text == ForecastCategory.commit.rawValue else { continue }
            guard !hasCloseDates || deals.isDue(index, in: period) else { continue }
            guard let cents = deals.plainAmount(index)?.cents else { continue }
            outlooks[group].rows.append(deals.selected.rows[index])
            outlooks[group].chances.append(Chance(cents: cents, probability: 1))
        }
        return outlooks.map { $0.openCount > 0 ? $0 : nil }
    }

    private struct Tally {
        var count = 0
        var cents: Int64 = 0
    }

    private func append(
        _ tallies: [ForecastCategory: Tally], _ won: Outlook, _ part: Period, _ group: Int, _ isSplit: Bool,
        to result: inout ReportResult
    ) throws {
        let key = deals.selected.groups[group]
        let target = try options.target?(key, part)
        var open = Tally()
        for category in CategoryForecast.order {
            let counted = selection(part, category).map { "\($0) and \(isValued)" }
            let own = tallies[category] ?? Tally()
            open.count += own.count
            open.cents = try open.cents.adding(own.cents)
            let cells: [Cell] =
                [
                    .text(category.rawValue), .integer(won.won), .count(open.count), .integer(open.cents), .missing,
                    .integer(try won.won.adding(open.cents)), .missing, .missing, .missing,
                    target.map { .integer($0.cents) } ?? .missing,
                    target.map { .integer($0.cents - won.won) } ?? .missing, .missing,
                ]
            result.append(
                (isSplit ? [.integer(Int64(part.start.number))] : []) + key + cells,
                conditions: ["won_so_far": ForecastReport.won(part), "deals": counted, "from_open": counted]
                    .compactMapValues(\.self),
                group: deals.selected.groupConditions[group].nonEmpty)
        }
    }

    /// The condition that selects the open deals of a part up to a category, those without a value too; `nil` where no
    /// deals count in the part.
    private func selection(_ part: Period, _ category: ForecastCategory) -> String? {
        guard hasCloseDates || part.contains(deals.today) else { return nil }
        let names = CategoryForecast.order.prefix { $0 != category } + [category]
        return (hasCloseDates ? ForecastReport.due(part, today: deals.today) : "open")
            + (category == .pipeline
                ? " and (category is missing or category != omitted)"
                : " and category in (" + names.map { PQLText.quoted($0.rawValue) }.joined(separator: ", ") + ")")
    }

    /// The condition that selects deals with a value or a product's list price in its place.
    private var isValued: String {
        deals.priceField.map { "(value is set or \($0) > 0)" } ?? "value is set"
    }

    private func notes(_ period: Period, _ whole: Outlook) -> [String] {
        var notes = ["forecast of \(period), " + knowledge.reason(.category, isChosen: true)]
        if !hasCloseDates, deals.count > 0 {
            notes.append("no open deal has a close date, so all of them count in the present period")
        }
        if whole.atListPrice > 0 {
            notes.append(
                "\(ForecastWords.deals(whole.atListPrice)) without a value count with the product's list price")
        }
        return notes
    }
}

extension ForecastDeals {
    /// Whether the close date lies in the period, a past one as today.
    func isDue(_ index: Int, in period: Period) -> Bool {
        close[index] != .min && period.contains(max(today, Day(clamping: Int(close[index]))))
    }

    /// The value in cents, or the product's list price where it is missing.
    func plainAmount(_ index: Int) -> (cents: Int64, isListPrice: Bool)? {
        if values[index] != .min { return (max(0, values[index]), false) }
        guard !listPrice.isEmpty, listPrice[index] != .min else { return nil }
        return (listPrice[index], true)
    }
}
