// Changing pipelines and stages. A change is refused when deals would be left in a stage that is not there; what the
// book promises about own probabilities (see Book) is made true again afterwards.

import Engine
public import Values

/// What a `pipeline` or `stage` statement says of a stage; what it does not say stays, or follows from the name.
public struct StageDraft: Hashable, Sendable {
    /// The stage's name.
    public var name: String
    /// Its kind, if said.
    public var kind: StageKind?
    /// Its probability, if said.
    public var probability: Percent?
    /// Its target in days, if said.
    public var targetDays: Int?
    /// Its forecast category, if said.
    public var category: ForecastCategory?

    /// A draft.
    public init(
        _ name: String, kind: StageKind? = nil, probability: Percent? = nil, targetDays: Int? = nil,
        category: ForecastCategory? = nil
    ) {
        self.name = name
        self.kind = kind
        self.probability = probability
        self.targetDays = targetDays
        self.category = category
    }
}

extension Book {
    /// Makes a pipeline of the stages named, in their order: the one with this name, the only one when no name is
    /// given, or a new one. A stage keeps what it had where the draft is silent; a new one takes its kind from its name.
    ///
    /// Refused without an open stage, with a name twice, or when deals are in stages that are no longer there. The
    /// deals whose own probability no longer counts are returned as a count.
    @discardableResult
    public mutating func setPipeline(_ name: String?, stages drafts: [StageDraft]) throws -> Int {
        let index = name.map { pipelineIndex($0) } ?? 0
        let known = index.map { pipelines[$0].stages } ?? []
        let stages = try drafts.map { draft in
            let key = NameIndex.key(draft.name)
            return try Book.merged(draft, into: known.first { NameIndex.key($0.name) == key })
        }
        let pipeline = SalesPipeline(
            name: index.map { pipelines[$0].name } ?? name ?? SalesPipeline.defaultName, stages: stages)
        var changed = pipelines
        if let index { changed[index] = pipeline } else { changed.append(pipeline) }
        return try setPipelines(changed)
    }

    /// Changes one stage; the one of the first pipeline that has it unless a pipeline is named.
    @discardableResult
    public mutating func setStage(_ draft: StageDraft, pipeline: String? = nil) throws -> Int {
        guard let place = place(ofStage: draft.name, pipeline: pipeline.flatMap { pipelineIndex($0) }) else {
            let names = try stageNames()
            throw PipelineDiagnostics.unknownStage(draft.name, near: names.near(draft.name), known: names.names)
        }
        var changed = pipelines
        var named = draft
        named.name = place.stage.name
        changed[place.pipeline].stages[place.position] = try Book.merged(named, into: place.stage)
        return try setPipelines(changed)
    }

    /// Puts other pipelines in the place of the book's. Checks and results as for `setPipeline`.
    @discardableResult
    public mutating func setPipelines(_ changed: [SalesPipeline]) throws -> Int {
        for pipeline in changed {
            var seen: Set<String> = []
            for stage in pipeline.stages where !seen.insert(NameIndex.key(stage.name)).inserted {
                throw PipelineDiagnostics.stageTwice(stage.name)
            }
            guard pipeline.stages.contains(where: { !$0.kind.isClosed }) else {
                throw PipelineDiagnostics.noStages(pipeline.name)
            }
        }
        try checkUse(changed)
        var copy = self
        copy.pipelines = changed
        copy.learned = LearnedTargets()
        try copy.addStageNames()
        let cleared = try copy.clearOwnProbabilities()
        self = copy
        return cleared
    }

    private static func merged(_ draft: StageDraft, into known: Stage?) throws -> Stage {
        var stage = known ?? Stage(draft.name, StageNames.kind(of: draft.name))
        stage.name = draft.name
        if let kind = draft.kind { stage.kind = kind }
        if let probability = draft.probability {
            guard probability >= .zero, probability <= .one else {
                throw PipelineDiagnostics.badProbability(stage.name)
            }
            if stage.kind.isClosed, probability != stage.chance {
                throw PipelineDiagnostics.closedProbability(stage.name, stage.kind)
            }
            stage.probability = stage.kind.isClosed ? nil : probability
        }
        if let days = draft.targetDays {
            guard days > 0 else { throw PipelineDiagnostics.badTarget(stage.name) }
            stage.targetDays = days
        }
        if let category = draft.category { stage.category = category }
        if stage.kind.isClosed { stage.probability = nil }
        return stage
    }

    /// Throws when deals are in stages that the pipelines lack.
    private func checkUse(_ changed: [SalesPipeline]) throws {
        let found = try placesByCode(in: deals, stage: DealColumn.stage.index, pipeline: DealColumn.pipeline.index)
        let names = try deals.columns[DealColumn.stage.index].dictionary.names()
        for (index, pipeline) in pipelines.enumerated() {
            let kept = changed.first { NameIndex.key($0.name) == NameIndex.key(pipeline.name) }
            var counts: [UInt32: Int] = [:]
            let pipelineCodes = try deals.columns[DealColumn.pipeline.index].codes()
            try deals.columns[DealColumn.stage.index].forEachCode { row, code in
                let isOurs = pipelineCodes[row] == found.pipelineCodes[index] || (index == 0 && pipelineCodes[row] == 0)
                if isOurs, code > 0, !deals.deletedRows.contains(row) { counts[code, default: 0] += 1 }
            }
            let lost = counts.compactMap { code, count -> (name: String, count: Int)? in
                let name = names[Int(code) - 1]
                return kept?.position(ofStage: name) == nil ? (name, count) : nil
            }
            if !lost.isEmpty {
                throw PipelineDiagnostics.stagesInUse(lost.sorted { $0.name < $1.name }, pipeline: pipeline.name)
            }
        }
    }

    /// Makes the dictionaries of the deals' stage and pipeline columns hold every name of the pipelines.
    mutating func addStageNames() throws {
        for (column, names) in [
            (DealColumn.stage, pipelines.flatMap { $0.stages.map(\.name) }), (.pipeline, pipelines.map(\.name)),
        ] {
            var dictionary = deals.columns[column.index].dictionary
            for name in names where try dictionary.codes(ignoringCase: name).isEmpty {
                _ = try dictionary.insert(name)
            }
            try deals.replaceColumn(column.index, with: deals.columns[column.index].withDictionary(dictionary))
        }
    }

    /// Takes away own probabilities of closed deals and those equal to their stage's; says how many.
    mutating func clearOwnProbabilities() throws -> Int {
        let column = deals.columns[DealColumn.ownProbability.index]
        if column.missingCount == column.rowCount { return 0 }
        let own = try column.integers()
        let stages = try deals.columns[DealColumn.stage.index].codes()
        let pipelineCodes = try deals.columns[DealColumn.pipeline.index].codes()
        let places = try placesByCode(in: deals, stage: DealColumn.stage.index, pipeline: DealColumn.pipeline.index)
        let pipelineOfCode = Dictionary(
            places.pipelineCodes.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
        var cleared: [Int] = []
        for row in own.indices where own[row] != .min {
            guard let stage = places.place(stages[row], pipelineOfCode[pipelineCodes[row]] ?? 0)?.stage else {
                continue
            }
            if stage.kind.isClosed || stage.chance?.millionths == own[row] { cleared.append(row) }
        }
        let nothing = Array(repeating: Cell.missing, count: cleared.count)
        try deals.set(rows: cleared, column: DealColumn.ownProbability.index, to: nothing)
        return cleared.count
    }
}
