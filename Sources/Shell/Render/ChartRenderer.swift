// Draws rows as charts of characters. Every chart starts at zero, because a cut axis exaggerates; the numbers stand
// beside what is drawn, so that nothing has to be guessed from a length. ASCII terminals get `#` and `*`.

/// What a chart shows: labels and, for each, one number per series.
public struct Chart: Sendable {
    /// Numbers of one kind.
    public struct Series: Sendable {
        /// What they are: `sum_value`.
        public var name: String
        /// One for each label; `nil` where there is none.
        public var values: [Double?]
        /// The numbers as people read them.
        public var texts: [String]

        /// A series.
        public init(name: String, values: [Double?], texts: [String]) {
            self.name = name
            self.values = values
            self.texts = texts
        }
    }

    /// How it is drawn.
    public enum Kind: Sendable { case bars, columns, line, spark }

    /// What the rows are.
    public var labels: [String]
    /// At least one.
    public var series: [Series]

    /// A chart.
    public init(labels: [String], series: [Series]) {
        self.labels = labels
        self.series = series
    }

    /// The least and the greatest value, zero always among them.
    var bounds: (low: Double, high: Double) {
        let values = series.flatMap { $0.values.compactMap { $0 } }
        return (min(0, values.min() ?? 0), max(0, values.max() ?? 0))
    }
}

/// Lines of text from a chart.
public struct ChartRenderer: Sendable {
    /// The columns at hand.
    public var width: Int
    /// The characters.
    public var style: LineStyle
    /// The colours; series differ by name, never by colour alone.
    public var palette: Palette

    /// A renderer; a pipe has the usual 80 columns.
    public init(width: Int?, style: LineStyle = .unicode, palette: Palette = .plain) {
        self.width = max(20, width ?? 80)
        self.style = style
        self.palette = palette
    }

    /// The lines of a chart; columns that do not fit beside each other become bars.
    public func lines(_ chart: Chart, _ kind: Chart.Kind) -> [String] {
        switch kind {
        case .bars: return bars(chart)
        case .columns: return columns(chart) ?? bars(chart)
        case .line: return plot(chart)
        case .spark: return sparks(chart)
        }
    }

    // MARK: Bars

    private func bars(_ chart: Chart) -> [String] {
        let several = chart.series.count > 1
        let labels = chart.labels.map { VisibleText.of($0, ascii: style == .ascii) }
        let labelWidth = min(labels.map(TextWidth.of).max() ?? 0, width / 3)
        let nameWidth = several ? min(chart.series.map { TextWidth.of($0.name) }.max() ?? 0, width / 4) : 0
        let textWidth = chart.series.flatMap(\.texts).map(TextWidth.of).max() ?? 0
        let room = max(4, width - labelWidth - (several ? nameWidth + 2 : 0) - textWidth - 4)
        let (low, high) = chart.bounds
        let span = high - low
        let before = span > 0 ? Int((-low / span * Double(room)).rounded(.up)) : 0
        var out: [String] = []
        if !several, let only = chart.series.first { out.append(palette.paint(only.name, .heading)) }
        for (row, label) in labels.enumerated() {
            for (place, series) in chart.series.enumerated() {
                let title = TextWidth.cut(place == 0 ? label : "", to: labelWidth, ellipsis: style.ellipsis)
                var line = TextWidth.padded(title, to: labelWidth) + "  "
                if several {
                    let name = TextWidth.cut(series.name, to: nameWidth, ellipsis: style.ellipsis)
                    line += TextWidth.padded(name, to: nameWidth) + "  "
                }
                let value = series.values[row] ?? 0
                let units = span > 0 ? abs(value) / span * Double(room) : 0
                if value < 0 {
                    let count = min(before, max(1, Int(units.rounded())))
                    line += String(repeating: " ", count: before - count)
                    line += palette.paint(String(repeating: full, count: count), .error)
                } else {
                    line += String(repeating: " ", count: before) + palette.paint(style.bar(units), .name)
                }
                out.append(line + (series.values[row] == nil || value == 0 ? "" : " ") + series.texts[row])
            }
        }
        return out
    }

    var full: String { style.fullBlock }

    // MARK: Sparks

    /// A line for each series: its shape, its least, greatest and last value.
    private func sparks(_ chart: Chart) -> [String] {
        let nameWidth = chart.series.map { TextWidth.of($0.name) }.max() ?? 0
        return chart.series.map { series in
            let known = series.values.indices.filter { series.values[$0] != nil }
            func text(_ chosen: Int?) -> String { chosen.map { series.texts[$0] } ?? style.dash }
            let least = known.min { (series.values[$0] ?? 0) < (series.values[$1] ?? 0) }
            let greatest = known.max { (series.values[$0] ?? 0) < (series.values[$1] ?? 0) }
            return TextWidth.padded(series.name, to: nameWidth) + "  "
                + palette.paint(style.spark(series.values), .name)
                + "  \(text(least)) \(style.ellipsis) \(text(greatest)), last \(text(known.last))"
        }
    }
}
