// How much of a byte sequence is well-formed UTF-8 (Unicode 3.9, table 3-7: no surrogates, nothing overlong, nothing
// above U+10FFFF). Runs over every imported byte: ASCII is skipped eight bytes at a time.

/// Counts of well-formed and ill-formed sequences beyond ASCII.
struct UTF8Census {
    /// Characters beyond ASCII that are well formed.
    private(set) var wellFormedCount = 0
    /// Bytes that are no part of a well-formed character.
    private(set) var illFormedCount = 0
    /// The first such byte.
    private(set) var firstIllFormed: Int?

    init(_ bytes: Span<UInt8>) {
        let raw = unsafe bytes.bytes
        let count = bytes.count
        var index = 0
        while index < count {
            if index + 8 <= count,
                unsafe raw.unsafeLoadUnaligned(fromByteOffset: index, as: UInt64.self) & 0x8080_8080_8080_8080 == 0
            {
                index += 8
                continue
            }
            if bytes[index] < 0x80 {
                index += 1
                continue
            }
            let length = UTF8Census.sequenceLength(bytes, at: index)
            if length > 0 {
                wellFormedCount += 1
                index += length
            } else {
                if firstIllFormed == nil { firstIllFormed = index }
                illFormedCount += 1
                index += 1
            }
        }
    }

    /// 2…4 for a well-formed character beyond ASCII at the index, 0 for anything else.
    private static func sequenceLength(_ bytes: Span<UInt8>, at index: Int) -> Int {
        let lead = bytes[index]
        func continues(_ distance: Int, _ range: ClosedRange<UInt8> = 0x80...0xBF) -> Bool {
            index + distance < bytes.count && range.contains(bytes[index + distance])
        }
        switch lead {
        case 0xC2...0xDF: return continues(1) ? 2 : 0
        case 0xE0: return continues(1, 0xA0...0xBF) && continues(2) ? 3 : 0
        case 0xED: return continues(1, 0x80...0x9F) && continues(2) ? 3 : 0
        case 0xE1...0xEF: return continues(1) && continues(2) ? 3 : 0
        case 0xF0: return continues(1, 0x90...0xBF) && continues(2) && continues(3) ? 4 : 0
        case 0xF4: return continues(1, 0x80...0x8F) && continues(2) && continues(3) ? 4 : 0
        case 0xF1...0xF3: return continues(1) && continues(2) && continues(3) ? 4 : 0
        default: return 0
        }
    }
}
