// The words for rows that are not as their header promises. Beside the table, because whoever refuses such a row
// (an import) and whoever found it (a reader) are in different modules.

extension TextTable {
    /// The message for a fault: file, place, what the row holds, what the header promises.
    public func diagnostic(for fault: Fault) -> Diagnostic {
        let expected = columnCount == 1 ? "1 column" : "\(columnCount) columns"
        switch fault.kind {
        case .tooFewCells(let count):
            let missing = header[min(count, columnCount - 1)]
            return Diagnostic(
                .raggedRow,
                "\(at(row: fault.row)): the row holds \(count) of \(expected), nothing from \"\(missing)\" on",
                hint: "a line break inside a cell must be quoted")
        case .tooManyCells(let count):
            return Diagnostic(
                .raggedRow, "\(at(row: fault.row)): the row holds \(count) cells, the header names \(expected)",
                hint: "a cell that holds the delimiter must be quoted")
        case .textAfterQuote(let offset):
            return Diagnostic(
                .textAfterQuote, "\(at(offset: offset)): text follows the closing quote of a cell",
                hint: "quotes inside a quoted cell are written twice")
        }
    }

    /// `"deals.csv", line 5, column 12`: how messages begin that speak of a cell.
    public func at(row: Int, column: Int) -> String { "\"\(name)\", \(place(row: row, column: column))" }

    /// `"deals.csv", line 5`: how messages begin that speak of a row.
    public func at(row: Int) -> String { "\"\(name)\", line \(place(at: rawRow(row).startIndex).line)" }

    /// `"deals.csv", line 5, column 12`: how messages begin that speak of an offset of `bytes`.
    public func at(offset: Int) -> String { "\"\(name)\", \(place(at: offset))" }
}
