// Doing what a patch says. Each effect is checked against the book before anything of it is done, because patches come
// from files; when a later effect fails, the earlier ones are taken back by their own opposites.

import Engine
import Values

extension Book {
    /// Does what the patch says and gives the patch that takes it back. The book is as it was when it throws: a
    /// `file-damaged` diagnostic for a patch that does not fit the book.
    @discardableResult
    public mutating func apply(_ patch: Patch) throws -> Patch {
        var opposites: [Patch.Effect] = []
        do {
            for effect in patch.effects { opposites.append(try apply(effect)) }
        } catch {
            for effect in opposites.reversed() { _ = try apply(effect) }
            throw error is Diagnostic || error is EngineError ? error : Book.unfit("\(error)")
        }
        return Patch(opposites.reversed())
    }

    private static func unfit(_ what: String) -> Diagnostic {
        PipelineDiagnostics.damaged("a change does not fit the book: \(what)")
    }

    /// Does one effect and gives its opposite.
    private mutating func apply(_ effect: Patch.Effect) throws -> Patch.Effect {
        learned = LearnedTargets()
        switch effect {
        case .set(let target, let column, let rows, let values):
            return try change(target) { try Book.set(&$0, target, column, rows, values) }
        case .append(let target, let count, let columns):
            return try change(target) { table in
                try Book.append(&table, count, columns)
                return .removeLast(target, count: count)
            }
        case .removeLast(let target, let count):
            return try change(target) { try Book.removeLast(&$0, target, count) }
        case .delete(let target, let rows):
            return try change(target) { table in
                guard Set(rows).count == rows.count,
                    rows.allSatisfy({ $0 < table.rowCount && !table.deletedRows.contains($0) })
                else { throw Book.unfit("rows deleted that are not there") }
                for row in rows { table.delete(row: row) }
                return .restore(target, rows: rows)
            }
        case .restore(let target, let rows):
            return try change(target) { table in
                guard Set(rows).count == rows.count, rows.allSatisfy({ table.deletedRows.contains($0) }) else {
                    throw Book.unfit("rows restored that were not deleted")
                }
                for row in rows { table.restore(row: row) }
                return .delete(target, rows: rows)
            }
        case .addColumn(let target, let place, let column):
            return try change(target) { table in
                try table.insert(try column.made(table.rowCount), at: place)
                return .removeColumn(target, column: column.name)
            }
        case .removeColumn(let target, let name):
            return try change(target) { table in
                let fixedCount = target == .deals ? DealColumn.allCases.count : 0
                guard let place = table.columnIndex(name), place >= fixedCount else {
                    throw Book.unfit("a column taken away that must stay")
                }
                let column = try Patch.Column(table.columns[place], 0..<table.rowCount)
                table.removeColumn(place)
                return .addColumn(target, at: place, column)
            }
        case .addTable(let place, let table):
            guard (0...tables.count).contains(place), !tables.contains(where: { $0.name == table.name }) else {
                throw Book.unfit("a table that is there already")
            }
            tables.insert(try ReferenceTable(table), at: place)
            return .removeTable(table.name)
        case .removeTable(let name):
            guard let place = tables.firstIndex(where: { $0.name == name }) else {
                throw Book.unfit("no table \(name)")
            }
            let rows = try Patch.ReferenceRows(tables[place])
            tables.remove(at: place)
            return .addTable(at: place, rows)
        case .versions(let splice):
            guard splice.deals.allSatisfy({ $0 < deals.rowCount }) else { throw Book.unfit("versions of no deal") }
            return .versions(try history.splice(splice))
        case .pipelines(let changed):
            guard !changed.isEmpty else { throw Book.unfit("no pipeline") }
            let old = pipelines
            pipelines = changed
            try addStageNames()
            return .pipelines(old)
        case .settings(let changed):
            let old = settings
            settings = changed
            return .settings(old)
        case .lets(let changed):
            let old = lets
            lets = changed
            return .lets(old)
        case .scenarios(let changed):
            let old = scenarios
            scenarios = changed
            return .scenarios(old)
        }
    }

    /// Changes a table in its place: nobody else holds it meanwhile, so that its chunks need not be copied.
    private mutating func change(_ target: Patch.Target, _ body: (inout Table) throws -> Patch.Effect) throws
        -> Patch.Effect
    {
        switch target {
        case .deals: return try body(&deals)
        case .reference(let name):
            guard let place = tables.firstIndex(where: { $0.name == name }) else {
                throw Book.unfit("no table \(name)")
            }
            return try body(&tables[place].rows)
        }
    }

    private static func set(
        _ table: inout Table, _ target: Patch.Target, _ column: String, _ rows: [Int], _ values: Patch.Values
    ) throws -> Patch.Effect {
        guard let place = table.columnIndex(column) else { throw unfit("no column \(column)") }
        guard let cells = try values.cells(rows.count), Set(rows).count == rows.count,
            rows.allSatisfy({ $0 < table.rowCount })
        else { throw unfit("values for other rows") }
        let old = try table.columns[place].cells(at: rows)
        try table.set(rows: rows, column: place, to: cells)
        return .set(target, column: column, rows: rows, Patch.Values(old))
    }

    private static func append(_ table: inout Table, _ count: Int, _ columns: [Patch.Column]) throws {
        var byName: [String: Patch.Column] = [:]
        for column in columns { byName[column.name] = column }
        let added = try table.columns.map { column in
            guard let given = byName.removeValue(forKey: column.name) else {
                return try Column(name: column.name, valueType: column.valueType, repeating: .missing, count: count)
            }
            guard given.valueType == column.valueType else {
                throw unfit("new values of another type in \(column.name)")
            }
            return try given.made(count)
        }
        guard byName.isEmpty else { throw unfit("new values of no column") }
        try table.append(columns: added)
    }

    private static func removeLast(_ table: inout Table, _ target: Patch.Target, _ count: Int) throws -> Patch.Effect {
        let first = table.rowCount - count
        guard first >= 0,
            table.deletedRows.isEmpty || !(first..<table.rowCount).contains(where: table.deletedRows.contains)
        else { throw unfit("rows taken away that are not there") }
        let columns = try table.columns.map { try Patch.Column($0, first..<table.rowCount) }
        try table.removeLast(count)
        return .append(target, count: count, columns.filter { $0.values != .same(.missing) })
    }
}

extension Patch.Column {
    /// The values that a column has in a range of rows.
    init(_ column: Engine.Column, _ rows: Range<Int>) throws {
        self.init(name: column.name, valueType: column.valueType, values: try Patch.Values(column, rows))
    }

    /// The column with so many rows.
    func made(_ count: Int) throws -> Engine.Column {
        guard let made = try values.column(count, name: name, valueType: valueType) else {
            throw PipelineDiagnostics.damaged("a column \(name) of another length or kind")
        }
        return made
    }
}

extension Patch.ReferenceRows {
    /// The rows of a table as they are.
    init(_ table: ReferenceTable) throws {
        self.init(
            name: table.name, singular: table.singular, field: table.field, keyColumn: table.keyColumn,
            rowCount: table.rows.rowCount, deletedRows: table.rows.deletedRows.rows,
            columns: try table.rows.columns.map { try Patch.Column($0, 0..<table.rows.rowCount) })
    }
}

extension ReferenceTable {
    /// The table of these rows.
    init(_ table: Patch.ReferenceRows) throws {
        let columns = try table.columns.map { try $0.made(table.rowCount) }
        guard let key = columns.first(where: { $0.name == table.keyColumn }),
            [.text, .code].contains(key.representation)
        else { throw PipelineDiagnostics.damaged("the table \(table.name) lacks its key column \(table.keyColumn)") }
        guard table.deletedRows.allSatisfy({ $0 < table.rowCount }) else {
            throw PipelineDiagnostics.damaged("rows deleted that are not there")
        }
        self.init(
            name: table.name, singular: table.singular, field: table.field, keyColumn: table.keyColumn,
            rows: try Table(columns, deletedRows: RowSet(table.deletedRows)))
    }
}
