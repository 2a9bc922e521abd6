// A report of one row has room to say what each of its numbers is: a line for every column, with its meaning beside it.

import Query

enum FactsPicture {
    /// Name, value and meaning of every column of the only row; `nil` when there are more rows.
    static func lines(_ rows: ReportRows, on canvas: Canvas) -> [String]? {
        guard rows.count == 1 else { return nil }
        let names = rows.columns.map(\.name)
        let texts = rows.columns.indices.map { rows.shown(0, $0) }
        let nameWidth = names.map(TextWidth.of).max() ?? 0
        let textWidth = texts.map(TextWidth.of).max() ?? 0
        return rows.columns.indices.flatMap { index -> [String] in
            let fact =
                TextWidth.padded(names[index], to: nameWidth) + "  "
                + TextWidth.paddedLeft(texts[index], to: textWidth)
            let meaning = index < rows.report.meanings.count ? rows.report.meanings[index] : ""
            let start = nameWidth + textWidth + 4
            guard !meaning.isEmpty, canvas.width - start >= 20 else { return [fact] }
            let lines = TextWrap.lines(
                VisibleText.of(meaning, ascii: canvas.style == .ascii), width: canvas.width - start)
            return lines.enumerated().map { number, line in
                (number == 0 ? fact + "  " : String(repeating: " ", count: start)) + canvas.palette.paint(line, .faint)
            }
        }
    }
}

/// Conversion: one group with what each rate means; several side by side, the rates that matter most staying longest.
enum ConversionPicture {
    /// The lines.
    static func lines(_ rows: ReportRows, on canvas: Canvas) -> [String]? {
        if rows.keys().isEmpty { return FactsPicture.lines(rows, on: canvas) }
        let shown = Array(0..<min(rows.count, canvas.rowCountMax ?? .max))
        var lines = canvas.table(
            rows.columns(Array(rows.columns.indices), of: shown), sparing: ["win_rate_value", "won_age", "to_close"])
        if shown.count < rows.count { lines.append(canvas.more(rows.count - shown.count, "row")) }
        return lines
    }
}
