// What levers reach beside the forecast: attainment inside a what-if, and what a sweep shows where there is no target.

import Engine
import Query
import Testing
import Values

@Suite struct LeverReachTests {
    @Test func attainmentFollowsTheLevers() throws {
        var conversation = Conversation(try FiveDealsBook.make())
        try conversation.say("target $60k in Q4 2026")
        let plain = try conversation.row("attainment")
        #expect(plain["expected"] == .integer(4_500_000))
        try conversation.say("what if win rate in Negotiation = 50%")
        // B 20,000 · 50% where it was 80%; what is won and the target stay.
        let moved = try conversation.row("attainment")
        #expect(moved["expected"] == .integer(3_900_000))
        #expect(moved["won"] == plain["won"] && moved["target"] == plain["target"] && moved["gap"] == plain["gap"])
        try conversation.say("what if deal size * 2")
        #expect(try conversation.row("attainment")["expected"] == .integer(6_800_000))
        let byOwner = try conversation.rows("attainment by owner")
        #expect(byOwner.reduce(0) { $0 + ($1["expected"]?.integer ?? 0) } == 6_800_000)
        try conversation.say("forget")
        #expect(try conversation.row("attainment") == plain)
    }

    @Test func columnsThatAreEmptyEverywhereAreNotShown() throws {
        var conversation = Conversation(try FiveDealsBook.make())
        func shown(_ text: String) throws -> [String] {
            let answer = try #require(try conversation.say(text))
            return answer.shown.map { answer.columns[$0].name }
        }
        let sweep = "sweep win rate in Negotiation from 50% to 90% by 20% | forecast this quarter"
        let solve = "solve win rate in Negotiation until expected >= $46k | forecast this quarter"
        for question in [sweep, solve] {
            #expect(try shown(question).allSatisfy { !["target", "gap", "chance"].contains($0) })
            #expect(try shown(question).contains("expected"))
        }
        try conversation.say("target $60k in Q4 2026")
        for question in [sweep, solve] {
            #expect(try Set(shown(question)).isSuperset(of: ["target", "gap", "chance"]))
        }
    }
}
