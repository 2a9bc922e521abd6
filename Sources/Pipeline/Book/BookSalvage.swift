// A sound book of tables of which some are gone or have holes. Deals are kept for as long as there is a row of them;
// what is made up so that they can be kept is told.

import Engine
import Values

extension Book {
    /// The book of what is left of its tables, and what was lost or made up, in words.
    ///
    /// Throws a `file-damaged` diagnostic when there are no deals left.
    public static func salvaged(_ parts: BookParts, identity: BookIdentity) throws -> (book: Book, notes: [String]) {
        var parts = parts
        var notes: [String] = []
        guard let deals = parts.tables["deals"], deals.columns.count >= DealColumn.allCases.count else {
            throw PipelineDiagnostics.damaged("nothing is left of the table of deals")
        }
        parts.tables["deals"] = try withIds(deals, &notes)
        var stand = try Book(identity: identity)
        let names = (try? deals.columns[DealColumn.stage.index].dictionary.names()) ?? []
        if !names.isEmpty { _ = try? stand.setPipeline(nil, stages: names.map { StageDraft($0) }) }
        let substitutes = try stand.encoded().tables
        for name in ["settings", "lets", "stages", "references"] where !isSound(parts.tables[name]) {
            parts.tables[name] = substitutes[name]
            notes.append(name == "stages" ? "stages: as their names say, their own settings are lost" : "\(name): lost")
        }
        if let references = parts.tables["references"] {
            let kept = try (0..<references.rowCount).filter { row in
                guard let name = try references.row(row).first?.text else { return false }
                if parts.tables["table:" + name] != nil { return true }
                notes.append("table \(name): lost")
                return false
            }
            parts.tables["references"] = try references.gathered(kept)
        }
        if let history = parts.tables["history"], history.columns.count == HistoryColumn.allCases.count {
            let deals = history.columns[HistoryColumn.deal.index]
            let times = history.columns[HistoryColumn.at.index]
            if deals.missingCount + times.missingCount > 0 {
                let kept = try zip(deals.cells(), times.cells()).enumerated().filter {
                    $0.element.0 != .missing && $0.element.1 != .missing
                }.map(\.offset)
                notes.append("history: \(history.rowCount - kept.count) versions lost")
                parts.tables["history"] = try history.gathered(kept)
            }
        } else {
            parts.tables["history"] = substitutes["history"]
            notes.append("history: lost")
        }
        if let bytes = parts.sections[Book.changesSection], (try? ChangeLog(decoding: bytes)) == nil {
            parts.sections[Book.changesSection] = nil
            notes.append("the log of changes: lost, nothing can be undone")
        }
        return (try Book(decoding: parts, identity: identity), notes)
    }

    /// A small table of texts in which nothing that must be there is missing.
    private static func isSound(_ table: Table?) -> Bool {
        guard let table, let first = table.columns.first else { return false }
        return first.missingCount == 0
    }

    /// Every deal needs an id: one that lost it gets its row's number.
    private static func withIds(_ deals: Table, _ notes: inout [String]) throws -> Table {
        var deals = deals
        let column = deals.columns[DealColumn.id.index]
        guard column.missingCount > 0 else { return deals }
        let rows = try column.cells().enumerated().filter { $0.element == .missing }.map(\.offset)
        try deals.set(rows: rows, column: DealColumn.id.index, to: rows.map { .text("salvaged-\($0 + 1)") })
        notes.append("deals: \(rows.count) ids lost, they are called salvaged-N now")
        return deals
    }
}
