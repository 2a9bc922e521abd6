// How far long work has come: a bar with rate and time left, on standard error, only at a terminal, only for work that
// takes long enough to wonder about. It leaves no trace when the work is done.

import Glibc

/// A bar that is drawn over itself.
final class ProgressBar {
    private let output: Output?
    private let label: String
    private let total: Int
    private let noun: String
    private let style: LineStyle
    private let start = ContinuousClock.now
    private var lastDrawn: ContinuousClock.Instant?

    /// Work shorter than this shows no bar; redraws are this far apart.
    private static let patience = Duration.milliseconds(300)
    private static let interval = Duration.milliseconds(100)
    private static let barWidth = 24

    /// A bar for `total` of something; `nil` for the output shows nothing.
    init(_ label: String, total: Int, noun: String, on output: Output?, style: LineStyle) {
        self.label = label
        self.total = max(1, total)
        self.noun = noun
        self.output = output
        self.style = style
    }

    /// So much is done.
    func update(_ done: Int) {
        guard let output else { return }
        let now = ContinuousClock.now
        let elapsed = start.duration(to: now)
        guard elapsed > ProgressBar.patience, now - (lastDrawn ?? start) > ProgressBar.interval else { return }
        lastDrawn = now
        output.write("\r" + ProgressBar.line(label, done, of: total, noun, elapsed, style) + "\u{1b}[K")
        output.flush()
    }

    /// Takes the bar away.
    func finish() {
        guard let output, lastDrawn != nil else { return }
        output.write("\r\u{1b}[K")
        output.flush()
        lastDrawn = nil
    }

    /// `generate ████████░░░░ 61%  1.2m deals/s  3 s left`.
    static func line(
        _ label: String, _ done: Int, of total: Int, _ noun: String, _ elapsed: Duration, _ style: LineStyle
    ) -> String {
        let share = min(1, Double(done) / Double(total))
        let seconds = Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) / 1e18
        let full = Int(share * Double(barWidth))
        let bar =
            String(repeating: style == .unicode ? "█" : "#", count: full)
            + String(repeating: style == .unicode ? "░" : ".", count: barWidth - full)
        var line = "\(label) \(bar) \(Int(share * 100))%"
        guard done > 0, seconds > 0 else { return line }
        line += "  \(short(Double(done) / seconds)) \(noun)/s"
        let left = Int((seconds / share * (1 - share)).rounded(.up))
        return line + (left < 120 ? "  \(left) s left" : "  \((left + 59) / 60) min left")
    }

    private static func short(_ number: Double) -> String {
        if number >= 1e6 { return "\((number / 1e5).rounded() / 10)m" }
        if number >= 1e3 { return "\(Int((number / 1e3).rounded()))k" }
        return "\(Int(number.rounded()))"
    }
}
