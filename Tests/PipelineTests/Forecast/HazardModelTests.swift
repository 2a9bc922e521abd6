// The hazard model against a process whose rates are known: deals are simulated day by day with these rates, the model
// learns from their stays, and its chances must agree with those computed forward from the true rates.
import Testing
import Values

@testable import Pipeline

@Suite struct HazardModelTests {
    /// Daily chances to win, lose, or move on, by stage; a deal that moves is at risk in the new stage on the same day.
    struct Truth {
        var win: [Double]
        var lose: [Double]
        var next: [Double]
    }

    static let truth = Truth(win: [0.001, 0.03], lose: [0.02, 0.01], next: [0.05, 0])

    static func simulate(_ count: Int, from start: Day, dayCount: Int, random: inout Generator) -> [StageStay] {
        var stays: [StageStay] = []
        for deal in 0..<count {
            var stage = 0
            var entered = start.adding(days: deal % dayCount)
            var day = entered
            while day < start.adding(days: dayCount) {
                let draw = Double.random(in: 0..<1, using: &random)
                if draw < truth.win[stage] {
                    stays.append(StageStay(stage: stage, entered: entered, exit: (day, .won)))
                    break
                } else if draw < truth.win[stage] + truth.lose[stage] {
                    stays.append(StageStay(stage: stage, entered: entered, exit: (day, .lost)))
                    break
                } else if draw < truth.win[stage] + truth.lose[stage] + truth.next[stage] {
                    stays.append(StageStay(stage: stage, entered: entered, exit: (day, .stage(stage + 1))))
                    stage += 1
                    entered = day
                } else {
                    day = day.adding(days: 1)
                    if day == start.adding(days: dayCount) { stays.append(StageStay(stage: stage, entered: entered)) }
                }
            }
        }
        return stays
    }

    /// The chance to have won within `days` days, forward: mass per stage, moved day by day under the true rates.
    static func trueChance(stage: Int, days: Int) -> Double {
        var mass = [0.0, 0.0]
        mass[stage] = 1
        var won = 0.0
        for _ in 0..<days {
            for stage in 0...1 {
                let here = mass[stage]
                won += here * truth.win[stage]
                let moved = here * truth.next[stage]
                mass[stage] -= here * (truth.win[stage] + truth.lose[stage]) + moved
                if stage == 0 { mass[1] += moved }
            }
        }
        return won
    }

    @Test func learnsTheRatesItWasShown() throws {
        let seed = UInt64.random(in: 1...UInt64.max)
        print("hazards: seed \(seed)")
        var random = Generator(state: seed)
        let start = try #require(Day(iso: "2024-01-01"))
        let stays = Self.simulate(12_000, from: start, dayCount: 730, random: &random)
        let window = Period(from: start, upTo: start.adding(days: 730))
        let model = try HazardModel(stays: stays, stageCount: 2, window: window, calendar: Calendar(today: window.end))
        let today = window.end.adding(days: -1)
        for days in [7, 30, 90, 180] {
            let table = model.chances(after: today, through: today.adding(days: days))
            for stage in 0...1 {
                for age in [0, 20] {
                    let expected = Self.trueChance(stage: stage, days: days)
                    // 12,000 deals leave about 1% noise on a chance, weeks of age and of the quarter a little more.
                    #expect(abs(table.chance(stage: stage, age: age) - expected) < 0.05)
                }
            }
        }
        let ever = model.everChances()
        #expect(abs(ever.chance(stage: 0, age: 0) - Self.trueChance(stage: 0, days: 4000)) < 0.05)
        #expect(abs(ever.chance(stage: 1, age: 30) - 0.75) < 0.05)
    }

    @Test func everIsWhatWaitingLongComesTo() throws {
        // Two stages that lead to each other and one that only leads back to itself through them: deals walked forward day
        // by day through the model's own rates, for years, without any week of the quarter.
        var random = Generator(state: 5)
        let start = try #require(Day(iso: "2024-01-01"))
        var stays = Self.simulate(3_000, from: start, dayCount: 500, random: &random)
        for index in stays.indices where stays[index].stage == 1 && index % 5 == 0 {
            if let exit = stays[index].exit { stays[index].exit = (exit.day, .stage(0)) }
        }
        // Stages 2 and 3 are a circle that nobody leaves.
        for index in 0..<40 {
            let stage = 2 + index % 2
            stays.append(StageStay(stage: stage, entered: start, exit: (start.adding(days: 9), .stage(5 - stage))))
        }
        let window = Period(from: start, upTo: start.adding(days: 500))
        let model = try HazardModel(
            stays: stays, stageCount: 4, window: window, calendar: Calendar(today: window.end))
        let ever = model.everChances()
        for stage in 0...1 {
            for age in [0, 10, 100, 400] {
                #expect(abs(ever.chance(stage: stage, age: age) - Self.walked(model, stage, age)) < 1e-6)
            }
        }
        #expect(ever.chance(stage: 2, age: 3) == 0 && ever.chance(stage: 3, age: 0) == 0)
    }

    /// The mass won by a deal of this age, spread over stages and ages forward, day after day.
    static func walked(_ model: HazardModel, _ stage: Int, _ age: Int) -> Double {
        let oldest = 26 * 7
        var mass = [[Double]](repeating: [Double](repeating: 0, count: oldest + 1), count: 2)
        mass[stage][min(age + 1, oldest)] = 1
        var won = 0.0
        func rate(_ stage: Int, _ age: Int, _ exit: Int) -> Double {
            model.rates[(stage * 27 + age / 7) * 6 + exit]
        }
        for _ in 0..<4_000 {
            var next = [[Double]](repeating: [Double](repeating: 0, count: oldest + 1), count: 2)
            var fresh = [0.0, 0.0]
            func leave(_ stage: Int, _ age: Int, _ here: Double) {
                let out = (0..<6).map { here * rate(stage, age, $0) }
                won += out[4]
                for other in 0...1 { fresh[other] += out[other] }
                next[stage][min(age + 1, oldest)] += here - out.reduce(0, +)
            }
            for stage in 0...1 {
                for age in 0...oldest where mass[stage][age] > 0 { leave(stage, age, mass[stage][age]) }
            }
            // Who moves can leave the new stage on the same day.
            for _ in 0..<30 where fresh[0] + fresh[1] > 0 {
                let moved = fresh
                fresh = [0, 0]
                for stage in 0...1 where moved[stage] > 0 { leave(stage, 0, moved[stage]) }
            }
            mass = next
            if mass[0].reduce(0, +) + mass[1].reduce(0, +) < 1e-9 { break }
        }
        return won
    }

    @Test func oldDealsAreNotDrawnTowardYoungOnes() throws {
        // Of 2,000 deals 1,900 win in their third week; of those left one in fifty wins in the fortieth. The rate of old
        // deals is far below that of all weeks together.
        let start = try #require(Day(iso: "2024-01-01"))
        let stays = (0..<2_000).map { index in
            index < 1_900
                ? StageStay(stage: 0, entered: start, exit: (start.adding(days: 15), .won))
                : StageStay(stage: 0, entered: start, exit: (start.adding(days: 279), index % 50 == 0 ? .won : .lost))
        }
        let window = Period(from: start, upTo: start.adding(days: 280))
        let model = try HazardModel(stays: stays, stageCount: 1, window: window, calendar: Calendar(today: window.end))
        // 100 deals · 7 days without a single win in the twentieth week, 7% a day over all weeks.
        #expect(model.rates[20 * 3 + 1] < 0.001)
        #expect(model.rates[2 * 3 + 1] > 0.05)
    }

    @Test func aLongerHorizonIsNeverLess() throws {
        var random = Generator(state: 11)
        let start = try #require(Day(iso: "2025-01-01"))
        let stays = Self.simulate(400, from: start, dayCount: 400, random: &random)
        let window = Period(from: start, upTo: start.adding(days: 400))
        let model = try HazardModel(stays: stays, stageCount: 2, window: window, calendar: Calendar(today: window.end))
        let today = window.end
        var before = ChanceRows(model.chances(after: today, through: today))
        #expect(before.values.allSatisfy { $0 == 0 })
        for days in 1...120 {
            let now = ChanceRows(model.chances(after: today, through: today.adding(days: days)))
            #expect(zip(now.values, before.values).allSatisfy { $0 >= $1 && $0 <= 1 })
            before = now
        }
        // The week of the quarter counts for a given day and not for ever, so a chance may exceed the ever chance a little.
        let ever = ChanceRows(model.everChances())
        #expect(ever.values.allSatisfy { $0 > 0 && $0 < 1 })
    }

    @Test func nothingLearnedMeansNoChance() throws {
        let day = try #require(Day(iso: "2026-01-01"))
        let window = Period(from: day, upTo: day.adding(days: 10))
        let empty = try HazardModel(stays: [], stageCount: 3, window: window, calendar: Calendar(today: day))
        #expect(empty.chances(after: day, through: day.adding(days: 90)).chance(stage: 1, age: 5) == 0)
        #expect(empty.everChances().chance(stage: 2, age: 0) == 0)
        let later = StageStay(stage: 0, entered: window.end, exit: (window.end, .won))
        let blind = try HazardModel(stays: [later], stageCount: 1, window: window, calendar: Calendar(today: day))
        #expect(blind.stayCount == 0)
    }

    @Test func theLastWeekOfAQuarterPulls() throws {
        // Every deal that enters on the quarter's first day wins in its last week.
        let start = try #require(Day(iso: "2023-01-01"))
        var stays: [StageStay] = []
        for quarter in 0..<12 {
            let first = start.adding(months: quarter * 3)
            let end = first.adding(months: 3)
            for index in 0..<60 {
                let entered = first.adding(days: index % 80)
                stays.append(StageStay(stage: 0, entered: entered, exit: (end.adding(days: -1 - index % 5), .won)))
            }
        }
        let today = start.adding(months: 36)
        let model = try HazardModel(
            stays: stays, stageCount: 1, window: Period(from: start, upTo: today), calendar: Calendar(today: today))
        let middle = model.chances(after: today.adding(days: 40), through: today.adding(days: 47)).chance(
            stage: 0, age: 10)
        let last = model.chances(after: today.adding(days: 82), through: today.adding(days: 89)).chance(
            stage: 0, age: 10)
        #expect(last > 4 * middle)
    }
}

/// The chances of two stages at a spread of ages.
private struct ChanceRows {
    var values: [Double]
    init(_ table: ChanceTable) {
        values = (0...1).flatMap { stage in [0, 3, 10, 40, 200, 999].map { table.chance(stage: stage, age: $0) } }
    }
}

/// A small seeded generator, so that a failure can be run again.
struct Generator: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return state
    }
}
