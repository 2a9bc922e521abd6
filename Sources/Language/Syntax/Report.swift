// Reports: one form for all of them, since each takes the clauses of `deals` and most take a period and keys.

public import Values

/// Which report.
public enum ReportKind: String, CaseIterable, Hashable, Sendable {
    case board, funnel, conversion, velocity, bottlenecks, aging, changes, cohorts, forecast, backtest, hygiene, focus,
        attainment, slipped, trend
}

/// How a forecast is made.
public enum ForecastMethod: String, CaseIterable, Hashable, Sendable {
    case stages, history, category
}

/// `forecast this quarter of Dana by month using stages`.
public struct ReportStep: Hashable, Sendable {
    /// Which.
    public var kind: ReportKind
    /// Where its word stands.
    @Place public var kindSpan: SourceSpan
    /// `strict` after `funnel`: only stages really entered.
    public var isStrict: Bool
    /// What `trend` follows; `nil` for its default.
    public var measure: Identifier?
    /// The day after `changes since`; `nil` for the other reports.
    public var since: DatePoint?
    /// Its own period, a `point` or a `range`; `nil` for its default.
    public var period: PeriodExpression?
    /// The keys after `by`; empty when there are none.
    public var keys: [Key]
    /// The method after `using`; `nil` for its default.
    public var method: ForecastMethod?
    /// What narrows its input, `where` and `as of` among them.
    public var clauses: [Clause]
    /// Where it stands.
    @Place public var span: SourceSpan
}
