// What generated books rest on: arithmetic that is the same everywhere, streams of chance, names, arrivals.

import Glibc
import Testing
import Values

@testable import Pipeline

@Suite struct GenerateModelTests {
    @Test func logarithmAgreesWithTheLibrary() {
        var stream = RandomStream(seed: 7, .description, 1)
        for _ in 0..<20_000 {
            let x = ExactMath.exp(200 * stream.unit() - 100)
            let difference = abs(ExactMath.log(x) - Glibc.log(x))
            #expect(difference <= 1e-14 * max(1, abs(Glibc.log(x))), "log \(x)")
        }
        #expect(ExactMath.log(1) == 0)
        #expect(abs(ExactMath.log(2) - 0.6931471805599453) < 1e-16)
    }

    @Test func exponentialAgreesWithTheLibrary() {
        var stream = RandomStream(seed: 8, .description, 1)
        for _ in 0..<20_000 {
            let x = 1_400 * stream.unit() - 700
            #expect(abs(ExactMath.exp(x) / Glibc.exp(x) - 1) <= 1e-14, "exp \(x)")
        }
        #expect(ExactMath.exp(0) == 1)
        #expect(ExactMath.exp(-800) == 0)
        #expect(ExactMath.exp(800) == ExactMath.exp(700))
    }

    /// The outputs of SplitMix64 for state 0, as published with the algorithm.
    @Test func mixingIsSplitMix64() {
        let golden: UInt64 = 0x9E37_79B9_7F4A_7C15
        let outputs = (1...3).map { RandomStream.mix(golden &* UInt64($0)) }
        #expect(outputs == [0xE220_A839_7B1D_CDAF, 0x6E78_9E6A_A1B9_65F4, 0x06C4_5D18_8009_454F])
    }

    @Test func drawsHaveTheirMoments() {
        var stream = RandomStream(seed: 3, .description, 2)
        let count = 100_000
        let normals = (0..<count).map { _ in stream.normal() }
        let mean = normals.reduce(0, +) / Double(count)
        let variance = normals.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(count)
        #expect(abs(mean) < 0.015)
        #expect(abs(variance - 1) < 0.025)
        let waits = (0..<count).map { _ in stream.exponential() }
        #expect(abs(waits.reduce(0, +) / Double(count) - 1) < 0.015)
        #expect(waits.allSatisfy { $0 > 0 && $0 < 40 })
        let sums = [5, 0, 15, 80].cumulative
        var picked = [0, 0, 0, 0]
        for _ in 0..<count { picked[stream.pick(sums)] += 1 }
        #expect(picked[1] == 0)
        #expect(abs(Double(picked[0]) / Double(count) - 0.05) < 0.004)
        #expect(abs(Double(picked[2]) / Double(count) - 0.15) < 0.006)
    }

    @Test func companiesHaveNamesOfTheirOwn() {
        var seen: Set<String> = []
        for number in stride(from: 0, to: 2_000_000, by: 41) { seen.insert(CompanyNames.company(number).name) }
        for number in 0..<120_000 where number % 41 != 0 { seen.insert(CompanyNames.company(number).name) }
        let expected = Set(stride(from: 0, to: 2_000_000, by: 41)).union(0..<120_000).count
        #expect(seen.count == expected)
    }

    @Test func arrivalsFollowTheCalendar() {
        let plan = GenerationPlan(dealCount: 150_000, seed: 5, growthPercent: 20, shockPercent: 0)
        let model = SellingModel(plan)
        let creationDays = CreationDays(model, plan: plan)
        var days: [Int] = []
        for block in 0..<CreationDays.blocks(plan.dealCount) { days += creationDays.days(ofBlock: block) }
        #expect(days.count == plan.dealCount)
        #expect(zip(days, days.dropFirst()).allSatisfy { $0 <= $1 })
        #expect(days.allSatisfy { $0 >= 0 && $0 < plan.dayCount })
        var byWeekday: [Weekday: Int] = [:]
        var byYear = [0, 0, 0]
        for day in days {
            byWeekday[plan.start.adding(days: day).weekday, default: 0] += 1
            if day / 365 < 3 { byYear[day / 365] += 1 }
        }
        #expect((byWeekday[.sunday] ?? 0) * 20 < (byWeekday[.tuesday] ?? 0))
        for year in 1...2 { #expect(abs(Double(byYear[year]) / Double(byYear[year - 1]) - 1.2) < 0.04) }
    }

    @Test func dealsPerQuarterAreSpreadEvenly() {
        let today = Day(clamping: 20_780)
        let plan = GenerationPlan(dealsPerQuarter: 4_000, quarterCount: 20, seed: 2, today: today)
        #expect(plan.start.description == "2021-10-01")
        // 54 of the present quarter's 92 days have begun.
        #expect(plan.dealCount == 4_000 * 20 + 4_000 * 54 / 92)
        let model = SellingModel(plan)
        let creationDays = CreationDays(model, plan: plan)
        var byQuarter: [Day: Int] = [:]
        let calendar = Calendar(today: today)
        for block in 0..<CreationDays.blocks(plan.dealCount) {
            for day in creationDays.days(ofBlock: block) {
                byQuarter[calendar.start(of: .quarter, containing: plan.start.adding(days: day)), default: 0] += 1
            }
        }
        #expect(byQuarter.count == 21)
        for (quarter, count) in byQuarter where quarter < plan.presentQuarter.start {
            #expect((2_700...5_200).contains(count), "\(quarter): \(count)")
        }
    }

    /// A deal's life depends on its number and its day alone, not on what was drawn before it.
    @Test func livesDoNotDependOnOrder() {
        let plan = GenerationPlan(dealCount: 500, seed: 11)
        let model = SellingModel(plan)
        let team = SalesTeam(dealCount: plan.dealCount, seed: plan.seed)
        var forward = DealLife(plan: plan, model: model, team: team)
        for number in 0..<60 { forward.draw(number, created: number * 7) }
        for number in (0..<60).reversed() {
            var alone = DealLife(plan: plan, model: model, team: team)
            alone.draw(number, created: number * 7)
            let start = number == 0 ? 0 : forward.versionEnds[number - 1]
            #expect(alone.versions == Array(forward.versions[start..<forward.versionEnds[number]]))
            #expect(alone.traits[0] == forward.traits[number])
        }
    }
}
