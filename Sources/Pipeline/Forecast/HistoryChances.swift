// The chances of a period by state, read off the hazards that a book taught: F(h), the chance to have won after h days
// in this state. Tables are made when first asked for, one for each end of the period and more where a lever or a slip
// gives deals another horizon, and stay with what the book taught: a sweep asks for the same ones again and again.
//
//   in the period   F(days to its end) − F(days to the day before it)
//   with cycle k    F(h ÷ k), over the last h ÷ k days before the same end, so that the end of the quarter still pulls
//   slipped by d    F(h − d), over the last h − d days
//   new deals       Σ over the days left of F(days from there to the end): what one arrival a day would add

import Synchronization
import Values

/// Chances of deals in one period.
struct HistoryChances {
    private let basis: ForecastBasis
    /// Days from today to the last day of the period and to the day before its first, 0 or more.
    private let endDayCount: Int
    private let beforeDayCount: Int
    private var tables: [ChanceTables.Key: ChanceTable] = [:]

    private typealias Model = ChanceTables.Model

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

    /// How many of one new deal a day are won in the period: by age since created, not by stages. A deal that is fast in
    /// one stage is fast in the next, which a chain of average rates from stage to stage would miss.
    mutating func wonPerDailyArrival(cycle: Double = 1) -> Double {
        // With time stretched by k, h days hold h ÷ k days of a deal's life, k times over.
        let end = table(.ofNew, endDayCount, cycle, 0).arrivalSum(stage: 0)
        guard beforeDayCount > 0 else { return max(0, end * cycle) }
        return max(0, (end - table(.ofNew, beforeDayCount, cycle, 0).arrivalSum(stage: 0)) * cycle)
    }

    /// So many new deals with what they are worth, times a factor.
    func arrivals(_ count: Double, _ amounts: WonAmounts, cycle: Double, factor: Double) -> Arrivals {
        amounts.arrivals(
            count, before: Double(beforeDayCount) / cycle, end: Double(endDayCount) / cycle, factor: factor)
    }

    /// The chance of a new deal ever to win.
    mutating func everChanceOfNew() -> Double { bounded(everTable(.ofNew).freshChance(stage: 0)) }

    private func place(_ state: DealState, _ segment: Int) -> (model: Model, stage: Int, age: Int)? {
        switch state {
        case .stage(let place, let age):
            basis.stages == nil ? nil : (Model(isByStage: true, segment: segment), place, age)
        case .life(let age): (Model(isByStage: false, segment: segment), 0, age)
        case .unknown: nil
        }
    }

    private mutating func table(_ model: Model, _ end: Int, _ cycle: Double, _ slip: Int) -> ChanceTable {
        let left = Double(max(0, min(HazardModel.everDayCount, end - slip))) / cycle
        let days = Int(min(Double(HazardModel.everDayCount), left).rounded())
        let last = basis.today.adding(days: end)
        return table(.within(model, end: end, days: days)) { basis in
            basis.hazards(model).chances(after: last.adding(days: -days), through: last)
        }
    }

    private mutating func everTable(_ model: Model) -> ChanceTable {
        table(.ever(model)) { $0.hazards(model).everChances() }
    }

    private mutating func table(_ key: ChanceTables.Key, _ make: (ForecastBasis) -> ChanceTable) -> ChanceTable {
        if let known = tables[key] { return known }
        let made = basis.tables.table(key) { make(basis) }
        tables[key] = made
        return made
    }

    private func bounded(_ chance: Double) -> Double { min(1, max(0, chance)) }
}

/// The tables that were asked for, shared by all questions about one basis.
final class ChanceTables: Sendable {
    /// Which hazards: by stage or by age alone, and of which segment.
    struct Model: Hashable {
        var isByStage: Bool
        var segment: Int

        /// Deals that are not there yet: by age, of no segment.
        static let ofNew = Model(isByStage: false, segment: 0)
    }

    /// What a table tells.
    enum Key: Hashable {
        /// Chances within the last `days` days before an end, itself given in days from today.
        case within(Model, end: Int, days: Int)
        /// Chances without an end.
        case ever(Model)
    }

    /// A table takes some 10 kB; beyond so many all are forgotten.
    private static let countMax = 2_000
    private let kept = Mutex<[Key: ChanceTable]>([:])

    /// The table, made by `make` when it is asked for first.
    func table(_ key: Key, _ make: () -> ChanceTable) -> ChanceTable {
        if let known = kept.withLock({ $0[key] }) { return known }
        let made = make()
        kept.withLock { tables in
            if tables.count >= ChanceTables.countMax { tables = [:] }
            tables[key] = made
        }
        return made
    }
}

extension ForecastBasis {
    /// The hazards of a model.
    fileprivate func hazards(_ model: ChanceTables.Model) -> HazardModel {
        let base = model.isByStage ? stages ?? lives : lives
        let factors = segments.factors(of: model.segment)
        return factors == KindFactors() ? base : base.scaled(factors)
    }
}
