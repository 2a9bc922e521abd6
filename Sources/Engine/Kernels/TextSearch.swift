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
