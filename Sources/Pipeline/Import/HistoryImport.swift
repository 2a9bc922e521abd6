// `import history`: the versions that a CRM recorded, one row per change (Salesforce's OpportunityHistory and the like).
// They are better evidence than what an export of deals lets one know, so they take the place of a deal's versions up to
// the last one in the file; later ones stay. From them follow since when a deal is in its stage, how often its close
// date was pushed, and when it was last touched.

import Engine
import Values

extension Book {
    func importingHistory(
        _ table: TextTable, _ options: ImportOptions, _ today: Day, _ execution: Execution
    ) throws -> (book: Book, report: ImportReport) {
        var report = ImportReport(table: "history")
        report.crm = HeaderName.crm(table.header)
        report.rowCount = table.rowCount
        let log = try FieldChangeLog(
            table, options: options, timezoneMinutes: settings.timezoneMinutes, execution: execution)
        var fileOptions = options
        if log != nil { fileOptions.mappings = [] }
        var file = try HistoryFile(log?.versions ?? table, into: self, options: fileOptions, execution: execution)
        if let log { try file.fillConstants(log.tracked, self) }
        var book = self
        book.history = try history.folded()
        let replaced = try book.replaceHistory(with: file)
        book.learned = LearnedTargets()
        let followed = try book.followHistory(of: file.dealRows)
        try book.seePresent(of: file.dealRows, on: today)
        report.addedCount = file.rows.rowCount
        report.columns = log?.uses ?? file.uses
        report.rejects = file.rejects
        report.notes = table.notes + (log?.notes ?? []) + file.notes
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
        try report.noteReach(of: file, in: book)
        return (book, report)
    }

    /// Adds the present state of deals as seen today where their last version is another: the past of a deal ends with
    /// what the deal is.
    private mutating func seePresent(of deals: [Int64], on today: Day) throws {
        let pairs: [(HistoryColumn, DealColumn)] = [
            (.pipeline, .pipeline), (.stage, .stage), (.value, .value), (.close, .close), (.owner, .owner),
            (.probability, .ownProbability), (.category, .ownCategory), (.currency, .currency),
        ]
        var writer = HistoryWriter()
        for deal in Set(deals).sorted() {
            guard let last = try history.lastRow(ofDeal: Int(deal)) else { continue }
            let isOther = try pairs.contains { kept, present in
                try history.rows.cell(last, kept.index) != self.deal(Int(deal), present)
            }
            if isOther { writer.append(Int(deal), at: Int64(today.number), observed: true) }
        }
        history = try writer.merged(into: self)
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

extension ImportReport {
    /// Says of which deals the file tells nothing, and of which not everything: what was before is missing in every answer
    /// about the past.
    fileprivate mutating func noteReach(of file: HistoryFile, in book: Book) throws {
        let deals = Set(file.dealRows)
        let without = book.dealCount - deals.filter { !book.deals.deletedRows.contains(Int($0)) }.count
        if without > 0 {
            notes.append(
                "\(EnglishPlural.counted(without, "deal")) of the book \(without == 1 ? "has" : "have") no row in the file"
            )
        }
        var first: [Int64: Int64] = [:]
        let times = try file.rows.columns[HistoryColumn.at.index].integers()
        for (deal, time) in zip(file.dealRows, times) { first[deal] = min(first[deal] ?? .max, time) }
        let created = try book.deals.columns[DealColumn.created.index].integers()
        let late = first.filter { deal, time in
            guard created[Int(deal)] != .min,
                let day = DateText.day(of: time, timezoneMinutes: book.settings.timezoneMinutes)
            else { return false }
            return Int64(day.number) > created[Int(deal)]
        }.count
        if late > 0 {
            notes.append(
                "the history of \(EnglishPlural.counted(late, "deal")) begins after the day of creation: what was before is missing"
            )
        }
        if file.endedCount > 0 {
            notes.append(
                "the last row of \(EnglishPlural.counted(file.endedCount, "deal")) has an end: what came then is not in the file"
            )
        }
    }
}
