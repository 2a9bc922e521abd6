// The rows of an export as far as stages are concerned: what pipeline and stage each names, and what is said of its outcome
// beside the stage. Rows are counted and placed in parts, each on a thread of its own.

import Engine
import Values

/// What a file's rows say of their stages.
struct StageRows: Sendable {
    /// The names of the file's stages and pipelines, in order of their codes.
    let stageNames: [String]
    let pipelineNames: [String]
    /// What is said of the outcome.
    let marks: StatusMarks
    private let stage: Column?
    private let pipeline: Column?
    private let probability: Column?
    private let category: Column?
    private let categories: [ForecastCategory?]

    init(_ file: DealFile) throws {
        stage = file[.stage]
        pipeline = file[.pipeline]
        probability = file[.probability]
        category = file[.category]
        stageNames = try stage?.dictionary.names() ?? []
        pipelineNames = try pipeline?.dictionary.names() ?? []
        categories = try category?.dictionary.names().map { ForecastCategory(named: $0) } ?? []
        marks = try StatusMarks(file)
    }

    /// The codes of the stages of some rows; 0 for none.
    func stageCodes(_ rows: Range<Int>) throws -> [UInt32] {
        try stage?.codes(rows) ?? Array(repeating: 0, count: rows.count)
    }

    /// The codes of the pipelines of some rows; 0 for none.
    func pipelineCodes(_ rows: Range<Int>) throws -> [UInt32] {
        try pipeline?.codes(rows) ?? Array(repeating: 0, count: rows.count)
    }

    /// Every pipeline of the file without any rows; at 0 is the one of rows that name none.
    var noTallies: [PipelineTally] {
        ([nil] + pipelineNames.map { Optional($0) }).map {
            PipelineTally(name: $0, stages: Array(repeating: nil, count: stageNames.count + 1))
        }
    }

    /// Counts the stages of every pipeline in some rows.
    func tally(_ rows: Range<Int>) throws -> [PipelineTally] {
        var tallies = noTallies
        let stageCodes = try stageCodes(rows)
        let pipelineCodes = try pipelineCodes(rows)
        let probabilities = try probability?.integers(rows)
        let categoryCodes = try category?.codes(rows)
        let width = stageNames.count + 1
        var counts = [Int](repeating: 0, count: tallies.count * width)
        // Rows of a stage mostly have one probability: equal ones in a row are counted together.
        var runs = [(probability: Int64, count: Int)](repeating: (.min, 0), count: counts.count)
        for offset in 0..<rows.count where stageCodes[offset] != 0 {
            let (pipeline, stage) = (Int(pipelineCodes[offset]), Int(stageCodes[offset]))
            let place = pipeline * width + stage
            if counts[place] == 0 {
                let row = rows.lowerBound + offset
                tallies[pipeline].stages[stage] = StageTally(name: stageNames[stage - 1], firstRow: row)
            }
            counts[place] += 1
            if let probabilities {
                if runs[place].probability != probabilities[offset] {
                    tallies[pipeline].note(stage) { $0.add(runs[place]) }
                    runs[place] = (probabilities[offset], 0)
                }
                runs[place].count += 1
            }
            guard marks.haveAny || categoryCodes != nil else { continue }
            // In place: a copy of the tally would copy its counts for every row.
            tallies[pipeline].note(stage) { tally in
                if let kind = marks.markedKind(rows.lowerBound + offset) { tally.markedKinds[kind, default: 0] += 1 }
                if let code = categoryCodes?[offset], code > 0, let category = categories[Int(code) - 1] {
                    tally.categories[category, default: 0] += 1
                }
            }
        }
        for place in counts.indices where counts[place] > 0 {
            tallies[place / width].note(place % width) { tally in
                tally.count = counts[place]
                tally.add(runs[place])
            }
        }
        return tallies
    }
}

/// How a file's rows find their places, once its pipelines are known.
struct StagePlacement: Sendable {
    /// All places, by their numbers (see `RowPlaces`).
    let places: [StagePlace?]
    /// The number of the place of each stage code in each pipeline code; 0 for none.
    let byCode: [[UInt32]]
    /// The pipeline of each pipeline code.
    let pipelineOfCode: [Int]
    /// For each pipeline the number of its place for won and for lost deals.
    let closed: [[StageKind: UInt32]]
    /// What is said of the outcome.
    let marks: StatusMarks

    /// The places of some rows.
    struct Placed: Sendable {
        var numbers: [UInt32] = []
        /// The stage of each row that its status took away.
        var stagesBefore: [Int: String] = [:]
        /// Rows with an open status in a closed stage.
        var disagreeing = 0
    }

    /// Places some rows with these codes.
    func place(_ rows: Range<Int>, _ stageCodes: [UInt32], _ pipelineCodes: [UInt32]) -> Placed {
        var placed = Placed()
        placed.numbers.reserveCapacity(rows.count)
        for offset in 0..<rows.count {
            let pipeline = Int(pipelineCodes[offset])
            let number = byCode[pipeline][Int(stageCodes[offset])]
            guard marks.haveAny else {
                placed.numbers.append(number)
                continue
            }
            let row = rows.lowerBound + offset
            let kind = marks.kind(row)
            guard let place = places[Int(number)] else {
                placed.numbers.append(kind.flatMap { closed[pipelineOfCode[pipeline]][$0] } ?? 0)
                continue
            }
            if let kind, kind.isClosed, kind != place.stage.kind, let end = closed[place.pipeline][kind] {
                placed.stagesBefore[row] = place.stage.name
                placed.numbers.append(end)
            } else {
                if let kind, !kind.isClosed, place.stage.kind.isClosed { placed.disagreeing += 1 }
                placed.numbers.append(number)
            }
        }
        return placed
    }
}

/// What a CRM says of a deal's outcome beside its stage.
struct StatusMarks: Sendable {
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
