// An answer as other programs and pages read it, a page of rows at a time. Programs get every column and every digit
// (Storage writes those); Markdown and HTML are for people and get what a table shows.

import Engine
import Query
import Storage
import Values

/// Writes answers in the formats other than `table`.
enum AnswerBytes {
    /// Rows of the first page: few, so that `| head` has its lines at once; each page is twice as long as the one before.
    private static let firstPageRowCount = 1_024

    /// Writes the whole answer; `guarded` makes CSV and TSV safe for spreadsheets. `table` is no format of this kind.
    static func write(
        _ answer: Answer, in format: OutputFormat, guarded: Bool, style: LineStyle,
        _ sink: ([UInt8]) throws -> Void
    ) throws {
        switch format {
        case .csv: try writeRows(answer, .csv, guarded, sink)
        case .tsv: try writeRows(answer, .tsv, guarded, sink)
        case .json: try writeRows(answer, .json, guarded, sink)
        case .ndjson: try writeRows(answer, .ndjson, guarded, sink)
        case .markdown: try writeText(answer, MarkdownWriter(), style, sink)
        case .html: try writeText(answer, HTMLWriter(), style, sink)
        case .table: preconditionFailure("a table for people is AnswerText's")
        }
    }

    private static func writeRows(
        _ answer: Answer, _ format: TextFormat, _ guarded: Bool, _ sink: ([UInt8]) throws -> Void
    ) throws {
        var output = RowsOutput(format, columns: answer.columns.map(\.name), guarded: guarded)
        try sink(output.head())
        try forEachPage(answer, of: Array(answer.columns.indices)) { try sink(output.rows($0)) }
        try sink(output.tail())
    }

    private static func writeText(
        _ answer: Answer, _ writer: some RowsWriter, _ style: LineStyle, _ sink: ([UInt8]) throws -> Void
    ) throws {
        let columns = answer.shown.map { answer.columns[$0] }
        let cells = CellText(style: style)
        let alignments = columns.map { cells.column($0, []).alignment }
        try sink(Array(writer.head(titles: columns.map(\.name), alignments: alignments).utf8))
        try forEachPage(answer, of: answer.shown) { page in
            let table = DisplayTable(try zip(columns, page.columns).map { cells.column($0, try $1.cells()) })
            var text = ""
            for row in 0..<page.rowCount {
                text += writer.row(table.columns.map { $0.cells[row] }, alignments: alignments)
            }
            try sink(Array(text.utf8))
        }
        try sink(Array(writer.tail().utf8))
    }

    private static func forEachPage(_ answer: Answer, of chosen: [Int], _ body: (Table) throws -> Void) throws {
        var start = 0
        var count = firstPageRowCount
        while start < answer.rowCount {
            let end = min(answer.rowCount, start + count)
            try body(try answer.page(start..<end, of: chosen))
            start = end
            count = min(count * 2, Limits.chunkRowCount)
        }
    }
}
