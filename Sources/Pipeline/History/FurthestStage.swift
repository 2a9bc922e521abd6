// How far a deal ever came: what funnels count by, and a field of its own, so that every number of a funnel can be asked
// for with a query (`deals where furthest >= Demo`).

public import Engine
import Values

extension Book {
    /// The name of the field: the furthest stage that a deal ever came to.
    public static let furthestName = "furthest"

    /// For each deal row the position, in its present pipeline, of the furthest stage it ever entered: the won stage for a
    /// deal that is won, else the last open (or hold) stage by order among its versions and its present one; −1 when none
    /// is known (lost, and never seen in an open stage).
    ///
    /// - Complexity: O(deals + history rows).
    func furthestPositions(_ execution: Execution = Execution()) throws -> [Int16] {
        try stageVisits(execution).furthest
    }

    /// The column of the field `furthest`: the name of the furthest stage, with the stage column's dictionary.
    public func furthestColumn() throws -> Column {
        let stages = deals.columns[DealColumn.stage.index]
        let present = try VersionDays.presentPlaces(self)
        let places = stagePlaces
        let codes = try places.map { try stages.dictionary.code(of: $0.stage.name) ?? 0 }
        var codeOf: [[UInt32]] = pipelines.map { Array(repeating: 0, count: $0.stages.count) }
        for (place, code) in zip(places, codes) { codeOf[place.pipeline][place.position] = code }
        let furthest = try furthestPositions()
        var builder = ColumnBuilder(name: Book.furthestName, codesOf: stages.dictionary)
        builder.append(
            codes: furthest.indices.map { deal in
                let pipeline = present[deal] >= 0 ? places[Int(present[deal])].pipeline : 0
                return furthest[deal] < 0 ? 0 : codeOf[pipeline][Int(furthest[deal])]
            }, dictionaryCount: stages.dictionary.count)
        return try builder.finish()
    }
}

extension VersionDays {
    /// The present stage of each deal as an index into `stagePlaces`; −1 when missing or unknown.
    static func presentPlaces(_ book: Book) throws -> [Int16] {
        try places(of: book.deals, stage: DealColumn.stage.index, pipeline: DealColumn.pipeline.index, in: book)
    }
}
