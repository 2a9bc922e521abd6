// Whether a name can be written without quotes. The parser decides, not a second list of its rules.

import Language
import Values

/// Quotes for names.
enum NameQuoting {
    /// Whether the parser reads the words back as this very name.
    static func isReadBare(_ name: String) -> Bool {
        let script = Parser.parse(SourceText("deals of \(name)"))
        guard script.diagnostics.isEmpty, script.statements.count == 1, case .query(let query) = script.statements[0],
            query.steps.isEmpty, case .deals(let source) = query.source, source.clauses.count == 1,
            case .owner(let clause) = source.clauses[0], clause.names.count == 1
        else { return false }
        return clause.names[0].text == name && clause.names[0].style == .bare
    }

    /// The name in quotes that it does not hold itself.
    static func quoted(_ name: String) -> String { name.contains("\"") ? "'\(name)'" : "\"\(name)\"" }

    /// Whether a field can be written without backticks: one word.
    static func isField(_ name: String) -> Bool {
        name.unicodeScalars.allSatisfy { $0 == "_" || $0.properties.isAlphabetic || $0.properties.numericType != nil }
    }
}
