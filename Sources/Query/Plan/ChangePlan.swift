// A change at the end of a query, bound and checked as far as that goes without looking at rows. What it comes to for the
// deals that the query selects is Pipeline's business (DealEdit).

public import Language
public import Pipeline
public import Values

/// A bound change.
public struct ChangePlan: Sendable {
    /// The table whose rows are changed, as the book spells it; `nil` for the deals.
    public var table: ReferenceTable?
    /// What is done.
    public var kind: ChangeKind
    /// Where it stands.
    public var span: SourceSpan
    /// Whether the day was written.
    public var isDated: Bool
    /// The day it takes place.
    public var day: Day
    /// The stage of a `move`, as the book spells it.
    public var stage: String?
    /// The fields of a `set` and what becomes of them.
    public var fields: [FieldPlan] = []
    /// Names that the change brings into the book: `"Bob" is new among owners`.
    public var newNames: [String] = []
}

/// A field that is given a new value.
public struct FieldPlan: Sendable {
    /// The field's name, for words.
    public var name: String
    /// The column that holds it.
    public var column: String
    /// What it becomes, over the table of the moment.
    public var formula: Formula
    /// The code of the currency that an amount was written in, where it is not the book's.
    public var currency: String?
    /// Where the value stands.
    public var span: SourceSpan
}
