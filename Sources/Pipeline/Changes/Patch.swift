// What a change does to a book, as data: effects, never statements. Whoever replays a patch needs no parser, no clock and
// no other file, and gets the same book. Applying one gives the patch that takes it back (see Book+Apply).
//
// Rows are named by their number, which is theirs for as long as the book is: nothing moves rows while a log of changes
// exists. Versions of a deal are named by the deal and their place among its versions, because saving sorts a history.

public import Engine
import Values

/// The effects of one change, in order.
public struct Patch: Sendable, Equatable {
    /// What is done, in order.
    public var effects: [Effect]

    /// A patch of these effects.
    public init(_ effects: [Effect] = []) { self.effects = effects }

    /// Whether it does nothing.
    public var isEmpty: Bool { effects.isEmpty }

    /// Values of more rows than this are kept as a column, not as cells. Part of the journal's form: a record is read back
    /// in the way in which it was written.
    static let manyRowCount = 4_096

    /// A table of the book that has rows and columns of its own.
    public enum Target: Sendable, Hashable {
        /// The deals.
        case deals
        /// The reference table of this name.
        case reference(String)
    }

    /// One effect. Each is all or nothing, and its opposite is again an effect or a few.
    public enum Effect: Sendable, Equatable {
        /// Gives rows (each at most once) of one column new values.
        case set(Target, column: String, rows: [Int], Values)
        /// Adds so many rows at the end; columns that are not named are missing there.
        case append(Target, count: Int, [Column])
        /// Takes so many rows off the end.
        case removeLast(Target, count: Int)
        /// Deletes rows; their values stay.
        case delete(Target, rows: [Int])
        /// Takes deletions back.
        case restore(Target, rows: [Int])
        /// Adds a column, as long as the table, before the one at a place.
        case addColumn(Target, at: Int, Column)
        /// Takes a column away.
        case removeColumn(Target, column: String)
        /// Adds a reference table before the one at a place.
        case addTable(at: Int, ReferenceRows)
        /// Takes a reference table away.
        case removeTable(String)
        /// Puts other versions in the place of the last ones of some deals.
        case versions(VersionSplice)
        /// Puts other pipelines in the place of the book's.
        case pipelines([SalesPipeline])
        /// Puts other settings in the place of the book's.
        case settings(BookSettings)
        /// Puts other definitions in the place of the book's.
        case lets([LetDefinition])
        /// Puts other scenarios in the place of the book's.
        case scenarios([Scenario])
    }

    /// Values under a column's name and type.
    public struct Column: Sendable, Equatable {
        /// The column's name.
        public var name: String
        /// What the values mean and how they are held.
        public var valueType: ValueType
        /// The values.
        public var values: Values
    }

    /// A reference table as its rows.
    public struct ReferenceRows: Sendable, Equatable {
        /// What it is called in a query.
        public var name: String
        /// What one row is.
        public var singular: String
        /// The deals' field whose values are its keys.
        public var field: String?
        /// The column that holds the keys.
        public var keyColumn: String
        /// The number of rows, deleted ones included.
        public var rowCount: Int
        /// The rows that are deleted.
        public var deletedRows: [Int]
        /// The columns.
        public var columns: [Column]
    }
}

/// For some deals: how many of their versions stay, and the versions that follow instead of the others.
///
/// Example: deal 7 has versions a b c; kept 2 and one new version d make it a b d; the opposite keeps 2 and brings c.
public struct VersionSplice: Sendable, Equatable {
    /// The rows of the deals, each once.
    public var deals: [Int]
    /// For each deal how many of its first versions stay.
    public var kept: [Int]
    /// For each deal how many new versions follow.
    public var counts: [Int]
    /// The new versions, deal by deal: for each column of the history behind `deal` the values.
    public var columns: [Patch.Values]

    /// The number of new versions.
    public var versionCount: Int { counts.reduce(0, +) }

    /// The columns of a history that a version brings itself; the deal's row is not among them.
    public static let columns = HistoryColumn.allCases.filter { $0 != .deal }
}
