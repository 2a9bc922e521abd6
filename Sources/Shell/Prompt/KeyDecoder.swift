// Bytes from the terminal → keys. Sequences of arrows and the like become actions, a bracketed paste one key with its
// text, and every sequence that means nothing here is swallowed whole instead of typing its letters.

/// One key.
enum Key: Equatable {
    /// A character, for libedit.
    case character(Unicode.Scalar)
    /// One of our own.
    case action(EditAction)
    /// A pasted text: line ends are line feeds.
    case paste([Unicode.Scalar])
    /// Nothing to do.
    case ignored
}

/// A stateful decoder; keeps what is not complete yet.
struct KeyDecoder {
    private var bytes: [UInt8] = []
    private var at = 0
    private var pasted: [UInt8]?
    /// Sequences that `~/.editrc` binds: they are left to libedit.
    var boundSequences: Set<[UInt8]> = []

    private static let pasteStart = Array("\u{1b}[200~".utf8)
    private static let pasteEnd = Array("\u{1b}[201~".utf8)

    /// Bytes of a paste at most: more than a script may have is cut off.
    private static let pasteByteCountMax = 64 << 20

    /// Whether a sequence has begun: its rest comes at once, or it was the escape key.
    var isWaitingForRest: Bool { pasted == nil && at < bytes.count && bytes[at] == 0x1b }
    /// Whether the middle of a paste was read.
    var isInPaste: Bool { pasted != nil }

    /// A decoder with the same settings that has read nothing.
    func emptied() -> KeyDecoder {
        var fresh = KeyDecoder()
        fresh.boundSequences = boundSequences
        return fresh
    }

    /// Takes bytes that were read.
    mutating func add(_ more: some Sequence<UInt8>) {
        if at > 0 {
            bytes.removeFirst(at)
            at = 0
        }
        bytes.append(contentsOf: more)
    }

    /// The next key; `nil` when more bytes are needed. `final` tells that no more will come soon: an escape is then a
    /// key of its own, and what remains of a sequence is dropped.
    mutating func next(final: Bool = false) -> [Key]? {
        if pasted != nil { return continuePaste() }
        guard at < bytes.count else { return nil }
        let byte = bytes[at]
        if byte == 0x1b { return sequence(final: final) }
        if byte < 0x80 {
            at += 1
            return [.character(Unicode.Scalar(byte))]
        }
        return scalar(final: final)
    }

    /// A character of several bytes; ill-formed ones give U+FFFD.
    private mutating func scalar(final: Bool) -> [Key]? {
        let lead = bytes[at]
        let count = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2
        let there = bytes[(at + 1)...].prefix(count - 1).prefix { $0 & 0xc0 == 0x80 }.count
        if lead >= 0xc2, lead < 0xf5, there < count - 1, at + 1 + there == bytes.count, !final { return nil }
        let piece = bytes[at..<(at + 1 + (lead >= 0xc2 && lead < 0xf5 ? there : 0))]
        at += piece.count
        let scalar = String(decoding: piece, as: UTF8.self).unicodeScalars.first ?? "\u{fffd}"
        // The codes that stand for actions cannot be typed.
        return [(0x80..<0xa0).contains(scalar.value) ? .ignored : .character(scalar)]
    }

    private mutating func sequence(final: Bool) -> [Key]? {
        guard at + 1 < bytes.count else {
            guard final else { return nil }
            at += 1
            return [.character("\u{1b}")]
        }
        guard let end = endOfSequence() else {
            guard final else { return nil }
            at = bytes.count
            return [.ignored]
        }
        guard end > at + 1 else {
            // An escape before another one, or before a character: Meta, or the escape key in vi.
            at += 1
            return [.character("\u{1b}")]
        }
        let piece = Array(bytes[at..<end])
        at = end
        if piece == KeyDecoder.pasteStart {
            pasted = []
            return continuePaste() ?? [.ignored]
        }
        if boundSequences.contains(piece) { return piece.map { .character(Unicode.Scalar($0)) } }
        return [KeyDecoder.key(piece)]
    }

    /// The place after the sequence that begins at `at`; `nil` while it is not complete; `at + 1` when the escape
    /// stands for itself.
    private func endOfSequence() -> Int? {
        switch bytes[at + 1] {
        case UInt8(ascii: "["):
            var end = at + 2
            // The Linux console's function keys: ESC [ [ A.
            if end < bytes.count, bytes[end] == UInt8(ascii: "[") { end += 1 }
            while end < bytes.count, (0x20...0x3f).contains(bytes[end]) { end += 1 }
            guard end < bytes.count else { return nil }
            // A byte that cannot be in a sequence ends it without belonging to it.
            return (0x40...0x7e).contains(bytes[end]) ? end + 1 : end
        case UInt8(ascii: "O"):
            return at + 2 < bytes.count ? at + 3 : nil
        case UInt8(ascii: "]"), UInt8(ascii: "P"), UInt8(ascii: "X"), UInt8(ascii: "^"):
            // A report of the terminal, up to BEL or ESC \.
            var end = at + 2
            while end < bytes.count {
                if bytes[end] == 0x07 { return end + 1 }
                if bytes[end] == 0x1b { return end + 1 < bytes.count ? end + 2 : nil }
                end += 1
            }
            return nil
        default:
            return at + 1
        }
    }

    private static func key(_ piece: [UInt8]) -> Key {
        let text = String(decoding: piece.dropFirst(2), as: UTF8.self)
        // A second bracket: a function key of the Linux console, whatever follows it.
        guard let final = text.last, text.first != "[" else { return .ignored }
        let parts = text.dropLast().split(separator: ";", omittingEmptySubsequences: false)
        let modifier = parts.count > 1 ? Int(parts[1]) ?? 1 : 1
        // Shift is 1, Alt 2, Ctrl 4, all plus one.
        let isWord = modifier > 1 && (modifier - 1) & 6 != 0
        if piece[1] == UInt8(ascii: "O"), text == "c" || text == "d" {
            return .action(text == "c" ? .wordRight : .wordLeft)
        }
        switch final {
        case "A": return .action(.up)
        case "B": return .action(.down)
        case "C": return .action(isWord ? .wordRight : .right)
        case "D": return .action(isWord ? .wordLeft : .left)
        case "H": return .action(.lineStart)
        case "F": return .action(.lineEnd)
        case "M" where piece[1] == UInt8(ascii: "O"): return .action(.enter)
        case "~":
            switch parts.first {
            case "1", "7": return .action(.lineStart)
            case "4", "8": return .action(.lineEnd)
            case "3": return .action(isWord ? .killWordForward : .deleteForward)
            default: return .ignored
            }
        default: return .ignored
        }
    }

    private mutating func continuePaste() -> [Key]? {
        guard var text = pasted else { return nil }
        // Held by one variable only, so that appending copies nothing.
        pasted = nil
        // The end mark may be cut by the end of what was read, so search a little before.
        let old = text.count
        text.append(contentsOf: bytes[at...])
        bytes = []
        at = 0
        let mark = KeyDecoder.pasteEnd
        var start = max(0, old - mark.count)
        while start + mark.count <= text.count {
            if text[start] == 0x1b, Array(text[start..<start + mark.count]) == mark {
                bytes = Array(text[(start + mark.count)...])
                return [.paste(KeyDecoder.lines(text[..<start].prefix(KeyDecoder.pasteByteCountMax)))]
            }
            start += 1
        }
        pasted = text
        return nil
    }

    /// Pasted bytes as text: line ends as line feeds, those at the end dropped, NUL dropped.
    private static func lines(_ bytes: ArraySlice<UInt8>) -> [Unicode.Scalar] {
        var out: [Unicode.Scalar] = []
        var wasReturn = false
        for scalar in String(decoding: bytes, as: UTF8.self).unicodeScalars {
            switch scalar {
            case "\r": out.append("\n")
            case "\n": if !wasReturn { out.append("\n") }
            case "\0": break
            default: out.append(scalar)
            }
            wasReturn = scalar == "\r"
        }
        while out.last == "\n" { out.removeLast() }
        return out
    }
}
