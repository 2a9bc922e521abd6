// What went wrong or deserves notice, as data. Finding a problem, wording it and drawing it are three places:
// the finder makes a Diagnostic, the words are in the finder's own "Diagnostics" file, Shell draws it.

/// How grave a diagnostic is.
public enum Severity: String, Sendable {
    /// The statement did not run.
    case error
    /// The answer stands, but deserves a second look.
    case warning
}

/// A message about a place in a source text or file.
///
/// Wording: what was found, what was expected, the remedy; no "you", no blame. Message without a final stop.
public struct Diagnostic: Error, Hashable, Sendable {
    /// A second place and what to know about it.
    public struct Label: Hashable, Sendable {
        /// Where.
        public var span: SourceSpan
        /// A few words.
        public var text: String
        /// A label.
        public init(_ span: SourceSpan, _ text: String) {
            self.span = span
            self.text = text
        }
    }

    /// A replacement that would mend it.
    public struct Fix: Hashable, Sendable {
        /// What to replace.
        public var span: SourceSpan
        /// By what.
        public var replacement: String
        /// A fix.
        public init(_ span: SourceSpan, _ replacement: String) {
            self.span = span
            self.replacement = replacement
        }
    }

    /// What kind of problem it is; stable, for programs.
    public var code: DiagnosticCode
    /// How grave it is.
    public var severity: Severity
    /// One line, lower case, no final stop: `no stage is called "Negotiaton"`.
    public var message: String
    /// The place in the statement's source; `nil` when it has none (a file, an option).
    public var span: SourceSpan?
    /// What stands beside the carets: `did you mean "Negotiation"?`
    public var hint: String?
    /// Further places in the same source.
    public var labels: [Label]
    /// Whole lines beneath: `stages: Initial Contact, …`
    public var notes: [String]
    /// A replacement that would mend it.
    public var fix: Fix?

    /// A diagnostic.
    public init(
        _ code: DiagnosticCode, _ message: String, at span: SourceSpan? = nil, severity: Severity = .error,
        hint: String? = nil, labels: [Label] = [], notes: [String] = [], fix: Fix? = nil
    ) {
        self.code = code
        self.severity = severity
        self.message = message
        self.span = span
        self.hint = hint
        self.labels = labels
        self.notes = notes
        self.fix = fix
    }
}

/// Several diagnostics thrown as one error: a statement or an import that failed for more than one reason.
public struct Diagnostics: Error, Sendable {
    /// At least one, in the order of their places.
    public var all: [Diagnostic]
    /// Wraps them.
    public init(_ all: [Diagnostic]) { self.all = all }
}
