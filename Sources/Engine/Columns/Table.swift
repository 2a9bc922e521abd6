// A table is a value: columns of equal length and the set of deleted rows. Copies share chunks; a change copies the
// chunks it touches once if anybody else holds them, and works in place otherwise.

import Values

/// Columns of equal row count.
public struct Table: Sendable {
    /// The columns, with distinct names.
    public internal(set) var columns: [Column]
    /// The number of rows, deleted ones included; row numbers are 0 … rowCount − 1.
    public internal(set) var rowCount: Int
    /// Rows that were deleted; every operator passes over them.
    public internal(set) var deletedRows: RowSet

    /// A table of columns with distinct names and equal row counts.
    public init(_ columns: [Column], deletedRows: RowSet = RowSet()) throws(EngineError) {
        let count = columns.first?.rowCount ?? 0
        guard columns.allSatisfy({ $0.rowCount == count }) else { throw .damaged("columns of different lengths") }
        guard count <= Limits.tableRowCountMax else {
            throw .tooLarge(what: "rows of a table", limit: Limits.tableRowCountMax)
        }
        guard Set(columns.map(\.name)).count == columns.count else { throw .damaged("two columns of one name") }
        guard deletedRows.chunks.count <= (count + 65_535) / 65_536 else {
            throw .damaged("a deleted row that does not exist")
        }
        self.columns = columns
        self.rowCount = count
        self.deletedRows = deletedRows
    }

    /// A table without columns that nevertheless has rows (`rowCount` only matters to counts).
    init(rowCount: Int) {
        columns = []
        self.rowCount = rowCount
        deletedRows = RowSet()
    }

    /// The number of rows that are not deleted.
    public var liveRowCount: Int { rowCount - deletedRows.count }

    /// The place of the column with exactly this name.
    public func columnIndex(_ name: String) -> Int? { columns.firstIndex { $0.name == name } }

    /// The column with exactly this name.
    public func column(_ name: String) -> Column? { columns.first { $0.name == name } }

    /// The value of a row and column; missing outside of the table.
    public func cell(_ row: Int, _ column: Int) throws -> Cell {
        columns.indices.contains(column) ? try columns[column].cell(row) : .missing
    }

    /// The values of a row, in the order of the columns.
    public func row(_ row: Int) throws -> [Cell] { try columns.map { try $0.cell(row) } }

    /// Adds a column at the end, as long as the table; a first column gives the table its length.
    public mutating func add(_ column: Column) throws(EngineError) {
        guard columns.isEmpty || column.rowCount == rowCount else { throw .damaged("columns of different lengths") }
        guard columnIndex(column.name) == nil else { throw .damaged("two columns of one name") }
        if columns.isEmpty { rowCount = column.rowCount }
        columns.append(column)
    }

    /// Puts another column, as long as the table, in the place of one.
    public mutating func replaceColumn(_ index: Int, with column: Column) throws(EngineError) {
        guard column.rowCount == rowCount else { throw .damaged("columns of different lengths") }
        if let other = columnIndex(column.name), other != index { throw .damaged("two columns of one name") }
        columns[index] = column
    }

    /// Takes a column away.
    public mutating func removeColumn(_ index: Int) { columns.remove(at: index) }

    /// Renames a column; the name must be free.
    public mutating func renameColumn(_ index: Int, to name: String) throws(EngineError) {
        if let other = columnIndex(name), other != index { throw .damaged("two columns of one name") }
        columns[index].name = name
    }

    /// The same rows with the columns chosen, in that order.
    public func selecting(_ indices: [Int]) -> Table {
        var copy = self
        copy.columns = indices.map { columns[$0] }
        return copy
    }
}
