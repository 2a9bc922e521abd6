// Days and periods as they were written. Nothing is resolved here: `this quarter` stays two words, because what
// it means depends on the book's calendar and on `as of`. The binder resolves them with Values.Calendar.
//
//   PeriodExpression   since Q3 · within 2w · Jan..March · Q3 · today + 2w
//     DatePoint        a span of days, moved: today + 2w
//       DateSpan       today · this quarter · March 2026 · 2026 · start of quarter

public import Values

/// A period: where a clause such as `closing` or a condition such as `close in` wants one.
public struct PeriodExpression: Hashable, Sendable {
    /// How its ends are given.
    public var bounds: PeriodBounds
    /// Where it stands.
    @Place public var span: SourceSpan
}

/// How the ends of a period are given.
public enum PeriodBounds: Hashable, Sendable {
    /// One span of days: `this quarter`.
    case point(DatePoint)
    /// `P..P`, both ends included.
    case range(DatePoint, DatePoint)
    /// `since P`: from its first day.
    case since(DatePoint)
    /// `until P` (also `by P`): through its last day.
    case until(DatePoint)
    /// `before P`: up to the day before its first.
    case before(DatePoint)
    /// `after P`: from the day after its last.
    case after(DatePoint)
    /// `within 2w`: from today on, that long.
    case within(DurationLiteral)
}

/// A span of days, moved by durations: `today + 2w`. Only a single day can be moved (the binder checks).
public struct DatePoint: Hashable, Sendable {
    /// The span.
    public var base: DateSpan
    /// What is added to it, in order.
    public var offsets: [DateOffset]
    /// Where it stands.
    @Place public var span: SourceSpan
}

/// `+ 2w` or `- 3mo` after a day.
public struct DateOffset: Hashable, Sendable {
    /// Whether it goes back in time.
    public var isNegative: Bool
    /// How far.
    public var duration: DurationLiteral
    /// Where it stands, sign included.
    @Place public var span: SourceSpan
}

/// Words for a day or a span of days.
public struct DateSpan: Hashable, Sendable {
    /// Which.
    public var kind: DateSpanKind
    /// Where it stands.
    @Place public var span: SourceSpan
}

/// The first or the last day of a span.
public enum DateEdge: String, Hashable, Sendable {
    case start, end
}

/// `this`, `last` or `next`.
public enum RelativeDirection: String, CaseIterable, Hashable, Sendable {
    case this, last, next
}

/// The forms in which a span of days can be written.
public enum DateSpanKind: Hashable, Sendable {
    /// `2026-11-23`.
    case day(Day)
    /// `2026`, or `FY2026` when fiscal.
    case year(Int, isFiscal: Bool)
    /// `November`, `Nov 2026`, `2026-11`; without a year, of the current year. Month 1…12.
    case month(Int, year: Int?)
    /// `Q3`, `Q3 2026`, `2026-Q3`, `FQ3 2026`; without a year, of the current (fiscal) year. Quarter 1…4.
    case quarter(Int, year: Int?, isFiscal: Bool)
    /// `H1`, `H1 2026`, `FH1 2026`. Half 1…2.
    case half(Int, year: Int?, isFiscal: Bool)
    /// `Monday`: the latest, today included.
    case weekday(Weekday)
    /// `today`.
    case today
    /// `yesterday`.
    case yesterday
    /// `tomorrow`.
    case tomorrow
    /// `ytd` (`.year`) or `qtd` (`.quarter`): from the unit's start through today.
    case toDate(CalendarUnit)
    /// `30 days ago`.
    case ago(DurationLiteral)
    /// `this quarter`, `last fiscal year`.
    case relative(RelativeDirection, CalendarUnit, isFiscal: Bool)
    /// `last 30 days`, `next 2 quarters`: days end today or start tomorrow, larger units are whole ones.
    /// The direction is never `.this`; the count is at least 1.
    case relativeCount(RelativeDirection, Int, CalendarUnit)
    /// `last March`, `next March` (`this March` too). Month 1…12.
    case relativeMonth(RelativeDirection, Int)
    /// `last Monday` (before today), `next Friday` (`this Friday`: of this week).
    case relativeWeekday(RelativeDirection, Weekday)
    /// `start of quarter`, `end of next month`. The inner kind is a unit (`relative(.this, …)`), a month, quarter,
    /// half or year.
    indirect case edge(DateEdge, DateSpan)
    /// A name: a `let` that holds a day or period, or, where a condition allows it, a field.
    case name(Identifier)
}
