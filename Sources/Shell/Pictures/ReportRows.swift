// The rows of a report by the names of their columns. Pictures ask for the columns they know; a report that has others, or
// lacks one of them, is shown as a table instead.

import Engine
import Query
import Values
import Values

/// Rows with named columns, as numbers and as people read them.
struct ReportRows {
    /// What is known about the columns.
    let columns: [Answer.Column]
    /// The report.
    let report: Answer.Report
    private let cells: [[Cell]]
    private let text: CellText

    /// All rows of an answer.
    init(_ answer: Answer, _ report: Answer.Report, style: LineStyle) throws {
        columns = answer.columns
        self.report = report
        text = CellText(style: style)
        cells = try answer.page(0..<answer.rowCount, of: Array(answer.columns.indices)).columns.map { try $0.cells() }
        count = answer.rowCount
    }

    /// The number of rows.
    let count: Int

    /// The place of a column.
    func index(_ name: String) -> Int? { columns.firstIndex { $0.name == name } }

    /// Whether all of these columns are there.
    func has(_ names: String...) -> Bool { names.allSatisfy { index($0) != nil } }

    /// The columns that group the rows, but for these.
    func keys(except names: String...) -> [Int] {
        columns.indices.filter { columns[$0].isKey && !names.contains(columns[$0].name) }
    }

    /// A number; `nil` when it is missing.
    func number(_ row: Int, _ column: Int) -> Double? {
        cells[column][row].real ?? cells[column][row].integer.map(Double.init)
    }

    /// A whole number, such as cents; `nil` when it is missing.
    func integer(_ row: Int, _ column: Int) -> Int64? { cells[column][row].integer }

    /// Whether there is no value.
    func isMissing(_ row: Int, _ column: Int) -> Bool { cells[column][row].isMissing }

    /// Whether a column is days or units of time: `day`, `quarter_closed`, `period`.
    func isTime(_ column: Int) -> Bool {
        if columns[column].type.type == .date { return true }
        let word = columns[column].name.prefix { $0 != "_" }
        return word == "period" || CalendarUnit.allCases.contains { $0.rawValue == word }
    }

    /// A text as it is held; `nil` when it is missing.
    func name(_ row: Int, _ column: Int) -> String? { cells[column][row].text }

    /// A column for a table, of the rows chosen.
    func column(_ column: Int, of rows: [Int]) -> DisplayTable.Column {
        var shown = text.column(columns[column], rows.map { cells[column][$0] })
        shown.cells = shown.cells.map { VisibleText.of($0, ascii: text.style == .ascii) }
        return shown
    }

    /// Columns of the rows chosen, for a table: a key is told once for the rows that share it.
    func columns(_ chosen: [Int], of rows: [Int]) -> [DisplayTable.Column] {
        let keys = columns.indices.filter { columns[$0].isKey }.dropLast()
        return chosen.map { index in
            var column = column(index, of: rows)
            guard keys.contains(index) else { return column }
            let known = keys.prefix { $0 <= index }
            for place in rows.indices.dropFirst().reversed()
            where known.allSatisfy({ cells[$0][rows[place]] == cells[$0][rows[place - 1]] }) {
                column.cells[place] = ""
            }
            return column
        }
    }

    /// A cell as people read it.
    func shown(_ row: Int, _ column: Int) -> String { self.column(column, of: [row]).cells[0] }

    /// What a group is called: its keys, or nothing when there are none.
    func label(_ row: Int, _ keys: [Int]) -> String {
        keys.map { shown(row, $0) }.joined(separator: " \(text.style.dot) ")
    }

    /// Runs of rows that agree in these columns.
    func sections(by keys: [Int]) -> [[Int]] {
        var sections: [[Int]] = []
        for row in 0..<count {
            if let last = sections.last?.last, keys.allSatisfy({ cells[$0][last] == cells[$0][row] }) {
                sections[sections.count - 1].append(row)
            } else {
                sections.append([row])
            }
        }
        return sections
    }

    /// How amounts of a column are written.
    func format(_ column: Int) -> HumanFormat {
        HumanFormat(currency: columns[column].currency ?? .usDollar, style: text.style)
    }
}
