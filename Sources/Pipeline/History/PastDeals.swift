// The deals table of a past day: the columns that history keeps taken from the versions that stood then, those that follow
// from versions found again, all others as they are today.

import Engine
import Values

/// Makes the columns of the deals of a past day.
struct PastDeals {
    private let book: Book
    private let versions: PastVersions
    private let day: Int64
    private let stages: [UInt32]
    /// The pipeline of each row where there are several, else empty.
    private let pipelines: [UInt32]
    private let observed: [Int64]
    private let places: StagePlacesByCode
    private let pipelineOfCode: [UInt32: Int]

    /// `versions` hold no row for deals that did not exist.
    init(_ book: Book, _ versions: PastVersions, day: Int64) throws {
        self.book = book
        self.versions = versions
        self.day = day
        let rows = versions.history.rows
        stages = try rows.columns[HistoryColumn.stage.index].codes()
        pipelines = book.hasSeveralPipelines ? try rows.columns[HistoryColumn.pipeline.index].codes() : []
        let seen = rows.columns[HistoryColumn.observed.index]
        observed = seen.chunks.contains { $0.layout.maximum == 1 } ? try seen.integers(missing: 0) : []
        places = try book.placesByCode(
            in: rows, stage: HistoryColumn.stage.index, pipeline: HistoryColumn.pipeline.index)
        pipelineOfCode = Dictionary(
            places.pipelineCodes.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// The columns, in the order of the deals table.
    func columns() throws -> [Column] {
        var columns = book.deals.columns
        func put(_ column: DealColumn, _ values: [Int64]) throws {
            var builder = ColumnBuilder(name: column.rawValue, valueType: column.valueType)
            builder.append(integers: values, missing: .min)
            columns[column.index] = try builder.finish()
        }
        for (column, source) in [
            (DealColumn.pipeline, HistoryColumn.pipeline), (.stage, .stage), (.owner, .owner), (.currency, .currency),
        ] {
            columns[column.index] = try named(column, source, versions.last)
        }
        let rows = versions.history.rows.columns
        try put(.value, try rows[HistoryColumn.value.index].integers(at: versions.last))
        try put(.close, try rows[HistoryColumn.close.index].integers(at: versions.last))
        let own = try ownChances()
        try put(.ownProbability, own.chances)
        columns[DealColumn.ownCategory.index] = try named(.ownCategory, .category, own.categoryRows)
        let derived = try derived()
        try put(.entered, derived.entered)
        try put(.touched, derived.touched)
        try put(.closedOn, derived.closedOn)
        try put(.pushes, try pushes())
        columns[DealColumn.reason.index] = try reasons(derived.keepsReason)
        return columns
    }

    /// The stage of a row; `nil` without a known one.
    private func stage(_ row: Int) -> Stage? {
        let pipeline = pipelines.isEmpty ? 0 : pipelineOfCode[pipelines[row]] ?? 0
        return places.place(stages[row], pipeline)?.stage
    }

    private func isSameStage(_ row: Int, _ other: Int) -> Bool {
        stages[row] == stages[other] && (pipelines.isEmpty || pipelines[row] == pipelines[other])
    }

    private func wasSeen(_ row: Int) -> Bool { !observed.isEmpty && observed[row] == 1 }

    /// The names of history rows (negative: missing) under the codes of the deals' dictionary, which grows by names that
    /// it lacks.
    private func named(_ column: DealColumn, _ source: HistoryColumn, _ chosen: [Int32]) throws -> Column {
        let kept = versions.history.rows.columns[source.index]
        let present = book.deals.columns[column.index]
        var dictionary = present.dictionary
        var recoded: [UInt32] = [0]
        for name in try kept.dictionary.names() { recoded.append(try dictionary.insert(name)) }
        var builder = ColumnBuilder(name: column.rawValue, codesOf: dictionary)
        let codes = try kept.codes(at: chosen)
        builder.append(codes: codes.map { recoded[Int($0)] }, dictionaryCount: dictionary.count)
        return try builder.finish()
    }

    /// Own probability, and the rows whose category is the deal's own: one equal to the stage's is not, and a closed deal
    /// has none.
    private func ownChances() throws -> (chances: [Int64], categoryRows: [Int32]) {
        let kept = versions.history.rows.columns
        var chances = try kept[HistoryColumn.probability.index].integers(at: versions.last)
        let categories = try kept[HistoryColumn.category.index].codes(at: versions.last)
        let names = try kept[HistoryColumn.category.index].dictionary.names()
        var categoryRows = [Int32](repeating: -1, count: chances.count)
        for (deal, row) in versions.last.enumerated() where row >= 0 && (chances[deal] != .min || categories[deal] > 0)
        {
            let stage = stage(Int(row))
            if stage?.kind.isClosed == true || chances[deal] == stage?.chance?.millionths { chances[deal] = .min }
            let code = Int(categories[deal])
            if code > 0, stage?.kind.isClosed != true, names[code - 1] != stage?.countedCategory?.rawValue {
                categoryRows[deal] = row
            }
        }
        return (chances, categoryRows)
    }

    private func derived() throws -> (entered: [Int64], touched: [Int64], closedOn: [Int64], keepsReason: [Bool]) {
        let count = versions.last.count
        var entered = [Int64](repeating: .min, count: count)
        var touched = entered
        var closedOn = entered
        var keepsReason = [Bool](repeating: false, count: count)
        let storedClosing = try book.deals.columns[DealColumn.closedOn.index].integers()
        let storedTouch = try book.deals.columns[DealColumn.touched.index].integers()
        let closedCodes =
            book.hasSeveralPipelines
            ? [] : [false] + places.placesByPipeline[0].dropFirst().map { $0?.stage.kind.isClosed ?? false }
        for deal in 0..<count where versions.last[deal] >= 0 {
            let row = Int(versions.last[deal])
            let first = Int(versions.first[deal])
            var change = row
            while change > first, isSameStage(change - 1, row) { change -= 1 }
            if change > first || !wasSeen(change) { entered[deal] = versions.day(change) }
            let touch = storedTouch[deal]
            if touch != .min, touch <= day {
                touched[deal] = touch
            } else {
                // A version that was only seen touched nothing.
                var last = row
                while last >= first, wasSeen(last) { last -= 1 }
                if last >= first { touched[deal] = versions.day(last) }
            }
            let isClosed = closedCodes.isEmpty ? stage(row)?.kind.isClosed == true : closedCodes[Int(stages[row])]
            guard isClosed else { continue }
            if storedClosing[deal] != .min, storedClosing[deal] <= day { closedOn[deal] = storedClosing[deal] }
            keepsReason[deal] = versions.isLastOfAll(deal)
        }
        return (entered, touched, closedOn, keepsReason)
    }

    private func pushes() throws -> [Int64] {
        let closes = try versions.history.rows.columns[HistoryColumn.close.index].integers()
        return versions.last.enumerated().map { deal, row in
            row < 0 ? .min : Int64(Book.pushCount(closes, Int(versions.first[deal])...Int(row)))
        }
    }

    /// Why a deal was lost, where it was lost by the version that is still its last.
    private func reasons(_ isKept: [Bool]) throws -> Column {
        let reasons = book.deals.columns[DealColumn.reason.index]
        guard reasons.missingCount < reasons.rowCount else { return reasons }
        let codes = try reasons.codes()
        var builder = ColumnBuilder(name: reasons.name, codesOf: reasons.dictionary)
        builder.append(
            codes: codes.indices.map { isKept[$0] ? codes[$0] : 0 }, dictionaryCount: reasons.dictionary.count)
        return try builder.finish()
    }
}
