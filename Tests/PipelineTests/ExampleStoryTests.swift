// The figures that examples/README.md tells, counted from the files themselves and not by the program: what a reader
// would do by hand.

import Foundation
import Testing
import Values

@Suite struct ExampleStoryTests {
    static let today = Day(clamping: 20_780)
    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// The rows of an example's CSV by header; these files quote nothing.
    static func rows(_ name: String) throws -> [[String: String]] {
        let text = try String(contentsOf: root.appendingPathComponent("examples/\(name)"), encoding: .utf8)
        let lines = text.split(separator: "\n").map { $0.split(separator: ",", omittingEmptySubsequences: false) }
        let header = try #require(lines.first).map(String.init)
        return lines.dropFirst().map { cells in
            Dictionary(uniqueKeysWithValues: zip(header, cells.map(String.init)))
        }
    }

    struct Deal {
        var id, stage, source, owner, account, close, entered: String
        var value, weighted: Double
        var isOpen: Bool { !stage.hasPrefix("Closed") }
        var daysInStage: Int { Day(iso: entered).map { ExampleStoryTests.today.days(since: $0) } ?? -1 }

        init(_ row: [String: String]) {
            func text(_ name: String) -> String { row[name] ?? "no column" }
            id = text("Opportunity ID")
            stage = text("Stage")
            source = text("Lead Source")
            owner = text("Opportunity Owner")
            account = text("Account Name")
            close = text("Close Date")
            entered = text("Last Stage Change Date")
            value = Double(text("Amount")) ?? 0
            weighted = value * (Double(text("Probability (%)")) ?? 0) / 100
        }
    }

    let deals: [Deal]

    init() throws { deals = try Self.rows("deals.csv").map(Deal.init) }

    private var open: [Deal] { deals.filter(\.isOpen) }

    @Test func theExportsAreTheStory() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("dealsh-story-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let script = Process()
        script.executableURL = URL(fileURLWithPath: "/bin/sh")
        script.arguments = [Self.root.appendingPathComponent("scripts/story").path, folder.path]
        try script.run()
        script.waitUntilExit()
        #expect(script.terminationStatus == 0)
        for name in ["deals.csv", "history.csv"] {
            let written = try Data(contentsOf: folder.appendingPathComponent(name))
            #expect(try written == Data(contentsOf: Self.root.appendingPathComponent("examples/\(name)")), "\(name)")
        }
    }

    @Test func whereAllProspectsAre() {
        #expect(deals.count == 83)
        #expect(open.count == 36)
        #expect(deals.filter { $0.stage == "Closed Won" }.count == 19)
        #expect(open.reduce(0) { $0 + $1.value } == 611_500)
        #expect(open.reduce(0) { $0 + $1.weighted } == 296_900)
        let expected: [(String, Int, Double)] = [
            ("Initial Contact", 6, 22_000), ("Qualification", 7, 78_500), ("Demo Scheduled", 11, 264_000),
            ("Proposal Sent", 7, 121_000), ("Negotiation", 5, 126_000),
        ]
        for (stage, count, value) in expected {
            let here = open.filter { $0.stage == stage }
            #expect(here.count == count)
            #expect(here.reduce(0) { $0 + $1.value } == value)
        }
    }

    @Test func demosAreTheBottleneck() {
        func median(_ stage: String) -> Double {
            let days = open.filter { $0.stage == stage }.map(\.daysInStage).sorted()
            return Double(days[(days.count - 1) / 2] + days[days.count / 2]) / 2
        }
        #expect(median("Demo Scheduled") == 34)
        #expect(["Initial Contact", "Qualification", "Proposal Sent", "Negotiation"].map(median) == [6, 10, 10, 10])
        let waiting = open.filter { $0.stage == "Demo Scheduled" && $0.daysInStage > 25 }
        #expect(waiting.count == 8)
        #expect(waiting.reduce(0) { $0 + $1.value } == 230_000)
    }

    @Test func aHundredAndTwentyThousandWillClose() {
        let late = open.filter { deal in
            ["Proposal Sent", "Negotiation"].contains(deal.stage) && deal.close >= "2026-10-01"
                && deal.close <= "2026-12-31"
        }
        #expect(late.count == 9)
        #expect(late.reduce(0) { $0 + $1.value } == 168_000)
        #expect(late.reduce(0) { $0 + $1.weighted } == 120_000)
        let won = deals.filter { $0.stage == "Closed Won" && $0.close >= "2026-10-01" }
        #expect(won.reduce(0) { $0 + $1.value } == 32_500)
    }

    @Test func sourcesConvertDifferently() {
        func counts(_ source: String) -> [Int] {
            ["Closed Won", "Closed Lost"].map { stage in
                deals.filter { $0.source == source && $0.stage == stage }.count
            }
        }
        #expect(counts("Referral") == [6, 2])
        #expect(counts("Partner") == [3, 2])
        #expect(counts("Website") == [5, 6])
        #expect(counts("Webinar") == [3, 5])
        #expect(counts("Outbound") == [1, 4])
        #expect(counts("Whitepaper") == [1, 9])
        #expect(counts("Event") == [0, 0])
    }

    @Test func faultsOfHygiene() {
        #expect(open.filter(\.close.isEmpty).map(\.id) == ["D-171", "D-181"])
        let overdue = open.filter { !$0.close.isEmpty && $0.close < Self.today.description }
        #expect(overdue.map(\.id) == ["D-143", "D-154", "D-163", "D-166"])
        #expect(open.filter(\.owner.isEmpty).map(\.id) == ["D-178"])
        #expect(open.filter { $0.value == 0 }.map(\.id) == ["D-178", "D-180"])
        #expect(open.filter { $0.daysInStage > 21 }.count == 12)
    }

    @Test func everyNameIsInItsTable() throws {
        let accounts = Set(try Self.rows("accounts.csv").compactMap { $0["Account Name"] })
        #expect(accounts.count == 45)
        #expect(Set(deals.map(\.account)) == accounts)
        let owners = Set(try Self.rows("owners.csv").compactMap { $0["Owner"] })
        #expect(Set(deals.map(\.owner)).subtracting([""]) == owners)
    }
}
