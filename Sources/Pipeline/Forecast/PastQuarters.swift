// What each method would have said at the start of past quarters, and what came: the material of `backtest`, and of the
// common shock. At each quarter's start the book as of the evening before is all there is: the method learns from it and
// the deals are summed as they were; what was won is read from the book as of the quarter's last evening, which is the
// evening before the next. Evenings are looked at on all threads.

import Engine
import Values

/// One past quarter.
struct PastQuarter: Sendable {
    var period: Period
    /// By method, for the whole book: what the shock is estimated from. Missing where the method could not be used.
    var base: [ForecastReport.Method: Outlook] = [:]
    /// What came, for the whole book.
    var baseWon: Int64 = 0
    /// The selection's groups by their key cells, as they were at the start and at the end.
    var groups: [[Cell]: Group] = [:]

    /// The groups in the order of their keys.
    var keys: [[Cell]] { groups.keys.sorted { $0.lexicographicallyPrecedes($1) } }

    /// One group of the selection.
    struct Group: Sendable {
        /// By method, as `base`.
        var outlooks: [ForecastReport.Method: Outlook] = [:]
        /// What came.
        var won: Int64 = 0
        /// The rows of the deals that were open at the start, and those won in the quarter.
        var openRows: [Int] = []
        var wonRows: Set<Int> = []
    }

    /// The same with what came by its end.
    fileprivate func closed(_ outcome: PastEvenings.Outcome) -> PastQuarter {
        var closed = self
        closed.baseWon = outcome.baseWon
        for (key, group) in outcome.groups {
            closed.groups[key, default: Group()].won = group.won
            closed.groups[key]?.wonRows = group.wonRows
        }
        return closed
    }
}

/// The quarters before a day.
struct PastQuarters: Sendable {
    /// Ascending.
    private(set) var quarters: [PastQuarter] = []

    /// The last `count` quarters that ended by the calendar's today, those before the book's first deal left out.
    init(
        _ book: Book, calendar: Values.Calendar, count: Int, execution: Execution,
        selection: PastEvenings.Selection? = nil
    ) throws {
        let evenings = try PastEvenings(book, calendar, count: count, execution)
        var told: [PastEvenings.Evening] = []
        while told.count < evenings.count {
            // Asked here, since nobody says that a selection may be asked by another thread, and answered by all.
            let wave = told.count..<min(evenings.count, told.count + execution.threadCount)
            let asked = try wave.map { try evenings.ask($0, selection) }
            told += try execution.pieces(count: asked.count) { try evenings.look(asked[$0]) }
        }
        self.init(told)
    }

    /// From what the evenings told, in their order: each quarter begins with one and ends with the next.
    init(_ evenings: [PastEvenings.Evening]) {
        quarters = zip(evenings, evenings.dropFirst()).compactMap { first, last in
            last.outcome.flatMap { first.forecast?.closed($0) }
        }
    }

    /// The shock as of a day: from quarters that had ended by then.
    func shock(_ method: ForecastReport.Method, before day: Day) -> ShockEstimate {
        ShockEstimate(
            quarters.filter { $0.period.end <= day }.suffix(ShockEstimate.periodCountMax).compactMap { quarter in
                quarter.base[method].map { ($0, quarter.baseWon) }
            })
    }
}

/// The evenings before each of some quarters, and the last one's last.
struct PastEvenings: Sendable {
    /// A selection on a past day's book: given the book as of the day, the question about it.
    typealias Selection = (_ book: Book, _ calendar: Values.Calendar) throws -> ReportInput

    /// What came in a quarter: for the whole book, and by group of the selection.
    struct Outcome: Sendable {
        fileprivate var baseWon: Int64 = 0
        fileprivate var groups: [[Cell]: (won: Int64, wonRows: Set<Int>)] = [:]
    }

    /// What an evening tells: of the quarter that ends with it, and of the one that begins after it.
    struct Evening: Sendable {
        fileprivate var outcome: Outcome?
        fileprivate var forecast: PastQuarter?
    }

    private let book: Book
    private let calendar: Values.Calendar
    private let execution: Execution
    private let quarters: [Period]
    /// Told of every piece that is learned, and of one for the rest of each evening.
    let done: WorkDone
    /// Pieces for each evening.
    static let pieceCount = ForecastBasis.pieceCount + 1

    /// How many there are; none without a quarter.
    var count: Int { quarters.isEmpty ? 0 : quarters.count + 1 }

    /// The evenings before the last `count` quarters that began after the book's first deal; `further` pieces of work are
    /// told with theirs.
    init(_ book: Book, _ calendar: Values.Calendar, count: Int, _ execution: Execution, further: Int = 0) throws {
        self.book = book
        self.calendar = calendar
        self.execution = execution
        let isFiscal = calendar.fiscalYearStartMonth != 1
        let present = calendar.period(.quarter, containing: calendar.today, fiscal: isFiscal)
        let created = try book.deals.columns[DealColumn.created.index].integers()
        var first = Int64.max
        for row in created.indices where created[row] != .min && !book.deals.deletedRows.contains(row) {
            first = min(first, created[row])
        }
        let firstDay = Day(clamping: Int(first))
        let periods = (0..<max(0, first == .max ? 0 : count)).map { back in
            calendar.period(.quarter, containing: present.start, offset: -back - 1, fiscal: isFiscal)
        }
        quarters = periods.prefix { $0.start > firstDay }.reversed()
        done = WorkDone(
            "learn", total: quarters.count * PastEvenings.pieceCount + (quarters.isEmpty ? 0 : 1) + further, execution)
    }

    /// The book of an evening, and the selection on it.
    struct Asked: Sendable {
        fileprivate var place: Int
        fileprivate var all: ReportInput
        fileprivate var chosen: ReportInput?
    }

    /// Puts the question on one of the evenings: everything is as of that day.
    func ask(_ place: Int, _ selection: Selection? = nil) throws -> Asked {
        try execution.cancellation.check()
        let day = place < quarters.count ? quarters[place].start.adding(days: -1) : quarters[place - 1].last
        let past = try book.asOf(day ?? calendar.today).book
        var then = calendar
        then.today = day ?? calendar.today
        return Asked(
            place: place, all: ReportInput(book: past, calendar: then, execution: execution),
            chosen: try selection.map { try $0(past, then) })
    }

    /// Looks at what was asked.
    func look(_ asked: Asked) throws -> Evening {
        let next = asked.place < quarters.count ? quarters[asked.place] : nil
        let last = asked.place > 0 ? quarters[asked.place - 1] : nil
        let all = try ForecastDeals(asked.all)
        let chosen = try asked.chosen.map { try ForecastDeals($0) } ?? all
        var evening = Evening()
        evening.outcome = try last.map { try Outcome($0, all, chosen) }
        if let next {
            let basis = try ForecastBasis(asked.all.book, all, calendar: asked.all.calendar) { done.add() }
            evening.forecast = try PastQuarter(next, basis, all, chosen, isWhole: asked.chosen == nil)
        }
        done.add()
        return evening
    }
}

extension PastEvenings.Outcome {
    fileprivate init(_ period: Period, _ all: ForecastDeals, _ chosen: ForecastDeals) throws {
        baseWon = try Outlook.won(all, period).first?.won ?? 0
        for (key, outlook) in zip(chosen.selected.groups, try Outlook.won(chosen, period)) {
            groups[key] = (outlook.won, [])
        }
        for index in 0..<chosen.count {
            guard let day = chosen.wonDay(index), period.contains(day) else { continue }
            groups[chosen.key(index)]?.wonRows.insert(chosen.selected.rows[index])
        }
    }
}

extension PastQuarter {
    fileprivate init(
        _ period: Period, _ basis: ForecastBasis, _ all: ForecastDeals, _ chosen: ForecastDeals, isWhole: Bool
    ) throws {
        self.period = period
        for method in ForecastReport.Method.allCases {
            let whole = try PastQuarter.outlooks(method, all, basis, period)
            base[method] = whole.first ?? nil
            let parts = isWhole ? whole : try PastQuarter.outlooks(method, chosen, basis, period)
            for (key, outlook) in zip(chosen.selected.groups, parts) {
                groups[key, default: Group()].outlooks[method] = outlook
            }
        }
        for index in 0..<chosen.count where chosen.isOpen(index) {
            groups[chosen.key(index)]?.openRows.append(chosen.selected.rows[index])
        }
    }

    /// What the method would have said of each group; `nil` where it could not be used.
    private static func outlooks(
        _ method: ForecastReport.Method, _ deals: ForecastDeals, _ basis: ForecastBasis, _ period: Period
    ) throws -> [Outlook?] {
        switch method {
        case .stages:
            return try Outlook.stages(deals, basis, period).map {
                $0.openCount > 0 && $0.withoutClose == $0.openCount ? nil : $0
            }
        case .history:
            return basis.isEnough ? try Outlook.history(deals, basis, period) : deals.selected.groups.map { _ in nil }
        case .category: return try CategoryForecast.commit(deals, period)
        }
    }
}
