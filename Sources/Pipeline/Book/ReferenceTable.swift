// A table about the values of a category: accounts with their sector, owners with their manager. A deal's
// `account.sector` is the row whose key is the deal's account. Names that differ only by case are the same one.

public import Engine

/// A table keyed by the values of a category of the deals.
public struct ReferenceTable: Sendable {
    /// What it is called in a query: `accounts`.
    public var name: String
    /// What one row is: `account`.
    public var singular: String
    /// The deals' field whose values are its keys; `nil` for a table that stands alone.
    public var field: String?
    /// The column that holds the keys, each once.
    public var keyColumn: String
    /// The rows.
    public var rows: Table

    /// A table of rows.
    public init(name: String, singular: String, field: String?, keyColumn: String, rows: Table) {
        self.name = name
        self.singular = singular
        self.field = field
        self.keyColumn = keyColumn
        self.rows = rows
    }

    /// For each code of a dictionary the row whose key is its name: the very name first, else one that differs by case
    /// only; −1 where there is none. Index 0, missing, is −1.
    ///
    /// - Complexity: O(n log n) in the names of both.
    public func rowsByCode(of dictionary: CategoryDictionary) throws -> [Int32] {
        var rowsByCode = Array(repeating: Int32(-1), count: dictionary.count + 1)
        guard let keys = rows.column(keyColumn) else { return rowsByCode }
        var exact: [String: Int32] = [:]
        var folded: [String: Int32] = [:]
        for (row, key) in try keys.cells().enumerated() where !rows.deletedRows.contains(row) {
            guard let key = key.text else { continue }
            exact[key] = exact[key] ?? Int32(row)
            let name = NameIndex.key(key)
            folded[name] = folded[name] ?? Int32(row)
        }
        for (index, name) in try dictionary.names().enumerated() {
            rowsByCode[index + 1] = exact[name] ?? folded[NameIndex.key(name)] ?? -1
        }
        return rowsByCode
    }

    /// The plural that a table of such things is called by, and back: `company` and `companies`.
    static func plural(of singular: String) -> String {
        if singular.hasSuffix("y"), let before = singular.dropLast().last, !"aeiou".contains(before) {
            return singular.dropLast() + "ies"
        }
        return singular.hasSuffix("s") || singular.hasSuffix("x") ? singular + "es" : singular + "s"
    }

    /// What one row of a table with this name is: `accounts` gives `account`, `companies` `company`.
    static func singular(of plural: String) -> String {
        if plural.hasSuffix("ies") { return plural.dropLast(3) + "y" }
        if plural.hasSuffix("xes") || plural.hasSuffix("sses") { return String(plural.dropLast(2)) }
        return plural.hasSuffix("s") && !plural.hasSuffix("ss") ? String(plural.dropLast()) : plural
    }
}

/// How the values of a deals' field find their rows in a table.
public struct ReferenceLookup: Sendable {
    /// For each code of the field's column the row of the table, −1 where there is none.
    public let rowsByCode: [Int32]
    /// How many deals have a value without a row.
    public let missCount: Int
    /// The values without a row with the number of their deals, most first, at most ten.
    public let misses: [(name: String, count: Int)]
}
