// `import`: a file's cells through Pipeline's import into a new book.

import Engine
import Language
import Pipeline
import Values

extension StatementRunner {
    func importing(_ statement: ImportStatement, in source: SourceText, book: Book) throws -> StatementResult {
        throw Diagnostic(.notAvailableYet, "import is not there yet", at: statement.span)
    }
}

extension Book {
    /// The rows of a file as a table, typed by its values.
    func plainTable(_ text: TextTable) throws -> Table {
        throw Diagnostic(.notAvailableYet, "files as sources are not there yet")
    }
}
