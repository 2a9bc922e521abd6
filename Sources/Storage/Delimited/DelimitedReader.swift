// CSV, TSV and their kin as a table of text: which delimiter, which header, which rows do not fit it. The scan of
// cells is DelimitedScan; the encoding is DecodedText. Faults of single rows are kept in the table (an import may
// skip such rows); what makes the whole file doubtful is thrown.
public import Engine
public import Values

/// Reads delimited text (RFC 4180 and what is seen in practice).
public enum DelimitedReader {
    /// Delimiters that are recognised, the usual one first.
    public static let delimiters: [UInt8] = [",", ";", "\t", "|"].map { UInt8(ascii: $0) }

    /// The table in a file's bytes.
    ///
    /// The delimiter is the one that cuts the header into the most cells in which the rows agree, unless it is given
    /// here or by a first line `sep=;`. Names that are empty or given twice are made up and warned of.
    /// Large files are scanned on the threads of `execution`.
    /// - Throws: a diagnostic with line and column for a file that is no text, empty, in a broken encoding, or in
    ///   which a quote is never closed.
    public static func read(
        _ file: FileBytes, name: String, delimiter: UInt8? = nil, execution: Execution = Execution()
    ) throws(Diagnostic) -> TextTable {
        try read(
            file, name: name, delimiter: delimiter, execution: execution,
            blockByteCountMin: DelimitedBlocks.blockByteCountMin)
    }

    /// The table in bytes that are in memory.
    public static func read(
        _ file: [UInt8], name: String, delimiter: UInt8? = nil, execution: Execution = Execution()
    ) throws(Diagnostic) -> TextTable {
        try read(FileBytes(file), name: name, delimiter: delimiter, execution: execution)
    }

    /// The same with another least size of the blocks that threads share.
    static func read(
        _ file: FileBytes, name: String, delimiter: UInt8? = nil, execution: Execution, blockByteCountMin: Int
    ) throws(Diagnostic) -> TextTable {
        guard file.count <= Limits.textFileByteCountMax else {
            throw FileError(.read, name, code: FileError.tooLarge).diagnostic()
        }
        let text = try DecodedText(file, name: name, execution: execution)
        guard text.bytes.count <= Limits.textFileByteCountMax else {
            throw FileError(.read, name, code: FileError.tooLarge).diagnostic()
        }
        var start = text.start
        var delimiter = delimiter
        if let (separator, end) = separatorLine(text.bytes, from: start) {
            start = end
            delimiter = delimiter ?? separator
        }
        let chosen = delimiter ?? detect(text.bytes, from: start, name: name)
        let top = text.bytes.withSpan {
            DelimitedScan($0, start..<text.bytes.count, delimiter: chosen, rowCountMax: 1)
        }
        try check(top, text.bytes, name)
        guard top.rowCount > 0, top.range(row: 0, column: 0).count > 0 || top.cellCount(ofRow: 0) > 1 else {
            throw Diagnostic(.fileEmpty, "\"\(name)\" is empty", hint: "expected a line with the columns' names")
        }
        if let fault = top.textAfterQuote.first {
            throw Diagnostic(
                .textAfterQuote,
                "\"\(name)\", \(TextTable.place(at: fault.offset, in: text.bytes)): text follows the closing quote of a column's name",
                hint: "quotes inside a quoted cell are written twice")
        }
        var header = HeaderNames(name: name)
        var places: [Range<Int>] = []
        guard top.cellCount(ofRow: 0) <= Limits.columnCountMax else {
            throw Diagnostic(
                .tooManyColumns,
                "\"\(name)\" has \(top.cellCount(ofRow: 0)) columns, more than \(Limits.columnCountMax)",
                hint: "is the first line a header?")
        }
        for column in 0..<top.cellCount(ofRow: 0) {
            let range = top.range(row: 0, column: column)
            places.append(range)
            let quoted = range.lowerBound > 0 && text.bytes[range.lowerBound - 1] == UInt8(ascii: "\"")
            let cell = quoted ? TextEscapes.undoublingQuotes(text.bytes[range]) : Array(text.bytes[range])
            header.add(String(decoding: cell, as: UTF8.self)) { TextTable.place(at: range.lowerBound, in: text.bytes) }
        }
        let scans = try scan(
            text.bytes, top.end..<text.bytes.count, delimiter: chosen, name, execution, blockByteCountMin)
        if scans.allSatisfy({ $0.rowCount == 0 }) {
            header.warnings.append(
                Diagnostic(.noRows, "\"\(name)\" holds a header and no rows", severity: .warning))
        }
        return TextTable(
            name: name, format: .delimited(chosen), bytes: text.bytes, header: header.names, headerPlaces: places,
            blocks: scans.map(\.block), notes: text.notes,
            warnings: header.warnings, faults: faults(of: scans, columnCount: places.count))
    }

    /// A first line `sep=;`, which spreadsheets write and obey: the delimiter and where the next line begins.
    private static func separatorLine(_ bytes: FileBytes, from start: Int) -> (UInt8, Int)? {
        let line = bytes[start...].prefix(6)
        guard line.count == 6, line.prefix(4).elementsEqual("sep=".utf8) else { return nil }
        var end = start + 5
        while end < bytes.count, bytes[end] == 10 || bytes[end] == 13 { end += 1 }
        return end > start + 5 ? (bytes[start + 4], end) : nil
    }

    /// The delimiter with the greatest (cells of the header × share of sampled rows with as many cells).
    private static func detect(_ bytes: FileBytes, from start: Int, name: String) -> UInt8 {
        let sample = start..<min(bytes.count, start + 256 << 10)
        let preferred = name.hasSuffix(".tsv") || name.hasSuffix(".tab") ? UInt8(ascii: "\t") : delimiters[0]
        var best = (delimiter: preferred, score: 1.0)
        for candidate in [preferred] + delimiters.filter({ $0 != preferred }) {
            let scan = bytes.withSpan {
                DelimitedScan($0, sample, delimiter: candidate, rowCountMax: 200)
            }
            // The sample's last row may be cut short; cut within quotes it was not counted.
            let isCut = scan.end == sample.upperBound && sample.upperBound < bytes.count && scan.unclosedQuote == nil
            let rowCount = isCut ? scan.rowCount - 1 : scan.rowCount
            guard rowCount > 0 else { continue }
            let width = scan.cellCount(ofRow: 0)
            let agreeing = (0..<rowCount).filter { scan.cellCount(ofRow: $0) == width }.count
            let score = Double(width) * Double(agreeing) / Double(rowCount)
            if width > 1, score > best.score { best = (candidate, score) }
        }
        return best.delimiter
    }

    /// Scans the rows, in parallel where it can be told where rows begin.
    private static func scan(
        _ bytes: FileBytes, _ range: Range<Int>, delimiter: UInt8, _ name: String, _ execution: Execution,
        _ blockByteCountMin: Int
    ) throws(Diagnostic) -> [DelimitedScan] {
        let size = max(blockByteCountMin, range.count / (execution.threadCount * 4))
        if execution.threadCount > 1 {
            let scans: [DelimitedScan]
            do {
                scans = try DelimitedBlocks.scan(bytes, range, delimiter: delimiter, byteCount: size, execution)
            } catch {
                throw Diagnostic(.cancelled, "reading \"\(name)\" was stopped")
            }
            if !scans.isEmpty {
                try checkCellCount(scans, name)
                return scans
            }
        }
        let scan = bytes.withSpan { DelimitedScan($0, range, delimiter: delimiter) }
        try check(scan, bytes, name)
        try checkCellCount([scan], name)
        return [scan]
    }

    private static func check(_ scan: DelimitedScan, _ bytes: FileBytes, _ name: String) throws(Diagnostic) {
        if let offset = scan.unclosedQuote {
            throw Diagnostic(
                .unclosedQuote, "\"\(name)\", \(TextTable.place(at: offset, in: bytes)): this quote is never closed",
                hint: "quotes inside a quoted cell are written twice")
        }
        if let offset = scan.tooLongCell {
            throw Diagnostic(
                .cellTooLong,
                "\"\(name)\", \(TextTable.place(at: offset, in: bytes)): a cell of more than \(Limits.cellByteCountMax >> 20) MB begins here",
                hint: "a quote may be missing")
        }
    }

    private static func checkCellCount(_ scans: [DelimitedScan], _ name: String) throws(Diagnostic) {
        let cellCount = scans.reduce(0) { $0 + $1.places.count }
        guard cellCount < Int(UInt32.max), scans.reduce(0, { $0 + $1.rowCount }) <= Limits.tableRowCountMax else {
            throw Diagnostic(.fileTooLarge, "\"\(name)\" has more cells than a table holds", hint: "split the file")
        }
    }

    private static func faults(of scans: [DelimitedScan], columnCount: Int) -> [TextTable.Fault] {
        var faults: [TextTable.Fault] = []
        var firstRow = 0
        for scan in scans {
            for (row, kind) in scan.faults(columnCount: columnCount) {
                faults.append(TextTable.Fault(row: firstRow + row, kind: kind))
            }
            firstRow += scan.rowCount
        }
        return faults
    }
}
