// What each method would have said at the start of past quarters, and what came: the material of `backtest`, and of the
// common shock. At each quarter's start the book as of the evening before is all there is: the method learns from it and
// the deals are summed as they were; what was won is read from the book as of the quarter's last evening.

import Engine
import Values

/// One past quarter.
struct PastQuarter {
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
    struct Group {
        /// By method, as `base`.
        var outlooks: [ForecastReport.Method: Outlook] = [:]
        /// What came.
        var won: Int64 = 0
        /// The rows of the deals that were open at the start, and those won in the quarter.
        var openRows: [Int] = []
        var wonRows: Set<Int> = []
    }
}

/// The quarters before a day.
struct PastQuarters {
    /// Ascending.
    private(set) var quarters: [PastQuarter] = []

    /// A selection on a past day's book: given the book as of the day, the question about it.
    typealias Selection = (_ book: Book, _ calendar: Values.Calendar) throws -> ReportInput

    /// The last `count` quarters that ended by the calendar's today, those before the book's first deal left out.
    init(
        _ book: Book, calendar: Values.Calendar, count: Int, execution: Execution, selection: Selection? = nil
    ) throws {
        let isFiscal = calendar.fiscalYearStartMonth != 1
        let present = calendar.period(.quarter, containing: calendar.today, fiscal: isFiscal)
        let created = try book.deals.columns[DealColumn.created.index].integers()
        var first = Int64.max
        for row in created.indices where created[row] != .min && !book.deals.deletedRows.contains(row) {
            first = min(first, created[row])
        }
        guard first != .max, count > 0 else { return }
        let firstDay = Day(clamping: Int(first))
        var periods: [Period] = []
        for back in 1...count {
            let period = calendar.period(.quarter, containing: present.start, offset: -back, fiscal: isFiscal)
            guard period.start > firstDay else { break }
            periods.append(period)
        }
        periods.reverse()
        var open: PastQuarter?
        for (number, period) in periods.enumerated() {
            try execution.cancellation.check()
            execution.progress?("learn", number, periods.count)
            let day = period.start.adding(days: -1)
            let past = try book.asOf(day).book
            var then = calendar
            then.today = day
            if var quarter = open {
                try quarter.close(past, then, execution, selection)
                quarters.append(quarter)
            }
            open = try PastQuarter(period, past, then, execution, selection)
        }
        if var quarter = open, let last = quarter.period.last {
            let past = try book.asOf(last).book
            var then = calendar
            then.today = last
            try quarter.close(past, then, execution, selection)
            quarters.append(quarter)
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

extension PastQuarter {
    fileprivate init(
        _ period: Period, _ book: Book, _ calendar: Values.Calendar, _ execution: Execution,
        _ selection: PastQuarters.Selection?
    ) throws {
        self.period = period
        let basis = try ForecastBasis(book, calendar: calendar, execution: execution)
        let all = try ForecastDeals(ReportInput(book: book, calendar: calendar, execution: execution))
        let chosen = try selection.map { try ForecastDeals(try $0(book, calendar)) } ?? all
        for method in ForecastReport.Method.allCases {
            let whole = try PastQuarter.outlooks(method, all, basis, period)
            base[method] = whole.first ?? nil
            let parts = selection == nil ? whole : try PastQuarter.outlooks(method, chosen, basis, period)
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

    fileprivate mutating func close(
        _ book: Book, _ calendar: Values.Calendar, _ execution: Execution, _ selection: PastQuarters.Selection?
    ) throws {
        let all = try ForecastDeals(ReportInput(book: book, calendar: calendar, execution: execution))
        baseWon = try Outlook.won(all, period).first?.won ?? 0
        let chosen = try selection.map { try ForecastDeals(try $0(book, calendar)) } ?? all
        for (key, outlook) in zip(chosen.selected.groups, try Outlook.won(chosen, period)) {
            groups[key, default: Group()].won = outlook.won
        }
        for index in 0..<chosen.count {
            guard let day = chosen.wonDay(index), period.contains(day) else { continue }
            groups[chosen.key(index)]?.wonRows.insert(chosen.selected.rows[index])
        }
    }
}
