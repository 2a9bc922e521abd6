// `import`: what is read from a file, and how.

public import Values

/// `import deals from "export.csv" as of 2026-11-16 …`.
public struct ImportStatement: Hashable, Sendable {
    /// `deals`, `history`, `accounts`, `targets`, `rates`, `owners`, `products`, or a table's name.
    public var table: Identifier
    /// The path.
    public var path: TextLiteral
    /// In the order written, none twice.
    public var options: [ImportOption]
    /// Where it stands.
    @Place public var span: SourceSpan
}

/// One option of an import.
public enum ImportOption: Hashable, Sendable {
    /// `as of DATE`: the day of the export.
    case asOf(AsOfClause)
    /// `key COLUMN`.
    case key(Name, span: Place)
    /// `with COLUMN as FIELD, …`.
    case mapping([ColumnMapping], span: Place)
    /// `missing as "NA", "-"`.
    case missingAs([TextLiteral], span: Place)
    /// `missing deals are lost|deleted|kept`.
    case missingDeals(MissingDealsPolicy, span: Place)
    /// `last row wins`, `rows are lines`.
    case duplicates(DuplicatesPolicy, span: Place)
    /// `dates as D/M/Y`.
    case dates(DateOrder, span: Place)
    /// `skipping bad rows to "rejects.csv"`.
    case skippingBadRows(TextLiteral, span: Place)

    /// Where it stands.
    public var span: SourceSpan {
        switch self {
        case .asOf(let clause): return clause.span
        case .key(_, let place), .mapping(_, let place), .missingAs(_, let place), .missingDeals(_, let place),
            .duplicates(_, let place), .dates(_, let place), .skippingBadRows(_, let place):
            return place.wrappedValue
        }
    }
}

/// What becomes of rows of one file with the same id.
public enum DuplicatesPolicy: String, CaseIterable, Hashable, Sendable {
    /// The last one counts.
    case lastRow = "last row wins"
    /// They are lines of one deal, and their values add up.
    case lines = "rows are lines"
}

/// `close_value as value`.
public struct ColumnMapping: Hashable, Sendable {
    /// The column of the file: words, quoted, or in backticks; matched whole.
    public var column: Name
    /// The field it fills.
    public var field: Identifier
    /// Where it stands.
    @Place public var span: SourceSpan
}

/// What becomes of deals that an export no longer holds.
public enum MissingDealsPolicy: String, CaseIterable, Hashable, Sendable {
    case lost, deleted, kept
}

/// The order of day, month and year in a file's dates.
public enum DateOrder: String, CaseIterable, Hashable, Sendable {
    case dayMonthYear = "D/M/Y"
    case monthDayYear = "M/D/Y"
    case yearMonthDay = "Y-M-D"
}
