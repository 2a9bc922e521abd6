// What the lives of many deals look like: the claims that a generated book is realistic, as numbers. The bounds are
// wide enough for other seeds and narrow enough that a broken model breaks them.

import Glibc
import Testing
import Values

@testable import Pipeline

@Suite struct GenerateLifeTests {
    /// Lives of a book whose quarters share no shock, so that the bounds need not allow for it.
    struct Sample {
        let plan: GenerationPlan
        let model: SellingModel
        let life: DealLife

        init(dealCount: Int = 30_000, seed: UInt64 = 4) {
            plan = GenerationPlan(dealCount: dealCount, seed: seed, shockPercent: 0)
            model = SellingModel(plan)
            let creationDays = CreationDays(model, plan: plan)
            var life = DealLife(plan: plan, model: model, team: SalesTeam(dealCount: dealCount, seed: seed))
            for block in 0..<CreationDays.blocks(dealCount) {
                for (number, day) in zip(CreationDays.range(block, dealCount), creationDays.days(ofBlock: block)) {
                    life.draw(number, created: day)
                }
            }
            self.life = life
        }

        /// The versions of each deal.
        var versions: [ArraySlice<DealVersion>] {
            var start = 0
            return life.versionEnds.map { end in
                defer { start = end }
                return life.versions[start..<end]
            }
        }
    }

    static let sample = Sample()

    private func median(_ values: [Int]) -> Double {
        let sorted = values.sorted()
        return Double(sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
    }

    /// The documented model, computed again day by day: in each stage and band of age as many deals go forward, and as
    /// many leave otherwise, as the hazards of all days at risk say. (Observed less expected is a martingale: its
    /// variance is at most what is expected.)
    @Test func livesFollowTheHazards() {
        let plan = GenerationPlan(dealCount: 20_000, seed: 12)
        let model = SellingModel(plan)
        let creationDays = CreationDays(model, plan: plan).days(ofBlock: 0)
        var life = DealLife(plan: plan, model: model, team: SalesTeam(dealCount: plan.dealCount, seed: plan.seed))
        let bandCount = SellingModel.ageLimits.count
        var observed = Array(repeating: (forward: 0.0, other: 0.0), count: 5 * bandCount)
        var expected = observed
        for (number, created) in creationDays.enumerated() {
            life.clear()
            life.draw(number, created: created)
            let stageRows = life.versions.indices.filter { row in
                row == 0 || life.versions[row].stage != life.versions[row - 1].stage
            }
            let pushDays = Set(life.versions.indices.filter { !stageRows.contains($0) }.map { life.versions[$0].at })
            for (place, row) in stageRows.enumerated() {
                let stage = Int(life.versions[row].stage)
                guard stage < SellingModel.won else { continue }
                let entered = Int(life.versions[row].at) - model.start
                let next = place + 1 < stageRows.count ? life.versions[stageRows[place + 1]] : nil
                let last = next.map { Int($0.at) - model.start } ?? model.dayCount - 1
                guard last > entered else { continue }
                for day in entered + 1...last {
                    let band = SellingModel.ageLimits.firstIndex { day - entered - 1 < $0 } ?? 0
                    let cell = stage * bandCount + band
                    if let next, day == last {
                        let ahead = next.stage > life.versions[row].stage && Int(next.stage) != SellingModel.lost
                        if ahead { observed[cell].forward += 1 } else { observed[cell].other += 1 }
                    }
                    // A push uses up its day.
                    if pushDays.contains(Int32(model.start + day)) { continue }
                    let sums = model.forwardSums[stage]
                    let forward =
                        Double(SellingModel.forwardBase[stage][band]) / 10_000 * life.forwardFactor
                        * (sums[day + 1] - sums[day])
                    let other =
                        Double(SellingModel.otherBase[stage][band]) / 10_000 * life.otherFactor
                        * (model.otherSums[day + 1] - model.otherSums[day])
                    let chance = 1 - Glibc.exp(-forward - other)
                    expected[cell].forward += chance * forward / (forward + other)
                    expected[cell].other += chance * other / (forward + other)
                }
            }
        }
        for cell in expected.indices where expected[cell].forward >= 50 {
            for (seen, due) in [
                (observed[cell].forward, expected[cell].forward), (observed[cell].other, expected[cell].other),
            ] {
                // 2% more for days that a close date passed over in silence used up, which no version shows.
                let tolerance = 4 * due.squareRoot() + 0.02 * due
                #expect(
                    abs(seen - due) < tolerance, "stage \(cell / bandCount) band \(cell % bandCount): \(seen) of \(due)"
                )
            }
        }
        let all = expected.reduce(0) { $0 + $1.forward + $1.other }
        let seen = observed.reduce(0) { $0 + $1.forward + $1.other }
        #expect(all > 40_000)
        #expect(abs(seen / all - 1) < 0.02, "\(seen) of \(all)")
    }

    @Test func demosTakeTooLongToSchedule() {
        var stays: [[Int]] = Array(repeating: [], count: 5)
        for versions in Self.sample.versions {
            var before: DealVersion?
            for version in versions {
                if let entered = before {
                    if entered.stage == version.stage { continue }
                    if entered.stage < 5 { stays[Int(entered.stage)].append(Int(version.at - entered.at)) }
                }
                before = version
            }
        }
        let medians = stays.map(median)
        #expect((20...32).contains(medians[2]), "\(medians)")
        for stage in [0, 1, 3, 4] { #expect(medians[stage] * 1.6 < medians[2], "\(medians)") }
    }

    @Test func sourcesConvertDifferently() {
        var won = Array(repeating: 0, count: SellingModel.sources.count)
        var closed = won
        for (deal, versions) in zip(Self.sample.life.traits, Self.sample.versions) {
            guard deal.source >= 0, let last = versions.last, Int(last.stage) >= SellingModel.won else { continue }
            closed[Int(deal.source)] += 1
            won[Int(deal.source)] += Int(last.stage) == SellingModel.won ? 1 : 0
        }
        let rates = zip(won, closed).map { Double($0) / Double($1) }
        func rate(_ name: String) -> Double {
            rates[SellingModel.sources.firstIndex { $0.name == name } ?? 0]
        }
        #expect(rate("Referral") > rate("Website") + 0.08, "\(rates)")
        #expect(rate("Website") > rate("Whitepaper") + 0.06, "\(rates)")
        let newBusiness = rates.dropLast()
        #expect(newBusiness.min() == rate("Whitepaper"), "\(rates)")
        #expect(newBusiness.max() == rate("Referral"), "\(rates)")
        let overall = Double(won.reduce(0, +)) / Double(closed.reduce(0, +))
        #expect((0.2...0.45).contains(overall), "\(overall)")
    }

    @Test func valuesAreLognormal() {
        let logs = Self.sample.versions.compactMap(\.last).filter { $0.value > 0 }
            .map { ExactMath.log(Double($0.value) / 100) }.sorted()
        let mean = logs.reduce(0, +) / Double(logs.count)
        let deviation = (logs.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(logs.count)).squareRoot()
        let middle = ExactMath.exp(logs[logs.count / 2])
        #expect((12_000...20_000).contains(middle), "\(middle)")
        #expect((0.8...1.1).contains(deviation), "\(deviation)")
        // Not skewed: the mean of logarithms is their median.
        #expect(abs(mean - logs[logs.count / 2]) < 0.06)
        let missing = Self.sample.versions.compactMap(\.last).filter { $0.value <= 0 }.count
        #expect((0.001...0.06).contains(Double(missing) / Double(Self.sample.plan.dealCount)))
    }

    @Test func closeDatesSlip() {
        let traits = Self.sample.life.traits
        let pushes = traits.reduce(0) { $0 + Int($1.pushes) }
        #expect((0.4...1.2).contains(Double(pushes) / Double(traits.count)), "\(pushes)")
        #expect(traits.contains { $0.pushes >= 3 })
        // More wins in the last fortnight of a quarter than in its first.
        var first = 0
        var last = 0
        for version in Self.sample.versions.compactMap(\.last) where Int(version.stage) == SellingModel.won {
            let day = Day(clamping: Int(version.at))
            let quarter = Calendar(today: day).period(.quarter, containing: day)
            if day.days(since: quarter.start) < 14 { first += 1 }
            if quarter.end.days(since: day) <= 14 { last += 1 }
        }
        #expect(Double(last) > 1.4 * Double(first), "\(first) \(last)")
    }

    @Test func stagesAreSkippedRepeatedAndReopened() {
        var skips = 0
        var backs = 0
        var reopened = 0
        var reversed = 0
        for versions in Self.sample.versions {
            for (before, after) in zip(versions, versions.dropFirst()) {
                #expect(after.at > before.at)
                let (from, to) = (Int(before.stage), Int(after.stage))
                if from < 4, to < 5, to > from + 1 { skips += 1 }
                if from < 5, to < from { backs += 1 }
                if from == SellingModel.lost { reopened += to < SellingModel.won ? 1 : 0 }
                if from == SellingModel.won { reversed += 1 }
                if from == SellingModel.won { #expect(to == SellingModel.lost) }
            }
        }
        let count = Double(Self.sample.plan.dealCount)
        #expect((0.05...0.3).contains(Double(skips) / count), "\(skips)")
        #expect((0.02...0.2).contains(Double(backs) / count), "\(backs)")
        #expect((0.005...0.03).contains(Double(reopened) / count), "\(reopened)")
        #expect((0.0002...0.004).contains(Double(reversed) / count), "\(reversed)")
    }

    @Test func ownersDiffer() {
        var won: [UInt16: Int] = [:]
        var closed: [UInt16: Int] = [:]
        for last in Self.sample.versions.compactMap(\.last) where Int(last.stage) >= SellingModel.won && last.owner > 0
        {
            closed[last.owner, default: 0] += 1
            if Int(last.stage) == SellingModel.won { won[last.owner, default: 0] += 1 }
        }
        let rates = closed.filter { $0.value > 300 }.map { Double(won[$0.key] ?? 0) / Double($0.value) }
        #expect(rates.count >= 12)
        #expect((rates.max() ?? 0) - (rates.min() ?? 1) > 0.1, "\(rates)")
    }

    /// With a strong common shock won value varies more from quarter to quarter than without one.
    @Test func quartersShareAShock() {
        func spread(_ shockPercent: Int) -> Double {
            let plan = GenerationPlan(
                dealCount: 1, seed: 9, quarterCount: 60, growthPercent: 0, shockPercent: shockPercent)
            let calendar = Calendar(today: plan.today)
            let model = SellingModel(plan)
            // The late stages' calendar, quarter by quarter, against the same without shock.
            let flat = SellingModel(
                GenerationPlan(dealCount: 1, seed: 9, quarterCount: 60, growthPercent: 0, shockPercent: 0))
            var logs: [Double] = []
            var day = plan.start
            while day < plan.presentQuarter.start {
                let next = calendar.period(.quarter, containing: day).end
                let (from, to) = (day.days(since: plan.start), next.days(since: plan.start))
                let ratio =
                    (model.forwardSums[4][to] - model.forwardSums[4][from])
                    / (flat.forwardSums[4][to] - flat.forwardSums[4][from])
                logs.append(ExactMath.log(ratio))
                day = next
            }
            let mean = logs.reduce(0, +) / Double(logs.count)
            return (logs.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(logs.count)).squareRoot()
        }
        #expect(spread(0) == 0)
        #expect(abs(spread(30) - 0.3) < 0.09)
    }
}
