// Where deals get stuck. Stages are ranked by how much money waits there beyond the stage's target, and for how long:
//
//   waiting      Σ over open deals in the stage of value × days over target, in money-days ÷ 1 (shown as money × days)
//   median, p90  Kaplan-Meier days of stays in the window: leaving in any direction is the event, deals still there are
//                censored, a stay that runs when the window opens joins at its age then (left truncation)
//   conversion   of the stays that ended in the window, the share that ended in a later stage or won
//   change       median days against those of the window before, of the same length
//
// Stays whose entry is unknown are left out and counted. Window: the report's period, else the last 90 days.

import Engine
import Values

/// The stages where deals wait longest.
public enum BottlenecksReport {
    /// The days of the window unless a period is given.
    public static let windowDayCount = 90

    /// Runs it: a row per open stage that has deals or stays, the worst first, per group.
    public static func run(_ input: ReportInput) throws -> ReportResult {
        let deals = try SelectedDeals(input, fields: ["value", "in_stage"])
        let values = try deals.integers("value")
        let inStage = try deals.integers("in_stage")
        let versions = try VersionDays(input.book)
        let targets = try input.book.stageTargets()
        let window =
            input.period ?? Period(from: input.today.adding(days: 1 - windowDayCount), through: input.today)
        let before = Period(from: window.start.adding(days: -window.dayCount), upTo: window.start)
        var tallies: [Key: Tally] = [:]
        var unknownEntries = 0
        try (0..<deals.count).forEachUnlessStopped { index in
            for stay in versions.stays(of: deals.rows[index]) where deals.places[stay.place].stage.kind == .open {
                if stay.entered == nil { unknownEntries += 1 }
                let key = Key(group: deals.group[index], place: stay.place)
                tallies[key, default: Tally()].add(stay, window, before, deals.places)
            }
            let place = deals.place[index]
            guard place >= 0, deals.places[place].stage.kind == .open else { return }
            let target = targets[deals.places[place].pipeline][deals.places[place].position]?.days
            try tallies[Key(group: deals.group[index], place: place), default: Tally()].add(
                value: values[index], days: inStage[index], target: target)
        }
        let isOne = input.book.pipelines.count == 1
        var result = ReportResult(
            columns: try deals.keyColumns()
                + (isOne ? [] : [.init("pipeline", .category, isKey: true, meaning: "the pipeline")]) + columns,
            dealCount: deals.count)
        for group in deals.groups.indices {
            let stages = tallies.filter { $0.key.group == group }.map { (place: $0.key.place, tally: $0.value) }
                .sorted { ($1.tally.waiting, $0.place) < ($0.tally.waiting, $1.place) }
            for (place, tally) in stages {
                append(tally, place, to: &result, input.book, deals, group, targets, isOne: isOne)
            }
        }
        result.leaveOut(unknownEntries, "stays began on an unknown day: no part of the days in stage")
        if let first = result.rows.first, let reason = first.last?.text, deals.groups.count == 1, !reason.isEmpty {
            result.summary.append("The bottleneck is " + reason)
        }
        result.notes.append("Days: \(window), change against \(before)")
        result.definition = [
            "rank by waiting = Σ over open deals in the stage of value × days over target",
            "median_days, p90_days = Kaplan-Meier days of stays in \(window); deals still there are censored, stays that"
                + " ran when it opened join at their age",
            "conversion = share of the stays that ended in the window which ended in a later stage or won",
            "change = median_days − the median of \(before)",
        ]
        return result
    }

    private static let columns: [ReportResult.Column] = [
        .init("stage", .category, isKey: true, meaning: "the stage"),
        .init("deals", .integer, meaning: "open deals in the stage now"),
        .init("value", .money, meaning: "their value", sums: "value"),
        .init("median_days", .duration, meaning: "Kaplan-Meier median of days in the stage"),
        .init("p90_days", .duration, meaning: "days by which 90% had left the stage"),
        .init("target", .duration, meaning: "days a deal should stay at most"),
        .init("over_target", .integer, meaning: "open deals there for longer than the target"),
        .init("over_value", .money, meaning: "their value", sums: "value"),
        .init("conversion", .realPercent, meaning: "share of ended stays that went on to a later stage or won"),
        .init("change", .duration, meaning: "median days against the window before"),
        .init("reason", .text, meaning: "why the stage ranks here"),
    ]

    private struct Key: Hashable {
        var group: Int
        var place: Int
    }

    private struct Tally {
        var count = 0
        var value: Int64 = 0
        var overCount = 0
        var overValue: Int64 = 0
        /// Cents × days; a double, since it only ranks.
        var waiting = 0.0
        var overDays: [Double] = []
        var present: [Observation] = []
        var earlier: [Observation] = []
        var ended = 0
        var advanced = 0

        mutating func add(_ stay: Stay, _ window: Period, _ before: Period, _ places: [StagePlace]) {
            if let seen = stay.observation(from: window.start.number, through: window.end.number - 1) {
                present.append(seen)
            }
            if let seen = stay.observation(from: before.start.number, through: before.end.number - 1) {
                earlier.append(seen)
            }
            guard let exit = stay.exit, exit.day >= window.start.number, exit.day < window.end.number, exit.place >= 0
            else { return }
            ended += 1
            let next = places[exit.place]
            let here = places[stay.place]
            let isAhead = next.stage.kind == .won || (!next.stage.kind.isClosed && next.position > here.position)
            if isAhead && next.pipeline == here.pipeline { advanced += 1 }
        }

        mutating func add(value: Int64, days: Int64, target: Int?) throws {
            let amount = value == .min ? 0 : value
            count += 1
            self.value = try self.value.adding(amount)
            guard let target, days != .min, days > Int64(target) else { return }
            overCount += 1
            overValue = try overValue.adding(amount)
            waiting += Double(amount) * Double(days - Int64(target))
            overDays.append(Double(days))
        }
    }

    private static func append(
        _ tally: Tally, _ place: Int, to result: inout ReportResult, _ book: Book, _ deals: SelectedDeals, _ group: Int,
        _ targets: [[StageTarget?]], isOne: Bool
    ) {
        let here = deals.places[place]
        let curve = SurvivalCurve(tally.present)
        let earlier = SurvivalCurve(tally.earlier)
        let target = targets[here.pipeline][here.position]
        let stage = PQLText.quoted(here.stage.name)
        var condition = [deals.groupConditions[group]]
        if !isOne { condition.append("pipeline = " + PQLText.quoted(book.pipelines[here.pipeline].name)) }
        let change = curve.median.flatMap { now in earlier.median.map { now - $0 } }
        result.append(
            deals.groups[group] + (isOne ? [] : [.text(book.pipelines[here.pipeline].name)]) + [
                .text(here.stage.name), .count(tally.count), .integer(tally.value),
                curve.median.map { .count($0) } ?? .missing, curve.age(atFraction: 0.9).map { .count($0) } ?? .missing,
                target.map { .count($0.days) } ?? .missing, .count(tally.overCount), .integer(tally.overValue),
                .ratio(tally.advanced, tally.ended), change.map { .count($0) } ?? .missing,
                .text(reason(here.stage.name, tally, target, change, sign: book.settings.currency.prefix)),
            ],
            conditions: [
                "deals": "open and stage = \(stage)", "value": "open and stage = \(stage)",
                "over_target": "stalled and stage = \(stage)", "over_value": "stalled and stage = \(stage)",
            ], group: condition.filter { !$0.isEmpty }.joined(separator: " and ").nonEmpty)
    }

    /// `Demo Scheduled: 8 of 11 deals ($230,000 of $264,000) are over its target of 21 days, by 23 days in the median`.
    private static func reason(
        _ name: String, _ tally: Tally, _ target: StageTarget?, _ change: Int?, sign: String
    ) -> String {
        guard let target else { return "" }
        guard tally.overCount > 0 else { return "" }
        let learned = target.isLearned ? "~" : ""
        let over = Quantile.median(tally.overDays.map { $0 - Double(target.days) }).map { Int($0.rounded()) } ?? 0
        var text =
            "\(name): \(tally.overCount) of \(tally.count) deals (\(sign)"
            + "\(Money(cents: tally.overValue).grouped()) of \(sign)\(Money(cents: tally.value).grouped())) "
            + "are over the target of \(learned)\(target.days) days, by \(over) in the median"
        if let change, change != 0 {
            text +=
                "; stays got \(abs(change)) \(abs(change) == 1 ? "day" : "days") \(change > 0 ? "longer" : "shorter")"
        }
        return text
    }
}

extension String {
    /// The text, or `nil` when it is empty.
    var nonEmpty: String? { isEmpty ? nil : self }
}
