// Goal seek against a look at every value, the steps of a sweep against their definition, scenarios in a book's tables.

import Testing
import Values

@testable import Pipeline

@Suite struct GoalSeekTests {
    @Test func crossingsAreThoseOfALookAtEveryValue() {
        var random = SmallRandom(state: 20_261_123)
        for round in 0..<300 {
            let length = Int64(20 + random.below(400))
            let low = Int64(random.below(100)) - 50
            let intervals = 1 + Int(random.below(30))
            // Runs longer than an interval, so that none hides between two values that are looked at.
            let run = Int(length) / intervals + 2
            var holds: [Bool] = []
            var now = random.below(2) == 0
            while holds.count <= Int(length) {
                holds += Array(repeating: now, count: run + Int(random.below(20)))
                now.toggle()
            }
            var evaluationCount = 0
            let found = GoalSeek(in: low...(low + length), intervalCount: intervals, resolution: 1) { value in
                evaluationCount += 1
                return holds[Int(value - low)]
            }
            var wanted: [GoalSeek.Crossing] = []
            for index in 1...Int(length) where holds[index] != holds[index - 1] {
                wanted.append(
                    GoalSeek.Crossing(
                        value: low + Int64(holds[index] ? index : index - 1), holdsAbove: holds[index]))
            }
            #expect(found.crossings == wanted, "round \(round), seed 20261123")
            #expect(found.holdsAtLeast == holds[0] && found.holdsAtMost == holds[Int(length)])
            #expect(found.evaluationCount == evaluationCount)
        }
    }

    @Test func theResolutionBoundsTheAnswer() {
        for goal in stride(from: Int64(1), through: 1_000_000, by: 7_919) {
            let found = GoalSeek(in: 0...1_000_000, intervalCount: 40, resolution: 100) { $0 >= goal }
            #expect(found.crossings.count == 1)
            let value = found.crossings.first?.value ?? -1
            #expect(value >= goal && value - goal < 100)
            #expect(found.evaluationCount <= 41 + 9)
        }
    }

    @Test func stepsOfASweep() throws {
        #expect(try LeverSteps.values(from: 20, to: 80, by: 20, countMax: 10) == [20, 40, 60, 80])
        #expect(try LeverSteps.values(from: 20, to: 75, by: 20, countMax: 10) == [20, 40, 60, 75])
        #expect(try LeverSteps.values(from: 80, to: 20, by: 30, countMax: 10) == [80, 50, 20])
        #expect(try LeverSteps.values(from: 80, to: 20, by: -30, countMax: 10) == [80, 50, 20])
        #expect(try LeverSteps.values(from: 0, to: 100, by: nil, countMax: 20).count == 11)
        #expect(try LeverSteps.values(from: 5, to: 5, by: 0, countMax: 1) == [5])
        #expect(throws: LeverSteps.Fault.leadsNowhere) {
            try LeverSteps.values(from: 0, to: 5, by: 0, countMax: 10)
        }
        #expect(throws: LeverSteps.Fault.tooMany(6)) { try LeverSteps.values(from: 0, to: 5, by: 1, countMax: 5) }
        #expect(throws: LeverSteps.Fault.tooMany(.max)) {
            try LeverSteps.values(from: .min, to: .max, by: 1, countMax: 5)
        }
    }

    @Test func scenariosAreKeptWithTheBook() throws {
        var book = try Book()
        let isNew = book.setScenario(Scenario(name: "Push", assumptions: ["deals | win", "win rate * 1.2"]))
        let isNewAgain = book.setScenario(Scenario(name: "push", assumptions: ["cycle / 2"]))
        #expect(isNew && !isNewAgain)
        book.setScenario(Scenario(name: "Pull", assumptions: ["cycle * 2", "new deals - 10%"]))
        let again = try Book(decoding: try book.encoded(), identity: book.identity)
        #expect(again.scenarios == book.scenarios)
        #expect(again.scenario(named: "PULL")?.assumptions.count == 2)
        // A book of an earlier version.
        var parts = try book.encoded()
        parts.tables["scenarios"] = nil
        #expect(try Book(decoding: parts, identity: book.identity).scenarios.isEmpty)
    }
}

/// Numbers that are the same in every run.
private struct SmallRandom {
    var state: UInt64

    mutating func below(_ bound: UInt64) -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return (state >> 33) % bound
    }
}
