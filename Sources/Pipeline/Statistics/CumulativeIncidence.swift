// What share has ended of which cause by a given age, when causes compete: a deal that is lost can no longer be won.
// The Aalen-Johansen estimator. Censoring the losses instead would overstate winning; this does not.

/// For each of several causes, the share ended by it after each age; they and the undecided share add up to 1.
public struct CumulativeIncidence: Sendable {
    /// One step of the curves.
    public struct Step: Hashable, Sendable {
        /// Age in days.
        public var age: Int
        /// How many were observed at this age.
        public var atRisk: Int
        /// By cause, the share ended by it up to and including this age, 0…1.
        public var shareByCause: [Double]
        /// The share not ended after this age, 0…1.
        public var undecided: Double
    }

    /// The steps, ages ascending; only ages at which something ended.
    public let steps: [Step]
    /// The number of causes.
    public let causeCount: Int
    /// The last age with at least `n` observed, found with `greatestAge(atRiskAtLeast:)`.
    private let sortedEntries: [Int]
    private let sortedExits: [Int]

    /// Aalen & Johansen (1978): F_c(t) = Σ over ages u ≤ t of S(u−) · d_c(u) ÷ n(u), where S is the Kaplan-Meier curve of
    /// ending by any cause, d_c(u) ended of cause c at age u, and n(u) were at risk.
    /// - Parameter causeCount: the number of causes; those in the observations are 0 ..< causeCount.
    /// - Complexity: O(n log n + ages × causes).
    public init(_ observations: [Observation], causeCount: Int) {
        let table = RiskTable(observations, causeCount: causeCount)
        var undecided = 1.0
        var shares = [Double](repeating: 0, count: causeCount)
        var made: [Step] = []
        made.reserveCapacity(table.rows.count)
        for row in table.rows {
            var events = 0
            for (cause, count) in row.eventsByCause.prefix(causeCount).enumerated() where count > 0 {
                shares[cause] += undecided * Double(count) / Double(row.atRisk)
                events += count
            }
            undecided *= 1 - Double(events) / Double(row.atRisk)
            made.append(Step(age: row.age, atRisk: row.atRisk, shareByCause: shares, undecided: undecided))
        }
        steps = made
        self.causeCount = causeCount
        let seen = observations.filter { $0.firstAge <= $0.lastAge && $0.lastAge >= 0 }
        sortedEntries = seen.map { max(0, $0.firstAge) }.sortedAges()
        sortedExits = seen.map(\.lastAge).sortedAges()
    }

    /// By cause, the share ended by it up to and including `age`.
    public func shares(at age: Int) -> [Double] {
        steps.last { $0.age <= age }?.shareByCause ?? [Double](repeating: 0, count: causeCount)
    }

    /// The share not ended after `age`.
    public func undecided(at age: Int) -> Double { steps.last { $0.age <= age }?.undecided ?? 1 }

    /// The smallest age at which at least `share` ended of the cause; `nil` when that is never reached.
    public func age(ofCause cause: Int, reaching share: Double) -> Int? {
        steps.first { $0.shareByCause[cause] >= share - 1e-12 }?.age
    }

    /// How many were observed at the age.
    public func atRisk(at age: Int) -> Int {
        sortedEntries.partitionIndex { $0 > age } - sortedExits.partitionIndex { $0 >= age }
    }

    /// The greatest age at which at least `count` were observed: beyond it the curves rest on too few to be shown.
    /// `nil` when there is none.
    public func greatestAge(atRiskAtLeast count: Int) -> Int? {
        // At risk changes only at entries and exits, and is greatest-age-wise decided at exits.
        var seen: Int?
        for age in sortedExits.reversed() where age != seen {
            seen = age
            if atRisk(at: age) >= count { return age }
        }
        return nil
    }
}

extension Array where Element == Int {
    /// The first index whose element fulfils a condition that is false, then true, along the array.
    fileprivate func partitionIndex(where isAfter: (Int) -> Bool) -> Int {
        var low = 0
        var high = count
        while low < high {
            let middle = (low + high) / 2
            if isAfter(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
