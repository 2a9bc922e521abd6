// The characters that lengths, levels and shapes are drawn with, in Unicode and in ASCII. One place, so that charts and
// the pictures of reports look alike and a terminal that knows only ASCII gets a form of its own.

extension LineStyle {
    /// A cell that is filled.
    var fullBlock: String { self == .ascii ? "#" : "█" }

    /// A bar of that many columns, to the eighth; what is not nothing is seen.
    func bar(_ columns: Double) -> String {
        guard columns > 0 else { return "" }
        guard self == .unicode else { return String(repeating: "#", count: max(1, Int(columns.rounded()))) }
        let eighths = max(1, Int((columns * 8).rounded()))
        let parts = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"]
        return String(repeating: "█", count: eighths / 8) + parts[eighths % 8]
    }

    /// A cell that is as dark as a share of the greatest is large: five levels, nothing for nothing.
    func shade(_ share: Double) -> String {
        let levels = self == .ascii ? [" ", ".", "-", "+", "#"] : [" ", "░", "▒", "▓", "█"]
        guard share > 0 else { return levels[0] }
        return levels[min(4, max(1, Int((share * 4).rounded(.up))))]
    }

    /// The shape of a series in one character for each value, from zero up; a blank where there is none.
    func spark(_ values: [Double?]) -> String {
        let steps = self == .ascii ? Array("_.-~=*^#") : Array("▁▂▃▄▅▆▇█")
        let known = values.compactMap { $0 }
        let (low, high) = (min(0, known.min() ?? 0), max(0, known.max() ?? 0))
        return String(
            values.map { value -> Character in
                guard let value else { return " " }
                guard high > low else { return steps[0] }
                return steps[min(7, Int((value - low) / (high - low) * 7.999))]
            })
    }
}
