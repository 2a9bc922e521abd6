// Right checksums for bytes that were changed: what the readers behind the checksums make of them is the question. Both
// walk the bytes as far as they make sense and leave the rest as it is.

import Storage

/// A format with checksums.
public enum Seal {
    private static func number(_ bytes: [UInt8], _ offset: Int, _ count: Int) -> Int? {
        guard offset >= 0, offset <= bytes.count - count else { return nil }
        var number: UInt64 = 0
        for place in 0..<count { number |= UInt64(bytes[offset + place]) << UInt64(8 * place) }
        return Int(exactly: number)
    }

    private static func put(_ number: UInt64, _ count: Int, _ bytes: inout [UInt8], _ offset: Int) {
        guard offset >= 0, offset <= bytes.count - count else { return }
        for place in 0..<count { bytes[offset + place] = UInt8(truncatingIfNeeded: number >> UInt64(8 * place)) }
    }

    private static func slice(_ bytes: [UInt8], _ offset: Int, _ count: Int) -> [UInt8]? {
        guard offset >= 0, count >= 0, offset <= bytes.count, count <= bytes.count - offset else { return nil }
        return Array(bytes[offset..<offset + count])
    }

    // MARK: Journal

    /// Seals a journal: its header and every record that follows the one before.
    public static func journal(_ bytes: inout [UInt8]) {
        guard let header = slice(bytes, 0, 60) else { return }
        var last = CRC32C.hash(header)
        put(UInt64(last), 4, &bytes, 60)
        var offset = 64
        while slice(bytes, offset, 4) == [0x52, 0x43, 0x52, 0x44], let count = number(bytes, offset + 32, 8),
            count <= bytes.count
        {
            put(UInt64(last), 4, &bytes, offset + 8)
            guard let record = slice(bytes, offset + 8, 32 + count) else { return }
            last = CRC32C.hash(record)
            put(UInt64(last), 4, &bytes, offset + 4)
            offset += (40 + count + 7) / 8 * 8
        }
    }

    // MARK: Snapshot

    /// Seals a snapshot: parts, descriptions of tables, sections, the table of sections, the header.
    public static func snapshot(_ bytes: inout [UInt8]) {
        put(UInt64(bytes.count), 8, &bytes, 48)
        guard let table = number(bytes, 56, 8), table <= bytes.count, let count = number(bytes, table, 8) else {
            return
        }
        put(UInt64(bytes.count - table), 8, &bytes, 64)
        var entry = table + 8
        for _ in 0..<min(count, 64) {
            guard let kind = number(bytes, entry, 4), let offset = number(bytes, entry + 8, 8),
                let size = number(bytes, entry + 16, 8), let nameCount = number(bytes, entry + 32, 4),
                slice(bytes, offset, size) != nil
            else { break }
            if kind == 1 { description(&bytes, offset, offset + size) }
            if let content = slice(bytes, offset, size) { put(XXH64.hash(content), 8, &bytes, entry + 24) }
            guard nameCount <= bytes.count else { break }
            entry += (36 + nameCount + 7) / 8 * 8
        }
        if let rest = slice(bytes, table, bytes.count - table) { put(XXH64.hash(rest), 8, &bytes, 72) }
        if let header = slice(bytes, 0, 120) { put(XXH64.hash(header), 8, &bytes, 120) }
    }

    private static func description(_ bytes: inout [UInt8], _ start: Int, _ end: Int) {
        place(&bytes, start + 8)
        guard let columns = number(bytes, start + 32, 8) else { return }
        var offset = start + 40
        for _ in 0..<min(columns, 200) {
            guard offset + 8 <= end, let nameCount = number(bytes, offset + 4, 4), nameCount <= end - offset else {
                return
            }
            let isCode = bytes[offset + 1] == 3
            offset += (8 + nameCount + 7) / 8 * 8
            if isCode {
                place(&bytes, offset + 8)
                offset += 32
            }
            guard let chunks = number(bytes, offset, 8), chunks <= (end - offset) / 64 else { return }
            offset += 8
            for _ in 0..<chunks {
                place(&bytes, offset)
                offset += 64
            }
        }
    }

    private static func place(_ bytes: inout [UInt8], _ offset: Int) {
        guard let start = number(bytes, offset, 8), let size = number(bytes, offset + 8, 8),
            let content = slice(bytes, start, size)
        else { return }
        put(XXH64.hash(content), 8, &bytes, offset + 16)
    }
}
