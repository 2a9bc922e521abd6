// The history decoded for passes over all deals: which rows belong to a deal, the day of each, the stage in each. Reports
// and "as of" walk these arrays; nothing else reads history rows by the million.
//
//   deal d    rows(of: d)
//   row r     day[r], place[r] (index into `book.stagePlaces`, −1 where the stage is missing or unknown), wasSeen(r),
//             isDeletion(r)

import Engine
import Values

/// The days and stages of all versions, by deal.
struct VersionDays: Sendable {
    /// The history with its tail folded in; the rows that indices here mean.
    let rows: Table
    private let runs: RowRuns
    /// `Day.number` of each row, in the book's timezone.
    let day: [Int32]
    /// The stage of each row as an index into `stagePlaces`, −1 when missing or unknown.
    let place: [Int16]
    /// Whether the row says what was seen, not what changed; empty when none does.
    private let observed: [Bool]
    /// Whether the deal was deleted by the row; empty when none was ever.
    private let deleted: [Bool]
    /// The stages of all pipelines, in order.
    let stagePlaces: [StagePlace]

    /// - Complexity: O(history rows + deals).
    init(_ book: Book) throws {
        let history = try book.history.ordered()
        rows = history.rows
        stagePlaces = book.stagePlaces
        runs = try history.runs(dealCount: book.deals.rowCount)
        let shift = Int64(book.settings.timezoneMinutes) * 60
        day = try rows.columns[HistoryColumn.at.index].integers(missing: 0).map { seconds in
            let local = seconds &+ shift
            let whole = local >= 0 ? local / 86_400 : -((86_399 - local) / 86_400)
            return Int32(clamping: whole)
        }
        observed = try VersionDays.marks(rows.columns[HistoryColumn.observed.index])
        deleted = try VersionDays.marks(rows.columns[HistoryColumn.deleted.index])
        place = try VersionDays.places(
            of: rows, stage: HistoryColumn.stage.index, pipeline: HistoryColumn.pipeline.index, in: book)
    }

    /// Where a yes or no is yes; empty when it nowhere is.
    static func marks(_ column: Column, _ rows: Range<Int>? = nil) throws -> [Bool] {
        guard column.chunks.contains(where: { $0.layout.maximum == 1 }) else { return [] }
        return try column.integers(rows, missing: 0).map { $0 == 1 }
    }

    /// The stage of each row of a table (deals or history), whose stage and pipeline columns are given by their places, as
    /// an index into the book's `stagePlaces`; −1 when missing or unknown.
    static func places(of rows: Table, stage: Int, pipeline: Int, in book: Book) throws -> [Int16] {
        let byCode = try book.placesByCode(in: rows, stage: stage, pipeline: pipeline)
        var start: [Int] = []
        var count = 0
        for pipeline in book.pipelines {
            start.append(count)
            count += pipeline.stages.count
        }
        let tables = byCode.placesByPipeline.enumerated().map { pipeline, places in
            places.map { place in place.map { Int16(start[pipeline] + $0.position) } ?? -1 }
        }
        let stages = try rows.columns[stage].codes()
        if tables.count == 1 { return stages.map { Int($0) < tables[0].count ? tables[0][Int($0)] : -1 } }
        var pipelineOfCode: [UInt32: Int] = [:]
        for (index, code) in byCode.pipelineCodes.enumerated() { pipelineOfCode[code] = index }
        let pipelines = try rows.columns[pipeline].codes()
        return zip(stages, pipelines).map { stage, pipeline in
            let table = tables[pipelineOfCode[pipeline] ?? 0]
            return Int(stage) < table.count ? table[Int(stage)] : -1
        }
    }

    /// The rows of a deal.
    func rows(of deal: Int) -> Range<Int> { runs.rows(deal) }

    /// Whether the row says what was seen, not what changed.
    func wasSeen(_ row: Int) -> Bool { !observed.isEmpty && observed[row] }

    /// Whether the deal was deleted by the row.
    func isDeletion(_ row: Int) -> Bool { !deleted.isEmpty && deleted[row] }

    /// Whether the last row of a deal deletes it.
    func isDeleted(_ deal: Int) -> Bool { rows(of: deal).last.map(isDeletion) ?? false }

    /// The deal's last row on or before the day; `nil` when its history begins later or there is none.
    func lastRow(of deal: Int, through last: Int32) -> Int? { rows(of: deal).last { day[$0] <= last } }

    /// The rows of the deal, up to and including `last`, at which its stage changed; the first row counts. Where the first
    /// row is an observation its stage was entered on an unknown day before.
    func stageChanges(of deal: Int, through last: Int32 = .max) -> [Int] {
        var changes: [Int] = []
        var present: Int16 = -2
        for row in rows(of: deal) where day[row] <= last && place[row] != present {
            present = place[row]
            changes.append(row)
        }
        return changes
    }
}
