// The regular expressions of `matches`. Searching takes time proportional to the text whatever the pattern, because
// a pattern comes from a query that may be anybody's.
//
//   text → PatternParser → PatternTree → PatternProgram (instructions) → PatternMatcher (state sets, cached)

/// A regular expression, searched for in linear time, ignoring case.
///
/// Literals, `.` (any character but a line break), `^` and `$` (start and end of the text), `|`, `( )`,
/// `* + ? {m} {m,} {m,n}`, `[a-z]`, `[^…]`, `\d \w \s \D \W \S`, `\t \n \r`, and `\` before any other sign for itself.
/// Characters are Unicode scalars. Counts are at most 1,000.
public struct Pattern: Hashable, Sendable {
    /// The pattern as written.
    public let text: String
    let program: PatternProgram

    /// A compiled pattern; throws `EngineError.badPattern` with the byte offset of what is wrong.
    public init(_ text: String) throws(EngineError) {
        self.text = text
        var parser = PatternParser(text)
        program = try PatternProgram(try parser.parse())
    }

    /// Patterns are equal when they are written alike.
    public static func == (left: Pattern, right: Pattern) -> Bool { left.text == right.text }

    /// Hashes the text.
    public func hash(into hasher: inout Hasher) { hasher.combine(text) }

    /// Whether the pattern is found somewhere in the text.
    public func finds(in text: String) -> Bool {
        var text = text
        let matcher = matcher()
        return text.withUTF8 { unsafe matcher.finds($0) }
    }

    /// A matcher with its own cache, for one thread.
    func matcher() -> PatternMatcher { PatternMatcher(program) }
}

/// A parsed pattern.
indirect enum PatternTree {
    case empty
    case one(ScalarSet)
    case start
    case end
    case sequence([PatternTree])
    case choice([PatternTree])
    case repeated(PatternTree, least: Int, most: Int?)
}

/// The characters that one place of a pattern takes.
struct ScalarSet: Hashable, Sendable {
    /// Named sets.
    enum Kind: Hashable, Sendable { case digit, word, space, notDigit, notWord, notSpace }

    var ranges: [ClosedRange<UInt32>] = []
    var kinds: [Kind] = []
    var isNegated = false

    static func literal(_ scalar: Unicode.Scalar) -> ScalarSet { ScalarSet(ranges: [scalar.value...scalar.value]) }
    static func kind(_ kind: Kind) -> ScalarSet { ScalarSet(kinds: [kind]) }
    static let anything = ScalarSet(ranges: [10...10], isNegated: true)

    /// Whether the scalar, in any case, is taken.
    func contains(_ scalar: Unicode.Scalar) -> Bool {
        var found = holds(scalar)
        if !found, let lower = ScalarSet.single(scalar.properties.lowercaseMapping) { found = holds(lower) }
        if !found, let upper = ScalarSet.single(scalar.properties.uppercaseMapping) { found = holds(upper) }
        return found != isNegated
    }

    private static func single(_ text: String) -> Unicode.Scalar? {
        text.unicodeScalars.count == 1 ? text.unicodeScalars.first : nil
    }

    private func holds(_ scalar: Unicode.Scalar) -> Bool {
        if ranges.contains(where: { $0.contains(scalar.value) }) { return true }
        return kinds.contains { kind in
            switch kind {
            case .digit: ScalarSet.isDigit(scalar)
            case .notDigit: !ScalarSet.isDigit(scalar)
            case .word: ScalarSet.isWord(scalar)
            case .notWord: !ScalarSet.isWord(scalar)
            case .space: scalar.properties.isWhitespace
            case .notSpace: !scalar.properties.isWhitespace
            }
        }
    }

    private static func isDigit(_ scalar: Unicode.Scalar) -> Bool { (48...57).contains(scalar.value) }
    private static func isWord(_ scalar: Unicode.Scalar) -> Bool {
        scalar == "_" || scalar.properties.isAlphabetic || scalar.properties.numericType != nil
    }
}
