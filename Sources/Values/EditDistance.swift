// How far a typed name is from a known one: the number of letters put in, left out, changed or swapped with the
// next (Damerau's distance, each place edited once). Small enough to run against every name of a dictionary.

/// Distances between names.
public enum EditDistance {
    /// The distance between two texts, or `nil` when it is above `limit`.
    ///
    /// Complexity: O(limit × length), by looking only at a band around the diagonal.
    public static func between(_ left: [UInt32], _ right: [UInt32], limit: Int) -> Int? {
        if abs(left.count - right.count) > limit { return nil }
        if left.isEmpty || right.isEmpty { return max(left.count, right.count) }
        let far = limit + 1
        var beforeLast = [Int](repeating: far, count: right.count + 1)
        var last = (0...right.count).map { min($0, far) }
        for row in 1...left.count {
            var current = [Int](repeating: far, count: right.count + 1)
            if row <= limit { current[0] = row }
            let from = max(1, row - limit)
            let through = min(right.count, row + limit)
            var best = current[0]
            if from <= through {
                for column in from...through {
                    let same = left[row - 1] == right[column - 1]
                    var cost = min(last[column] + 1, current[column - 1] + 1, last[column - 1] + (same ? 0 : 1))
                    if row > 1, column > 1, left[row - 1] == right[column - 2], left[row - 2] == right[column - 1] {
                        cost = min(cost, beforeLast[column - 2] + 1)
                    }
                    current[column] = min(cost, far)
                    best = min(best, current[column])
                }
            }
            if best > limit { return nil }
            beforeLast = last
            last = current
        }
        return last[right.count] <= limit ? last[right.count] : nil
    }
}
