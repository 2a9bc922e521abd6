// Whether a column of texts holds each of them once: the check of ids. Exports are mostly in the order of their ids, which
// one comparison a row tells; otherwise equal texts are looked for among those of equal hash, in parts that stay within
// the processor's cache. A dictionary of a million ids was a twelfth of the time of an import, the comparison is
// a two-hundredth.

import Values

extension Column {
    /// Whether every row of a text column has a text, and no two rows the same.
    public func isDistinct(_ execution: Execution) throws -> Bool {
        guard representation == .text else { throw EngineError.typeMismatch("texts of a \(type) column") }
        if chunks.contains(where: { $0.layout.missingCount > 0 }) { return false }
        return try isStrictlyAscending(execution) || hasDistinctHashes(execution)
    }

    private func isStrictlyAscending(_ execution: Execution) throws -> Bool {
        let chunks = chunks
        let parts = try execution.pieces(count: chunks.count) { index in
            let reader = try chunks[index].reader()
            let before = try index > 0 ? chunks[index - 1].reader() : nil
            return withExtendedLifetime(chunks) {
                if let before, reader.rowCount > 0 {
                    let last = unsafe before.textBytes(before.rowCount - 1)
                    guard unsafe Column.precedes(last, reader.textBytes(0)) else { return false }
                }
                for row in 1..<max(1, reader.rowCount) {
                    guard unsafe Column.precedes(reader.textBytes(row - 1), reader.textBytes(row)) else { return false }
                }
                return true
            }
        }
        return parts.allSatisfy { $0 }
    }

    /// Whether a text comes before another, byte by byte.
    private static func precedes(_ left: UnsafeBufferPointer<UInt8>, _ right: UnsafeBufferPointer<UInt8>) -> Bool {
        let count = min(left.count, right.count)
        for index in 0..<count where unsafe left[index] != right[index] { return unsafe left[index] < right[index] }
        return left.count < right.count
    }

    /// Rows in parts by the upper bits of their texts' hashes: equal texts are in one part.
    private func hasDistinctHashes(_ execution: Execution) throws -> Bool {
        let chunks = chunks
        let partCount = 64
        let byChunk = try execution.pieces(count: chunks.count) { index in
            var parts = [[(hash: UInt64, row: UInt32)]](repeating: [], count: partCount)
            let reader = try chunks[index].reader()
            withExtendedLifetime(chunks) {
                for row in 0..<reader.rowCount {
                    let hash = unsafe ByteHash.hash(reader.textBytes(row))
                    parts[Int(hash >> 58)].append((hash, UInt32(index << 16 + row)))
                }
            }
            return parts
        }
        let found = try execution.pieces(count: partCount) { part in
            let readers = try chunks.map { try $0.reader() }
            return withExtendedLifetime(chunks) {
                unsafe Column.hasDistinctTexts(byChunk.map { $0[part] }) { row in
                    unsafe readers[Int(row) >> 16].textBytes(Int(row) & 0xFFFF)
                }
            }
        }
        return found.allSatisfy { $0 }
    }

    private static func hasDistinctTexts(
        _ lists: [[(hash: UInt64, row: UInt32)]], _ text: (UInt32) -> UnsafeBufferPointer<UInt8>
    ) -> Bool {
        let count = lists.reduce(0) { $0 + $1.count }
        var slots = [UInt32](repeating: 0, count: 16)
        while slots.count < count * 2 { slots = [UInt32](repeating: 0, count: slots.count * 2) }
        var known: [(hash: UInt64, row: UInt32)] = []
        known.reserveCapacity(count)
        for entry in lists.joined() {
            var slot = Int(truncatingIfNeeded: entry.hash) & (slots.count - 1)
            while slots[slot] != 0 {
                let other = known[Int(slots[slot]) - 1]
                if other.hash == entry.hash {
                    let (one, two) = unsafe (text(other.row), text(entry.row))
                    if unsafe one.elementsEqual(two) { return false }
                }
                slot = (slot + 1) & (slots.count - 1)
            }
            known.append(entry)
            slots[slot] = UInt32(known.count)
        }
        return true
    }
}
