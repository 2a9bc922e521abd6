// Draws a table as lines of text. Numbers stand to the right and are never cut; where a line is too narrow, long titles
// take several lines (`TitleLines`), then texts shrink, the widest of them most; when that is not enough, columns are left
// out from the right and the last line says which.

/// Lines of text from a table.
public struct TableRenderer: Sendable {
    /// The columns of the terminal; `nil` (a pipe or file) for no limit.
    public var width: Int?
    /// The characters for rules and ellipses.
    public var style: LineStyle
    /// The colours.
    public var palette: Palette
    /// What the line about left-out columns tells to do: `.fields shows them`.
    public var remedy: String

    /// A renderer.
    public init(
        width: Int? = nil, style: LineStyle = .unicode, palette: Palette = .plain, remedy: String = ".fields shows them"
    ) {
        self.width = width
        self.style = style
        self.palette = palette
        self.remedy = remedy
    }

    /// Blanks between two columns.
    private static let gap = 2

    /// The header, its rule and a line for every row; a last line when columns had to be left out. Ctrl-C ends it early.
    public func lines(_ table: DisplayTable) -> [String] {
        let ascii = style == .ascii
        var columns = table.columns
        for index in columns.indices {
            if Interrupt.isRequested { return [] }
            columns[index].title = VisibleText.of(columns[index].title, ascii: ascii)
            columns[index].cells = columns[index].cells.map { VisibleText.of($0, ascii: ascii) }
        }
        let natural = columns.map { column in
            column.cells.reduce(TextWidth.of(column.title)) { max($0, TextWidth.of($1)) }
        }
        let isTight = width.map { natural.reduce(0, +) + TableRenderer.gap * (natural.count - 1) > $0 } ?? false
        let least = isTight ? columns.map(TableRenderer.leastWidth) : natural
        let widths = widened(fittedWidths(columns, least), natural)
        let shown = widths.count

        let titles = widths.indices.map { TitleLines.of(columns[$0].title, width: widths[$0]) }
        let titleHeight = titles.map(\.count).max() ?? 1
        let headers = (0..<titleHeight).map { level in
            line(
                widths.indices.map { index in
                    let place = level - titleHeight + titles[index].count
                    return (index, place >= 0 ? titles[index][place] : "")
                }, columns, widths)
        }
        let rule = widths.map { String(repeating: style.horizontal, count: $0) }
            .joined(separator: String(repeating: " ", count: TableRenderer.gap))
        var out = headers.map { palette.paint($0, .heading) } + [palette.paint(rule, .faint)]
        for row in 0..<table.rowCount {
            if row & 0xFFF == 0, Interrupt.isRequested { break }
            let cells = widths.indices.map { ($0, row < columns[$0].cells.count ? columns[$0].cells[row] : "") }
            out.append(line(cells, columns, widths))
        }
        if shown < columns.count { out.append(palette.paint(leftOut(columns[shown...].map(\.title)), .faint)) }
        return out
    }

    /// The columns of the terminal that a column takes when its title is broken into lines and no cell is cut.
    static func leastWidth(_ column: DisplayTable.Column) -> Int {
        column.cells.reduce(TitleLines.leastWidth(column.title)) { max($0, TextWidth.of($1)) }
    }

    /// Room that is left given to columns whose titles were broken, from the left.
    private func widened(_ widths: [Int], _ natural: [Int]) -> [Int] {
        guard let width else { return widths }
        var widths = widths
        var spare = width - widths.reduce(0, +) - TableRenderer.gap * (widths.count - 1)
        for index in widths.indices where natural[index] > widths[index] && natural[index] - widths[index] <= spare {
            spare -= natural[index] - widths[index]
            widths[index] = natural[index]
        }
        return widths
    }

    private func line(_ cells: [(Int, String)], _ columns: [DisplayTable.Column], _ widths: [Int]) -> String {
        var out = ""
        for (index, cell) in cells {
            if index > 0 { out += String(repeating: " ", count: TableRenderer.gap) }
            let text = TextWidth.cut(cell, to: widths[index], ellipsis: style.ellipsis)
            switch columns[index].alignment {
            case .left: out += TextWidth.padded(text, to: widths[index])
            case .right: out += TextWidth.paddedLeft(text, to: widths[index])
            }
        }
        while out.last == " " { out.removeLast() }
        return out
    }

    /// Widths of the columns that are shown, from the left; at least one.
    private func fittedWidths(_ columns: [DisplayTable.Column], _ natural: [Int]) -> [Int] {
        guard let width, !natural.isEmpty else { return natural }
        var count = natural.count
        while true {
            let room = width - TableRenderer.gap * (count - 1)
            if let widths = shrunk(Array(columns[..<count]), Array(natural[..<count]), room: room) { return widths }
            guard count > 1 else { break }
            count -= 1
        }
        return columns[0].mayBeCut ? [max(1, min(natural[0], width))] : [natural[0]]
    }

    /// The widths with texts shrunk to a common bound so that all fit into `room`; `nil` when they cannot.
    private func shrunk(_ columns: [DisplayTable.Column], _ natural: [Int], room: Int) -> [Int]? {
        func bounded(_ bound: Int) -> [Int] {
            columns.indices.map { index in
                columns[index].mayBeCut
                    ? min(natural[index], max(bound, columns[index].minimumWidth)) : natural[index]
            }
        }
        if natural.reduce(0, +) <= room { return natural }
        var low = 0
        var high = natural.max() ?? 0
        guard bounded(low).reduce(0, +) <= room else { return nil }
        while low + 1 < high {
            let middle = (low + high) / 2
            if bounded(middle).reduce(0, +) <= room { low = middle } else { high = middle }
        }
        var widths = bounded(low)
        var rest = room - widths.reduce(0, +)
        for index in widths.indices where rest > 0 && columns[index].mayBeCut && widths[index] < natural[index] {
            widths[index] += 1
            rest -= 1
        }
        return widths
    }

    private func leftOut(_ titles: [String]) -> String {
        let noun = titles.count == 1 ? "column" : "columns"
        let text = "\(style.ellipsis) \(titles.count) more \(noun) (\(remedy)): " + titles.joined(separator: ", ")
        guard let width else { return text }
        return TextWidth.cut(text, to: width, ellipsis: style.ellipsis)
    }
}
