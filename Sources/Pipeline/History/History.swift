// The versions of the deals: one row per change, holding what the deal was after it. Everything that is asked of the
// past is asked of these rows.
//
//   rows   ┌ base: sorted by deal, then time ──────────────┬ tail: appended since, in order of time ┐
//   index    first base row of each deal (n + 1 numbers)     deal → its tail rows
//   cut      where the rows of each deal end, in the history of a past day: what lies behind is not there
//
// A row is a stage change only if its stage differs from the deal's row before. A first row may be an observation (the
// stage was seen on that day and entered on an unknown day before it): stays that begin there have no known length.
// A deleted deal's last row says so; a deal that comes back has rows behind it.
// Times of rows known by day only are the day's beginning in the book's timezone.

public import Engine
import Values

/// A column of the history.
public enum HistoryColumn: String, CaseIterable, Sendable {
    /// The row of the deal in the deals table.
    case deal
    /// When the change was.
    case at
    case pipeline, stage, value, close, owner, probability, category, currency
    /// Whether the row says what was seen then, not what changed then.
    case observed
    /// Whether the deal was deleted then; such a row knows nothing else of it.
    case deleted

    /// What its values mean and how they are held.
    public var valueType: ValueType {
        switch self {
        case .deal: .integer
        case .at: .instant
        case .pipeline, .stage, .owner, .category, .currency: .category
        case .value: .money
        case .close: .date
        case .probability: .percent
        case .observed, .deleted: .boolean
        }
    }

    /// Its place in every history table.
    public var index: Int { HistoryColumn.allCases.firstIndex(of: self) ?? 0 }
}

/// The versions of all deals.
public struct History: Sendable {
    /// The rows, with the columns of `HistoryColumn` in that order; those that were taken away count as deleted.
    public private(set) var rows: Table
    /// How many rows at the front are sorted by deal, then time.
    public private(set) var baseRowCount: Int
    /// The last tail row of each deal that has any.
    private var lastTailRow: [Int32: Int32] = [:]
    /// For each tail row the deal's tail row before; −1 for its first.
    private var tailRowBefore: [Int32] = []
    private var index: HistoryIndex
    /// The same history in order, once somebody has asked for it.
    private var inOrder = FoldedHistory()
    /// Where the rows of each deal end, of a history that was cut; it has no tail.
    private var cut: VersionEnds?

    /// A history without rows.
    public init() throws {
        let columns = try HistoryColumn.allCases.map {
            try Column(name: $0.rawValue, valueType: $0.valueType, chunks: [])
        }
        self.init(sorted: try Table(columns))
    }

    /// A history of rows that are sorted by deal, then time.
    init(sorted rows: Table) {
        self.rows = rows
        baseRowCount = rows.rowCount
        index = HistoryIndex()
    }

    /// A history that lies in order (see `ordered`), of which each deal keeps its rows up to its end.
    init(_ history: History, cutAt ends: VersionEnds) {
        self = history
        cut = ends
        inOrder = FoldedHistory()
    }

    /// A history of rows in any order. Rows of one deal with equal times keep their order.
    ///
    /// - Complexity: O(n) when they are sorted already, else O(n log n).
    public init(_ rows: Table) throws {
        let deals = try rows.columns[HistoryColumn.deal.index].integers()
        let times = try rows.columns[HistoryColumn.at.index].integers()
        func precedes(_ a: Int, _ b: Int) -> Bool {
            deals[a] != deals[b] ? deals[a] < deals[b] : times[a] != times[b] ? times[a] < times[b] : a < b
        }
        if rows.deletedRows.isEmpty, deals.indices.dropFirst().allSatisfy({ precedes($0 - 1, $0) }) {
            self.init(sorted: rows)
            return
        }
        let order = deals.indices.filter { !rows.deletedRows.contains($0) }.sorted(by: precedes)
        self.init(sorted: try rows.gathered(order))
    }

    /// Whether there are no rows, on any day where it is a past day's.
    public var isEmpty: Bool { rows.liveRowCount == 0 }

    /// The number of versions.
    public func versionCount() throws -> Int { try cut?.rowCount() ?? rows.liveRowCount }

    /// The rows of a deal in order of time.
    ///
    /// - Complexity: O(rows of the deal), after a pass over the base on first use.
    public func rows(ofDeal deal: Int) throws -> [Int] {
        let first = try index.firstRows(of: self)
        guard deal + 1 < first.count else { return tailRows(ofDeal: deal) }
        var found = Array(Int(first[deal])..<(try cut?.end(deal) ?? Int(first[deal + 1])))
        if !rows.deletedRows.isEmpty { found.removeAll { rows.deletedRows.contains($0) } }
        return found + tailRows(ofDeal: deal)
    }

    private func tailRows(ofDeal deal: Int) -> [Int] {
        var found: [Int] = []
        var row = lastTailRow[Int32(truncatingIfNeeded: deal)] ?? -1
        while row >= 0 {
            found.append(Int(row))
            row = tailRowBefore[Int(row) - baseRowCount]
        }
        return found.reversed()
    }

    /// Appends the version of a deal after a change, which is not before the deal's last one.
    public mutating func append(_ cells: [HistoryColumn: Cell]) throws {
        if cut != nil { self = try folded() }
        let row = try rows.append(row: HistoryColumn.allCases.map { cells[$0] ?? .missing })
        chain(Int32(row), to: cells[.deal]?.integer ?? -1)
        inOrder = FoldedHistory()
    }

    private mutating func chain(_ row: Int32, to deal: Int64) {
        let deal = Int32(truncatingIfNeeded: deal)
        tailRowBefore.append(lastTailRow.updateValue(row, forKey: deal) ?? -1)
    }

    /// The same rows in order: no tail, none of them deleted or cut off.
    ///
    /// - Complexity: O(n), once after a change.
    public func folded() throws -> History {
        if isFolded { return self }
        return try inOrder.history {
            var columns = rows.columns
            try History.gather(&columns, try order())
            return History(sorted: try Table(columns))
        }
    }

    /// Becomes `folded`, and lets go of what it was column by column, so that hardly more than one history is in memory;
    /// if it throws, it is not to be used again.
    mutating func fold() throws {
        if isFolded { return }
        let order = try order()
        var columns = rows.columns
        self = try History()
        try History.gather(&columns, order)
        self = History(sorted: try Table(columns))
    }

    private var isFolded: Bool { tailRowBefore.isEmpty && rows.deletedRows.isEmpty && cut == nil }

    /// The rows that count, in order.
    private func order() throws -> [Int] {
        let first = try index.firstRows(of: self)
        let last = Int(lastTailRow.keys.max() ?? -1)
        var order: [Int] = []
        order.reserveCapacity(rows.liveRowCount)
        let ends = try cut?.cutRuns().ends
        let hasDeleted = !rows.deletedRows.isEmpty
        for deal in 0..<max(first.count - 1, last + 1) {
            if deal + 1 < first.count {
                for row in Int(first[deal])..<Int(ends?[deal] ?? first[deal + 1])
                where !hasDeleted || !rows.deletedRows.contains(row) { order.append(row) }
            }
            if lastTailRow[Int32(deal)] != nil { order += tailRows(ofDeal: deal) }
        }
        return order
    }

    /// The rows in this order. Blocks before the first row that moves are shared, so that a save finds them unchanged.
    private static func gather(_ columns: inout [Column], _ order: [Int]) throws {
        let keptCount = (order.indices.first { order[$0] != $0 } ?? order.count) / Limits.chunkRowCount
        let moved = Array(order[(keptCount * Limits.chunkRowCount)...])
        for index in columns.indices {
            let column = columns[index]
            let rest = try column.gathered(moved)
            columns[index] = try Column(
                name: column.name, valueType: column.valueType, chunks: column.chunks[..<keptCount] + rest.chunks,
                dictionary: rest.dictionary)
        }
    }

    /// The same history with its rows in order, though some may be cut off behind those of each deal (see `runs`): for
    /// passes over all deals, which need no copy of a past day's rows.
    func ordered() throws -> History { cut == nil ? try folded() : self }

    /// The rows of each deal, of a history that lies in order.
    func runs(dealCount: Int) throws -> RowRuns {
        var first = try index.firstRows(of: self)
        let last = first.last ?? 0
        while first.count <= dealCount { first.append(last) }
        if first.count > dealCount + 1 { first = Array(first.prefix(dealCount + 1)) }
        guard var ends = try cut?.cutRuns().ends else { return RowRuns(first: first) }
        while ends.count < dealCount { ends.append(first[ends.count]) }
        return RowRuns(first: first, ends: ends.count > dealCount ? Array(ends.prefix(dealCount)) : ends)
    }

    /// The last version of a deal; `nil` when there is none.
    public func lastRow(ofDeal deal: Int) throws -> Int? {
        if let row = lastTailRow[Int32(truncatingIfNeeded: deal)] { return Int(row) }
        return try rows(ofDeal: deal).last
    }
}

extension History {
    /// Puts other versions in the place of the last ones of some deals, and gives the splice that takes it back. Nothing
    /// changes if it throws.
    ///
    /// - Complexity: the versions taken and brought, after a pass over the base on first use.
    mutating func splice(_ splice: VersionSplice) throws -> VersionSplice {
        if cut != nil { self = try folded() }
        let columns = VersionSplice.columns
        let count = splice.versionCount
        guard splice.kept.count == splice.deals.count, splice.counts.count == splice.deals.count,
            splice.columns.count == columns.count, Set(splice.deals).count == splice.deals.count
        else { throw PipelineDiagnostics.damaged("versions without deals") }
        var taken: [Int] = []
        var takenCounts: [Int] = []
        for (deal, kept) in zip(splice.deals, splice.kept) {
            let present = try rows(ofDeal: deal)
            guard kept <= present.count else {
                throw PipelineDiagnostics.damaged("\(kept) versions of a deal that has \(present.count)")
            }
            taken += present[kept...]
            takenCounts.append(present.count - kept)
        }
        let opposite = VersionSplice(
            deals: splice.deals, kept: splice.kept, counts: takenCounts,
            columns: try columns.map { try Patch.Values(rows.columns[$0.index], at: taken) })
        var owners = ColumnBuilder(name: HistoryColumn.deal.rawValue, valueType: HistoryColumn.deal.valueType)
        for (deal, count) in zip(splice.deals, splice.counts) { for _ in 0..<count { owners.append(Int64(deal)) } }
        var brought = [try owners.finish()]
        for (column, values) in zip(columns, splice.columns) {
            guard let made = try values.column(count, name: column.rawValue, valueType: column.valueType) else {
                throw PipelineDiagnostics.damaged("versions without \(column.rawValue)")
            }
            brought.append(made)
        }
        try rows.checkAppend(columns: brought)
        try bring(brought, taking: taken)
        return opposite
    }

    /// Takes rows away, each the last of its deal by then, and appends others.
    private mutating func bring(_ brought: [Column], taking taken: [Int]) throws {
        let first = rows.rowCount
        let isTail = taken.allSatisfy { $0 >= baseRowCount }
        let sorted = isTail ? taken.sorted() : []
        if isTail, sorted.first == first - taken.count {
            try takeTail(sorted)
        } else {
            try mark(taken)
        }
        let start = rows.rowCount
        try rows.append(columns: brought)
        for (offset, deal) in try brought[HistoryColumn.deal.index].integers().enumerated() {
            chain(Int32(start + offset), to: deal)
        }
        inOrder = FoldedHistory()
    }

    /// Takes away rows that are the last of all.
    private mutating func takeTail(_ sorted: [Int]) throws {
        let deals = try rows.columns[HistoryColumn.deal.index].integers(rows.rowCount - sorted.count..<rows.rowCount)
        for (row, deal) in zip(sorted, deals).reversed() { unchain(row, from: deal) }
        tailRowBefore.removeLast(sorted.count)
        try rows.removeLast(sorted.count)
    }

    /// Marks rows as deleted: they lie between others. They go when the history is folded.
    private mutating func mark(_ taken: [Int]) throws {
        let deals = try rows.columns[HistoryColumn.deal.index].cells(at: taken)
        for (row, deal) in zip(taken, deals).reversed() {
            rows.delete(row: row)
            if row >= baseRowCount { unchain(row, from: deal.integer ?? -1) }
        }
    }

    private mutating func unchain(_ row: Int, from deal: Int64) {
        let before = tailRowBefore[row - baseRowCount]
        lastTailRow[Int32(truncatingIfNeeded: deal)] = before >= 0 ? before : nil
    }
}
