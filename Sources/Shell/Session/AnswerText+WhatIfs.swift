// What-ifs as people read them: the same number of several sides beside each other, a grid of shaded numbers, a line over
// the values of a lever, bars to both sides of what is expected.

import Engine
import Query
import Values

extension AnswerText {
    /// What is drawn beneath the rows.
    func drawing(_ answer: Answer) throws -> [String] {
        switch answer.picture {
        case .line(let over, let values): return try line(answer, over, values)
        case .tornado(let label, let low, let base, let high): return try tornado(answer, label, low, base, high)
        case .comparison, .grid, nil: return []
        }
    }

    /// What is drawn in the place of the rows; `nil` for the rows themselves.
    func insteadOfRows(_ answer: Answer) throws -> [String]? {
        guard answer.shape == .rows || answer.shape == .card else { return nil }
        switch answer.picture {
        case .comparison(let comparison): return try self.comparison(answer, comparison)
        case .grid(let row, let column, let value): return try grid(answer, row, column, value)
        case .line, .tornado, nil: return nil
        }
    }

    // MARK: Comparisons

    /// A line for each number of each row that differs; all numbers that are there when there is only one row.
    private func comparison(_ answer: Answer, _ comparison: Answer.Comparison) throws -> [String] {
        let page = try answer.page(0..<answer.rowCount, of: Array(answer.columns.indices))
        let cells = try page.columns.map { try $0.cells() }
        let keys = comparison.keys.map { CellText(style: style).column(answer.columns[$0], cells[$0]).cells }
        let isOneRow = answer.rowCount == 1 && comparison.keys.isEmpty
        var labels = keys.map { _ in [String]() }
        var names: [String] = []
        var sides = comparison.sides.map { _ in [String]() }
        var differences = comparison.sides.dropFirst().map { _ in [String]() }
        var differingRowCount = 0
        let limit = rowCountMax ?? .max
        for row in 0..<answer.rowCount {
            var isFirst = true
            for measure in comparison.measures {
                let values = measure.values.map { cells[$0][row] }
                let isThere = values.contains { $0 != .missing && $0 != .integer(0) && $0 != .real(0) }
                guard isOneRow ? isThere : values.contains(where: { $0 != values[0] }) else { continue }
                if isFirst { differingRowCount += 1 }
                guard names.count < limit else { continue }
                for place in keys.indices { labels[place].append(isFirst ? keys[place][row] : "") }
                isFirst = false
                names.append(measure.name)
                for place in sides.indices {
                    sides[place].append(text(values[place], answer.columns[measure.values[place]]))
                }
                for place in differences.indices {
                    let column = measure.differences[place]
                    differences[place].append(column.map { signed(cells[$0][row], answer.columns[$0]) } ?? "")
                }
            }
        }
        guard !names.isEmpty else { return [isOneRow ? "nothing is there" : "nothing differs"] }
        var columns = zip(comparison.keys, labels).map { DisplayTable.Column.text(answer.columns[$0].name, $1) }
        columns.append(.whole("", names))
        columns += zip(comparison.sides, sides).map { DisplayTable.Column.number($0, $1) }
        for (place, cells) in differences.enumerated() {
            let title =
                comparison.sides.count == 2 ? "difference" : "\(comparison.sides[place + 1]) - \(comparison.sides[0])"
            columns.append(.number(title, cells))
        }
        let renderer = TableRenderer(
            width: width, style: style, palette: palette, remedy: ".fields shows them")
        var lines = renderer.lines(DisplayTable(columns))
        if !isOneRow {
            let format = HumanFormat(style: style)
            let same = answer.rowCount - differingRowCount
            lines.append(
                palette.paint(
                    "\(format.counted(differingRowCount, answer.rowNoun)) \(differingRowCount == 1 ? "differs" : "differ"),"
                        + " \(format.count(same)) \(same == 1 ? "is" : "are") the same", .faint))
        }
        return lines
    }

    private func text(_ cell: Cell, _ column: Answer.Column) -> String {
        CellText.text(
            CellText.shown(cell, column), column.type, HumanFormat(currency: column.currency ?? .usDollar, style: style)
        )
    }

    /// A difference with its sign: `+$12,000`.
    private func signed(_ cell: Cell, _ column: Answer.Column) -> String {
        let isMore = (cell.integer ?? 0) > 0 || (cell.real ?? 0) > 0
        return (isMore ? "+" : "") + text(cell, column)
    }

    // MARK: Grids

    /// Shades from the least to the greatest number.
    private var shades: [Character] { style == .ascii ? [" ", ".", ":", "*", "#"] : [" ", "░", "▒", "▓", "█"] }

    /// A table of one number over two levers; the greater it is, the darker stands the sign behind it.
    private func grid(_ answer: Answer, _ row: Int, _ column: Int, _ value: Int) throws -> [String] {
        let page = try answer.page(0..<answer.rowCount, of: [row, column, value])
        let cells = try page.columns.map { try $0.cells() }
        var rows: [Cell] = []
        var columns: [Cell] = []
        for cell in cells[0] where !rows.contains(cell) { rows.append(cell) }
        for cell in cells[1] where !columns.contains(cell) { columns.append(cell) }
        var values = rows.map { _ in [Cell](repeating: .missing, count: columns.count) }
        for index in 0..<answer.rowCount {
            guard let first = rows.firstIndex(of: cells[0][index]), let second = columns.firstIndex(of: cells[1][index])
            else { continue }
            values[first][second] = cells[2][index]
        }
        func real(_ cell: Cell) -> Double? { cell.real ?? cell.integer.map(Double.init) }
        let known = values.flatMap { $0 }.compactMap(real)
        let (least, greatest) = (known.min() ?? 0, known.max() ?? 0)
        let measure = answer.columns[value]
        func shaded(_ cell: Cell) -> String {
            guard let number = real(cell) else { return style.dash + "  " }
            let part = greatest > least ? (number - least) / (greatest - least) : 0
            let shade = shades[min(shades.count - 1, Int(part * Double(shades.count)))]
            let format = HumanFormat(currency: measure.currency ?? .usDollar, style: style)
            let words =
                measure.type.type == .money ? format.compactMoney(Money(cents: cell.integer ?? 0)) : text(cell, measure)
            return words + " " + String(shade)
        }
        var table = [DisplayTable.Column.number(answer.columns[row].name, rows.map { text($0, answer.columns[row]) })]
        for (place, cell) in columns.enumerated() {
            table.append(.number(text(cell, answer.columns[column]), values.map { shaded($0[place]) }))
        }
        let head = "\(measure.name); across: \(answer.columns[column].name)"
        let lines = TableRenderer(width: width, style: style, palette: palette).lines(DisplayTable(table))
        return [palette.paint(head, .heading)] + lines
    }

    // MARK: Lines and tornados

    private func line(_ answer: Answer, _ over: Int, _ values: [Int]) throws -> [String] {
        let page = try answer.page(0..<answer.rowCount, of: [over] + values)
        let labels = try page.columns[0].cells().map { text($0, answer.columns[over]) }
        let series = try zip(values, page.columns.dropFirst()).map { place, column in
            let cells = try column.cells()
            return Chart.Series(
                name: answer.columns[place].name, values: cells.map { $0.real ?? $0.integer.map(Double.init) },
                texts: CellText(style: style).column(answer.columns[place], cells).cells)
        }
        let renderer = ChartRenderer(width: width, style: style, palette: palette)
        return [""] + renderer.lines(Chart(labels: labels, series: series), .line)
    }

    /// Bars from what is expected to where a lever takes it: to the left when it falls, to the right when it grows.
    private func tornado(_ answer: Answer, _ label: Int, _ low: Int, _ base: Int, _ high: Int) throws -> [String] {
        let page = try answer.page(0..<answer.rowCount, of: [label, low, base, high])
        let labels = try page.columns[0].cells().map { text($0, answer.columns[label]) }
        let numbers = try page.columns.dropFirst().map { column in
            try column.cells().map { $0.real ?? $0.integer.map(Double.init) ?? 0 }
        }
        let (lows, bases, highs) = (numbers[0], numbers[1], numbers[2])
        let reach = labels.indices.map { max(abs(lows[$0] - bases[$0]), abs(highs[$0] - bases[$0])) }.max() ?? 0
        guard reach > 0 else { return [] }
        let labelWidth = labels.map(TextWidth.of).max() ?? 0
        let half = max(4, (min(width ?? 80, 80) - labelWidth - 5) / 2)
        func length(_ difference: Double) -> Int { Int((abs(difference) / reach * Double(half)).rounded()) }
        let full = style == .ascii ? "#" : "█"
        let light = style == .ascii ? "-" : "░"
        let axis = style == .ascii ? "|" : "│"
        var lines = [""]
        for (row, label) in labels.enumerated() {
            let ends = [(lows[row] - bases[row], light), (highs[row] - bases[row], full)]
            var left = ""
            var right = ""
            // The longer bar beneath, the other one over its beginning.
            for (difference, sign) in ends.sorted(by: { abs($0.0) > abs($1.0) }) {
                let bar = String(repeating: sign, count: length(difference))
                if difference < 0 {
                    left = String(left.dropLast(min(left.count, bar.count))) + bar
                } else {
                    right = bar + String(right.dropFirst(min(right.count, bar.count)))
                }
            }
            lines.append(
                TextWidth.padded(label, to: labelWidth) + "  " + TextWidth.paddedLeft(left, to: half) + axis + right)
        }
        let legend = "\(light) at 90%  \(axis) expected  \(full) at 110%"
        lines.append(palette.paint(String(repeating: " ", count: labelWidth + 2) + legend, .faint))
        return lines
    }
}
