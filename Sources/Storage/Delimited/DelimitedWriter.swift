// Rows as CSV or TSV (RFC 4180, lines ended by LF). A missing value is an empty field. `guarded` protects people who
// open the file in a spreadsheet: a text that a spreadsheet would run as a formula gets an apostrophe before it.
internal import Values

/// Appends fields and lines to a buffer.
struct DelimitedWriter: RowFormat {
    let leads: [[UInt8]]
    let missing: [UInt8]
    let rowEnd: [UInt8] = [10]
    let wordQuote: UInt8? = nil
    private let delimiter: UInt8
    private let guarded: Bool

    init(delimiter: UInt8, guarded: Bool, columnCount: Int) {
        self.delimiter = delimiter
        self.guarded = guarded
        leads = (0..<columnCount).map { $0 == 0 ? [] : [delimiter] }
        // An empty line would be no row at all to most readers.
        missing = columnCount == 1 ? Array("\"\"".utf8) : []
    }

    func head(_ names: [String], _ out: inout [UInt8]) {
        for (index, name) in names.enumerated() {
            out += leads[index]
            text(Array(name.utf8).span, &out)
        }
        out.append(10)
    }

    func rowStart(isFirst: Bool) -> [UInt8] { [] }

    func text(_ text: Span<UInt8>, _ out: inout [UInt8]) {
        let quote = UInt8(ascii: "\"")
        let isQuoted = mustQuote(text)
        if isQuoted { out.append(quote) }
        if guarded, DelimitedWriter.isFormula(text) { out.append(UInt8(ascii: "'")) }
        if isQuoted {
            for index in text.indices {
                out.append(text[index])
                if text[index] == quote { out.append(quote) }
            }
            out.append(quote)
        } else {
            // SAFETY: the pointer is used within the call only.
            unsafe text.withUnsafeBufferPointer { unsafe out.append(contentsOf: $0) }
        }
    }

    func tail(hasRows: Bool, _ out: inout [UInt8]) {}

    /// An empty text is quoted, so that it differs from a missing one.
    private func mustQuote(_ text: Span<UInt8>) -> Bool {
        guard !text.isEmpty, text[0] != 32, text[text.count - 1] != 32 else { return true }
        for index in text.indices {
            let byte = text[index]
            if byte == delimiter || byte == UInt8(ascii: "\"") || byte == 10 || byte == 13 { return true }
        }
        return false
    }

    /// Whether a spreadsheet may take the text for a formula: it begins with = + - @, tab or CR and is no number.
    private static func isFormula(_ text: Span<UInt8>) -> Bool {
        guard !text.isEmpty else { return false }
        switch text[0] {
        case UInt8(ascii: "="), UInt8(ascii: "@"), 9, 13: return true
        case UInt8(ascii: "+"), UInt8(ascii: "-"):
            var hasDigit = false
            for index in 1..<text.count {
                switch text[index] {
                case 48...57: hasDigit = true
                case UInt8(ascii: "."), UInt8(ascii: ","): break
                default: return true
                }
            }
            return !hasDigit
        default: return false
        }
    }
}
