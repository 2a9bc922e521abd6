// (bodies follow, one file per operator)

import Values

extension Execution {
    private func pending() -> EngineError { .typeMismatch("operator under construction") }

    /// The rows that satisfy the relation's condition, found now: a relation without a pending condition.
    public func select(_ relation: Relation) throws -> Relation { throw pending() }

    /// How many rows the relation has.
    public func count(_ relation: Relation) throws -> Int { throw pending() }

    /// The row numbers of the relation, in its order.
    public func rows(_ relation: Relation) throws -> [Int32] { throw pending() }

    /// A new table of the relation's rows in order, one column per named expression.
    public func materialize(_ relation: Relation, _ columns: [(name: String, expression: Expression)]) throws -> Table {
        throw pending()
    }

    /// The relation's table with further columns; rows that are not in the relation have no value there.
    public func extend(_ relation: Relation, _ columns: [(name: String, expression: Expression)]) throws -> Relation {
        throw pending()
    }

    /// One row per group, keys first, then measures; groups in order of their keys, missing last. Without keys one
    /// row, also of nothing.
    public func aggregate(_ relation: Relation, by keys: [Key], _ measures: [Measure]) throws -> Table {
        throw pending()
    }

    /// The rows in order of the keys; rows that are equal in all of them stay in the order they had.
    public func sort(_ relation: Relation, by keys: [SortKey]) throws -> Relation { throw pending() }

    /// The first `count` rows in order of the keys, as `sort` then `slice` would give them.
    public func top(_ relation: Relation, count: Int, by keys: [SortKey]) throws -> Relation { throw pending() }

    /// `count` rows (nil: all) after the first `skip`, in the relation's order.
    public func slice(_ relation: Relation, skip: Int, count: Int?) throws -> Relation { throw pending() }

    /// The first row of each distinct combination of the expressions' values, in the relation's order.
    public func distinct(_ relation: Relation, by expressions: [Expression]) throws -> Relation { throw pending() }

    /// The relation's table with window columns; rows that are not in the relation have no value there.
    public func window(_ relation: Relation, _ windows: [Window]) throws -> Relation { throw pending() }

    /// Turns the values of one key column of an aggregated table into columns.
    ///
    /// `keys` are the columns that stay, `pivot` the one that spreads, `values` the measures. Columns are named after
    /// the value, and `value measure` when there are several measures; missing gives the name `missing`. Rows and
    /// columns keep the order in which they come; combinations that do not exist are missing.
    public func pivot(_ table: Table, keys: [Int], pivot: Int, values: [Int], missing: String) throws -> Table {
        throw pending()
    }
}
