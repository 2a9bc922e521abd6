// The tables that every book has without importing them: its stages, and what owners, accounts, products and sources its
// deals name, each with how many deals there are and what they are worth. An imported table of the same name stands in
// for the list, since it says more.

import Engine
import Pipeline
import Values

/// A table made of what the deals say.
public enum BookListing: String, CaseIterable, Sendable {
    case stages, owners, accounts, products, sources

    /// What one row is.
    var singular: String { String(rawValue.dropLast()) }
}

extension Book {
    /// The table with exactly this name: an imported one, or one made of the deals; `nil` when there is none.
    func listing(named name: String, today: Day) throws -> (table: Table, singular: String)? {
        if let imported = tables.first(where: { NameIndex.key($0.name) == NameIndex.key(name) }) {
            return (imported.rows, imported.singular)
        }
        guard let listing = BookListing(rawValue: name.lowercased()) else { return nil }
        if listing == .stages { return (try stageTable(today: today), listing.singular) }
        return (try nameTable(of: listing.singular, today: today), listing.singular)
    }

    /// One row per name: how many deals, how many open, their value and weighted value.
    private func nameTable(of field: String, today: Day) throws -> Table {
        guard let column = deals.columnIndex(field) else { return try Table([]) }
        return try Execution().aggregate(
            Relation(deals, condition: .not(.isMissing(.column(column)))),
            by: [Engine.Key(field, .column(column))], try dealMeasures(today: today))
    }

    private func dealMeasures(today: Day) throws -> [Engine.Measure] {
        let open = try kindCondition([.open, .hold])
        let value = Formula.column(DealColumn.value.index)
        var measures = [
            Engine.Measure("deals", .count), Engine.Measure("open", .count, where: open),
            Engine.Measure("open_value", .sum(value), where: open),
        ]
        if let weighted = try field(named: "weighted", today: today) {
            measures.append(Engine.Measure("weighted", .sum(weighted.definition), where: open))
        }
        let won = try kindCondition([.won])
        measures.append(Engine.Measure("won", .count, where: won))
        measures.append(Engine.Measure("won_value", .sum(value), where: won))
        return measures
    }

    /// One row per stage in the order of the pipelines, also of stages without deals.
    private func stageTable(today: Day) throws -> Table {
        let places = stagePlaces
        var counts = Array(repeating: Int64(0), count: places.count)
        var values = counts
        var weighted = counts
        let measures = [
            Engine.Measure("deals", .count), Engine.Measure("value", .sum(.column(DealColumn.value.index))),
            Engine.Measure("weighted", .sum(try field(named: "weighted", today: today)?.definition ?? .rowNumber)),
        ]
        let groups = try Execution().aggregate(
            Relation(deals),
            by: [
                Engine.Key("stage", .column(DealColumn.stage.index)),
                Engine.Key("pipeline", .column(DealColumn.pipeline.index)),
            ], measures)
        for row in 0..<groups.rowCount {
            let cells = try groups.row(row)
            guard let stage = cells[0].text else { continue }
            let pipeline = cells[1].text.flatMap { pipelineIndex($0) } ?? 0
            guard let place = place(ofStage: stage, pipeline: pipeline) ?? place(ofStage: stage),
                let index = places.firstIndex(of: place)
            else { continue }
            counts[index] += cells[2].integer ?? 0
            values[index] += cells[3].integer ?? 0
            weighted[index] += cells[4].integer ?? 0
        }
        func column(_ name: String, _ type: ValueType, _ cell: (Int) -> Cell) throws -> Column {
            try Column(name: name, valueType: type, cells: places.indices.map(cell))
        }
        var columns: [Column] = []
        if hasSeveralPipelines {
            columns.append(try column("pipeline", .category) { .text(pipelines[places[$0].pipeline].name) })
        }
        columns += [
            try column("stage", .category) { .text(places[$0].stage.name) },
            try column("kind", .category) { .text(places[$0].stage.kind.rawValue) },
            try column("probability", .percent) { index in
                places[index].stage.chance.map { .integer($0.millionths) } ?? .missing
            },
            try column("target", .duration) { index in
                places[index].stage.targetDays.map { .integer(Int64($0)) } ?? .missing
            },
            try column("deals", .integer) { .integer(counts[$0]) },
            try column("value", .money) { .integer(values[$0]) },
            try column("weighted", .money) { .integer(weighted[$0]) },
        ]
        return try Table(columns)
    }
}
