// Text that a person wrote, and places in it. Lexer, parser, binder and messages all speak of the same spans.

/// A half-open range of bytes in a source text.
public struct SourceSpan: Hashable, Sendable {
    /// Offset of the first byte.
    public var start: Int
    /// Offset after the last byte; equal to `start` for a place between two bytes.
    public var end: Int

    /// A span from `start` up to `end`.
    public init(_ start: Int, _ end: Int) {
        self.start = start
        self.end = max(start, end)
    }

    /// The smallest span that holds both.
    public func union(_ other: SourceSpan) -> SourceSpan {
        SourceSpan(min(start, other.start), max(end, other.end))
    }
    /// The number of bytes.
    public var byteCount: Int { end - start }
}

/// One piece of input: a line typed, a `-c` argument, a script file. Any bytes, valid UTF-8 or not.
public struct SourceText: Sendable {
    /// How messages name it: a file's path, or `nil` for something typed.
    public let name: String?
    /// The bytes as they came.
    public let bytes: [UInt8]

    /// A text from bytes.
    public init(bytes: [UInt8], name: String? = nil) {
        self.bytes = bytes
        self.name = name
    }

    /// A text from a string.
    public init(_ text: String, name: String? = nil) { self.init(bytes: Array(text.utf8), name: name) }

    /// Whether these ASCII letters stand somewhere in a part of the text, by default in all of it, case ignored.
    public func contains(word: String, in part: SourceSpan? = nil) -> Bool {
        let wanted = Array(word.utf8)
        let first = min(max(0, part?.start ?? 0), bytes.count)
        let last = min(part?.end ?? bytes.count, bytes.count) - wanted.count
        guard !wanted.isEmpty, first <= last else { return false }
        for start in first...last {
            var length = 0
            while length < wanted.count, bytes[start + length] | 0x20 == wanted[length] | 0x20 { length += 1 }
            if length == wanted.count { return true }
        }
        return false
    }

    /// The text of a span, ill-formed bytes replaced by U+FFFD; spans are clamped to the text.
    public func text(_ span: SourceSpan) -> String {
        let start = min(max(0, span.start), bytes.count)
        let end = min(max(start, span.end), bytes.count)
        return String(decoding: bytes[start..<end], as: UTF8.self)
    }

    /// The line (from 1) that holds the byte offset, and the span of that line without its line end.
    public func line(at offset: Int) -> (number: Int, span: SourceSpan) {
        let place = min(max(0, offset), bytes.count)
        var number = 1
        var start = 0
        for index in 0..<place where bytes[index] == 10 {
            number += 1
            start = index + 1
        }
        var end = start
        while end < bytes.count, bytes[end] != 10 { end += 1 }
        if end > start, bytes[end - 1] == 13 { end -= 1 }
        return (number, SourceSpan(start, max(end, start)))
    }
}
