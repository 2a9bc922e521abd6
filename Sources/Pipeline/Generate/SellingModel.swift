// How deals live: the model behind every generated book, as tables. It is apart from the code that draws from it
// (DealLife), because forecasts are tested against what stands here.
//
// A deal is in an open stage at an age there. Every day it runs two risks, each a hazard (expected events per day):
//   forward = base(stage, age in stage) × activity(day) × pull(day, stage) × shock(quarter) × k
//   other   = base(stage, age in stage) × activity(day) × (quarter's last two weeks: 1.2) × m
// k and m multiply what source, type, owner and size of the deal do. Nothing else matters: no deal knows another one
// except through the shock, a lognormal factor with mean 1 that all deals of a quarter share. `forward` is the next
// stage, or one further (8%, from the first three stages), or from Proposal Sent straight to won (12%). `other` is
// lost, or back a stage (14%, not from the first). The hazards are constant within a day: the chance of no event over
// some days is e^−(sum of both), and the event's kind on its day is by the ratio of the two.

internal import Values

/// The tables of the model, laid out for days counted from a plan's first day.
struct SellingModel: Sendable {
    /// The pipeline's open stages come first, then won and lost.
    static let won = 5
    /// See `won`.
    static let lost = 6
    /// Ages in stage, in days, at which the base hazards change.
    static let ageLimits = [7, 14, 21, 28, 42, 63, 91, Int.max >> 1]
    /// Base hazards of going forward, per 10,000 and day, by stage and band of age. Demo Scheduled is slow to begin:
    /// calendars are full for three weeks.
    static let forwardBase: [[Int]] = [
        [750, 800, 600, 450, 300, 200, 100, 40],
        [350, 600, 650, 500, 400, 250, 120, 50],
        [40, 120, 260, 380, 420, 330, 180, 70],
        [250, 550, 600, 500, 350, 220, 120, 50],
        [300, 600, 650, 500, 350, 250, 120, 50],
    ]
    /// Base hazards of being lost or going back, likewise.
    static let otherBase: [[Int]] = [
        [150, 250, 350, 400, 350, 300, 200, 120],
        [120, 180, 230, 260, 260, 220, 150, 100],
        [40, 60, 80, 100, 120, 120, 100, 80],
        [60, 120, 180, 220, 220, 200, 150, 90],
        [50, 100, 150, 180, 180, 160, 120, 80],
    ]
    /// The stages' probabilities in percent, as a new book has them.
    static let stagePercents = [10, 20, 40, 60, 80, 100, 0]
    /// The stages' targets in days.
    static let stageTargets = [10, 14, 14, 14, 14]
    /// Days that a salesperson expects a deal still to need, by stage: too few, so that close dates slip.
    static let expectedDays: [Double] = [60, 50, 40, 20, 9]

    /// Something that deals have and that changes their lives.
    struct Kind {
        /// Its name in the book.
        var name: String
        /// How many of 1,000 deals have it.
        var weight: Int
        /// Its factor on the forward hazards.
        var forward: Double
        /// Its factor on the other hazards.
        var other: Double
        /// Its factor on the value.
        var value: Double
    }

    /// Sources of new business; a whitepaper download is the weakest lead, a referral the best.
    static let sources = [
        Kind(name: "Website", weight: 240, forward: 1, other: 1, value: 1),
        Kind(name: "Whitepaper", weight: 180, forward: 0.88, other: 1.4, value: 0.9),
        Kind(name: "Webinar", weight: 140, forward: 0.96, other: 1.12, value: 0.95),
        Kind(name: "Outbound", weight: 140, forward: 0.92, other: 1.2, value: 1.25),
        Kind(name: "Referral", weight: 120, forward: 1.2, other: 0.7, value: 1.1),
        Kind(name: "Event", weight: 90, forward: 1, other: 1.05, value: 1.05),
        Kind(name: "Partner", weight: 90, forward: 1.1, other: 0.85, value: 1.2),
        customers,
    ]
    /// Where three in four expansions and renewals come from.
    static let customers = Kind(name: "Customer", weight: 0, forward: 1.1, other: 0.85, value: 1)
    /// Types of deals.
    static let types = [
        Kind(name: "New Business", weight: 700, forward: 1, other: 1, value: 1),
        Kind(name: "Expansion", weight: 200, forward: 1.1, other: 0.8, value: 0.7),
        Kind(name: "Renewal", weight: 100, forward: 1.4, other: 0.5, value: 1.1),
    ]
    /// Products; `value` is the median price in dollars to a middle-sized account.
    static let products = [
        Kind(name: "Core Platform", weight: 320, forward: 1, other: 1, value: 24_000),
        Kind(name: "Analytics", weight: 220, forward: 1, other: 1, value: 15_000),
        Kind(name: "Integration Hub", weight: 150, forward: 1, other: 1, value: 11_000),
        Kind(name: "Mobile", weight: 110, forward: 1.05, other: 1, value: 8_000),
        Kind(name: "Premium Support", weight: 100, forward: 1.1, other: 0.9, value: 6_000),
        Kind(name: "Enterprise Suite", weight: 100, forward: 0.9, other: 1.05, value: 62_000),
    ]
    /// Why deals are lost, with weights.
    static let reasons: [(name: String, weight: Int)] = [
        ("No decision", 26), ("Price", 22), ("Competitor", 20), ("Missing feature", 12), ("No budget", 10),
        ("Bad timing", 7), ("Contact left", 3),
    ]
    /// What is to be done next, by open stage.
    static let nextSteps: [[String]] = [
        ["Call back", "Send introduction", "Find decision maker"],
        ["Discovery call", "Confirm budget", "Map stakeholders"],
        ["Agree on a demo date", "Prepare demo data", "Hold demo"],
        ["Follow up on proposal", "Answer security questions", "Arrange reference call"],
        ["Send contract", "Legal review", "Agree on discount", "Get signature"],
    ]

    /// The first day; day numbers in the tables count from it.
    let start: Int
    /// The number of days, the last of which is today.
    let dayCount: Int
    /// Sums of the calendar's factors on going forward over the days before each day: first for the stages before
    /// Proposal Sent, then for the later ones, which feel the quarter's end.
    let forwardSums: [[Double]]
    /// Sums of the calendar's factors on the other risk.
    let otherSums: [Double]
    /// Weights of the days for new deals, as running sums from 0; one more than there are days.
    let arrivalSums: [Double]

    /// The last day of the month of each day, for two years beyond today.
    private let monthEnds: [Int]
    /// The last day of the quarter of each day, likewise.
    private let quarterEnds: [Int]

    /// Lays out the calendar of a plan.
    init(_ plan: GenerationPlan) {
        start = Int(plan.start.number)
        dayCount = plan.dayCount
        var early = [0.0]
        var late = [0.0]
        var other = [0.0]
        var arrivals = [0.0]
        let calendar = Calendar(today: plan.today)
        let deviation = Double(plan.shockPercent) / 100
        let growth = ExactMath.log(1 + Double(plan.growthPercent) / 100)
        var quarter = calendar.period(.quarter, containing: plan.start)
        var shock = SellingModel.shock(plan.seed, quarter, deviation)
        for offset in 0..<plan.dayCount {
            let day = plan.start.adding(days: offset)
            if !quarter.contains(day) {
                quarter = calendar.period(.quarter, containing: day)
                shock = SellingModel.shock(plan.seed, quarter, deviation)
            }
            let activity = SellingModel.activity(day)
            let left = quarter.end.days(since: day)
            early.append(early[offset] + activity * shock.forward)
            late.append(late[offset] + activity * shock.forward * SellingModel.pull(left, quarter.dayCount))
            other.append(other[offset] + activity * (left <= 14 ? 1.2 : 1))
            let trend = ExactMath.exp(growth * Double(offset) / 365)
            arrivals.append(arrivals[offset] + SellingModel.arrivals(day) * trend * shock.arrivals)
        }
        forwardSums = [early, early, early, late, late]
        otherSums = other
        arrivalSums = arrivals
        let days = (0..<plan.dayCount + 730).map { plan.start.adding(days: $0) }
        monthEnds = days.map { calendar.period(.month, containing: $0).end.days(since: plan.start) - 1 }
        quarterEnds = days.map { calendar.period(.quarter, containing: $0).end.days(since: plan.start) - 1 }
    }

    /// The last day of the month that holds the day.
    func monthEnd(_ day: Int) -> Int { day < monthEnds.count ? monthEnds[day] : day }
    /// The last day of the quarter that holds the day.
    func quarterEnd(_ day: Int) -> Int { day < quarterEnds.count ? quarterEnds[day] : day }

    /// The factors that all deals of a quarter share; that on new deals is half as strong and drawn apart.
    private static func shock(_ seed: UInt64, _ quarter: Period, _ deviation: Double)
        -> (forward: Double, arrivals: Double)
    {
        var stream = RandomStream(seed: seed, .quarter, Int(quarter.start.number))
        let half = deviation / 2
        let forward = ExactMath.exp(deviation * stream.normal() - deviation * deviation / 2)
        return (forward, ExactMath.exp(half * stream.normal() - half * half / 2))
    }

    /// How much is done on a day: little at weekends, less in August, hardly anything around New Year.
    private static func activity(_ day: Day) -> Double {
        let date = day.civil
        var factor: Double
        switch day.weekday {
        case .saturday: factor = 0.12
        case .sunday: factor = 0.06
        default: factor = 1.36
        }
        if date.month == 8 { factor *= 0.85 }
        if (date.month == 12 && date.day >= 24) || (date.month == 1 && date.day <= 2) { factor *= 0.3 }
        return factor
    }

    /// How much faster or slower late stages move with so many days left in a quarter of so many.
    private static func pull(_ left: Int, _ length: Int) -> Double {
        switch left {
        case ...7: 2.2
        case ...14: 1.6
        case ...28: 1.25
        case ...42: 1
        default: length - left < 14 ? 0.7 : 0.85
        }
    }

    /// How many new deals a day gets, relative to others, by weekday and month.
    private static func arrivals(_ day: Day) -> Double {
        let byMonth = [0.95, 1, 1.08, 1.02, 1, 0.98, 0.82, 0.72, 1.08, 1.12, 1.08, 0.62]
        let byWeekday = [1.15, 1.25, 1.2, 1.15, 0.9, 0.08, 0.05]
        return byMonth[day.month - 1] * byWeekday[day.weekday.rawValue - 1]
    }
}
