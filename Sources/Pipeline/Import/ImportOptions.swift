// What an import is told beside the file, and what it answers.

public import Values

/// How a file is to be read into a book.
public struct ImportOptions: Hashable, Sendable {
    /// What becomes of rows of one file that have the same id.
    public enum Duplicates: Hashable, Sendable {
        /// They are an error that lists them.
        case refuse
        /// The last one counts (`last row wins`).
        case lastRowWins
        /// They are lines of one deal (`rows are lines`): values add up, everything else is the first row's.
        case lines
    }

    /// What becomes of deals of the book that an export no longer holds.
    public enum MissingDeals: String, CaseIterable, Hashable, Sendable {
        /// They stay as they are.
        case kept
        /// The open ones are lost on the day of the export.
        case lost
        /// They are deleted on the day of the export, closed ones too.
        case deleted
    }

    /// One column said to be a field: `with close_value as value`.
    public struct Mapping: Hashable, Sendable {
        /// The column's header, as written in the file; case and signs ignored.
        public var column: String
        /// The field: a fixed one, or the name of a custom one.
        public var field: String
        /// A mapping.
        public init(column: String, field: String) {
            self.column = column
            self.field = field
        }
    }

    /// The day of the export: changes are dated to it; `nil` is today.
    public var asOf: Day?
    /// Columns said to be fields.
    public var mappings: [Mapping]
    /// Texts that mean "no value".
    public var missing: [String]
    /// The column that identifies a row; `nil` goes by the headers.
    public var key: String?
    /// How dates whose order is open are read.
    public var dates: DayMonthOrder?
    /// Whether rows with a bad cell are left out, and told, instead of refusing the file.
    public var skipsBadRows: Bool
    /// What becomes of rows with the same id.
    public var duplicates: Duplicates
    /// What becomes of deals that the file does not hold.
    public var missingDeals: MissingDeals
    /// The rows that a file has at least to be read as its first rows promise.
    var firstReadingRowCountMin = FirstReading.rowCountMin

    /// Nothing said.
    public init(
        asOf: Day? = nil, mappings: [Mapping] = [], missing: [String] = [], key: String? = nil,
        dates: DayMonthOrder? = nil, skipsBadRows: Bool = false, duplicates: Duplicates = .refuse,
        missingDeals: MissingDeals = .kept
    ) {
        self.asOf = asOf
        self.mappings = mappings
        self.missing = missing
        self.key = key
        self.dates = dates
        self.skipsBadRows = skipsBadRows
        self.duplicates = duplicates
        self.missingDeals = missingDeals
    }
}

/// What an import did.
public struct ImportReport: Sendable {
    /// What became of a column of the file.
    public struct ColumnUse: Hashable, Sendable {
        /// Its header.
        public var header: String
        /// The field it fills; `nil` for a column that is not kept.
        public var field: String?
        /// How its values were read: `money`, `date (M/D/Y)`, `category`; why it is not kept.
        public var reading: String
        /// Whether the field is one that every book has.
        public var isFixedField: Bool
    }

    /// A row that was not loaded.
    public struct Reject: Hashable, Sendable {
        /// The row of the file, from 0, the header not counted.
        public var row: Int
        /// Why.
        public var reason: String
    }

    /// What was imported: `deals`, `accounts` …
    public var table: String
    /// The CRM whose way of writing headers was recognised.
    public var crm: String?
    /// The rows of the file.
    public var rowCount = 0
    /// Rows that became new deals (or rows of a table).
    public var addedCount = 0
    /// Known ones that differed in some field.
    public var updatedCount = 0
    /// Known ones that were as they are.
    public var unchangedCount = 0
    /// Deals of the book that the file does not hold, and that were lost or deleted for it.
    public var missingCount = 0
    /// The columns of the file in order.
    public var columns: [ColumnUse] = []
    /// What was understood and deserves to be known, a sentence each.
    public var notes: [String] = []
    /// What to do next, each with the statement to type.
    public var advice: [String] = []
    /// Rows that were left out because of bad cells.
    public var rejects: [Reject] = []

    /// A report on nothing yet.
    public init(table: String) { self.table = table }
}
