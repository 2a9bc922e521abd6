// A cell that is not what its column is. Kept as numbers while a file is read, because a bad file can have millions;
// worded only for those that are shown.

import Values

/// A cell that could not be read.
struct BadCell {
    /// The row of the file.
    var row: Int
    /// The column of the file.
    var column: Int
    /// What it is instead: `no amount of money`; `nil` for an id that is missing.
    var expected: String?

    /// Why the row is bad, without its place: for a file of rejected rows.
    func reason(_ table: TextTable) -> String {
        guard let expected else { return "no value in \"\(table.header[column])\", which identifies rows" }
        let text = table.text(row: row, column: column)
        let shown = text.count > 40 ? text.prefix(40) + "…" : text[...]
        return "\"\(shown)\" in column \"\(table.header[column])\" is \(expected)"
    }

    /// The message, with file, line and column.
    func diagnostic(_ table: TextTable) -> Diagnostic {
        Diagnostic(.badCell, "\(table.at(row: row, column: column)): \(reason(table))")
    }

    /// All bad cells of a file as one error: the first twenty in order of their places, and how many more.
    static func refusal(_ cells: [BadCell], _ table: TextTable) -> Diagnostics {
        let sorted = cells.sorted { ($0.row, $0.column) < ($1.row, $1.column) }
        let shown = sorted.prefix(Limits.badCellCountMax).map { $0.diagnostic(table) }
        let rest = cells.count - shown.count
        return Diagnostics(shown + [rest > 0 ? ImportDiagnostics.more(rest) : ImportDiagnostics.nothingImported()])
    }
}
