// Which columns of a forecast or backtest span a range, so that it can be drawn beneath the rows, and which columns people
// are shown: amounts that are nothing everywhere (no target, no new business) only take room.

import Engine
import Language

extension Answer {
    /// Columns that span a range on one scale of money.
    public struct Ranges: Hashable, Sendable {
        /// Something on the scale beside the range.
        public struct Mark: Hashable, Sendable {
            /// What it stands for.
            public enum Role: String, CaseIterable, Hashable, Sendable {
                /// Already there: drawn from zero.
                case reached = "won so far"
                /// The middle of the range.
                case expected
                /// What is to be reached.
                case target
                /// What came.
                case actual
            }
            /// What it stands for.
            public var role: Role
            /// The column that holds it.
            public var column: Int
        }
        /// The column of the range's lower end.
        public var low: Int
        /// The column of its upper end.
        public var high: Int
        /// What else is drawn, in this order.
        public var marks: [Mark]
    }

    /// Draws the ranges of a forecast or backtest that no later step has changed.
    mutating func showRanges(of kind: ReportKind) throws {
        guard kind == .forecast || kind == .backtest else { return }
        func place(_ name: String) -> Int? { columns.firstIndex { $0.name == name } }
        guard let low = place("p10"), let high = place("p90") else { return }
        let roles: [(Ranges.Mark.Role, String)] = [
            (.reached, "won_so_far"), (.target, "target"), (.expected, "expected"), (.actual, "actual"),
        ]
        ranges = Ranges(
            low: low, high: high,
            marks: roles.compactMap { role, name in place(name).map { Ranges.Mark(role: role, column: $0) } })
        guard kind == .forecast else { return }
        if rowCount == 1 {
            shape = .card
            shown = Array(columns.indices)
            return
        }
        let table = try table()
        let optional = ["deals", "p50", "gap"]
        shown = try columns.indices.filter { index in
            if columns[index].isKey { return true }
            if optional.contains(columns[index].name) { return false }
            return try table.columns[index].cells().contains { $0 != .missing && $0 != .integer(0) }
                || ["won_so_far", "expected"].contains(columns[index].name)
        }
    }
}
