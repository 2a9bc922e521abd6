// The ranges of a forecast or backtest drawn beneath its rows.

import Engine
import Query

extension AnswerText {
    /// Rows beyond this are not drawn: more than a screen of ranges compares nothing.
    private static let rangeRowCountMax = 40

    /// A line for each row, or nothing for an answer without ranges.
    func ranges(_ answer: Answer) throws -> [String] {
        guard let ranges = answer.ranges, answer.rowCount > 0, answer.rowCount <= AnswerText.rangeRowCountMax else {
            return []
        }
        let keys = answer.columns.indices.filter { answer.columns[$0].isKey }
        let places = [ranges.low, ranges.high] + ranges.marks.map(\.column)
        let page = try answer.page(0..<answer.rowCount, of: places)
        let keyPage = try answer.page(0..<answer.rowCount, of: keys)
        let cells = CellText(style: style)
        let labels = try zip(keys, keyPage.columns).map { cells.column(answer.columns[$0], try $1.cells()).cells }
        let values = try page.columns.map { try $0.cells().map { $0.integer.map(Double.init) } }
        let rows = (0..<answer.rowCount).map { row in
            RangeChart.Row(
                label: labels.map { $0[row] }.joined(separator: " "), low: values[0][row], high: values[1][row],
                marks: ranges.marks.enumerated().compactMap { index, mark in
                    values[index + 2][row].map { (AnswerText.sign(mark.role), $0) }
                })
        }
        let money = answer.columns[ranges.high]
        let greatest = cells.column(money, [.integer(Int64(min(RangeChart.greatest(rows), 9e18)))]).cells
        let seen = ranges.marks.enumerated().filter { index, _ in values[index + 2].contains { $0 != nil } }
        let chart = RangeChart(
            rows: rows, maximum: greatest.first ?? "",
            meanings: seen.map { (AnswerText.sign($0.element.role), $0.element.role.rawValue) })
        let lines = RangeRenderer(width: width, style: style, palette: palette).lines(chart)
        return lines.isEmpty ? [] : [""] + lines
    }

    private static func sign(_ role: Answer.Ranges.Mark.Role) -> RangeRenderer.Sign {
        switch role {
        case .reached: .bar
        case .expected: .point
        case .target: .goal
        case .actual: .outcome
        }
    }
}
