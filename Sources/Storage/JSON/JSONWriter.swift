// Rows as JSON: one array of objects, or one object per line (NDJSON). Numbers keep their exact decimal text, a
// missing value is null, dates are strings.
internal import Values

/// Appends objects to a buffer.
struct JSONWriter: RowFormat {
    let leads: [[UInt8]]
    let missing = Array("null".utf8)
    let rowEnd: [UInt8]
    let wordQuote: UInt8? = UInt8(ascii: "\"")
    private let lines: Bool

    /// An array, or objects per line.
    init(names: [String], lines: Bool) {
        self.lines = lines
        rowEnd = Array((lines ? "}\n" : "}").utf8)
        leads = names.enumerated().map { index, name in
            var out = index == 0 ? [] : [UInt8(ascii: ",")]
            JSONWriter.string(Array(name.utf8).span, &out)
            out.append(UInt8(ascii: ":"))
            return out
        }
    }

    func head(_ names: [String], _ out: inout [UInt8]) {
        if !lines { out.append(UInt8(ascii: "[")) }
    }

    func rowStart(isFirst: Bool) -> [UInt8] { Array((lines ? "{" : isFirst ? "\n{" : ",\n{").utf8) }

    func text(_ text: Span<UInt8>, _ out: inout [UInt8]) { JSONWriter.string(text, &out) }

    func tail(hasRows: Bool, _ out: inout [UInt8]) {
        if !lines { out.append(contentsOf: (hasRows ? "\n]\n" : "]\n").utf8) }
    }

    /// A JSON string with its quotes: quotes, backslashes and control characters escaped, the rest as UTF-8.
    static func string(_ text: Span<UInt8>, _ out: inout [UInt8]) {
        out.append(UInt8(ascii: "\""))
        guard needsEscape(text) else {
            // SAFETY: the pointer is used within the call only.
            unsafe text.withUnsafeBufferPointer { unsafe out.append(contentsOf: $0) }
            out.append(UInt8(ascii: "\""))
            return
        }
        for index in text.indices {
            let byte = text[index]
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                out.append(UInt8(ascii: "\\"))
                out.append(byte)
            case 10: out.append(contentsOf: "\\n".utf8)
            case 13: out.append(contentsOf: "\\r".utf8)
            case 9: out.append(contentsOf: "\\t".utf8)
            case 0..<32, 127:
                let digits = String(byte, radix: 16)
                out.append(contentsOf: ("\\u00" + (digits.utf8.count < 2 ? "0" : "") + digits).utf8)
            default: out.append(byte)
            }
        }
        out.append(UInt8(ascii: "\""))
    }

    private static func needsEscape(_ text: Span<UInt8>) -> Bool {
        for index in text.indices {
            let byte = text[index]
            if byte < 32 || byte == 127 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { return true }
        }
        return false
    }
}
