// Formats of rows for other people's programs and pages. One format is one small file behind this protocol, fed a
// row at a time, so that a large answer never has to be one string.

/// Writes a header, rows, and an end.
public protocol RowsWriter {
    /// What stands before the first row. `titles` and `alignments` have one entry for each column.
    func head(titles: [String], alignments: [DisplayTable.Alignment]) -> String
    /// One row; `alignments` as for `head`.
    func row(_ cells: [String], alignments: [DisplayTable.Alignment]) -> String
    /// What stands after the last row.
    func tail() -> String
}

extension RowsWriter {
    /// The whole table as one text.
    public func text(_ table: DisplayTable) -> String {
        let alignments = table.columns.map(\.alignment)
        var out = head(titles: table.columns.map(\.title), alignments: alignments)
        for index in 0..<table.rowCount {
            out += row(table.columns.map { index < $0.cells.count ? $0.cells[index] : "" }, alignments: alignments)
        }
        return out + tail()
    }
}
