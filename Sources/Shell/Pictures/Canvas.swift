// What every picture is drawn on: the width it must keep to, how many rows it may take, the characters and colours.

/// The room and the means for a picture.
struct Canvas {
    /// The columns of the terminal; no line is longer.
    var width: Int
    /// Lines of cards or rows at most; `nil` for all.
    var rowCountMax: Int?
    /// The characters.
    var style: LineStyle
    /// The colours; nothing is told by colour alone.
    var palette: Palette

    /// A line without blanks at its end.
    static func trimmed(_ line: String) -> String {
        var line = line
        while line.last == " " { line.removeLast() }
        return line
    }

    /// A text cut and filled to exactly that many columns.
    func fitted(_ text: String, _ columns: Int) -> String {
        TextWidth.padded(TextWidth.cut(text, to: columns, ellipsis: style.ellipsis), to: columns)
    }

    /// A table of columns. Columns named in `spared` are left out, the first first, while the line is too narrow; a remark
    /// beneath names them.
    func table(_ columns: [DisplayTable.Column], sparing spared: [String] = []) -> [String] {
        var columns = columns
        let left = spare(&columns, spared, room: 0)
        return TableRenderer(width: width, style: style, palette: palette).lines(DisplayTable(columns))
            + remark(on: left)
    }

    /// A table with a column of bars, which takes the room that the others leave. Columns named in `spared` are left out,
    /// the first first, while the bars would be shorter than they need.
    func table(
        _ columns: [DisplayTable.Column], barsAt place: Int, lengths: [Double], sparing spared: [String] = []
    ) -> [String] {
        let (least, most) = (14, 40)
        var columns = columns
        let left = spare(&columns, spared, room: least + 2)
        // Titles are broken into lines only where the bars would be too short otherwise.
        let natural = columns.reduce(0) { $0 + max(TextWidth.of($1.title), TableRenderer.leastWidth($1)) + 2 }
        let available = width - (width - natural >= least ? natural : taken(columns) + 2)
        if available >= 6 {
            let greatest = lengths.max() ?? 0
            let longest = Double(min(most, available))
            let cells = lengths.map { greatest > 0 ? style.bar($0 / greatest * longest) : "" }
            columns.insert(Canvas.drawing(cells), at: min(place, columns.count))
        }
        return table(columns) + remark(on: left)
    }

    /// A column of things drawn, without a title.
    static func drawing(_ cells: [String]) -> DisplayTable.Column {
        DisplayTable.Column(title: "", alignment: .left, mayBeCut: false, minimumWidth: 0, cells: cells)
    }

    /// The columns of the terminal that a table takes at least, without cutting texts.
    func taken(_ columns: [DisplayTable.Column]) -> Int {
        columns.reduce(0) { $0 + TableRenderer.leastWidth($1) + 2 } - 2
    }

    private func spare(_ columns: inout [DisplayTable.Column], _ spared: [String], room: Int) -> [String] {
        var left: [String] = []
        for name in spared where taken(columns) + room > width {
            guard let index = columns.firstIndex(where: { $0.title == name }) else { continue }
            columns.remove(at: index)
            left.append(name)
        }
        return left
    }

    private func remark(on left: [String]) -> [String] {
        guard !left.isEmpty else { return [] }
        let noun = left.count == 1 ? "column" : "columns"
        let text = "\(style.ellipsis) \(left.count) more \(noun) (.fields shows them): " + left.joined(separator: ", ")
        return [palette.paint(TextWidth.cut(text, to: width, ellipsis: style.ellipsis), .faint)]
    }

    /// What says that rows were left out.
    func more(_ count: Int, _ noun: String) -> String {
        let counted = HumanFormat(style: style).counted(count, "more " + noun)
        return palette.paint("\(style.ellipsis) \(counted) (.all shows them)", .faint)
    }
}
