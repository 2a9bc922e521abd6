// The pipeline as columns of cards, one column for each open stage, as many beside each other as the terminal holds:
//
//     Demo Scheduled
//     11 · $264k
//     weighted $106k
//     ──────────────
//     Ironbridge St…      what the deal is called
//      $46k 63d ▲         its value, its days in the stage, its marks
//
// Stages without deals keep their place. Where the screen is low, a column ends with how many cards it leaves out.

import Query
import Values

enum BoardPicture {
    /// Columns of the terminal that a card takes at least, and at most.
    private static let cardWidth = 13...30

    /// The board; one for each group and each pipeline.
    static func lines(_ rows: ReportRows, on canvas: Canvas) -> [String]? {
        guard let stage = rows.index("stage"), let name = rows.index("name"), let value = rows.index("value"),
            let weighted = rows.index("weighted"), let days = rows.index("in_stage"), let mark = rows.index("mark")
        else { return nil }
        let picture = Board(
            rows: rows, canvas: canvas, stage: stage, name: name, value: value, weighted: weighted, days: days,
            mark: mark)
        let sections = rows.sections(by: rows.keys(except: "stage"))
        var out: [String] = []
        for section in sections {
            if !out.isEmpty { out.append("") }
            let title = rows.label(section[0], rows.keys(except: "stage"))
            if !title.isEmpty {
                out.append(canvas.palette.paint(TextWidth.cut(title, to: canvas.width), .heading))
            }
            out += picture.lines(section)
        }
        let marks = (0..<rows.count).map { rows.name($0, mark) ?? "" }
        let legend = Mark.allCases.compactMap { mark -> String? in
            let count = marks.count { $0.contains(mark.rawValue) }
            return count == 0 ? nil : "\(mark.sign(canvas.style)) \(mark.rawValue) \(count)"
        }
        return legend.isEmpty ? out : out + ["", legend.joined(separator: "   ")]
    }

    /// What a card warns of.
    private enum Mark: String, CaseIterable {
        case stalled, overdue

        func sign(_ style: LineStyle) -> String {
            switch self {
            case .stalled: style == .ascii ? "!" : "▲"
            case .overdue: style == .ascii ? "*" : "◆"
            }
        }

        var role: TextRole { self == .stalled ? .warning : .error }
    }

    private struct Board {
        let rows: ReportRows
        let canvas: Canvas
        let stage: Int
        let name: Int
        let value: Int
        let weighted: Int
        let days: Int
        let mark: Int

        func lines(_ section: [Int]) -> [String] {
            var cards: [String: [Int]] = [:]
            var order: [String] = []
            for row in section {
                let name = rows.name(row, stage) ?? canvas.style.dash
                if cards[name] == nil { order.append(name) }
                cards[name, default: []].append(row)
            }
            let pipeline = rows.index("pipeline").flatMap { rows.name(section[0], $0) }
            let known =
                pipeline.flatMap { rows.report.stages[$0] }
                ?? (rows.report.stages.count == 1 ? rows.report.stages.first?.value : nil) ?? []
            let stages = known + order.filter { !known.contains($0) }
            let least = BoardPicture.cardWidth.lowerBound
            let besides = max(1, min(stages.count, (canvas.width + 2) / (least + 2)))
            // Bands of about the same number of columns: five and one would look like a mistake.
            let bandCount = (stages.count + besides - 1) / besides
            let perBand = (stages.count + bandCount - 1) / max(1, bandCount)
            let width = min(BoardPicture.cardWidth.upperBound, (canvas.width + 2) / perBand - 2)
            var out: [String] = []
            for start in stride(from: 0, to: stages.count, by: perBand) {
                if start > 0 { out.append("") }
                let band = stages[start..<min(start + perBand, stages.count)]
                let titles = band.map { TitleLines.of($0, width: width) }
                let height = titles.map(\.count).max() ?? 1
                out += beside(
                    zip(band, titles).map { stage, title in
                        Array(repeating: "", count: height - title.count).map { ($0, $0) }
                            + title.map { line($0, .heading, width) } + column(cards[stage] ?? [], width)
                    }, width)
            }
            return out
        }

        /// Columns of lines side by side; a line is its text and how it looks.
        private func beside(_ columns: [[(text: String, drawn: String)]], _ width: Int) -> [String] {
            (0..<(columns.map(\.count).max() ?? 0)).map { index in
                var line = ""
                var owed = 0
                for column in columns {
                    if index < column.count, !column[index].text.isEmpty {
                        line += String(repeating: " ", count: owed) + column[index].drawn
                        owed = width - TextWidth.of(column[index].text) + 2
                    } else {
                        owed += width + 2
                    }
                }
                return line
            }
        }

        private func line(_ text: String, _ role: TextRole, _ width: Int) -> (text: String, drawn: String) {
            let text = TextWidth.cut(
                VisibleText.of(text, ascii: canvas.style == .ascii), to: width, ellipsis: canvas.style.ellipsis)
            return (text, canvas.palette.paint(text, role))
        }

        private func column(_ members: [Int], _ width: Int) -> [(text: String, drawn: String)] {
            let format = rows.format(value)
            // What no deal of the stage has is no $0.
            func sum(_ column: Int) -> String {
                let amounts = members.compactMap { rows.integer($0, column) }
                let cents = amounts.reduce(Int64(0)) { $0.addingReportingOverflow($1).partialValue }
                return amounts.isEmpty && !members.isEmpty
                    ? canvas.style.dash : format.compactMoney(Money(cents: cents))
            }
            var out = [
                line("\(members.count) \(canvas.style.dot) \(sum(value))", .plain, width),
                line("weighted \(sum(weighted))", .faint, width),
                line(String(repeating: canvas.style.horizontal, count: width), .faint, width),
            ]
            // Two lines to a card, and four above them.
            let shown = members.prefix(canvas.rowCountMax.map { max(2, ($0 - 4) / 2) } ?? .max)
            for row in shown {
                out.append(line(rows.shown(row, name), .plain, width))
                out.append(facts(row, width, format))
            }
            let hidden = members.dropFirst(shown.count)
            if !hidden.isEmpty {
                let whole = "\(canvas.style.ellipsis) \(hidden.count) more (.all)"
                let text = TextWidth.of(whole) <= width ? whole : "\(canvas.style.ellipsis) \(hidden.count) more"
                out.append(line(text, .faint, width))
            }
            return out
        }

        /// ` $46k 63d ▲`: cut from the right where even that is too long.
        private func facts(_ row: Int, _ width: Int, _ format: HumanFormat) -> (text: String, drawn: String) {
            let amount = rows.integer(row, value).map { Money(cents: $0) }
            let days = rows.shown(row, days)
            let marks = Mark.allCases.filter { (rows.name(row, mark) ?? "").contains($0.rawValue) }
            let signs = marks.map { $0.sign(canvas.style) }.joined()
            // Amounts of a narrow column are all short, so that they can be compared.
            let money = width < 18 ? amount.map(format.compactMoney) ?? canvas.style.dash : format.money(amount)
            let text = " " + money + " " + days + (signs.isEmpty ? "" : " ")
            if TextWidth.of(text) + signs.count > width {
                let cut = TextWidth.cut(text + signs, to: width, ellipsis: canvas.style.ellipsis)
                return (cut, cut)
            }
            let painted = marks.map { canvas.palette.paint($0.sign(canvas.style), $0.role) }.joined()
            return (text + signs, text + painted)
        }
    }
}
