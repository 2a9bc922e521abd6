// The values of a key as columns. Columns stand in the order of the key, not in the order in which rows happen to bring
// them: quarters in time, stages along the pipeline.

import Engine
import Values

/// A pivoted table with what its columns are.
struct Pivoted {
    /// The kept keys, then one column per value and measure.
    var table: Table
    /// For each spread column the measure it holds.
    var measures: [Int]
}

/// Spreads the values of a key.
struct PivotRun {
    let execution: Execution
    let currency: Currency

    func pivot(_ plan: PivotPlan, _ relation: Relation) throws -> Pivoted {
        let parts = plan.keys + [plan.pivot] + plan.values
        var named: [(name: String, expression: Formula)] = []
        for (index, part) in parts.enumerated() {
            guard let formula = part.formula else { continue }
            named.append((name: "\(index):\(part.name)", expression: formula))
        }
        let table = try execution.materialize(relation, named)
        let place = plan.keys.count
        let order = try valuesInOrder(table.columns[place].cells(), plan)
        guard order.count * plan.values.count <= Limits.pivotColumnCountMax else {
            throw Diagnostic(
                .pivotTooWide, "\(plan.pivot.name) has \(order.count) values, too many for columns",
                hint: "pivot makes up to \(Limits.pivotColumnCountMax) columns: narrow the rows first")
        }
        var places: [Cell: Int] = [:]
        for (index, value) in order.enumerated() { places[value] = index }
        let spread = try execution.pivot(
            table, keys: Array(0..<place), pivot: place, values: Array((place + 1)..<parts.count),
            title: { "\(places[$0] ?? 0)" })
        return try arranged(spread, plan, order)
    }

    /// The distinct values in the order of the key; for periods those between without rows too.
    private func valuesInOrder(_ cells: [Cell], _ plan: PivotPlan) throws -> [Cell] {
        let distinct = Array(Set(cells))
        switch plan.pivot.meaning {
        case .name(let kind) where kind.isStage: return plan.stageOrder(distinct)
        case .period(let unit): return PeriodFill.between(distinct.sorted(), unit)
        default: return distinct.sorted()
        }
    }

    private func heading(_ value: Cell, _ column: OutputColumn) -> String {
        if let wording = column.meaning.wording, let number = value.integer { return wording(number) }
        switch (value, column.type.type) {
        case (.missing, _): return "missing"
        case (.text(let text), _): return text
        case (.integer(let number), .money): return currency.prefix + Money(cents: number).grouped()
        case (.integer(let number), .date): return Day(clamping: Int(number)).description
        case (.integer(let number), .boolean): return number == 0 ? "no" : "yes"
        case (.integer(let number), .percent): return "\(Double(number) / 10_000)%"
        case (.integer(let number), .duration): return "\(number)d"
        case (.integer(let number), _): return String(number)
        case (.real(let number), _): return String(number)
        }
    }

    /// The spread columns in the order of the key; a value without rows becomes an empty column.
    private func arranged(_ spread: Table, _ plan: PivotPlan, _ order: [Cell]) throws -> Pivoted {
        var columns: [Column] = []
        var taken: Set<String> = []
        for (index, key) in plan.keys.enumerated() {
            var column = spread.columns[index]
            column.name = key.name
            taken.insert(key.name)
            columns.append(column)
        }
        var measures: [Int] = []
        let isSingle = plan.values.count == 1
        for (index, value) in order.enumerated() {
            for (measure, plannedValue) in plan.values.enumerated() {
                let made = isSingle ? "\(index)" : "\(index) \(plan.keys.count + 1 + measure):\(plannedValue.name)"
                var name = heading(value, plan.pivot) + (isSingle ? "" : " " + plannedValue.name)
                while !taken.insert(name).inserted { name += "'" }
                var column =
                    try spread.columns.dropFirst(plan.keys.count).first { $0.name == made }
                    ?? Column(name: name, valueType: plannedValue.type, repeating: .missing, count: spread.rowCount)
                column.name = name
                columns.append(column)
                measures.append(measure)
            }
        }
        return Pivoted(table: try Table(columns), measures: measures)
    }
}
