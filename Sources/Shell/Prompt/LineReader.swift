// Where statements come from: the editor at a terminal, plain lines where there is none, a list in tests. The session
// sees only this protocol, and the reader knows of the language only what a `LineAssistant` tells it.

/// What reading gave.
public enum LineInput: Equatable, Sendable {
    /// The bytes of one or more complete statements, possibly over several lines; without the last line feed.
    case text([UInt8])
    /// Ctrl-C: what was typed is gone, the session goes on.
    case interrupted
    /// Ctrl-D on an empty line, or the input's end.
    case end
}

/// What is asked for.
public enum LinePurpose: Sendable {
    /// A statement: may take several lines, is completed, coloured and kept in the history.
    case statement
    /// The answer to a question such as `discard the changes? (y/n)`: one line, not kept.
    case answer
}

/// Reads what the person types.
public protocol LineReader: AnyObject {
    /// Shows the prompt, such as `deals> `, and waits for one input.
    func read(prompt: String, for purpose: LinePurpose) -> LineInput
}

/// A span of the text and what it is, for its colour.
public struct Highlight: Equatable, Sendable {
    /// Offsets into the bytes of the text.
    public var span: Range<Int>
    /// What stands there.
    public var role: TextRole
    /// A span with its role.
    public init(_ span: Range<Int>, _ role: TextRole) {
        self.span = span
        self.role = role
    }
}

/// Something that may stand at the cursor.
public struct Completion: Equatable, Sendable {
    /// How the list shows it: `Negotiation`.
    public var title: String
    /// What to know about it, shown beside: `41 · $1.2m`.
    public var detail: String?
    /// The bytes that are replaced, from the word's start up to the cursor.
    public var replacing: Range<Int>
    /// By what; with the quotes it needs, and a blank at the end where a word follows.
    public var insertion: String

    /// A candidate; `insertion` is the title followed by a blank unless given.
    public init(_ title: String, detail: String? = nil, replacing: Range<Int>, insertion: String? = nil) {
        self.title = title
        self.detail = detail
        self.replacing = replacing
        self.insertion = insertion ?? title + " "
    }
}

/// What the editor asks about the text being typed. Called on every change, so it must answer within milliseconds.
public protocol LineAssistant: AnyObject {
    /// Whether Enter runs the text (true) or breaks the line.
    func isComplete(_ text: [UInt8]) -> Bool
    /// The colours; spans in order and without overlap.
    func highlights(_ text: [UInt8]) -> [Highlight]
    /// What may stand at the byte offset, best first.
    func completions(_ text: [UInt8], cursor: Int) -> [Completion]
    /// How the text might go on, when the history knows nothing: what → would add at its end.
    func suggestion(_ text: [UInt8]) -> String?
}

extension LineAssistant {
    /// The rest of the first candidate, once a part of its word is typed.
    public func suggestion(_ text: [UInt8]) -> String? {
        guard let first = completions(text, cursor: text.count).first, !first.replacing.isEmpty,
            first.replacing.upperBound == text.count, first.replacing.lowerBound >= 0
        else { return nil }
        let typed = text[first.replacing]
        let whole = Array(first.insertion.utf8)
        guard whole.count > typed.count else { return nil }
        // Names are matched without regard to case; the suggestion continues what was typed.
        for (left, right) in zip(typed, whole) where left != right {
            guard left | 0x20 == right | 0x20, (0x61...0x7a).contains(left | 0x20) else { return nil }
        }
        var rest = String(decoding: whole[typed.count...], as: UTF8.self)
        while rest.last == " " { rest.removeLast() }
        return rest.isEmpty ? nil : rest
    }
}
