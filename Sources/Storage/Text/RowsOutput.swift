// Tables as text for other programs, a page of rows at a time, so that an answer of any size never has to be one
// string or one table. The formats are one small file each behind `RowFormat`.
public import Engine
internal import Values

/// A text format that rows are written in.
public enum TextFormat: String, CaseIterable, Sendable {
    /// Comma-separated.
    case csv
    /// Tab-separated.
    case tsv
    /// One array of objects.
    case json
    /// One object per line.
    case ndjson

    /// The format that a path's ending asks for: csv, tsv or tab, json, ndjson or jsonl; `nil` for any other.
    public init?(path: String) {
        switch TextFile.ending(of: path) {
        case "csv": self = .csv
        case "tsv", "tab": self = .tsv
        case "json": self = .json
        case "ndjson", "jsonl": self = .ndjson
        default: return nil
        }
    }
}

/// How one format writes rows: head, rows, tail; a row is its start, for each column what leads it and its value, and
/// its end.
protocol RowFormat {
    /// What stands around dates and the like, which need no escapes; `nil` for nothing.
    var wordQuote: UInt8? { get }
    /// What stands for a missing value.
    var missing: [UInt8] { get }
    /// What stands before the value of a column (by its index): a delimiter, a name.
    var leads: [[UInt8]] { get }
    /// What ends a row.
    var rowEnd: [UInt8] { get }
    func head(_ names: [String], _ out: inout [UInt8])
    func rowStart(isFirst: Bool) -> [UInt8]
    /// Appends a text with the quotes and escapes it needs.
    func text(_ text: Span<UInt8>, _ out: inout [UInt8])
    func tail(hasRows: Bool, _ out: inout [UInt8])
}

/// Writes rows that come in pages.
public struct RowsOutput {
    private let names: [String]
    private let format: any RowFormat
    private var hasRows = false

    /// An output of columns with these names; `guarded` makes CSV and TSV safe for spreadsheets.
    public init(_ format: TextFormat, columns names: [String], guarded: Bool = false) {
        self.names = names
        let comma = UInt8(ascii: ",")
        switch format {
        case .csv: self.format = DelimitedWriter(delimiter: comma, guarded: guarded, columnCount: names.count)
        case .tsv: self.format = DelimitedWriter(delimiter: 9, guarded: guarded, columnCount: names.count)
        case .json: self.format = JSONWriter(names: names, lines: false)
        case .ndjson: self.format = JSONWriter(names: names, lines: true)
        }
    }

    /// What stands before the first row.
    public func head() -> [UInt8] {
        var out: [UInt8] = []
        format.head(names, &out)
        return out
    }

    /// The rows of a page that are not deleted; its columns are those the output was made for, in the same order.
    public mutating func rows(_ page: Table) throws -> [UInt8] {
        var out: [UInt8] = []
        let names = try page.columns.map { try CategoryNames($0, rowCount: page.rowCount, format) }
        let leads = format.leads
        let rowEnd = format.rowEnd
        let laterRowStart = format.rowStart(isFirst: false)
        var start = 0
        while start < page.rowCount {
            let range = start..<min(page.rowCount, start + Limits.blockRowCount)
            // Blocks divide chunks, so that all rows of a block lie in one chunk.
            let first = start % Limits.chunkRowCount
            let columns = try page.columns.indices.map { index in
                let column = page.columns[index]
                let block = try ColumnBlock(column.chunks[start / Limits.chunkRowCount], first..<first + range.count)
                return try EncodedColumn(block, column.type, names[index], format)
            }
            for row in range where !page.deletedRows.contains(row) {
                out.append(contentsOf: hasRows ? laterRowStart : format.rowStart(isFirst: true))
                hasRows = true
                for index in columns.indices {
                    out.append(contentsOf: leads[index])
                    columns[index].append(row - start, &out)
                }
                out.append(contentsOf: rowEnd)
            }
            start = range.upperBound
        }
        return out
    }

    /// What stands after the last row.
    public func tail() -> [UInt8] {
        var out: [UInt8] = []
        format.tail(hasRows: hasRows, &out)
        return out
    }

    /// A whole table as text.
    public static func bytes(of table: Table, _ format: TextFormat, guarded: Bool = false) throws -> [UInt8] {
        var output = RowsOutput(format, columns: table.columns.map(\.name), guarded: guarded)
        let rows = try output.rows(table)
        return output.head() + rows + output.tail()
    }
}

extension TextFile {
    /// Writes a file as a whole, replacing what is there; `body` appends the bytes, in pieces as large as it likes.
    ///
    /// Until everything is written the old file stays as it was. A pipe or device is written directly.
    /// - Throws: a diagnostic for the file, and what `body` throws.
    public static func write(
        _ path: String, _ fileSystem: any FileSystem, _ body: (inout FileSink) throws -> Void
    ) throws {
        do {
            _ = try fileSystem.writeReplacing(path, .anything, body)
        } catch let error as FileError {
            throw error.diagnostic(writing: true)
        }
    }
}
