// What stays are counted into: days and events by stage and week of age, and by week of the quarter. Apart from the model
// that is made of them because owners and sizes are counted the same way, over other spans.
import Values

/// The days of stays that lie in a window, in runs that share a week of age and a week of the quarter.
struct StayRuns {
    private let stageCount: Int
    private let window: Period
    /// Week of the quarter by day of the window.
    private let quarterWeeks: [UInt8]
    /// By day of the window the first one after it that is in another week of the quarter.
    private let runEnds: [Int]

    init(stageCount: Int, window: Period, calendar: Values.Calendar) {
        self.stageCount = stageCount
        self.window = window
        let weeks = (0..<max(0, window.dayCount)).map {
            UInt8(HazardModel.quarterWeek(of: window.start.adding(days: $0), calendar))
        }
        var ends = [Int](repeating: weeks.count, count: weeks.count)
        for day in weeks.indices.dropLast().reversed() {
            ends[day] = weeks[day] == weeks[day + 1] ? ends[day + 1] : day + 1
        }
        quarterWeeks = weeks
        runEnds = ends
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
            let next = min(end, runEnds[place])
            body(week, Int(quarterWeeks[place]), next - place)
            place = next
        }
        return Seen(exit: exit)
    }
}

/// Days and events, counted by stage and week of age, and by week of the quarter.
struct StayTally {
    let stageCount: Int
    let weeks = HazardModel.weekCount + 1
    var days: [Double]
    var events: [Double]
    /// [cell × quarterWeekCount + quarter week]: days, for the expected events of each week of the quarter.
    var daysByQuarterWeek: [Double]
    /// [(stage × 3 + kind) × quarterWeekCount + quarter week]
    var eventsByQuarterWeek: [Double]
    var stayCount = 0
    private let runs: StayRuns

    init(stageCount: Int, calendar: Values.Calendar, window: Period) {
        self.stageCount = stageCount
        runs = StayRuns(stageCount: stageCount, window: window, calendar: calendar)
        days = [Double](repeating: 0, count: stageCount * weeks)
        events = [Double](repeating: 0, count: stageCount * weeks * (stageCount + 2))
        daysByQuarterWeek = [Double](repeating: 0, count: stageCount * weeks * HazardModel.quarterWeekCount)
        eventsByQuarterWeek = [Double](repeating: 0, count: stageCount * 3 * HazardModel.quarterWeekCount)
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
        eventsByQuarterWeek[(stay.stage * 3 + kind) * HazardModel.quarterWeekCount + quarterWeek] += 1
    }

    /// Calls with the rate of each week and exit: that of the span, drawn toward the rates of the span that it is half of,
    /// and so on for its own halves. Old deals are few and leave seldom; drawn toward all ages at once they would seem as
    /// lively as young ones.
    func smooth(
        _ span: Range<Int>, of stage: Int, toward above: [Double]?,
        _ body: (_ week: Int, _ exit: Int, _ rate: Double) -> Void
    ) {
        let exits = stageCount + 2
        var seen = [Double](repeating: 0, count: exits)
        var dayCount = 0.0
        for week in span {
            let cell = stage * weeks + week
            dayCount += days[cell]
            for exit in 0..<exits { seen[exit] += events[cell * exits + exit] }
        }
        var rates = seen
        if let above {
            let leaving = above.reduce(0, +)
            let prior = leaving > 0 ? HazardModel.priorEventCount / leaving : 0
            guard dayCount + prior > 0 else { return }
            for exit in 0..<exits { rates[exit] = (seen[exit] + prior * above[exit]) / (dayCount + prior) }
        } else {
            guard dayCount > 0 else { return }
            for exit in 0..<exits { rates[exit] /= dayCount }
        }
        guard span.count > 1 else {
            for exit in 0..<exits { body(span.lowerBound, exit, rates[exit]) }
            return
        }
        let middle = span.lowerBound + span.count / 2
        smooth(span.lowerBound..<middle, of: stage, toward: rates, body)
        smooth(middle..<span.upperBound, of: stage, toward: rates, body)
    }

    /// Seen ÷ expected events by stage, kind and week of the quarter, drawn toward those of all stages together, and these
    /// toward 1. What is late in a pipeline feels the quarter's end more than what is early.
    func factors(rates: [Double]) -> [Double] {
        let count = HazardModel.quarterWeekCount
        let prior = HazardModel.factorPriorCount
        let exits = stageCount + 2
        var expected = [Double](repeating: 0, count: eventsByQuarterWeek.count)
        for cell in 0..<(stageCount * weeks) {
            var byKind = [0.0, 0.0, 0.0]
            for exit in 0..<exits {
                byKind[exit < stageCount ? 2 : exit - stageCount] += rates[cell * exits + exit]
            }
            let first = cell / weeks * 3 * count
            for week in 0..<count {
                for kind in 0..<3 {
                    expected[first + kind * count + week] += byKind[kind] * daysByQuarterWeek[cell * count + week]
                }
            }
        }
        var all = (seen: [Double](repeating: 0, count: 3 * count), expected: [Double](repeating: 0, count: 3 * count))
        for place in expected.indices {
            all.seen[place % (3 * count)] += eventsByQuarterWeek[place]
            all.expected[place % (3 * count)] += expected[place]
        }
        let common = zip(all.seen, all.expected).map { ($0 + prior) / ($1 + prior) }
        return expected.indices.map { place in
            (eventsByQuarterWeek[place] + prior * common[place % (3 * count)]) / (expected[place] + prior)
        }
    }
}
