// The deals of a report as plain arrays: one pass of the engine over the selection reads what the report asks for; the
// report then walks the arrays. Also the groups that the deals fall into.

import Engine
import Values

/// The chosen deals, in the order of the selection; all arrays run in parallel.
struct SelectedDeals {
    /// Their rows in the deals table.
    let rows: [Int]
    /// The stage of each, as an index into `places`; −1 without a known stage.
    let place: [Int]
    /// The stages of all pipelines.
    let places: [StagePlace]
    /// For each deal its group.
    let group: [Int]
    /// The cells of each group's keys.
    let groups: [[Cell]]
    /// A condition that selects each group's deals; empty without keys.
    let groupConditions: [String]

    private let input: ReportInput
    private let cells: Table

    /// Reads the selection and the named fields of the deals.
    init(_ input: ReportInput, fields: [String] = []) throws {
        self.input = input
        let book = input.book
        places = book.stagePlaces
        let indexed = book.stagePlaces.enumerated().map { ($0.element, Cell.integer(Int64($0.offset))) }
        let placeNumber = try book.stageProperty(
            in: book.deals, stage: DealColumn.stage.index, pipeline: DealColumn.pipeline.index, .integer
        ) { place in indexed.first { $0.0 == place }?.1 ?? .missing }
        var columns: [(name: String, expression: Expression)] = [
            ("#row", .rowNumber), ("#place", placeNumber),
        ]
        for key in input.keys { columns.append(("#key " + key.name, key.expression)) }
        for field in fields {
            guard let found = try book.field(named: field, today: input.today) else { continue }
            columns.append((field, found.definition))
        }
        let table = try input.execution.materialize(input.deals, columns)
        cells = table
        rows = try table.columns[0].integers().map { Int($0) }
        place = try table.columns[1].integers(missing: -1).map { Int($0) }

        guard !input.keys.isEmpty else {
            group = [Int](repeating: 0, count: rows.count)
            groups = [[]]
            groupConditions = [""]
            return
        }
        let grouped = try SelectedDeals.grouped(table, input)
        (group, groups, groupConditions) = (grouped.group, grouped.groups, grouped.conditions)
    }

    /// The number of deals.
    var count: Int { rows.count }

    /// The integers of a field that was asked for; `Int64.min` where missing.
    func integers(_ field: String) throws -> [Int64] {
        guard let column = cells.column(field) else { return [Int64](repeating: .min, count: count) }
        return try column.integers()
    }

    /// The values of a field that was asked for.
    func cells(_ field: String) throws -> [Cell] {
        guard let column = cells.column(field) else { return [Cell](repeating: .missing, count: count) }
        return try column.cells()
    }

    /// The kind of each deal's stage; `nil` without a known stage.
    var kinds: [StageKind?] { place.map { $0 < 0 ? nil : places[$0].stage.kind } }

    /// The key columns of a result.
    func keyColumns() throws -> [ReportResult.Column] {
        try input.keys.map { key in
            ReportResult.Column(
                key.name, try key.expression.valueType(in: input.deals.table), isKey: true,
                meaning: "the group")
        }
    }

    private static func grouped(
        _ table: Table, _ input: ReportInput
    ) throws -> (group: [Int], groups: [[Cell]], conditions: [String]) {
        // The engine groups and orders: its aggregate gives the groups, and each deal finds its own by its key cells.
        let keyed = input.keys.enumerated().map { index, key in
            Key(key.name, .column(2 + index), order: key.order)
        }
        let ordered = try input.execution.aggregate(Relation(table), by: keyed, [])
        let groups = try (0..<ordered.rowCount).map { row in
            try input.keys.indices.map { try ordered.cell(row, $0) }
        }
        var number: [[Cell]: Int] = [:]
        for (index, key) in groups.enumerated() { number[key] = index }
        let columns = try input.keys.indices.map { try table.columns[2 + $0].cells() }
        let group = (0..<table.rowCount).map { row in number[columns.map { $0[row] }] ?? 0 }
        let conditions = groups.map { key in
            zip(input.keyWords, zip(key, ordered.columns)).map { words, value in
                PQLText.condition(words, value.0, value.1.valueType)
            }.joined(separator: " and ")
        }
        return (group, groups, conditions)
    }
}

/// Conditions of the query language as text.
enum PQLText {
    /// `owner = "Dana Ruiz"`, `created_month = 2026-01-01`, `source is missing`.
    static func condition(_ name: String, _ cell: Cell, _ type: ValueType) -> String {
        cell == .missing ? "\(name) is missing" : "\(name) = \(literal(cell, type))"
    }

    /// A value as the language writes it.
    static func literal(_ cell: Cell, _ type: ValueType) -> String {
        switch cell {
        case .missing: return "missing"
        case .text(let text): return quoted(text)
        case .real(let number): return type.type == .percent ? "\(number * 100)%" : "\(number)"
        case .integer(let number):
            switch type.type {
            case .date: return Day(clamping: Int(number)).description
            case .money: return "$" + Money(cents: number).plain
            case .percent: return "\(Double(number) / 10_000)%"
            case .duration: return "\(number)d"
            case .boolean: return number == 0 ? "no" : "yes"
            default: return "\(number)"
            }
        }
    }

    /// A name in quotes that it does not contain.
    static func quoted(_ text: String) -> String { text.contains("\"") ? "'\(text)'" : "\"\(text)\"" }
}
