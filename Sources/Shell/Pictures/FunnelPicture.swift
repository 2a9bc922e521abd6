// The funnel as bars whose length is the number of deals that reached each stage. Several groups stand under each other in
// one table with the stages as columns, so that they can be compared: in each cell how many reached the stage, and a bar
// for their share of the deals that began.

import Query
import Values

enum FunnelPicture {
    /// One pipeline and group as bars, several as a table of them.
    static func lines(_ rows: ReportRows, on canvas: Canvas) -> [String]? {
        guard let stage = rows.index("stage"), let reached = rows.index("reached"), let share = rows.index("from_first")
        else { return nil }
        let groups = rows.keys(except: "stage", "pipeline")
        let pipeline = rows.keys().filter { rows.columns[$0].name == "pipeline" }
        // One pipeline at a time: others have other stages.
        var out: [String] = []
        var seen: [String] = []
        let sections = rows.sections(by: groups + pipeline)
        func pipelineName(_ section: [Int]) -> String { rows.label(section[0], pipeline) }
        for section in sections where !seen.contains(pipelineName(section)) {
            let name = pipelineName(section)
            seen.append(name)
            let own = sections.filter { pipelineName($0) == name }
            if !out.isEmpty { out.append("") }
            if !name.isEmpty { out.append(canvas.palette.paint(TextWidth.cut(name, to: canvas.width), .heading)) }
            if groups.isEmpty {
                out += bars(rows, section, stage, reached, canvas)
            } else {
                guard let lines = compared(rows, own, groups, stage, reached, share, canvas) else { return nil }
                out += lines
            }
        }
        return out
    }

    private static func bars(
        _ rows: ReportRows, _ section: [Int], _ stage: Int, _ reached: Int, _ canvas: Canvas
    ) -> [String] {
        let shown = rows.columns.indices.filter { !rows.columns[$0].isKey || $0 == stage }
        return canvas.table(
            shown.map { rows.column($0, of: section) }, barsAt: 1,
            lengths: section.map { rows.number($0, reached) ?? 0 },
            sparing: ["from_first", "moved_on", "resolved", "still_here", "lost_here"])
    }

    private static func compared(
        _ rows: ReportRows, _ sections: [[Int]], _ groups: [Int], _ stage: Int, _ reached: Int, _ share: Int,
        _ canvas: Canvas
    ) -> [String]? {
        // Rows beside the stages, such as deals lost at an unknown one, have no share of the first.
        var names: [String] = []
        for row in sections.joined() where rows.number(row, reached) != nil {
            let name = rows.shown(row, stage)
            if !names.contains(name) { names.append(name) }
        }
        let limit = canvas.rowCountMax ?? .max
        let shown = sections.prefix(limit)
        var columns = groups.map { rows.column($0, of: shown.map { $0[0] }) }
        let countWidth = sections.joined().map { TextWidth.of(rows.shown($0, reached)) }.max() ?? 1
        let labels = columns.reduce(0) { $0 + min(TableRenderer.leastWidth($1), max(8, canvas.width / 4)) + 2 }
        let room = (canvas.width - labels + 2) / max(1, names.count) - 2 - countWidth - 1
        guard room >= 3 else { return nil }
        let length = min(12, room)
        for name in names {
            let cells = shown.map { section -> String in
                guard
                    let row = section.first(where: { rows.shown($0, stage) == name && rows.number($0, reached) != nil })
                else { return "" }
                let count = TextWidth.paddedLeft(rows.shown(row, reached), to: countWidth)
                return count + " " + canvas.style.bar((rows.number(row, share) ?? 0) * Double(length))
            }
            // Titles are cut before a stage is left out; cells never are.
            columns.append(
                DisplayTable.Column(
                    title: name, alignment: .left, mayBeCut: true, minimumWidth: countWidth + 1 + length, cells: cells))
        }
        var out = canvas.table(columns)
        if sections.count > shown.count { out.append(canvas.more(sections.count - shown.count, "row")) }
        let remark = "deals that reached the stage; bars: their share of those that began. .fields shows every number"
        return out + TextWrap.lines(remark, width: canvas.width, indent: 2).map { canvas.palette.paint($0, .faint) }
    }
}
