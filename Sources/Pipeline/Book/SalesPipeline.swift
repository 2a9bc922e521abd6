// A pipeline: stages in order. The order is what `past`, `or later`, `advance` and every funnel mean. Two
// pipelines of a book may each have a stage of the same name.

import Values

/// An ordered list of stages that deals go through.
public struct SalesPipeline: Hashable, Sendable {
    /// Its name, unique in the book without regard to case.
    public var name: String
    /// Its stages, first to last; names are unique without regard to case.
    public var stages: [Stage]

    /// A pipeline of these stages.
    public init(name: String, stages: [Stage]) {
        self.name = name
        self.stages = stages
    }

    /// The name of the pipeline that a new book has.
    public static let defaultName = "Sales"

    /// The pipeline of a B2B software company, which a new book starts with.
    public static let businessToBusiness = SalesPipeline(
        name: defaultName,
        stages: [
            Stage("Initial Contact", probability: Percent(millionths: 100_000)),
            Stage("Qualification", probability: Percent(millionths: 200_000)),
            Stage("Demo Scheduled", probability: Percent(millionths: 400_000)),
            Stage("Proposal Sent", probability: Percent(millionths: 600_000)),
            Stage("Negotiation", probability: Percent(millionths: 800_000)),
            Stage("Closed Won", .won),
            Stage("Closed Lost", .lost),
        ])

    /// The position of the stage with this name, case ignored; `nil` when there is none.
    public func position(ofStage name: String) -> Int? {
        // A book's own names are mostly written like the stage's: making keys of them took a seventh of the time of a
        // question about one deal.
        if let position = stages.firstIndex(where: { $0.name == name }) { return position }
        let key = NameIndex.key(name)
        return stages.firstIndex { NameIndex.key($0.name) == key }
    }

    /// The first stage that a won deal goes to.
    public var wonStage: Stage? { stages.first { $0.kind == .won } }
    /// The first stage that a lost deal goes to.
    public var lostStage: Stage? { stages.first { $0.kind == .lost } }
    /// The stage of a deal that has just been created.
    public var firstOpenStage: Stage? { stages.first { $0.kind == .open } }

    /// The next open stage after the position, or the won stage after the last open one; `nil` for a closed stage.
    public func stage(after position: Int) -> Stage? {
        guard stages.indices.contains(position), !stages[position].kind.isClosed else { return nil }
        let later = stages[(position + 1)...]
        return later.first { $0.kind == .open || $0.kind == .won }
    }
}
