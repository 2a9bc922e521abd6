// A book with two pipelines that share the name of a stage at different places: order, `past`, `before` and targets go by
// each deal's own pipeline.

import Engine
import Pipeline
import Query
import Testing
import Values

@Suite struct SeveralPipelinesTests {
    private func book() throws -> Book {
        var book = try Book(settings: BookSettings(today: SmallBook.today))
        try book.setPipeline(
            "Sales",
            stages: [
                StageDraft("Lead"), StageDraft("Review"), StageDraft("Offer"), StageDraft("Sold", kind: .won),
                StageDraft("Gone", kind: .lost),
            ])
        try book.setPipeline(
            "Renewals",
            stages: [
                StageDraft("Due"), StageDraft("Offer"), StageDraft("Review"), StageDraft("Renewed", kind: .won),
                StageDraft("Lapsed", kind: .lost),
            ])
        for (index, place) in book.stagePlaces.enumerated() {
            let cells = DealColumn.allCases.map { column -> Cell in
                switch column {
                case .id: .text("\(place.pipeline == 0 ? "S" : "R")-\(place.stage.name)")
                case .pipeline: .text(book.pipelines[place.pipeline].name)
                case .stage: .text(place.stage.name)
                case .value: .integer(Int64(index + 1) * 100)
                default: .missing
                }
            }
            try book.deals.append(row: cells)
        }
        return book
    }

    private func ids(_ text: String) throws -> [String] {
        let answer = try Question(text + " | show id").answer(try book(), today: SmallBook.today)
        return try answer.table().columns[0].cells().compactMap(\.text)
    }

    @Test func stagesGoByTheirOwnPipeline() throws {
        #expect(try ids("deals in Review") == ["S-Review", "R-Review"])
        #expect(try ids("deals past Review") == ["S-Offer", "S-Sold", "R-Renewed"])
        #expect(try ids("deals before Review") == ["S-Lead", "R-Due", "R-Offer"])
        #expect(try ids("deals in Review or later") == ["S-Review", "S-Offer", "S-Sold", "R-Review", "R-Renewed"])
        #expect(try ids("deals past Lead") == ["S-Review", "S-Offer", "S-Sold"])
        #expect(try ids("deals where stage > Offer") == ["S-Sold", "S-Gone", "R-Review", "R-Renewed", "R-Lapsed"])
        #expect(try ids("won deals") == ["S-Sold", "R-Renewed"])
        #expect(try ids("deals where pipeline = Renewals and open") == ["R-Due", "R-Offer", "R-Review"])
    }
}
