// Joins the codes of a stage column with the stages of the pipelines. Two pipelines may have a stage of the same name,
// so the place of a deal is found by its pipeline and its stage; where a book has one pipeline the stage's code alone
// decides, which is what every kernel is fast at.

public import Engine
import Values

/// A stage and where it stands.
public struct StagePlace: Hashable, Sendable {
    /// Which pipeline of the book.
    public var pipeline: Int
    /// Which stage of that pipeline.
    public var position: Int
    /// The stage.
    public var stage: Stage
}

extension Book {
    /// Every stage of every pipeline, in order.
    public var stagePlaces: [StagePlace] {
        pipelines.indices.flatMap { pipeline in
            pipelines[pipeline].stages.enumerated().map {
                StagePlace(pipeline: pipeline, position: $0.offset, stage: $0.element)
            }
        }
    }

    /// The names of all stages, each once, in order of the pipelines; with the number of deals in each.
    public func stageNames() throws -> NameIndex {
        var seen: Set<String> = []
        let names = stagePlaces.map(\.stage.name).filter { seen.insert(NameIndex.key($0)).inserted }
        let used = try self.names(ofColumn: DealColumn.stage.rawValue)
        return NameIndex(names, counts: names.map { name in used.exact(name).map { used.counts[$0] } ?? 0 })
    }

    /// The place of the stage in a pipeline, or in the first that has it; case ignored.
    public func place(ofStage name: String, pipeline: Int? = nil) -> StagePlace? {
        for index in pipelines.indices where pipeline == nil || pipeline == index {
            if let position = pipelines[index].position(ofStage: name) {
                return StagePlace(pipeline: index, position: position, stage: pipelines[index].stages[position])
            }
        }
        return nil
    }

    /// Where the deal of a row stands; `nil` without a known stage.
    public func place(ofDeal row: Int) throws -> StagePlace? {
        guard let stage = try deal(row, .stage).text else { return nil }
        let pipeline = try deal(row, .pipeline).text.flatMap { pipelineIndex($0) }
        return place(ofStage: stage, pipeline: pipeline ?? 0) ?? place(ofStage: stage)
    }

    /// The pipeline with this name, case ignored.
    public func pipelineIndex(_ name: String) -> Int? {
        let key = NameIndex.key(name)
        return pipelines.firstIndex { NameIndex.key($0.name) == key }
    }

    /// The order of stages for sorting and grouping by a stage column: position in the first pipeline that has it.
    public func stageOrder(of dictionary: CategoryDictionary) throws -> CodeOrder {
        var ranks = Array(repeating: Int64(0), count: dictionary.count + 1)
        for (index, name) in try dictionary.names().enumerated() {
            ranks[index + 1] = place(ofStage: name).map { Int64($0.pipeline * 1000 + $0.position + 1) } ?? Int64.max
        }
        return CodeOrder(ranks: ranks)
    }

    /// The condition that a row of a table is in one of the stages chosen.
    ///
    /// `stage` and `pipeline` are the places of those columns in the table (deals or history).
    public func stageCondition(
        in table: Table, stage: Int, pipeline: Int, _ includes: (StagePlace) -> Bool
    ) throws -> Expression {
        let found = try placesByCode(in: table, stage: stage, pipeline: pipeline)
        if let single = found.common({ includes($0) }) {
            return .inCodes(.column(stage), CodeSet(found.codes { single[$0] == true }))
        }
        return .or(
            found.pipelineCodes.enumerated().compactMap { index, code in
                let codes = found.codes { found.place($0, index).map(includes) ?? false }
                if codes.isEmpty { return nil }
                return .and([
                    .inCodes(.column(pipeline), CodeSet([code])), .inCodes(.column(stage), CodeSet(codes)),
                ])
            })
    }

    /// A property of the stage that a row is in; missing where the stage has none or is not known.
    public func stageProperty(
        in table: Table, stage: Int, pipeline: Int, _ type: ValueType, _ property: (StagePlace) -> Cell
    ) throws -> Expression {
        let found = try placesByCode(in: table, stage: stage, pipeline: pipeline)
        if let single = found.common(property) {
            return .lookup(.column(stage), CodeTable(type, cells: single.map { $0 ?? .missing }))
        }
        var expression = Expression.constant(.missing, type == .category ? .text : type)
        for (index, code) in found.pipelineCodes.enumerated().reversed() {
            let cells = (0..<found.placesByPipeline[index].count).map { stageCode in
                found.place(UInt32(stageCode), index).map(property) ?? .missing
            }
            expression = .conditional(
                .inCodes(.column(pipeline), CodeSet([code])),
                then: .lookup(.column(stage), CodeTable(type, cells: cells)), else: expression)
        }
        return expression
    }

    func placesByCode(in table: Table, stage: Int, pipeline: Int) throws -> StagePlacesByCode {
        let names = try table.columns[stage].dictionary.names()
        let placesByPipeline = pipelines.indices.map { index in
            [nil] + names.map { place(ofStage: $0, pipeline: index) }
        }
        let codes = try pipelines.map { pipelineSettings in
            try table.columns[pipeline].dictionary.codes(ignoringCase: pipelineSettings.name).first ?? UInt32.max
        }
        return StagePlacesByCode(placesByPipeline: placesByPipeline, pipelineCodes: codes)
    }
}

/// For each pipeline and stage code the place; code 0 has none.
struct StagePlacesByCode {
    var placesByPipeline: [[StagePlace?]]
    /// The code of each pipeline in the pipeline column; `UInt32.max` for one that no row is in.
    var pipelineCodes: [UInt32]

    func place(_ code: UInt32, _ pipeline: Int) -> StagePlace? {
        Int(code) < placesByPipeline[pipeline].count ? placesByPipeline[pipeline][Int(code)] : nil
    }

    func codes(_ includes: (Int) -> Bool) -> [UInt32] {
        placesByPipeline[0].indices.dropFirst().filter(includes).map { UInt32($0) }
    }

    func codes(_ includes: (UInt32) -> Bool) -> [UInt32] {
        codes { (index: Int) in includes(UInt32(index)) }
    }

    /// The value for each code, when it is the same in all pipelines that have the stage; else `nil`.
    func common<Value: Equatable>(_ value: (StagePlace) -> Value) -> [Value?]? {
        var values = [Value?](repeating: nil, count: placesByPipeline[0].count)
        for places in placesByPipeline {
            for (code, place) in places.enumerated() {
                guard let place else { continue }
                let found = value(place)
                if let known = values[code], known != found { return nil }
                values[code] = found
            }
        }
        return values
    }
}
