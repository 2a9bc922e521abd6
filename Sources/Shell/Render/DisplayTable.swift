// What every writer of rows for people takes: titles and cells that are text already. It knows nothing of the
// engine, so that reports, lists of deals and help are drawn by the same few lines.

/// A table of texts, ready to be drawn.
public struct DisplayTable: Sendable {
    /// Where the cells of a column stand.
    public enum Alignment: Sendable { case left, right }

    /// One column: its title and a cell for every row.
    public struct Column: Sendable {
        /// The name above the column.
        public var title: String
        /// Numbers stand to the right, texts to the left.
        public var alignment: Alignment
        /// Whether cells may be shortened with `…` when the line is too narrow; never for numbers and dates.
        public var mayBeCut: Bool
        /// The columns of the terminal that a cut leaves at least.
        public var minimumWidth: Int
        /// The cells, one for each row.
        public var cells: [String]

        /// A column of texts: to the left, may be cut.
        public static func text(_ title: String, _ cells: [String], minimumWidth: Int = 8) -> Column {
            Column(title: title, alignment: .left, mayBeCut: true, minimumWidth: minimumWidth, cells: cells)
        }
        /// A column of numbers, money or percents: to the right, never cut.
        public static func number(_ title: String, _ cells: [String]) -> Column {
            Column(title: title, alignment: .right, mayBeCut: false, minimumWidth: 0, cells: cells)
        }
        /// A column of dates or identifiers: to the left, never cut.
        public static func whole(_ title: String, _ cells: [String]) -> Column {
            Column(title: title, alignment: .left, mayBeCut: false, minimumWidth: 0, cells: cells)
        }

        /// A column.
        public init(title: String, alignment: Alignment, mayBeCut: Bool, minimumWidth: Int, cells: [String]) {
            self.title = title
            self.alignment = alignment
            self.mayBeCut = mayBeCut
            self.minimumWidth = minimumWidth
            self.cells = cells
        }
    }

    /// The columns, all with the same number of cells.
    public var columns: [Column]

    /// A table of columns; a missing cell of a shorter column counts as empty.
    public init(_ columns: [Column]) { self.columns = columns }

    /// The number of rows.
    public var rowCount: Int { columns.map(\.cells.count).max() ?? 0 }
}

/// Which characters rules, frames and ellipses are drawn with.
public enum LineStyle: Sendable {
    case unicode, ascii

    /// `─` or `-`.
    public var horizontal: String { self == .unicode ? "─" : "-" }
    /// `│` or `|`.
    public var vertical: String { self == .unicode ? "│" : "|" }
    /// `…` or `...`.
    public var ellipsis: String { self == .unicode ? "…" : "..." }
    /// `·` or `-`: between two facts on a line.
    public var dot: String { self == .unicode ? "·" : "-" }
    /// `–` or `-`: a missing value.
    public var dash: String { self == .unicode ? "–" : "-" }
}
