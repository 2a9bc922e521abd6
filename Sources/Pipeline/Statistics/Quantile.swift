// Quantiles of plain numbers: one definition for medians and p90s of reports, the same as the engine's aggregates.

/// Order statistics of numbers.
public enum Quantile {
    /// The quantile at `fraction` (0…1) by linear interpolation between order statistics (Hyndman & Fan's type 7):
    /// with n sorted values, the value at position fraction × (n − 1). `nil` when there are none.
    public static func linear(_ values: [Double], _ fraction: Double) -> Double? {
        guard !values.isEmpty else { return nil }
        let sorted = values.sorted()
        let position = fraction * Double(sorted.count - 1)
        let low = min(max(0, Int(position.rounded(.down))), sorted.count - 1)
        let high = min(low + 1, sorted.count - 1)
        return sorted[low] + (sorted[high] - sorted[low]) * (position - Double(low))
    }

    /// The median: the middle value, or the midpoint of the two middle ones. `nil` when there are none.
    public static func median(_ values: [Double]) -> Double? { linear(values, 0.5) }
}
