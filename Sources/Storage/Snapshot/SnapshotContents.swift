// What a snapshot file holds, as values: tables and named sections, and the numbers that tie it to its journal.
// What the tables mean is other people's business.
public import Engine

/// Who a snapshot is, through all its saves and copies: 128 random bits.
public struct SnapshotID: Hashable, Sendable, CustomStringConvertible {
    /// 16 bytes.
    public let bytes: [UInt8]

    /// An id of exactly 16 bytes; `nil` for any other number.
    public init?(bytes: [UInt8]) {
        guard bytes.count == 16 else { return nil }
        self.bytes = bytes
    }

    /// A new id that no other snapshot has.
    public static func random(_ fileSystem: any FileSystem) -> SnapshotID {
        SnapshotID(padding: fileSystem.randomBytes())
    }

    init(padding bytes: [UInt8]) { self.bytes = Array((bytes + [UInt8](repeating: 0, count: 16)).prefix(16)) }

    /// 32 hexadecimal digits.
    public var description: String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}

/// Everything that one snapshot file holds.
public struct SnapshotContents: Sendable {
    /// Who it is.
    public var id: SnapshotID
    /// Counts saves: each save writes a greater one.
    public var generation: UInt64
    /// The sequence number of the last change folded in; 0 before the first.
    public var sequence: UInt64
    /// Tables by name.
    public var tables: [String: Table]
    /// Anything else, by name: bytes in forms of their owners' choosing.
    public var sections: [String: [UInt8]]
    /// Names of tables and sections that a reader which does not know them may ignore (and lose when it saves).
    public var ignorable: Set<String>

    /// Contents.
    public init(
        id: SnapshotID, generation: UInt64 = 1, sequence: UInt64 = 0, tables: [String: Table] = [:],
        sections: [String: [UInt8]] = [:], ignorable: Set<String> = []
    ) {
        self.id = id
        self.generation = generation
        self.sequence = sequence
        self.tables = tables
        self.sections = sections
        self.ignorable = ignorable
    }
}
