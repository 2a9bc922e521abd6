// `import history`: the versions that a CRM recorded, one row per change (Salesforce's OpportunityHistory and the like).
// They are better evidence than what an export of deals lets one know, so they take the place of a deal's versions up to
// the last one in the file; later ones stay. From them follow since when a deal is in its stage, how often its close
// date was pushed, and when it was last touched.

import Engine
import Values

extension Book {
    func importingHistory(
        _ table: TextTable, _ options: ImportOptions, _ execution: Execution
    ) throws -> (book: Book, report: ImportReport) {
        var report = ImportReport(table: "history")
        report.crm = HeaderName.crm(table.header)
        report.rowCount = table.rowCount
        let file = try HistoryFile(table, into: self, options: options, execution: execution)
        var book = self
        book.history = try history.folded()
        let replaced = try book.replaceHistory(with: file)
        book.learned = LearnedTargets()
        let followed = try book.followHistory(of: file.dealRows)
        report.addedCount = file.rows.rowCount
        report.columns = file.uses
        report.rejects = file.rejects
        report.notes = table.notes + file.notes
        let deals = Set(file.dealRows).count
        report.notes.append(
            "\(EnglishPlural.counted(file.rows.rowCount, "version")) of \(DecimalText.grouped(deals)) of \(EnglishPlural.counted(dealCount, "deal"))"
        )
        if replaced > 0 {
            report.notes.append(
                "they take the place of \(EnglishPlural.counted(replaced, "version")) that followed from the deals' dates"
            )
        }
        if followed.otherStage > 0 {
            report.notes.append(
                "the last stage of \(followed.otherStage) deals in the history is not their present one: the present one stays"
            )
        }
        return (book, report)
    }

    /// Puts the file's versions in the place of older ones of the same deals; says how many those were.
    private mutating func replaceHistory(with file: HistoryFile) throws -> Int {
        var last: [Int64: Int64] = [:]
        let times = try file.rows.columns[HistoryColumn.at.index].integers()
        for (deal, time) in zip(file.dealRows, times) { last[deal] = max(last[deal] ?? .min, time) }
        let oldDeals = try history.rows.columns[HistoryColumn.deal.index].integers()
        let oldTimes = try history.rows.columns[HistoryColumn.at.index].integers()
        let kept = oldDeals.indices.filter { row in last[oldDeals[row]].map { oldTimes[row] > $0 } ?? true }
        let columns = try zip(history.rows.columns, file.rows.columns).map { old, new in
            var builder = ColumnBuilder(name: old.name, valueType: old.valueType)
            try builder.append(try old.gathered(kept))
            try builder.append(new)
            return try builder.finish()
        }
        history = try History(Table(columns))
        return oldDeals.count - kept.count
    }

    /// Dates the deals' last stage change, pushes and touch by their history.
    private mutating func followHistory(of deals: [Int64]) throws -> (otherStage: Int, changed: Int) {
        let times = try history.rows.columns[HistoryColumn.at.index].integers()
        let stages = try history.rows.columns[HistoryColumn.stage.index].codes()
        let stageNames = try history.rows.columns[HistoryColumn.stage.index].dictionary.names()
        let closes = try history.rows.columns[HistoryColumn.close.index].integers()
        let observed = try history.rows.columns[HistoryColumn.observed.index].integers()
        var found: [DealColumn: (rows: [Int], cells: [Cell])] = [:]
        func note(_ column: DealColumn, _ row: Int, _ value: Int64) {
            found[column, default: ([], [])].rows.append(row)
            found[column, default: ([], [])].cells.append(.integer(value))
        }
        var otherStage = 0
        func day(_ time: Int64) -> Int64 {
            DateText.day(of: time, timezoneMinutes: settings.timezoneMinutes).map { Int64($0.number) } ?? 0
        }
        for deal in Set(deals).sorted() {
            let versions = try history.rows(ofDeal: Int(deal))
            guard let first = versions.first else { continue }
            var entered = first
            var touched = first
            var pushes: Int64 = 0
            for (before, row) in zip(versions, versions.dropFirst()) {
                if stages[row] != stages[before] { entered = row }
                if observed[row] != 1 || stages[row] != stages[before] { touched = row }
                if closes[row] != .min, closes[before] != .min,
                    DealMerge.isPush(from: .integer(closes[before]), to: .integer(closes[row]))
                {
                    pushes += 1
                }
            }
            let stage = stages[versions[versions.count - 1]]
            let name = stage == 0 ? nil : stageNames[Int(stage) - 1]
            if try self.deal(Int(deal), .stage).text.map(NameIndex.key) == name.map(NameIndex.key) {
                note(.entered, Int(deal), day(times[entered]))
            } else {
                otherStage += 1
            }
            note(.pushes, Int(deal), pushes)
            let lastTouch = try self.deal(Int(deal), .touched).integer ?? .min
            note(.touched, Int(deal), max(lastTouch, day(times[touched])))
            if try self.deal(Int(deal), .created) == .missing { note(.created, Int(deal), day(times[first])) }
        }
        for (column, change) in found { try self.deals.set(rows: change.rows, column: column.index, to: change.cells) }
        return (otherStage, found[.pushes]?.rows.count ?? 0)
    }
}
