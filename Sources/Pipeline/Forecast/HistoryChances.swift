// The chances of a period by state, read off the hazards that a book taught: F(h), the chance to have won after h days
// in this state. Tables are made when first asked for: one for each end of the period, and more where a lever or a slip
// gives deals another horizon.
//
//   in the period   F(days to its end) − F(days to the day before it)
//   with cycle k    F(h ÷ k), over the last h ÷ k days before the same end, so that the end of the quarter still pulls
//   slipped by d    F(h − d), over the last h − d days
//   new deals       Σ over the days left of F(days from there to the end): what one arrival a day would add

import Values

/// Chances of deals in one period.
struct HistoryChances {
    private let basis: ForecastBasis
    /// Days from today to the last day of the period and to the day before its first, 0 or more.
    private let endDayCount: Int
    private let beforeDayCount: Int
    private var tables: [Horizon: ChanceTable] = [:]
    private var everTables: [Model: ChanceTable] = [:]

    private struct Model: Hashable {
        var isByStage: Bool
        var segment: Int
    }

    private struct Horizon: Hashable {
        var model: Model
        /// Days from today to the end asked, and how many of the last ones the deal has.
        var end: Int
        var days: Int
    }

    init(_ basis: ForecastBasis, _ period: Period) {
        self.basis = basis
        func days(_ day: Day) -> Int { min(HazardModel.everDayCount, max(0, day.days(since: basis.today))) }
        endDayCount = days(period.end.adding(days: -1))
        beforeDayCount = min(days(period.start.adding(days: -1)), endDayCount)
    }

    /// The chance to be won in the period; `nil` for a deal in no known state.
    mutating func chance(_ state: DealState, segment: Int = 0, cycle: Double = 1, slip: Int = 0) -> Double? {
        guard let place = place(state, segment) else { return nil }
        let end = table(place.model, endDayCount, cycle, slip).chance(stage: place.stage, age: place.age)
        guard beforeDayCount > 0 else { return bounded(end) }
        let before = table(place.model, beforeDayCount, cycle, slip).chance(stage: place.stage, age: place.age)
        return bounded(end - before)
    }

    /// The chance ever to win; at least that of winning by the period's end, whose weeks may pull more than usual ones.
    mutating func everChance(_ state: DealState, segment: Int = 0) -> Double? {
        guard let place = place(state, segment) else { return nil }
        let ever = everTable(place.model).chance(stage: place.stage, age: place.age)
        let end = table(place.model, endDayCount, 1, 0).chance(stage: place.stage, age: place.age)
        return bounded(max(ever, end))
    }

    /// How many of one new deal a day are won in the period, for deals that begin there.
    mutating func wonPerDailyArrival(_ entry: ForecastBasis.Entry, cycle: Double = 1) -> Double {
        let model = Model(isByStage: entry.place >= 0, segment: entry.segment)
        let stage = max(0, entry.place)
        // With time stretched by k, h days hold h ÷ k days of a deal's life, k times over.
        let end = table(model, endDayCount, cycle, 0).arrivalSum(stage: stage)
        guard beforeDayCount > 0 else { return max(0, end * cycle) }
        return max(0, (end - table(model, beforeDayCount, cycle, 0).arrivalSum(stage: stage)) * cycle)
    }

    /// The chance of a new deal ever to win.
    mutating func everChance(ofNew entry: ForecastBasis.Entry) -> Double {
        let model = Model(isByStage: entry.place >= 0, segment: entry.segment)
        return bounded(everTable(model).freshChance(stage: max(0, entry.place)))
    }

    private func place(_ state: DealState, _ segment: Int) -> (model: Model, stage: Int, age: Int)? {
        switch state {
        case .stage(let place, let age):
            basis.stages == nil ? nil : (Model(isByStage: true, segment: segment), place, age)
        case .life(let age): (Model(isByStage: false, segment: segment), 0, age)
        case .unknown: nil
        }
    }

    private func hazards(_ model: Model) -> HazardModel {
        let base = model.isByStage ? basis.stages ?? basis.lives : basis.lives
        let factors = basis.segments.factors(of: model.segment)
        return factors == KindFactors() ? base : base.scaled(factors)
    }

    private mutating func table(_ model: Model, _ end: Int, _ cycle: Double, _ slip: Int) -> ChanceTable {
        let left = Double(max(0, min(HazardModel.everDayCount, end - slip))) / cycle
        let horizon = Horizon(
            model: model, end: end, days: Int(min(Double(HazardModel.everDayCount), left).rounded()))
        if let known = tables[horizon] { return known }
        let last = basis.today.adding(days: end)
        let made = hazards(model).chances(after: last.adding(days: -horizon.days), through: last)
        tables[horizon] = made
        return made
    }

    private mutating func everTable(_ model: Model) -> ChanceTable {
        if let known = everTables[model] { return known }
        let made = hazards(model).everChances()
        everTables[model] = made
        return made
    }

    private func bounded(_ chance: Double) -> Double { min(1, max(0, chance)) }
}
