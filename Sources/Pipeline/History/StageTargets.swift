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
        let versions = try VersionDays(self)
        let present = try VersionDays.presentPlaces(self)
        let isWon = versions.stagePlaces.map { $0.stage.kind == .won }
        for deal in present.indices
        where present[deal] >= 0 && isWon[Int(present[deal])] && !deals.deletedRows.contains(deal) {
            for stay in versions.stays(of: deal) {
                guard let entered = stay.entered, let exit = stay.exit else { continue }
                let place = versions.stagePlaces[stay.place]
                stays[place.pipeline][place.position].append(Int(exit.day - entered))
            }
        }
        return stays
    }
}
