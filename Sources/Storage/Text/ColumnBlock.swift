// A stretch of one column decoded for writing: the engine's chunks hold narrow integers, codes and offsets; a writer
// wants to ask for row after row. Decoded a block at a time, so that what is decoded stays in the cache.
internal import Engine
internal import Values

/// Rows of one chunk of a column.
struct ColumnBlock {
    /// The decoded values; what stands for a missing row is not defined.
    enum Values {
        case integers([Int64])
        case reals([Double])
        case codes([UInt32])
        /// Offsets of row r and r + 1 into the bytes.
        case texts(offsets: [Int], bytes: [UInt8])
    }

    let values: Values
    /// The number of rows.
    let rowCount: Int
    /// Which rows have no value; `nil` when all have one.
    private let missing: [Bool]?

    /// Whether a row (from the block's start) has no value.
    func isMissing(_ row: Int) -> Bool { missing?[row] ?? false }

    /// Decodes `rows` of a chunk.
    init(_ chunk: Chunk, _ rows: Range<Int>) throws {
        let layout = chunk.layout
        rowCount = rows.count
        var missing = try unsafe chunk.withValidity { bits in
            // SAFETY: the chunk gives as many bits as it has rows.
            rows.map { row in unsafe bits[row >> 3] >> UInt8(row & 7) & 1 == 0 }
        }
        values = try unsafe chunk.withValues { bytes in
            func numbers<Number: FixedWidthInteger>(_ type: Number.Type) -> [Number] {
                let width = MemoryLayout<Number>.size
                // SAFETY: the chunk gives `width` bytes for each of its rows.
                return rows.map { row in
                    Number(littleEndian: unsafe bytes.loadUnaligned(fromByteOffset: row * width, as: Number.self))
                }
            }
            func unsigned() -> [UInt64] {
                switch layout.width {
                case 1: return numbers(UInt8.self).map(UInt64.init)
                case 2: return numbers(UInt16.self).map(UInt64.init)
                case 4: return numbers(UInt32.self).map(UInt64.init)
                default: return numbers(UInt64.self)
                }
            }
            switch layout.representation {
            case .integer: return .integers(unsigned().map { layout.base &+ Int64(bitPattern: $0) })
            case .real: return .reals(numbers(UInt64.self).map { Double(bitPattern: $0) })
            case .code: return .codes(unsigned().map { UInt32(truncatingIfNeeded: $0) })
            case .text:
                let limit = layout.textByteCount
                let offsets = (rows.lowerBound...rows.upperBound).map { row in
                    unsafe min(
                        Int(UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: row * 4, as: UInt32.self))), limit)
                }
                let first = offsets.first ?? 0
                let last = max(first, offsets.last ?? 0)
                let text = try unsafe chunk.withText { unsafe Array($0[first..<last]) } ?? []
                return .texts(offsets: offsets.map { min(max(0, $0 - first), text.count) }, bytes: text)
            }
        }
        if case .codes(let codes) = values { missing = codes.map { $0 == 0 } }
        self.missing = missing
    }
}
