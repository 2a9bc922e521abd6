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

/// How one format writes rows; the calls come in the order head, (beginRow, cell…, endRow)…, tail.
protocol RowFormat {
    func head(_ names: [String], _ out: inout [UInt8])
    mutating func beginRow(_ out: inout [UInt8])
    func cell(_ index: Int, _ value: (text: String, kind: CellText.Kind)?, _ out: inout [UInt8])
    func endRow(_ out: inout [UInt8])
    func tail(_ out: inout [UInt8])
}

/// Writes rows that come in pages.
public struct RowsOutput {
    private let names: [String]
    private var format: any RowFormat

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
        var start = 0
        while start < page.rowCount {
            let range = start..<min(page.rowCount, start + Limits.blockRowCount)
            let columns = try page.columns.map { try $0.cells(range) }
            for row in range where !page.deletedRows.contains(row) {
                format.beginRow(&out)
                for (index, column) in columns.enumerated() {
                    let cell = column[row - start]
                    format.cell(index, CellText.text(cell, page.columns[index].type), &out)
                }
                format.endRow(&out)
            }
            start = range.upperBound
        }
        return out
    }

    /// What stands after the last row.
    public func tail() -> [UInt8] {
        var out: [UInt8] = []
        format.tail(&out)
        return out
    }

    /// A whole table as text.
    public static func bytes(of table: Table, _ format: TextFormat, guarded: Bool = false) throws -> [UInt8] {
        var output = RowsOutput(format, columns: table.columns.map(\.name), guarded: guarded)
        return output.head() + (try output.rows(table)) + output.tail()
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
