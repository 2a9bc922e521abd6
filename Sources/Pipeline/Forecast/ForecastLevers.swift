// Hypothetical changes of how a book sells, applied while a forecast is computed and never to what is learned: the win
// rate, the time deals take, their size, how many arrive, and dates that slip. A lever acts on every deal or on the rows
// it names; levers apply in the order given.
//
//   chance of a deal = W × T      W the chance ever to win, T the chance that, if won, it falls in the period
//
//   win rate    W ← p, W + p, W × k      (held between 0 and 1; the held ones are counted)
//   cycle       k ← d ÷ median won age, k + d ÷ median won age, k × f;      T is taken at horizon ÷ k
//   deal size   amount ← a, amount + a, amount × f
//   new deals   arrivals per day ← n ÷ days of the period, …
//   slip        horizon − d, close date + d
//
// On new business a lever for some rows acts with the share s that those rows have among the arrivals of the last four
// quarters: x ← (1 − s)·x + s·lever(x).

/// What is changed while a forecast is computed.
public struct ForecastLevers: Hashable, Sendable {
    /// What a lever moves.
    public enum Kind: String, CaseIterable, Hashable, Sendable {
        /// The chance ever to win.
        case winRate
        /// The time until it falls.
        case cycle
        /// What deals are worth.
        case dealSize
        /// How many deals arrive.
        case newDeals
    }

    /// How it is moved. Win rates are fractions (0.6), cycles days, sizes cents, new deals a number per forecast period;
    /// factors have no unit.
    public enum Change: Hashable, Sendable {
        /// To a value.
        case set(Double)
        /// By a difference.
        case add(Double)
        /// By a factor.
        case multiply(Double)

        /// The value after the change; one that is not finite changes nothing.
        func applied(to value: Double) -> Double {
            let changed: Double
            switch self {
            case .set(let new): changed = new
            case .add(let difference): changed = value + difference
            case .multiply(let factor): changed = value * factor
            }
            return changed.isFinite ? changed : value
        }
    }

    /// One lever.
    public struct Lever: Hashable, Sendable {
        /// What it moves.
        public var kind: Kind
        /// How.
        public var change: Change
        /// The rows of `book.deals` it acts on; `nil` for every deal.
        public var rows: Set<Int>?
        /// Whether new business is moved as well, by the share of `rows` among the arrivals.
        public var movesNewBusiness: Bool

        /// A lever; on every deal and on new business unless told.
        public init(_ kind: Kind, _ change: Change, rows: Set<Int>? = nil, movesNewBusiness: Bool = true) {
            self.kind = kind
            self.change = change
            self.rows = rows
            self.movesNewBusiness = movesNewBusiness
        }
    }

    /// Deals whose winning is put off.
    public struct Slip: Hashable, Sendable {
        /// The rows of `book.deals`.
        public var rows: Set<Int>
        /// By how many days.
        public var days: Int

        /// A slip.
        public init(rows: Set<Int>, days: Int) {
            self.rows = rows
            self.days = days
        }
    }

    /// In the order they apply.
    public var levers: [Lever]
    /// Deals that slip: their horizon is shorter. Their close dates are those of the book that the forecast is given.
    public var slips: [Slip]

    /// Levers and slips.
    public init(_ levers: [Lever] = [], slips: [Slip] = []) {
        self.levers = levers
        self.slips = slips
    }

    /// Nothing changed.
    public static let none = ForecastLevers()

    /// Whether nothing is changed.
    public var isEmpty: Bool { levers.isEmpty && slips.isEmpty }

    /// Whether a lever moves what a deal's chance is made of.
    var movesWinRate: Bool { levers.contains { $0.kind == .winRate } }
}

/// The terms of an open deal under the levers.
struct LeveredDeal {
    /// W, 0…1.
    var everChance: Double
    /// Time is stretched by this factor.
    var cycle = 1.0
    /// In cents, 0 or more.
    var cents: Double
    /// Days taken from its horizon.
    var slipDays = 0
    /// Whether W was held at 1 or 0.
    var isCapped = false

    /// Applies the levers that act on the row.
    mutating func apply(_ levers: ForecastLevers, row: Int, medianWonAge: Double?) {
        for slip in levers.slips where slip.rows.contains(row) { slipDays += slip.days }
        for lever in levers.levers where lever.rows?.contains(row) ?? true {
            switch lever.kind {
            case .winRate:
                let moved = lever.change.applied(to: everChance)
                everChance = min(1, max(0, moved))
                if everChance != moved { isCapped = true }
            case .cycle: cycle = lever.change.cycle(from: cycle, medianWonAge: medianWonAge)
            case .dealSize: cents = max(0, lever.change.applied(to: cents))
            case .newDeals: break
            }
        }
    }

    /// The amount in whole cents.
    var wholeCents: Int64 { Int64(min(cents, 9e15).rounded()) }
}

/// New business of a group under the levers.
struct LeveredArrivals {
    var perDay: Double
    var everChance: Double
    var cycle = 1.0
    /// Mean amount in cents.
    var meanCents: Double

    /// Applies the levers; `share` tells how much of the arrivals a lever's rows are.
    mutating func apply(
        _ levers: ForecastLevers, periodDayCount: Int, medianWonAge: Double?, share: (Set<Int>) -> Double
    ) {
        for lever in levers.levers where lever.movesNewBusiness {
            let part = lever.rows.map(share) ?? 1
            guard part > 0 else { continue }
            func blended(_ value: Double, _ moved: Double) -> Double { (1 - part) * value + part * moved }
            switch lever.kind {
            case .winRate:
                everChance = blended(everChance, min(1, max(0, lever.change.applied(to: everChance))))
            case .cycle:
                cycle = blended(cycle, lever.change.cycle(from: cycle, medianWonAge: medianWonAge))
            case .dealSize: meanCents = blended(meanCents, max(0, lever.change.applied(to: meanCents)))
            case .newDeals:
                let days = Double(max(1, periodDayCount))
                perDay = blended(perDay, max(0, lever.change.applied(to: perDay * days) / days))
            }
        }
    }
}

extension ForecastLevers.Change {
    /// The factor on time after a change of the cycle; days count against the median age of won deals.
    func cycle(from factor: Double, medianWonAge: Double?) -> Double {
        let moved: Double
        switch self {
        case .multiply(let more): moved = factor * more
        case .set(let days): moved = medianWonAge.map { days / max(1, $0) } ?? factor
        case .add(let days): moved = factor + (medianWonAge.map { days / max(1, $0) } ?? 0)
        }
        return moved.isFinite ? min(1_000, max(0.001, moved)) : factor
    }
}
