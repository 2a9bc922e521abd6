// What happened to a deal, a line for each thing, with a lane beside it on one axis of time: a bar for each stay in a stage,
// a point for everything else.
//
//     2026-09-18  entered Initial Contact   ███                        7d
//     2026-09-25  entered Qualification        ███                     7d
//     2026-09-30  close date 2026-10-30          ●
//     2026-10-02  entered Demo Scheduled          ███████████████████ 52d

import Query
import Values

enum TimelinePicture {
    /// The lines of a timeline; without room for lanes only its texts.
    static func lines(_ entries: [Answer.TimelineEntry], on canvas: Canvas) -> [String] {
        let texts = entries.map { VisibleText.of($0.text, ascii: canvas.style == .ascii) }
        let days = entries.map { entry in entry.until.map { "\($0.number - entry.day.number)d" } ?? "" }
        let textWidth = min(texts.map(TextWidth.of).max() ?? 0, max(12, canvas.width / 2 - 14))
        let daysWidth = days.map(TextWidth.of).max() ?? 0
        // Margin, day, and the blanks before text, lane and days.
        let besides: Int = 17 + textWidth + daysWidth
        let lane = min(60, canvas.width - besides)
        let first: Int = entries.map { Int($0.day.number) }.min() ?? 0
        let last: Int = entries.map { Int(($0.until ?? $0.day).number) }.max() ?? 0
        let isDrawn = lane >= 10 && last > first
        return entries.indices.map { index -> String in
            let entry = entries[index]
            let day = canvas.palette.paint(entry.day.description, .faint)
            var line = "  \(day)  " + canvas.fitted(texts[index], textWidth)
            guard isDrawn else { return Canvas.trimmed(line) }
            func place(_ day: Day) -> Int { (Int(day.number) - first) * (lane - 1) / (last - first) }
            let start = place(entry.day)
            let length = max(1, entry.until.map { place($0) - start } ?? 0)
            let sign = entry.until == nil ? (canvas.style == .ascii ? "o" : "●") : canvas.style.fullBlock
            let isLast = entry.until.map { Int($0.number) } == last
            let drawn = String(repeating: sign, count: isLast ? lane - start : length)
            line += "  " + String(repeating: " ", count: start) + canvas.palette.paint(drawn, .name)
            guard entry.until != nil else { return line }
            let rest = lane - start - TextWidth.of(drawn)
            return line + String(repeating: " ", count: rest + 1) + TextWidth.paddedLeft(days[index], to: daysWidth)
        }
    }
}
