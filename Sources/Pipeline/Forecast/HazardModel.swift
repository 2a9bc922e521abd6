// How deals move, learned from how deals moved: from each stage, at each age in it, the daily chance to win, to lose, or
// to enter each other stage (competing risks), times a factor for the week of the quarter. HazardChances turns these into
// the chance to have won by a given day. Stages are numbers here; a book without stage history has one.
//
//   rate(s, W → x)  = (events(s, W → x) + m · r) ÷ (days(s, W) + m)      W = a span of weeks in stage: all of them, their
//                     halves, and so on down to one week; r = the rate of the span that W is half of,
//                     m = days in which `priorEventCount` deals leave at that rate
//   factor(k, q)    = (events(k, q) + c) ÷ (expected(k, q) + c)         k = win, lose, move; q = weeks to the quarter's end
//   factor(s, k, q) = (events(s, k, q) + c · factor(k, q)) ÷ (expected(s, k, q) + c)
internal import Engine
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
    /// How many leavings the rate of a span of weeks weighs beside those seen in each half of it.
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
    /// [(stage × 3 + kind) × quarterWeekCount + week]; kinds: win, lose, move.
    private let factors: [Double]
    /// How many stays were learned from.
    public let stayCount: Int

    var exitCount: Int { stageCount + 2 }

    /// Learns from the days of the stays that lie in `window`; what happened after it is not looked at.
    /// Throws when the program's flag says to stop.
    /// - Complexity: O(stays × weeks of a stay).
    public init(stays: [StageStay], stageCount: Int, window: Period, calendar: Values.Calendar) throws {
        self.stageCount = stageCount
        self.calendar = calendar
        let exits = stageCount + 2
        let weeks = HazardModel.weekCount + 1
        var tally = StayTally(stageCount: stageCount, calendar: calendar, window: window)
        for (number, stay) in stays.enumerated() {
            if number & 0x3FFF == 0 { try Cancellation.checkAmbient() }
            tally.add(stay)
        }
        stayCount = tally.stayCount

        var rates = [Double](repeating: 0, count: stageCount * weeks * exits)
        for stage in 0..<stageCount {
            tally.smooth(0..<weeks, of: stage, toward: nil) { week, exit, rate in
                rates[(stage * weeks + week) * exits + exit] = rate
            }
        }
        self.rates = rates
        factors = tally.factors(rates: rates)
    }

    /// The factors of a week of the quarter on the rates of a stage.
    func factors(stage: Int, quarterWeek week: Int) -> KindFactors {
        let count = HazardModel.quarterWeekCount
        let first = stage * 3 * count + week
        return KindFactors(win: factors[first], lose: factors[first + count], move: factors[first + 2 * count])
    }

    /// Weeks from the day to the end of its (fiscal) quarter: 0 in the last seven days.
    static func quarterWeek(of day: Day, _ calendar: Values.Calendar) -> Int {
        let quarter = calendar.period(.quarter, containing: day, fiscal: calendar.fiscalYearStartMonth != 1)
        return min(quarterWeekCount - 1, (quarter.end.days(since: day) - 1) / 7)
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
