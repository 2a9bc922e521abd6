// What to work on today as a list to be worked through: a line for the deal, and beneath it why it stands there. A reason
// is a sentence, which a column of a narrow table would cut.
//
//     1. D-154  $36,000  Tundra Mining Desk · Demo Scheduled · Tom Becker
//        close date 13 days past, 16 days over the stage's target

import Query

enum FocusPicture {
    /// The list, in the order of the report.
    static func lines(_ rows: ReportRows, on canvas: Canvas) -> [String]? {
        guard let id = rows.index("id"), let name = rows.index("name"), let value = rows.index("value"),
            let why = rows.index("why")
        else { return nil }
        let facts = [name, rows.index("stage"), rows.index("owner")].compactMap { $0 }
        // Two lines to a deal.
        let shown = Array(0..<min(rows.count, canvas.rowCountMax.map { max(1, $0 / 2) } ?? .max))
        let ids = rows.column(id, of: shown).cells
        let values = rows.column(value, of: shown).cells
        let idWidth = ids.map(TextWidth.of).max() ?? 0
        let valueWidth = values.map(TextWidth.of).max() ?? 0
        let numberWidth = String(shown.count).count
        let margin = String(repeating: " ", count: numberWidth + 2)
        var out: [String] = []
        var group: String?
        for row in shown {
            let label = rows.label(row, rows.keys())
            if !label.isEmpty, label != group {
                if group != nil { out.append("") }
                out.append(canvas.palette.paint(TextWidth.cut(label, to: canvas.width), .heading))
                group = label
            }
            let number = TextWidth.paddedLeft(String(row + 1), to: numberWidth)
            let id = TextWidth.padded(ids[row], to: idWidth)
            let start = "\(number). \(id)  \(TextWidth.paddedLeft(values[row], to: valueWidth))  "
            let rest = facts.map { rows.shown(row, $0) }.joined(separator: " \(canvas.style.dot) ")
            let line = TextWidth.cut(start + rest, to: canvas.width, ellipsis: canvas.style.ellipsis)
            out.append(Canvas.trimmed(line))
            guard let reason = rows.name(row, why), !reason.isEmpty else { continue }
            let text = margin + VisibleText.of(reason, ascii: canvas.style == .ascii)
            out += TextWrap.lines(text, width: canvas.width, indent: numberWidth + 2).map {
                canvas.palette.paint($0, .faint)
            }
        }
        if shown.count < rows.count { out.append(canvas.more(rows.count - shown.count, "deal")) }
        return out
    }
}
