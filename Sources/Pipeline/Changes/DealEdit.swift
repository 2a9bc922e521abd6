// What a change step asks of deals, and what came of it. The words of a query are bound elsewhere; the rules of what
// follows from a change (days, pushes, closing, history) are in DealChanger.

import Engine
public import Values

/// Something to be done to some deals.
public enum DealEdit: Sendable {
    /// Gives columns new values, one per deal.
    case set([FieldEdit])
    /// Puts deals into the stage of this name, each in its own pipeline.
    case move(to: String)
    /// Puts each deal into its next stage.
    case advance
    /// Closes deals as won.
    case win
    /// Closes deals as lost.
    case lose(because: String?)
    /// Puts closed deals back into their last open stage.
    case reopen
    /// Moves close dates, back in time when `isBackward`.
    case slip(CalendarDuration, isBackward: Bool)
    /// Takes deals out of the book.
    case delete
}

/// New values of a stored column.
public struct FieldEdit: Sendable {
    /// The column: a `DealColumn` or a custom one.
    public var column: String
    /// One value for each deal.
    public var values: Patch.Values
    /// The code of another currency than the book's that the amounts are in: only deals kept in it can have them.
    public var currency: String?

    /// New values of a column.
    public init(_ column: String, _ values: Patch.Values, in currency: String? = nil) {
        self.column = column
        self.values = values
        self.currency = currency
    }
}

/// A change of deals that was checked and not made yet.
public struct DealChange: Sendable {
    /// The effects.
    public var patch: Patch
    /// The rows of the deals that change, ascending.
    public var rows: [Int]
    /// The sum of their values before the change, in cents.
    public var value: Int64
    /// How many of the selected deals were as the change would make them already; those that a note tells of apart.
    public var unchangedCount: Int
    /// What became of the fields that the edit itself sets, in the order it names them, as they are shown; then of the
    /// values of deals whose currency it sets. None for edits that are told by their stages.
    public var fields: [FieldChange] = []
    /// The stages that deals leave, with their number, in the order of the pipelines; empty without a change of stage.
    public var leftStages: [(name: String, count: Int)]
    /// The stages that deals enter, likewise.
    public var enteredStages: [(name: String, count: Int)]
    /// Whole sentences on what followed, and on deals that the edit passes by.
    public var notes: [String]
}

extension Book {
    /// The change that an edit of the deals of these rows comes to, on a day that is not after `today`. Amounts of the
    /// edit are in the book's currency.
    ///
    /// Throws a `Diagnostic` without a place when any of the deals cannot be changed so: then none is.
    /// - Complexity: O(rows), after a pass over the history on first use.
    public func change(_ rows: [Int], _ edit: DealEdit, on day: Day, today: Day) throws -> DealChange {
        let shown = reporting == nil ? try reported(on: today) : self
        var changer = try DealChanger(shown, rows: rows.sorted(), order: rows, day: day)
        try changer.make(edit)
        return try changer.change(edit)
    }
}
