// A piece of a query after binding: a formula with what its values mean, where it stood, and what a message or a
// neighbour needs to know about it. Written literals are kept as such until their neighbour tells their unit.

import Engine
import Language
import Values

/// An expression of the syntax tree.
typealias SyntaxExpression = Language.Expression

/// A bound expression.
struct Bound {
    /// How it is computed.
    var formula: Formula
    /// What its values mean.
    var meaning: Meaning
    /// Where it stands.
    var span: SourceSpan
    /// The names its values can have, when they are known.
    var names: NameSource?
    /// What was written, when it is a literal whose neighbour may decide about it.
    var literal: WrittenLiteral?

    init(
        _ formula: Formula, _ meaning: Meaning, at span: SourceSpan, names: NameSource? = nil,
        literal: WrittenLiteral? = nil
    ) {
        self.formula = formula
        self.meaning = meaning
        self.span = span
        self.names = names
        self.literal = literal
    }

    /// A constant whole number of some meaning.
    static func constant(_ value: Int64, _ type: ValueType, _ meaning: Meaning, at span: SourceSpan) -> Bound {
        Bound(.constant(.integer(value), type), meaning, at: span)
    }
}

/// A literal whose meaning depends on what stands beside it.
enum WrittenLiteral {
    /// A bare number: money beside money.
    case number(NumberLiteral)
    /// A length of time: calendar months beside a day.
    case duration(CalendarDuration)
    /// A span of days: `this quarter`.
    case period(Period)
    /// A text, quoted or bare.
    case text(String)
}

/// Where the names of a category come from.
enum NameSource {
    /// The dictionary of a stored column, whose codes the formula gives.
    case codes(CategoryDictionary)
    /// The names of a dictionary, where the formula does not give its codes; made when somebody asks, because a
    /// dictionary may hold millions.
    case names(CategoryDictionary)
    /// A fixed list, such as the kinds of stages or the labels of bands.
    case list([String])

    func all() throws -> [String] {
        switch self {
        case .codes(let dictionary), .names(let dictionary): try dictionary.names()
        case .list(let names): names
        }
    }

    /// The same names without codes.
    var withoutCodes: NameSource {
        if case .codes(let dictionary) = self { .names(dictionary) } else { self }
    }
}

/// A column that steps can name.
struct ScopeColumn {
    var name: String
    /// What it stands for; made on first use for the fields of deals, most of which a query never looks at.
    var definition: Definition
    /// Whether rows were grouped by it.
    var isKey = false
    /// Whether it is a measure of an aggregate.
    var isMeasure = false
    /// Whether a people's table shows it without being told to.
    var isShown = false
    /// The expression it was grouped by: `sort quarter(close)` after `by quarter(close)` means this column.
    var syntax: SyntaxExpression?

    enum Definition {
        case bound(Bound)
        case field
    }
}

/// What names mean at one point of a query.
struct Scope {
    /// The columns, in the order for programs.
    var columns: [ScopeColumn]
    /// A table without rows that has the columns formulas may name.
    var shape: Table
    /// Whether the rows are deals of the book, so that clauses and totals apply.
    var isDeals: Bool
    /// Whether they are rows of a table of the book that a change can be made to.
    var isTable = false
    /// How a message calls the rows: `deals`, `accounts`, `the result`.
    var tableName: String
    /// What one row is called.
    var rowNoun: String
    /// Columns that a `show` left out, for messages.
    var hidden: [String] = []
    /// Whether a `show` has chosen the columns.
    var isChosen = false
    /// Whether the rows are groups of an aggregate that nothing but filters and orders followed.
    var isAggregated = false

    /// The columns of a table under their names.
    static func shape(of table: Table) throws -> Table {
        try Table(
            table.columns.map {
                try Column(name: $0.name, valueType: $0.valueType, chunks: [], dictionary: $0.dictionary)
            })
    }
}
