// The names that a word may stand for at one place of a query, and what to say when it stands for none. One form of
// message serves fields, stages, owners, accounts, tables and functions; the matching itself is Pipeline.NameIndex.

import Pipeline
import Values

/// Names of one kind, with what they are called in messages.
struct NameList {
    /// `stage`
    let singular: String
    /// `stages`
    let plural: String
    /// The names as the data spell them.
    let index: NameIndex

    init(_ singular: String, plural: String? = nil, names: [String], counts: [Int] = []) {
        self.singular = singular
        self.plural = plural ?? singular + "s"
        self.index = NameIndex(names, counts: counts)
    }

    var names: [String] { index.names }

    /// `stages: Initial Contact, Qualification, …`: at most so many names, then how many more there are.
    func listing(atMost count: Int = 12) -> String {
        if names.isEmpty { return "there are no \(plural) yet" }
        var line = plural + ": " + names.prefix(count).joined(separator: ", ")
        if names.count > count { line += ", … (\(names.count - count) more)" }
        return line
    }

    /// `no stage is called "Negotiaton"`, with the nearest names beside the carets and the list beneath.
    func unknown(_ text: String, at span: SourceSpan) -> Diagnostic {
        let near = index.near(text)
        var hint: String?
        var fix: Diagnostic.Fix?
        if near.count == 1 || (near.count > 1 && near[0].lowercased() == text.lowercased()) {
            hint = "did you mean \"\(near[0])\"?"
            fix = Diagnostic.Fix(span, NameList.written(near[0]))
        } else if near.count > 1 {
            let quoted = near.map { "\"\($0)\"" }
            hint = "did you mean " + quoted.dropLast().joined(separator: ", ") + " or \(quoted[quoted.count - 1])?"
        }
        return Diagnostic(
            .unknownName, "no \(singular) is called \"\(text)\"", at: span, hint: hint, notes: [listing()], fix: fix)
    }

    /// `"Dana" may be "Dana Ruiz" or "Dana White"`.
    func ambiguous(_ text: String, _ places: [Int], at span: SourceSpan) -> Diagnostic {
        let found = places.prefix(4).map { "\"\(names[$0])\"" }
        let rest = places.count > found.count ? " and \(places.count - found.count) more" : ""
        return Diagnostic(
            .ambiguousName, "\"\(text)\" begins \(places.count) names of \(plural)", at: span,
            hint: "write more of it: " + found.joined(separator: ", ") + rest)
    }

    /// A name as a query may write it: in quotes unless it is one plain word.
    static func written(_ name: String) -> String {
        let plain =
            !name.isEmpty
            && name.utf8.allSatisfy { byte in
                byte == 95 || byte == 45 || (byte | 32 >= 97 && byte | 32 <= 122) || (byte >= 48 && byte <= 57)
            }
        if plain, let first = name.utf8.first, !(first >= 48 && first <= 57) { return name }
        return name.contains("\"") ? "'\(name)'" : "\"\(name)\""
    }
}
