// The clauses of `deals` to conditions; all must hold. That none stands twice was checked by the parser.
// `past` and `or later` take later open stages and won, never lost; `before` takes earlier open stages.

import Engine
import Language
import Pipeline
import Values

extension Binder {
    /// Binds clauses in order and keeps the rows that satisfy all of them.
    mutating func bindClauses(_ clauses: [Clause]) throws(Diagnostic) {
        try checkStatuses(clauses)
        for clause in clauses {
            do throws(Diagnostic) {
                let before = lookupCount
                if let condition = try self.condition(of: clause) { filter(condition, lookupsBefore: before) }
            } catch {
                problems.append(error)
                // The next clauses are the rest of a name: what they complain about is the same mistake.
                if error.code == .nameNeedsQuotes { break }
            }
        }
    }

    /// Clauses about deals need rows that are deals.
    mutating func bindTableClauses(_ clauses: [Clause], of name: String) throws(Diagnostic) {
        for clause in clauses {
            switch clause {
            case .where, .asOf: continue
            default:
                throw Diagnostic(
                    .clauseNotForTable, "\"\(text(clause.span))\" asks about deals, and \(name) are no deals",
                    at: clause.span, hint: "where works on every table")
            }
        }
        try bindClauses(clauses)
    }

    private mutating func condition(of clause: Clause) throws(Diagnostic) -> Formula? {
        switch clause {
        case .status(let clause): return try status(clause.status, at: clause.span)
        case .stage(let clause):
            let condition = try stages(clause.stages, at: clause.span)
            return clause.isNegated ? .not(condition) : condition
        case .owner(let clause): return try names(clause, in: .owner)
        case .account(let clause): return try names(clause, in: .account)
        case .source(let clause):
            mention("source")
            return try names(clause, in: .source)
        case .value(let clause): return try value(clause)
        case .date(let clause): return try date(clause)
        case .older(let clause):
            mention("age")
            let age = try dealField("age", at: clause.span)
            return .compare(.greater, age.formula, .constant(.integer(Int64(limit(clause.age))), .duration))
        case .stalledFor(let clause):
            mention("in_stage")
            let time = try dealField("in_stage", at: clause.span)
            let limit = Formula.constant(.integer(Int64(self.limit(clause.duration))), .duration)
            return .and([
                try stageCondition(at: clause.span) { $0.stage.kind == .open },
                .compare(clause.op.comparison, time.formula, limit),
            ])
        case .where(let clause): return try condition(clause.condition)
        case .asOf where isPast: return nil
        case .asOf(let clause):
            throw Diagnostic(.notAllowed, "as of stands among the clauses of a query", at: clause.span)
        }
    }

    /// Shows a field of the deals because the query speaks of it.
    private mutating func mention(_ field: String) {
        guard scope.isDeals, let index = scope.columns.firstIndex(where: { $0.name == field }) else { return }
        scope.columns[index].isShown = true
    }

    private mutating func status(_ status: DealStatus, at span: SourceSpan) throws(Diagnostic) -> Formula {
        switch status {
        case .closed: try stageCondition(at: span) { $0.stage.kind.isClosed }
        case .open, .won, .lost, .stalled, .overdue: try dealField(status.rawValue, at: span).formula
        }
    }

    /// A length of time in days; with months, what they come to counted back from today is said.
    private mutating func limit(_ written: DurationLiteral) -> Int {
        let days = days(written.duration)
        if written.duration.months != 0 { remember(text(written.span), "\(days) days") }
        return days
    }

    // MARK: Stages

    private mutating func stages(_ selection: StageSelection, at span: SourceSpan) throws(Diagnostic) -> Formula {
        let stage = try dealField("stage", at: span)
        func place(_ name: Name) throws(Diagnostic) -> String {
            try known(WrittenName(name), of: stage).text
        }
        switch selection {
        case .anyOf(let names):
            var found: [KnownName] = []
            for name in names { found.append(try known(argumentName(name), of: stage)) }
            return Binder.isAny(stage, found)
        case .range(let first, let last):
            let lower = positions(try place(first))
            let upper = positions(try place(last))
            let isBackwards = zip(lower, upper).contains { pair in
                if let from = pair.0, let to = pair.1 { from > to } else { false }
            }
            if isBackwards {
                throw Diagnostic(
                    .emptyPeriod, "\"\(last.text)\" comes before \"\(first.text)\" in the pipeline", at: span,
                    hint: "in \(NameList.written(last.text))..\(NameList.written(first.text))")
            }
            return try stageCondition(at: span) { place in
                guard let from = lower[place.pipeline], let to = upper[place.pipeline] else { return false }
                return place.position >= from && place.position <= to
            }
        case .orLater(let name): return try later(positions(try place(name)), orSame: true, at: span)
        case .past(let name): return try later(positions(try place(name)), orSame: false, at: span)
        case .before(let name):
            let limits = positions(try place(name))
            return try stageCondition(at: span) { place in
                guard let limit = limits[place.pipeline] else { return false }
                return place.position < limit && !place.stage.kind.isClosed
            }
        }
    }

    /// Where the stage stands in each pipeline.
    private func positions(_ name: String) -> [Int?] { book.pipelines.map { $0.position(ofStage: name) } }

    private func later(_ limits: [Int?], orSame: Bool, at span: SourceSpan) throws(Diagnostic) -> Formula {
        try stageCondition(at: span) { place in
            guard let limit = limits[place.pipeline] else { return false }
            if orSame, place.position == limit { return true }
            switch place.stage.kind {
            case .won: return true
            case .lost: return false
            case .open, .hold: return place.position > limit
            }
        }
    }

    // MARK: Names and values

    private mutating func names(_ clause: NamesClause, in column: DealColumn) throws(Diagnostic) -> Formula {
        let field = try dealField(column.rawValue, at: clause.span)
        var found: [KnownName] = []
        for name in clause.names {
            if column == .owner, NameIndex.key(name.text) == "me", name.style == .bare,
                try find(WrittenName(name), of: field) == nil
            {
                found.append(try ownName(at: name.span))
                continue
            }
            found.append(try known(argumentName(name), of: field))
        }
        let condition = Binder.isAny(field, found)
        return clause.isNegated ? .not(condition) : condition
    }

    /// A name, or what the argument of a `let` with that name says.
    private func argumentName(_ name: Name) -> WrittenName {
        let written = WrittenName(name)
        guard written.isBare, let argument = arguments[NameIndex.key(written.text)] else { return written }
        let words = argument.source.text(argument.expression.span)
        switch argument.expression {
        case .literal(.text(let literal)): return WrittenName(literal.text, isBare: false, at: name.span)
        default: return WrittenName(words, isBare: true, at: name.span)
        }
    }

    /// The owner that `my` and `me` mean.
    mutating func ownName(at span: SourceSpan) throws(Diagnostic) -> KnownName {
        guard let me = book.settings.me else {
            throw Diagnostic(.nobodySet, "nobody is set as me", at: span, hint: "settings me = \"…\" names the owner")
        }
        let owner = try dealField("owner", at: span)
        remember("me", me)
        return try known(WrittenName(me, isBare: false, at: span), of: owner)
    }

    private mutating func value(_ clause: ValueClause) throws(Diagnostic) -> Formula {
        let value = try dealField("value", at: clause.span)
        switch clause.test {
        case .compare(let op, let limit):
            return try compare(op, value, try operand(limit, beside: value), at: clause.span)
        case .between(let lower, let upper):
            return .and([
                try compare(.greaterOrEqual, value, try operand(lower, beside: value), at: clause.span),
                try compare(.lessOrEqual, value, try operand(upper, beside: value), at: clause.span),
            ])
        }
    }

    // MARK: Dates

    private mutating func date(_ clause: DateClause) throws(Diagnostic) -> Formula {
        if clause.versus != nil {
            throw Diagnostic(
                .wrongArguments, "versus stands in a query that is asked, not in one that a name stands for",
                at: clause.span, hint: "NAME closed this quarter versus last quarter")
        }
        if clause.event == .entered {
            try checkEnteredReadings(clause)
            return try entered(clause)
        }
        let period = try self.period(clause.period)
        switch clause.event {
        case .closing:
            mention("close")
            return Binder.within(try dealField("close", at: clause.span).formula, period)
        case .created:
            mention("created")
            warnIfFuture(period, after: "created", at: clause.period.span)
            return Binder.within(try dealField("created", at: clause.span).formula, period)
        case .closed, .entered:
            mention("closed")
            warnIfFuture(period, after: "closed", at: clause.period.span)
            return Binder.within(try dealField("closed", at: clause.span).formula, period)
        case .won, .lost:
            mention("closed")
            warnIfFuture(period, after: clause.event.rawValue, at: clause.period.span)
            return .and([
                try dealField(clause.event.rawValue, at: clause.span).formula,
                Binder.within(try dealField("closed", at: clause.span).formula, period),
            ])
        }
    }

    /// `entered March` where a stage is called March has two readings.
    private mutating func checkEnteredReadings(_ clause: DateClause) throws(Diagnostic) {
        guard clause.stages.isEmpty else { return }
        let words = text(clause.period.span)
        guard book.stagePlaces.contains(where: { NameIndex.key($0.stage.name) == NameIndex.key(words) }) else { return }
        let period = try resolve(clause.period).period
        throw Diagnostic(
            .twoReadings, "\"\(words)\" is a stage and a period", at: clause.period.span,
            hint:
                "entered \"\(words)\" in … is the stage, entered in \(period.start) .. \(period.last ?? period.start) the period"
        )
    }

    /// A deal cannot be open and won, or won and lost.
    private func checkStatuses(_ clauses: [Clause]) throws(Diagnostic) {
        var isOpen: DealStatus?
        var isClosed: DealStatus?
        for case .status(let clause) in clauses {
            switch clause.status {
            case .open, .stalled, .overdue: isOpen = clause.status
            case .won, .lost:
                if let other = isClosed, other != .closed {
                    throw Diagnostic(
                        .contradiction, "no deal is \(other.rawValue) and \(clause.status.rawValue)", at: clause.span,
                        hint: "closed deals are both")
                }
                isClosed = clause.status
            case .closed: isClosed = isClosed ?? .closed
            }
            if let isOpen, let isClosed {
                throw Diagnostic(
                    .contradiction, "no deal is \(isOpen.rawValue) and \(isClosed.rawValue)", at: clause.span,
                    hint: "deals alone are all of them")
            }
        }
    }
}
