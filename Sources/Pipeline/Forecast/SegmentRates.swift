// Whether deals of one owner, or of one size, move otherwise than others, and by how much. Differences between groups are
// mostly chance, so they count only where days that they were not learned from say so: the first two thirds of the window
// teach a factor for each group and each kind of leaving a stage, the last third is foretold with and without them.
//
//   factor  = (events + c) ÷ (expected + c)              expected: the group's days × the rates of all
//   factor  = e^(β · score)                              for groups on a scale (sizes): one slope, far fewer events needed
//   gain    = Σ events · ln factor − expected · (factor − 1)         the log-likelihood won on the held-out days
//   taken   when gain > d · √(Σ events · ln² factor)                 d = 2; 1 for a scale, which adds one number and not many
//
// Only what history keeps is tried, so that nothing learned later counts; see `Segments`.

internal import Glibc

import Engine
import Values

/// Factors on the rates by one property of deals.
struct SegmentRates: Sendable {
    /// How many events "no effect" weighs beside those seen.
    static let priorCount = 20.0
    /// Deviations by which the gain must exceed nothing: with a factor for each group, and with one slope.
    static let deviationCountMin = 2.0
    static let slopeDeviationCountMin = 1.0
    /// Groups told apart, those with most stays; the others have the rates of all.
    static let segmentCountMax = 50

    /// The groups, by their place in `factors`.
    let names: [Cell]
    private let byName: [KindFactors]
    private let placeOfName: [Cell: Int]
    /// The gain on the held-out days and its standard deviation.
    let gain: (found: Double, deviation: Double)

    /// Models of all groups together, over the window and over its first two thirds.
    struct Known {
        let whole: HazardModel
        let learned: HazardModel
        let window: Period
        let training: Period
        let held: Period

        init(_ stays: [StageStay], window: Period, whole: HazardModel) throws {
            self.whole = whole
            self.window = window
            let cut = window.start.adding(days: window.dayCount * 2 / 3)
            training = Period(from: window.start, upTo: cut)
            held = Period(from: cut, upTo: window.end)
            learned = try HazardModel(
                stays: stays, stageCount: whole.stageCount, window: training, calendar: whole.calendar)
        }
    }

    /// Learns from stays in groups; `scores` puts groups on a scale, centred on 0; `factors` are what each stay is expected
    /// to have already. `nil` where the groups make no difference that holds.
    init?(
        _ stays: [StageStay], by groups: StayGroups, scores: [Double]? = nil, factors known: [KindFactors]? = nil,
        _ models: Known
    ) throws {
        let chosen = groups.largest(SegmentRates.segmentCountMax)
        guard chosen.count > 1 else { return nil }
        names = chosen.map { groups.names[$0] }
        var places: [Cell: Int] = [:]
        for (place, name) in names.enumerated() { places[name] = place }
        placeOfName = places
        let scale = scores.map { scores in chosen.map { scores[$0] } }
        let segments = groups.places(among: chosen)
        let before = try SegmentTally(stays, segments, known, names.count, models.learned, models.training)
        let after = try SegmentTally(stays, segments, known, names.count, models.learned, models.held)
        var found = 0.0
        var square = 0.0
        for kind in 0..<3 {
            let factors = before.factors(kind, scale)
            // What changed for all alike between the two spans is no difference between owners.
            let seen = after.events[kind].reduce(0, +)
            let foretold = after.expected[kind].reduce(0, +)
            guard foretold > 0 else { continue }
            for segment in self.names.indices {
                let events = after.events[kind][segment]
                let expected = after.expected[kind][segment] * seen / foretold
                let logarithm = log(factors[segment])
                found += events * logarithm - expected * (factors[segment] - 1)
                square += events * logarithm * logarithm
            }
        }
        gain = (found, square.squareRoot())
        let least = scale == nil ? SegmentRates.deviationCountMin : SegmentRates.slopeDeviationCountMin
        guard found > least * square.squareRoot(), found > 0 else { return nil }
        let all = try SegmentTally(stays, segments, known, self.names.count, models.whole, models.window)
        let (win, lose, move) = (all.factors(0, scale), all.factors(1, scale), all.factors(2, scale))
        byName = self.names.indices.map { KindFactors(win: win[$0], lose: lose[$0], move: move[$0]) }
    }

    /// The factors of a group; none for one that is not told apart.
    func factors(of place: Int) -> KindFactors { byName.indices.contains(place) ? byName[place] : KindFactors() }

    /// The place of a group; −1 when not told apart.
    func place(of name: Cell) -> Int { placeOfName[name] ?? -1 }
}

/// What tells stays apart: for each a place in the names, −1 for none.
struct StayGroups {
    var names: [Cell]
    var places: [Int32]

    /// The groups with most stays, largest first.
    func largest(_ countMax: Int) -> [Int] {
        var counts = [Int](repeating: 0, count: names.count)
        for place in places where place >= 0 { counts[Int(place)] += 1 }
        let sorted = counts.indices.filter { counts[$0] > 0 }.sorted {
            (counts[$1], names[$0]) < (counts[$0], names[$1])
        }
        return Array(sorted.prefix(countMax))
    }

    /// For each stay the place of its group among those chosen, −1 for the others.
    func places(among chosen: [Int]) -> [Int] {
        var placeOfGroup = [Int](repeating: -1, count: names.count)
        for (place, group) in chosen.enumerated() { placeOfGroup[group] = place }
        return places.map { $0 < 0 ? -1 : placeOfGroup[Int($0)] }
    }
}

/// Seen and expected events by kind (won, lost, moved) and segment.
private struct SegmentTally {
    var events: [[Double]]
    var expected: [[Double]]

    init(
        _ stays: [StageStay], _ segments: [Int], _ known: [KindFactors]?, _ segmentCount: Int, _ model: HazardModel,
        _ window: Period
    ) throws {
        events = [[Double]](repeating: [Double](repeating: 0, count: segmentCount), count: 3)
        expected = events
        let runs = StayRuns(stageCount: model.stageCount, window: window, calendar: model.calendar)
        let exits = model.exitCount
        let weeks = HazardModel.weekCount + 1
        // Rates added up by kind once, not for every run of days.
        var byKind = [[Double]](repeating: [Double](repeating: 0, count: model.stageCount * weeks), count: 3)
        for cell in 0..<(model.stageCount * weeks) {
            for exit in 0..<exits {
                byKind[exit < model.stageCount ? 2 : exit - model.stageCount][cell] += model.rates[cell * exits + exit]
            }
        }
        for (index, stay) in stays.enumerated() where segments[index] >= 0 {
            if index & 0x3FFF == 0 { try Cancellation.checkAmbient() }
            let segment = segments[index]
            let factors = known?[index] ?? KindFactors()
            var sums = (0.0, 0.0, 0.0)
            let seen = runs.forEach(of: stay) { week, quarterWeek, dayCount in
                let cell = stay.stage * weeks + week
                let days = Double(dayCount)
                let factors = model.factors(stage: stay.stage, quarterWeek: quarterWeek)
                sums.0 += byKind[0][cell] * factors.win * days
                sums.1 += byKind[1][cell] * factors.lose * days
                sums.2 += byKind[2][cell] * factors.move * days
            }
            expected[0][segment] += sums.0 * factors.win
            expected[1][segment] += sums.1 * factors.lose
            expected[2][segment] += sums.2 * factors.move
            switch seen?.exit?.to {
            case .won: events[0][segment] += 1
            case .lost: events[1][segment] += 1
            case .stage: events[2][segment] += 1
            case nil: break
            }
        }
    }

    /// Seen ÷ expected, drawn toward 1, or along a scale; what all segments together exceed their expectation by is taken
    /// out.
    func factors(_ kind: Int, _ scale: [Double]?) -> [Double] {
        let foretold = expected[kind].reduce(0, +)
        let level = foretold > 0 ? events[kind].reduce(0, +) / foretold : 1
        guard let scale else {
            return zip(events[kind], expected[kind]).map { seen, expected in
                (seen + SegmentRates.priorCount) / (expected * level + SegmentRates.priorCount)
            }
        }
        // Newton's method on the Poisson likelihood of one slope, with a prior that draws it toward 0. A constant beside
        // it keeps the total, so that the slope is not bent by the mean of the scale.
        var slope = 0.0
        for _ in 0..<20 {
            let weights = zip(expected[kind], scale).map { $0 * exp(slope * $1) }
            let total = weights.reduce(0, +)
            guard total > 0 else { return scale.map { _ in 1 } }
            let seen = events[kind].reduce(0, +)
            let mean = zip(weights, scale).reduce(0) { $0 + $1.0 * $1.1 } / total
            let square = zip(weights, scale).reduce(0) { $0 + $1.0 * ($1.1 - mean) * ($1.1 - mean) } / total
            let score = zip(events[kind], scale).reduce(0) { $0 + $1.0 * ($1.1 - mean) }
            let step = (score - SegmentRates.priorCount * slope) / (seen * square + SegmentRates.priorCount)
            slope = min(2, max(-2, slope + step))
            if abs(step) < 1e-9 { break }
        }
        let weights = zip(expected[kind], scale).map { $0 * exp(slope * $1) }
        let total = weights.reduce(0, +)
        let constant = total > 0 ? foretold / total : 1
        return scale.map { constant * exp(slope * $0) }
    }
}
