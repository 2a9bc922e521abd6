// Runs every case of Tests/Cases/shell against the built program.

import Foundation
import Testing

@Suite struct SessionCaseTests {
    private static let isRecording = ProcessInfo.processInfo.environment["DEALSH_RECORD"] == "1"

    @Test(.enabled(if: !isRecording), arguments: ShellCase.all())
    func result(of shellCase: ShellCase) throws {
        let result = try shellCase.run()
        #expect(result.output == shellCase.expected.output)
        #expect(result.errors == shellCase.expected.errors)
        #expect(result.exit == shellCase.expected.exit)
    }

    @Test func caseFilesAreFound() { #expect(!ShellCase.all().isEmpty) }

    @Test(.enabled(if: isRecording)) func record() throws {
        for name in Set(ShellCase.all().map(\.file)).sorted() {
            let (head, cases) = ShellCase.read(name)
            var text = head.isEmpty ? "" : head.joined(separator: "\n") + "\n"
            text += try cases.map { $0.text(try $0.run()) }.joined(separator: "\n")
            try Data(text.utf8).write(to: ShellCase.folder.appendingPathComponent(name))
        }
    }
}
