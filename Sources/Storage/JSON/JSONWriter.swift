// Rows as JSON: one array of objects, or one object per line (NDJSON). Numbers keep their exact decimal text, a
// missing value is null, dates are strings.
internal import Values

/// Appends objects to a buffer.
struct JSONWriter: RowFormat {
    private let names: [[UInt8]]
    private let lines: Bool
    let wordQuote: UInt8? = UInt8(ascii: "\"")

    /// An array, or objects per line.
    init(names: [String], lines: Bool) {
        self.names = names.map { name in
            var out: [UInt8] = []
            JSONWriter.string(Array(name.utf8).span, &out)
            out.append(UInt8(ascii: ":"))
            return out
        }
        self.lines = lines
    }

    func head(_ names: [String], _ out: inout [UInt8]) {
        if !lines { out.append(UInt8(ascii: "[")) }
    }

    func beginRow(isFirst: Bool, _ out: inout [UInt8]) {
        if !lines { out.append(contentsOf: (isFirst ? "\n" : ",\n").utf8) }
        out.append(UInt8(ascii: "{"))
    }

    func beginCell(_ index: Int, _ out: inout [UInt8]) {
        if index > 0 { out.append(UInt8(ascii: ",")) }
        out.append(contentsOf: names[index])
    }

    func missing(_ out: inout [UInt8]) { out.append(contentsOf: "null".utf8) }

    func text(_ text: Span<UInt8>, _ out: inout [UInt8]) { JSONWriter.string(text, &out) }

    func endRow(_ out: inout [UInt8]) {
        out.append(UInt8(ascii: "}"))
        if lines { out.append(10) }
    }

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
