// A path becomes a table of text: the file is read whole, its ending or its first character says which reader takes
// it. The one way in for imports and for files that are queried where they lie.
public import Engine
public import Values

/// Reading of text files as tables.
public enum TextFile {
    /// The table in a file: CSV and its kin, JSON or NDJSON.
    /// - Throws: a diagnostic; for a file that does not exist with the names near it as a note.
    public static func read(
        _ path: String, _ fileSystem: any FileSystem, execution: Execution = Execution()
    ) throws(Diagnostic) -> TextTable {
        let bytes: FileBytes
        do throws(FileError) {
            bytes = try fileSystem.content(
                of: path, byteCountMax: Limits.textFileByteCountMax, threadCount: execution.threadCount)
        } catch {
            throw error.diagnostic(notes: NearNames.notes(for: error, fileSystem))
        }
        return try read(bytes, name: path, execution: execution)
    }

    /// The table in a file's bytes; `name` is the file's path, for messages and for its ending.
    public static func read(
        _ bytes: [UInt8], name: String, execution: Execution = Execution()
    ) throws(Diagnostic) -> TextTable {
        try read(FileBytes(bytes), name: name, execution: execution)
    }

    private static func read(
        _ bytes: FileBytes, name: String, execution: Execution
    ) throws(Diagnostic) -> TextTable {
        switch ending(of: name) {
        case "json": return try JSONReader.read(bytes, name: name)
        case "ndjson", "jsonl": return try JSONReader.read(bytes, name: name, lines: true)
        case "csv", "tsv", "tab", "psv": return try DelimitedReader.read(bytes, name: name, execution: execution)
        default:
            let first = bytes.first { ![0xEF, 0xBB, 0xBF, 9, 10, 13, 32].contains($0) }
            let isJSON = first == UInt8(ascii: "{") || first == UInt8(ascii: "[")
            return isJSON
                ? try JSONReader.read(bytes, name: name)
                : try DelimitedReader.read(bytes, name: name, execution: execution)
        }
    }

    /// What follows the last dot of a path's last part, in lower case; empty without one.
    static func ending(of path: String) -> String {
        guard let file = path.split(separator: "/").last, let dot = file.lastIndex(of: ".") else { return "" }
        return file[file.index(after: dot)...].lowercased()
    }
}
