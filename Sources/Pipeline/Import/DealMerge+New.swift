// How the lives of deals new to the book begin: the versions that follow from their days, and when they were last touched.
// Chunks of rows are looked at on several threads; their versions are put together in order of rows.

import Engine
import Values

extension DealMerge {
    /// What was found of a chunk of new deals.
    private struct Beginnings: Sendable {
        var history: HistoryWriter
        /// When each was last touched.
        var touched: [Int64] = []
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
        let firstStages = book.pipelines.map { $0.firstOpenStage?.name }
        history.register(stages: book.stagePlaces.map(\.stage.name))
        let writer = history.emptied
        let size = Limits.chunkRowCount
        let parts = try execution.pieces(count: (places.count + size - 1) / size) { part in
            let offsets = part * size..<min(places.count, (part + 1) * size)
            var found = Beginnings(history: writer)
            let days = try closing.days(deals, first + offsets.lowerBound..<first + offsets.upperBound)
            found.touched = try deals.columns[DealColumn.touched.index].integers(
                first + offsets.lowerBound..<first + offsets.upperBound)
            for (index, offset) in offsets.enumerated() {
                let known = days[index]
                let place = stages.places[places[offset]]
                if known.entered == .min, place?.stage.kind.isClosed == false { found.openWithoutEntry += 1 }
                found.history.appendNew(
                    first + offset, known, stage: place?.stage, firstStage: firstStages[place?.pipeline ?? 0],
                    before: stages.stagesBefore[places[offset]],
                    entries: try entries.of(places[offset], place, through: today), today: Int64(today.number))
                let latest = DealMerge.lastTouch(found.touched[index], known, today)
                if latest > found.touched[index] {
                    found.touched[index] = latest
                    found.isTouchNew = true
                }
            }
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
        for part in parts { builder.append(integers: part.touched, missing: .min) }
        try book.deals.replaceColumn(DealColumn.touched.index, with: builder.finish())
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
