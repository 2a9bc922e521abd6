// The two ways in which quoted text is written in files, undone: doubled quotes (CSV) and backslashes (JSON).
// Apart from the readers because a table of text keeps its cells as written and undoes them when asked.

/// Undoing of escapes inside quotes.
public enum TextEscapes {
    /// `say ""hi""` gives `say "hi"`; a lone quote stays.
    public static func undoublingQuotes<Bytes: RandomAccessCollection<UInt8>>(_ bytes: Bytes) -> [UInt8]
    where Bytes.Index == Int {
        var out: [UInt8] = []
        out.reserveCapacity(bytes.count)
        var index = bytes.startIndex
        while index < bytes.endIndex {
            let byte = bytes[index]
            out.append(byte)
            let doubled = byte == UInt8(ascii: "\"") && index + 1 < bytes.endIndex && bytes[index + 1] == byte
            index += doubled ? 2 : 1
        }
        return out
    }

    /// A JSON string's inside with its escapes undone. Never fails: what is no escape stays as it is, and a lone
    /// surrogate becomes U+FFFD (the JSON reader refuses both before).
    public static func undoingBackslashes<Bytes: RandomAccessCollection<UInt8>>(_ bytes: Bytes) -> [UInt8]
    where Bytes.Index == Int {
        var out: [UInt8] = []
        out.reserveCapacity(bytes.count)
        var index = bytes.startIndex
        while index < bytes.endIndex {
            guard bytes[index] == UInt8(ascii: "\\"), index + 1 < bytes.endIndex else {
                out.append(bytes[index])
                index += 1
                continue
            }
            let escape = bytes[index + 1]
            if escape == UInt8(ascii: "u"), let unit = hex(bytes, at: index + 2) {
                index += 6
                var scalar = UInt32(unit)
                if unit & 0xFC00 == 0xD800, index + 1 < bytes.endIndex, bytes[index] == UInt8(ascii: "\\"),
                    bytes[index + 1] == UInt8(ascii: "u"), let low = hex(bytes, at: index + 2), low & 0xFC00 == 0xDC00
                {
                    scalar = 0x10000 + (UInt32(unit) & 0x3FF) << 10 + UInt32(low) & 0x3FF
                    index += 6
                }
                append(Unicode.Scalar(scalar) ?? "\u{FFFD}", to: &out)
            } else if let plain = plain(escape) {
                out.append(plain)
                index += 2
            } else {
                out.append(bytes[index])
                index += 1
            }
        }
        return out
    }

    /// The byte that stands for `\n`, `\"` and the other two-character escapes of JSON; `nil` for any other letter.
    public static func plain(_ letter: UInt8) -> UInt8? {
        switch letter {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return letter
        case UInt8(ascii: "b"): return 8
        case UInt8(ascii: "f"): return 12
        case UInt8(ascii: "n"): return 10
        case UInt8(ascii: "r"): return 13
        case UInt8(ascii: "t"): return 9
        default: return nil
        }
    }

    /// Four hexadecimal digits as a UTF-16 unit; `nil` when there are not four.
    public static func hex<Bytes: RandomAccessCollection<UInt8>>(_ bytes: Bytes, at start: Int) -> UInt16?
    where Bytes.Index == Int {
        guard start >= bytes.startIndex, start + 4 <= bytes.endIndex else { return nil }
        var unit: UInt16 = 0
        for index in start..<start + 4 {
            let byte = bytes[index]
            switch byte {
            case 48...57: unit = unit << 4 | UInt16(byte - 48)
            case 65...70: unit = unit << 4 | UInt16(byte - 55)
            case 97...102: unit = unit << 4 | UInt16(byte - 87)
            default: return nil
            }
        }
        return unit
    }

    /// Appends a scalar as UTF-8.
    public static func append(_ scalar: Unicode.Scalar, to out: inout [UInt8]) {
        for byte in UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter { out.append(byte) }
    }
}
