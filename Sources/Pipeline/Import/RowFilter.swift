// Which rows of a file are loaded: not those whose shape is not the header's, not those with a bad cell when bad rows
// are skipped, not those that the CRM calls deleted.

import Values

/// The rows of a file that count.
struct RowFilter {
    /// For each row of the file whether it is left out; empty when none is.
    private(set) var leftOut: [Bool] = []
    private let table: TextTable
    private var reasons: [Int: [String]] = [:]

    /// All rows but those of the wrong shape, which are an error unless bad rows are skipped. A row that ends early
    /// lacks its last cells, which then are empty.
    init(_ table: TextTable, skipsBadRows: Bool) throws {
        self.table = table
        let faults = table.faults.filter { fault in
            if case .tooFewCells = fault.kind { false } else { true }
        }
        if !faults.isEmpty, !skipsBadRows {
            let shown = faults.prefix(Limits.badCellCountMax).map { table.diagnostic(for: $0) }
            let rest = faults.count - shown.count
            throw Diagnostics(shown + [rest > 0 ? ImportDiagnostics.more(rest) : ImportDiagnostics.nothingImported()])
        }
        for fault in faults {
            leaveOut(fault.row)
            switch fault.kind {
            case .tooManyCells(let count):
                reasons[fault.row, default: []].append("\(count) cells instead of \(table.columnCount)")
            case .textAfterQuote: reasons[fault.row, default: []].append("text after a closing quote")
            case .tooFewCells: break
            }
        }
    }

    /// Leaves out the rows of bad cells.
    mutating func reject(_ cells: [BadCell]) {
        for cell in cells {
            leaveOut(cell.row)
            reasons[cell.row, default: []].append(cell.reason(table))
        }
    }

    /// Leaves out the rows that a column of the file marks as deleted in the CRM; says so when there are any.
    mutating func leaveOutDeleted(_ marks: ColumnCells) -> String? {
        var count = 0
        marks.forEachFilled(0..<table.rowCount) { row, text in
            guard YesNoText.read(text, digits: true) == true else { return }
            if !isLeftOut(row) { count += 1 }
            leaveOut(row)
        }
        guard count > 0 else { return nil }
        let what = EnglishPlural.counted(count, "row") + (count == 1 ? " is" : " are")
        return
            "\(what) deleted in the CRM and left out; `with \(marks.header) as crm_deleted` makes it a plain field and keeps them"
    }

    private mutating func leaveOut(_ row: Int) {
        if leftOut.isEmpty { leftOut = Array(repeating: false, count: table.rowCount) }
        leftOut[row] = true
    }

    /// Whether a row of the file is left out.
    func isLeftOut(_ row: Int) -> Bool { !leftOut.isEmpty && leftOut[row] }

    /// The rows that count, ascending.
    var rows: [Int] {
        leftOut.isEmpty ? Array(0..<table.rowCount) : leftOut.indices.filter { !leftOut[$0] }
    }

    /// The rows that were rejected, with the reasons.
    var rejects: [ImportReport.Reject] {
        reasons.keys.sorted().map { row in
            ImportReport.Reject(row: row, reason: (reasons[row] ?? []).joined(separator: "; "))
        }
    }
}
