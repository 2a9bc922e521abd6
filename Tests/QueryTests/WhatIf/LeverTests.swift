// Levers on five deals, worked out by hand; what no lever can do; what a sweep, a search and a ranking find.

import Engine
import Pipeline
import Query
import Testing
import Values

@Suite struct LeverTests {
    private func dollars(_ amount: Int) -> Cell { .integer(Int64(amount) * 100) }

    /// What `what if` says is expected before and after a lever.
    private func expected(_ lever: String) throws -> (Cell?, Cell?, Cell?) {
        var conversation = Conversation(try FiveDealsBook.make())
        let row = try conversation.row("what if \(lever)")
        #expect(try conversation.row("forecast this quarter")["expected"] == row["expected_after"])
        return (row["expected_before"], row["expected_after"], row["expected_difference"])
    }

    @Test(arguments: [
        // B 20,000 · 50% = 10,000 where it was 16,000.
        ("win rate in Negotiation = 50%", 39_000),
        // B held at 100%, C 90%, E 30%: 20,000 + 27,000 + 1,500.
        ("win rate * 1.5", 58_500),
        ("win rate / 2", 27_500),
        // B 90%, C 70%, E 30%: 18,000 + 21,000 + 1,500.
        ("win rate + 10%", 50_500),
        ("win rate of Lee - 20%", 39_000),
        // Twice as long: C in 44 days and E in 76 leave the quarter.
        ("cycle * 2", 26_000),
        // Half as long: D in 29 days joins with 20,000.
        ("cycle * 0.5", 65_000),
        // A was won after 75 days; 150 are twice that, 37.5 half of it.
        ("cycle = 150d", 26_000), ("cycle + 75d", 26_000), ("cycle - 37d", 65_000),
        ("deal size * 1.1", 48_500), ("deal size + 10%", 48_500), ("deal size of Lee - $10k", 39_000),
        // Each $10,000: 8,000 + 6,000 + 2,000.
        ("deal size = $10k", 26_000), ("deal size in Legal or later = $10k", 0),
    ])
    func leversByHand(_ lever: String, _ after: Int) throws {
        if after == 0 {
            var conversation = Conversation(try FiveDealsBook.make())
            #expect(conversation.problem("what if \(lever)")?.code == .unknownName)
            return
        }
        let found = try expected(lever)
        #expect(
            found.0 == dollars(45_000) && found.1 == dollars(after) && found.2 == dollars(after - 45_000), "\(lever)")
    }

    @Test func leversApplyInTheOrderTyped() throws {
        var conversation = Conversation(try FiveDealsBook.make())
        // 100% first, then half of it: B 50%, C 50%, E 50%: 10,000 + 15,000 + 2,500.
        try conversation.say("what if win rate = 100%; what if win rate / 2")
        #expect(try conversation.row("forecast")["expected"] == dollars(37_500))
        try conversation.say("forget; what if win rate / 2; what if win rate = 100%")
        #expect(try conversation.row("forecast")["expected"] == dollars(65_000))
        try conversation.say("forget last")
        #expect(try conversation.row("forecast")["expected"] == dollars(27_500))
        try conversation.say("forget")
        #expect(try conversation.row("forecast")["expected"] == dollars(45_000))
    }

    @Test func heldRatesAreCounted() throws {
        var conversation = Conversation(try FiveDealsBook.make())
        let answer = try conversation.say("what if win rate * 1.5")
        #expect(
            answer?.notes.contains { $0.contains("1 open deal was held at 100%") || $0.contains("1 open deal") } == true
        )
    }

    @Test func chancesOfDealsFollowTheLevers() throws {
        var conversation = Conversation(try FiveDealsBook.make())
        try conversation.say("what if win rate in Negotiation = 50%")
        let rows = try conversation.rows("open deals | with c = win_chance(this quarter) | sort id | show id, c")
        #expect(rows.map { $0["c"]?.real ?? -1 } == [0.5, 0.6, 0, 0.2])
    }

    @Test(arguments: [
        "win rate = 140%", "win rate = -5%", "win rate * -1", "win rate / 0", "win rate = 0.6", "win rate = $5k",
        "win rate = 14d", "cycle = 0d", "cycle * 0", "cycle = 60%", "cycle - 100%", "cycle - 75d", "cycle = $3",
        "deal size = -$5", "deal size * -2", "deal size = 3d", "deal size - 200%", "new deals = -1", "new deals = $5",
        "new deals in Negotiation * 2", "new deals closing this quarter * 2",
        "deal size * 1_000_000",
        "win rate + 300%", "cycle / 0", "win rate = missing",
    ])
    func impossibleLeversAreRefused(_ lever: String) throws {
        var conversation = Conversation(try FiveDealsBook.make())
        let problem = conversation.problem("what if \(lever)")
        #expect(problem != nil, "\(lever)")
        #expect(problem?.span != nil, "\(lever)")
        #expect(problem.map { [.impossibleLever, .unknownName, .typeMismatch].contains($0.code) } == true, "\(lever)")
        #expect(conversation.runner.whatIf == nil, "\(lever)")
        #expect(try conversation.row("forecast")["expected"] == dollars(45_000))
    }

    @Test func aCycleInDaysNeedsAWonDeal() throws {
        var book = try FiveDealsBook.make()
        book.deals.delete(row: 0)
        var conversation = Conversation(book)
        #expect(conversation.problem("what if cycle = 30d")?.code == .impossibleLever)
        #expect(conversation.problem("sweep cycle from 10d to 30d | forecast")?.code == .impossibleLever)
        #expect(conversation.problem("what if cycle * 0.5") == nil)
    }

    // MARK: Sweeps

    @Test func aSweepByHand() throws {
        var conversation = Conversation(try FiveDealsBook.make())
        // 10,000 + 19,000 + 20,000 · rate
        let answer = try conversation.say(
            "sweep win rate in Negotiation from 20% to 80% by 20% | forecast this quarter")
        let table = try #require(try answer?.table())
        #expect(try table.column("win_rate")?.cells() == [200_000, 400_000, 600_000, 800_000].map(Cell.integer))
        #expect(try table.column("expected")?.cells() == [33_000, 37_000, 41_000, 45_000].map(dollars))
        #expect(
            answer?.picture
                == .line(over: 0, values: [try #require(answer?.columns.firstIndex { $0.name == "expected" })]))
        #expect(conversation.runner.whatIf == nil)
    }

    @Test func aGridByHand() throws {
        var conversation = Conversation(try FiveDealsBook.make())
        let rows = try conversation.rows(
            "sweep win rate in Negotiation from 0% to 100% by 50%, deal size from 100% to 200% by 100% | forecast")
        let expected = rows.map { $0["expected"] }
        // (19,000 + 20,000 · rate) · size + 10,000
        #expect(expected == [29_000, 48_000, 39_000, 68_000, 49_000, 88_000].map(dollars))
        let answer = try conversation.say("sweep cycle from 1 to 2 by 1, win rate from 0% to 100% | forecast")
        guard case .grid(row: 0, column: 1, value: _) = answer?.picture else {
            Issue.record("no grid")
            return
        }
    }

    @Test func aSweepBackwardsAndOfGroups() throws {
        var conversation = Conversation(try FiveDealsBook.make())
        let rows = try conversation.rows("sweep win rate of Lee from 100% to 0% by 50% | forecast by owner")
        #expect(rows.count == 6)
        let lee = rows.filter { $0["owner"] == .text("Lee") }.map { $0["expected"] }
        #expect(lee == [30_000, 15_000, 0].map(dollars))
        let dana = rows.filter { $0["owner"] == .text("Dana") }.map { $0["expected"] }
        #expect(dana == [27_000, 27_000, 27_000].map(dollars))
    }

    @Test(arguments: [
        "sweep win rate from 20% to 140% | forecast", "sweep win rate from 0% to 100% by 0% | forecast",
        "sweep win rate from 0% to 100% by 0.001% | forecast", "sweep win rate from 20% to $5 | forecast",
        "sweep win rate from 1 to 2 | forecast", "sweep new deals in Demo from 1 to 5 | forecast",
        "sweep win rate from 0% to 100% by 1%, cycle from 50% to 150% by 1% | forecast",
    ])
    func impossibleSweepsAreRefused(_ text: String) throws {
        var conversation = Conversation(try FiveDealsBook.make())
        #expect(conversation.problem(text)?.code == .impossibleLever, "\(text)")
    }

    // MARK: solve

    @Test func searchesByHand() throws {
        var conversation = Conversation(try FiveDealsBook.make())
        func found(_ text: String) throws -> [(Cell?, Cell?)] {
            try conversation.rows(text).map { ($0["win_rate"] ?? $0["deal_size"] ?? $0["cycle"], $0["reached"]) }
        }
        // 29,000 + 20,000 · rate >= 40,000 from 55% on.
        let one = try found("solve win rate in Negotiation until expected >= $40k | forecast this quarter")
        #expect(one.count == 1)
        #expect(one.first?.0 == .integer(550_000) && one.first?.1 == .text("from here up"))
        let equal = try found("solve win rate in Negotiation until expected = $40k | forecast this quarter")
        #expect(equal.first?.0 == .integer(550_000))
        // Two ends: 30% and 55%.
        let two = try found("solve win rate in Negotiation until expected between $35k and $40k | forecast")
        #expect(two.map { $0.0 } == [.integer(300_000), .integer(550_000)])
        #expect(two.map { $0.1 } == [.text("from here up"), .text("up to here")])
        // 10,000 + 35,000 · size >= 62,500 from 150% on.
        #expect(try found("solve deal size until expected >= $62.5k | forecast").first?.0 == .integer(1_500_000))
        // D counts from 38 days on: 58 · k < 38.5, k < 66.379…%.
        let cycle = try found("solve cycle until expected >= $60k | forecast")
        #expect(cycle.first?.0 == .integer(663_700) && cycle.first?.1 == .text("up to here"))
    }

    @Test func aSearchThatFindsNothingSaysSo() throws {
        var conversation = Conversation(try FiveDealsBook.make())
        let none = try #require(
            try conversation.say("solve win rate in Negotiation until expected >= $60k | forecast"))
        #expect(none.notes.first == "no win rate in Negotiation between 0% and 100% reaches expected >= $60k")
        #expect(try none.table().column("expected")?.cells() == [29_000, 49_000].map(dollars))
        let all = try #require(try conversation.say("solve win rate until expected >= $10k | forecast"))
        #expect(all.notes.first == "every win rate between 0% and 100% reaches expected >= $10k")
        let same = try #require(try conversation.say("solve win rate until count > 7 | count"))
        #expect(same.notes.first?.hasPrefix("nothing here depends on win rate") == true)
        #expect(conversation.problem("solve win rate until expected > $5 | forecast by owner")?.code == .notSearchable)
        #expect(conversation.problem("solve win rate until nothing > $5 | forecast")?.code == .unknownName)
        #expect(conversation.problem("solve win rate until expected | forecast")?.code == .notYesNo)
    }

    // MARK: sensitivity

    @Test func leversAreRanked() throws {
        var conversation = Conversation(try FiveDealsBook.make())
        let rows = try conversation.rows("sensitivity of forecast this quarter")
        // A tenth of 35,000 either way; a tenth more time loses E's 1,000, a tenth less gains nothing.
        #expect(rows.prefix(2).map { $0["lever"] } == [.text("win rate"), .text("deal size")])
        #expect(rows.prefix(2).map { $0["swing"] } == [7_000, 7_000].map(dollars))
        #expect(rows[0]["at_90%"] == dollars(41_500) && rows[0]["at_110%"] == dollars(48_500))
        let cycle = try #require(rows.first { $0["lever"] == .text("cycle") })
        #expect(cycle["at_90%"] == dollars(45_000) && cycle["at_110%"] == dollars(44_000))
        #expect(rows.allSatisfy { $0["expected"] == dollars(45_000) })
        #expect(conversation.problem("sensitivity of funnel")?.code == .notSearchable)
        #expect(conversation.problem("sensitivity of forecast by owner")?.code == .notSearchable)
    }

    @Test func questionsGoOnTopOfWhatIsAssumed() throws {
        var conversation = Conversation(try FiveDealsBook.make())
        try conversation.say("what if deal size * 2")
        let rows = try conversation.rows("sweep win rate in Negotiation from 0% to 100% by 100% | forecast")
        #expect(rows.map { $0["expected"] } == [48_000, 88_000].map(dollars))
    }
}
