// Strict JSON (RFC 8259), one value at a time over bytes that are known to be UTF-8. It copies nothing: strings and
// numbers are ranges of the input, so that a number keeps every digit it was written with. Nesting is limited, so
// that no input can exhaust the stack. Every error names line and column.
internal import Values

/// A cursor over JSON.
struct JSONScanner {
    let bytes: FileBytes
    let name: String
    var index: Int

    init(_ bytes: FileBytes, from start: Int, name: String) {
        self.bytes = bytes
        self.name = name
        index = start
    }

    /// The byte at the cursor; `nil` at the end.
    var next: UInt8? { index < bytes.count ? bytes[index] : nil }

    mutating func skipSpace() {
        while index < bytes.count {
            switch bytes[index] {
            case 9, 10, 13, 32: index += 1
            default: return
            }
        }
    }

    /// Passes over one byte and the space behind it, if it is that byte.
    mutating func take(_ byte: UInt8) -> Bool {
        guard next == byte else { return false }
        index += 1
        skipSpace()
        return true
    }

    /// A string at the cursor: the range between its quotes, and whether there are escapes in it.
    mutating func string() throws(Diagnostic) -> (range: Range<Int>, hasEscape: Bool) {
        let opening = index
        guard next == UInt8(ascii: "\"") else { throw unexpected("a string") }
        index += 1
        var hasEscape = false
        while let byte = next {
            switch byte {
            case UInt8(ascii: "\""):
                index += 1
                return (opening + 1..<index - 1, hasEscape)
            case UInt8(ascii: "\\"):
                hasEscape = true
                try escape()
            case 0..<32: throw fault(index, "a control character inside a string", "it is written \\n, \\t or \\u00XX")
            default: index += 1
            }
        }
        throw fault(opening, "this string is never closed", nil)
    }

    private mutating func escape() throws(Diagnostic) {
        let start = index
        guard start + 1 < bytes.count else { throw fault(start, "the file ends inside a string", nil) }
        guard bytes[start + 1] == UInt8(ascii: "u") else {
            guard TextEscapes.plain(bytes[start + 1]) != nil else {
                throw fault(
                    start, "an unknown escape in a string", "known are \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\uXXXX")
            }
            index += 2
            return
        }
        guard let unit = TextEscapes.hex(bytes[...], at: start + 2) else {
            throw fault(start, "\\u without four hexadecimal digits", nil)
        }
        index += 6
        guard unit & 0xF800 == 0xD800 else { return }
        let hasLow =
            index + 1 < bytes.count && bytes[index] == UInt8(ascii: "\\") && bytes[index + 1] == UInt8(ascii: "u")
        guard unit < 0xDC00, hasLow, let low = TextEscapes.hex(bytes[...], at: index + 2), low & 0xFC00 == 0xDC00 else {
            throw fault(start, "half of a UTF-16 pair stands alone", nil)
        }
        index += 6
    }

    /// A number at the cursor, as written.
    mutating func number() throws(Diagnostic) -> Range<Int> {
        let start = index
        if next == UInt8(ascii: "-") { index += 1 }
        func isDigit(_ byte: UInt8?) -> Bool { byte.map { $0 >= 48 && $0 <= 57 } ?? false }
        guard isDigit(next) else { throw unexpected("a digit") }
        if next == UInt8(ascii: "0") {
            index += 1
            if isDigit(next) { throw fault(start, "a number with a leading zero", "an id is written in quotes") }
        } else {
            while isDigit(next) { index += 1 }
        }
        if next == UInt8(ascii: ".") {
            index += 1
            guard isDigit(next) else { throw unexpected("a digit after the decimal point") }
            while isDigit(next) { index += 1 }
        }
        if next == UInt8(ascii: "e") || next == UInt8(ascii: "E") {
            index += 1
            if next == UInt8(ascii: "+") || next == UInt8(ascii: "-") { index += 1 }
            guard isDigit(next) else { throw unexpected("a digit of the exponent") }
            while isDigit(next) { index += 1 }
        }
        return start..<index
    }

    /// `true`, `false` or `null` at the cursor.
    mutating func word() throws(Diagnostic) -> Range<Int> {
        for word in ["true", "false", "null"] where bytes[index...].starts(with: word.utf8) {
            index += word.utf8.count
            return index - word.utf8.count..<index
        }
        throw unexpected("a value")
    }

    /// Passes over any value, checking it whole; `depth` counts what encloses it.
    mutating func skipValue(depth: Int) throws(Diagnostic) {
        switch next {
        case UInt8(ascii: "\""): _ = try string()
        case UInt8(ascii: "{"):
            try skipMembers(UInt8(ascii: "}"), depth: depth) { scanner throws(Diagnostic) in
                try scanner.key()
                try scanner.skipValue(depth: depth + 1)
            }
        case UInt8(ascii: "["):
            try skipMembers(UInt8(ascii: "]"), depth: depth) { scanner throws(Diagnostic) in
                try scanner.skipValue(depth: depth + 1)
            }
        case UInt8(ascii: "-"), .some(48...57): _ = try number()
        default: _ = try word()
        }
    }

    /// The members of an object or array at the cursor, one call each with the cursor on it.
    mutating func skipMembers(
        _ closing: UInt8, depth: Int, _ member: (inout JSONScanner) throws(Diagnostic) -> Void
    ) throws(Diagnostic) {
        let opening = index
        guard depth < Limits.nestingDepthMax else {
            throw fault(index, "more than \(Limits.nestingDepthMax) values inside one another", nil)
        }
        index += 1
        skipSpace()
        if next == closing {
            index += 1
            return
        }
        while true {
            try member(&self)
            skipSpace()
            if next == closing {
                index += 1
                return
            }
            guard next != nil else {
                throw fault(opening, "this bracket is never closed", "the file may have been cut")
            }
            guard take(UInt8(ascii: ",")) else {
                throw unexpected("a comma or \"\(Character(Unicode.Scalar(closing)))\"")
            }
            if next == closing { throw fault(index, "a comma before the closing bracket", nil) }
        }
    }

    /// A member's name at the cursor with its colon.
    @discardableResult
    mutating func key() throws(Diagnostic) -> (range: Range<Int>, hasEscape: Bool) {
        guard next == UInt8(ascii: "\"") else { throw unexpected("a name in quotes") }
        let found = try string()
        skipSpace()
        guard take(UInt8(ascii: ":")) else { throw unexpected("a colon") }
        return found
    }

    /// Something else than expected at the cursor.
    func unexpected(_ expected: String) -> Diagnostic {
        guard let byte = next else {
            return fault(index, "the file ends, expected \(expected)", "the file may have been cut")
        }
        var end = index + 1
        while end < bytes.count, bytes[end] & 0xC0 == 0x80 { end += 1 }
        let found =
            byte < 32
            ? DecodedText.hexadecimal(byte) : "\"" + String(decoding: bytes[index..<end], as: UTF8.self) + "\""
        return fault(index, "expected \(expected), found \(found)", nil)
    }

    func fault(_ offset: Int, _ message: String, _ hint: String?) -> Diagnostic {
        Diagnostic(.badJSON, "\"\(name)\", \(TextTable.place(at: offset, in: bytes)): \(message)", hint: hint)
    }
}
