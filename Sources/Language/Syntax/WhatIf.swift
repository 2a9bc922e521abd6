// What-ifs: changes and levers tried on a copy of the book, and what can be asked about them.

public import Values

/// `what if …`.
public struct WhatIfStatement: Hashable, Sendable {
    /// What is assumed.
    public enum Assumption: Hashable, Sendable {
        /// Nothing new: lists what is assumed.
        case none
        /// A query that ends in a change (the binder checks).
        case change(Query)
        /// `add deal "Acme renewal" with value = $25k`.
        case addDeal(AddDealStatement)
        /// `win rate in Negotiation = 60%`.
        case lever(LeverChange)
        /// `scenario "Push enterprise"`: replays a saved one.
        case scenario(Name)
    }
    /// What is assumed.
    public var assumption: Assumption
    /// Where it stands.
    @Place public var span: SourceSpan
}

/// What a lever moves.
public enum LeverKind: String, CaseIterable, Hashable, Sendable {
    case winRate = "win rate"
    case cycle = "cycle"
    case dealSize = "deal size"
    case newDeals = "new deals"
}

/// `win rate in Negotiation from Webinar`: a lever and what it applies to.
public struct Lever: Hashable, Sendable {
    /// Which.
    public var kind: LeverKind
    /// Where its words stand.
    @Place public var kindSpan: SourceSpan
    /// The clauses of `deals`, without `where` and value clauses; empty for everything.
    public var clauses: [Clause]
    /// Where it stands.
    @Place public var span: SourceSpan
}

/// How a lever is moved.
public enum LeverOperator: String, CaseIterable, Hashable, Sendable {
    case set = "="
    case add = "+"
    case subtract = "-"
    case multiply = "*"
    case divide = "/"
}

/// `win rate in Negotiation = 60%`, `cycle * 0.8`.
public struct LeverChange: Hashable, Sendable {
    /// Which lever.
    public var lever: Lever
    /// How it is moved.
    public var op: LeverOperator
    /// By what, or to what.
    public var amount: Expression
    /// Where it stands.
    @Place public var span: SourceSpan
}

/// `compare QUERY [across A, B]`.
public struct CompareStatement: Hashable, Sendable {
    /// What is asked of the base and of the what-if.
    public var query: Query
    /// Scenarios to compare; empty for the present what-if.
    public var scenarios: [Name]
    /// Where it stands.
    @Place public var span: SourceSpan
}

/// `forget`, `forget last`, `forget scenario NAME`.
public struct ForgetStatement: Hashable, Sendable {
    /// What is dropped.
    public enum Subject: Hashable, Sendable {
        /// Everything assumed.
        case all
        /// The latest assumption.
        case last
        /// A saved scenario.
        case scenario(Name)
    }
    /// What is dropped.
    public var subject: Subject
    /// Where it stands.
    @Place public var span: SourceSpan
}

/// `scenario "Push enterprise"`: names the present what-if.
public struct ScenarioStatement: Hashable, Sendable {
    /// Its name.
    public var name: Name
    /// Where it stands.
    @Place public var span: SourceSpan
}

/// `win rate in Negotiation from 20% to 80% by 10%`.
public struct LeverRange: Hashable, Sendable {
    /// Which lever.
    public var lever: Lever
    /// The first value.
    public var from: Expression
    /// The last value.
    public var to: Expression
    /// The step between them; `nil` for a tenth of the way.
    public var by: Expression?
    /// Where it stands.
    @Place public var span: SourceSpan
}

/// `sweep RANGE [, RANGE] | forecast this quarter`.
public struct SweepStatement: Hashable, Sendable {
    /// One lever for a row each, two for a grid.
    public var ranges: [LeverRange]
    /// What is asked for each value, of all deals; at least one step.
    public var steps: [Step]
    /// Where it stands.
    @Place public var span: SourceSpan
}

/// `solve win rate in Negotiation until expected >= $1m | forecast this quarter`.
public struct SolveStatement: Hashable, Sendable {
    /// Which lever is moved.
    public var lever: Lever
    /// What is to be reached, on a column of the result.
    public var goal: Expression
    /// What is asked, of all deals; at least one step.
    public var steps: [Step]
    /// Where it stands.
    @Place public var span: SourceSpan
}

/// `sensitivity of forecast this quarter`.
public struct SensitivityStatement: Hashable, Sendable {
    /// The report whose levers are ranked.
    public var report: ReportStep
    /// Where it stands.
    @Place public var span: SourceSpan
}
