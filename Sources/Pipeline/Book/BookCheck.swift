// The promises between the tables of a book, looked at row by row: what opening takes on trust, because it must be quick,
// `check` finds out. Bytes, codes and dictionaries are checked where they are kept; here it is what they mean together.

import Engine
import Values

extension Book {
    /// Puts the versions in order in place: looking at all of them needs that, and would else hold them twice.
    public mutating func foldHistory() throws { try history.fold() }

    /// What does not hold, in words; empty for a sound book.
    ///
    /// - Complexity: every row of deals and history once.
    public func faults() throws -> [String] { try dealFaults() + historyFaults() + tableFaults() }

    private func dealFaults() throws -> [String] {
        var found: [String] = []
        var ids: Set<String> = []
        ids.reserveCapacity(deals.liveRowCount)
        var nameless = 0
        var doubled: [String] = []
        let isWhole = deals.deletedRows.isEmpty
        for start in stride(from: 0, to: deals.rowCount, by: Limits.chunkRowCount) {
            let range = start..<min(deals.rowCount, start + Limits.chunkRowCount)
            for (offset, cell) in try deals.columns[DealColumn.id.index].cells(range).enumerated() {
                guard isWhole || !deals.deletedRows.contains(start + offset) else { continue }
                guard let id = cell.text, !id.isEmpty else {
                    nameless += 1
                    continue
                }
                if !ids.insert(id).inserted { doubled.append(id) }
            }
        }
        if nameless > 0 { found.append("deals without an id: \(nameless)") }
        if let first = doubled.first { found.append("ids that stand twice: \(doubled.count), such as \(first)") }
        let stages = deals.columns[DealColumn.stage.index]
        let known = Set(stagePlaces.map { NameIndex.key($0.stage.name) })
        let isKnown = [true] + (try stages.dictionary.names().map { known.contains(NameIndex.key($0)) })
        var strange = 0
        try stages.forEachCode { row, code in
            if !isKnown[Int(code)], isWhole || !deals.deletedRows.contains(row) { strange += 1 }
        }
        if strange > 0 { found.append("deals in stages that no pipeline has: \(strange)") }
        return found
    }

    private func historyFaults() throws -> [String] {
        let rows = try history.folded().rows
        let dealNumbers = try rows.columns[HistoryColumn.deal.index].integers()
        let times = try rows.columns[HistoryColumn.at.index].integers()
        var unsorted = 0
        var strange = 0
        for row in dealNumbers.indices {
            if dealNumbers[row] < 0 || dealNumbers[row] >= Int64(deals.rowCount) { strange += 1 }
            guard row > 0 else { continue }
            let isInOrder =
                dealNumbers[row - 1] < dealNumbers[row]
                || dealNumbers[row - 1] == dealNumbers[row] && times[row - 1] <= times[row]
            if !isInOrder { unsorted += 1 }
        }
        var found: [String] = []
        if unsorted > 0 { found.append("versions that are not in the order of deal and time: \(unsorted)") }
        if strange > 0 { found.append("versions of deals that are not there: \(strange)") }
        return found
    }

    private func tableFaults() throws -> [String] {
        try tables.compactMap { table in
            guard let column = table.rows.column(table.keyColumn) else {
                return "the table \(table.name) lacks its key column \(table.keyColumn)"
            }
            var keys: Set<String> = []
            var doubled = 0
            for (row, cell) in try column.cells().enumerated() where !table.rows.deletedRows.contains(row) {
                if let key = cell.text, !keys.insert(key).inserted { doubled += 1 }
            }
            return doubled == 0 ? nil : "keys that stand twice in the table \(table.name): \(doubled)"
        }
    }
}
