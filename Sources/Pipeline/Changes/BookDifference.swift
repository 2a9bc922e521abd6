// The patch between two books of one origin, found by comparing them: how a change that works on whole columns (an import,
// an edit of pipelines or settings) becomes effects that can be kept and taken back. Chunks that both share are passed
// over, so that a small change of a large book costs little.

import Engine
import Values

extension Patch {
    /// The effects that make `new` of `old`. Rows have kept their numbers: rows may only have been added at the end,
    /// changed, deleted, or taken off the end.
    ///
    /// - Complexity: the chunks that are not shared, and both histories when they differ at all.
    public init(from old: Book, to new: Book) throws {
        var difference = BookDifference()
        if old.settings != new.settings { difference.effects.append(.settings(new.settings)) }
        if old.lets != new.lets { difference.effects.append(.lets(new.lets)) }
        if old.scenarios != new.scenarios { difference.effects.append(.scenarios(new.scenarios)) }
        if old.pipelines != new.pipelines { difference.effects.append(.pipelines(new.pipelines)) }
        // Versions of deals that go must go before them.
        let shrinks = new.deals.rowCount < old.deals.rowCount
        if shrinks { try difference.compare(old.history, new.history) }
        try difference.compare(.deals, old.deals, new.deals)
        if !shrinks { try difference.compare(old.history, new.history) }
        try difference.compare(old.tables, new.tables)
        self.init(difference.effects)
    }
}

/// Collects the effects between two books.
private struct BookDifference {
    var effects: [Patch.Effect] = []

    // MARK: Tables

    mutating func compare(_ target: Patch.Target, _ old: Table, _ new: Table) throws {
        func isKept(_ column: Column, in other: Table) -> Bool {
            other.column(column.name)?.valueType == column.valueType
        }
        for column in old.columns where !isKept(column, in: new) {
            effects.append(.removeColumn(target, column: column.name))
        }
        let kept = old.columns.filter { isKept($0, in: new) }
        let shared = min(old.rowCount, new.rowCount)
        let back = old.deletedRows.rows.filter { $0 >= shared || !new.deletedRows.contains($0) }
        if !back.isEmpty { effects.append(.restore(target, rows: back)) }
        if new.rowCount < old.rowCount { effects.append(.removeLast(target, count: old.rowCount - new.rowCount)) }
        if new.rowCount > old.rowCount {
            let added = try kept.compactMap { new.column($0.name) }.map {
                try Patch.Column($0, old.rowCount..<new.rowCount)
            }
            effects.append(
                .append(
                    target, count: new.rowCount - old.rowCount, added.filter { $0.values != .same(.missing) }))
        }
        for column in kept {
            guard let after = new.column(column.name) else { continue }
            let rows = try BookDifference.differingRows(column, after, shared)
            if !rows.isEmpty {
                effects.append(
                    .set(target, column: column.name, rows: rows, Patch.Values(try after.cells(at: rows))))
            }
        }
        for (place, column) in new.columns.enumerated() where !isKept(column, in: old) {
            effects.append(.addColumn(target, at: place, try Patch.Column(column, 0..<new.rowCount)))
        }
        let gone = new.deletedRows.rows.filter { $0 >= shared || !old.deletedRows.contains($0) }
        if !gone.isEmpty { effects.append(.delete(target, rows: gone)) }
    }

    /// The rows below `count` in which two columns of one type differ.
    private static func differingRows(_ old: Column, _ new: Column, _ count: Int) throws -> [Int] {
        var found: [Int] = []
        var recoded: [UInt32]?
        for (place, start) in stride(from: 0, to: count, by: Limits.chunkRowCount).enumerated() {
            if old.chunks[place].isIdentical(to: new.chunks[place]) { continue }
            try Cancellation.checkAmbient()
            let range = start..<min(count, start + Limits.chunkRowCount)
            switch old.representation {
            case .integer:
                let before = try old.integers(range)
                let after = try new.integers(range)
                for row in before.indices where before[row] != after[row] { found.append(start + row) }
            case .code:
                let codes = try recoded ?? codes(of: new, in: old)
                recoded = codes
                let before = try old.codes(range)
                let after = try new.codes(range)
                for row in before.indices where before[row] != codes[Int(after[row])] { found.append(start + row) }
            case .real, .text:
                let before = try old.cells(range)
                let after = try new.cells(range)
                for row in before.indices where before[row] != after[row] { found.append(start + row) }
            }
        }
        return found
    }

    /// For each code of a column the code of the same name in another; `UInt32.max` where there is none.
    static func codes(of new: Column, in old: Column) throws -> [UInt32] {
        try [0] + new.dictionary.names().map { try old.dictionary.code(of: $0) ?? .max }
    }

    mutating func compare(_ old: [ReferenceTable], _ new: [ReferenceTable]) throws {
        func isSame(_ left: ReferenceTable, _ right: ReferenceTable) -> Bool {
            left.name == right.name && left.singular == right.singular && left.field == right.field
                && left.keyColumn == right.keyColumn
        }
        for table in old where !new.contains(where: { isSame($0, table) }) { effects.append(.removeTable(table.name)) }
        for (place, table) in new.enumerated() {
            if let before = old.first(where: { isSame($0, table) }) {
                try compare(.reference(table.name), before.rows, table.rows)
            } else {
                effects.append(.addTable(at: place, try Patch.ReferenceRows(table)))
            }
        }
    }

    // MARK: History

    mutating func compare(_ old: History, _ new: History) throws {
        let before = try old.folded().rows
        let after = try new.folded().rows
        if BookDifference.isIdentical(before, after) { return }
        let columns = try zip(before.columns, after.columns).dropFirst().map { try ComparableValues($0, $1) }
        let oldStarts = try BookDifference.starts(before)
        let newStarts = try BookDifference.starts(after)
        func range(_ starts: [Int], _ deal: Int) -> Range<Int> {
            deal + 1 < starts.count ? starts[deal]..<starts[deal + 1] : 0..<0
        }
        var splice = VersionSplice(deals: [], kept: [], counts: [], columns: [])
        var brought: [Int] = []
        for deal in 0..<max(oldStarts.count, newStarts.count) {
            let left = range(oldStarts, deal)
            let right = range(newStarts, deal)
            var kept = 0
            while kept < left.count, kept < right.count,
                columns.allSatisfy({ $0.isEqual(left.lowerBound + kept, right.lowerBound + kept) })
            { kept += 1 }
            if kept == left.count, kept == right.count { continue }
            splice.deals.append(deal)
            splice.kept.append(kept)
            splice.counts.append(right.count - kept)
            brought += right.dropFirst(kept)
        }
        if splice.deals.isEmpty { return }
        splice.columns = try VersionSplice.columns.map { try Patch.Values(after.columns[$0.index], at: brought) }
        effects.append(.versions(splice))
    }

    private static func isIdentical(_ old: Table, _ new: Table) -> Bool {
        old.rowCount == new.rowCount
            && zip(old.columns, new.columns).allSatisfy { left, right in
                zip(left.chunks, right.chunks).allSatisfy { $0.isIdentical(to: $1) }
            }
    }

    /// For deal d the rows of a sorted history are starts[d] ..< starts[d + 1].
    private static func starts(_ rows: Table) throws -> [Int] {
        var starts = [0]
        for (row, deal) in try rows.columns[HistoryColumn.deal.index].integers().enumerated() {
            while starts.count <= Int(deal) { starts.append(row) }
        }
        return starts + [rows.rowCount]
    }
}

/// The values of a column before and after in one numbering.
private struct ComparableValues {
    private let before: [Int64]
    private let after: [Int64]

    init(_ old: Column, _ new: Column) throws {
        if old.representation == .code {
            let codes = try BookDifference.codes(of: new, in: old)
            before = try old.codes().map(Int64.init)
            after = try new.codes().map { Int64(codes[Int($0)]) }
        } else {
            before = try old.integers()
            after = try new.integers()
        }
    }

    func isEqual(_ old: Int, _ new: Int) -> Bool { before[old] == after[new] }
}
