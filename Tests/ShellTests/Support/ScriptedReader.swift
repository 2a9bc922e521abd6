// A reader that types what a test tells it, for sessions without a terminal.

import Shell

/// Gives the inputs in turn, then the end; keeps the prompts that were shown.
final class ScriptedReader: LineReader {
    private var inputs: [LineInput]
    private(set) var prompts: [String] = []

    init(_ inputs: [LineInput]) { self.inputs = inputs }
    convenience init(lines: [String]) { self.init(lines.map { .text(Array($0.utf8)) }) }

    func read(prompt: String, for purpose: LinePurpose) -> LineInput {
        prompts.append(prompt)
        return inputs.isEmpty ? .end : inputs.removeFirst()
    }
}
