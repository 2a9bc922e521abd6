// Changes as a waterfall: the open value at the start, every change as a step from where the one before it ended, and the
// open value at the end. What comes in is a full bar, what goes out a hatched one.
//
//     start       33  $599,000  ▐████████████████████
//     new          4   $18,000                       ████
//     lost         1   -$4,500                      ▒
//     end         36  $611,500  ▐███████████████████████
//
// Where the changes are small beside what was there, the bars leave out the part that all have in common, and say so.

import Query
import Values

enum WaterfallPicture {
    /// A waterfall for each group.
    static func lines(_ rows: ReportRows, on canvas: Canvas) -> [String]? {
        guard let change = rows.index("change"), let deals = rows.index("deals"), let amount = rows.index("amount")
        else { return nil }
        let keys = rows.keys(except: "change")
        var out: [String] = []
        for section in rows.sections(by: keys) {
            if !out.isEmpty { out.append("") }
            let title = rows.label(section[0], keys)
            if !title.isEmpty { out.append(canvas.palette.paint(TextWidth.cut(title, to: canvas.width), .heading)) }
            out += waterfall(rows, section, change, deals, amount, canvas)
        }
        return out
    }

    private static func waterfall(
        _ rows: ReportRows, _ section: [Int], _ change: Int, _ deals: Int, _ amount: Int, _ canvas: Canvas
    ) -> [String] {
        let columns = [change, deals, amount].map { rows.column($0, of: section) }
        let room = canvas.width - canvas.taken(columns) - 2
        guard room >= 10 else { return canvas.table(columns) }
        let steps = levels(section.map { (rows.name($0, change) ?? "", rows.number($0, amount) ?? 0) })
        let all = steps.flatMap { [$0.from, $0.to] }
        let (least, greatest) = (all.filter { $0 != 0 }.min() ?? 0, max(0, all.max() ?? 0))
        // The part that every bar has in common is left out when it is more than half of the picture.
        let cut = least > greatest / 2 && steps.contains { !$0.isTotal } ? least - (greatest - least) * 0.25 : 0
        let isCut = cut > 0
        let low = isCut ? cut : min(0, all.min() ?? 0)
        let scale = greatest > low ? Double(min(60, room) - 1) / (greatest - low) : 0
        func place(_ level: Double) -> Int { Int(((max(level, low) - low) * scale).rounded()) }
        let cells = steps.map { step -> String in
            let (from, to) = (place(min(step.from, step.to)), place(max(step.from, step.to)))
            if step.from == step.to { return "" }
            let length = max(1, to - from)
            if step.isTotal {
                return (isCut ? cutSign(canvas.style) : "")
                    + String(repeating: canvas.style.fullBlock, count: max(1, length - (isCut ? 1 : 0)))
            }
            let fill = step.to > step.from ? rise(canvas.style) : fall(canvas.style)
            return String(repeating: " ", count: max(0, min(from, to - 1))) + String(repeating: fill, count: length)
        }
        var out = canvas.table(
            columns + [Canvas.drawing(cells)])
        if isCut {
            let format = rows.format(amount)
            let remark = "\(cutSign(canvas.style)) bars begin at \(format.compactMoney(Money(cents: Int64(cut))))"
            out.append(canvas.palette.paint(remark, .faint))
        }
        return out
    }

    private static func rise(_ style: LineStyle) -> String { style == .ascii ? "+" : "▓" }
    private static func fall(_ style: LineStyle) -> String { style == .ascii ? "-" : "░" }
    private static func cutSign(_ style: LineStyle) -> String { style == .ascii ? "/" : "╱" }

    /// From where to where each row's bar goes.
    private struct Step {
        var from: Double
        var to: Double
        var isTotal: Bool
    }

    private static func levels(_ rows: [(name: String, amount: Double)]) -> [Step] {
        var level = 0.0
        return rows.map { row in
            if row.name == "start" || row.name == "end" {
                level = row.amount
                return Step(from: 0, to: row.amount, isTotal: true)
            }
            defer { level += row.amount }
            return Step(from: level, to: level + row.amount, isTotal: false)
        }
    }
}
