// A bound change to one that can be made: the query's deals are selected, the new values computed, Pipeline works out what
// follows, and what was done is put into words. Nothing of the book changes here; whoever keeps the book makes the change.

import Engine
import Language
import Pipeline
import Values

extension StatementRunner {
    /// What a query that ends in a change comes to.
    func change(_ plan: Plan, _ written: ChangePlan, _ view: PastView, statement: String) throws -> Change {
        var run = QueryRun(
            book: view.book, calendar: view.calendar, execution: execution, files: files, sink: sink,
            ground: view.ground)
        let deals = try run.selection(plan)
        if let table = written.table {
            var change = try change(deals, of: table, written, view.book, statement: statement)
            change.lines += plan.resolved.map { "\($0.words) = \($0.meaning)" } + plan.notes + run.notes
            return change
        }
        let rows = try execution.rows(deals).map(Int.init)
        let edit = try edit(written, deals, view.book)
        let made = try placed(written.span) {
            try view.book.change(rows, edit, on: written.day, today: view.calendar.today)
        }
        let rest = (made.unchangedCount > 0 ? [ChangeWords.alike(made.unchangedCount)] : []) + made.notes
        var lines = ["no deals were selected: nothing changed"]
        if !made.rows.isEmpty {
            lines = ChangeWords.lines(made, written, settings: view.book.settings) + written.newNames + rest
        } else if !rows.isEmpty {
            lines = ["nothing changed: " + rest.joined(separator: "; ")]
        }
        lines += plan.resolved.map { "\($0.words) = \($0.meaning)" } + plan.notes + run.notes
        return Change(statement: statement, lines: lines, patch: made.patch, rowCount: made.rows.count)
    }

    /// `add deal "Acme renewal" with …`.
    func add(_ statement: AddDealStatement, in source: SourceText, book: Book) throws -> Change {
        let calendar = book.settings.calendar(clock: clock)
        var binder = try Binder(book: book, calendar: calendar, source: source, files: files)
        let written = try binder.bindNewDeal(statement)
        let blank = try blankRow(of: book.deals)
        let fields = try written.fields.map { try values(of: $0, blank, in: book.deals) }
        let (made, id) = try placed(statement.span) {
            try book.adding(deal: statement.name.text, fields, on: written.day)
        }
        let line = ChangeWords.added(id, statement.name.text, made, settings: book.settings)
        return Change(
            statement: source.text(statement.span), lines: [line] + written.newNames, patch: made.patch, rowCount: 1)
    }

    private func edit(_ written: ChangePlan, _ deals: Relation, _ book: Book) throws -> DealEdit {
        switch written.kind {
        case .set: return .set(try written.fields.map { try values(of: $0, deals, in: book.deals) })
        case .move: return .move(to: written.stage ?? "")
        case .advance: return .advance
        case .win: return .win
        case .lose(let reason): return .lose(because: reason?.text)
        case .reopen: return .reopen
        case .slip(let duration, let isNegative): return .slip(duration.duration, isBackward: isNegative)
        case .delete: return .delete
        }
    }

    /// The values of a field for the rows of a relation, as the column of a table holds them.
    func values(of field: FieldPlan, _ rows: Relation, in holder: Table) throws -> FieldEdit {
        guard let column = holder.column(field.column) else { return FieldEdit(field.column, .same(.missing)) }
        if case .constant(let cell, let type) = field.formula {
            return FieldEdit(
                field.column, .same(try cell.held(as: column.valueType, from: type, field)), in: field.currency)
        }
        return try placed(field.span) {
            let table = try execution.materialize(rows, [(name: "value", expression: field.formula)])
            let type = table.columns[0].valueType
            let cells = try table.columns[0].cells().map { try $0.held(as: column.valueType, from: type, field) }
            return FieldEdit(field.column, .each(cells))
        }
    }
}

extension Cell {
    /// The same value as a column of another type holds it; throws where that would lose some of it.
    fileprivate func held(as wanted: ValueType, from type: ValueType, _ field: FieldPlan) throws -> Cell {
        if wanted.representation == .real, let whole = integer { return .real(Double(whole)) }
        guard wanted.representation == .integer, case .real(let number) = self else { return self }
        // A computed share is a fraction, a stored one millionths; computed amounts are rounded to the cent.
        let scaled = wanted.type == .percent ? number * 1_000_000 : number
        let rounded = scaled.rounded(.toNearestOrAwayFromZero)
        guard let whole = Int64(exactly: rounded) else {
            throw Diagnostic(.overflow, "a value of \(field.name) is too large", at: field.span)
        }
        if wanted.type == .number, rounded != scaled {
            throw Diagnostic(.typeMismatch, "\(field.name) holds whole numbers", at: field.span, hint: "round(…)")
        }
        return .integer(whole)
    }
}
