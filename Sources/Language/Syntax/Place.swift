// Where a node stands in its source. Equality of syntax trees compares what was said, never where it stood,
// so that printing a tree and parsing it again can be compared with `==`.

public import Values

/// A span that takes no part in equality and hashing: two nodes that say the same are equal wherever they stand.
@propertyWrapper
public struct Place: Hashable, Sendable {
    /// The bytes of the source that the node covers.
    public var wrappedValue: SourceSpan
    /// Wraps a span.
    public init(wrappedValue: SourceSpan) { self.wrappedValue = wrappedValue }
    /// Always true.
    public static func == (left: Place, right: Place) -> Bool { true }
    /// Adds nothing.
    public func hash(into hasher: inout Hasher) {}
}
