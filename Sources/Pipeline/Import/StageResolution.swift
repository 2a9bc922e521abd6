// Gives every imported deal its place: which pipeline and stage it is in, by the book's pipeline where that is known,
// else by one inferred from the file. A CRM that keeps a status apart from the stage (Pipedrive, Dynamics) has its won
// and lost deals moved to the won and lost stage; their own stage becomes the version before.

import Engine
import Values

/// Where the deals of a file are.
struct StageResolution {
    /// The pipelines that the book will have.
    private(set) var pipelines: [SalesPipeline]
    /// For each row the pipeline and the position in it; `nil` without a stage.
    private(set) var places: RowPlaces
    /// For each row the stage it was in before its status took it away; empty when that happened nowhere.
    private(set) var stagesBefore: [Int: String] = [:]
    private(set) var notes: [String] = []
    private(set) var advice: [String] = []
    private var settledCount = 0

    /// Resolves the stages of a file's rows for a book.
    init(_ file: DealFile, book: Book, _ execution: Execution) throws {
        pipelines = book.pipelines
        places = RowPlaces([])
        let rows = try StageRows(file)
        let ranges = stride(from: 0, to: file.rowCount, by: Limits.chunkRowCount).map {
            $0..<min(file.rowCount, $0 + Limits.chunkRowCount)
        }
        var tallies = rows.noTallies
        for part in try execution.pieces(count: ranges.count, { try rows.tally(ranges[$0]) }) {
            for (pipeline, tally) in part.enumerated() { tallies[pipeline].add(tally) }
        }
        var pipelineOfCode: [Int] = []
        var unknown: [Diagnostic] = []
        var inferred: [Int] = []
        for (code, tally) in tallies.enumerated() {
            if tally.used.isEmpty, code == 0, rows.pipelineNames.count > 0 {
                pipelineOfCode.append(0)
                continue
            }
            pipelineOfCode.append(try settle(tally, book, &inferred, &unknown))
        }
        if !unknown.isEmpty { throw Diagnostics(unknown) }
        places = RowPlaces(pipelines)
        let byCode = place(rows.stageNames, tallies, pipelineOfCode)
        let closed = pipelines.indices.map { pipeline in
            [StageKind.won, .lost].reduce(into: [StageKind: UInt32]()) { $0[$1] = closedPlace($1, pipeline) }
        }
        let placement = StagePlacement(
            places: places.all, byCode: byCode, pipelineOfCode: pipelineOfCode, closed: closed, marks: rows.marks)
        var movedCount = 0
        var disagreeing = 0
        let placed = try execution.pieces(count: ranges.count) { part in
            try placement.place(ranges[part], rows.stageCodes(ranges[part]), rows.pipelineCodes(ranges[part]))
        }
        places.reserve(file.rowCount)
        for part in placed {
            places.append(contentsOf: part.numbers)
            stagesBefore.merge(part.stagesBefore) { first, _ in first }
            movedCount += part.stagesBefore.count
            disagreeing += part.disagreeing
        }
        report(file, inferred, movedCount, disagreeing)
    }

    // MARK: Steps

    /// The book's pipeline for one of the file: a known one that has all its stages, or an inferred one.
    private mutating func settle(
        _ tally: PipelineTally, _ book: Book, _ inferred: inout [Int], _ unknown: inout [Diagnostic]
    ) throws -> Int {
        let key = tally.name.map(NameIndex.key)
        if book.hasUntouchedPipeline {
            let index = pipelines.firstIndex { NameIndex.key($0.name) == key }
            if tally.used.isEmpty, index == nil, key == nil { return 0 }
            let name = tally.name ?? SalesPipeline.defaultName
            let usual = SalesPipeline(name: name, stages: SalesPipeline.businessToBusiness.stages)
            let isUsual = tally.used.allSatisfy { stage in
                usual.position(ofStage: stage.name).map { usual.stages[$0].kind == stage.kind } ?? false
            }
            let pipeline = isUsual ? usual : tally.inferred(name: name)
            // The first pipeline of the file takes the place of the one that a new book has.
            let place = settledCount == 0 ? 0 : pipelines.count
            settledCount += 1
            if place < pipelines.count { pipelines[place] = pipeline } else { pipelines.append(pipeline) }
            if !isUsual { inferred.append(place) }
            return place
        }
        if let index = key.map({ key in pipelines.firstIndex { NameIndex.key($0.name) == key } }) ?? 0 {
            let missing = tally.used.filter { stage in
                pipelines[index].position(ofStage: stage.name) == nil
                    && !(tally.name == nil && pipelines.contains { $0.position(ofStage: stage.name) != nil })
            }
            if !missing.isEmpty {
                unknown.append(
                    ImportDiagnostics.unknownStages(missing.map { ($0.name, $0.count) }, pipeline: pipelines[index]))
            }
            return index
        }
        pipelines.append(tally.inferred(name: tally.name ?? SalesPipeline.defaultName))
        inferred.append(pipelines.count - 1)
        return pipelines.count - 1
    }

    /// The number of the place of each stage code in each pipeline code; 0 for none.
    private func place(_ names: [String], _ tallies: [PipelineTally], _ pipelineOfCode: [Int]) -> [[UInt32]] {
        tallies.indices.map { code in
            [0]
                + names.map { name in
                    let home = pipelineOfCode[code]
                    let candidates = [home] + (tallies[code].name == nil ? Array(pipelines.indices) : [])
                    for index in candidates {
                        guard let position = pipelines[index].position(ofStage: name) else { continue }
                        return places.number(pipeline: index, position: position)
                    }
                    return 0
                }
        }
    }

    /// The number of a pipeline's place for deals that ended so.
    private func closedPlace(_ kind: StageKind, _ pipeline: Int) -> UInt32? {
        guard let position = pipelines[pipeline].stages.firstIndex(where: { $0.kind == kind })
        else { return nil }
        return places.number(pipeline: pipeline, position: position)
    }

    private mutating func report(_ file: DealFile, _ inferred: [Int], _ movedCount: Int, _ disagreeing: Int) {
        let missing = places.missingCount
        if missing > 0 {
            notes.append(
                "\(DecimalText.grouped(missing)) of \(EnglishPlural.counted(places.numbers.count, "deal")) have no stage"
            )
        }
        if movedCount > 0 {
            notes.append(
                "won or lost by their status: \(EnglishPlural.counted(movedCount, "deal")); they are in the won or lost stage, and the stage they were in is their history"
            )
        }
        if disagreeing > 0 {
            notes.append(
                "an open status in a won or lost stage: \(EnglishPlural.counted(disagreeing, "deal")); the stage counts"
            )
        }
        for index in inferred {
            let pipeline = pipelines[index]
            let named = pipelines.count > 1 ? " of \(pipeline.name)" : ""
            let list = pipeline.stages.map { stage in
                switch stage.kind {
                case .open: stage.name
                case .hold, .won, .lost: "\(stage.name) (\(stage.kind.rawValue))"
                }
            }
            notes.append("stages\(named) taken from the file: " + list.joined(separator: ", "))
            advice.append(
                "`pipeline A, B, …` with all stages changes their order; `stage \"A\" as won` changes what one means")
            let silent = pipeline.stages.filter { $0.kind == .open && $0.probability == nil }
            if let first = silent.first {
                let what = EnglishPlural.counted(silent.count, "stage") + (silent.count == 1 ? " has" : " have")
                advice.append(
                    "\(what) no probability, so weighted values are missing: `stage \"\(first.name)\" probability 20%` sets one"
                )
            }
        }
    }
}
