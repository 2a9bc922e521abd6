// Tables from tables: values of a key spread into columns, and rows of one table under those of another. Both work on
// results that people read, so they take cells.

import Values

extension Execution {
    /// Turns the values of one key column of an aggregated table into columns.
    ///
    /// `keys` are the columns that stay, `pivot` the one that spreads, `values` the measures. Columns are named by
    /// `title` after the value, followed by the measure's name when there are several measures. Rows and columns come
    /// in the order in which their values first appear in the table; combinations that do not exist are missing.
    public func pivot(
        _ table: Table, keys: [Int], pivot: Int, values: [Int], title: (Cell) -> String
    ) throws -> Table {
        guard table.columns.indices.contains(pivot), (keys + values).allSatisfy(table.columns.indices.contains) else {
            throw EngineError.typeMismatch("pivot of a column that does not exist")
        }
        var rowNumbers: [[Cell]: Int] = [:]
        var rowCells: [[Cell]] = []
        var columnNumbers: [Cell: Int] = [:]
        var spread: [Cell] = []
        var found: [[Int: Int]] = []
        for row in 0..<table.rowCount where !table.deletedRows.contains(row) {
            try cancellation.check()
            let key = try keys.map { try table.cell(row, $0) }
            let value = try table.cell(row, pivot)
            let number = rowNumbers[key] ?? rowCells.count
            if number == rowCells.count {
                rowNumbers[key] = number
                rowCells.append(key)
                found.append([:])
            }
            let place = columnNumbers[value] ?? spread.count
            if place == spread.count {
                guard spread.count < Limits.pivotColumnCountMax else {
                    throw EngineError.tooLarge(what: "columns of a pivot", limit: Limits.pivotColumnCountMax)
                }
                columnNumbers[value] = place
                spread.append(value)
            }
            if found[number][place] == nil { found[number][place] = row }
        }
        var columns: [Column] = []
        for (place, key) in keys.enumerated() {
            let source = table.columns[key]
            columns.append(
                try Column(name: source.name, valueType: source.valueType, cells: rowCells.map { $0[place] }))
        }
        var taken = Set(columns.map(\.name))
        for (place, value) in spread.enumerated() {
            for measure in values {
                let source = table.columns[measure]
                var name = values.count == 1 ? title(value) : title(value) + " " + source.name
                // Different values may be titled alike ("missing" and a text "missing").
                while !taken.insert(name).inserted { name += "'" }
                var cells: [Cell] = []
                cells.reserveCapacity(found.count)
                for (number, rows) in found.enumerated() {
                    if number & 0x3FFF == 0 { try cancellation.check() }
                    cells.append(try rows[place].map { try source.cell($0) } ?? .missing)
                }
                columns.append(try Column(name: name, valueType: source.valueType, cells: cells))
            }
        }
        return try Table(columns)
    }

    /// The rows of `first`, then those of `second`, deleted ones left out; columns are matched by name, and one that
    /// only one of the tables has is missing in the other's rows. Equally named columns must have one type; integer
    /// and real numbers make reals.
    public func append(_ first: Table, _ second: Table) throws -> Table {
        let names = first.columns.map(\.name) + second.columns.map(\.name).filter { first.columnIndex($0) == nil }
        var columns: [Column] = []
        for name in names {
            let types = [first, second].compactMap { $0.column(name)?.valueType }
            guard let type = types.first, types.allSatisfy({ $0.type == type.type }) else {
                throw EngineError.typeMismatch("column \(name) of two types")
            }
            let common = types.allSatisfy { $0 == type } ? type : ValueType(type.type, real: true)
            var builder = ColumnBuilder(name: name, valueType: common)
            for table in [first, second] {
                if let index = table.columnIndex(name) {
                    let isSame = table.columns[index].valueType == common
                    let expression = isSame ? Expression.column(index) : .asReal(.column(index))
                    try builder.append(try materialize(Relation(table), [(name, expression)]).columns[0])
                } else {
                    for _ in 0..<table.liveRowCount { builder.appendMissing() }
                }
            }
            columns.append(try builder.finish())
        }
        return try Table(columns)
    }
}
