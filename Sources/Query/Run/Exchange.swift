// The two things that statements need from the world of files, as protocols that a session implements with Storage:
// Query and Storage do not know each other.

public import Values

/// Reads files that a query or an import names.
public protocol FileReading {
    /// The cells of a CSV, TSV or JSON file as texts; throws a `Diagnostic` whose span is `nil`.
    func textTable(at path: String) throws -> TextTable
}

/// Takes the rows of a `save "out.csv"`.
public protocol RowSink {
    /// Writes every column of the answer to the file, in the format of the path's ending, and gives the number of
    /// rows; `guarded` makes cells harmless that a spreadsheet would run. Throws a `Diagnostic` whose span is `nil`.
    func write(_ answer: Answer, to path: String, guarded: Bool) throws -> Int
}
