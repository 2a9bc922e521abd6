// What makes a session a conversation: the reader of keys, questions, the init file.

import Glibc
import Pipeline
import Storage
import Values

extension Session {
    /// Talks at the terminal until the person leaves.
    func converse() -> ExitStatus {
        isConversation = true
        takeLock()
        let assistant = SessionAssistant(self)
        let reader = StandardReader.make(
            in: environment, colour: options.colour,
            historyPath: options.skipsHistory ? nil : environment.historyPath, assistant: assistant)
        self.reader = reader
        Interrupt.install()
        let loop = PromptLoop(
            self, reader: reader, kept: (reader as? LineEditor).map { editor in { editor.history.entries } })
        let status = loop.run()
        endWriting()
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
        let log = book.log
        let sequence = book.identity.sequence
        run(SourceText(bytes: bytes, name: path))
        // Nor are they changes of this book that anybody would take back.
        if file?.store.isWriter != true {
            book.log = log
            book.identity.sequence = sequence
        }
        // What it defines is there at every start: nothing that could be lost.
        status = .done
        hasUnsavedChanges = false
        hasUnsavedData = false
    }
}
