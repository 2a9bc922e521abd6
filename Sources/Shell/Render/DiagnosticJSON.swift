// Diagnostics for programs (`--errors json`): one object on one line each, with the keys always in the same order.
// Lines and columns count from 1; a column is what a terminal shows, as in the text form; ends are exclusive.

public import Values

/// JSON lines from diagnostics.
public enum DiagnosticJSON {
    /// One line, ended by a line feed.
    public static func line(_ diagnostic: Diagnostic, in source: SourceText?) -> String {
        var fields: [(String, String)] = [
            ("code", string(diagnostic.code.rawValue)), ("severity", string(diagnostic.severity.rawValue)),
            ("message", string(diagnostic.message)),
        ]
        if let name = source?.name { fields.append(("file", string(name))) }
        if let source, let span = diagnostic.span { fields += place(span, source) }
        if let hint = diagnostic.hint { fields.append(("hint", string(hint))) }
        if !diagnostic.labels.isEmpty, let source {
            let labels = diagnostic.labels.map { object(place($0.span, source) + [("text", string($0.text))]) }
            fields.append(("labels", "[" + labels.joined(separator: ",") + "]"))
        }
        if !diagnostic.notes.isEmpty {
            fields.append(("notes", "[" + diagnostic.notes.map(string).joined(separator: ",") + "]"))
        }
        if let fix = diagnostic.fix, let source {
            fields.append(("fix", object(place(fix.span, source) + [("replacement", string(fix.replacement))])))
        }
        return object(fields) + "\n"
    }

    private static func place(_ span: SourceSpan, _ source: SourceText) -> [(String, String)] {
        let (line, column) = position(span.start, source)
        let (endLine, endColumn) = position(span.end, source)
        return [
            ("line", String(line)), ("column", String(column)), ("endLine", String(endLine)),
            ("endColumn", String(endColumn)),
        ]
    }

    private static func position(_ offset: Int, _ source: SourceText) -> (line: Int, column: Int) {
        let (number, line) = source.line(at: offset)
        return (number, SourceLineView(source, line, showing: [], columns: Int.max, style: .unicode).column(at: offset))
    }

    private static func object(_ fields: [(String, String)]) -> String {
        "{" + fields.map { string($0.0) + ":" + $0.1 }.joined(separator: ",") + "}"
    }

    /// A JSON string with its quotes; the output is UTF-8, so only quotes, backslashes and control characters change.
    static func string(_ text: String) -> String {
        var out = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": out += "\\\""
            case "\\": out += "\\\\"
            case "\n": out += "\\n"
            case "\r": out += "\\r"
            case "\t": out += "\\t"
            default:
                if scalar.value < 0x20 || (0x7f..<0xa0).contains(scalar.value) {
                    let digits = String(scalar.value, radix: 16)
                    out += "\\u" + String(repeating: "0", count: 4 - digits.utf8.count) + digits
                } else {
                    out.unicodeScalars.append(scalar)
                }
            }
        }
        return out + "\""
    }
}
