// A lever as written to one that the forecast applies: whom it acts on, and by how much. Amounts that no sales team can
// have (a win rate of 140%, a cycle of no days) are refused here, with the range that would be possible.
//
//   lever        =            + −                       * ÷
//   win rate     60%          points: + 5%              1.2, 120%
//   cycle        45d          14d, or relative: − 10%   0.8, 80%
//   deal size    $20k         $5k, or relative          1.1, 110%
//   new deals    40           5, or relative            1.5, 150%

import Engine
import Language
import Pipeline
import Values

/// A lever with the deals that it acts on.
struct BoundLever {
    var kind: LeverKind
    /// Rows of the deals; `nil` for every deal.
    var rows: Set<Int>?
    /// Whether deals that are not there yet are moved as well: they have owners and sources, but no stage and no dates.
    var movesNewBusiness: Bool
    /// As written: `win rate in Negotiation`.
    var words: String

    /// The lever moved.
    func moved(_ change: ForecastLevers.Change) -> ForecastLevers.Lever {
        ForecastLevers.Lever(kind.forecastKind, change, rows: rows, movesNewBusiness: movesNewBusiness)
    }
}

/// An amount that a lever is moved by or to.
enum LeverAmount: Hashable {
    /// Millionths.
    case percent(Int64)
    /// Cents.
    case money(Int64)
    case number(Double)
    case days(Int64)

    /// The factor that it means; `nil` for amounts and days.
    var factor: Double? {
        switch self {
        case .number(let number): number
        case .percent(let millionths): Double(millionths) / 1_000_000
        case .money, .days: nil
        }
    }
}

extension LeverKind {
    var forecastKind: ForecastLevers.Kind {
        switch self {
        case .winRate: .winRate
        case .cycle: .cycle
        case .dealSize: .dealSize
        case .newDeals: .newDeals
        }
    }

    /// What can be written behind it.
    var example: String {
        switch self {
        case .winRate: "win rate = 60%, win rate + 5%, win rate * 1.2"
        case .cycle: "cycle = 45d, cycle - 10%, cycle * 0.8"
        case .dealSize: "deal size = $20k, deal size + 10%, deal size * 1.1"
        case .newDeals: "new deals = 40, new deals + 10%, new deals * 1.5"
        }
    }
}

extension Binder {
    /// The deals that a lever acts on.
    mutating func lever(_ written: Lever, _ execution: Execution) throws -> BoundLever {
        var isAboutNewDeals = true
        for clause in written.clauses {
            switch clause {
            case .owner, .account, .source: break
            default:
                isAboutNewDeals = false
                if written.kind == .newDeals {
                    throw Diagnostic(
                        .impossibleLever,
                        "deals that are not there yet have an owner, an account and a source, and no"
                            + " \(text(clause.span))", at: clause.span, hint: "new deals from Webinar * 1.5")
                }
            }
        }
        return BoundLever(
            kind: written.kind, rows: try rows(of: written, execution), movesNewBusiness: isAboutNewDeals,
            words: text(written.span))
    }

    private mutating func rows(of written: Lever, _ execution: Execution) throws -> Set<Int>? {
        guard !written.clauses.isEmpty else { return nil }
        try collecting { (binder) throws(Diagnostic) in
            try binder.useDeals(at: written.span)
            try binder.bindClauses(written.clauses)
        }
        if !problems.isEmpty { throw Diagnostics(problems) }
        var relation = Relation(book.deals)
        for case .filter(let condition) in steps { relation = relation.filtered(by: condition) }
        return Set(try execution.rows(relation).map(Int.init))
    }

    /// How a lever is moved; refuses what is impossible. `medianWonAge` is asked for a cycle in days.
    mutating func change(
        _ written: LeverChange, _ execution: Execution, medianWonAge: () throws -> Double?
    ) throws -> ForecastLevers.Change {
        let amount = try self.amount(written.amount, execution)
        let kind = written.lever.kind
        let place = written.amount.span
        switch written.op {
        case .multiply, .divide: return try factor(amount, kind, isDivided: written.op == .divide, at: place)
        case .set: return try value(amount, kind, at: place, medianWonAge: medianWonAge)
        case .add, .subtract:
            let sign = written.op == .add ? 1.0 : -1.0
            if kind == .winRate {
                guard case .percent(let points) = amount else { throw unfit(amount, kind, at: place) }
                guard points.magnitude <= 1_000_000 else {
                    throw impossible("\(text(place)) is more than all the points a win rate has", kind, at: place)
                }
                return .add(sign * Double(points) / 1_000_000)
            }
            if case .percent(let share) = amount {
                let factor = 1 + sign * Double(share) / 1_000_000
                guard factor > 0 || (factor == 0 && kind != .cycle), factor <= Binder.factorMax else {
                    throw impossible(
                        "\(kind.rawValue) \(written.op.rawValue) \(text(place)) leaves nothing of it", kind, at: place)
                }
                return .multiply(factor)
            }
            switch (kind, amount) {
            case (.dealSize, .money(let cents)): return .add(sign * Double(cents))
            case (.newDeals, .number(let count)): return .add(sign * count)
            case (.cycle, .days(let days)):
                let median = try medianWonAge()
                guard let median else { throw noCycle(at: place) }
                guard median + sign * Double(days) > 0 else {
                    throw impossible(
                        "deals are won after \(ForecastLevers.days(median)) in the median, \(text(place)) less leaves"
                            + " nothing of it", kind, at: place)
                }
                return .add(sign * Double(days))
            default: throw unfit(amount, kind, at: place)
            }
        }
    }

    /// The most that something is multiplied by: beyond it lies a slip of the finger.
    private static let factorMax = 1_000.0

    private func factor(
        _ amount: LeverAmount, _ kind: LeverKind, isDivided: Bool, at place: SourceSpan
    ) throws(Diagnostic) -> ForecastLevers.Change {
        guard let written = amount.factor else { throw unfit(amount, kind, at: place) }
        let factor = isDivided ? 1 / written : written
        let least = kind == .cycle ? 1 / Binder.factorMax : 0
        guard factor.isFinite, factor >= least, factor <= Binder.factorMax else {
            throw impossible(
                "\(kind.rawValue) \(isDivided ? "/" : "*") \(text(place)) is no factor", kind, at: place,
                range: kind == .cycle ? "above 0 up to 1,000" : "0 to 1,000")
        }
        return .multiply(factor)
    }

    /// What `=` gives a lever.
    private func value(
        _ amount: LeverAmount, _ kind: LeverKind, at place: SourceSpan, medianWonAge: () throws -> Double?
    ) throws -> ForecastLevers.Change {
        switch (kind, amount) {
        case (.winRate, .percent(let millionths)):
            guard (0...1_000_000).contains(millionths) else {
                throw impossible("a win rate of \(text(place)) is impossible", kind, at: place, range: "0% to 100%")
            }
            return .set(Double(millionths) / 1_000_000)
        case (.cycle, .days(let days)):
            guard days > 0 else {
                throw impossible("a cycle of \(text(place)) is impossible", kind, at: place, range: "1d and more")
            }
            guard try medianWonAge() != nil else { throw noCycle(at: place) }
            return .set(Double(days))
        case (.dealSize, .money(let cents)):
            guard cents >= 0 else {
                throw impossible("a deal size of \(text(place)) is impossible", kind, at: place, range: "$0 and more")
            }
            return .set(Double(cents))
        case (.newDeals, .number(let count)):
            guard count.isFinite, count >= 0, count <= 1e9 else {
                throw impossible("\(text(place)) new deals are impossible", kind, at: place, range: "0 and more")
            }
            return .set(count)
        default: throw unfit(amount, kind, at: place)
        }
    }

    /// The value of an amount: a literal, a `let`, or arithmetic with them.
    mutating func amount(_ written: SyntaxExpression, _ execution: Execution) throws -> LeverAmount {
        var bound: Bound?
        try collecting { (binder) throws(Diagnostic) in bound = try binder.value(written) }
        guard let bound, problems.isEmpty else { throw Diagnostics(problems) }
        let cell: Cell
        if case .constant(let constant, _) = bound.formula {
            cell = constant
        } else {
            let one = try Table([try Column(name: "one", valueType: .integer, cells: [.integer(1)])])
            cell = try execution.materialize(Relation(one), [(name: "amount", expression: bound.formula)]).cell(0, 0)
        }
        let real = cell.real ?? cell.integer.map(Double.init)
        guard let real, real.isFinite, abs(real) < 9e18 else {
            throw Diagnostic(.impossibleLever, "\"\(text(written.span))\" is no amount", at: written.span)
        }
        switch bound.meaning {
        case .percent:
            return .percent(cell.integer ?? Int64((real * 1_000_000).rounded()))
        case .money: return .money(cell.integer ?? Int64(real.rounded()))
        case .duration: return .days(cell.integer ?? Int64(real.rounded()))
        case .number: return .number(real)
        default:
            throw Diagnostic(
                .impossibleLever,
                "\"\(text(written.span))\" is \(bound.meaning.words), and a lever is moved by an amount",
                at: written.span)
        }
    }

    // MARK: Words

    func unfit(_ amount: LeverAmount, _ kind: LeverKind, at place: SourceSpan) -> Diagnostic {
        let words =
            switch amount {
            case .percent: "a percent"
            case .money: "an amount of money"
            case .number: "a bare number"
            case .days: "a duration"
            }
        return Diagnostic(
            .impossibleLever, "\(text(place)) is \(words), which does not move \(kind.rawValue) so", at: place,
            notes: ["possible: \(kind.example)"])
    }

    func impossible(
        _ what: String, _ kind: LeverKind, at place: SourceSpan, range: String? = nil
    ) -> Diagnostic {
        Diagnostic(
            .impossibleLever, what, at: place, hint: range.map { "possible: \($0)" },
            notes: range == nil ? ["possible: \(kind.example)"] : [])
    }

    private func noCycle(at place: SourceSpan) -> Diagnostic {
        Diagnostic(
            .impossibleLever, "no deal with a creation day was won yet, so no cycle is known that days could change",
            at: place, hint: "cycle * 0.8")
    }
}

extension ForecastLevers {
    /// `41d`, `40.5d`.
    static func days(_ days: Double) -> String {
        days == days.rounded() ? "\(Int(days))d" : "\((days * 10).rounded() / 10)d"
    }
}
