// An answer as people read it: a table, cards, a chart or lines, with the counts, the totals and what each relative
// word came to beneath (rule 7 of the language).

import Engine
import Language
import Query
import Values

/// Lines of text from an answer.
struct AnswerText {
    /// The columns of the terminal; `nil` for none.
    var width: Int?
    /// Rows of a table that are shown at most; `nil` for all.
    var rowCountMax: Int?
    /// Whether every column is shown, a field to a line.
    var showsEveryField = false
    /// Whether reports and timelines are drawn rather than listed: on a screen only.
    var drawsPictures = false
    /// The characters.
    var style: LineStyle
    /// The colours.
    var palette: Palette

    /// Everything there is to show.
    func lines(_ answer: Answer) throws -> [String] {
        if showsEveryField { return try cards(answer, of: Array(answer.columns.indices)) + footer(answer) }
        if let drawn = try insteadOfRows(answer) { return try drawn + footer(answer) }
        switch answer.shape {
        case .rows:
            if let picture = try picture(answer) { return try picture + footer(answer, isPictured: true) }
            return try table(answer) + ranges(answer) + drawing(answer) + footer(answer)
        case .card: return try cards(answer, of: answer.shown) + ranges(answer) + footer(answer)
        case .chart(let kind): return try chart(answer, kind) + footer(answer)
        case .text: return try texts(answer) + footer(answer)
        }
    }

    // MARK: Pictures

    private var canvas: Canvas { Canvas(width: width ?? 80, rowCountMax: rowCountMax, style: style, palette: palette) }

    private func picture(_ answer: Answer) throws -> [String]? {
        guard drawsPictures, let report = answer.report else { return nil }
        return ReportPicture.lines(try ReportRows(answer, report, style: style), on: canvas)
    }

    // MARK: Rows

    private func shownRowCount(_ answer: Answer) -> Int { min(answer.rowCount, rowCountMax ?? .max) }

    private func displayTable(_ answer: Answer, _ range: Range<Int>, of chosen: [Int]) throws -> DisplayTable {
        let page = try answer.page(range, of: chosen)
        let cells = CellText(style: style)
        return DisplayTable(
            try zip(chosen, page.columns).map { place, column in
                // The engine looks for Ctrl-C itself; turning millions of cells into words takes long, too.
                if Interrupt.isRequested { throw EngineError.cancelled }
                return cells.column(answer.columns[place], try column.cells())
            })
    }

    /// The rows alone, without what stands beneath.
    func table(_ answer: Answer) throws -> [String] {
        guard answer.rowCount > 0 else { return [] }
        let renderer = TableRenderer(width: width, style: style, palette: palette)
        let lines = renderer.lines(try displayTable(answer, 0..<shownRowCount(answer), of: answer.shown))
        if Interrupt.isRequested { throw EngineError.cancelled }
        return lines
    }

    private func texts(_ answer: Answer) throws -> [String] {
        let page = try answer.page(0..<answer.rowCount, of: answer.shown)
        return try (page.columns.first?.cells() ?? []).map { VisibleText.of($0.text ?? "", ascii: style == .ascii) }
    }

    // MARK: Cards

    /// A block for each row: the fields that have a value beneath each other, the others in one line.
    private func cards(_ answer: Answer, of chosen: [Int]) throws -> [String] {
        let count = shownRowCount(answer)
        let table = try displayTable(answer, 0..<count, of: chosen)
        let page = try answer.page(0..<count, of: chosen)
        let titleWidth = chosen.map { TextWidth.of(answer.columns[$0].name) }.max() ?? 0
        var out: [String] = []
        for row in 0..<count {
            if row > 0 { out.append("") }
            var missing: [String] = []
            var facts: [(title: String, text: String)] = []
            for (place, column) in table.columns.enumerated() {
                if try page.cell(row, place).isMissing {
                    missing.append(column.title)
                } else {
                    facts.append(
                        (VisibleText.of(column.title), VisibleText.of(column.cells[row], ascii: style == .ascii)))
                }
            }
            out += card(facts, titleWidth)
            if !missing.isEmpty {
                let title = TextWidth.padded("missing", to: titleWidth)
                let lines = TextWrap.lines(
                    title + "  " + missing.joined(separator: ", "), width: width, indent: titleWidth + 2)
                out += lines.map { palette.paint($0, .faint) }
            }
            if row < answer.timelines.count { out += timeline(answer.timelines[row]) }
        }
        return out
    }

    /// Fields beneath each other; on a screen that is wide enough in two columns, each read from top to bottom.
    private func card(_ facts: [(title: String, text: String)], _ titleWidth: Int) -> [String] {
        func line(_ fact: (title: String, text: String)) -> (text: String, drawn: String) {
            let title = TextWidth.padded(fact.title, to: titleWidth)
            return (title + "  " + fact.text, palette.paint(title, .faint) + "  " + fact.text)
        }
        let lines = facts.map(line)
        let half = (lines.count + 1) / 2
        let left = lines.prefix(half).map { TextWidth.of($0.text) }.max() ?? 0
        let right = lines.dropFirst(half).map { TextWidth.of($0.text) }.max() ?? 0
        guard drawsPictures, let width, lines.count > 6, left + 3 + right <= width else {
            return facts.flatMap { fact -> [String] in
                let title = TextWidth.padded(fact.title, to: titleWidth)
                let lines = TextWrap.lines(title + "  " + fact.text, width: width, indent: titleWidth + 2)
                return [palette.paint(title, .faint) + lines[0].dropFirst(title.count)] + lines.dropFirst()
            }
        }
        return (0..<half).map { index in
            guard half + index < lines.count else { return lines[index].drawn }
            let gap = String(repeating: " ", count: left + 3 - TextWidth.of(lines[index].text))
            return lines[index].drawn + gap + lines[half + index].drawn
        }
    }

    private func timeline(_ entries: [Answer.TimelineEntry]) -> [String] {
        guard !entries.isEmpty else { return [] }
        let title = ["", palette.paint("timeline", .heading)]
        if drawsPictures { return title + TimelinePicture.lines(entries, on: canvas) }
        return title
            + entries.map {
                "  " + palette.paint("\($0.day)", .faint) + "  " + VisibleText.of($0.text, ascii: style == .ascii)
            }
    }

    // MARK: Charts

    /// Rows that a chart shows at most: more cannot be told apart.
    private static let chartRowCountMax = 1_000

    private func chart(_ answer: Answer, _ kind: ChartKind?) throws -> [String] {
        let count = min(answer.rowCount, AnswerText.chartRowCountMax)
        guard count > 0 else { return [] }
        let shown = answer.shown
        var keys = shown.filter { answer.columns[$0].isKey }
        if keys.isEmpty { keys = Array(shown.filter { !AnswerText.isMeasure(answer.columns[$0].type) }.prefix(1)) }
        let measures = shown.filter { !keys.contains($0) && AnswerText.isMeasure(answer.columns[$0].type) }
        guard !measures.isEmpty else { return try table(answer) }
        let labels = try displayTable(answer, 0..<count, of: keys)
        let names = (0..<count).map { row in labels.columns.map { $0.cells[row] }.joined(separator: " \(style.dot) ") }
        let texts = try displayTable(answer, 0..<count, of: measures)
        let page = try answer.page(0..<count, of: measures)
        let series = try measures.indices.map { place in
            Chart.Series(
                name: answer.columns[measures[place]].name,
                values: try page.columns[place].cells().map(AnswerText.number),
                texts: texts.columns[place].cells)
        }
        // A series of days reads from left to right; two measures of different kinds do not share an axis.
        let isTime = keys.count == 1 && answer.columns[keys[0]].type.type == .date
        let drawn = kind ?? (isTime ? (count > 24 ? .line : .columns) : .bars)
        let kinds = measures.map { answer.columns[$0].type.type }
        let renderer = ChartRenderer(width: width, style: style, palette: palette)
        let shares = Set(kinds).count == 1
        let charts = shares ? [series] : series.map { [$0] }
        return charts.enumerated().flatMap { index, series in
            (index > 0 ? [""] : []) + renderer.lines(Chart(labels: names, series: series), AnswerText.kind(drawn))
        }
    }

    private static func kind(_ kind: ChartKind) -> Chart.Kind {
        switch kind {
        case .bars: return .bars
        case .columns: return .columns
        case .line: return .line
        case .spark: return .spark
        }
    }

    private static func isMeasure(_ type: ValueType) -> Bool {
        [.number, .money, .percent, .duration].contains(type.type)
    }

    private static func number(_ cell: Cell) -> Double? { cell.real ?? cell.integer.map(Double.init) }

    // MARK: Beneath

    /// What stands under the rows: how many there are, their totals, what words came to, what must be said.
    private func footer(_ answer: Answer, isPictured: Bool = false) throws -> [String] {
        var out: [String] = []
        let hidden = answer.rowCount - shownRowCount(answer)
        let totals = isPictured ? nil : try answer.totals?()
        let format = HumanFormat(currency: totals?.currency ?? .usDollar, style: style)
        if hidden > 0, !isPictured, answer.shape == .rows || answer.shape == .card {
            out.append(
                "\(style.ellipsis) \(format.counted(hidden, "more " + noun(answer))) (.all shows them)"
            )
        }
        if !isPictured, let line = count(answer, totals, format) { out.append(line) }
        out += answer.resolved.map { "\($0.words) = \($0.meaning)" }
        if !isPictured { out += answer.summary }
        out += answer.notes
        return out.flatMap { line in
            TextWrap.lines(VisibleText.of(line, ascii: style == .ascii), width: width, indent: 2).map {
                palette.paint($0, .faint)
            }
        }
    }

    /// `12 deals · $340,000 · weighted $120,400`; a single row of totals and a text need no count.
    private func count(_ answer: Answer, _ totals: Answer.Totals?, _ format: HumanFormat) -> String? {
        guard let totals else {
            if answer.shape == .text || answer.shape == .card { return nil }
            if answer.rowCount == 0 { return "no " + plural(answer) }
            let isOneTotal = answer.rowCount == 1 && !answer.columns.contains { $0.isKey }
            return isOneTotal ? nil : format.counted(answer.rowCount, noun(answer))
        }
        if totals.count == 0 { return "no " + plural(answer) }
        if answer.shape == .card, totals.count == 1 { return nil }
        var parts = [format.counted(totals.count, noun(answer)), format.money(totals.value)]
        if let weighted = totals.weighted { parts.append("weighted " + format.money(weighted)) }
        return parts.joined(separator: " \(style.dot) ")
    }

    /// What one row is called; the name of a computed key is no word for people.
    private func noun(_ answer: Answer) -> String { answer.rowNoun.contains("_") ? "row" : answer.rowNoun }

    private func plural(_ answer: Answer) -> String { EnglishPlural.of(noun(answer)) }
}
