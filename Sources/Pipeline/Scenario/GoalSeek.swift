// Goal seek by bracketing: where, between two values of a lever, does a condition begin or cease to hold? Values are whole
// units (millionths of a percent, say), so that an answer is a number that can be typed and the search always ends.
//
//   values      a ────────┬────────┬────────┬──────── b      looked at first: evenly spaced
//   holds       no        no       yes      no
//   crossings             └ bisect ┘└ bisect ┘                each is narrowed to one step of the resolution
//
// A condition that begins and ceases again between two neighbouring values is not seen: the first look says how fine.

/// Where a condition changes along a lever.
public struct GoalSeek: Hashable, Sendable {
    /// A place where the condition begins or ceases to hold.
    public struct Crossing: Hashable, Sendable {
        /// The first or last value for which it holds.
        public var value: Int64
        /// Whether it holds from there upwards; downwards else.
        public var holdsAbove: Bool
    }

    /// From the least value on.
    public var crossings: [Crossing] = []
    /// Whether it holds at the least value looked at.
    public var holdsAtLeast = false
    /// Whether it holds at the greatest value looked at.
    public var holdsAtMost = false
    /// How often the condition was evaluated.
    public var evaluationCount = 0

    /// Searches the range, first at `intervalCount` even distances, then between neighbours that differ until they are
    /// at most `resolution` apart.
    ///
    /// - Complexity: intervalCount + 1 evaluations, and log2(width of an interval ÷ resolution) for each crossing.
    public init(
        in range: ClosedRange<Int64>, intervalCount: Int, resolution: Int64, _ holds: (Int64) throws -> Bool
    ) rethrows {
        let resolution = max(1, resolution)
        let width = range.upperBound - range.lowerBound
        let count = Int64(max(1, intervalCount))
        var values: [Int64] = []
        for step in 0...count {
            let (whole, rest) = width.quotientAndRemainder(dividingBy: count)
            // On the resolution's grid counted from the least value, the greatest value excepted.
            let raw = whole * step + rest * step / count
            let value = range.lowerBound + (step == count ? raw : raw / resolution * resolution)
            if values.last != value { values.append(value) }
        }
        var last = false
        for (index, value) in values.enumerated() {
            let now = try holds(value)
            evaluationCount += 1
            if index == 0 {
                holdsAtLeast = now
            } else if now != last {
                var (low, high) = (values[index - 1], value)
                while high - low > resolution {
                    let middle = low + max(resolution, (high - low) / 2 / resolution * resolution)
                    evaluationCount += 1
                    if try holds(middle) == last { low = middle } else { high = middle }
                }
                crossings.append(Crossing(value: now ? high : low, holdsAbove: now))
            }
            last = now
        }
        holdsAtMost = last
    }
}
