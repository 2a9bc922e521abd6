// What to generate. The plan alone decides the book: two equal plans give equal books, whatever the machine.

public import Values

/// The size, time and seed of a generated book.
public struct GenerationPlan: Hashable, Sendable {
    /// How many deals, 1 or more.
    public var dealCount: Int
    /// Where all chance comes from.
    public var seed: UInt64
    /// The day the book stands at, 2000-01-01 or later; nothing in it happened later.
    public var today: Day
    /// Quarters of history before the one that holds `today`: the first deal is created in the first of them.
    public var quarterCount: Int
    /// By how much a year's new deals exceed the year's before, in percent.
    public var growthPercent: Int
    /// The strength of the shock that all deals of a quarter share: the standard deviation of the logarithm of the
    /// factor on the hazards of moving forward, in percent. 0 makes deals independent.
    public var shockPercent: Int

    /// A plan; the defaults are three years up to 2026-11-23 that grow by 20% a year, with a common shock of 12%.
    public init(
        dealCount: Int, seed: UInt64 = 1, today: Day = Day(clamping: 20_780), quarterCount: Int = 12,
        growthPercent: Int = 20, shockPercent: Int = 12
    ) {
        self.dealCount = max(1, dealCount)
        self.seed = seed
        self.today = max(today, Day(clamping: 10_957))
        self.quarterCount = max(1, min(quarterCount, 100))
        self.growthPercent = max(-50, min(growthPercent, 200))
        self.shockPercent = max(0, min(shockPercent, 100))
    }

    /// A plan of so many deals per quarter of history (and as many, in proportion, in the present one), not growing.
    public init(dealsPerQuarter: Int, quarterCount: Int, seed: UInt64 = 1, today: Day = Day(clamping: 20_780)) {
        let count = max(1, min(quarterCount, 100))
        self.init(dealCount: 1, seed: seed, today: today, quarterCount: count, growthPercent: 0)
        let quarterShare = Double(today.days(since: presentQuarter.start) + 1) / Double(presentQuarter.dayCount)
        dealCount = max(1, dealsPerQuarter * count + Int(Double(dealsPerQuarter) * quarterShare))
    }

    /// The quarter that holds `today`.
    var presentQuarter: Period { Calendar(today: today).period(.quarter, containing: today) }
    /// The first day of the first quarter.
    var start: Day { presentQuarter.start.adding(months: -3 * quarterCount) }
    /// Days from `start` to `today`, both included.
    var dayCount: Int { today.days(since: start) + 1 }
}
