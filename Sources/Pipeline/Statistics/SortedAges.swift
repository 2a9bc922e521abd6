// Ages in ascending order. There are millions of them and few different ones, so they are counted and not compared.

extension [Int] {
    /// The ages, none below 0, ascending.
    ///
    /// - Complexity: O(n + greatest age); O(n log n) where the greatest age is above a million days.
    func sortedAges() -> [Int] {
        guard let greatest = self.max(), greatest < 1 << 20, count > 64 else { return sorted() }
        var counts = [Int](repeating: 0, count: greatest + 1)
        for age in self { counts[age] += 1 }
        var ascending: [Int] = []
        ascending.reserveCapacity(count)
        for (age, count) in counts.enumerated() where count > 0 {
            ascending.append(contentsOf: repeatElement(age, count: count))
        }
        return ascending
    }
}
