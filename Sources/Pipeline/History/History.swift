// The versions of the deals: one row per change, holding what the deal was after it. Everything that is asked of the
// past is asked of these rows.
//
//   rows   ┌ base: sorted by deal, then time ──────────────┬ tail: appended since, in order of time ┐
//   index    first base row of each deal (n + 1 numbers)     deal → its tail rows
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
    /// The rows, with the columns of `HistoryColumn` in that order.
    public private(set) var rows: Table
    /// How many rows at the front are sorted by deal, then time.
    public private(set) var baseRowCount: Int
    /// The rows behind the base by deal, in order of time.
    private var tail: [Int32: [Int32]] = [:]
    private var index: HistoryIndex

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

    /// A history of rows in any order. Rows of one deal with equal times keep their order.
    ///
    /// - Complexity: O(n) when they are sorted already, else O(n log n).
    public init(_ rows: Table) throws {
        let deals = try rows.columns[HistoryColumn.deal.index].integers()
        let times = try rows.columns[HistoryColumn.at.index].integers()
        func precedes(_ a: Int, _ b: Int) -> Bool {
            deals[a] != deals[b] ? deals[a] < deals[b] : times[a] != times[b] ? times[a] < times[b] : a < b
        }
        if deals.indices.dropFirst().allSatisfy({ precedes($0 - 1, $0) }) {
            self.init(sorted: rows)
            return
        }
        let order = Array(deals.indices).sorted(by: precedes)
        self.init(sorted: try rows.gathered(order))
    }

    /// Whether there are no rows.
    public var isEmpty: Bool { rows.rowCount == 0 }

    /// The rows of a deal in order of time.
    ///
    /// - Complexity: O(rows of the deal), after a pass over the base on first use.
    public func rows(ofDeal deal: Int) throws -> [Int] {
        let first = try index.firstRows(of: self)
        var found: [Int] = deal + 1 < first.count ? Array(Int(first[deal])..<Int(first[deal + 1])) : []
        if let later = tail[Int32(deal)] { found += later.map(Int.init) }
        return found
    }

    /// Appends the version of a deal after a change, which is not before the deal's last one.
    public mutating func append(_ cells: [HistoryColumn: Cell]) throws {
        let row = try rows.append(row: HistoryColumn.allCases.map { cells[$0] ?? .missing })
        guard let deal = cells[.deal]?.integer else { return }
        tail[Int32(deal), default: []].append(Int32(row))
    }

    /// The same rows with the tail folded into the base.
    public func folded() throws -> History { tail.isEmpty ? self : try History(rows) }

    /// The last version of a deal; `nil` when there is none.
    public func lastRow(ofDeal deal: Int) throws -> Int? {
        if let row = tail[Int32(deal)]?.last { return Int(row) }
        return try rows(ofDeal: deal).last
    }
}
