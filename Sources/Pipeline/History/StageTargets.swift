// How many days a deal should stay in a stage: as the user set it, else learned from the deals that were won.
//
//   target(stage) = the 75th percentile of the stays that won deals had there, in days (linear between two stays)
//
// A stay runs from a row that entered the stage to the deal's next row with another stage. Stays whose entry is not
// known (observations) and stays that still run are left out; under 10 stays there is no learned target.
// Example: won deals stayed 2, 4, 5, 5, 6, 7, 8, 9, 10, 14 days in Demo: the p75 is 8.75, the target 9 days.

import Engine
import Synchronization
import Values

/// The target of a stage.
public struct StageTarget: Hashable, Sendable {
    /// Days a deal should stay at most.
    public var days: Int
    /// Whether it was learned from won deals; shown with `~`.
    public var isLearned: Bool
}

/// Targets found from one history, kept until the history or the pipelines change.
final class LearnedTargets: Sendable {
    let found = Mutex<[[Int?]]?>(nil)
}

extension Book {
    /// The least number of stays that a learned target rests on.
    public static let learnedTargetStayCountMin = 10

    /// The targets of all stages, by pipeline and position; `nil` where none is set and none can be learned.
    public func stageTargets() throws -> [[StageTarget?]] {
        let allSet = stagePlaces.allSatisfy { $0.stage.kind != .open || $0.stage.targetDays != nil }
        let learned = allSet ? nil : try learnedTargets()
        return pipelines.enumerated().map { index, pipeline in
            pipeline.stages.enumerated().map { position, stage in
                if let days = stage.targetDays { return StageTarget(days: days, isLearned: false) }
                guard stage.kind == .open, let days = learned?[index][position] else { return nil }
                return StageTarget(days: days, isLearned: true)
            }
        }
    }

    private func learnedTargets() throws -> [[Int?]] {
        if let known = learned.found.withLock({ $0 }) { return known }
        let stays = try wonStays()
        let targets = stays.map { stages in
            stages.map { days -> Int? in
                guard days.count >= Book.learnedTargetStayCountMin else { return nil }
                return Quantile.linear(days.map(Double.init), 0.75).map { Int($0.rounded(.up)) }
            }
        }
        learned.found.withLock { $0 = targets }
        return targets
    }

    /// The lengths in days of finished stays of won deals, by pipeline and position.
    func wonStays() throws -> [[[Int]]] {
        var stays = pipelines.map { $0.stages.map { _ in [Int]() } }
        guard !history.isEmpty else { return stays }
        let base = try history.folded().rows
        let dealRows = try base.columns[HistoryColumn.deal.index].integers()
        let times = try base.columns[HistoryColumn.at.index].integers()
        let stages = try base.columns[HistoryColumn.stage.index].codes()
        let observed = try base.columns[HistoryColumn.observed.index].integers()
        let pipelineCodes = try base.columns[HistoryColumn.pipeline.index].codes()
        let places = try placesByCode(
            in: base, stage: HistoryColumn.stage.index, pipeline: HistoryColumn.pipeline.index)
        let pipelineOfCode = Dictionary(
            places.pipelineCodes.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
        let won = try wonDeals()
        func day(_ time: Int64) -> Int {
            DateText.day(of: time, timezoneMinutes: settings.timezoneMinutes).map { Int($0.number) } ?? 0
        }
        var start = 0
        while start < dealRows.count {
            let deal = dealRows[start]
            var entry: Int? = observed[start] == 1 ? nil : start
            var row = start + 1
            while row < dealRows.count, dealRows[row] == deal {
                if stages[row] != stages[row - 1] {
                    if let entry, won.contains(Int(deal)),
                        let place = places.place(stages[row - 1], pipelineOfCode[pipelineCodes[row - 1]] ?? 0)
                    {
                        stays[place.pipeline][place.position].append(day(times[row]) - day(times[entry]))
                    }
                    entry = row
                }
                row += 1
            }
            start = row
        }
        return stays
    }

    private func wonDeals() throws -> RowSet {
        let places = try placesByCode(
            in: deals, stage: DealColumn.stage.index, pipeline: DealColumn.pipeline.index)
        let pipelineCodes = try deals.columns[DealColumn.pipeline.index].codes()
        var rows = RowSet()
        let pipelineOfCode = Dictionary(
            places.pipelineCodes.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
        try deals.columns[DealColumn.stage.index].forEachCode { row, code in
            let pipeline = pipelineOfCode[pipelineCodes[row]] ?? 0
            if places.place(code, pipeline)?.stage.kind == .won, !deals.deletedRows.contains(row) { rows.insert(row) }
        }
        return rows
    }
}
