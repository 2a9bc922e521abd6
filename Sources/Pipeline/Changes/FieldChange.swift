// What the rows of a change held in a field, and what they hold now, counted so that it can be told in a line however many
// rows there are: how often each value stands, how far the values reach, what they come to. Words are made elsewhere.

public import Engine

/// What became of a field that was set, in the rows in which it became another.
public struct FieldChange: Sendable {
    /// The column that was set.
    public var column: String
    /// What its values mean.
    public var valueType: ValueType
    /// In how many rows it became another.
    public var rowCount: Int
    /// What was there.
    public var old: FieldValues
    /// What is there now.
    public var new: FieldValues

    /// The change from the one values to the others, row by row; `nil` where none differs.
    ///
    /// - Complexity: O(rows).
    init?(_ column: Column, from old: [Cell], to new: [Cell]) throws {
        let places = old.indices.filter { old[$0] != new[$0] }
        guard !places.isEmpty else { return nil }
        self.column = column.name
        valueType = column.valueType
        rowCount = places.count
        self.old = try FieldValues(places.lazy.map { old[$0] })
        self.new = try FieldValues(places.lazy.map { new[$0] })
    }
}

/// The values of a field in some rows.
public struct FieldValues: Sendable {
    /// More different values than these are not told apart.
    private static let distinctCountMax = 1_000

    /// The different values (missing is one) with their numbers, the most frequent first; only some of them where
    /// `isComplete` is false.
    public let counts: [(cell: Cell, count: Int)]
    /// Whether every value is among `counts`.
    public let isComplete: Bool
    /// The least and the greatest whole number; `nil` where there is none.
    public let bounds: ClosedRange<Int64>?
    /// What the whole numbers come to.
    public let sum: Int64

    init(_ cells: some Sequence<Cell>) throws {
        var counts: [Cell: Int] = [:]
        var isComplete = true
        var bounds: ClosedRange<Int64>?
        var sum: Int64 = 0
        for cell in cells {
            if let known = counts[cell] {
                counts[cell] = known + 1
            } else if counts.count < FieldValues.distinctCountMax {
                counts[cell] = 1
            } else {
                isComplete = false
            }
            guard let number = cell.integer else { continue }
            bounds = min(bounds?.lowerBound ?? number, number)...max(bounds?.upperBound ?? number, number)
            let (total, overflow) = sum.addingReportingOverflow(number)
            if overflow { throw EngineError.overflow(operation: "sum") }
            sum = total
        }
        self.counts = counts.map { (cell: $0.key, count: $0.value) }.sorted { left, right in
            left.count != right.count ? left.count > right.count : FieldValues.precedes(left.cell, right.cell)
        }
        self.isComplete = isComplete
        self.bounds = bounds
        self.sum = sum
    }

    private static func precedes(_ left: Cell, _ right: Cell) -> Bool {
        if let left = left.integer, let right = right.integer { return left < right }
        if let left = left.text, let right = right.text { return TextOrder.precedes(left, right) }
        if let left = left.real, let right = right.real { return left < right }
        return !left.isMissing && right.isMissing
    }
}
