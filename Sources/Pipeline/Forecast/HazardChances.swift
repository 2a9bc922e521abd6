// From daily rates to chances: what a model of hazards says of a deal in a stage at an age there, over some days or for
// ever. Over days it walks them backward, since the week of the quarter has a factor of its own; for ever it solves the
// linear equations that the walk would settle at.
//
//   V(t, s, a) = p(won) + Σ p(→ x) · V(t, x, 0) + (1 − Σ p) · V(t + 1, s, a + 1)          V(end + 1, …) = 0
//   W(s, a)    = the same without t; ages of 26 weeks and more are one state, W = (p(won) + Σ p(→ x) · W(x, 0)) ÷ Σ p

public import Values

extension HazardModel {
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
            let today = ratesByWeek[week] ?? dayRates { factors(stage: $0, quarterWeek: week) }
            ratesByWeek[week] = today
            step(&later, today)
            for stage in 0..<stageCount { arrivals[stage] += later[stage * HazardModel.ageCount] }
        }
        table.values = later
        table.arrivalSums = arrivals
        return table
    }

    /// The chance ever to win, for every stage and age, without any week of the quarter.
    ///
    /// - Complexity: O(stages² × ages), where walking back day by day would take years of them.
    public func everChances() -> ChanceTable {
        var table = ChanceTable(stageCount: stageCount)
        let usual = dayRates { _ in KindFactors() }
        let fresh = everChancesOfFresh(usual)
        let ages = HazardModel.ageCount
        for stage in 0..<stageCount {
            var later = 0.0
            for age in stride(from: ages - 1, through: 0, by: -1) {
                let cell = stage * (HazardModel.weekCount + 1) + age / 7
                var gone = usual.won[cell]
                for other in 0..<stageCount { gone += usual.moves[cell * stageCount + other] * fresh[other] }
                if age == ages - 1 {
                    // Ages beyond are this one for ever: a geometric series.
                    later = usual.stay[cell] < 1 ? gone / (1 - usual.stay[cell]) : 0
                } else {
                    later = gone + usual.stay[cell] * later
                }
                table.values[stage * ages + age] = min(1, max(0, later))
            }
        }
        return table
    }

    /// The chances ever to win of deals that have just entered each stage: W(s, 0) = c + Σ b(x) · W(x, 0), where c and b
    /// follow from walking through the ages of s, and these few equations are solved.
    private func everChancesOfFresh(_ day: DayRates) -> [Double] {
        var system = LinearSystem(count: stageCount)
        for stage in 0..<stageCount {
            var won = 0.0
            var moved = [Double](repeating: 0, count: stageCount)
            for age in stride(from: HazardModel.ageCount - 1, through: 0, by: -1) {
                let cell = stage * (HazardModel.weekCount + 1) + age / 7
                let isLast = age == HazardModel.ageCount - 1
                let stay = day.stay[cell]
                let weight = !isLast ? 1 : stay < 1 ? 1 / (1 - stay) : 0
                won = day.won[cell] * weight + (isLast ? 0 : stay * won)
                for other in 0..<stageCount {
                    moved[other] =
                        day.moves[cell * stageCount + other] * weight + (isLast ? 0 : stay * moved[other])
                }
            }
            system.set(stage, constant: won, weights: moved)
        }
        return system.solution()
    }

    /// The chances of one day, by stage and week of age: won, moved to each stage, stayed (the rest is lost).
    private struct DayRates {
        var won: [Double] = []
        var stay: [Double] = []
        /// [(stage × weeks + week) × stages + stage]
        var moves: [Double] = []
        /// The stages that deals leave; those of the others are worth nothing, whatever the day.
        var left: [Int] = []
    }

    private func dayRates(_ factors: (_ stage: Int) -> KindFactors) -> DayRates {
        let cells = stageCount * (HazardModel.weekCount + 1)
        var day = DayRates()
        for cell in 0..<cells {
            let start = cell * exitCount
            let factor = factors(cell / (HazardModel.weekCount + 1))
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
            let stage = cell / (HazardModel.weekCount + 1)
            if sum > 0, day.left.last != stage { day.left.append(stage) }
        }
        return day
    }

    /// One day backward: values at the start of the next day become those at the start of this one.
    private func step(_ values: inout [Double], _ day: DayRates) {
        let ages = HazardModel.ageCount
        let weeks = HazardModel.weekCount + 1
        // A deal that moves on this day can leave the new stage on the same day: a small linear system in the values of
        // just-entered stages. The chances to leave within a day are small, so a few rounds settle it.
        var fresh = (0..<stageCount).map { values[$0 * ages + 1] }
        for _ in 0..<12 {
            let before = fresh
            for stage in day.left {
                let cell = stage * weeks
                var value = day.won[cell] + day.stay[cell] * values[stage * ages + 1]
                for other in 0..<stageCount { value += day.moves[cell * stageCount + other] * before[other] }
                fresh[stage] = value
            }
        }
        unsafe values.withUnsafeMutableBufferPointer { values in
            for stage in day.left {
                let last = stage * ages + ages - 1
                for week in 0..<weeks {
                    let cell = stage * weeks + week
                    var gone = day.won[cell]
                    for other in 0..<stageCount { gone += day.moves[cell * stageCount + other] * fresh[other] }
                    let stay = day.stay[cell]
                    let first = stage * ages + week * 7
                    // SAFETY: places end with the last age of a stage. Ascending, since each age needs the next one as it
                    // was; the last is its own next.
                    for place in first..<min(first + 7, last) {
                        unsafe values[place] = gone + stay * values[place + 1]
                    }
                    if first + 7 > last { unsafe values[last] = gone + stay * values[last] }
                }
                unsafe values[stage * ages] = fresh[stage]
            }
        }
    }
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

/// A few equations x = constant + Σ weights · x over chances: constants and weights are 0 or more, and no row's sum to
/// more than 1.
private struct LinearSystem {
    private let count: Int
    private var constants: [Double]
    private var weights: [[Double]]

    init(count: Int) {
        self.count = count
        constants = [Double](repeating: 0, count: count)
        weights = [[Double]](repeating: constants, count: count)
    }

    mutating func set(_ row: Int, constant: Double, weights: [Double]) {
        constants[row] = constant
        self.weights[row] = weights
    }

    /// The least solution that is not negative, by elimination.
    func solution() -> [Double] {
        // Deals that can only move in a circle are never won: what leads to no constant is 0, and what does lead to one is
        // left sooner or later, so that the rest has one solution.
        var isReached = constants.map { $0 > 0 }
        for _ in 0..<count {
            for row in 0..<count where !isReached[row] {
                isReached[row] = (0..<count).contains { isReached[$0] && weights[row][$0] > 0 }
            }
        }
        let unknowns = (0..<count).filter { isReached[$0] }
        var rows = unknowns.map { row in
            unknowns.map { ($0 == row ? 1 : 0) - weights[row][$0] } + [constants[row]]
        }
        for column in rows.indices {
            let pivot = rows.indices[column...].max { abs(rows[$0][column]) < abs(rows[$1][column]) } ?? column
            rows.swapAt(column, pivot)
            guard rows[column][column] != 0 else { continue }
            for row in rows.indices where row != column && rows[row][column] != 0 {
                let factor = rows[row][column] / rows[column][column]
                for place in column...rows.count { rows[row][place] -= factor * rows[column][place] }
            }
        }
        var values = [Double](repeating: 0, count: count)
        for (place, unknown) in unknowns.enumerated() where rows[place][place] != 0 {
            values[unknown] = rows[place][rows.count] / rows[place][place]
        }
        return values
    }
}
