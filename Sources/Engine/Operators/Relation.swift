// What operators take and give: a table, the rows of it that are meant and their order, and conditions that have not
// been evaluated yet. Filtering is therefore free until somebody needs the rows, and fuses with what follows.

import Values

/// Which rows of a table are meant, in which order.
public enum Rows: Sendable {
    /// Every row that is not deleted, in the table's order.
    case all
    /// These rows, less deleted ones, in the table's order.
    case selected(RowSet)
    /// Exactly these rows in this order; never a deleted one.
    case ordered([Int32])
}

/// Rows of a table.
public struct Relation: Sendable {
    /// The table.
    public var table: Table
    /// The rows before `condition` is applied.
    public var rows: Rows
    /// A condition that rows must also satisfy; evaluated together with whatever reads the rows.
    public var condition: Expression?

    /// Rows of a table; all of them unless told.
    public init(_ table: Table, rows: Rows = .all, condition: Expression? = nil) {
        self.table = table
        self.rows = rows
        self.condition = condition
    }

    /// The rows that satisfy the condition too. Costs nothing now; errors of the condition appear when it is evaluated.
    public func filtered(by condition: Expression) -> Relation {
        var copy = self
        if let present = self.condition {
            if case .and(let all) = present {
                copy.condition = .and(all + [condition])
            } else {
                copy.condition = .and([present, condition])
            }
        } else {
            copy.condition = condition
        }
        return copy
    }
}
