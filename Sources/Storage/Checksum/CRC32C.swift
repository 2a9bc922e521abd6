// CRC-32C (Castagnoli, RFC 3720 appendix B.4), the checksum that chains records of an appended file: each record's
// checksum continues the one before, so that a record out of place does not fit. Eight bytes at a time by tables.

/// CRC-32C of bytes given piece by piece.
public struct CRC32C: Sendable {
    private static let polynomial: UInt32 = 0x82F6_3B78
    /// 8 × 256 entries: table k is the effect of a byte k places before the end of a group of eight.
    private static let tables: [UInt32] = {
        var tables = [UInt32](repeating: 0, count: 8 * 256)
        for byte in 0..<256 {
            var crc = UInt32(byte)
            for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ polynomial : crc >> 1 }
            tables[byte] = crc
        }
        for table in 1..<8 {
            for byte in 0..<256 {
                let before = tables[(table - 1) * 256 + byte]
                tables[table * 256 + byte] = before >> 8 ^ tables[Int(before & 0xFF)]
            }
        }
        return tables
    }()

    private var state: UInt32

    /// No bytes yet, or the continuation of a checksum.
    public init(continuing value: UInt32 = 0) { state = ~value }

    /// The checksum of an array.
    public static func hash(_ bytes: [UInt8], continuing value: UInt32 = 0) -> UInt32 {
        var crc = CRC32C(continuing: value)
        crc.update(bytes.span)
        return crc.value
    }

    /// Adds bytes.
    public mutating func update(_ bytes: Span<UInt8>) {
        let tables = CRC32C.tables.span
        var crc = state
        var index = 0
        while index + 8 <= bytes.count {
            let low =
                crc
                ^ (UInt32(bytes[index]) | UInt32(bytes[index + 1]) << 8 | UInt32(bytes[index + 2]) << 16
                    | UInt32(bytes[index + 3]) << 24)
            crc = tables[7 * 256 + Int(low & 0xFF)] ^ tables[6 * 256 + Int(low >> 8 & 0xFF)]
            crc ^= tables[5 * 256 + Int(low >> 16 & 0xFF)] ^ tables[4 * 256 + Int(low >> 24)]
            crc ^= tables[3 * 256 + Int(bytes[index + 4])] ^ tables[2 * 256 + Int(bytes[index + 5])]
            crc ^= tables[256 + Int(bytes[index + 6])] ^ tables[Int(bytes[index + 7])]
            index += 8
        }
        while index < bytes.count {
            crc = crc >> 8 ^ tables[Int(crc & 0xFF ^ UInt32(bytes[index]))]
            index += 1
        }
        state = crc
    }

    /// The checksum of what was added so far.
    public var value: UInt32 { ~state }
}
