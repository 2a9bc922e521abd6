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
    init(_ file: DealFile, book: Book) throws {
        pipelines = book.pipelines
        places = RowPlaces([])
        let count = file.rowCount
        let stageColumn = file[.stage]
        let stageCodes = try stageColumn?.codes() ?? Array(repeating: 0, count: count)
        let stageNames = try stageColumn?.dictionary.names() ?? []
        let pipelineCodes = try file[.pipeline]?.codes() ?? Array(repeating: 0, count: count)
        let pipelineNames = try file[.pipeline]?.dictionary.names() ?? []
        let marks = try StatusMarks(file)
        let tallies = try StageResolution.tally(
            file, stageCodes, stageNames, pipelineCodes, pipelineNames, marks)
        var pipelineOfCode: [Int] = []
        var unknown: [Diagnostic] = []
        var inferred: [Int] = []
        for (code, tally) in tallies.enumerated() {
            if tally.used.isEmpty, code == 0, pipelineNames.count > 0 {
                pipelineOfCode.append(0)
                continue
            }
            pipelineOfCode.append(try settle(tally, book, &inferred, &unknown))
        }
        if !unknown.isEmpty { throw Diagnostics(unknown) }
        places = RowPlaces(pipelines)
        places.reserve(count)
        let byCode = place(stageNames, tallies, pipelineOfCode)
        var movedCount = 0
        var disagreeing = 0
        for row in 0..<count {
            let pipeline = Int(pipelineCodes[row])
            let number = byCode[pipeline][Int(stageCodes[row])]
            guard marks.haveAny || number == 0 else {
                places.append(number)
                continue
            }
            let kind = marks.kind(row)
            guard let place = places.all[Int(number)] else {
                places.append(closedPlace(kind, pipelineOfCode[pipeline]) ?? 0)
                continue
            }
            if let kind, kind.isClosed, kind != place.stage.kind, let closed = closedPlace(kind, place.pipeline) {
                stagesBefore[row] = place.stage.name
                places.append(closed)
                movedCount += 1
            } else {
                if let kind, !kind.isClosed, place.stage.kind.isClosed { disagreeing += 1 }
                places.append(number)
            }
        }
        report(file, inferred, movedCount, disagreeing)
    }

    // MARK: Steps

    /// Counts the stages of every pipeline of the file; index 0 is of rows that name no pipeline.
    private static func tally(
        _ file: DealFile, _ stageCodes: [UInt32], _ stageNames: [String], _ pipelineCodes: [UInt32],
        _ pipelineNames: [String], _ marks: StatusMarks
    ) throws -> [PipelineTally] {
        var tallies = ([nil] + pipelineNames.map { Optional($0) }).map {
            PipelineTally(name: $0, stages: Array(repeating: nil, count: stageNames.count + 1))
        }
        let probabilities = try file[.probability]?.integers()
        // Rows of a stage mostly have one probability: equal ones in a row are counted together.
        var runs = [(probability: Int64, count: Int)?](repeating: nil, count: tallies.count * (stageNames.count + 1))
        func endRun(_ pipeline: Int, _ stage: Int, _ next: Int64, _ tallies: inout [PipelineTally]) {
            let place = pipeline * (stageNames.count + 1) + stage
            if let run = runs[place] {
                tallies[pipeline].note(stage) { $0.probabilities[run.probability, default: 0] += run.count }
            }
            runs[place] = (next, 1)
        }
        let categoryColumn = file[.category]
        let categoryCodes = try categoryColumn?.codes()
        let categories = try categoryColumn?.dictionary.names().map { ForecastCategory(named: $0) } ?? []
        for row in 0..<file.rowCount {
            let stage = Int(stageCodes[row])
            if stage == 0 { continue }
            let pipeline = Int(pipelineCodes[row])
            if tallies[pipeline].stages[stage] == nil {
                tallies[pipeline].stages[stage] = StageTally(name: stageNames[stage - 1], firstRow: row)
            }
            tallies[pipeline].stages[stage]?.count += 1
            if let probability = probabilities?[row], probability != .min {
                let place = pipeline * (stageNames.count + 1) + stage
                if runs[place]?.probability == probability {
                    runs[place]?.count += 1
                } else {
                    endRun(pipeline, stage, probability, &tallies)
                }
            }
            guard marks.haveAny || categoryCodes != nil else { continue }
            // In place: a copy of the tally would copy its counts for every row.
            tallies[pipeline].note(stage) { tally in
                if let kind = marks.markedKind(row) { tally.markedKinds[kind, default: 0] += 1 }
                if let code = categoryCodes?[row], code > 0, let category = categories[Int(code) - 1] {
                    tally.categories[category, default: 0] += 1
                }
            }
        }
        for pipeline in tallies.indices {
            for stage in 0...stageNames.count { endRun(pipeline, stage, .min, &tallies) }
        }
        return tallies
    }

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
    private func closedPlace(_ kind: StageKind?, _ pipeline: Int) -> UInt32? {
        guard let kind, kind.isClosed, let position = pipelines[pipeline].stages.firstIndex(where: { $0.kind == kind })
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

/// What a CRM says of a deal's outcome beside its stage.
struct StatusMarks {
    private var statuses: [StageKind?] = []
    private var won: [Int64] = []
    private var closed: [Int64] = []

    init(_ file: DealFile) throws {
        if let column = file[.status] {
            let kinds = try column.dictionary.names().map { name -> StageKind? in
                let bytes = Array(name.utf8)
                return StatusText.read(bytes.span)
            }
            statuses = try column.codes().map { $0 == 0 ? nil : kinds[Int($0) - 1] }
        }
        won = try file[.isWon]?.integers(missing: 0) ?? []
        closed = try file[.isClosed]?.integers(missing: 0) ?? []
    }

    /// Whether the file says anything of the kind.
    var haveAny: Bool { !statuses.isEmpty || !won.isEmpty || !closed.isEmpty }

    /// The kind by `IsWon` and `IsClosed`; an empty mark is no. `nil` where they cannot tell.
    func markedKind(_ row: Int) -> StageKind? {
        if !won.isEmpty, won[row] == 1 { return .won }
        if closed.isEmpty { return nil }
        if closed[row] == 1 { return won.isEmpty ? nil : .lost }
        return .open
    }

    /// The kind by status, else by marks.
    func kind(_ row: Int) -> StageKind? {
        if !statuses.isEmpty, let kind = statuses[row] { return kind }
        return markedKind(row)
    }
}
