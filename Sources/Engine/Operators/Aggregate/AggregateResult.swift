// What a grouping has found, as tables: of all groups, or of some of them at a time, so that a cut behind the grouping need
// not have all of them made.

import Values

/// The results of a grouping by group number.
struct AggregateResult {
    let keys: [Key]
    let measures: [MeasurePlan]
    let groups: Groups
    let accumulators: [Accumulator]
    /// The table that was grouped.
    let source: Table
    let execution: Execution

    /// Whether a table of some groups takes no more than its share of the time.
    var isDivisible: Bool { accumulators.allSatisfy(\.isDivisible) }

    /// The groups given, keys first, then measures.
    func table(_ numbers: [Int]) throws -> Table {
        var columns: [Column] = []
        for (place, key) in keys.enumerated() { columns.append(try groups.column(key, place, numbers, source)) }
        for (measure, accumulator) in zip(measures, accumulators) {
            if let first = accumulator as? FirstAccumulator {
                columns.append(try firstColumn(measure, first, numbers))
            } else {
                columns.append(try accumulator.column(measure.name, numbers))
            }
        }
        return try Table(columns)
    }

    /// The expression at the first row of each group; missing for groups without one.
    private func firstColumn(
        _ measure: MeasurePlan, _ first: FirstAccumulator, _ numbers: [Int]
    ) throws -> Column {
        guard let expression = measure.first else { throw EngineError.typeMismatch("first of nothing") }
        let rows = numbers.map { first.row($0) }
        let known = rows.filter { $0 >= 0 }
        let values = try execution.materialize(Relation(source, rows: .ordered(known)), [(measure.name, expression)])
        if known.count == rows.count { return values.columns[0] }
        var places: [Int32] = []
        var next: Int32 = 0
        var builder = ColumnBuilder(name: measure.name, valueType: values.columns[0].valueType)
        for row in rows {
            places.append(row >= 0 ? next : -1)
            if row >= 0 { next += 1 }
        }
        for place in places { try builder.append(place >= 0 ? try values.columns[0].cell(Int(place)) : .missing) }
        return try builder.finish()
    }
}
