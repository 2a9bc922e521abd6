// What Tab offers and which colours a line gets, on a book that was made by statements.

import Engine
import Foundation
import Language
import Pipeline
import Testing
import Values

@testable import Shell

@Suite struct AssistantTests {
    /// A session on four deals, with results in memory.
    static func session() throws -> Session {
        let folder = NSTemporaryDirectory() + "dealsh-assist-\(UInt64.random(in: 0...UInt64.max))"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let rows = """
            id,name,account,owner,stage,value,close,source
            D-1,Acme renewal,Acme and Sons,Dana Ruiz,Negotiation,25000,2026-12-15,Referral
            D-2,Birch rollout,Birch,Marco Bell,Demo Scheduled,8000,2026-12-20,Webinar
            D-3,Cedar pilot,Cedar,Dana Ruiz,Negotiation,1200000,2026-10-30,Webinar
            D-4,Elm,Elm,Dana Ruiz,Closed Won,12000,2026-10-30,Cold Call

            """
        try Data(rows.utf8).write(to: URL(fileURLWithPath: folder + "/deals.csv"))
        let environment = ShellEnvironment(
            variables: ["LANG": "C.UTF-8"], inputIsTerminal: false, outputIsTerminal: false, errorIsTerminal: false,
            localDay: try #require(Day(iso: "2026-11-23")))
        let output = Output.inMemory()
        let session = try Session(
            environment: environment, options: ShellOptions(), results: output,
            reporter: ProblemReporter(
                results: output, errors: Output.inMemory(), format: .text, renderer: DiagnosticRenderer()))
        #expect(session.run(SourceText("import deals from \"\(folder)/deals.csv\"")))
        return session
    }

    private func offered(_ text: String, _ session: Session) -> [Shell.Completion] {
        let bytes = Array(text.utf8)
        return SessionAssistant(session).completions(bytes, cursor: bytes.count)
    }

    @Test func stagesInOrderWithCountsAndValue() throws {
        let session = try Self.session()
        let offers = offered("deals in ", session)
        #expect(
            offers.prefix(7).map(\.title) == [
                "Initial Contact", "Qualification", "Demo Scheduled", "Proposal Sent", "Negotiation", "Closed Won",
                "Closed Lost",
            ])
        #expect(offers.first { $0.title == "Negotiation" }?.detail == "2 · $1.2m")
        #expect(offers.first { $0.title == "Demo Scheduled" }?.detail == "1 · $8k")
    }

    @Test func columnsAndValuesOfTheTableThatIsChanged() throws {
        let session = try Self.session()
        session.book.setTable(
            ReferenceTable(
                name: "accounts", singular: "account", field: "account", keyColumn: "account",
                rows: try Table([
                    Column(name: "account", valueType: .category, cells: [.text("Elm"), .text("Birch")]),
                    Column(name: "sector", valueType: .category, cells: [.text("timber"), .text("paper goods")]),
                ])))
        #expect(offered("accounts | set ", session).map(\.title).contains("sector"))
        #expect(!offered("accounts | set ", session).map(\.title).contains("stage"))
        #expect(
            offered("accounts where account = Elm | set sector = p", session).map(\.insertion) == ["\"paper goods\" "])
        #expect(offered("add account Oak with s", session).map(\.title) == ["sector"])
        #expect(offered("add a", session).map(\.title).contains("accounts"))
        #expect(offered("deals | set s", session).map(\.title).contains("stage"))
    }

    @Test func namesByAnyWordAndWithTheQuotesTheyNeed() throws {
        let session = try Self.session()
        #expect(offered("deals of da", session).map(\.insertion) == ["\"Dana Ruiz\" "])
        #expect(offered("deals of bel", session).map(\.insertion) == ["\"Marco Bell\" "])
        #expect(offered("deals at ac", session).map(\.insertion) == ["\"Acme and Sons\" "])
        #expect(offered("deals at \"el", session).map(\.insertion) == ["\"Elm\" "])
    }

    @Test func onlyWhatCanFollow() throws {
        let session = try Self.session()
        let steps = offered("deals | ", session).map(\.title)
        #expect(steps.contains("sort"))
        #expect(steps.contains("top"))
        #expect(!steps.contains("import"))
        #expect(!steps.contains("Negotiation"))
        #expect(offered("deals | sort val", session).map(\.title).first == "value")
        #expect(offered("deals | top 5 ", session).contains { $0.title == "|" })
    }

    @Test func valuesOfAComparedField() throws {
        let session = try Self.session()
        #expect(
            offered("deals where source = ", session).map(\.title).starts(with: ["Webinar", "Cold Call", "Referral"]))
    }

    @Test func periodsSayWhatTheyMean() throws {
        let session = try Self.session()
        let offer = offered("deals closing th", session).first
        #expect(offer?.title == "this quarter")
        #expect(offer?.detail == "2026-10-01 … 2026-12-31")
    }

    @Test func dotCommandsAndTheirWords() throws {
        let session = try Self.session()
        #expect(offered(".wa", session).map(\.title) == [".watch"])
        #expect(offered(".format c", session).map(\.title) == ["csv"])
    }

    private func unknown(_ text: String, _ session: Session) -> [String] {
        let bytes = Array(text.utf8)
        return SessionAssistant(session).highlights(bytes).filter { $0.role == .unknown }.map {
            String(decoding: bytes[$0.span], as: UTF8.self)
        }
    }

    @Test func namesThatTheBookDoesNotKnowAreMarked() throws {
        let session = try Self.session()
        #expect(unknown("deals in Negotiaton closing this quarter", session) == ["Negotiaton"])
        #expect(unknown("deals in Nego closing this quarter", session) == [])
        #expect(unknown("deals of \"Dana Ruiz\" | sort valeu desc", session) == ["valeu"])
        #expect(unknown("deals where valeu > $5k | first 3", session) == ["valeu"])
        // Before a step that is not finished; in a step, not what is being typed.
        #expect(unknown("deals in Negotiaton | sum ", session) == ["Negotiaton"])
        #expect(unknown("deals | sort val", session) == [])
        #expect(unknown("deals | with x = value | sort x desc", session) == [])
        #expect(unknown("\"nowhere.csv\" | where a = 1 and b", session) == [])
        for text in [
            "", "   ", "deals |", "| sort valeu desc", "let x = 5", "import deals from \"a.csv\"", "deals in ((",
        ] {
            _ = unknown(text, session)
        }
    }

    @Test func completeness() throws {
        let assistant = SessionAssistant(try Self.session())
        #expect(assistant.isComplete(Array("deals | top 5".utf8)))
        #expect(!assistant.isComplete(Array("deals |".utf8)))
        #expect(!assistant.isComplete(Array("deals where (value".utf8)))
        #expect(assistant.isComplete(Array(".help".utf8)))
    }

    @Test func everyHelpTopicOfTheVocabularyIsFound() throws {
        let session = try Self.session()
        for entry in Vocabulary.entries {
            #expect(HelpTopic.named(entry.word, in: session.book, today: session.calendar.today) != nil)
            #expect(session.run(SourceText("help \(entry.word)")), "help \(entry.word)")
        }
        for topic in HelpKind.all.map(\.name) + HelpPage.all.map(\.name) + ["value", "in_stage", ".watch"] {
            #expect(session.run(SourceText("help \(topic)")), "help \(topic)")
        }
        #expect(!session.run(SourceText("help zzz")))
    }

    @Test func aQuestionAfterAStoppedOneIsAnswered() throws {
        let session = try Self.session()
        session.isConversation = true
        session.status = .interrupted
        #expect(session.runTyped(SourceText("deals | count")))
        #expect(String(decoding: session.results.bytes, as: UTF8.self).contains("4"))
        #expect(session.status == .done)
    }
}
