// Rows as CSV or TSV (RFC 4180, lines ended by LF). A missing value is an empty field. `guarded` protects people who
// open the file in a spreadsheet: a text that a spreadsheet would run as a formula gets an apostrophe before it.
internal import Engine

/// Appends fields and lines to a buffer.
struct DelimitedWriter: RowFormat {
    let delimiter: UInt8
    let guarded: Bool
    let columnCount: Int

    init(delimiter: UInt8, guarded: Bool, columnCount: Int) {
        self.delimiter = delimiter
        self.guarded = guarded
        self.columnCount = columnCount
    }

    func head(_ names: [String], _ out: inout [UInt8]) {
        for (index, name) in names.enumerated() {
            if index > 0 { out.append(delimiter) }
            field(name, .text, &out)
        }
        out.append(10)
    }

    mutating func beginRow(_ out: inout [UInt8]) {}

    func cell(_ index: Int, _ value: (text: String, kind: CellText.Kind)?, _ out: inout [UInt8]) {
        if index > 0 { out.append(delimiter) }
        if let value {
            field(value.text, value.kind, &out)
        } else if columnCount == 1 {
            // An empty line would be no row at all to most readers.
            out.append(contentsOf: "\"\"".utf8)
        }
    }

    func endRow(_ out: inout [UInt8]) { out.append(10) }

    func tail(_ out: inout [UInt8]) {}

    private func field(_ text: String, _ kind: CellText.Kind, _ out: inout [UInt8]) {
        if kind != .text {
            out.append(contentsOf: text.utf8)
            return
        }
        let mark = guarded && DelimitedWriter.isFormula(text) ? "'" : ""
        guard text.isEmpty || mustQuote(text) else {
            out.append(contentsOf: mark.utf8)
            out.append(contentsOf: text.utf8)
            return
        }
        out.append(UInt8(ascii: "\""))
        out.append(contentsOf: mark.utf8)
        for byte in text.utf8 {
            out.append(byte)
            if byte == UInt8(ascii: "\"") { out.append(byte) }
        }
        out.append(UInt8(ascii: "\""))
    }

    private func mustQuote(_ text: String) -> Bool {
        if text.utf8.first == 32 || text.utf8.last == 32 { return true }
        return text.utf8.contains { $0 == delimiter || $0 == UInt8(ascii: "\"") || $0 == 10 || $0 == 13 }
    }

    /// Whether a spreadsheet may take the text for a formula: it begins with = + - @, tab or CR and is no number.
    static func isFormula(_ text: String) -> Bool {
        switch text.utf8.first {
        case UInt8(ascii: "="), UInt8(ascii: "@"), 9, 13: return true
        case UInt8(ascii: "+"), UInt8(ascii: "-"):
            let digits = text.utf8.dropFirst()
            let isNumber =
                digits.contains { $0 >= 48 && $0 <= 57 }
                && digits.allSatisfy { ($0 >= 48 && $0 <= 57) || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: ",") }
            return !isNumber
        default: return false
        }
    }
}
