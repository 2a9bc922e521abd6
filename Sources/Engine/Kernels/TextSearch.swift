// Searching texts ignoring case. ASCII needles are sought in the bytes as they are; only where a character above
// ASCII could fold into the needle is the text folded first.

/// A constant text to be found in others.
struct TextSearch: Sendable {
    let test: TextTest
    private let needle: [UInt8]
    /// Whether a character above ASCII can fold to a part of the needle: K (Kelvin) to k, İ to i and a dot.
    private let needsFolding: Bool

    init(_ test: TextTest, _ needle: String) {
        self.test = test
        self.needle = Array(TextOrder.folded(needle).utf8)
        needsFolding = self.needle.contains { $0 >= 0x80 || $0 == UInt8(ascii: "k") || $0 == UInt8(ascii: "i") }
    }

    /// Whether the text passes the test.
    func finds(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        if unsafe findsPlainly(text) { return true }
        guard needsFolding else { return false }
        for index in 0..<text.count where unsafe text[index] >= 0x80 {
            var folded = unsafe TextOrder.folded(String(decoding: text, as: UTF8.self))
            return folded.withUTF8 { unsafe findsPlainly($0) }
        }
        return false
    }

    /// Searches the texts of neighbouring rows at once: 1 for each row that contains the needle. `offsets` holds
    /// `count` + 1 places in `bytes`. nil when the rows must be looked at one by one.
    func containing(_ bytes: UnsafeBufferPointer<UInt8>, _ offsets: UnsafePointer<UInt32>, _ count: Int) -> Mask? {
        guard test == .contains, !needle.isEmpty else { return nil }
        let start = unsafe min(Int(offsets[0]), bytes.count)
        let end = unsafe max(start, min(Int(offsets[count]), bytes.count))
        let all = unsafe UnsafeBufferPointer(rebasing: bytes[start..<end])
        if needsFolding {
            var high: UInt8 = 0
            for index in 0..<all.count { unsafe high |= all[index] }
            if high >= 0x80 { return nil }
        }
        var mask = MaskKernel.none(count)
        let places = all.count - needle.count + 1
        guard places > 0 else { return mask }
        let (first, second) = probes
        let step = 4_096
        var candidates = Mask(repeating: 0, count: step)
        var row = 0
        for from in stride(from: 0, to: places, by: step) {
            let length = min(step, places - from)
            // SAFETY: a probe's offset is below the needle's length, so no place reads beyond `all`.
            let found = unsafe TextSearch.mark(
                &candidates, UnsafeBufferPointer(rebasing: all[(from + first.offset)...]),
                UnsafeBufferPointer(rebasing: all[(from + second.offset)...]), first, second, length)
            guard found else { continue }
            for place in MaskKernel.places(candidates, first: 0, below: length) {
                let position = from + Int(place)
                guard unsafe needle.withUnsafeBufferPointer({ unsafe TextSearch.matches(all, position, $0) }) else {
                    continue
                }
                while row < count, unsafe Int(offsets[row + 1]) - start <= position { row += 1 }
                // A match must not run on into the next row's text.
                if row < count, unsafe Int(offsets[row + 1]) - start >= position + needle.count { mask[row] = 1 }
            }
        }
        return mask
    }

    private typealias Probe = (offset: Int, byte: UInt8, caseBit: UInt8)

    /// The two bytes of the needle that are rarest in names and notes.
    private var probes: (Probe, Probe) {
        let common = Array(" etaoinsrlcdhumpgybfvkw".utf8)
        func rarity(_ byte: UInt8) -> Int { common.firstIndex(of: byte) ?? common.count }
        let order = needle.indices.sorted { rarity(needle[$0]) > rarity(needle[$1]) }
        func probe(_ index: Int) -> Probe {
            let byte = needle[index]
            return (index, byte, byte &- 97 < 26 ? 0x20 : 0)
        }
        return (probe(order[0]), probe(order[min(1, order.count - 1)]))
    }

    /// Writes 1 for each place where both probes fit; says whether there is one.
    private static func mark(
        _ candidates: inout Mask, _ a: UnsafeBufferPointer<UInt8>, _ b: UnsafeBufferPointer<UInt8>, _ first: Probe,
        _ second: Probe, _ length: Int
    ) -> Bool {
        let (x, xCase, y, yCase) = (first.byte, first.caseBit, second.byte, second.caseBit)
        var any: UInt8 = 0
        unsafe candidates.withUnsafeMutableBufferPointer { candidates in
            for index in 0..<length {
                let hit = unsafe (a[index] | xCase == x ? UInt8(1) : 0) & (b[index] | yCase == y ? 1 : 0)
                unsafe candidates[index] = hit
                any |= hit
            }
        }
        return any != 0
    }

    private func findsPlainly(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        let last = text.count - needle.count
        guard last >= 0 else { return false }
        return unsafe needle.withUnsafeBufferPointer { needle in
            switch test {
            case .startsWith: return unsafe TextSearch.matches(text, 0, needle)
            case .endsWith: return unsafe TextSearch.matches(text, last, needle)
            case .contains:
                guard let first = unsafe needle.first else { return true }
                for place in 0...last where unsafe TextOrder.fold(text[place]) == first {
                    if unsafe TextSearch.matches(text, place, needle) { return true }
                }
                return false
            }
        }
    }

    @inline(__always) private static func matches(
        _ text: UnsafeBufferPointer<UInt8>, _ place: Int, _ needle: UnsafeBufferPointer<UInt8>
    ) -> Bool {
        for index in 0..<needle.count where unsafe TextOrder.fold(text[place + index]) != needle[index] { return false }
        return true
    }
}
