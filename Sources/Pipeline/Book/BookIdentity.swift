// Which book this is, and how far it has come: what joins a snapshot with its journal.

/// The identity of a book and its place in its own history.
public struct BookIdentity: Hashable, Sendable {
    /// Random, given once when the book is made.
    public var id: UInt128
    /// How often the book was saved.
    public var generation: UInt64
    /// The number of the last change that is in the book; 0 when there was none.
    public var sequence: UInt64

    /// An identity.
    public init(id: UInt128, generation: UInt64 = 0, sequence: UInt64 = 0) {
        self.id = id
        self.generation = generation
        self.sequence = sequence
    }

    /// A new identity, from the system's randomness.
    public static func random() -> BookIdentity { BookIdentity(id: UInt128.random(in: .min ... .max)) }

    /// 32 lower-case hexadecimal digits.
    public var idText: String {
        let digits = String(id, radix: 16)
        return String(repeating: "0", count: 32 - digits.utf8.count) + digits
    }

    /// The id of 32 hexadecimal digits; `nil` for any other text.
    public static func id(text: String) -> UInt128? {
        text.utf8.count == 32 ? UInt128(text, radix: 16) : nil
    }
}
