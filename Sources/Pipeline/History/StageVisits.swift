// In which stages each deal has ever been, as a set of bits: what funnels count by. Apart from `VersionDays`, which
// decodes every version with its day, because here one pass over the codes of the stage column is enough.
//
//   deal d    visited[d]   bit p: a version of it, or its present state, is at position p of its present pipeline
//             furthest[d]  the won stage's position where it is won, else the last open one visited; −1 for none

import Engine
import Values

/// The stages that deals have been in, by deal row.
struct StageVisits {
    /// The positions in the deal's pipeline that it has been at, a bit each.
    var visited: [UInt64]
    /// The furthest of them; −1 when none is known.
    var furthest: [Int16]
    /// How many deals no version tells of, deleted ones included.
    var withoutVersionCount: Int
}

extension Book {
    /// The stages that every deal has been in.
    ///
    /// - Complexity: O(deals + history rows), on all threads where the book has one pipeline.
    func stageVisits(_ execution: Execution = Execution()) throws -> StageVisits {
        guard pipelines.allSatisfy({ $0.stages.count <= Limits.funnelStageCountMax }) else {
            throw EngineError.tooLarge(what: "stages of a pipeline", limit: Limits.funnelStageCountMax)
        }
        let present = try VersionDays.presentPlaces(self)
        let versions = try history.ordered()
        let runs = try versions.runs(dealCount: deals.rowCount)
        // Not held twice, so that it is filled in place (with a copy of it a funnel of a million deals: 25 → 35 ms).
        var visited =
            pipelines.count == 1
            ? try visits(versions, runs, execution) : try visits(VersionDays(self), present: present)
        let places = stagePlaces
        let positions = places.map { UInt64(1) << UInt64($0.position) }
        let isWon = places.map { $0.stage.kind == .won }
        let positionOf = places.map { Int16($0.position) }
        // Open and hold stages of the deal's pipeline; of the first one for deals without a known stage.
        let openByPipeline = pipelines.map { pipeline in
            pipeline.stages.enumerated().reduce(UInt64(0)) { mask, stage in
                stage.element.kind.isClosed ? mask : mask | 1 << UInt64(stage.offset)
            }
        }
        let openOf = places.map { openByPipeline[$0.pipeline] }
        var furthest = [Int16](repeating: -1, count: present.count)
        var withoutVersionCount = 0
        for deal in present.indices {
            let place = Int(present[deal])
            if runs.rows(deal).isEmpty { withoutVersionCount += 1 }
            guard place >= 0 else {
                furthest[deal] = Int16(63 - (visited[deal] & openByPipeline[0]).leadingZeroBitCount)
                continue
            }
            let all = visited[deal] | positions[place]
            visited[deal] = all
            furthest[deal] =
                isWon[place] ? positionOf[place] : Int16(63 - (all & openOf[place]).leadingZeroBitCount)
        }
        return StageVisits(visited: visited, furthest: furthest, withoutVersionCount: withoutVersionCount)
    }

    /// The positions that versions were at, where every version is of the one pipeline.
    private func visits(_ versions: History, _ runs: RowRuns, _ execution: Execution) throws -> [UInt64] {
        let stages = versions.rows.columns[HistoryColumn.stage.index]
        let found = try placesByCode(
            in: versions.rows, stage: HistoryColumn.stage.index, pipeline: HistoryColumn.pipeline.index)
        let marks = found.placesByPipeline[0].map { place in
            place.map { UInt64(1) << UInt64($0.position) } ?? 0
        }
        return try execution.unions(of: stages, runs, marks: marks)
    }

    /// The positions that versions were at in the deal's present pipeline.
    private func visits(_ versions: VersionDays, present: [Int16]) throws -> [UInt64] {
        let places = versions.stagePlaces
        return present.indices.map { deal in
            let pipeline = present[deal] >= 0 ? places[Int(present[deal])].pipeline : 0
            return versions.rows(of: deal).reduce(UInt64(0)) { mask, row in
                guard versions.place[row] >= 0 else { return mask }
                let place = places[Int(versions.place[row])]
                return place.pipeline == pipeline ? mask | 1 << UInt64(place.position) : mask
            }
        }
    }
}
