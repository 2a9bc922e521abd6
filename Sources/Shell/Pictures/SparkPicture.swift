// Reports over time: their rows as a table, and above it a line for every measure that shows its shape, from its first
// value to its last. Velocity of groups that are no days gets bars instead.

import Engine
import Query
import Values

enum SparkPicture {
    /// Velocity: shapes when it goes by a unit of time, else bars for the money per day.
    static func velocity(_ rows: ReportRows, on canvas: Canvas) -> [String]? {
        let keys = rows.keys()
        guard let perDay = rows.index("per_day") else { return nil }
        if keys.isEmpty { return FactsPicture.lines(rows, on: canvas) }
        if keys.count == 1, rows.isTime(keys[0]) { return overTime(rows, keys[0], canvas) }
        let shown = Array(0..<min(rows.count, canvas.rowCountMax ?? .max))
        var lines = canvas.table(
            rows.columns(Array(rows.columns.indices), of: shown), barsAt: rows.columns.count,
            lengths: shown.map { rows.number($0, perDay) ?? 0 })
        if shown.count < rows.count { lines.append(canvas.more(rows.count - shown.count, "row")) }
        return lines
    }

    /// Trend: shapes above the table.
    static func trend(_ rows: ReportRows, on canvas: Canvas) -> [String]? {
        let keys = rows.keys()
        guard keys.count == 1, rows.isTime(keys[0]) else { return nil }
        return overTime(rows, keys[0], canvas)
    }

    private static func overTime(_ rows: ReportRows, _ day: Int, _ canvas: Canvas) -> [String] {
        let dated = (0..<rows.count).filter { !rows.isMissing($0, day) }
        let measures = rows.columns.indices.filter { $0 != day }
        let shown = (0..<rows.count).suffix(canvas.rowCountMax ?? .max)
        let table = canvas.table(rows.columns.indices.map { rows.column($0, of: Array(shown)) })
        let more = shown.count < rows.count ? [canvas.more(rows.count - shown.count, "row")] : []
        guard dated.count > 1 else { return table + more }
        let titleWidth = measures.map { TextWidth.of(rows.columns[$0].name) }.max() ?? 0
        var out: [String] = []
        for measure in measures {
            let column = rows.column(measure, of: dated)
            let known = dated.indices.filter { rows.number(dated[$0], measure) != nil }
            guard let first = known.first, let last = known.last else { continue }
            let ends = "  \(column.cells[first]) \(canvas.style == .ascii ? "->" : "→") \(column.cells[last])"
            let room = canvas.width - titleWidth - 2 - TextWidth.of(ends)
            guard room > 0 else { continue }
            // The latest values are those that matter when not all fit.
            let values = dated.suffix(room).map { rows.number($0, measure) }
            out.append(
                TextWidth.padded(rows.columns[measure].name, to: titleWidth) + "  "
                    + canvas.palette.paint(canvas.style.spark(values), .name) + ends)
        }
        return out.isEmpty ? table + more : out + [""] + table + more
    }
}
