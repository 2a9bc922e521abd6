// Tables whose cells are shaded by their size, so that the eye finds where deals wait and when they are won. The number
// stands beside its shade: nothing is told by the shade alone.

import Engine
import Query
import Values

enum HeatPicture {
    /// Stage × days there, shaded by the number of deals.
    static func aging(_ rows: ReportRows, on canvas: Canvas) -> [String]? {
        guard rows.has("stage", "deals", "value") else { return nil }
        let bands = rows.columns.indices.filter {
            !rows.columns[$0].isKey && !["deals", "value"].contains(rows.columns[$0].name)
        }
        return table(rows, shaded: bands, cellGap: " ", on: canvas)
    }

    /// Cohorts by what share was won within so many weeks.
    static func cohorts(_ rows: ReportRows, on canvas: Canvas) -> [String]? {
        let weeks = rows.columns.indices.filter {
            let name = rows.columns[$0].name
            return name.hasPrefix("won_") && name.hasSuffix("w")
        }
        guard !weeks.isEmpty else { return nil }
        return table(rows, shaded: weeks, cellGap: "", on: canvas)
    }

    private static func table(_ rows: ReportRows, shaded: [Int], cellGap: String, on canvas: Canvas) -> [String]? {
        let limit = min(rows.count, canvas.rowCountMax ?? .max)
        let shown = Array(0..<limit)
        let greatest = shaded.flatMap { column in shown.compactMap { rows.number($0, column) } }.max() ?? 0
        let columns = rows.columns(Array(rows.columns.indices), of: shown).enumerated().map { index, column in
            guard shaded.contains(index) else { return column }
            var column = column
            let width = column.cells.map(TextWidth.of).max() ?? 0
            column.cells = zip(shown, column.cells).map { row, text in
                guard let number = rows.number(row, index) else { return "" }
                if number == 0 { return canvas.style.dot }
                return canvas.style.shade(greatest > 0 ? number / greatest : 0) + cellGap
                    + TextWidth.paddedLeft(text, to: width)
            }
            return column
        }
        var out = canvas.table(columns, sparing: ["value"])
        if limit < rows.count { out.append(canvas.more(rows.count - limit, "row")) }
        return out
    }
}
