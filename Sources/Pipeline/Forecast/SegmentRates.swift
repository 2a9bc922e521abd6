// Whether deals of one owner move otherwise than those of another, and by how much. Differences between groups are
// mostly chance, so they count only where days that they were not learned from say so: the first two thirds of the window
// teach a factor for each owner and each kind of leaving a stage, the last third is foretold with and without them.
//
//   factor  = (events + c) ÷ (expected + c)              expected: the owner's days × the rates of all owners
//   gain    = Σ events · ln factor − expected · (factor − 1)         the log-likelihood won on the held-out days
//   taken   when gain > 2 · √(Σ events · ln² factor)
//
// Only the owner is tried: of what could part deals it is all that history keeps, so that nothing learned later counts.

internal import Glibc

import Engine
import Values

/// Factors on the rates by owner.
struct SegmentRates {
    /// How many events "no effect" weighs beside those seen.
    static let priorCount = 20.0
    /// Deviations by which the gain must exceed nothing.
    static let deviationCountMin = 2.0
    /// Owners told apart, those with most events; the others have the rates of all.
    static let segmentCountMax = 50

    /// Owners by their place in `byOwner`.
    let owners: [Cell]
    private let byOwner: [KindFactors]
    private let placeOfOwner: [Cell: Int]
    /// The gain on the held-out days and its standard deviation.
    let gain: (found: Double, deviation: Double)

    /// Learns from stays that began with these history rows; `nil` where owners make no difference that holds.
    init?(
        _ stays: [StageStay], of rows: [Int], stageCount: Int, _ versions: VersionDays, window: Period,
        calendar: Values.Calendar
    ) throws {
        let ownerOfRow = try versions.rows.columns[HistoryColumn.owner.index].cells()
        let names = rows.map { $0 < 0 ? .missing : ownerOfRow[$0] }
        self.init(stays, by: names, stageCount: stageCount, window: window, calendar: calendar)
    }

    /// Learns from stays whose owner (or any other name) is given beside them.
    init?(_ stays: [StageStay], by names: [Cell], stageCount: Int, window: Period, calendar: Values.Calendar) {
        var counts: [Cell: Int] = [:]
        for name in names where name != .missing { counts[name, default: 0] += 1 }
        let chosen = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(SegmentRates.segmentCountMax)
        guard chosen.count > 1 else { return nil }
        owners = chosen.map(\.key)
        var places: [Cell: Int] = [:]
        for (place, name) in owners.enumerated() { places[name] = place }
        placeOfOwner = places
        let segments = names.map { places[$0] ?? -1 }
        let cut = window.start.adding(days: window.dayCount * 2 / 3)
        let training = Period(from: window.start, upTo: cut)
        let held = Period(from: cut, upTo: window.end)
        let learned = HazardModel(stays: stays, stageCount: stageCount, window: training, calendar: calendar)
        let before = SegmentTally(stays, segments, owners.count, learned, training)
        let after = SegmentTally(stays, segments, owners.count, learned, held)
        var found = 0.0
        var square = 0.0
        for kind in 0..<3 {
            let factors = before.factors(kind)
            // What changed for all alike between the two spans is no difference between owners.
            let seen = after.events[kind].reduce(0, +)
            let foretold = after.expected[kind].reduce(0, +)
            guard foretold > 0 else { continue }
            for segment in owners.indices {
                let events = after.events[kind][segment]
                let expected = after.expected[kind][segment] * seen / foretold
                let logarithm = log(factors[segment])
                found += events * logarithm - expected * (factors[segment] - 1)
                square += events * logarithm * logarithm
            }
        }
        gain = (found, square.squareRoot())
        guard found > SegmentRates.deviationCountMin * square.squareRoot(), found > 0 else { return nil }
        let whole = HazardModel(stays: stays, stageCount: stageCount, window: window, calendar: calendar)
        let all = SegmentTally(stays, segments, owners.count, whole, window)
        let (win, lose, move) = (all.factors(0), all.factors(1), all.factors(2))
        byOwner = owners.indices.map { KindFactors(win: win[$0], lose: lose[$0], move: move[$0]) }
    }

    /// The factors of a segment; `nil` for −1.
    func factors(of segment: Int) -> KindFactors? { byOwner.indices.contains(segment) ? byOwner[segment] : nil }

    /// The segment of a deal; −1 when its owner is not told apart.
    func segment(_ deals: ForecastDeals, _ index: Int) -> Int { placeOfOwner[deals.owners[index]] ?? -1 }

    /// The segment of an owner; −1 when not told apart.
    func segment(of owner: Cell) -> Int { placeOfOwner[owner] ?? -1 }
}

/// Seen and expected events by kind (won, lost, moved) and segment.
private struct SegmentTally {
    var events: [[Double]]
    var expected: [[Double]]

    init(_ stays: [StageStay], _ segments: [Int], _ segmentCount: Int, _ model: HazardModel, _ window: Period) {
        events = [[Double]](repeating: [Double](repeating: 0, count: segmentCount), count: 3)
        expected = events
        let runs = StayRuns(stageCount: model.stageCount, window: window, calendar: model.calendar)
        let exits = model.exitCount
        let weeks = HazardModel.weekCount + 1
        let quarterWeeks = HazardModel.quarterWeekCount
        // Rates added up by kind once, not for every run of days.
        var byKind = [[Double]](repeating: [Double](repeating: 0, count: model.stageCount * weeks), count: 3)
        for cell in 0..<(model.stageCount * weeks) {
            for exit in 0..<exits {
                byKind[exit < model.stageCount ? 2 : exit - model.stageCount][cell] += model.rates[cell * exits + exit]
            }
        }
        for (stay, segment) in zip(stays, segments) where segment >= 0 {
            var sums = (0.0, 0.0, 0.0)
            let seen = runs.forEach(of: stay) { week, quarterWeek, dayCount in
                let cell = stay.stage * weeks + week
                let days = Double(dayCount)
                sums.0 += byKind[0][cell] * model.factors[quarterWeek] * days
                sums.1 += byKind[1][cell] * model.factors[quarterWeeks + quarterWeek] * days
                sums.2 += byKind[2][cell] * model.factors[2 * quarterWeeks + quarterWeek] * days
            }
            expected[0][segment] += sums.0
            expected[1][segment] += sums.1
            expected[2][segment] += sums.2
            switch seen?.exit?.to {
            case .won: events[0][segment] += 1
            case .lost: events[1][segment] += 1
            case .stage: events[2][segment] += 1
            case nil: break
            }
        }
    }

    /// Seen ÷ expected, drawn toward 1; what all segments together exceed their expectation by is taken out.
    func factors(_ kind: Int) -> [Double] {
        let foretold = expected[kind].reduce(0, +)
        let level = foretold > 0 ? events[kind].reduce(0, +) / foretold : 1
        return zip(events[kind], expected[kind]).map { seen, expected in
            (seen + SegmentRates.priorCount) / (expected * level + SegmentRates.priorCount)
        }
    }
}
