// The order of stages by name, so that rows grouped by stage sort in the order of the pipeline wherever their codes
// come from.

public import Engine
import Pipeline

/// Where each stage stands in the order of the book's pipelines.
public struct StageRanks: Hashable, Sendable {
    private var stages: [String]

    init(_ book: Book) { stages = book.stagePlaces.map(\.stage.name) }

    /// The order for a category column of stages; names that are no stages come last.
    public func order(of dictionary: CategoryDictionary) throws -> CodeOrder {
        let ranks = Dictionary(
            stages.enumerated().map { (NameIndex.key($1), Int64($0 + 1)) }, uniquingKeysWith: { first, _ in first })
        let names = try dictionary.names()
        return CodeOrder(ranks: [0] + names.map { ranks[NameIndex.key($0)] ?? Int64(Int32.max) })
    }
}

extension StageRanks {
    /// The order of stages, where a formula is a column of them; `nil` for everything else.
    func order(of formula: Formula, isStage: Bool, in relation: Relation) throws -> CodeOrder? {
        guard isStage, case .column(let index) = formula, relation.table.columns[index].representation == .code
        else { return nil }
        return try order(of: relation.table.columns[index].dictionary)
    }
}

extension KeyPlan {
    /// The key as the engine takes it, stages in the order of the pipeline.
    func engineKey(_ relation: Relation, _ ranks: StageRanks) throws -> Engine.Key {
        Engine.Key(name, formula, order: try ranks.order(of: formula, isStage: isStage, in: relation))
    }
}
