// JSON as a table of text: an array of objects, an object with one such array somewhere inside it (what CRM
// interfaces answer with), or objects one after the other (NDJSON). An object is a row. What is nested becomes
// columns named with a dot, `Account.Name`, as Salesforce writes it; an array within a row stays text.
public import Values

/// Reads JSON and NDJSON.
public enum JSONReader {
    /// The table in bytes that are in memory.
    public static func read(_ file: [UInt8], name: String, lines: Bool = false) throws(Diagnostic) -> TextTable {
        try read(FileBytes(file), name: name, lines: lines)
    }

    /// The table in a file's bytes; with `lines` (NDJSON) even a single object is a row.
    /// - Throws: a diagnostic with line and column for anything that RFC 8259 does not allow, for a row that is
    ///   no object, a name given twice in one object, and a file without rows.
    public static func read(_ file: FileBytes, name: String, lines: Bool = false) throws(Diagnostic) -> TextTable {
        guard file.count <= Limits.textFileByteCountMax else {
            throw FileError(.read, name, code: FileError.tooLarge).diagnostic()
        }
        let text = try DecodedText(file, name: name, allowsWindows1252: false)
        var scanner = JSONScanner(text.bytes, from: text.start, name: name)
        scanner.skipSpace()
        var rows = JSONRows()
        var format = TextTable.Format.json
        switch scanner.next {
        case nil:
            throw Diagnostic(.fileEmpty, "\"\(name)\" is empty", hint: "expected an array of objects")
        case UInt8(ascii: "["):
            try rows.addArray(&scanner)
        case UInt8(ascii: "{"):
            var ahead = scanner
            var arrays = JSONArrays()
            try arrays.search(&ahead, path: "", depth: 0)
            ahead.skipSpace()
            if lines || ahead.next == UInt8(ascii: "{") {
                format = .ndjson
                while scanner.next != nil { try rows.addLine(&scanner) }
            } else if let only = try arrays.only(scanner) {
                scanner.index = only
                try rows.addArray(&scanner)
                scanner = ahead
            } else {
                try rows.addLine(&scanner)
            }
        default: throw scanner.unexpected("an array of objects")
        }
        scanner.skipSpace()
        guard scanner.next == nil else { throw scanner.unexpected("the end of the file") }
        return try rows.table(text, format: format, name: name)
    }
}

/// Arrays of objects found inside a document, not counting those inside of arrays.
private struct JSONArrays {
    private var found: [(path: String, start: Int)] = []

    /// Passes over a value, noting the arrays of objects in it.
    mutating func search(_ scanner: inout JSONScanner, path: String, depth: Int) throws(Diagnostic) {
        if scanner.next == UInt8(ascii: "[") {
            let start = scanner.index
            var inside = scanner
            _ = inside.take(UInt8(ascii: "["))
            if inside.next == UInt8(ascii: "{") { found.append((path, start)) }
        }
        guard scanner.next == UInt8(ascii: "{") else { return try scanner.skipValue(depth: depth) }
        try scanner.skipMembers(UInt8(ascii: "}"), depth: depth) { scanner throws(Diagnostic) in
            let key = try scanner.key().range
            let name = String(decoding: scanner.bytes[key], as: UTF8.self)
            try search(&scanner, path: path.isEmpty ? name : path + "." + name, depth: depth + 1)
        }
    }

    /// Where the only array begins; `nil` without any.
    func only(_ scanner: JSONScanner) throws(Diagnostic) -> Int? {
        guard found.count > 1 else { return found.first?.start }
        let paths = found.prefix(5).map { "\"\($0.path)\"" }.joined(separator: ", ")
        throw scanner.fault(
            found[1].start, "\(found.count) arrays of objects in one document: \(paths)", "one array is one table")
    }
}
