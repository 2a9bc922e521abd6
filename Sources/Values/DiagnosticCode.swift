// The catalogue of everything dealsh can complain about. The raw value is what `--errors json` prints: it is
// never renamed. Each case has a test that triggers it (a test compares this list with the cases).

/// The kind of a diagnostic; one section per step of a query's way.
public enum DiagnosticCode: String, CaseIterable, Sendable {
    // MARK: Language (lexer and parser)
    case unexpectedToken = "unexpected-token"

    // MARK: Query (binder and run)
    case unknownName = "unknown-name"
    case notAvailableYet = "not-available-yet"

    // MARK: Engine
    case overflow = "overflow"
    case cancelled = "cancelled"

    // MARK: Pipeline (book, import)
    case badCell = "bad-cell"
    case badPipeline = "bad-pipeline"
    case ambiguousDates = "ambiguous-dates"
    case missingColumn = "missing-column"
    case duplicateIdentifier = "duplicate-identifier"
    case unknownStage = "unknown-stage"
    case badImportOption = "bad-import-option"
    case badSetting = "bad-setting"

    // MARK: Storage (files)
    case fileNotReadable = "file-not-readable"
    case fileNotWritable = "file-not-writable"
    case fileDamaged = "file-damaged"

    // MARK: Shell (command line, prompt)
    case usage = "usage"
}
