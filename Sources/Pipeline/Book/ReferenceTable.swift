// A table about the values of a category: accounts with their sector, owners with their manager. A deal's
// `account.sector` is the row whose key is the deal's account. Names that differ only by case are the same one.

public import Engine
internal import Synchronization

/// A table keyed by the values of a category of the deals.
public struct ReferenceTable: Sendable {
    /// What it is called in a query: `accounts`.
    public var name: String
    /// What one row is: `account`.
    public var singular: String
    /// The deals' field whose values are its keys; `nil` for a table that stands alone.
    public var field: String?
    /// The column that holds the keys, each once.
    public var keyColumn: String { didSet { lookups = KnownLookups() } }
    /// The rows.
    public var rows: Table { didSet { lookups = KnownLookups() } }
    private var lookups = KnownLookups()

    /// A table of rows.
    public init(name: String, singular: String, field: String?, keyColumn: String, rows: Table) {
        self.name = name
        self.singular = singular
        self.field = field
        self.keyColumn = keyColumn
        self.rows = rows
    }

    /// For each code of a dictionary the row whose key is its name: the very name first, else one that differs by case
    /// only; −1 where there is none. Index 0, missing, is −1. Found once for a dictionary and kept.
    ///
    /// - Complexity: O(n) in the names of both; O(n log n) when names are missing among the keys.
    public func rowsByCode(of dictionary: CategoryDictionary) throws -> [Int32] {
        if let known = lookups.rows(of: dictionary) { return known }
        guard let keys = rows.column(keyColumn) else { return Array(repeating: -1, count: dictionary.count + 1) }
        var found = try dictionary.rows(namedIn: keys, leftOut: rows.deletedRows)
        let open = found.indices.dropFirst().filter { found[$0] < 0 }
        if !open.isEmpty {
            var folded: [String: Int32] = [:]
            for (row, key) in try keys.cells().enumerated() where !rows.deletedRows.contains(row) {
                guard let key = key.text else { continue }
                let name = NameIndex.key(key)
                folded[name] = folded[name] ?? Int32(row)
            }
            for code in open {
                guard let name = try dictionary.name(UInt32(code)) else { continue }
                found[code] = folded[NameIndex.key(name)] ?? -1
            }
        }
        lookups.keep(found, of: dictionary)
        return found
    }

    /// The values of a column by the codes of a dictionary; made once for each and kept.
    func values(of column: Column, by dictionary: CategoryDictionary) throws -> CodeTable {
        let rows = try rowsByCode(of: dictionary)
        if let known = lookups.values(column.name) { return known }
        let values = try CodeTable(column, rows: rows)
        lookups.keep(values, column.name)
        return values
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

/// What was found for one dictionary, shared by the copies of a table until its rows change: finding the rows of 125,000
/// accounts anew for every question took 1.7 s where the question itself takes milliseconds (the case lookup).
private final class KnownLookups: Sendable {
    private struct Found {
        var dictionary: CategoryDictionary
        var rows: [Int32]
        var values: [String: CodeTable] = [:]
    }
    private let found = Mutex<Found?>(nil)

    func rows(of dictionary: CategoryDictionary) -> [Int32]? {
        found.withLock { found in
            guard let found, found.dictionary.isSame(as: dictionary) else { return nil }
            return found.rows
        }
    }

    func keep(_ rows: [Int32], of dictionary: CategoryDictionary) {
        found.withLock { $0 = Found(dictionary: dictionary, rows: rows) }
    }

    func values(_ column: String) -> CodeTable? { found.withLock { $0?.values[column] } }

    func keep(_ values: CodeTable, _ column: String) { found.withLock { $0?.values[column] = values } }
}
