// Days and periods of the syntax tree to days of the calendar (rule 5 of the language), each relative word written
// down with what it came to (rule 7), so that the footer can say it.

import Language
import Values

/// A span of days that was asked for, and whether it hangs on the present day.
struct ResolvedSpan {
    var period: Period
    /// `true` for `this quarter`, `Q3`, `today`; `false` for `2026-11-23`, `Q3 2026`.
    var isRelative: Bool

    /// The day, when it is just one.
    var day: Day? { period.dayCount == 1 ? period.start : nil }
}

extension Binder {
    /// A period where a clause or condition wants one; remembers it for the footer when it is relative.
    mutating func period(_ written: PeriodExpression) throws(Diagnostic) -> Period {
        let resolved = try resolve(written)
        if resolved.isRelative { remember(written.span, resolved.period) }
        return resolved.period
    }

    /// One day, for `as of` and `on`; remembers it for the footer when it is relative.
    mutating func day(_ written: DatePoint, after word: String) throws(Diagnostic) -> Day {
        let resolved = try resolve(written)
        guard let day = resolved.day else {
            let words = text(written.span)
            throw Diagnostic(
                .notOneDay, "\(word) needs one day, \"\(words)\" is \(resolved.period)", at: written.span,
                hint: "end of \(words)?")
        }
        if resolved.isRelative { remember(written.span, resolved.period) }
        return day
    }

    /// The days of a period without remembering them.
    func resolve(_ written: PeriodExpression) throws(Diagnostic) -> ResolvedSpan {
        switch written.bounds {
        case .point(let point): return try resolve(point)
        case .since(let point):
            let span = try resolve(point)
            return ResolvedSpan(
                period: Period(from: span.period.start, upTo: .max), isRelative: span.isRelative)
        case .until(let point):
            let span = try resolve(point)
            return ResolvedSpan(period: Period(from: .min, upTo: span.period.end), isRelative: span.isRelative)
        case .before(let point):
            let span = try resolve(point)
            return ResolvedSpan(period: Period(from: .min, upTo: span.period.start), isRelative: span.isRelative)
        case .after(let point):
            let span = try resolve(point)
            return ResolvedSpan(period: Period(from: span.period.end, upTo: .max), isRelative: span.isRelative)
        case .within(let duration):
            let last = duration.duration.added(to: calendar.today)
            return ResolvedSpan(period: Period(from: calendar.today, through: last), isRelative: true)
        case .range(let from, let through):
            let first = try resolve(from)
            let last = try resolve(through)
            guard first.period.start < last.period.end else {
                throw Diagnostic(
                    .emptyPeriod, "the period ends before it begins: \(first.period) .. \(last.period)",
                    at: written.span, hint: "the earlier end comes first")
            }
            return ResolvedSpan(
                period: Period(from: first.period.start, upTo: last.period.end),
                isRelative: first.isRelative || last.isRelative)
        }
    }

    /// The days of a span with what is added to it; only a single day can be moved.
    func resolve(_ point: DatePoint) throws(Diagnostic) -> ResolvedSpan {
        var span = try resolve(point.base)
        guard !point.offsets.isEmpty else { return span }
        guard var day = span.day else {
            throw Diagnostic(
                .notOneDay, "only a day can be moved, \"\(text(point.base.span))\" is \(span.period)",
                at: point.base.span, hint: "start of … or end of … makes it a day")
        }
        for offset in point.offsets {
            let duration = offset.duration.duration
            day = offset.isNegative ? duration.subtracted(from: day) : duration.added(to: day)
        }
        span.period = Period(from: day, through: day)
        return span
    }

    /// The days that date words stand for.
    func resolve(_ span: DateSpan) throws(Diagnostic) -> ResolvedSpan {
        func relative(_ period: Period) -> ResolvedSpan { ResolvedSpan(period: period, isRelative: true) }
        func relative(_ day: Day) -> ResolvedSpan { relative(Period(from: day, through: day)) }
        func named(_ period: Period?, isRelative: Bool) throws(Diagnostic) -> ResolvedSpan {
            guard let period else {
                throw Diagnostic(.emptyPeriod, "\"\(text(span.span))\" lies outside the years 1 to 9999", at: span.span)
            }
            return ResolvedSpan(period: period, isRelative: isRelative)
        }
        switch span.kind {
        case .day(let day): return ResolvedSpan(period: Period(from: day, through: day), isRelative: false)
        case .year(let year, let isFiscal):
            return try named(calendar.wholeYear(year, fiscal: isFiscal), isRelative: isFiscal)
        case .month(let number, let year): return try named(calendar.month(number, year: year), isRelative: year == nil)
        case .quarter(let number, let year, let isFiscal):
            return try named(
                calendar.part(number, .quarter, year: year, fiscal: isFiscal), isRelative: isFiscal || year == nil)
        case .half(let number, let year, let isFiscal):
            return try named(
                calendar.part(number, .half, year: year, fiscal: isFiscal), isRelative: isFiscal || year == nil)
        case .weekday(let weekday): return relative(calendar.weekday(nil, weekday))
        case .today: return relative(calendar.today)
        case .yesterday: return relative(calendar.today.adding(days: -1))
        case .tomorrow: return relative(calendar.today.adding(days: 1))
        case .toDate(let unit): return relative(calendar.toDate(unit))
        case .ago(let duration): return relative(duration.duration.subtracted(from: calendar.today))
        case .relative(let direction, let unit, let isFiscal):
            return relative(calendar.relative(direction, unit, fiscal: isFiscal))
        case .relativeCount(let direction, let count, let unit):
            return relative(calendar.several(direction, count, unit, fiscal: false))
        case .relativeMonth(let direction, let number):
            return try named(calendar.month(direction, number), isRelative: true)
        case .relativeWeekday(let direction, let weekday): return relative(calendar.weekday(direction, weekday))
        case .edge(let edge, let inner):
            let whole = try resolve(inner)
            let last = whole.period.last ?? whole.period.start
            let day = edge == .start ? whole.period.start : last
            return ResolvedSpan(period: Period(from: day, through: day), isRelative: whole.isRelative)
        case .name(let identifier):
            if let period = try periodOfLet(identifier) { return ResolvedSpan(period: period, isRelative: true) }
            throw Diagnostic(
                .unknownName, "\"\(identifier.text)\" is no day or period", at: identifier.span,
                hint: "a period is a day, 2026, Q3, November, this quarter, last 30 days, or a let that holds one")
        }
    }

    /// Warns where a period that can only lie in the past is wholly in the future.
    mutating func warnIfFuture(_ period: Period, after word: String, at span: SourceSpan) {
        guard period.start > calendar.today else { return }
        warnings.append(
            Diagnostic(
                .futurePeriod, "\(word) asks about the past, and \(period) is in the future", at: span,
                severity: .warning, hint: "last year's is written with its year"))
    }
}
