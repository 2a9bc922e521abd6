// What becomes of deals of the book that an export does not hold: nothing is guessed. They stay and are counted, unless
// the import was told that they are lost or deleted; then that is a change of the export's day, with its version. A deal
// lost so closed on that day: its close date, which history keeps, becomes it, as a CRM does when a deal is closed.

import Engine
import Values

extension DealMerge {
    /// Treats the deals that are not among those held by the file, as the policy says.
    mutating func resolveMissing(
        _ held: Set<Int>, _ policy: ImportOptions.MissingDeals, _ history: inout HistoryWriter
    ) throws {
        var rows = (0..<book.deals.rowCount).filter { !held.contains($0) && !book.deals.deletedRows.contains($0) }
        if policy == .lost { rows = try rows.filter { try book.place(ofDeal: $0)?.stage.kind.isClosed != true } }
        guard !rows.isEmpty else { return }
        let number = Int64(day.number)
        switch policy {
        case .kept:
            let what = rows.count == 1 ? "1 deal of the book is" : "\(rows.count) deals of the book are"
            notes.append("\(what) not in the file and kept; `missing deals are lost` or `deleted` says otherwise")
            return
        case .deleted:
            for row in rows {
                book.deals.delete(row: row)
                history.appendDeletion(row, at: number)
            }
        case .lost:
            try lose(rows)
            for row in rows { history.append(row, at: number, observed: false) }
        }
        missingCount = rows.count
        let what =
            rows.count == 1 ? "1 deal is not in the file: it is" : "\(rows.count) deals are not in the file: they are"
        notes.append("\(what) \(policy.rawValue) on \(day)")
    }

    private mutating func lose(_ rows: [Int]) throws {
        var lostStages: [Cell] = []
        for row in rows {
            let pipeline = book.pipelines[try book.place(ofDeal: row)?.pipeline ?? 0]
            guard let stage = pipeline.lostStage else { throw ImportDiagnostics.noLostStage() }
            lostStages.append(.text(stage.name))
        }
        try book.deals.set(rows: rows, column: DealColumn.stage.index, to: lostStages)
        // A close date that the loss moves into a later month is a push, as in every history.
        let onTheDayCell = Cell.integer(Int64(day.number))
        let later = try rows.filter { DealMerge.isPush(from: try book.deal($0, .close), to: onTheDayCell) }
        let pushes = try later.map { Cell.integer((try book.deal($0, .pushes).integer ?? 0) + 1) }
        try book.deals.set(rows: later, column: DealColumn.pushes.index, to: pushes)
        let onTheDay = Array(repeating: onTheDayCell, count: rows.count)
        for column in [DealColumn.entered, .close, .touched] {
            try book.deals.set(rows: rows, column: column.index, to: onTheDay)
        }
        let nothing = Array(repeating: Cell.missing, count: rows.count)
        for column in [DealColumn.ownProbability, .ownCategory] {
            try book.deals.set(rows: rows, column: column.index, to: nothing)
        }
    }
}
