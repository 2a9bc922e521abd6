// Texts that equal a constant, ignoring case: the search for one deal by its id. Apart from TextSearch, because here
// chunks can be passed over: the layout of a chunk of texts bounds their first 8 folded bytes, so that of ids that
// ascend one chunk is read and not all; and within one whose texts are known to ascend, a few rows (AscendingTexts).

/// A text to be found equal, folded once.
struct TextEquality: Sendable {
    private let wanted: [UInt8]
    /// Whether a text of other length or with characters above ASCII can fold to the wanted one.
    private let needsFolding: Bool
    /// The wanted text's last 4 bytes with the bits that differ between cases cleared, and which bits to look at; ids
    /// differ at their end, so that this decides nearly always (one-deal).
    private let tail: UInt32
    private let tailBits: UInt32
    /// The wanted text's first 8 folded bytes as the bounds of chunks hold them.
    let key: Int64

    init(_ wanted: String) {
        var folded = TextOrder.folded(wanted)
        self.wanted = Array(folded.utf8)
        needsFolding = self.wanted.contains { $0 >= 0x80 || $0 == UInt8(ascii: "k") || $0 == UInt8(ascii: "i") }
        key = folded.withUTF8 { unsafe TextKey.bound($0) }
        // Little-endian, as bytes lie in memory.
        tail = self.wanted.suffix(4).reversed().reduce(0) { $0 << 8 | UInt32($1 & 0xDF) }
        tailBits = self.wanted.count >= 4 ? 0xDFDF_DFDF : 0
    }

    /// Whether a chunk of texts with this layout can hold the wanted one.
    func mayLie(in layout: ChunkLayout) -> Bool {
        TextKey.isUnknown(layout) || (layout.minimum <= key && key <= layout.maximum)
    }

    /// 1 for each of the rows that equals the wanted text. `offsets` holds `count` + 1 places in `bytes`.
    func equal(_ bytes: UnsafeBufferPointer<UInt8>, _ offsets: UnsafePointer<UInt32>, _ count: Int) -> Mask {
        guard let base = bytes.baseAddress else {
            return wanted.isEmpty ? MaskKernel.all(count) : MaskKernel.none(count)
        }
        return unsafe wanted.withUnsafeBufferPointer { wanted in
            Kernel.generate(count) { row in
                let start = unsafe min(Int(offsets[row]), bytes.count)
                let end = unsafe max(start, min(Int(offsets[row + 1]), bytes.count))
                if !needsFolding {
                    guard end - start == wanted.count else { return 0 }
                    if tailBits != 0 {
                        // SAFETY: the text has at least 4 bytes before its end.
                        let last = unsafe UnsafeRawPointer(base + end - 4).loadUnaligned(as: UInt32.self)
                        guard last & tailBits == tail else { return 0 }
                    }
                }
                return unsafe isEqual(UnsafeBufferPointer(rebasing: bytes[start..<end]), wanted) ? 1 : 0
            }
        }
    }

    /// The rows that equal the wanted text, of texts that are known to ascend (see `AscendingTexts`).
    func rows(
        amongAscending bytes: UnsafeBufferPointer<UInt8>, _ offsets: UnsafePointer<UInt32>, _ count: Int
    ) -> Range<Int> {
        unsafe wanted.withUnsafeBufferPointer { unsafe AscendingTexts.rows(equal: $0, bytes, offsets, count) }
    }

    /// Whether a text equals the wanted one.
    func isEqual(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        unsafe wanted.withUnsafeBufferPointer { unsafe isEqual(text, $0) }
    }

    @inline(__always) private func isEqual(
        _ text: UnsafeBufferPointer<UInt8>, _ wanted: UnsafeBufferPointer<UInt8>
    ) -> Bool {
        if needsFolding { return unsafe TextOrder.foldedOrder(text, wanted) == 0 }
        // Backwards, because ids differ at their end.
        guard text.count == wanted.count else { return false }
        var index = text.count - 1
        while index >= 0 {
            if unsafe TextOrder.fold(text[index]) != wanted[index] { return false }
            index -= 1
        }
        return true
    }
}

extension TextKey {
    /// `prefix` as a signed number of the same order, for the bounds of a chunk.
    static func bound(_ text: UnsafeBufferPointer<UInt8>) -> Int64 {
        unsafe Int64(bitPattern: prefix(text) ^ 1 << 63)
    }

    /// Whether the layout of texts says nothing about them: 0 and 0, which no text that is UTF-8 has.
    static func isUnknown(_ layout: ChunkLayout) -> Bool { layout.minimum == 0 && layout.maximum == 0 }

    /// The bounds of texts that lie one after the other; above each other when there are none.
    static func bounds(
        _ bytes: UnsafeBufferPointer<UInt8>, _ offsets: UnsafePointer<UInt32>, _ count: Int,
        _ isPresent: (Int) -> Bool
    ) -> (minimum: Int64, maximum: Int64) {
        var minimum = Int64.max
        var maximum = Int64.min
        for row in 0..<count where isPresent(row) {
            let start = unsafe min(Int(offsets[row]), bytes.count)
            let end = unsafe max(start, min(Int(offsets[row + 1]), bytes.count))
            let key = unsafe bound(UnsafeBufferPointer(rebasing: bytes[start..<end]))
            minimum = min(minimum, key)
            maximum = max(maximum, key)
        }
        return (minimum, maximum)
    }
}
