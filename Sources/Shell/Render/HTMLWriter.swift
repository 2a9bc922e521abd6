// Rows as a page: one table in a document of its own, readable in light and dark, with nothing to fetch.

/// Writes an HTML document with one table.
public struct HTMLWriter: RowsWriter {
    /// The document's title.
    public var title: String

    /// A writer.
    public init(title: String = "dealsh") { self.title = title }

    /// The beginning of the document, with the row of titles.
    public func head(titles: [String], alignments: [DisplayTable.Alignment]) -> String {
        """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <title>\(HTMLWriter.escaped(title))</title>
        <style>
        :root { color-scheme: light dark; }
        body { font: 14px/1.4 system-ui, sans-serif; margin: 2em; }
        table { border-collapse: collapse; }
        th, td { padding: .25em .75em; text-align: left; border-bottom: 1px solid #8884; }
        .number { text-align: right; font-variant-numeric: tabular-nums; }
        </style>
        </head>
        <body>
        <table>
        <thead>
        \(cells(titles, alignments, tag: "th"))</thead>
        <tbody>

        """
    }

    /// One row.
    public func row(_ cells: [String], alignments: [DisplayTable.Alignment]) -> String {
        self.cells(cells, alignments, tag: "td")
    }

    /// The end of the document.
    public func tail() -> String { "</tbody>\n</table>\n</body>\n</html>\n" }

    private func cells(_ cells: [String], _ alignments: [DisplayTable.Alignment], tag: String) -> String {
        var out = "<tr>"
        for (index, cell) in cells.enumerated() {
            let isNumber = index < alignments.count && alignments[index] == .right
            out += "<\(tag)\(isNumber ? " class=\"number\"" : "")>\(HTMLWriter.escaped(cell))</\(tag)>"
        }
        return out + "</tr>\n"
    }

    /// Text that means itself within HTML: markup escaped, line feeds kept as breaks, other control characters shown.
    public static func escaped(_ text: String) -> String {
        var out = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": out += "&amp;"
            case "<": out += "&lt;"
            case ">": out += "&gt;"
            case "\"": out += "&quot;"
            case "'": out += "&#39;"
            case "\n": out += "<br>"
            case "\r": break
            case "\t": out += " "
            default: VisibleText.append(scalar, to: &out)
            }
        }
        return out
    }
}
