// Case files: Tests/Cases/language/*.case. A case is "== TITLE", the input, "----", and what is expected of it. With
// DEALSH_RECORD=1 the expectations are written anew; the diff is then to be read.

#if canImport(Glibc)
    import Glibc
#endif

struct CaseFile {
    struct Case {
        var title: String
        var input: String
        var expected: String
    }
    let path: String
    var head = ""
    var cases: [Case] = []

    static let isRecording = getenv("DEALSH_RECORD") != nil

    init(_ name: String) throws {
        path = "Tests/Cases/language/\(name).case"
        let blocks = ("\n" + (try GrammarFile.read(path))).split(separator: "\n== ", omittingEmptySubsequences: false)
        head = CaseFile.trimmed(String(blocks[0].dropFirst()))
        for block in blocks.dropFirst() {
            let lines = block.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
            let split = lines.firstIndex(of: "----") ?? lines.count
            let expected = lines[min(split + 1, lines.count)...].joined(separator: "\n")
            cases.append(
                Case(
                    title: lines[0], input: lines[1..<split].joined(separator: "\n"),
                    expected: CaseFile.trimmed(expected)))
        }
    }

    static func trimmed(_ text: String) -> String {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        while let last = lines.last, last.isEmpty { lines.removeLast() }
        return lines.joined(separator: "\n")
    }

    /// Compares every case with what `answer` says, or records it.
    func check(_ answer: (String) -> String, _ report: (Case, String) -> Void) throws {
        var text = head
        for test in cases {
            let actual = CaseFile.trimmed(answer(test.input))
            if actual != test.expected, !CaseFile.isRecording { report(test, actual) }
            text += "\n\n== \(test.title)\n\(test.input)\n----\n\(actual)"
        }
        guard CaseFile.isRecording, let file = fopen(GrammarFile.packageFolder + "/" + path, "w") else { return }
        fputs(text + "\n", file)
        fclose(file)
    }
}
