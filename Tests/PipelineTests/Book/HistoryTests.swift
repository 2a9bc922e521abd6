// Versions of deals, and targets learned from them.

import Engine
import Testing
import Values

@testable import Pipeline

struct HistoryTests {
    private func table(_ rows: [(deal: Int64, at: Int64, stage: String)]) throws -> Table {
        var history = try History()
        for row in rows {
            try history.append([
                .deal: .integer(row.deal), .at: .integer(row.at), .stage: .text(row.stage), .pipeline: .text("Sales"),
                .observed: .integer(0),
            ])
        }
        return history.rows
    }

    @Test func rowsAreFoundByDealInOrderOfTime() throws {
        var history = try History(table([(2, 9, "B"), (0, 5, "A"), (2, 3, "A"), (2, 9, "C"), (0, 1, "N")]))
        func stages(_ deal: Int) throws -> [String] {
            try history.rows(ofDeal: deal).map { try history.rows.cell($0, HistoryColumn.stage.index).text ?? "" }
        }
        #expect(try stages(0) == ["N", "A"])
        #expect(try stages(1) == [])
        #expect(try stages(2) == ["A", "B", "C"])
        #expect(try stages(3) == [])
        try history.append([.deal: .integer(1), .at: .integer(20), .stage: .text("Z")])
        try history.append([.deal: .integer(0), .at: .integer(30), .stage: .text("Y")])
        try history.append([.deal: .integer(5), .at: .integer(31), .stage: .text("X")])
        #expect(try stages(0) == ["N", "A", "Y"])
        #expect(try stages(1) == ["Z"])
        #expect(try stages(5) == ["X"])
        #expect(history.baseRowCount == 5)
        history = try history.folded()
        #expect(history.baseRowCount == 8)
        #expect(try stages(0) == ["N", "A", "Y"])
        #expect(try stages(5) == ["X"])
        #expect(try history.lastRow(ofDeal: 2) == 6)
    }

    /// Ten won deals that stayed 2, 4, 5, 5, 6, 7, 8, 9, 10 and 14 days: the p75 is 8.75, the target 9.
    @Test func aTargetIsLearnedFromTenStays() throws {
        var book = try Book()
        var rows: [(deal: Int64, at: Int64, stage: String)] = []
        for (deal, days) in [2, 4, 5, 5, 6, 7, 8, 9, 10, 14].enumerated() {
            try book.deals.append(
                row: dealRow([
                    .id: .text("D-\(deal)"), .pipeline: .text("Sales"), .stage: .text("Closed Won"),
                ]))
            let start = Int64(deal) * 86_400 * 3
            rows.append((Int64(deal), start, "Demo Scheduled"))
            rows.append((Int64(deal), start + Int64(days) * 86_400, "Closed Won"))
        }
        // A lost deal's stay does not count.
        try book.deals.append(
            row: dealRow([
                .id: .text("D-L"), .pipeline: .text("Sales"), .stage: .text("Closed Lost"),
            ]))
        rows += [(10, 0, "Demo Scheduled"), (10, 86_400_000, "Closed Lost")]
        book.history = try History(table(rows))
        #expect(try book.stageTargets()[0][2] == StageTarget(days: 9, isLearned: true))
        #expect(try book.stageTargets()[0][3] == nil)
        try book.setStage(StageDraft("Demo Scheduled", targetDays: 3))
        #expect(try book.stageTargets()[0][2] == StageTarget(days: 3, isLearned: false))
        var nine = try Book()
        nine.deals = book.deals
        nine.history = try History(table(Array(rows[2...])))
        #expect(try nine.stageTargets()[0][2] == nil)
    }
}
