// What makes a session a conversation: the reader of keys, questions, the init file.

import Glibc
import Storage
import Values

extension Session {
    /// Talks at the terminal until the person leaves.
    func converse() -> ExitStatus {
        isConversation = true
        let assistant = SessionAssistant(self)
        let editor = LineEditor(
            variables: environment.variables, historyPath: options.skipsHistory ? nil : environment.historyPath,
            style: environment.lineStyle, palette: palette, assistant: assistant)
        let reader: any LineReader =
            editor ?? PlainReader(promptsTo: environment.outputIsTerminal ? STDOUT_FILENO : nil, assistant: assistant)
        self.reader = reader
        Interrupt.install()
        let loop = PromptLoop(self, reader: reader, kept: editor.map { editor in { editor.history.entries } })
        let status = loop.run()
        self.reader = nil
        return status
    }

    /// The answer to a question that is answered with yes or no; no when it cannot be asked.
    func ask(_ question: String) -> Bool {
        results.flush()
        guard let reader, case .text(let bytes) = reader.read(prompt: question, for: .answer) else { return false }
        let answer = DotCommand.trimmed(String(decoding: bytes, as: UTF8.self)).lowercased()
        return answer == "y" || answer == "yes"
    }

    /// Runs the init file, if there is one. What is wrong in it is told and stops nothing.
    func runInitFile() {
        guard let path = environment.initFilePath else { return }
        let bytes: [UInt8]
        do throws(FileError) {
            bytes = try LocalFileSystem().readWhole(path, byteCountMax: Limits.sourceByteCountMax)
        } catch {
            if error.code != FileError.notFound { reporter.report([error.diagnostic()], in: nil) }
            return
        }
        run(SourceText(bytes: bytes, name: path))
        status = .done
    }
}
