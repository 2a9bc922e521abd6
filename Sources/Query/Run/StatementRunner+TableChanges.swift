// Bound changes of the tables beside the deals to ones that can be made, with the words for what they do.

import Engine
import Language
import Pipeline
import Values

extension StatementRunner {
    /// What a query of a table that ends in a change comes to.
    func change(
        _ rows: Relation, of table: ReferenceTable, _ written: ChangePlan, _ book: Book, statement: String
    ) throws -> Change {
        let places = try execution.rows(rows).map(Int.init)
        let edit: TableEdit
        if case .delete = written.kind {
            edit = .delete
        } else {
            edit = .set(try written.fields.map { try values(of: $0, rows, in: table.rows) })
        }
        let made = try placed(written.span) { try book.change(table: table.name, places, edit) }
        return Change(
            statement: statement,
            lines: TableChangeWords.lines(made, written, table, book.settings, selectedCount: places.count),
            patch: made.patch, rowCount: made.changedCount, rowNoun: table.singular)
    }

    /// `add account "Acme" with …`.
    func add(_ statement: AddRowStatement, in source: SourceText, book: Book) throws -> Change {
        let calendar = book.settings.calendar(clock: clock)
        var binder = try Binder(book: book, calendar: calendar, source: source, files: files)
        let written = try binder.bindNewRow(statement)
        guard let table = written.table else { throw Diagnostics([]) }
        let blank = try blankRow(of: table.rows)
        let fields = try written.fields.map { try values(of: $0, blank, in: table.rows) }
        let made = try placed(statement.span) {
            try book.adding(row: statement.name.text, to: table.name, fields)
        }
        return Change(
            statement: source.text(statement.span),
            lines: ["added the \(table.singular) \"\(statement.name.text)\""] + written.newNames + made.notes,
            patch: made.patch, rowCount: 1, rowNoun: table.singular)
    }

    /// One row in which every column is missing: what values that are computed of nothing but constants are computed of.
    func blankRow(of table: Table) throws -> Relation {
        let columns = try table.columns.map {
            try Engine.Column(name: $0.name, valueType: $0.valueType, repeating: .missing, count: 1)
        }
        return Relation(try Table(columns), rows: .ordered([0]))
    }
}

/// What a change of a table did, in words.
private enum TableChangeWords {
    /// `set sector of 3 accounts from food (2) and steel (1) to retail`, then what followed.
    static func lines(
        _ made: TableChange, _ written: ChangePlan, _ table: ReferenceTable, _ settings: BookSettings,
        selectedCount: Int
    ) -> [String] {
        let alike =
            "\(Words.count(made.unchangedCount, table.singular)) \(made.unchangedCount == 1 ? "was" : "were") so already"
        if selectedCount == 0 { return ["no \(table.name) were selected: nothing changed"] }
        if made.changedCount == 0 { return ["nothing changed: \(alike)"] }
        let rows = Words.count(made.changedCount, table.singular)
        var lines: [String] = []
        if case .delete = written.kind {
            lines.append("deleted \(rows)")
        } else {
            let words = FieldWords(currency: settings.currency, areSummed: false)
            var more = words.lines(made.fields, written.fields, of: made.changedCount, table.singular)
            var line = "set \(Words.list(written.fields.map(\.name))) of \(rows)"
            if written.fields.count == 1, !more.isEmpty { line += " " + more.removeFirst() }
            lines += [line] + more
        }
        if made.unchangedCount > 0 { lines.append(alike) }
        return lines + written.newNames + made.notes
    }
}
