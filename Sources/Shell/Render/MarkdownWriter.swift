// Rows as a table of GitHub-flavoured Markdown, for tickets, chats and documents.

/// Writes a Markdown table.
public struct MarkdownWriter: RowsWriter {
    /// A writer.
    public init() {}

    /// The beginning of the table, with the row of titles.
    public func head(titles: [String], alignments: [DisplayTable.Alignment]) -> String {
        let rules = alignments.map { $0 == .right ? "---:" : "---" }
        return row(titles, alignments: alignments) + "| " + rules.joined(separator: " | ") + " |\n"
    }

    /// One row.
    public func row(_ cells: [String], alignments: [DisplayTable.Alignment]) -> String {
        "| " + cells.map(MarkdownWriter.escaped).joined(separator: " | ") + " |\n"
    }

    /// The end of the table.
    public func tail() -> String { "" }

    /// Text that means itself within a cell of a Markdown table.
    public static func escaped(_ text: String) -> String {
        var out = ""
        let scalars = Array(text.unicodeScalars)
        for (index, scalar) in scalars.enumerated() {
            switch scalar {
            case "\\", "|", "*", "`", "[", "]", "<", ">", "~": out += "\\" + String(scalar)
            case "_":
                // Within a word, as in close_value, an underscore is only itself.
                let isInside =
                    index > 0 && index + 1 < scalars.count && scalars[index - 1].properties.isAlphabetic
                    && scalars[index + 1].properties.isAlphabetic
                out += isInside ? "_" : "\\_"
            case "&": out += "&amp;"
            case "\n": out += "<br>"
            case "\r": break
            case "\t": out += " "
            default: VisibleText.append(scalar, to: &out)
            }
        }
        return out
    }
}
