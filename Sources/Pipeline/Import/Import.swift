// `import`: a file becomes deals or a table of a book. All or nothing: either a new book and a report on what was
// understood and done, or diagnostics and the book as it was.
//
//   TextTable → HeaderMap (which column is what) → DealFile (values) → DealIdentifiers (which deals)
//             → StageResolution (where they are) → DealValues → DealMerge (into the book, with history)

public import Engine
public import Values

extension Book {
    /// The book with a file's rows in it. `table` is what they are: `deals`, `history`, or a table such as `accounts`.
    ///
    /// Throws `Diagnostics` (or one `Diagnostic`) when the file cannot be imported whole.
    public func importing(
        _ table: String, from file: TextTable, options: ImportOptions = ImportOptions(), today: Day,
        execution: Execution = Execution()
    ) throws -> (book: Book, report: ImportReport) {
        switch NameIndex.key(table) {
        case "deals", "deal", "opportunities": try importingDeals(file, options, today, execution)
        case "history", "histories": try importingHistory(file, options, today, execution)
        case "targets", "target", "quotas", "quota": try importingTargets(file, options)
        case ExchangeRates.tableName, "rate": try importingRates(file, options, execution)
        default: try importingTable(NameIndex.key(table), file, options, execution)
        }
    }

    private func importingDeals(
        _ table: TextTable, _ options: ImportOptions, _ today: Day, _ execution: Execution
    ) throws -> (book: Book, report: ImportReport) {
        let day = options.asOf ?? today
        if let asOf = options.asOf, let last = try lastHistoryDay(), asOf < last {
            throw ImportDiagnostics.earlierExport(asOf, known: last)
        }
        var file = try DealFile(table, into: self, options: options, execution: execution)
        guard file[.stage] != nil || file.map.emptyFields.contains(.stage) else {
            throw ImportDiagnostics.noStage(table)
        }
        var identifiers = try DealIdentifiers(&file, book: self, options: options, execution)
        var stages = try StageResolution(file, book: self, execution)
        let bad = try DealValues.badProbabilities(file, stages, execution)
        if !bad.isEmpty {
            try file.reject(bad, skipping: options.skipsBadRows)
            identifiers = try DealIdentifiers(&file, book: self, options: options, execution)
            stages = try StageResolution(file, book: self, execution)
        }
        let values = try DealValues(file, stages, self, execution)
        var start = self
        if dealCount == 0, let currency = values.commonCurrency { start.settings.currency = currency }
        let merge = try DealMerge(
            values, stages, known: identifiers.known, held: identifiers.held, into: start, day: day,
            missing: options.missingDeals, execution)
        var report = ImportReport(table: "deals")
        report.crm = HeaderName.crm(table.header)
        report.rowCount = table.rowCount
        report.addedCount = merge.addedCount
        report.updatedCount = merge.updatedCount
        report.unchangedCount = merge.unchangedCount
        report.missingCount = merge.missingCount
        report.columns = file.map.uses.compactMap { $0 }
        report.notes = table.notes + file.notes + identifiers.notes + stages.notes + values.notes + merge.notes
        if start.settings.currency != settings.currency {
            report.notes.append("the book's currency is \(start.settings.currency.code), as in the file")
        }
        report.noteUnknownEntry(merge.openWithoutEntry)
        if options.asOf != nil, merge.updatedCount > 0, let last = try lastHistoryDay() {
            report.noteLateness(from: last, to: day)
        }
        report.advice = stages.advice
        try report.noteCurrencies(merge.book, on: day)
        report.rejects = file.rejects
        return (merge.book, report)
    }

    /// The day of the last version in the history; `nil` without one.
    private func lastHistoryDay() throws -> Day? {
        let times = history.rows.columns[HistoryColumn.at.index].chunks.map(\.layout.maximum)
        return times.max().flatMap { DateText.day(of: $0, timezoneMinutes: settings.timezoneMinutes) }
    }
}

extension ImportReport {
    /// Says what successive exports cannot tell: on which day between two of them something changed.
    mutating func noteLateness(from last: Day, to day: Day) {
        let late = Int(day.number - last.number) - 1
        guard late > 0 else { return }
        notes.append(
            "changes since \(last) are dated \(day), up to \(late) \(late == 1 ? "day" : "days") late; stages passed in between are not seen"
        )
    }

    /// Says for how many open deals it is not known since when they are in their stage.
    mutating func noteUnknownEntry(_ count: Int) {
        guard count > 0 else { return }
        let what = EnglishPlural.counted(count, "new open deal")
        notes.append(
            "since when \(what) \(count == 1 ? "is" : "are") in \(count == 1 ? "its" : "their") stage is not in the file: in_stage is missing; `import history from \"FILE\"` brings it"
        )
    }
}

extension ImportReport {
    /// Says which deals have amounts in another currency than the book's, and what is needed to add them up.
    fileprivate mutating func noteCurrencies(_ book: Book, on day: Day) throws {
        guard let reporting = try book.reported(on: day).reporting else { return }
        let own = book.settings.currency.code
        func listed(_ counts: [(currency: String, count: Int)]) -> String {
            counts.map { "\(DecimalText.grouped($0.count)) in \($0.currency)" }.joined(separator: ", ")
        }
        if !reporting.converted.isEmpty {
            notes.append("amounts in other currencies are converted to \(own): \(listed(reporting.converted))")
        }
        if !reporting.withoutRate.isEmpty {
            notes.append(
                "amounts in other currencies without a rate to \(own), left out of sums: \(listed(reporting.withoutRate))"
            )
            advice.append("`import rates from \"FILE\"` brings rates: a row per currency and day")
        }
    }
}
