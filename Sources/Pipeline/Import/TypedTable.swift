// A file that is queried where it lies, as a table: the same types by value as an import would find, but nothing is
// asked and nothing is refused for its values; what is not certain stays text.

public import Engine
public import Values

extension TextTable {
    /// The file's rows as a table with snake_case columns in the file's order. Columns without a value are text, as are
    /// dates whose order of day and month is open.
    ///
    /// Throws diagnostics when rows have more cells than the header.
    public func typed(timezoneMinutes: Int, execution: Execution = Execution()) throws -> Table {
        let filter = try RowFilter(self, skipsBadRows: false)
        let types = ColumnTypes(statedOrder: nil, execution: execution)
        var columns: [Column] = []
        var used: Set<String> = []
        for (index, header) in header.enumerated() {
            let plain = HeaderName.snake(header)
            var name = plain
            var number = 2
            while !used.insert(name).inserted {
                name = "\(plain)_\(number)"
                number += 1
            }
            let cells = ColumnCells(table: self, column: index, missing: [], leftOut: filter.leftOut)
            columns.append(try cells.typed(types, name: name, timezoneMinutes: timezoneMinutes))
        }
        return try Table(columns)
    }
}

extension ColumnCells {
    /// The cells as a column of the type that all of them have.
    fileprivate func typed(_ types: ColumnTypes, name: String, timezoneMinutes: Int) throws -> Column {
        if case .read(let reader) = try types.decide(self), reader != .category {
            let found = try read(reader, name: name, timezoneMinutes: timezoneMinutes)
            if found.badRows.isEmpty { return found.column }
        }
        let column = try read(.category, name: name, timezoneMinutes: timezoneMinutes).column
        let filled = column.rowCount - column.missingCount
        return column.dictionary.count * 2 > filled || filled == 0 ? try column.asText() : column
    }
}
