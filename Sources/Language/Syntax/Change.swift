// Changes: the last step of a query that alters the deals it selected.

public import Values

/// A change with the day it takes place.
public struct ChangeStep: Hashable, Sendable {
    /// What is done.
    public var kind: ChangeKind
    /// The day after `on`; `nil` for today.
    public var on: DatePoint?
    /// Where its word stands.
    @Place public var kindSpan: SourceSpan
    /// Where it stands.
    @Place public var span: SourceSpan
}

/// What a change does.
public enum ChangeKind: Hashable, Sendable {
    /// `set f = EXPR, …`; a value may be a bare name.
    case set([Assignment])
    /// `move to STAGE`.
    case move(Name)
    /// `advance`: to the next stage.
    case advance
    /// `win`.
    case win
    /// `lose [because "…"]`.
    case lose(reason: TextLiteral?)
    /// `reopen`.
    case reopen
    /// `slip DURATION`, back in time when negative.
    case slip(DurationLiteral, isNegative: Bool)
    /// `delete`.
    case delete

    /// The word it is written with.
    public var word: String {
        switch self {
        case .set: return "set"
        case .move: return "move"
        case .advance: return "advance"
        case .win: return "win"
        case .lose: return "lose"
        case .reopen: return "reopen"
        case .slip: return "slip"
        case .delete: return "delete"
        }
    }
}
