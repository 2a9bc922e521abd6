// What can go wrong inside the engine, as data; Query words it for people and adds the place in the source.

/// Why an operation of the engine gave no result.
public enum EngineError: Error, Hashable, Sendable {
    /// An integer result does not fit 64 bits; names the operation: `+`, `sum`, `money × percent`.
    case overflow(operation: String)
    /// The user asked to stop.
    case cancelled
    /// The result or an intermediate table would exceed a limit; names it.
    case tooLarge(what: String, limit: Int)
    /// An expression that its types do not allow; a binder's mistake, never a user's.
    case typeMismatch(String)
    /// A pattern of `matches` is malformed at a byte offset.
    case badPattern(offset: Int, reason: String)
    /// Bytes from a file contradict their description.
    case damaged(String)
}
