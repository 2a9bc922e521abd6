// The catalogue of everything dealsh can complain about. The raw value is what `--errors json` prints: it is
// never renamed. Each case has a test that triggers it (a test compares this list with the cases).

/// The kind of a diagnostic; one section per step of a query's way.
public enum DiagnosticCode: String, CaseIterable, Sendable {
    // MARK: Language (lexer and parser)
    case unexpectedToken = "unexpected-token"
    case illFormedText = "ill-formed-text"
    case unclosedQuote = "unclosed-quote"
    case unclosedBracket = "unclosed-bracket"
    case foreignOperator = "foreign-operator"
    case malformedNumber = "malformed-number"
    case groupedNumber = "grouped-number"
    case numberTooLarge = "number-too-large"
    case foreignDay = "foreign-day"
    case noSuchDay = "no-such-day"
    case nestingTooDeep = "nesting-too-deep"
    case textTooLong = "text-too-long"
    case duplicateClause = "duplicate-clause"
    case changeNotLast = "change-not-last"
    case reservedName = "reserved-name"
    case nothingToContinue = "nothing-to-continue"

    // MARK: Query (binder and run)
    case unknownName = "unknown-name"
    case ambiguousName = "ambiguous-name"
    case twoReadings = "two-readings"
    case nameNeedsQuotes = "name-needs-quotes"
    case unknownFunction = "unknown-function"
    case unknownSetting = "unknown-setting"
    case wrongArguments = "wrong-arguments"
    case typeMismatch = "type-mismatch"
    case unitMissing = "unit-missing"
    case notYesNo = "not-yes-no"
    case notOneDay = "not-one-day"
    case emptyPeriod = "empty-period"
    case futurePeriod = "future-period"
    case contradiction = "contradiction"
    case duplicateColumn = "duplicate-column"
    case clauseNotForTable = "clause-not-for-table"
    case nothingToPivot = "nothing-to-pivot"
    case pivotTooWide = "pivot-too-wide"
    case badPattern = "bad-pattern"
    case letCycle = "let-cycle"
    case letArguments = "let-arguments"
    case letBroken = "let-broken"
    case nobodySet = "nobody-set"
    case expectFailed = "expect-failed"
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
    case fileNotFound = "file-not-found"
    case fileNotReadable = "file-not-readable"
    case fileNotWritable = "file-not-writable"
    case fileChanged = "file-changed"
    case fileDamaged = "file-damaged"
    case fileNotABook = "file-not-a-book"
    case fileTooNew = "file-too-new"
    case fileTooLarge = "file-too-large"
    case fileNotText = "file-not-text"
    case fileEmpty = "file-empty"
    case badEncoding = "bad-encoding"
    case textAfterQuote = "text-after-quote"
    case raggedRow = "ragged-row"
    case cellTooLong = "cell-too-long"
    case tooManyColumns = "too-many-columns"
    case duplicateHeader = "duplicate-header"
    case unnamedColumn = "unnamed-column"
    case noRows = "no-rows"
    case badJSON = "bad-json"

    // MARK: Shell (command line, prompt)
    case usage = "usage"
}
