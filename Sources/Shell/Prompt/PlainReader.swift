// Reads lines where there is nothing to edit with: `TERM=dumb`, or a terminal in and a file out. Lines of an incomplete
// statement are joined, as at the prompt.

import Glibc

/// Lines from a descriptor, without editing.
public final class PlainReader: LineReader {
    private let input: Int32
    private let output: Int32?
    private let assistant: (any LineAssistant)?
    private var bytes: [UInt8] = []
    private var isAtEnd = false

    /// A reader; prompts go to `output`, or nowhere.
    public init(input: Int32 = 0, promptsTo output: Int32? = nil, assistant: (any LineAssistant)? = nil) {
        self.input = input
        self.output = output
        self.assistant = assistant
    }

    /// One statement, over as many lines as it takes; a last line without line feed counts.
    public func read(prompt: String, for purpose: LinePurpose) -> LineInput {
        var text: [UInt8] = []
        var isFirst = true
        while true {
            write(isFirst ? prompt : TextWidth.paddedLeft("... ", to: TextWidth.of(prompt)))
            guard let line = nextLine() else { return .interrupted }
            guard let line else { return text.isEmpty ? .end : .text(text) }
            text += isFirst ? line : [10] + line
            isFirst = false
            if purpose == .answer || assistant?.isComplete(text) ?? true { return .text(text) }
        }
    }

    /// A line without its end; `.some(nil)` at the end of input; `nil` when interrupted.
    private func nextLine() -> [UInt8]?? {
        while true {
            if let feed = bytes.firstIndex(of: 10) {
                var line = Array(bytes[..<feed])
                bytes.removeFirst(feed + 1)
                if line.last == 13 { line.removeLast() }
                return line
            }
            if isAtEnd {
                guard !bytes.isEmpty else { return .some(nil) }
                defer { bytes = [] }
                return bytes
            }
            guard let chunk = FileBytes.read(from: input) else {
                guard errno == EINTR else {
                    isAtEnd = true
                    continue
                }
                guard Interrupt.isRequested else { continue }
                Interrupt.clear()
                bytes = []
                write("\n")
                return nil
            }
            if chunk.isEmpty { isAtEnd = true } else { bytes += chunk }
        }
    }

    private func write(_ text: String) {
        if let output { FileBytes.write(Array(text.utf8), to: output) }
    }
}
