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
            named.append((name: "\(index):\(part.name)", expression: part.formula))
        }
        var table = try execution.materialize(relation, named)
        let place = plan.keys.count
        let words = try headings(table, plan, place)
        guard words.inOrder.count * plan.values.count <= Limits.pivotColumnCountMax else {
            throw Diagnostic(
                .pivotTooWide, "\(plan.pivot.name) has \(words.inOrder.count) values, too many for columns",
                hint: "pivot takes up to \(Limits.pivotColumnCountMax) columns: narrow the rows first")
        }
        try table.replaceColumn(
            place, with: Column(name: table.columns[place].name, valueType: .category, cells: words.cells))
        let spread = try execution.pivot(
            table, keys: Array(0..<place), pivot: place, values: Array((place + 1)..<parts.count)
        ) { $0.text ?? "missing" }
        return try arranged(spread, plan, words.inOrder)
    }

    /// The words of each row's pivot value, and the distinct ones in the order of the key.
    private func headings(
        _ table: Table, _ plan: PivotPlan, _ place: Int
    ) throws -> (cells: [Cell], inOrder: [String]) {
        let values = try table.columns[place].cells()
        var words: [Cell: String] = [:]
        var order: [Cell] = []
        for value in values where words[value] == nil {
            words[value] = heading(value, plan.pivot)
            order.append(value)
        }
        switch plan.pivot.meaning {
        case .name(let kind) where kind.isStage: order = plan.stageOrder(order)
        default: order.sort()
        }
        if case .period(let unit) = plan.pivot.meaning { order = PeriodFill.between(order, unit) }
        return (
            values.map { $0.isMissing ? .missing : words[$0].map(Cell.text) ?? .missing },
            order.map { words[$0] ?? heading($0, plan.pivot) }
        )
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
    private func arranged(_ spread: Table, _ plan: PivotPlan, _ headings: [String]) throws -> Pivoted {
        var columns: [Column] = []
        var taken: Set<String> = []
        for (index, key) in plan.keys.enumerated() {
            var column = spread.columns[index]
            column.name = key.name
            taken.insert(key.name)
            columns.append(column)
        }
        var measures: [Int] = []
        for heading in headings {
            for (measure, value) in plan.values.enumerated() {
                let internalName = "\(plan.keys.count + 1 + measure):\(value.name)"
                let wanted = plan.values.count == 1 ? heading : "\(heading) \(internalName)"
                let shown = plan.values.count == 1 ? heading : "\(heading) \(value.name)"
                var column =
                    try spread.columns.dropFirst(plan.keys.count).first { $0.name == wanted }
                    ?? Column(name: shown, valueType: value.type, repeating: .missing, count: spread.rowCount)
                var name = shown
                while !taken.insert(name).inserted { name += " " }
                column.name = name
                columns.append(column)
                measures.append(measure)
            }
        }
        return Pivoted(table: try Table(columns), measures: measures)
    }
}
