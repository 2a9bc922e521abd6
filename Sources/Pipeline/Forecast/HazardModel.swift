// How deals move, learned from how deals moved: from each stage, at each age in it, the daily chance to win, to lose, or
// to enter each other stage (competing risks), times a factor for the week of the quarter. A backward pass over the days
// turns these into the chance to have won by a given day. Stages are numbers here; a book without stage history has one.
//
//   rate(s, w → x)  = (events(s, w → x) + m · r) ÷ (days(s, w) + m)      w = week in stage, r = the stage's overall rate,
//                                                                      m = days worth `priorEventCount` leavings
//   factor(k, q)    = (events(k, q) + c) ÷ (expected(k, q) + c)         k = win, lose, move; q = weeks to the quarter's end
//   V(t, s, a)      = p(won) + Σ p(→ x) · V(t, x, 0) + (1 − Σ p) · V(t + 1, s, a + 1)          V(end + 1, …) = 0
public import Values

/// A stretch of days that a deal spent in one open stage.
public struct StageStay: Hashable, Sendable {
    /// How a stay ended.
    public enum Exit: Hashable, Sendable {
        /// By moving to another open stage, by its number.
        case stage(Int)
        /// By being won.
        case won
        /// By being lost.
        case lost
    }

    /// The stage, 0 ..< the model's number of stages.
    public var stage: Int
    /// The day it was entered.
    public var entered: Day
    /// The day it ended and how; `nil` while it lasts.
    public var exit: (day: Day, to: Exit)? {
        get { exitDay.flatMap { day in exitTo.map { (day, $0) } } }
        set {
            exitDay = newValue?.day
            exitTo = newValue?.to
        }
    }
    private var exitDay: Day?
    private var exitTo: Exit?

    /// A stay.
    public init(stage: Int, entered: Day, exit: (day: Day, to: Exit)? = nil) {
        self.stage = stage
        self.entered = entered
        exitDay = exit?.day
        exitTo = exit?.to
    }
}

/// Daily rates of leaving each stage, by where to, week in stage and week of the quarter.
public struct HazardModel: Sendable {
    /// Ages are told apart week by week up to this many weeks; older stays share one rate.
    static let weekCount = 26
    /// Ages in days that are told apart: the last stands for itself and all above.
    static let ageCount = weekCount * 7 + 1
    /// Weeks of a quarter, counted back from its end; 14 for the few days beyond 13 weeks.
    static let quarterWeekCount = 14
    /// How many leavings the stage's overall rate weighs beside those seen in one week of age.
    static let priorEventCount = 8.0
    /// How many events "no effect" weighs beside those seen in one week of the quarter.
    static let factorPriorCount = 20.0
    /// Days after which a deal that is still open is taken as never won.
    static let everDayCount = 5 * 365

    /// The number of open stages.
    public let stageCount: Int
    let calendar: Values.Calendar
    /// [(stage × weekCount+1 + week) × exitCount + exit]; exits: stages, then won, then lost.
    private(set) var rates: [Double]
    /// [kind × quarterWeekCount + week]; kinds: win, lose, move.
    let factors: [Double]
    /// How many stays were learned from.
    public let stayCount: Int

    var exitCount: Int { stageCount + 2 }

    /// Learns from the days of the stays that lie in `window`; what happened after it is not looked at.
    /// - Complexity: O(stays × weeks of a stay).
    public init(stays: [StageStay], stageCount: Int, window: Period, calendar: Values.Calendar) {
        self.stageCount = stageCount
        self.calendar = calendar
        let exits = stageCount + 2
        let weeks = HazardModel.weekCount + 1
        var tally = Tally(stageCount: stageCount, calendar: calendar, window: window)
        for stay in stays { tally.add(stay) }
        stayCount = tally.stayCount

        var rates = [Double](repeating: 0, count: stageCount * weeks * exits)
        for stage in 0..<stageCount {
            var overall = [Double](repeating: 0, count: exits)
            var stageDays = 0.0
            for week in 0..<weeks {
                let cell = stage * weeks + week
                stageDays += tally.days[cell]
                for exit in 0..<exits { overall[exit] += tally.events[cell * exits + exit] }
            }
            guard stageDays > 0 else { continue }
            let leaving = overall.reduce(0, +) / stageDays
            guard leaving > 0 else { continue }
            let prior = HazardModel.priorEventCount / leaving
            for week in 0..<weeks {
                let cell = stage * weeks + week
                for exit in 0..<exits {
                    rates[cell * exits + exit] =
                        (tally.events[cell * exits + exit] + prior * overall[exit] / stageDays)
                        / (tally.days[cell] + prior)
                }
            }
        }
        self.rates = rates
        factors = tally.factors(rates: rates)
    }

    /// For a deal in `stage` that has been there `age` days at the end of `day`: the chance to have won by the end of
    /// `end`, for every stage and age; 0 when `end` is not after `day`.
    public func chances(after day: Day, through end: Day) -> ChanceTable {
        var table = ChanceTable(stageCount: stageCount)
        guard end > day else { return table }
        var later = [Double](repeating: 0, count: stageCount * HazardModel.ageCount)
        var arrivals = [Double](repeating: 0, count: stageCount)
        var ratesByWeek: [Int: DayRates] = [:]
        for back in 0..<end.days(since: day) {
            let week = HazardModel.quarterWeek(of: end.adding(days: -back), calendar)
            let today = ratesByWeek[week] ?? dayRates(factorsIn(week))
            ratesByWeek[week] = today
            later = step(later, today)
            for stage in 0..<stageCount { arrivals[stage] += later[stage * HazardModel.ageCount] }
        }
        table.values = later
        table.arrivalSums = arrivals
        return table
    }

    /// The chance ever to win, for every stage and age, without any week of the quarter.
    public func everChances() -> ChanceTable {
        var table = ChanceTable(stageCount: stageCount)
        var later = [Double](repeating: 0, count: stageCount * HazardModel.ageCount)
        let usual = dayRates((1, 1, 1))
        for _ in 0..<HazardModel.everDayCount {
            let next = step(later, usual)
            // Deals that are still open change nothing any more once a day adds less than this to any state.
            let gain = zip(next, later).reduce(0) { max($0, $1.0 - $1.1) }
            later = next
            if gain < 1e-9 { break }
        }
        table.values = later
        return table
    }

    private func factorsIn(_ week: Int) -> (win: Double, lose: Double, move: Double) {
        let count = HazardModel.quarterWeekCount
        return (factors[week], factors[count + week], factors[2 * count + week])
    }

    /// Weeks from the day to the end of its (fiscal) quarter: 0 in the last seven days.
    static func quarterWeek(of day: Day, _ calendar: Values.Calendar) -> Int {
        let quarter = calendar.period(.quarter, containing: day, fiscal: calendar.fiscalYearStartMonth != 1)
        return min(quarterWeekCount - 1, (quarter.end.days(since: day) - 1) / 7)
    }

    /// The chances of one day, by stage and week of age: won, moved to each stage, stayed (the rest is lost).
    private struct DayRates {
        var won: [Double] = []
        var stay: [Double] = []
        /// [(stage × weeks + week) × stages + stage]
        var moves: [Double] = []
    }

    private func dayRates(_ factor: (win: Double, lose: Double, move: Double)) -> DayRates {
        let cells = stageCount * (HazardModel.weekCount + 1)
        var day = DayRates()
        for cell in 0..<cells {
            let start = cell * exitCount
            var won = rates[start + stageCount] * factor.win
            var lost = rates[start + stageCount + 1] * factor.lose
            var moved = 0.0
            for other in 0..<stageCount { moved += rates[start + other] * factor.move }
            let sum = won + lost + moved
            let scale = sum > 1 ? 1 / sum : 1
            won *= scale
            lost *= scale
            for other in 0..<stageCount { day.moves.append(rates[start + other] * factor.move * scale) }
            day.won.append(won)
            day.stay.append(max(0, 1 - won - lost - moved * scale))
        }
        return day
    }

    /// One day backward: values at the start of a day from those at the start of the next.
    private func step(_ later: [Double], _ day: DayRates) -> [Double] {
        let ages = HazardModel.ageCount
        let weeks = HazardModel.weekCount + 1
        var now = [Double](repeating: 0, count: later.count)
        // A deal that moves on this day can leave the new stage on the same day: a small linear system in the values of
        // just-entered stages. The chances to leave within a day are small, so a few rounds settle it.
        var fresh = (0..<stageCount).map { later[$0 * ages + 1] }
        for _ in 0..<12 {
            let before = fresh
            for stage in 0..<stageCount {
                let cell = stage * weeks
                var value = day.won[cell] + day.stay[cell] * later[stage * ages + 1]
                for other in 0..<stageCount { value += day.moves[cell * stageCount + other] * before[other] }
                fresh[stage] = value
            }
        }
        for stage in 0..<stageCount {
            for week in 0..<weeks {
                let cell = stage * weeks + week
                var gone = day.won[cell]
                for other in 0..<stageCount { gone += day.moves[cell * stageCount + other] * fresh[other] }
                let stay = day.stay[cell]
                for age in (week * 7)..<min(ages, week * 7 + 7) {
                    now[stage * ages + age] = gone + stay * later[stage * ages + min(age + 1, ages - 1)]
                }
            }
            now[stage * ages] = fresh[stage]
        }
        return now
    }

    /// The same model with all rates of winning, losing and moving multiplied.
    func scaled(_ factors: KindFactors) -> HazardModel {
        var copy = self
        for cell in 0..<(stageCount * (HazardModel.weekCount + 1)) {
            for exit in 0..<exitCount {
                let factor = exit < stageCount ? factors.move : exit == stageCount ? factors.win : factors.lose
                copy.rates[cell * exitCount + exit] *= factor
            }
        }
        return copy
    }
}

/// A factor for each kind of leaving a stage.
struct KindFactors: Hashable, Sendable {
    var win = 1.0
    var lose = 1.0
    var move = 1.0
}

/// A chance for every stage and age in days, and what arrivals of each day would add.
public struct ChanceTable: Sendable {
    let stageCount: Int
    var values: [Double]
    /// By stage: the chances of a deal that enters on each of the days, added up over the days.
    fileprivate(set) var arrivalSums: [Double]

    init(stageCount: Int) {
        self.stageCount = stageCount
        values = [Double](repeating: 0, count: stageCount * HazardModel.ageCount)
        arrivalSums = [Double](repeating: 0, count: stageCount)
    }

    /// The chance of a deal that has been `age` days (0 or more) in the stage at the end of the day asked from: its next
    /// day in the stage is its `age + 1`st.
    public func chance(stage: Int, age: Int) -> Double {
        guard (0..<stageCount).contains(stage) else { return 0 }
        return values[stage * HazardModel.ageCount + min(max(0, age) + 1, HazardModel.ageCount - 1)]
    }

    /// The chance of a deal that enters the stage on the first day.
    func freshChance(stage: Int) -> Double {
        (0..<stageCount).contains(stage) ? values[stage * HazardModel.ageCount] : 0
    }

    /// What a deal entering the stage on each of the days adds up to.
    func arrivalSum(stage: Int) -> Double { (0..<stageCount).contains(stage) ? arrivalSums[stage] : 0 }
}

/// The days of stays that lie in a window, in runs that share a week of age and a week of the quarter.
struct StayRuns {
    private let stageCount: Int
    private let window: Period
    /// Week of the quarter by day of the window.
    private let quarterWeeks: [UInt8]

    init(stageCount: Int, window: Period, calendar: Values.Calendar) {
        self.stageCount = stageCount
        self.window = window
        quarterWeeks = (0..<max(0, window.dayCount)).map {
            UInt8(HazardModel.quarterWeek(of: window.start.adding(days: $0), calendar))
        }
    }

    /// The week of the quarter of a day in the window.
    func quarterWeek(of day: Day) -> Int { Int(quarterWeeks[day.days(since: window.start)]) }

    /// A stay of which days lie in the window.
    struct Seen {
        /// Its end, if within the window.
        var exit: (day: Day, to: StageStay.Exit)?
    }

    /// Calls for each run with the week of age, the week of the quarter and the number of days; gives the exit if the
    /// stay ended within the window, `nil` when none of its days is in it.
    func forEach(
        of stay: StageStay, _ body: (_ week: Int, _ quarterWeek: Int, _ dayCount: Int) -> Void
    ) -> Seen? {
        guard (0..<stageCount).contains(stay.stage), stay.entered < window.end else { return nil }
        let exit = stay.exit.flatMap { window.end > $0.day ? $0 : nil }
        var place = max(0, stay.entered.days(since: window.start))
        let last = (exit?.day ?? window.end.adding(days: -1)).days(since: window.start)
        guard last >= place else { return nil }
        let offset = window.start.days(since: stay.entered)
        while place <= last {
            let week = min((place + offset) / 7, HazardModel.weekCount)
            let end = week == HazardModel.weekCount ? last + 1 : min(last + 1, (week + 1) * 7 - offset)
            var next = place + 1
            while next < end, quarterWeeks[next] == quarterWeeks[place] { next += 1 }
            body(week, Int(quarterWeeks[place]), next - place)
            place = next
        }
        return Seen(exit: exit)
    }
}

/// Days and events, counted by stage and week of age, and by week of the quarter.
private struct Tally {
    let stageCount: Int
    let weeks = HazardModel.weekCount + 1
    var days: [Double]
    var events: [Double]
    /// [cell × quarterWeekCount + quarter week]: days, for the expected events of each week of the quarter.
    var daysByQuarterWeek: [Double]
    /// [kind × quarterWeekCount + quarter week]
    var eventsByQuarterWeek = [Double](repeating: 0, count: 3 * HazardModel.quarterWeekCount)
    var stayCount = 0
    private let runs: StayRuns

    init(stageCount: Int, calendar: Values.Calendar, window: Period) {
        self.stageCount = stageCount
        runs = StayRuns(stageCount: stageCount, window: window, calendar: calendar)
        days = [Double](repeating: 0, count: stageCount * weeks)
        events = [Double](repeating: 0, count: stageCount * weeks * (stageCount + 2))
        daysByQuarterWeek = [Double](repeating: 0, count: stageCount * weeks * HazardModel.quarterWeekCount)
    }

    mutating func add(_ stay: StageStay) {
        guard
            let seen = runs.forEach(
                of: stay,
                { week, quarterWeek, dayCount in
                    let cell = stay.stage * weeks + week
                    days[cell] += Double(dayCount)
                    daysByQuarterWeek[cell * HazardModel.quarterWeekCount + quarterWeek] += Double(dayCount)
                })
        else { return }
        stayCount += 1
        guard let exit = seen.exit else { return }
        let week = min(exit.day.days(since: stay.entered) / 7, weeks - 1)
        let kind: Int
        let place: Int
        switch exit.to {
        case .won: (kind, place) = (0, stageCount)
        case .lost: (kind, place) = (1, stageCount + 1)
        case .stage(let other):
            guard (0..<stageCount).contains(other) else { return }
            (kind, place) = (2, other)
        }
        events[(stay.stage * weeks + week) * (stageCount + 2) + place] += 1
        let quarterWeek = runs.quarterWeek(of: exit.day)
        eventsByQuarterWeek[kind * HazardModel.quarterWeekCount + quarterWeek] += 1
    }

    /// Seen ÷ expected events per kind and week of the quarter, drawn toward 1 where few were expected.
    func factors(rates: [Double]) -> [Double] {
        let count = HazardModel.quarterWeekCount
        let exits = stageCount + 2
        var expected = [Double](repeating: 0, count: 3 * count)
        for cell in 0..<(stageCount * weeks) {
            var byKind = [0.0, 0.0, 0.0]
            for exit in 0..<exits {
                byKind[exit < stageCount ? 2 : exit - stageCount] += rates[cell * exits + exit]
            }
            for week in 0..<count {
                for kind in 0..<3 {
                    expected[kind * count + week] += byKind[kind] * daysByQuarterWeek[cell * count + week]
                }
            }
        }
        return (0..<(3 * count)).map {
            (eventsByQuarterWeek[$0] + HazardModel.factorPriorCount) / (expected[$0] + HazardModel.factorPriorCount)
        }
    }
}
