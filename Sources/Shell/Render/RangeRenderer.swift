// Draws ranges of money beneath each other on one scale that starts at zero: what is there already as a bar, the range as
// a line between its ends, and marks on it. The numbers stand in the table above; what the signs mean in the last line.
//
//   Dana Ruiz    ██████        ├──────●─────────┤     ◆
//   Tom Becker   ██     ├─────────●────┤

/// Rows of ranges.
public struct RangeChart: Sendable {
    /// A row: its label, the ends of its range, and what is marked; amounts in one unit.
    public struct Row: Sendable {
        /// What stands before it.
        public var label: String
        /// The lower end; `nil` for no range.
        public var low: Double?
        /// The upper end; `nil` for no range.
        public var high: Double?
        /// What is marked, by sign.
        public var marks: [(sign: RangeRenderer.Sign, value: Double)]

        /// A row.
        public init(label: String, low: Double?, high: Double?, marks: [(sign: RangeRenderer.Sign, value: Double)]) {
            self.label = label
            self.low = low
            self.high = high
            self.marks = marks
        }
    }

    /// The rows.
    public var rows: [Row]
    /// The end of the scale as people read it.
    public var maximum: String
    /// The signs that occur with what they mean, for the last line.
    public var meanings: [(sign: RangeRenderer.Sign, words: String)]

    /// A chart.
    public init(rows: [Row], maximum: String, meanings: [(sign: RangeRenderer.Sign, words: String)]) {
        self.rows = rows
        self.maximum = maximum
        self.meanings = meanings
    }

    /// The greatest amount in it.
    static func greatest(_ rows: [Row]) -> Double {
        rows.flatMap { row in [row.low, row.high].compactMap { $0 } + row.marks.map(\.value) }.max() ?? 0
    }
}

/// Lines of text from ranges.
public struct RangeRenderer: Sendable {
    /// Signs on the scale.
    public enum Sign: Hashable, Sendable {
        /// A bar from zero.
        case bar
        /// A point.
        case point
        /// A goal.
        case goal
        /// What came.
        case outcome
    }

    /// The columns at hand.
    public var width: Int
    /// The characters.
    public var style: LineStyle
    /// The colours.
    public var palette: Palette

    /// A renderer; a pipe has the usual 80 columns.
    public init(width: Int?, style: LineStyle = .unicode, palette: Palette = .plain) {
        self.width = max(20, width ?? 80)
        self.style = style
        self.palette = palette
    }

    /// A line for each row, the scale, and what the signs mean; nothing when no amount is above zero.
    public func lines(_ chart: RangeChart) -> [String] {
        let greatest = RangeChart.greatest(chart.rows)
        guard greatest > 0, greatest.isFinite else { return [] }
        let labels = chart.rows.map { VisibleText.of($0.label, ascii: style == .ascii) }
        let labelWidth = min(labels.map(TextWidth.of).max() ?? 0, width / 3)
        let before = labelWidth > 0 ? labelWidth + 2 : 0
        let room = max(10, min(width - before, 72))
        func place(_ value: Double) -> Int { min(room - 1, max(0, Int(value / greatest * Double(room - 1) + 0.5))) }
        var out: [String] = []
        for (row, label) in zip(chart.rows, labels) {
            var cells = [Character](repeating: " ", count: room)
            for (sign, value) in row.marks where sign == .bar && value > 0 {
                for cell in 0...place(value) { cells[cell] = character(.bar) }
            }
            if let low = row.low, let high = row.high {
                for cell in place(low)...max(place(low), place(high)) { cells[cell] = style == .ascii ? "-" : "─" }
                cells[place(low)] = style == .ascii ? "[" : "├"
                cells[place(high)] = style == .ascii ? "]" : "┤"
            }
            for (sign, value) in row.marks where sign != .bar { cells[place(value)] = character(sign) }
            let title = TextWidth.padded(TextWidth.cut(label, to: labelWidth, ellipsis: style.ellipsis), to: before)
            var text = String(cells)
            while text.hasSuffix(" ") { text.removeLast() }
            out.append(title + palette.paint(text, .name))
        }
        let scale = TextWidth.padded("0", to: max(2, room - TextWidth.of(chart.maximum))) + chart.maximum
        out.append(palette.paint(String(repeating: " ", count: before) + scale, .faint))
        let range = style == .ascii ? "[-]" : "├─┤"
        let legend = chart.meanings.map { "\(character($0.sign)) \($0.words)" } + ["\(range) p10 to p90"]
        out.append(palette.paint(String(repeating: " ", count: before) + legend.joined(separator: "  "), .faint))
        return out
    }

    private func character(_ sign: Sign) -> Character {
        switch sign {
        case .bar: style == .ascii ? "#" : "█"
        case .point: style == .ascii ? "o" : "●"
        case .goal: style == .ascii ? "T" : "◆"
        case .outcome: style == .ascii ? "x" : "×"
        }
    }
}
