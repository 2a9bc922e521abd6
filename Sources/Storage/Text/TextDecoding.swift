// From a file's bytes to UTF-8: which encoding it is, said in a note whenever it is not UTF-8. Apart from the
// readers because CSV and JSON need the same. Order of the decision: byte-order mark; UTF-16 without one (every
// other byte of the start is NUL); NUL bytes (no text); well-formed UTF-8; else Windows-1252, unless most
// of the non-ASCII is well-formed UTF-8 (then the file is UTF-8 with an error in it, told with its place).
internal import Engine
internal import Values

/// A text file as UTF-8.
struct DecodedText {
    /// UTF-8; begins with the byte-order mark if the file did.
    var bytes: FileBytes
    /// Where the text begins: 0, or 3 after a byte-order mark.
    var start: Int
    /// `read as UTF-16`, for the user.
    var notes: [String]

    /// Decodes a file's bytes; `name` is for messages. JSON, which is Unicode by definition, allows no Windows-1252.
    ///
    /// Large files are looked through on the threads of `execution`.
    init(
        _ file: FileBytes, name: String, allowsWindows1252: Bool = true,
        execution: Execution = Execution(threadCount: 1)
    ) throws(Diagnostic) {
        start = 0
        notes = []
        if let other = DecodedText.foreignFormat(file) {
            throw Diagnostic(.fileNotText, "\"\(name)\" is \(other.what)", hint: other.remedy)
        }
        if file.starts(with: [0xFF, 0xFE]) {
            bytes = try DecodedText.utf16(file, from: 2, bigEndian: false, name: name)
            notes = ["read as UTF-16"]
        } else if file.starts(with: [0xFE, 0xFF]) {
            bytes = try DecodedText.utf16(file, from: 2, bigEndian: true, name: name)
            notes = ["read as UTF-16 (big-endian)"]
        } else if let bigEndian = DecodedText.looksLikeUTF16(file) {
            bytes = try DecodedText.utf16(file, from: 0, bigEndian: bigEndian, name: name)
            notes = ["read as UTF-16 without a byte-order mark"]
        } else {
            let mark = file.starts(with: [0xEF, 0xBB, 0xBF])
            start = mark ? 3 : 0
            bytes = file
            let census: UTF8Census
            do { census = try UTF8Census(file, execution) } catch {
                throw Diagnostic(.cancelled, "reading \"\(name)\" was stopped")
            }
            if let nul = census.firstNul { throw DecodedText.binary(file, nul, name) }
            guard let first = census.firstIllFormed else { return }
            let place = TextTable.place(at: first, in: file)
            if mark || !allowsWindows1252 || census.wellFormedCount > census.illFormedCount {
                throw Diagnostic(
                    .badEncoding,
                    "\"\(name)\", \(place): the byte \(DecodedText.hexadecimal(file[first])) is not UTF-8",
                    hint: "save the file as UTF-8 again where it came from")
            }
            bytes = DecodedText.windows1252(file)
            notes = ["read as Windows-1252 (Latin-1): \(place) is not UTF-8"]
            return
        }
        if let nul = bytes.firstIndex(of: 0) { throw DecodedText.binary(bytes, nul, name) }
    }

    private static func binary(_ bytes: FileBytes, _ offset: Int, _ name: String) -> Diagnostic {
        Diagnostic(
            .fileNotText, "\"\(name)\", \(TextTable.place(at: offset, in: bytes)): a NUL byte; this is not a text file",
            hint: "expected CSV, TSV, JSON or NDJSON")
    }

    /// Formats that people hand to an import by mistake, told by their first bytes.
    private static func foreignFormat(_ file: FileBytes) -> (what: String, remedy: String)? {
        if file.starts(with: [0x50, 0x4B, 0x03, 0x04]) {
            return ("a spreadsheet workbook (.xlsx) or a zip archive, not a text file", "export it as CSV")
        }
        if file.starts(with: [0xD0, 0xCF, 0x11, 0xE0]) {
            return ("an old spreadsheet workbook (.xls), not a text file", "export it as CSV")
        }
        if file.starts(with: [0x1F, 0x8B]) { return ("compressed with gzip", "unpack it first") }
        if file.starts(with: [0x28, 0xB5, 0x2F, 0xFD]) { return ("compressed with zstd", "unpack it first") }
        if file.starts(with: Array("%PDF-".utf8)) { return ("a PDF document, not a text file", "export it as CSV") }
        if file.starts(with: Array("PAR1".utf8)) { return ("a Parquet file, not a text file", "export it as CSV") }
        if file.starts(with: Array("SQLite format 3".utf8)) { return ("an SQLite database", "export it as CSV") }
        return nil
    }

    /// `true` big-endian, `false` little-endian, `nil` not UTF-16: the first characters of a header are ASCII.
    private static func looksLikeUTF16(_ file: FileBytes) -> Bool? {
        guard file.count >= 4, file.count % 2 == 0 else { return nil }
        let head = file.prefix(64)
        let evenNULs = head.indices.filter { $0 % 2 == 0 && head[$0] == 0 }.count
        let oddNULs = head.indices.filter { $0 % 2 == 1 && head[$0] == 0 }.count
        if evenNULs == 0, oddNULs * 10 >= head.count / 2 * 9 { return false }
        if oddNULs == 0, evenNULs * 10 >= head.count / 2 * 9 { return true }
        return nil
    }

    private static func utf16(
        _ file: FileBytes, from first: Int, bigEndian: Bool, name: String
    ) throws(Diagnostic) -> FileBytes {
        guard (file.count - first) % 2 == 0 else {
            throw Diagnostic(
                .badEncoding, "\"\(name)\" is UTF-16 and ends in the middle of a character",
                hint: "the file was cut; export it again")
        }
        var out: [UInt8] = []
        out.reserveCapacity(file.count / 2 + file.count / 8)
        func unit(_ index: Int) -> UInt16 {
            let a = UInt16(file[index])
            let b = UInt16(file[index + 1])
            return bigEndian ? a << 8 | b : b << 8 | a
        }
        var index = first
        while index < file.count {
            let high = unit(index)
            index += 2
            var scalar = UInt32(high)
            if high & 0xF800 == 0xD800 {
                guard high < 0xDC00, index < file.count, unit(index) & 0xFC00 == 0xDC00 else {
                    throw Diagnostic(
                        .badEncoding,
                        "\"\(name)\", \(TextTable.place(at: out.count, in: FileBytes(out))): half of a UTF-16 pair stands alone",
                        hint: "save the file as UTF-8 where it came from")
                }
                scalar = 0x10000 + (UInt32(high) & 0x3FF) << 10 + UInt32(unit(index)) & 0x3FF
                index += 2
            }
            if scalar < 0x80 {
                out.append(UInt8(scalar))
            } else {
                TextEscapes.append(Unicode.Scalar(scalar) ?? "\u{FFFD}", to: &out)
            }
        }
        return FileBytes(out)
    }

    private static func windows1252(_ file: FileBytes) -> FileBytes {
        var out: [UInt8] = []
        out.reserveCapacity(file.count + file.count / 16)
        for byte in file {
            if byte < 0x80 {
                out.append(byte)
            } else {
                let scalar = byte < 0xA0 ? windows1252High[Int(byte) - 0x80] : UInt32(byte)
                TextEscapes.append(Unicode.Scalar(scalar) ?? "\u{FFFD}", to: &out)
            }
        }
        return FileBytes(out)
    }

    /// 0x80…0x9F of Windows-1252; the five bytes without a character stay control characters (WHATWG's table).
    private static let windows1252High: [UInt32] = [
        0x20AC, 0x81, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0x8D,
        0x017D, 0x8F, 0x90, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A,
        0x0153, 0x9D, 0x017E, 0x0178,
    ]

    static func hexadecimal(_ byte: UInt8) -> String {
        let digits = String(byte, radix: 16, uppercase: true)
        return "0x" + (digits.utf8.count < 2 ? "0" : "") + digits
    }
}
