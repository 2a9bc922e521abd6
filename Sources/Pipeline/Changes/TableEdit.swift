// Changes of the tables beside the deals (accounts, products, targets, rates): rows get new values, go, or are added. Such
// a table has no history, so nothing is dated; its promise is that every row has a key and no two the same.
//
// The keys of targets and rates are made of their other columns and follow them; all other keys are the person's.

import Engine
import Values

/// Something to be done to rows of a table beside the deals.
public enum TableEdit: Sendable {
    /// Gives columns new values, one per row.
    case set([FieldEdit])
    /// Takes rows out of the table.
    case delete
}

/// A change of a table that was checked and not made yet.
public struct TableChange: Sendable {
    /// The effects.
    public var patch: Patch
    /// How many rows change.
    public var changedCount: Int
    /// How many of the selected rows were as the change would make them already.
    public var unchangedCount: Int
    /// What became of the columns that the edit sets, in the order it names them.
    public var fields: [FieldChange] = []
    /// Whole sentences on what followed.
    public var notes: [String]
}

extension Book {
    /// The change that an edit of these rows of a table comes to; values are given in the order of the rows.
    ///
    /// Throws a `Diagnostic` without a place when any of the rows cannot be changed so: then none is.
    /// - Complexity: O(rows), and a pass over the keys where keys change.
    public func change(table name: String, _ rows: [Int], _ edit: TableEdit) throws -> TableChange {
        let table = try changedTable(name)
        switch edit {
        case .delete:
            let effects = rows.isEmpty ? [] : [Patch.Effect.delete(.reference(table.name), rows: rows.sorted())]
            return TableChange(
                patch: Patch(effects), changedCount: rows.count, unchangedCount: 0,
                notes: try goneKeys(of: table, rows).map { [$0] } ?? [])
        case .set(let fields):
            var changer = TableChanger(table: table, rows: rows)
            for field in fields { try changer.set(field) }
            try finish(&changer)
            let changed = try changer.changed()
            return TableChange(
                patch: changed.patch, changedCount: changed.count, unchangedCount: rows.count - changed.count,
                fields: try fields.compactMap { try changer.fieldChange($0.column) },
                notes: try goneKeys(of: table, changer.renamed()).map { [$0] } ?? [])
        }
    }

    /// The change that adds a row under this key with these values (one each).
    ///
    /// Throws a `Diagnostic` without a place when a value cannot be.
    public func adding(row key: String, to name: String, _ fields: [FieldEdit]) throws -> TableChange {
        let table = try changedTable(name)
        if let derived = DerivedKey(table) { throw derived.notAdded }
        var changer = TableChanger(adding: table)
        try changer.set(FieldEdit(table.keyColumn, .same(.text(key))))
        for field in fields { try changer.set(field) }
        try finish(&changer)
        return TableChange(patch: changer.addition, changedCount: 1, unchangedCount: 0, notes: [])
    }

    private func changedTable(_ name: String) throws -> ReferenceTable {
        guard let table = tables.first(where: { NameIndex.key($0.name) == NameIndex.key(name) }) else {
            throw ChangeDiagnostics.refused("the book has no table \(name)")
        }
        return table
    }

    /// Makes the keys follow, and checks them.
    private func finish(_ changer: inout TableChanger) throws {
        if let derived = DerivedKey(changer.table) { try changer.follow(derived, in: self) }
        try changer.checkKeys()
    }

    /// `3 deals name accounts that are not listed any more: Acme, Globex`, of the keys that these rows have.
    private func goneKeys(of table: ReferenceTable, _ rows: [Int]) throws -> String? {
        guard let field = table.field, !rows.isEmpty, let keys = table.rows.column(table.keyColumn) else { return nil }
        let used = try names(ofColumn: field)
        var gone: [(name: String, count: Int)] = []
        for name in try keys.cells(at: rows).compactMap(\.text) {
            guard let place = used.exact(name), used.counts[place] > 0 else { continue }
            gone.append((name, used.counts[place]))
        }
        guard !gone.isEmpty else { return nil }
        let count = gone.reduce(0) { $0 + $1.count }
        let listed = gone.prefix(3).map(\.name).joined(separator: ", ") + (gone.count > 3 ? ", …" : "")
        return
            "\(EnglishPlural.counted(count, "deal")) \(count == 1 ? "names" : "name") what \(table.name) do not list any more: \(listed)"
    }
}

/// New values of some rows of one table, aside until all of them are checked.
private struct TableChanger {
    let table: ReferenceTable
    /// The rows that change; a row behind the last one is new.
    let rows: [Int]
    private let isNew: Bool
    /// The new values by column, in the order of the rows.
    private var after: [String: [Cell]] = [:]
    private var stated: Set<String> = []

    init(table: ReferenceTable, rows: [Int]) {
        self.table = table
        self.rows = rows
        isNew = false
    }

    init(adding table: ReferenceTable) {
        self.table = table
        rows = [table.rows.rowCount]
        isNew = true
    }

    mutating func set(_ field: FieldEdit) throws {
        guard table.rows.columnIndex(field.column) != nil, let cells = try field.values.cells(rows.count) else {
            throw ChangeDiagnostics.refused("\(table.name) have no column \(field.column)")
        }
        guard stated.insert(field.column).inserted || (isNew && field.column == table.keyColumn) else {
            throw ChangeDiagnostics.refused("\(field.column) is set twice")
        }
        after[field.column] = cells
    }

    /// The values that a column will have.
    private func cells(_ name: String) throws -> [Cell] {
        if let changed = after[name] { return changed }
        guard !isNew, let column = table.rows.column(name) else {
            return Array(repeating: .missing, count: rows.count)
        }
        return try column.cells(at: rows)
    }

    /// Makes keys of the columns that they are made of.
    mutating func follow(_ derived: DerivedKey, in book: Book) throws {
        guard !stated.contains(table.keyColumn) else {
            throw ChangeDiagnostics.refused(
                "\(table.keyColumn) follows from other columns and cannot be set",
                hint: "set " + derived.columns.joined(separator: ", "))
        }
        guard !stated.isEmpty else { return }
        let parts = try derived.columns.map { try cells($0) }
        after[table.keyColumn] = try rows.indices.map { place in
            .text(try derived.key(parts.map { $0[place] }, book))
        }
    }

    /// Every row has a key and no two the same, whatever the case of their letters.
    func checkKeys() throws {
        guard let new = after[table.keyColumn], let keys = table.rows.column(table.keyColumn) else { return }
        var taken: Set<String> = []
        let changing = Set(rows)
        for (row, cell) in try keys.cells().enumerated()
        where !changing.contains(row) && !table.rows.deletedRows.contains(row) {
            if let key = cell.text { taken.insert(NameIndex.key(key)) }
        }
        for cell in new {
            guard let key = cell.text, !key.isEmpty else {
                throw ChangeDiagnostics.refused(
                    "a row of \(table.name) needs a key, its \(table.keyColumn)")
            }
            guard taken.insert(NameIndex.key(key)).inserted else {
                throw ChangeDiagnostics.refused("there is \(Self.article(table.singular)) \"\(key)\" already")
            }
        }
    }

    private static func article(_ noun: String) -> String {
        (noun.first.map { "aeiou".contains($0) } == true ? "an " : "a ") + noun
    }

    /// What becomes of a column; `nil` where nothing does.
    func fieldChange(_ name: String) throws -> FieldChange? {
        guard let column = table.rows.column(name), let new = after[name] else { return nil }
        return try FieldChange(column, from: try column.cells(at: rows), to: new)
    }

    /// The rows whose keys become others.
    func renamed() throws -> [Int] {
        guard let new = after[table.keyColumn], let keys = table.rows.column(table.keyColumn) else { return [] }
        let old = try keys.cells(at: rows)
        return rows.indices.filter { place in
            NameIndex.key(old[place].text ?? "") != NameIndex.key(new[place].text ?? "")
        }.map { rows[$0] }
    }

    /// The effects on rows that are there, and how many rows they change.
    func changed() throws -> (patch: Patch, count: Int) {
        let ascending = rows.indices.sorted { rows[$0] < rows[$1] }
        var changed: Set<Int> = []
        var effects: [Patch.Effect] = []
        for column in table.rows.columns {
            guard let new = after[column.name] else { continue }
            let old = try column.cells(at: rows)
            let places = ascending.filter { old[$0] != new[$0] }
            guard !places.isEmpty else { continue }
            changed.formUnion(places)
            effects.append(
                .set(
                    .reference(table.name), column: column.name, rows: places.map { rows[$0] },
                    Patch.Values(places.map { new[$0] })))
        }
        return (Patch(effects), changed.count)
    }

    /// The effect of a new row.
    var addition: Patch {
        let columns = table.rows.columns.compactMap { column in
            after[column.name]?.first.map {
                Patch.Column(name: column.name, valueType: column.valueType, values: .same($0))
            }
        }
        return Patch([.append(.reference(table.name), count: 1, columns)])
    }
}

/// The tables whose keys are made of their other columns.
private enum DerivedKey {
    case target
    case rate

    init?(_ table: ReferenceTable) {
        switch table.name {
        case Book.targetsName: self = .target
        case ExchangeRates.tableName: self = .rate
        default: return nil
        }
    }

    /// What a key is made of.
    var columns: [String] {
        switch self {
        case .target: ["name", "first", "last", "amount"]
        case .rate: [ExchangeRates.RateColumn.currency, .to, .day, .rate].map(\.rawValue)
        }
    }

    /// Why no row is added by hand.
    var notAdded: Diagnostic {
        switch self {
        case .target: ChangeDiagnostics.refused("a target is set", hint: "target $250k of Dana in Q4 2026")
        case .rate: ChangeDiagnostics.refused("rates are imported", hint: "import rates from \"rates.csv\"")
        }
    }

    /// The key of a row with these values of the columns; throws where they make no target or rate.
    func key(_ cells: [Cell], _ book: Book) throws -> String {
        switch self {
        case .target:
            guard let first = cells[1].integer, let last = cells[2].integer, first <= last else {
                throw ChangeDiagnostics.refused("a target has a first day and a last one that is not before it")
            }
            guard let cents = cells[3].integer, cents >= 0 else {
                throw ChangeDiagnostics.refused("a target is an amount that is not negative")
            }
            let names = NameIndex(try book.targetNames())
            if let name = cells[0].text, names.exact(name) == nil {
                throw ChangeDiagnostics.refused("no owner, manager or team is called \"\(name)\"")
            }
            let period = Period(from: Day(clamping: Int(first)), through: Day(clamping: Int(last)))
            return SalesTarget(name: cells[0].text, period: period, amount: Money(cents: cents)).key
        case .rate:
            guard let currency = cells[0].text, let to = cells[1].text, let rate = cells[3].real, rate > 0 else {
                throw ChangeDiagnostics.refused("a rate has two currencies and is greater than 0")
            }
            let day = cells[2].integer.map { Int32(clamping: $0) } ?? Day.min.number
            return RatesFile.Key(currency: currency, to: to, day: day).name
        }
    }
}
