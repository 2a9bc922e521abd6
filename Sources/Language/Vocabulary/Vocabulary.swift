// The one table of words. Every statement, source, clause, comparison, step, report, change, aggregate, function,
// setting and import option stands here once, with its syntax, what it does, and examples that are parsed by a
// test. Help, completion and the reference read it, so they cannot differ. The entries are in the files beside.

import Values

/// A word of the language and what is to be known about it.
public struct VocabularyEntry: Hashable, Sendable {
    /// The word or words that it is found by, in lower case: `closing`, `as of`, `win_rate`.
    public let word: String
    /// What kind of word it is.
    public let role: WordRole
    /// How it is written: `top N [by KEY]`.
    public let syntax: String
    /// One line: what it does.
    public let summary: String
    /// What else is to be known, in whole sentences; may be empty.
    public let explanation: String
    /// Statements that use it.
    public let examples: [String]

    init(
        _ role: WordRole, _ word: String, _ syntax: String, _ summary: String, _ explanation: String = "",
        examples: [String] = []
    ) {
        self.word = word
        self.role = role
        self.syntax = syntax
        self.summary = summary
        self.explanation = explanation
        self.examples = examples
    }
}

/// All words of the language.
public enum Vocabulary {
    /// Every entry, by kind in the order of the reference.
    public static let entries: [VocabularyEntry] =
        statements + bookStatements + whatIfs + sources + statuses + clauses + conditions + steps + reports + changes
        + aggregates + functions + windows + dates + settings + importOptions

    private static let byWord: [String: [VocabularyEntry]] = Dictionary(grouping: entries) { $0.word }

    /// The entries for a word in any case; several when it means several things, as `save` does.
    public static func entries(for word: String) -> [VocabularyEntry] { byWord[word.lowercased()] ?? [] }

    /// The entry for a word of one kind.
    public static func entry(for word: String, role: WordRole) -> VocabularyEntry? {
        entries(for: word).first { $0.role == role }
    }

    /// The entries of a kind.
    public static func entries(of role: WordRole) -> [VocabularyEntry] { entries.filter { $0.role == role } }

    /// The names of all functions, window functions included, in lower case.
    public static let functionNames: Set<String> = Set((functions + windows).map(\.word)).subtracting(["within"])
}
