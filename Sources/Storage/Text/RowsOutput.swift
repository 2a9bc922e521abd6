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

/// How one format writes rows; the calls come in the order head, (beginRow, (beginCell, value)…, endRow)…, tail.
protocol RowFormat {
    /// What stands around dates and the like, which need no escapes; `nil` for nothing.
    var wordQuote: UInt8? { get }
    func head(_ names: [String], _ out: inout [UInt8])
    func beginRow(isFirst: Bool, _ out: inout [UInt8])
    func beginCell(_ index: Int, _ out: inout [UInt8])
    func missing(_ out: inout [UInt8])
    func text(_ text: Span<UInt8>, _ out: inout [UInt8])
    func endRow(_ out: inout [UInt8])
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
        let categories = try page.columns.map { try CategoryNames($0, rowCount: page.rowCount, format) }
        var start = 0
        while start < page.rowCount {
            let range = start..<min(page.rowCount, start + Limits.blockRowCount)
            // Blocks divide chunks, so that all rows of a block lie in one chunk.
            let first = start % Limits.chunkRowCount
            let chunk = start / Limits.chunkRowCount
            let blocks = try page.columns.map { column in
                try ColumnBlock(column.chunks[chunk], first..<first + range.count)
            }
            for row in range where !page.deletedRows.contains(row) {
                format.beginRow(isFirst: !hasRows, &out)
                hasRows = true
                for (index, block) in blocks.enumerated() {
                    format.beginCell(index, &out)
                    let written =
                        block.isMissing(row - start)
                        ? false : try write(block, row - start, page.columns[index].type, categories[index], &out)
                    if !written { format.missing(&out) }
                }
                format.endRow(&out)
            }
            start = range.upperBound
        }
        return out
    }

    /// Appends one value; `false`, and nothing appended, when it stands for nothing.
    private func write(
        _ block: ColumnBlock, _ row: Int, _ type: ColumnType, _ names: CategoryNames, _ out: inout [UInt8]
    ) throws -> Bool {
        switch block.values {
        case .integers(let values):
            let start = out.count
            let quote = PlainText.isBare(type) ? nil : format.wordQuote
            if let quote { out.append(quote) }
            guard PlainText.append(values[row], type, &out) else {
                out.removeLast(out.count - start)
                return false
            }
            if let quote { out.append(quote) }
            return true
        case .reals(let values): return PlainText.append(values[row], &out)
        case .codes(let codes): return try names.append(codes[row], format, &out)
        case .texts(let offsets, let bytes):
            format.text(bytes.span.extracting(offsets[row]..<max(offsets[row], offsets[row + 1])), &out)
            return true
        }
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

/// The names of a category as a format writes them: each once, unless the page has fewer rows than there are names.
private struct CategoryNames {
    private let dictionary: CategoryDictionary
    private var offsets: [Int] = []
    private var written: [UInt8] = []

    init(_ column: Column, rowCount: Int, _ format: any RowFormat) throws {
        dictionary = column.dictionary
        guard column.representation == .code, dictionary.count <= rowCount else { return }
        offsets = [0]
        for name in try dictionary.names() {
            format.text(Array(name.utf8).span, &written)
            offsets.append(written.count)
        }
    }

    func append(_ code: UInt32, _ format: any RowFormat, _ out: inout [UInt8]) throws -> Bool {
        let index = Int(code)
        if index >= 1, index < offsets.count {
            out.append(contentsOf: written[offsets[index - 1]..<offsets[index]])
            return true
        }
        guard let name = try dictionary.name(code) else { return false }
        format.text(Array(name.utf8).span, &out)
        return true
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
