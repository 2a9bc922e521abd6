// The files that queries read and write, as the session allows it: Query asks through two small protocols and sees
// neither Storage nor the command line.

import Query
import Storage
import Values

/// Reads and writes files for the queries of a session.
final class SessionExchange: FileReading, RowSink {
    private unowned let session: Session

    /// An exchange for a session, which must outlive it.
    init(_ session: Session) { self.session = session }

    func textTable(at path: String) throws -> TextTable {
        try TextFile.read(session.environment.path(path), LocalFileSystem())
    }

    func write(_ answer: Answer, to path: String, guarded: Bool) throws -> Int {
        guard let format = OutputFormat(ending: path) else {
            throw Diagnostic(
                .unknownFormat, "\"\(path)\" has no ending that names a format",
                hint: "csv, tsv, json, ndjson, md, html or txt")
        }
        try replace(path) { sink in
            if format == .table {
                let text = AnswerText(style: session.environment.lineStyle, palette: .plain)
                try sink.append(Array((try text.lines(answer).joined(separator: "\n") + "\n").utf8))
            } else {
                try AnswerBytes.write(answer, in: format, guarded: guarded, style: session.environment.lineStyle) {
                    try sink.append($0)
                }
            }
        }
        return answer.rowCount
    }

    func write(lines: [String], to path: String) throws {
        try replace(path) { sink in
            for line in lines { try sink.append(Array((line + "\n").utf8)) }
        }
    }

    private func replace(_ path: String, _ body: (inout FileSink) throws -> Void) throws {
        try session.allowFiles(path)
        try TextFile.write(session.environment.path(path), LocalFileSystem(), body)
    }
}
