// The deals table of a past day: the columns that history keeps taken from the versions that stood then, those that follow
// from versions found again, all others as they are today. Each column is made when somebody first reads it, a chunk of
// deals at a time: a question touches two or three of them.

import Engine
import Values

/// Makes the columns of the deals of a past day. It holds tables, never a book: the book holds it.
struct PastDeals: Sendable {
    private let deals: Table
    private let versions: PastVersions
    private let day: Int64
    private let places: StagePlacesByCode
    /// The pipeline of each code of the history's pipeline column; empty where there is one pipeline.
    private let pipelineOfCode: [UInt32: Int]

    init(_ book: Book, _ versions: PastVersions, day: Day) throws {
        deals = book.deals
        self.versions = versions
        self.day = Int64(day.number)
        places = try book.placesByCode(
            in: versions.history.rows, stage: HistoryColumn.stage.index, pipeline: HistoryColumn.pipeline.index)
        pipelineOfCode =
            book.hasSeveralPipelines
            ? Dictionary(
                places.pipelineCodes.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first }) : [:]
    }

    /// The columns, in the order of the deals table.
    func columns() throws -> [Column] {
        var columns = deals.columns
        func put(_ column: DealColumn, _ rows: @escaping @Sendable (Range<Int>) throws -> ColumnRows) {
            let today = deals.columns[column.index]
            columns[column.index] = Column(
                name: today.name, valueType: today.valueType, dictionary: today.dictionary, rowCount: deals.rowCount,
                rows: rows)
        }
        for (column, source) in [
            (DealColumn.pipeline, HistoryColumn.pipeline), (.stage, .stage), (.owner, .owner), (.currency, .currency),
        ] {
            let kept = versions.history.rows.columns[source.index]
            columns[column.index] = try named(column, kept) { deals, recoded in
                .codesOf(kept, at: try versions.lastRows(deals)[...], recoded: recoded)
            }
        }
        let categories = versions.history.rows.columns[HistoryColumn.category.index]
        columns[DealColumn.ownCategory.index] = try named(.ownCategory, categories) { deals, recoded in
            .codes(try self.categories(deals).map { recoded[Int($0)] })
        }
        for (column, source) in [(DealColumn.value, HistoryColumn.value), (.close, .close)] {
            let kept = versions.history.rows.columns[source.index]
            put(column) { .integersOf(kept, at: try versions.lastRows($0)[...]) }
        }
        put(.ownProbability) { .integers(try chances($0)) }
        put(.entered) { .integers(try entered($0)) }
        put(.touched) { .integers(try touched($0)) }
        put(.closedOn) { .integers(try closedOn($0)) }
        put(.pushes) { .integers(try pushes($0)) }
        let reasons = deals.columns[DealColumn.reason.index]
        if reasons.missingCount < reasons.rowCount { put(.reason) { .codes(try self.reasons($0)) } }
        return columns
    }

    /// A column of names that history keeps, under the codes of the deals' dictionary, which grows by names that it lacks.
    private func named(
        _ column: DealColumn, _ kept: Column,
        _ rows: @escaping @Sendable (_ deals: Range<Int>, _ recoded: [UInt32]) throws -> ColumnRows
    ) throws -> Column {
        let today = deals.columns[column.index]
        var dictionary = today.dictionary
        var recoded: [UInt32] = [0]
        for name in try kept.dictionary.names() { recoded.append(try dictionary.insert(name)) }
        return Column(
            name: today.name, valueType: today.valueType, dictionary: dictionary, rowCount: deals.rowCount
        ) { [recoded] in try rows($0, recoded) }
    }

    // MARK: Stages

    /// The stage of a version; `nil` without a known one.
    private func stage(_ code: UInt32, _ pipeline: UInt32?) -> Stage? {
        places.place(code, pipeline.flatMap { pipelineOfCode[$0] } ?? 0)?.stage
    }

    /// The stages that the deals stood in; `nil` without a known one.
    private func stages(_ deals: Range<Int>) throws -> [Stage?] {
        let codes = try versions.codes(.stage, deals)
        let pipelines = pipelineOfCode.isEmpty ? nil : try versions.codes(.pipeline, deals)
        return codes.indices.map { stage(codes[$0], pipelines?[$0]) }
    }

    /// Whether the deals were closed.
    private func areClosed(_ deals: Range<Int>) throws -> [Bool] {
        guard pipelineOfCode.isEmpty else { return try stages(deals).map { $0?.kind.isClosed == true } }
        let isClosed = places.placesByPipeline[0].map { $0?.stage.kind.isClosed == true }
        return try versions.codes(.stage, deals).map { isClosed[Int($0)] }
    }

    // MARK: Columns

    /// Own probabilities: one equal to the stage's is none, and a closed deal has none.
    private func chances(_ deals: Range<Int>) throws -> [Int64] {
        var chances = try versions.integers(.probability, deals)
        guard chances.contains(where: { $0 != .min }) else { return chances }
        // By pipeline and code, .max for closed stages (with a stage for each deal: 14 → 22 ms for the ten biggest).
        let usual = places.placesByPipeline.map { places in
            places.map { place -> Int64 in
                guard let stage = place?.stage else { return .min }
                return stage.kind.isClosed ? .max : stage.chance?.millionths ?? .min
            }
        }
        let codes = try versions.codes(.stage, deals)
        let pipelines = pipelineOfCode.isEmpty ? nil : try versions.codes(.pipeline, deals)
        for index in codes.indices where chances[index] != .min {
            let ofPipeline = usual[pipelines.flatMap { pipelineOfCode[$0[index]] } ?? 0]
            let code = Int(codes[index])
            guard code < ofPipeline.count else { continue }
            if ofPipeline[code] == .max || ofPipeline[code] == chances[index] { chances[index] = .min }
        }
        return chances
    }

    /// Own forecast categories: one equal to the stage's is none, and a closed deal has none.
    private func categories(_ deals: Range<Int>) throws -> [UInt32] {
        var codes = try versions.codes(.category, deals)
        guard codes.contains(where: { $0 != 0 }) else { return codes }
        let names = try versions.history.rows.columns[HistoryColumn.category.index].dictionary.names()
        for (index, stage) in try stages(deals).enumerated() where codes[index] > 0 {
            let name = names[Int(codes[index]) - 1]
            if stage?.kind.isClosed == true || name == stage?.countedCategory?.rawValue { codes[index] = 0 }
        }
        return codes
    }

    /// The days of the last stage change; none where the stage was first seen on a day after it was entered.
    private func entered(_ deals: Range<Int>) throws -> [Int64] {
        let (rows, _) = try versions.rows(deals)
        let history = versions.history.rows.columns
        let stages = try history[HistoryColumn.stage.index].codes(rows)
        let pipelines = pipelineOfCode.isEmpty ? nil : try history[HistoryColumn.pipeline.index].codes(rows)
        let times = try history[HistoryColumn.at.index].integers(rows, missing: 0)
        let seen = try VersionDays.marks(history[HistoryColumn.observed.index], rows)
        return zip(deals, try versions.lastRows(deals)).map { deal, last in
            guard last >= 0 else { return .min }
            let first = Int(versions.ends.runs.first[deal]) - rows.lowerBound
            var change = Int(last) - rows.lowerBound
            while change > first, stages[change - 1] == stages[change],
                pipelines.map({ $0[change - 1] == $0[change] }) ?? true
            { change -= 1 }
            return change > first || seen.isEmpty || !seen[change] ? versions.day(times[change]) : .min
        }
    }

    /// The days of the last touch; a version that was only seen touched nothing.
    private func touched(_ deals: Range<Int>) throws -> [Int64] {
        let (rows, _) = try versions.rows(deals)
        let history = versions.history.rows.columns
        let times = try history[HistoryColumn.at.index].integers(rows, missing: 0)
        let seen = try VersionDays.marks(history[HistoryColumn.observed.index], rows)
        let stored = try self.deals.columns[DealColumn.touched.index].integers(deals)
        return zip(deals, try versions.lastRows(deals)).map { deal, row in
            guard row >= 0 else { return .min }
            let touch = stored[deal - deals.lowerBound]
            if touch != .min, touch <= day { return touch }
            let first = Int(versions.ends.runs.first[deal]) - rows.lowerBound
            var last = Int(row) - rows.lowerBound
            while last >= first, !seen.isEmpty, seen[last] { last -= 1 }
            return last >= first ? versions.day(times[last]) : .min
        }
    }

    /// The closing days that the CRM told, of deals that were closed by then.
    private func closedOn(_ deals: Range<Int>) throws -> [Int64] {
        let stored = try self.deals.columns[DealColumn.closedOn.index].integers(deals)
        let areClosed = try areClosed(deals)
        return deals.map { deal in
            let day = stored[deal - deals.lowerBound]
            return areClosed[deal - deals.lowerBound] && day <= self.day ? day : .min
        }
    }

    private func pushes(_ deals: Range<Int>) throws -> [Int64] {
        let (rows, ends) = try versions.rows(deals)
        let closes = try versions.history.rows.columns[HistoryColumn.close.index].integers(rows)
        return try versions.lastRows(deals).enumerated().map { index, last in
            guard last >= 0 else { return .min }
            let first = Int(versions.ends.runs.first[deals.lowerBound + index])
            let end = Int(ends[ends.startIndex + index])
            return Int64(Book.pushCount(closes[first - rows.lowerBound..<end - rows.lowerBound]))
        }
    }

    /// Why deals were lost, where they were by the version that is still their last.
    private func reasons(_ deals: Range<Int>) throws -> [UInt32] {
        let areClosed = try areClosed(deals)
        let areLast = try versions.areLastOfAll(deals)
        let codes = try self.deals.columns[DealColumn.reason.index].codes(deals)
        return codes.indices.map { areClosed[$0] && areLast[$0] ? codes[$0] : 0 }
    }
}

extension PastVersions {
    /// Numbers that history keeps, of the versions that stood.
    fileprivate func integers(_ column: HistoryColumn, _ deals: Range<Int>) throws -> [Int64] {
        try history.rows.columns[column.index].integers(at: try lastRows(deals)[...])
    }

    /// Codes that history keeps, of the versions that stood.
    fileprivate func codes(_ column: HistoryColumn, _ deals: Range<Int>) throws -> [UInt32] {
        try history.rows.columns[column.index].codes(at: try lastRows(deals)[...])
    }
}
