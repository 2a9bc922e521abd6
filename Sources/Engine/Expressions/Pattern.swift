// (filled in next)

/// A regular expression, searched for in linear time, ignoring case.
///
/// Literals, `.`, `^`, `$`, `|`, `( )`, `* + ? {m} {m,} {m,n}`, `[a-z]`, `[^…]`, `\d \w \s \D \W \S`, `\t \n`, and `\`
/// before any sign for itself. `.` and classes match characters (Unicode scalars).
public struct Pattern: Hashable, Sendable {
    /// The pattern as written.
    public let text: String

    /// A compiled pattern; throws `EngineError.badPattern` with the byte offset of what is wrong.
    public init(_ text: String) throws(EngineError) {
        self.text = text
    }
}
