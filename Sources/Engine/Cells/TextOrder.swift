// How texts compare: ignoring case first, by bytes where that leaves a tie. One definition for sorting, dictionaries,
// conditions and groups, so that they can never disagree.
//
// Folding: ASCII letters by themselves; a text with other characters by Unicode lower-casing.

/// The order and equality of texts that ignore case.
public enum TextOrder {
    /// The text with case removed; two texts are equal ignoring case when their foldings have equal bytes.
    public static func folded(_ text: String) -> String {
        text.lowercased()
    }

    /// Whether `left` stands before `right`: by folded bytes, then by bytes.
    public static func precedes(_ left: String, _ right: String) -> Bool {
        order(left, right) < 0
    }

    /// Whether they are equal ignoring case.
    public static func equal(_ left: String, _ right: String) -> Bool {
        var left = left
        var right = right
        return left.withUTF8 { a in right.withUTF8 { b in unsafe foldedOrder(a, b) == 0 } }
    }

    /// Negative, 0 or positive: by folded bytes, then by bytes; 0 only for identical texts.
    public static func order(_ left: String, _ right: String) -> Int {
        var left = left
        var right = right
        return left.withUTF8 { a in right.withUTF8 { b in unsafe order(a, b) } }
    }

    /// Negative, 0 or positive: by bytes.
    static func byteOrder(_ left: String, _ right: String) -> Int {
        var left = left
        var right = right
        return left.withUTF8 { a in right.withUTF8 { b in unsafe byteOrder(a, b) } }
    }

    /// Negative, 0 or positive: by folded bytes, then by bytes.
    static func order(_ left: UnsafeBufferPointer<UInt8>, _ right: UnsafeBufferPointer<UInt8>) -> Int {
        let folded = unsafe foldedOrder(left, right)
        return folded != 0 ? folded : unsafe byteOrder(left, right)
    }

    /// Negative, 0 or positive: by folded bytes.
    static func foldedOrder(_ left: UnsafeBufferPointer<UInt8>, _ right: UnsafeBufferPointer<UInt8>) -> Int {
        let shared = min(left.count, right.count)
        var index = 0
        while index < shared {
            // SAFETY: index is below both counts.
            let a = unsafe left[index]
            let b = unsafe right[index]
            if (a | b) >= 0x80 { return unsafe wideOrder(left, right) }
            let x = fold(a)
            let y = fold(b)
            if x != y { return Int(x) - Int(y) }
            index += 1
        }
        return left.count - right.count
    }

    /// ASCII lower-casing of one byte.
    @inline(__always) static func fold(_ byte: UInt8) -> UInt8 {
        byte &+ (byte &- 65 < 26 ? 32 : 0)
    }

    private static func wideOrder(_ left: UnsafeBufferPointer<UInt8>, _ right: UnsafeBufferPointer<UInt8>) -> Int {
        var a = unsafe folded(String(decoding: left, as: UTF8.self))
        var b = unsafe folded(String(decoding: right, as: UTF8.self))
        return a.withUTF8 { a in b.withUTF8 { b in unsafe byteOrder(a, b) } }
    }

    static func byteOrder(_ left: UnsafeBufferPointer<UInt8>, _ right: UnsafeBufferPointer<UInt8>) -> Int {
        let shared = min(left.count, right.count)
        for index in 0..<shared {
            let a = unsafe left[index]
            let b = unsafe right[index]
            if a != b { return Int(a) - Int(b) }
        }
        return left.count - right.count
    }
}
