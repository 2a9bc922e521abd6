// The quick half of a chunk's verification: whether its bytes are sound, without saying what is wrong. Apart from
// `contentFault`, which looks at row after row and finds the words, because every first query on a saved book waits
// for it, and loops without branches vectorise.
//
// Whatever makes it doubtful (a value outside of the bounds in a block that has missing rows, say) is left to the slow
// half: it may say no to sound bytes, never yes to others.

extension ChunkLayout {
    /// Whether the bytes certainly keep every promise of the layout. The buffers have exactly the layout's sizes.
    func isCertainlySound(
        values: UnsafeRawBufferPointer, validity: UnsafeRawBufferPointer?, text: UnsafeRawBufferPointer?,
        codeMax: UInt32
    ) -> Bool {
        guard rowCount > 0, let address = values.baseAddress else { return false }
        if unsafe Soundness.presentCount(validity, rowCount) != rowCount - missingCount, representation != .code {
            return false
        }
        switch representation {
        case .integer:
            switch width {
            case 1: return unsafe Soundness.integers(address, validity, UInt8.self, self)
            case 2: return unsafe Soundness.integers(address, validity, UInt16.self, self)
            case 4: return unsafe Soundness.integers(address, validity, UInt32.self, self)
            default: return unsafe Soundness.integers(address, validity, UInt64.self, self)
            }
        case .real: return unsafe Soundness.reals(address, self)
        case .code:
            switch width {
            case 1: return unsafe Soundness.codes(address, UInt8.self, self, codeMax)
            case 2: return unsafe Soundness.codes(address, UInt16.self, self, codeMax)
            default: return unsafe Soundness.codes(address, UInt32.self, self, codeMax)
            }
        case .text:
            return unsafe Soundness.offsets(address, self)
                && textsLieWithinBounds(values: values, validity: validity, text: text)
        }
    }

    /// Whether the texts lie within the bounds, where there are any; offsets that are wrong are clamped.
    func textsLieWithinBounds(
        values: UnsafeRawBufferPointer, validity: UnsafeRawBufferPointer?, text: UnsafeRawBufferPointer?
    ) -> Bool {
        guard let text = unsafe text, let address = values.baseAddress, !TextKey.isUnknown(self) else { return true }
        // SAFETY: the caller vouches for rowCount + 1 offsets at the address.
        let bounds = unsafe TextKey.bounds(
            text.assumingMemoryBound(to: UInt8.self), address.assumingMemoryBound(to: UInt32.self), rowCount
        ) { row in unsafe validity.map { unsafe $0[row >> 3] >> UInt8(row & 7) & 1 != 0 } ?? true }
        return bounds.minimum >= minimum && bounds.maximum <= maximum
    }
}

/// Loops that only ask whether all is well.
private enum Soundness {
    /// How many rows have a value. In words of 64 rows: where a processor cannot be relied on to count bits in one step,
    /// a byte takes as long as a word (2% of the processor time of a cold process on ten million deals).
    static func presentCount(_ validity: UnsafeRawBufferPointer?, _ rowCount: Int) -> Int {
        guard let validity = unsafe validity else { return rowCount }
        var count = 0
        for word in 0..<(rowCount + 63) >> 6 { count += unsafe present(validity, word, rowCount).nonzeroBitCount }
        return count
    }

    /// Which of the 64 rows from `word` × 64 on have a value; a bit beyond the last row is 0.
    private static func present(_ validity: UnsafeRawBufferPointer, _ word: Int, _ rowCount: Int) -> UInt64 {
        let rows = rowCount - word * 64
        if rows >= 64 {
            return unsafe UInt64(littleEndian: validity.loadUnaligned(fromByteOffset: word * 8, as: UInt64.self))
        }
        var bits: UInt64 = 0
        for byte in 0..<(rows + 7) >> 3 { unsafe bits |= UInt64(validity[word * 8 + byte]) << UInt64(byte * 8) }
        return bits & (1 << UInt64(rows) - 1)
    }

    /// Whether all values, those of missing rows too, lie within the bounds, and every missing row holds 0: sums and
    /// ranges rely on it.
    static func integers<Stored: FixedWidthInteger & UnsignedInteger & BitwiseCopyable>(
        _ address: UnsafeRawPointer, _ validity: UnsafeRawBufferPointer?, _ stored: Stored.Type, _ layout: ChunkLayout
    ) -> Bool {
        // Loose bounds reach below the base or beyond the width; only tight ones are looked at here.
        let low = UInt64(bitPattern: layout.minimum &- layout.base)
        let high = UInt64(bitPattern: layout.maximum &- layout.base)
        guard layout.minimum <= layout.maximum, layout.minimum >= layout.base, low <= high else { return false }
        let first = Stored(clamping: low)
        let span = Stored(clamping: high) &- first
        guard UInt64(first) == low else { return false }
        // SAFETY: the caller vouches for rowCount values at the address.
        let values = unsafe address.assumingMemoryBound(to: Stored.self)
        var wrong = Stored.zero
        for row in 0..<layout.rowCount { wrong |= unsafe values[row] &- first > span ? 1 : 0 }
        guard let validity = unsafe validity else { return wrong == 0 }
        for word in 0..<(layout.rowCount + 63) >> 6 {
            var gaps = unsafe ~present(validity, word, layout.rowCount)
            if layout.rowCount - word * 64 < 64 { gaps &= 1 << UInt64(layout.rowCount - word * 64) - 1 }
            while gaps != 0 {
                wrong |= unsafe values[word * 64 + gaps.trailingZeroBitCount]
                gaps &= gaps &- 1
            }
        }
        return wrong == 0
    }

    static func reals(_ address: UnsafeRawPointer, _ layout: ChunkLayout) -> Bool {
        let low = Double(bitPattern: UInt64(bitPattern: layout.minimum))
        let high = Double(bitPattern: UInt64(bitPattern: layout.maximum))
        // SAFETY: the caller vouches for rowCount values at the address.
        let values = unsafe address.assumingMemoryBound(to: Double.self)
        var inside: UInt64 = 1
        // Comparisons with NaN are false.
        for row in 0..<layout.rowCount {
            inside &= unsafe (values[row] >= low ? 1 : 0) & (values[row] <= high ? 1 : 0)
        }
        return inside == 1
    }

    /// Whether codes that are not 0 lie within the bounds and the dictionary, and as many are 0 as said.
    static func codes<Stored: FixedWidthInteger & UnsignedInteger & BitwiseCopyable>(
        _ address: UnsafeRawPointer, _ stored: Stored.Type, _ layout: ChunkLayout, _ codeMax: UInt32
    ) -> Bool {
        let low = max(1, layout.minimum)
        let high = min(layout.maximum, Int64(codeMax), Int64(UInt32.max))
        // SAFETY: the caller vouches for rowCount values at the address.
        let values = unsafe address.assumingMemoryBound(to: Stored.self)
        guard low <= high, low <= Int64(Stored.max) else { return false }
        let first = Stored(clamping: low)
        let span = Stored(clamping: high) &- first
        var outside = Stored.zero
        var missing = 0
        // Stretches of up to 255 zeros are counted in the width of the codes, which vectorises.
        var start = 0
        while start < layout.rowCount {
            let end = min(start + 255, layout.rowCount)
            var zeros = Stored.zero
            for row in start..<end {
                let code = unsafe values[row]
                let zero: Stored = code == 0 ? 1 : 0
                zeros &+= zero
                outside |= (code &- first > span ? 1 : 0) & (zero ^ 1)
            }
            missing += Int(zeros)
            start = end
        }
        return outside == 0 && missing == layout.missingCount
    }

    static func offsets(_ address: UnsafeRawPointer, _ layout: ChunkLayout) -> Bool {
        // SAFETY: the caller vouches for rowCount + 1 offsets at the address.
        let offsets = unsafe address.assumingMemoryBound(to: UInt32.self)
        var falling: UInt32 = 0
        for row in 0..<layout.rowCount { unsafe falling |= offsets[row + 1] < offsets[row] ? 1 : 0 }
        return unsafe falling == 0 && offsets[0] == 0 && Int(offsets[layout.rowCount]) == layout.textByteCount
    }
}
