// How the lives of deals new to the book begin: the versions that follow from their days, and when they were last touched.
// Chunks of rows are looked at on several threads; their versions are put together in order of rows.

import Engine
import Values

extension DealMerge {
    /// What was found of a chunk of new deals.
    private struct Beginnings: Sendable {
        var history: HistoryWriter
        /// When each was last touched.
        var touched: Column?
        var isTouchNew = false
        var openWithoutEntry = 0
    }

    /// Writes the first versions of the deals from row `first` on, which stand at these places of the file.
    mutating func begin(
        _ first: Int, _ places: [Int], _ entries: StageEntries, _ history: inout HistoryWriter, _ execution: Execution
    ) throws {
        let deals = book.deals
        let (stages, today) = (stages, day)
        let closing = try ClosedStages(book)
        // What the versions of a deal need of its place, by the number of the place.
        let stageOfPlace = stages.places.all.map { place in
            HistoryWriter.Stage(
                place.map { history.number(ofStage: $0.stage.name) } ?? 0, place?.stage.kind.isClosed ?? false)
        }
        let firstStages = book.pipelines.map { $0.firstOpenStage.map { history.number(ofStage: $0.name) } ?? 0 }
        let firstOfPlace = stages.places.all.map { firstStages[$0?.pipeline ?? 0] }
        let writer = history.emptied
        let size = Limits.chunkRowCount
        let parts = try execution.pieces(count: (places.count + size - 1) / size) { part in
            let offsets = part * size..<min(places.count, (part + 1) * size)
            var found = Beginnings(history: writer)
            found.history.reserve(offsets.count)
            let days = try closing.days(deals, first + offsets.lowerBound..<first + offsets.upperBound)
            var touched = try deals.columns[DealColumn.touched.index].integers(
                first + offsets.lowerBound..<first + offsets.upperBound)
            for (index, offset) in offsets.enumerated() {
                let known = days[index]
                let number = Int(stages.places.numbers[places[offset]])
                let stage = stageOfPlace[number]
                if known.entered == .min, stage.number > 0, !stage.isClosed { found.openWithoutEntry += 1 }
                let before = stages.stagesBefore.isEmpty ? nil : stages.stagesBefore[places[offset]]
                let entered =
                    entries.isEmpty
                    ? [] : try entries.of(places[offset], stages.places.all[number], through: today)
                found.history.appendNew(
                    first + offset, known, stage: stage, firstStage: firstOfPlace[number],
                    before: before.map { found.history.number(ofStage: $0) } ?? 0,
                    entries: entered.map { (found.history.number(ofStage: $0.stage), $0.day) },
                    today: Int64(today.number))
                let latest = DealMerge.lastTouch(touched[index], known, today)
                if latest > touched[index] {
                    touched[index] = latest
                    found.isTouchNew = true
                }
            }
            var builder = ColumnBuilder(name: DealColumn.touched.rawValue, valueType: DealColumn.touched.valueType)
            builder.append(integers: touched, missing: .min)
            found.touched = try builder.finish()
            return found
        }
        for part in parts {
            history.append(part.history)
            openWithoutEntry += part.openWithoutEntry
        }
        guard parts.contains(where: \.isTouchNew) else { return }
        var builder = ColumnBuilder(name: DealColumn.touched.rawValue, valueType: DealColumn.touched.valueType)
        let earlier = try deals.columns[DealColumn.touched.index].integers(0..<first)
        builder.append(integers: earlier, missing: .min)
        let columns = try (first > 0 ? [builder.finish()] : []) + parts.compactMap(\.touched)
        try book.deals.replaceColumn(DealColumn.touched.index, with: Column(joining: columns))
    }

    /// A closed deal was last touched when it closed, an open one when it entered its stage, if not later; a closing
    /// day in the future touched nothing yet.
    private static func lastTouch(_ touched: Int64, _ known: DealDays, _ today: Day) -> Int64 {
        let end = Int64(today.number)
        return max(touched, known.entered <= end ? known.entered : .min, known.closing <= end ? known.closing : .min)
    }
}

/// Which codes of a book's stages and pipelines mean that a deal is closed, and the days of deals that follow.
private struct ClosedStages {
    /// For each code of a pipeline whether each code of a stage is closed in it.
    private let isClosed: [[Bool]]

    init(_ book: Book) throws {
        let places = try book.placesByCode(
            in: book.deals, stage: DealColumn.stage.index, pipeline: DealColumn.pipeline.index)
        let pipelines = book.deals.columns[DealColumn.pipeline.index].dictionary.count
        let stages = book.deals.columns[DealColumn.stage.index].dictionary.count
        let pipelineOfCode = Dictionary(
            places.pipelineCodes.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
        isClosed = (0...pipelines).map { code in
            (0...stages).map {
                places.place(UInt32($0), pipelineOfCode[UInt32(code)] ?? 0)?.stage.kind.isClosed == true
            }
        }
    }

    /// The days of the deals in these rows; the closing day of open ones is not known.
    func days(_ deals: Table, _ range: Range<Int>) throws -> [DealDays] {
        func days(_ column: DealColumn) throws -> [Int64] { try deals.columns[column.index].integers(range) }
        let created = try days(.created)
        let entered = try days(.entered)
        let closedOn = try days(.closedOn)
        let close = try days(.close)
        let stageCodes = try deals.columns[DealColumn.stage.index].codes(range)
        let pipelineCodes = try deals.columns[DealColumn.pipeline.index].codes(range)
        return range.indices.map { row in
            let offset = row - range.lowerBound
            var closing = Int64.min
            if isClosed[Int(pipelineCodes[offset])][Int(stageCodes[offset])] {
                closing = closedOn[offset] != .min ? closedOn[offset] : close[offset]
                if closing == .min { closing = entered[offset] }
            }
            return DealDays(created: created[offset], entered: entered[offset], closing: closing)
        }
    }
}
