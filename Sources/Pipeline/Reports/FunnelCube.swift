// The deals of a funnel counted by everything that a funnel tells apart: group, present stage, furthest stage and, for a
// strict one, the stages really entered. A few hundred cells stand for any number of deals, and the engine finds them in
// one pass; every number of the funnel is a sum of cells.

import Engine
import Values

/// Deals by group, present stage and furthest stage.
struct FunnelCube {
    /// Deals that a funnel cannot tell apart.
    struct Cell {
        /// The keys of their group.
        var group: [Engine.Cell]
        /// Where they are; `nil` without a known stage.
        var place: StagePlace?
        /// The position of the furthest stage they came to; −1 when none is known.
        var furthest: Int
        /// The positions they were really at, a bit each; `nil` where it does not matter.
        var visited: UInt64?
        /// How many they are.
        var count: Int
        /// The sum of their values.
        var value: Int64

        /// Whether they count at a position that they came to or beyond.
        func hasVisited(_ position: Int) -> Bool { visited.map { $0 >> UInt64(position) & 1 == 1 } ?? true }
    }

    /// The cells, by group.
    var cells: [Cell] = []
    /// The groups in order; one without keys.
    var groups: [[Engine.Cell]] = []
    /// How many of the deals no version tells of.
    var withoutVersionCount = 0

    /// Counts the deals of the input.
    init(_ input: ReportInput, isStrict: Bool) throws {
        let book = input.book
        let visits = try book.stageVisits(input.execution)
        var table = input.deals.table
        let furthest = table.columns.count
        try table.add(FunnelCube.codes("#furthest", visits.furthest.map { UInt32(Int($0) + 1) }))
        var keys = input.keys
        let stageKey = keys.count
        keys.append(Key("#stage", .column(DealColumn.stage.index)))
        if book.pipelines.count > 1 { keys.append(Key("#pipeline", .column(DealColumn.pipeline.index))) }
        let furthestKey = keys.count
        keys.append(Key("#furthest", .column(furthest)))
        if isStrict {
            var builder = ColumnBuilder(name: "#visited", valueType: .integer)
            builder.append(integers: visits.visited.map { Int64(bitPattern: $0) }, missing: .min)
            keys.append(Key("#visited", .column(table.columns.count)))
            try table.add(builder.finish())
        }
        var measures = [Measure("count", .count)]
        if let value = try book.field(named: "value", today: input.today) {
            measures.append(Measure("value", .sum(value.definition)))
        }
        if visits.withoutVersionCount > 0 {
            let runs = try book.history.ordered().runs(dealCount: book.deals.rowCount)
            let column = table.columns.count
            try table.add(
                FunnelCube.codes("#untold", book.deals.rowCount) { runs.rows($0).isEmpty ? 1 : 2 })
            measures.append(Measure("untold", .count, where: .inCodes(.column(column), CodeSet([1]))))
        }
        let relation = Relation(table, rows: input.deals.rows, condition: input.deals.condition)
        let found = try input.execution.aggregate(relation, by: keys, measures)
        for row in 0..<found.rowCount {
            let cells = try found.row(row)
            let group = Array(cells[..<stageKey])
            if groups.last != group { groups.append(group) }
            let pipeline =
                book.pipelines.count > 1 ? cells[stageKey + 1].text.flatMap { book.pipelineIndex($0) } ?? 0 : 0
            let code = cells[furthestKey].text.flatMap { Int($0) } ?? 0
            self.cells.append(
                Cell(
                    group: group, place: cells[stageKey].text.flatMap { book.place(ofStage: $0, pipeline: pipeline) },
                    furthest: code - 1,
                    visited: isStrict ? cells[furthestKey + 1].integer.map { UInt64(bitPattern: $0) } : nil,
                    count: Int(cells[keys.count].integer ?? 0), value: cells[keys.count + 1].integer ?? 0))
            if cells.count > keys.count + 2 { withoutVersionCount += Int(cells[keys.count + 2].integer ?? 0) }
        }
        if groups.isEmpty, input.keys.isEmpty { groups = [[]] }
    }

    /// A category column of small numbers named by themselves: what the engine groups by fastest.
    private static func codes(_ name: String, _ codes: [UInt32]) throws -> Column {
        var dictionary = CategoryDictionary()
        for code in 1...Limits.funnelStageCountMax + 1 { _ = try dictionary.insert("\(code)") }
        var builder = ColumnBuilder(name: name, codesOf: dictionary)
        builder.append(codes: codes, dictionaryCount: dictionary.count)
        return try builder.finish()
    }

    private static func codes(_ name: String, _ count: Int, _ code: (Int) -> UInt32) throws -> Column {
        try codes(name, (0..<count).map(code))
    }
}
