// Changes of the tables beside the deals: `accounts where … | set sector = …`, `products | delete`, `add account …`. The
// rules for names are those of the deals' fields; what only deals have (stages, dates of changes) is refused in words.

import Engine
import Language
import Pipeline
import Values

extension Binder {
    /// A change of the rows of a table that the book holds.
    mutating func bindTableChange(_ step: ChangeStep) throws(Diagnostic) {
        guard let table = book.tables.first(where: { NameIndex.key($0.name) == NameIndex.key(planSource?.name ?? "") })
        else { throw Diagnostic(.badChange, "these rows belong to no table of the book", at: step.kindSpan) }
        if let on = step.on {
            throw Diagnostic(
                .badChange, "\(table.name) have no history, so their changes have no day", at: on.span,
                hint: "without on")
        }
        var plan = ChangePlan(
            table: table, kind: step.kind, span: step.span, isDated: false, day: calendar.today)
        switch step.kind {
        case .set(let assignments):
            for assignment in assignments {
                plan.fields.append(try newValue(assignment, in: table, &plan.newNames))
            }
        case .delete: break
        case .move, .advance, .win, .lose, .reopen, .slip:
            throw Diagnostic(
                .badChange, "\(step.kind.word) changes deals, and these rows are \(table.name)", at: step.kindSpan,
                hint: "\(table.name) … | set, or delete")
        }
        change = plan
    }

    /// The columns of a new row of a table.
    mutating func bindNewRow(_ statement: AddRowStatement) throws -> ChangePlan {
        var plan: ChangePlan?
        try collecting { (binder) throws(Diagnostic) in
            let table = try binder.changedTable(statement.table)
            try binder.useTable(table.rows, name: table.name, rowNoun: table.singular, at: statement.table.span)
            var made = ChangePlan(
                table: table, kind: .set(statement.values), span: statement.span, isDated: false,
                day: binder.calendar.today)
            for assignment in statement.values {
                made.fields.append(try binder.newValue(assignment, in: table, &made.newNames))
            }
            plan = made
        }
        guard let plan, problems.isEmpty else { throw Diagnostics(problems) }
        return plan
    }

    private func changedTable(_ written: Name) throws(Diagnostic) -> ReferenceTable {
        if let table = book.table(named: written.text) { return table }
        if BookListing.allCases.contains(where: { [$0.rawValue, $0.singular].contains(written.text.lowercased()) }) {
            throw Diagnostic(
                .badChange, "the book has no table of \(written.text): what it lists is what the deals name",
                at: written.span, hint: "import a table, or set the field of a deal")
        }
        throw NameList("table", names: ["deal"] + book.tables.map(\.singular)).unknown(written.text, at: written.span)
    }

    private mutating func newValue(
        _ assignment: Assignment, in table: ReferenceTable, _ newNames: inout [String]
    ) throws(Diagnostic) -> FieldPlan {
        let written = assignment.name
        let names = table.rows.columns.map(\.name)
        guard let place = NameIndex(names).exact(written.text) else {
            throw inFull(NameList("column", names: names), written.text, written.span)
        }
        let formula = try value(
            assignment.value, for: bound(table.rows.columns[place], at: place, span: written.span), isOpen: true,
            &newNames)
        return FieldPlan(name: names[place], column: names[place], formula: formula, span: assignment.value.span)
    }
}
