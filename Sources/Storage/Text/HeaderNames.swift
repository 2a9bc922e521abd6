// Names of columns made fit for use: trimmed, never empty, each once (ignoring case). What was changed is warned of
// with its place, so that nobody wonders where "Name 2" comes from.
internal import Values

/// Collects the columns' names of one file.
struct HeaderNames {
    /// The names so far.
    private(set) var names: [String] = []
    /// What was changed.
    var warnings: [Diagnostic] = []
    private let file: String
    private var taken: Set<String> = []

    /// No names yet; `name` is the file's, for messages.
    init(name: String) { file = name }

    /// Adds a name as the file writes it; `place` is asked for only when there is something to say.
    mutating func add(_ raw: String, place: () -> TextTable.Place) {
        let words = raw.split(whereSeparator: \.isWhitespace)
        var name = raw.contains(where: \.isNewline) ? words.joined(separator: " ") : HeaderNames.trimmed(raw)
        if name.isEmpty {
            name = free("column \(names.count + 1)")
            warnings.append(
                Diagnostic(
                    .unnamedColumn,
                    "\"\(file)\", \(place()): column \(names.count + 1) has no name, called \"\(name)\"",
                    severity: .warning))
        } else if taken.contains(name.lowercased()) {
            let given = name
            name = free(name)
            warnings.append(
                Diagnostic(
                    .duplicateHeader,
                    "\"\(file)\", \(place()): a second column is called \"\(given)\", it becomes \"\(name)\"",
                    severity: .warning))
        }
        taken.insert(name.lowercased())
        names.append(name)
    }

    private func free(_ name: String) -> String {
        if !taken.contains(name.lowercased()) { return name }
        var number = 2
        while taken.contains("\(name) \(number)".lowercased()) { number += 1 }
        return "\(name) \(number)"
    }

    private static func trimmed(_ text: String) -> String {
        guard let first = text.firstIndex(where: { !$0.isWhitespace }),
            let last = text.lastIndex(where: { !$0.isWhitespace })
        else { return "" }
        return String(text[first...last])
    }
}
