// Reads grammar/pql.ebnf into a tree. Small on purpose: it understands the notation that the file's head describes.

import Testing

#if canImport(Glibc)
    import Glibc
#endif

/// A part of a production.
indirect enum GrammarNode: Sendable {
    case word(String)
    case terminal(String)
    case production(String)
    case condition(String)
    case sequence([GrammarNode])
    case choice([GrammarNode])
    case optional(GrammarNode)
    case repetition(GrammarNode)
}

/// The productions of the grammar by name, and their text.
struct GrammarFile: Sendable {
    var productions: [String: GrammarNode] = [:]
    var texts: [String: String] = [:]
    var order: [String] = []

    /// The folder that holds Package.swift.
    static let packageFolder = #filePath.split(separator: "/").dropLast(4).map { "/" + $0 }.joined()

    static func read(_ path: String) throws -> String {
        guard let file = fopen(packageFolder + "/" + path, "r") else { throw GrammarError(text: "cannot read \(path)") }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        while case let byte = fgetc(file), byte != EOF { bytes.append(UInt8(byte)) }
        return String(decoding: bytes, as: UTF8.self)
    }

    static let shared = Result { try GrammarFile() }

    init() throws {
        var reader = Reader(text: Array(try GrammarFile.read("grammar/pql.ebnf").utf8))
        while let name = reader.token {
            reader.next()
            try reader.expect("=")
            let node = try reader.choice()
            try reader.expect(";")
            guard productions[name] == nil else { throw GrammarError(text: "\(name) is defined twice") }
            productions[name] = node
            order.append(name)
        }
    }

    struct GrammarError: Error { var text: String }

    /// Splits the file into tokens and reads choices.
    struct Reader {
        var tokens: [String] = []
        var index = 0

        init(text: [UInt8]) {
            var place = 0
            func take(until end: (Int) -> Bool) -> String {
                let start = place
                while place < text.count, !end(place) { place += 1 }
                return String(decoding: text[start..<place], as: UTF8.self)
            }
            while place < text.count {
                let byte = text[place]
                let next = place + 1 < text.count ? text[place + 1] : 0
                if byte == UInt8(ascii: "("), next == UInt8(ascii: "*") {
                    while place + 1 < text.count,
                        !(text[place] == UInt8(ascii: "*") && text[place + 1] == UInt8(ascii: ")"))
                    {
                        place += 1
                    }
                    place += 2
                } else if byte == UInt8(ascii: "\"") {
                    place += 1
                    tokens.append("\"" + take { text[$0] == UInt8(ascii: "\"") })
                    place += 1
                } else if byte == UInt8(ascii: "?") {
                    place += 1
                    let words = take { text[$0] == UInt8(ascii: "?") }
                    tokens.append("?" + words.split(whereSeparator: \.isWhitespace).joined(separator: " "))
                    place += 1
                } else if byte <= 32 {
                    place += 1
                } else if isLetter(byte) {
                    tokens.append(take { !isLetter(text[$0]) })
                } else {
                    tokens.append(String(UnicodeScalar(byte)))
                    place += 1
                }
            }
            func isLetter(_ byte: UInt8) -> Bool {
                byte >= 97 && byte <= 122 || byte >= 65 && byte <= 90 || byte == UInt8(ascii: "_")
            }
        }

        var token: String? { index < tokens.count ? tokens[index] : nil }
        mutating func next() { index += 1 }
        mutating func expect(_ sign: String) throws {
            guard token == sign else { throw GrammarError(text: "expected \(sign), found \(token ?? "the end")") }
            next()
        }

        mutating func choice() throws -> GrammarNode {
            var choices = [try sequence()]
            while token == "|" {
                next()
                choices.append(try sequence())
            }
            return choices.count == 1 ? choices[0] : .choice(choices)
        }

        mutating func sequence() throws -> GrammarNode {
            var parts: [GrammarNode] = []
            while let token, !["|", ";", "]", "}", ")"].contains(token) {
                next()
                switch token {
                case "[":
                    parts.append(.optional(try choice()))
                    try expect("]")
                case "{":
                    parts.append(.repetition(try choice()))
                    try expect("}")
                case "(":
                    parts.append(try choice())
                    try expect(")")
                default:
                    let rest = String(token.dropFirst())
                    if token.hasPrefix("\"") {
                        parts.append(.word(rest))
                    } else if token.hasPrefix("?") {
                        parts.append(.condition(rest))
                    } else if token.uppercased() == token {
                        parts.append(.terminal(token))
                    } else {
                        parts.append(.production(token))
                    }
                }
            }
            return parts.count == 1 ? parts[0] : .sequence(parts)
        }
    }
}
