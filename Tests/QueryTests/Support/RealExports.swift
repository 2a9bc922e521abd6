// Real exports of CRMs, which are no part of the project: in the folder that DEALSH_DATA names, or beside the package.
// Tests that need them are skipped without them, which is printed.

import Foundation
import Language
import Pipeline
import Query
import Storage
import Values

/// Real exports and the books that they make.
enum RealExports {
    /// The folder of all exports, when a file of it is there; else prints what is skipped.
    static func folder(with file: String) -> String? {
        let beside = CaseFile.folder.appendingPathComponent("../../../../shared/data").standardizedFileURL.path
        let path = ProcessInfo.processInfo.environment["DEALSH_DATA"] ?? beside
        if FileManager.default.fileExists(atPath: path + "/" + file) { return path }
        print("skipped: no \(file) in \(path) (DEALSH_DATA names the folder)")
        return nil
    }

    /// Reads files of a folder.
    struct Files: FileReading {
        var folder: String
        func textTable(at path: String) throws -> TextTable {
            try DelimitedReader.read(Array(Data(contentsOf: URL(fileURLWithPath: folder + "/" + path))), name: path)
        }
    }

    /// The book after imports of files in the folder, with what was said.
    static func book(_ imports: String, in folder: String, today: Day) throws -> (book: Book, lines: [String]) {
        var book = try Book(identity: BookIdentity(id: 1), settings: BookSettings(today: today))
        var lines: [String] = []
        var runner = StatementRunner(clock: today, files: Files(folder: folder))
        let source = SourceText(imports)
        for statement in Parser.parse(source).statements {
            if case .changed(let changed, let said) = try runner.run(statement, in: source, book: book) {
                book = changed
                lines += said
            }
        }
        return (book, lines)
    }
}
