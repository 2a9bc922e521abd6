// Changes tried on a copy of the book: five deals worked out by hand, the base book untouched, kept as one change that can
// be taken back, and no more of the book copied than was touched.

import Engine
import Pipeline
import Query
import Testing
import Values

@Suite struct ActionTests {
    private func dollars(_ amount: Int) -> Cell { .integer(Int64(amount) * 100) }

    @Test(arguments: [
        // Won 10,000 + 20,000; C 18,000 and E 1,000 are left.
        ("deals in Negotiation | win", 49_000),
        ("deals in Proposal Sent | lose because \"price\"", 27_000),
        // C on 2027-01-14.
        ("deals in Proposal Sent | slip 30d", 27_000),
        ("deals in Demo Scheduled | slip -30d", 65_000), ("deals in Demo Scheduled | set close = 2026-12-20", 65_000),
        ("deals in Proposal Sent | set value = $60k", 63_000), ("deals in Proposal Sent | move to Negotiation", 51_000),
        ("deals in Qualification | advance", 46_000), ("deals of Lee | delete", 27_000),
        ("add deal \"New one\" with value = $10k, stage = Negotiation, close = 2026-12-01", 53_000),
    ])
    func actionsByHand(_ action: String, _ after: Int) throws {
        var conversation = Conversation(try FiveDealsBook.make())
        let before = try conversation.book.contentHash()
        let row = try conversation.row("what if \(action)")
        #expect(row["expected_before"] == dollars(45_000), "\(action)")
        #expect(row["expected_after"] == dollars(after), "\(action)")
        #expect(row["expected_difference"] == dollars(after - 45_000), "\(action)")
        #expect(try conversation.book.contentHash() == before)
        try conversation.say("forget")
        #expect(try conversation.row("forecast")["expected"] == dollars(45_000))
    }

    /// A of the five deals is closed: its close date is a fact, whatever the others' become, and the forecast still counts it
    /// in October.
    @Test func closedDealsDoNotSlip() throws {
        var conversation = Conversation(try FiveDealsBook.make())
        let before = try conversation.book.contentHash()
        let closes = try FiveDealsBook.closes(conversation.book)
        let answer = try conversation.say("what if deals of Dana | slip 60d")
        #expect(
            answer?.notes.prefix(2) == [
                "moved the close date of 2 deals, $25,000, by 60 days", "1 closed deal stays as it is",
            ])
        // B on 2027-01-09 and E on 2027-03-01 leave the quarter; A won 10,000, C 18,000.
        #expect(try conversation.row("forecast")["expected"] == dollars(28_000))
        #expect(try conversation.book.contentHash() == before)
        try conversation.say("keep")
        var moved = closes
        for id in ["B", "E"] { moved[id] = closes[id]?.adding(days: 60) }
        #expect(try FiveDealsBook.closes(conversation.book) == moved)
        let undo = try #require(conversation.book.undoRecord(time: 0))
        try conversation.book.perform(undo)
        #expect(try conversation.book.contentHash() == before)

        try conversation.say("deals | slip 60d")
        for id in ["C", "D"] { moved[id] = closes[id]?.adding(days: 60) }
        #expect(try FiveDealsBook.closes(conversation.book) == moved)
        for statement in ["deal A | slip 1w", "what if won deals | slip 1w"] {
            let problem = conversation.problem(statement)
            #expect(problem?.code == .badChange && problem?.message.hasPrefix("A is closed") == true, "\(statement)")
        }
        #expect(try FiveDealsBook.closes(conversation.book) == moved)
    }

    @Test func everyOtherQueryIsAnsweredInside() throws {
        var conversation = Conversation(try FiveDealsBook.make())
        try conversation.say("what if deals in Negotiation | win")
        #expect(try conversation.row("won deals | count")["count"] == .integer(2))
        #expect(try conversation.row("compare won deals | count, sum value")["sum_value_difference"] == dollars(20_000))
        let deals = try conversation.rows("compare open deals")
        let gone = try #require(deals.first { $0["id"] == .text("B") })
        #expect(gone["stage_base"] == .text("Negotiation") && gone["stage_what_if"] == .missing)
        #expect(gone["value_difference"] == dollars(-20_000))
        let stages = try conversation.rows("compare open deals by stage")
        #expect(stages.first { $0["stage"] == .text("Negotiation") }?["count_difference"] == .integer(-1))
        // Changes and levers together: C 60% · 2 held at 100% = 30,000, E 40% = 2,000.
        try conversation.say("what if win rate * 2")
        #expect(try conversation.row("forecast")["expected"] == dollars(62_000))
        // What is no longer there cannot be changed again.
        let nothing = try #require(try conversation.say("what if deals in Negotiation | win"))
        #expect(nothing.notes.first?.hasPrefix("no deals were selected") == true)
    }

    @Test func keepIsOneChangeThatCanBeTakenBack() throws {
        var conversation = Conversation(try FiveDealsBook.make())
        let before = try conversation.book.contentHash()
        try conversation.say("what if deals in Negotiation | win")
        try conversation.say("what if win rate in Proposal = 90%")
        try conversation.say("what if deals in Demo Scheduled | set close = 2026-12-20")
        let inside = try conversation.row("forecast")
        // 30,000 + C 27,000 + E 1,000 + D 20,000.
        #expect(inside["expected"] == dollars(78_000))
        try conversation.say("keep")
        #expect(conversation.book.log.doneCount == 1)
        #expect(try conversation.row("forecast") == inside)
        #expect(conversation.runner.whatIf?.assumptions.map(\.text) == ["win rate in Proposal = 90%"])
        #expect(conversation.problem("keep")?.code == .leversAreNoFacts)
        try conversation.say("forget")
        #expect(try conversation.row("forecast")["expected"] == dollars(69_000))
        let undo = try #require(conversation.book.undoRecord(time: 0))
        try conversation.book.perform(undo)
        #expect(try conversation.book.contentHash() == before)
    }

    @Test func scenariosReplayActions() throws {
        var conversation = Conversation(try FiveDealsBook.make())
        try conversation.say(
            "what if deals in Negotiation | win; what if deals of Lee | slip 30d; scenario Mixed; forget")
        let row = try conversation.row("compare forecast across Mixed")
        #expect(row["expected_mixed"] == dollars(31_000))
        try conversation.say("deals in Negotiation | lose")
        let answer = try #require(try conversation.say("compare forecast across Mixed"))
        #expect(answer.notes.contains { $0.hasPrefix("Mixed: left out, no deals were selected") }, "\(answer.notes)")
        #expect(conversation.problem("what if open deals")?.code == .noWhatIf)
    }

    @Test func aHypotheticalWinTeachesNothing() throws {
        var conversation = Conversation(
            try Book.generated(GenerationPlan(dealCount: 900, seed: 8, today: FiveDealsBook.today)))
        let before = try conversation.row("forecast next quarter using history")
        try conversation.say("what if open deals | top 5 | win")
        let rows = try conversation.rows("compare forecast next quarter using history")
        // New business rests on what was learned, and that is the base book's.
        #expect(rows.first?["from_new_what_if"] == before["from_new"])
        #expect(before["from_new"]?.integer ?? 0 > 0)
    }

    @Test func onlyWhatIsTouchedIsCopied() throws {
        let book = try Book.generated(GenerationPlan(dealCount: 2_000, seed: 3, today: FiveDealsBook.today))
        var conversation = Conversation(book)
        let clock = ContinuousClock()
        let id = try #require(try book.deal(1_500, .id).text)
        let time = try clock.measure { try conversation.say("what if deal \(id) | set value = $1") }
        let assumed = try #require(conversation.runner.whatIf?.book)
        var copied = 0
        var all = 0
        for (old, new) in zip(book.deals.columns, assumed.deals.columns) {
            for (before, after) in zip(old.chunks, new.chunks) {
                all += 1
                if !before.isIdentical(to: after) { copied += 1 }
            }
        }
        #expect(all > 15 && copied >= 1 && copied <= 4, "\(copied) of \(all) chunks")
        print("what if on 2,000 deals: \(copied) of \(all) chunks copied, \(time) with a forecast before and after")
    }
}
