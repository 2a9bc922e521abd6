// Charts with a height: columns side by side, and a line through points. The value axis stands to the left with the
// greatest value, zero, and the least when it is negative.

extension ChartRenderer {
    /// Lines of a chart with a height, the axis not counted.
    private static let height = 10

    // MARK: Columns

    /// Columns of the first series; `nil` when they cannot stand side by side.
    func columns(_ chart: Chart) -> [String]? {
        guard let series = chart.series.first, chart.series.count == 1, chart.bounds.low >= 0 else { return nil }
        let axis = Axis(chart, series, style)
        let room = width - axis.width - 2
        guard !chart.labels.isEmpty, chart.labels.count * 2 <= room else { return nil }
        let step = min(10, room / chart.labels.count)
        let columnWidth = step - 1
        let parts = Array("▁▂▃▄▅▆▇")
        var out = [palette.paint(series.name, .heading)]
        for level in stride(from: ChartRenderer.height - 1, through: 0, by: -1) {
            var line = axis.label(level, of: ChartRenderer.height)
            for value in series.values {
                let share = axis.high > 0 ? (value ?? 0) / axis.high : 0
                let here = Int((share * Double(ChartRenderer.height * 8)).rounded()) - level * 8
                var sign = here >= 8 ? full : " "
                if (1..<8).contains(here) {
                    sign = style == .unicode ? String(parts[here - 1]) : here >= 4 ? full : " "
                }
                let cell = String(repeating: sign, count: columnWidth)
                line += " " + (sign == " " ? cell : palette.paint(cell, .name))
            }
            out.append(trimmed(line))
        }
        return out + labelLines(chart.labels, from: axis.width + 2, step: step)
    }

    /// Labels beneath their columns; only so many that none touches the next.
    private func labelLines(_ labels: [String], from start: Int, step: Int) -> [String] {
        var line = String(repeating: " ", count: start + 1)
        var end = 0
        for (index, label) in labels.enumerated() {
            let place = index * step
            let text = TextWidth.cut(VisibleText.of(label), to: max(step - 1, 12), ellipsis: style.ellipsis)
            guard place >= end, start + 1 + place + TextWidth.of(text) <= width else { continue }
            line += String(repeating: " ", count: place - (TextWidth.of(line) - start - 1)) + text
            end = place + TextWidth.of(text) + 1
        }
        return [trimmed(line)]
    }

    // MARK: Line

    /// Lines through the points of every series, in dots of two by four for each character.
    func plot(_ chart: Chart) -> [String] {
        guard let first = chart.series.first, !chart.labels.isEmpty else { return [] }
        let axis = Axis(chart, first, style)
        let columns = max(8, min(width - axis.width - 3, max(chart.labels.count * 2, 60)))
        let dots = style == .ascii ? (x: 1, y: 1) : (x: 2, y: 4)
        var grid = [[UInt8]](repeating: [UInt8](repeating: 0, count: columns), count: ChartRenderer.height)
        let braille: [[UInt8]] = [[0x01, 0x02, 0x04, 0x40], [0x08, 0x10, 0x20, 0x80]]
        let (widthDots, heightDots) = (columns * dots.x - 1, ChartRenderer.height * dots.y - 1)
        func mark(_ x: Int, _ y: Int) {
            let row = (heightDots - y) / dots.y
            grid[row][x / dots.x] |= style == .ascii ? 1 : braille[x % 2][(heightDots - y) % 4]
        }
        let span = axis.high - axis.low
        for series in chart.series {
            var previous: (x: Int, y: Int)?
            for (index, value) in series.values.enumerated() {
                guard let value else {
                    previous = nil
                    continue
                }
                let x = chart.labels.count > 1 ? index * widthDots / (chart.labels.count - 1) : 0
                let y = span > 0 ? Int(((value - axis.low) / span * Double(heightDots)).rounded()) : 0
                if let previous {
                    let steps = max(x - previous.x, abs(y - previous.y), 1)
                    for step in 0...steps {
                        mark(previous.x + (x - previous.x) * step / steps, previous.y + (y - previous.y) * step / steps)
                    }
                } else {
                    mark(x, y)
                }
                previous = (x, y)
            }
        }
        var out = [palette.paint(chart.series.map(\.name).joined(separator: ", "), .heading)]
        for (row, cells) in grid.enumerated() {
            let drawn = cells.map { cell -> String in
                if cell == 0 { return " " }
                if style == .ascii { return "*" }
                return Unicode.Scalar(0x2800 + UInt32(cell)).map { String($0) } ?? " "
            }
            let line = axis.label(ChartRenderer.height - 1 - row, of: ChartRenderer.height) + " "
            out.append(trimmed(line + palette.paint(trimmed(drawn.joined()), .name)))
        }
        let (left, right) = (chart.labels.first ?? "", chart.labels.count > 1 ? chart.labels.last ?? "" : "")
        let gap = max(1, columns - TextWidth.of(left) - TextWidth.of(right))
        out.append(String(repeating: " ", count: axis.width + 3) + left + String(repeating: " ", count: gap) + right)
        return out
    }

    private func trimmed(_ line: String) -> String {
        var line = line
        while line.last == " " { line.removeLast() }
        return line
    }

    /// The value axis: texts at its top, at zero and at its foot.
    private struct Axis {
        let low: Double
        let high: Double
        let lowText: String
        let highText: String
        let style: LineStyle

        init(_ chart: Chart, _ series: Chart.Series, _ style: LineStyle) {
            (low, high) = chart.bounds
            func text(of bound: Double) -> String {
                for series in chart.series {
                    if let index = series.values.firstIndex(of: bound) { return series.texts[index] }
                }
                return "0"
            }
            lowText = text(of: chart.bounds.low)
            highText = text(of: chart.bounds.high)
            self.style = style
        }

        var width: Int { max(TextWidth.of(lowText), TextWidth.of(highText)) }

        func label(_ level: Int, of height: Int) -> String {
            let text = level == height - 1 ? highText : (level == 0 ? lowText : "")
            return TextWidth.paddedLeft(text, to: width) + " " + style.vertical
        }
    }
}
