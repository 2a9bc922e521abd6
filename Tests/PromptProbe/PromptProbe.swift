// A program with nothing but the prompt, for tests through a pseudo-terminal: it echoes what was entered.
// `PROBE_HISTORY` names the history's file. `busy` works until Ctrl-C; a text that ends in `|` goes on.

import Glibc
import Shell

/// A small language: five keywords, some stages with counts.
final class ProbeAssistant: LineAssistant {
    private let words = ["deals", "forecast", "funnel", "help", "open"]
    private let stages = [
        ("Negotiation", "41 · $1.2m"), ("Negotiated Elsewhere", "2 · $5k"), ("Qualification", "120 · $3.4m"),
        ("Closed Won", "9 · $80k"), ("東京 stage", "1 · $1k"),
    ]

    func isComplete(_ text: [UInt8]) -> Bool { text.last { $0 != 32 && $0 != 10 } != UInt8(ascii: "|") }

    func highlights(_ text: [UInt8]) -> [Highlight] {
        var found: [Highlight] = []
        var start: Int?
        for index in 0...text.count {
            let isWord = index < text.count && text[index] != 32 && text[index] != 10
            if isWord, start == nil { start = index }
            if !isWord, let first = start {
                let word = String(decoding: text[first..<index], as: UTF8.self)
                if words.contains(word) { found.append(Highlight(first..<index, .keyword)) }
                if word.hasPrefix("$") { found.append(Highlight(first..<index, .number)) }
                start = nil
            }
        }
        return found
    }

    func completions(_ text: [UInt8], cursor: Int) -> [Completion] {
        let before = Array(text[..<cursor])
        let start = (before.lastIndex { $0 == 32 || $0 == 10 } ?? -1) + 1
        let typed = String(decoding: before[start...], as: UTF8.self).lowercased()
        let isStage = String(decoding: before[..<start], as: UTF8.self).hasSuffix("in ")
        let pool = isStage ? stages : words.map { ($0, "") }
        return pool.filter { $0.0.lowercased().hasPrefix(typed) }.map { title, detail in
            Completion(title, detail: detail.isEmpty ? nil : detail, replacing: start..<cursor)
        }
    }
}

@main struct PromptProbe {
    static func main() {
        let variables = ["TERM", "HOME", "EDITRC", "PROBE_HISTORY", "NO_COLOR"].reduce(into: [String: String]()) {
            if let value = getenv($1) { $0[$1] = String(cString: value) }
        }
        let assistant = ProbeAssistant()
        let isColoured = variables["NO_COLOR"] == nil
        let editor = LineEditor(
            variables: variables, historyPath: variables["PROBE_HISTORY"], style: .unicode,
            palette: Palette(isColoured: isColoured), assistant: assistant)
        let reader: any LineReader = editor ?? PlainReader(promptsTo: 1, assistant: assistant)
        while true {
            switch reader.read(prompt: "deals> ", for: .statement) {
            case .end:
                say("end")
                return
            case .interrupted: say("interrupted")
            case .text(let bytes):
                let text = String(decoding: bytes, as: UTF8.self)
                if text == "busy" { work() } else { say(summary(text)) }
                if text == "ask", case .text(let answer) = reader.read(prompt: "sure? ", for: .answer) {
                    say("answer <\(String(decoding: answer, as: UTF8.self))>")
                }
            }
        }
    }

    /// The text in angle brackets; a long one as its size and a checksum that the test can compute too.
    private static func summary(_ text: String) -> String {
        guard text.utf8.count > 300 else {
            return "<" + text.split(separator: "\n").map { VisibleText.of(String($0)) }.joined(separator: "/") + ">"
        }
        let sum = text.utf8.reduce(UInt64(5381)) { ($0 &* 33) ^ UInt64($1) }
        return "\(text.utf8.count) bytes, sum \(sum)"
    }

    private static func work() {
        Interrupt.clear()
        say("working")
        while !Interrupt.isRequested { usleep(5_000) }
        say("stopped")
    }

    private static func say(_ text: String) {
        var bytes = Array((text + "\n").utf8)
        while !bytes.isEmpty {
            let count = write(1, bytes, bytes.count)
            guard count > 0 else { return }
            bytes.removeFirst(count)
        }
    }
}
