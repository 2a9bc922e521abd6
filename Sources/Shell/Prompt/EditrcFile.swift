// `~/.editrc`, the person's own keys for every program on libedit. libedit could read it alone, but two things must be
// known of it: which editing mode it asks for, because choosing one resets every binding, and which sequences it
// binds, because those must reach libedit undecoded.

import Glibc

/// The lines of an editrc file that concern this program.
struct EditrcFile {
    /// Whether vi keys are asked for.
    var isVi = false
    /// The other lines as they stand.
    var lines: [String] = []
    /// Sequences beginning with ESC [ or ESC O that are bound to something.
    var boundSequences: Set<[UInt8]> = []

    /// The file named by `EDITRC`, else `~/.editrc`; empty when there is none.
    static func load(variables: [String: String]) -> EditrcFile {
        let path = variables["EDITRC"] ?? variables["HOME"].map { $0 + "/.editrc" }
        guard let path, let bytes = FileBytes.read(path) else { return EditrcFile() }
        return EditrcFile(text: String(decoding: bytes, as: UTF8.self))
    }

    init() {}

    /// Reads the text of such a file.
    init(text: String) {
        for line in text.split(separator: "\n") {
            guard let words = EditrcFile.words(line), var command = words.first else { continue }
            // `program:command` is for that program alone.
            if let colon = command.firstIndex(of: ":") {
                guard command[..<colon] == "dealsh" || command[..<colon] == "*" else { continue }
                command = String(command[command.index(after: colon)...])
            }
            if command == "bind", words.contains("-v") || words.contains("-e"), words.count == 2 {
                isVi = words[1] == "-v"
            } else if command == "edit" {
                continue
            } else {
                if command == "bind" { noteSequence(words) }
                lines.append(String(line))
            }
        }
    }

    private mutating func noteSequence(_ words: [String]) {
        guard let key = words.dropFirst().first(where: { !$0.hasPrefix("-") }) else { return }
        let bytes = EditrcFile.keyBytes(key)
        if bytes.count > 2, bytes[0] == 0x1b, bytes[1] == UInt8(ascii: "[") || bytes[1] == UInt8(ascii: "O") {
            boundSequences.insert(bytes)
        }
    }

    /// Words of a line, quotes and backslashes as in libedit's tokenizer; `nil` for a blank line or a comment.
    static func words(_ line: Substring) -> [String]? {
        var words: [String] = []
        var word: String?
        var quote: Character?
        var isEscaped = false
        for character in line {
            if isEscaped {
                // Kept, because a key is written with escapes of its own.
                word = (word ?? "") + (quote == nil && !"\\^enabtv0123456789".contains(character) ? "" : "\\")
                word?.append(character)
                isEscaped = false
            } else if character == "\\" {
                isEscaped = true
            } else if character == quote {
                quote = nil
            } else if quote == nil, character == "\"" || character == "'" {
                quote = character
                word = word ?? ""
            } else if quote == nil, character == " " || character == "\t" {
                if let done = word { words.append(done) }
                word = nil
            } else if quote == nil, character == "#", word == nil, words.isEmpty {
                return nil
            } else {
                word = (word ?? "") + String(character)
            }
        }
        if let done = word { words.append(done) }
        return words.isEmpty ? nil : words
    }

    /// The bytes of a key in the notation of `bind`: `^[[A`, `\e[A`, `\033[A`.
    static func keyBytes(_ key: String) -> [UInt8] {
        var out: [UInt8] = []
        var rest = Array(key.utf8)[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "^"), let next = rest.popFirst() {
                out.append(next == UInt8(ascii: "?") ? 0x7f : next & 0x1f)
            } else if byte == UInt8(ascii: "\\"), let next = rest.popFirst() {
                if next == UInt8(ascii: "e") || next == UInt8(ascii: "E") {
                    out.append(0x1b)
                } else if (0x30...0x37).contains(next) {
                    var value = Int(next - 0x30)
                    for _ in 0..<2 {
                        guard let digit = rest.first, (0x30...0x37).contains(digit) else { break }
                        value = value * 8 + Int(digit - 0x30)
                        rest.removeFirst()
                    }
                    out.append(UInt8(truncatingIfNeeded: value))
                } else {
                    out.append(next)
                }
            } else {
                out.append(byte)
            }
        }
        return out
    }
}
