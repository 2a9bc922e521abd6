// Bottlenecks as a table of the numbers, and the reasons in words beneath it, where they have room: a reason is a sentence.

import Query

enum BottlenecksPicture {
    /// The table without the reasons, then the reasons.
    static func lines(_ rows: ReportRows, on canvas: Canvas) -> [String]? {
        guard let reason = rows.index("reason") else { return nil }
        let shown = Array(0..<min(rows.count, canvas.rowCountMax ?? .max))
        var out = canvas.table(
            rows.columns(rows.columns.indices.filter { $0 != reason }, of: shown),
            sparing: ["over_value", "change", "conversion", "p90_days"])
        if shown.count < rows.count { out.append(canvas.more(rows.count - shown.count, "row")) }
        let keys = rows.keys(except: "stage", "pipeline")
        var number = 0
        for row in shown {
            guard let text = rows.name(row, reason), !text.isEmpty else { continue }
            if number == 0 { out.append("") }
            number += 1
            let label = rows.label(row, keys)
            let sentence = "\(number). " + (label.isEmpty ? "" : label + ": ") + text
            let lines = TextWrap.lines(
                VisibleText.of(sentence, ascii: canvas.style == .ascii), width: canvas.width, indent: 3)
            // The first is the bottleneck; the others are for comparison.
            out += number == 1 ? lines.map { canvas.palette.paint($0, .warning) } : lines
        }
        return out
    }
}
