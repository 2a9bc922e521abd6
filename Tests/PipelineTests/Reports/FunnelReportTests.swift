// The funnel against the definition, counted deal by deal over the cells of the history.
import Engine
import Pipeline
import Testing
import Values

@Suite struct FunnelReportTests {
    struct Expected: Equatable {
        var reached = 0
        var movedOn = 0
        var lostHere = 0
        var stillHere = 0
        var value: Int64 = 0
    }

    static func expected(_ book: Book, isStrict: Bool) throws -> (stages: [String: Expected], lostUnknown: Int) {
        let stages = book.pipelines[0].stages
        var seen: [Int: Set<Int>] = [:]
        for row in 0..<book.history.rows.rowCount {
            let cells = try book.history.rows.row(row)
            let deal = Int(cells[HistoryColumn.deal.index].integer ?? -1)
            if let stage = cells[HistoryColumn.stage.index].text,
                let position = book.pipelines[0].position(ofStage: stage)
            {
                seen[deal, default: []].insert(position)
            }
        }
        var result: [String: Expected] = [:]
        var unknown = 0
        for deal in 0..<book.deals.rowCount {
            let now = try book.pipelines[0].position(ofStage: book.deal(deal, .stage).text ?? "") ?? 0
            let entered = (seen[deal] ?? []).union([now])
            let open = entered.filter { !stages[$0].kind.isClosed }
            let far = stages[now].kind == .won ? now : open.max() ?? -1
            if far < 0 { unknown += 1 }
            for position in stages.indices where stages[position].kind != .lost && position <= far {
                if isStrict, !entered.contains(position) { continue }
                var entry = result[stages[position].name] ?? Expected()
                entry.reached += 1
                entry.value += try book.deal(deal, .value).integer ?? 0
                if far > position { entry.movedOn += 1 }
                if far == position, stages[now].kind == .lost { entry.lostHere += 1 }
                if far == position, !stages[now].kind.isClosed { entry.stillHere += 1 }
                result[stages[position].name] = entry
            }
        }
        return (result, unknown)
    }

    @Test(arguments: [false, true], [2 as UInt64, 9])
    func countsDistinctDeals(isStrict: Bool, seed: UInt64) throws {
        let today = try #require(Day(iso: "2026-11-23"))
        let book = try Book.generated(GenerationPlan(dealCount: 600, seed: seed, today: today))
        let result = try FunnelReport.run(ReportInput(book: book, calendar: Calendar(today: today)), isStrict: isStrict)
        let table = try result.table()
        let expected = try Self.expected(book, isStrict: isStrict)
        var stageCount = 0
        for row in 0..<table.rowCount {
            func cell(_ name: String) throws -> Cell { try table.cell(row, try #require(table.columnIndex(name))) }
            guard let stage = try cell("stage").text else { continue }
            guard let entry = expected.stages[stage] else {
                #expect(try cell("lost_here") == .integer(Int64(expected.lostUnknown)))
                continue
            }
            stageCount += 1
            #expect(try cell("reached") == .integer(Int64(entry.reached)))
            #expect(try cell("value") == .integer(entry.value))
            guard stage != "Closed Won" else { continue }
            #expect(try cell("moved_on") == .integer(Int64(entry.movedOn)))
            #expect(try cell("lost_here") == .integer(Int64(entry.lostHere)))
            #expect(try cell("still_here") == .integer(Int64(entry.stillHere)))
            #expect(try cell("conversion") == .real(Double(entry.movedOn) / Double(entry.reached)))
            #expect(entry.reached == entry.movedOn + entry.lostHere + entry.stillHere)
        }
        #expect(stageCount == expected.stages.count)
    }

    @Test func groupsAddUpToTheWhole() throws {
        let today = try #require(Day(iso: "2026-11-23"))
        let book = try Book.generated(GenerationPlan(dealCount: 500, seed: 4, today: today))
        let calendar = Calendar(today: today)
        let source = Key("source", .column(DealColumn.source.index))
        let whole = try FunnelReport.run(ReportInput(book: book, calendar: calendar)).table()
        let parts = try FunnelReport.run(ReportInput(book: book, keys: [source], calendar: calendar)).table()
        let reached = try #require(whole.columnIndex("reached"))
        let partReached = try #require(parts.columnIndex("reached"))
        for row in 0..<whole.rowCount {
            let stage = try whole.cell(row, 0)
            var sum: Int64 = 0
            for part in 0..<parts.rowCount where try parts.cell(part, 1) == stage {
                sum += try parts.cell(part, partReached).integer ?? 0
            }
            #expect(try whole.cell(row, reached).integer ?? 0 == sum)
        }
    }
}
