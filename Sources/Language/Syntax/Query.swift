// A query: a source, then steps.

public import Values

/// `SOURCE | step | step`.
public struct Query: Hashable, Sendable {
    /// Where the rows come from. A report written first has `deals` here, marked as implicit.
    public var source: Source
    /// The keys of a `by` after the source: `open deals by owner` = `| count, sum value, sum weighted by owner`;
    /// empty when there is none.
    public var summary: [Key]
    /// What is done with the rows, in order.
    public var steps: [Step]
    /// Where it stands.
    @Place public var span: SourceSpan

    /// The `as of` of the query, on its source or on a report; there is at most one.
    public var asOf: AsOfClause? {
        for case .asOf(let clause) in source.clauses { return clause }
        for case .report(let report) in steps {
            for case .asOf(let clause) in report.clauses { return clause }
        }
        return nil
    }

    /// The change at its end, if it changes anything.
    public var change: ChangeStep? {
        if case .change(let change) = steps.last { return change }
        return nil
    }
}

extension Query {
    /// Steps over every deal, as those behind a lever are; `span` is where they stand.
    public init(ofAllDeals steps: [Step], at span: SourceSpan) {
        let deals = DealsSource(
            isImplicit: true, isMine: false, clauses: [], span: SourceSpan(span.start, span.start))
        self.init(source: .deals(deals), summary: [], steps: steps, span: span)
    }
}

/// Where the rows of a query come from.
public enum Source: Hashable, Sendable {
    /// `open deals of Dana`.
    case deals(DealsSource)
    /// `deal D-102`.
    case deal(DealSource)
    /// `history of open deals`.
    case history(HistorySource)
    /// `stages`, `owners`, an imported table, or a `let`.
    case named(NamedSource)
    /// `"leads.csv"`.
    case file(FileSource)

    /// Where it stands.
    public var span: SourceSpan {
        switch self {
        case .deals(let source): return source.span
        case .deal(let source): return source.span
        case .history(let source): return source.span
        case .named(let source): return source.span
        case .file(let source): return source.span
        }
    }

    /// Its clauses in the order written; `where` and `as of` among them.
    public var clauses: [Clause] {
        switch self {
        case .deals(let source): return source.clauses
        case .deal(let source): return source.clauses
        case .history(let source): return source.clauses
        case .named(let source): return source.clauses
        case .file(let source): return source.clauses
        }
    }
}

/// `[my] [STATUS] deals CLAUSES`.
public struct DealsSource: Hashable, Sendable {
    /// Whether nothing was written: a report stands first.
    public var isImplicit: Bool
    /// Whether `my` stands before it: the deals of the setting `me`.
    public var isMine: Bool
    /// Status words (before or after `deals`) first, then the clauses in the order written.
    public var clauses: [Clause]
    /// Where it stands.
    @Place public var span: SourceSpan
}

/// `deal D-102, D-103 [as of DATE]`.
public struct DealSource: Hashable, Sendable {
    /// Ids or names; at least one.
    public var deals: [Name]
    /// At most an `as of`.
    public var clauses: [Clause]
    /// Where it stands.
    @Place public var span: SourceSpan
}

/// `history [of SELECTION] [where C]`.
public struct HistorySource: Hashable, Sendable {
    /// Whose history: deals, a deal or a `let`; `nil` for every deal.
    public indirect enum Subject: Hashable, Sendable {
        /// `of open deals …`; its clauses hold no `where` and no `as of`.
        case deals(DealsSource)
        /// `of deal D-102`.
        case deal(DealSource)
        /// `of hot`.
        case named(NamedSource)
    }
    /// Whose history; `nil` for every deal.
    public var subject: Subject?
    /// At most a `where` (on the versions) and an `as of`.
    public var clauses: [Clause]
    /// Where it stands.
    @Place public var span: SourceSpan
}

/// `accounts`, `hot of Dana`, `big($50k)`.
public struct NamedSource: Hashable, Sendable {
    /// A table or a `let`.
    public var name: Identifier
    /// What stands in parentheses after it; `nil` without parentheses.
    public var arguments: [Expression]?
    /// Its clauses; those about deals only fit a `let` that selects deals (the binder checks).
    public var clauses: [Clause]
    /// Where it stands.
    @Place public var span: SourceSpan
}

/// `"leads.csv"`.
public struct FileSource: Hashable, Sendable {
    /// The path.
    public var path: TextLiteral
    /// At most a `where` and an `as of`.
    public var clauses: [Clause]
    /// Where it stands.
    @Place public var span: SourceSpan
}
