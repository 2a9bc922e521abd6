// `import`: a file's cells through Pipeline's import into a new book. What was understood is told column by column, so
// that a wrong guess is seen at once.

import Engine
import Language
import Pipeline
import Values

extension StatementRunner {
    func importing(_ statement: ImportStatement, in source: SourceText, book: Book) throws -> StatementResult {
        guard let files else {
            throw Diagnostic(.notAllowed, "files cannot be read here", at: statement.path.span)
        }
        let calendar = book.settings.calendar(clock: clock)
        var options = ImportOptions()
        var rejectsPath: TextLiteral?
        for option in statement.options {
            switch option {
            case .asOf(let clause):
                var binder = try Binder(book: book, calendar: calendar, source: source, files: nil)
                options.asOf = try binder.day(clause.day, after: "as of")
            case .key(let name, _): options.key = name.text
            case .mapping(let mappings, _):
                options.mappings += mappings.map {
                    ImportOptions.Mapping(column: $0.column.text, field: $0.field.text)
                }
            case .missingAs(let texts, _): options.missing += texts.map(\.text)
            case .missingDeals(let policy, _):
                options.missingDeals = ImportOptions.MissingDeals(policy)
            case .duplicates(let policy, _):
                options.duplicates = ImportOptions.Duplicates(policy)
            case .dates(let order, _): options.dates = DayMonthOrder(order)
            case .skippingBadRows(let path, _):
                options.skipsBadRows = true
                rejectsPath = path
            }
        }
        let path = statement.path
        let (changed, report, rejected) = try placed(path.span) {
            let file = try files.textTable(at: path.text)
            let (changed, report) = try book.importing(
                statement.table.text, from: file, options: options, today: calendar.today)
            return (changed, report, try StatementRunner.rejects(report, of: file))
        }
        var lines = StatementRunner.lines(report, path: path.text)
        if let rejectsPath, let rejected {
            guard let sink else {
                throw Diagnostic(.notAllowed, "rows cannot be saved here", at: rejectsPath.span)
            }
            let count = try placed(rejectsPath.span) { try sink.write(rejected, to: rejectsPath.text, guarded: false) }
            lines.append("\(Words.count(count, "row")) left out, saved with the reason to \(rejectsPath.text)")
        }
        return .changed(changed, lines)
    }

    /// What an import did and understood, a sentence a line.
    private static func lines(_ report: ImportReport, path: String) -> [String] {
        let thing = report.table == "deals" ? "deal" : "row"
        var counts = ["\(Words.grouped(report.addedCount)) new"]
        if report.updatedCount > 0 { counts.append("\(Words.grouped(report.updatedCount)) changed") }
        if report.unchangedCount > 0 { counts.append("\(Words.grouped(report.unchangedCount)) as they were") }
        let all = report.addedCount + report.updatedCount + report.unchangedCount
        var lines = [
            "imported \(Words.count(all, thing)) into \(report.table) from \(path): " + counts.joined(separator: ", ")
        ]
        if let crm = report.crm { lines.append("the headers are those of \(crm)") }
        let known = report.columns.filter { $0.field != nil && $0.isFixedField }
        let own = report.columns.filter { $0.field != nil && !$0.isFixedField }
        let dropped = report.columns.filter { $0.field == nil }
        if !known.isEmpty {
            lines.append(
                "columns: " + known.map { "\($0.header) → \($0.field ?? "") (\($0.reading))" }.joined(separator: ", "))
        }
        if !own.isEmpty {
            lines.append(
                "further columns: " + own.map { "\($0.field ?? $0.header) (\($0.reading))" }.joined(separator: ", "))
        }
        if !dropped.isEmpty {
            lines.append("not kept: " + dropped.map { "\($0.header) (\($0.reading))" }.joined(separator: ", "))
        }
        return lines + report.notes + report.advice
    }

    /// The rows that were left out, as the file had them, with the reason; `nil` when there are none.
    private static func rejects(_ report: ImportReport, of file: TextTable) throws -> Answer? {
        guard !report.rejects.isEmpty else { return nil }
        var columns: [Engine.Column] = []
        for (index, header) in file.header.enumerated() {
            let cells = report.rejects.map { Cell.text(file.text(row: $0.row, column: index)) }
            columns.append(try Engine.Column(name: header, valueType: .text, cells: cells))
        }
        var reason = "reason"
        while file.header.contains(reason) { reason += "_" }
        columns.append(
            try Engine.Column(name: reason, valueType: .text, cells: report.rejects.map { .text($0.reason) }))
        return Answer(
            shape: .rows, columns: columns.map { Answer.Column($0.name, .text) }, rows: AnswerRows(try Table(columns)))
    }
}

extension ImportOptions.Duplicates {
    /// What `last row wins` and `rows are lines` name.
    init(_ policy: DuplicatesPolicy) {
        switch policy {
        case .lastRow: self = .lastRowWins
        case .lines: self = .lines
        }
    }
}

extension ImportOptions.MissingDeals {
    /// What `missing deals are …` names.
    init(_ policy: MissingDealsPolicy) {
        switch policy {
        case .kept: self = .kept
        case .lost: self = .lost
        case .deleted: self = .deleted
        }
    }
}

extension DayMonthOrder {
    /// The order that `dates as …` names.
    init(_ order: DateOrder) {
        switch order {
        case .dayMonthYear: self = .dayFirst
        case .monthDayYear: self = .monthFirst
        case .yearMonthDay: self = .yearFirst
        }
    }
}
