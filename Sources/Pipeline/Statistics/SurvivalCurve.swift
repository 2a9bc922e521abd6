// How long things last when some are not over yet. The Kaplan-Meier estimator over whole days, with open stays
// censored and running stays joining late (left truncation). Apart from any report, so that one definition serves
// bottlenecks, conversion and stage targets, and so that it can be checked against published tables.
//
//   age (days)        0    1    2    3
//   stay A            |----|----x              entered, left at age 2 (event)
//   stay B                 |----|----o         seen from age 1 on, still there at age 3 (censored)
//   at risk           1    2    2    1

/// One observed stretch of something that may end: a stay in a stage, a deal's life.
public struct Observation: Hashable, Sendable {
    /// The age in days on the first day it was observed; 0 when it was seen from its beginning.
    public var firstAge: Int
    /// The age in days on the last day it was observed; inclusive.
    public var lastAge: Int
    /// What ended it at `lastAge` (0, 1, … by the caller's numbering of causes); `nil` when it had not ended (censored).
    public var cause: Int?

    /// An observation of the ages `firstAge` through `lastAge`, both included. One whose `lastAge` is before its
    /// `firstAge` was never seen and counts for nothing.
    public init(firstAge: Int = 0, lastAge: Int, cause: Int?) {
        self.firstAge = firstAge
        self.lastAge = lastAge
        self.cause = cause
    }
}

/// The share still going after each age: a right-continuous step function that starts at 1.
public struct SurvivalCurve: Sendable {
    /// One step: at `age` the curve falls to `share`.
    public struct Step: Hashable, Sendable {
        /// Age in days.
        public var age: Int
        /// How many ended at this age.
        public var events: Int
        /// How many were observed at this age, those that ended or were last seen at it included.
        public var atRisk: Int
        /// The share still going after this age, 0…1.
        public var share: Double
    }

    /// The steps, ages ascending; only ages at which something ended.
    public let steps: [Step]
    /// The greatest age at which anything was observed; `nil` when nothing was.
    public let greatestAge: Int?

    /// Kaplan & Meier (1958): S(t) = Π over ages u ≤ t of 1 − d(u) ÷ n(u), where d(u) ended at age u (any cause) and
    /// n(u) were at risk, that is observed at age u. What is last seen at the age of an event is still at risk at it.
    /// A stay that ended on the day it began is an event at age 0.
    /// - Complexity: O(n log n).
    public init(_ observations: [Observation]) {
        let table = RiskTable(observations)
        var share = 1.0
        steps = table.rows.compactMap { row in
            let events = row.eventsByCause.reduce(0, +)
            guard events > 0 else { return nil }
            share *= 1 - Double(events) / Double(row.atRisk)
            return Step(age: row.age, events: events, atRisk: row.atRisk, share: share)
        }
        greatestAge = table.greatestAge
    }

    /// The share still going after `age` days, 0…1.
    public func share(after age: Int) -> Double { steps.last { $0.age <= age }?.share ?? 1 }

    /// The smallest age t with S(t) ≤ 1 − `fraction`; `nil` when the curve never falls that far.
    ///
    /// The median is `age(atFraction: 0.5)`. A curve that ends above is shown as `> greatestAge`.
    public func age(atFraction fraction: Double) -> Int? {
        // The product of exact shares may miss a half by rounding: 1e-12 is far above that error and far below 1 ÷ n².
        steps.first { $0.share <= 1 - fraction + 1e-12 }?.age
    }

    /// The smallest age at which at most half are still going.
    public var median: Int? { age(atFraction: 0.5) }
}

/// How many were at risk and how many ended of which cause, at each age where something ended.
struct RiskTable {
    struct Row {
        var age: Int
        var atRisk: Int
        var eventsByCause: [Int]
    }

    let rows: [Row]
    let greatestAge: Int?

    /// - Complexity: O(n log n) in the number of observations.
    init(_ observations: [Observation], causeCount: Int = 0) {
        let seen = observations.filter { $0.firstAge <= $0.lastAge && $0.lastAge >= 0 }
        greatestAge = seen.map(\.lastAge).max()
        let causes = max(causeCount, (seen.compactMap(\.cause).max() ?? -1) + 1)
        let entries = seen.map { max(0, $0.firstAge) }.sortedAges()
        let exits = seen.map(\.lastAge).sortedAges()
        // By cause and not by age in a dictionary (the conversion of a million deals: 0.84 → 0.49 s).
        let events = (0..<causes).map { cause in
            seen.compactMap { $0.cause == cause ? $0.lastAge : nil }.sortedAges()
        }
        var next = events.map { _ in 0 }
        var entered = 0
        var left = 0
        var rows: [Row] = []
        while let age = events.indices.compactMap({ next[$0] < events[$0].count ? events[$0][next[$0]] : nil }).min() {
            let counts = events.indices.map { cause in
                let first = next[cause]
                while next[cause] < events[cause].count, events[cause][next[cause]] == age { next[cause] += 1 }
                return next[cause] - first
            }
            while entered < entries.count, entries[entered] <= age { entered += 1 }
            while left < exits.count, exits[left] < age { left += 1 }
            rows.append(Row(age: age, atRisk: entered - left, eventsByCause: counts))
        }
        self.rows = rows
    }
}
