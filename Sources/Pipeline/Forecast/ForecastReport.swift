// What will close: for each group and period, what is won so far, what open deals and new business are expected to add,
// and the range that the sum will lie in. The methods are in Outlook, the range in SumDistribution, what they rest on in
// ForecastKnowledge; this file asks them and makes rows.
//
//   expected       won so far + Σ chance × amount of open deals + new business
//   p10 p50 p90    the smallest sum that is not exceeded with 10%, 50%, 90%
//   gap            target − won so far
//   chance         the probability that the sum reaches the target

public import Engine
public import Values

/// The forecast.
public enum ForecastReport {
    /// How it is made.
    public enum Method: String, CaseIterable, Hashable, Sendable {
        /// Probabilities of stages and close dates.
        case stages
        /// Rates learned from the book's past.
        case history
        /// Forecast categories.
        case category
    }

    /// What is asked beside the deals.
    public struct Options: Sendable {
        /// The method; `nil` for the default.
        public var method: Method?
        /// Splits the period into units, a row for each.
        public var unit: CalendarUnit?
        /// Hypothetical changes.
        public var levers = ForecastLevers.none
        /// Whether the range and the chance to reach the target are wanted, which take most of the time.
        public var wantsRange = true
        /// Whether the definition tells the numbers of a single row, and the range that independence would have claimed.
        public var wantsNumbers = false
        /// The target of a group (its key cells) in a period; `nil` where there is none.
        public var target: (@Sendable (_ group: [Cell], _ period: Period) throws -> Money?)?

        /// The default method, the period whole, nothing changed.
        public init(method: Method? = nil, unit: CalendarUnit? = nil) {
            self.method = method
            self.unit = unit
        }
    }

    /// The period without one of its own: this quarter, of the fiscal year where it is another.
    public static func defaultPeriod(_ calendar: Calendar) -> Period {
        calendar.period(.quarter, containing: calendar.today, fiscal: calendar.fiscalYearStartMonth != 1)
    }

    /// Runs it: a row per group, and per part of the period where it is split. `knowledge` is the base book's.
    ///
    /// Throws a `no-forecast` diagnostic where the method has nothing to go by.
    public static func run(
        _ input: ReportInput, _ knowledge: ForecastKnowledge, _ options: Options = Options()
    ) throws -> ReportResult {
        let period = input.period ?? defaultPeriod(input.calendar)
        try check(period, today: input.today)
        let deals = try ForecastDeals(input)
        let method = options.method ?? knowledge.defaultMethod
        try checkMethod(method, knowledge, deals, period)
        let parts = options.unit.map { split(period, $0, input.calendar).spans } ?? [period]
        let isSplit = options.unit != nil
        if method == .category {
            return try CategoryForecast(deals, knowledge, options).result(parts, isSplit: isSplit)
        }
        let shock = knowledge.past.shock(method, before: input.today)
        var result = ReportResult(
            columns: columns(try deals.selected.keyColumns(), isSplit: isSplit), dealCount: deals.count)
        var lines: [String] = []
        // Counted over the whole period, so that a deal left out of every part is left out once.
        var whole = Outlook()
        for outlook in try outlooks(method, deals, knowledge, period, options.levers) { whole.count(outlook) }
        for part in parts {
            let outlooks = try outlooks(method, deals, knowledge, part, options.levers)
            for (group, outlook) in outlooks.enumerated() {
                try input.execution.cancellation.check()
                let key = deals.selected.groups[group]
                let sum = options.wantsRange ? try outlook.distribution(shock.shock, input.execution) : nil
                let target = try options.target?(key, part)
                result.append(
                    (isSplit ? [.integer(Int64(part.start.number))] : []) + key + cells(outlook, sum, target),
                    conditions: conditions(method, part, today: input.today),
                    group: deals.selected.groupConditions[group].nonEmpty)
                if let sum, options.wantsNumbers, parts.count == 1, outlooks.count == 1 {
                    lines = ForecastWords.numbers(outlook, sum, target, input.book.settings.currency)
                    let alone = try outlook.distribution(.none, input.execution)
                    lines.append(
                        ForecastWords.independence(sum, alone, shock, input.book.settings.currency))
                }
            }
        }
        let words = ForecastWords(
            method: method, period: period, today: input.today, knowledge: knowledge, shock: shock)
        result.notes = words.notes(whole, isChosen: options.method != nil)
        if deals.count > 0, whole.openCount == deals.count, knowledge.basis.wonCount > 0 {
            result.notes.append("only open deals are selected, so what is won already is not in it")
        }
        words.leaveOut(whole, withoutValue: withoutValue(method, whole, period, today: input.today), from: &result)
        result.definition = words.definition + lines
        return result
    }

    /// The chance of every deal of a book to be won in the period, by the default method; missing for closed deals and
    /// those that the forecast leaves out. Summed with the values it gives the forecast's open part.
    public static func winChances(
        named name: String, in book: Book, _ knowledge: ForecastKnowledge, _ period: Period, calendar: Calendar,
        levers: ForecastLevers = .none, execution: Execution
    ) throws -> Column {
        try check(period, today: calendar.today)
        let deals = try ForecastDeals(ReportInput(book: book, calendar: calendar, execution: execution))
        let method = knowledge.defaultMethod
        try checkMethod(method, knowledge, deals, period)
        var cells = [Cell](repeating: .missing, count: book.deals.rowCount)
        // Where nothing speaks against a deal, not being due is a chance of nothing.
        if method == .stages {
            for index in 0..<deals.count
            where deals.isOpen(index) && deals.close[index] != .min && deals.probability[index] != .min {
                cells[deals.selected.rows[index]] = Cell(0.0)
            }
        }
        for outlook in try outlooks(method, deals, knowledge, period, levers) {
            for (row, chance) in zip(outlook.rows, outlook.chances) { cells[row] = Cell(chance.probability) }
        }
        return try Column(name: name, valueType: .realPercent, cells: cells)
    }

    /// What must be said beneath chances of deals: the method, and by what the forecast corrects values.
    public static func winChanceNotes(_ knowledge: ForecastKnowledge) -> [String] {
        let method = knowledge.defaultMethod
        var notes = ["win_chance by " + knowledge.reason(method, isChosen: false)]
        if method == .history { notes += ForecastWords.scaleNote(knowledge.basis.values).map { [$0] } ?? [] }
        return notes
    }

    static func outlooks(
        _ method: Method, _ deals: ForecastDeals, _ knowledge: ForecastKnowledge, _ period: Period,
        _ levers: ForecastLevers
    ) throws -> [Outlook] {
        method == .history
            ? try Outlook.history(deals, knowledge.basis, period, levers)
            : try Outlook.stages(deals, knowledge.basis, period, levers)
    }

    // MARK: Rows

    static func columns(_ keys: [ReportResult.Column], isSplit: Bool) -> [ReportResult.Column] {
        let period = ReportResult.Column("period", .date, isKey: true, meaning: "the first day of the part")
        return (isSplit ? [period] : []) + keys + [
            .init("won_so_far", .money, meaning: "value of the deals won in the period by now", sums: "value"),
            .init("deals", .integer, meaning: "open deals that count"),
            .init("from_open", .money, meaning: "Σ chance × amount of these deals", isEstimate: true),
            .init("from_new", .money, meaning: "expected from deals not there yet", isEstimate: true),
            .init("expected", .money, meaning: "won_so_far + from_open + from_new", isEstimate: true),
            .init("p10", .money, meaning: "the sum will be at most this with 10%", isEstimate: true),
            .init("p50", .money, meaning: "the sum will be at most this with 50%", isEstimate: true),
            .init("p90", .money, meaning: "the sum will be at most this with 90%", isEstimate: true),
            .init("target", .money, meaning: "the target of the period"),
            .init("gap", .money, meaning: "target − won_so_far", isEstimate: true),
            .init("chance", .realPercent, meaning: "the chance that the sum reaches the target"),
        ]
    }

    /// Without a distribution the columns that are read off it are missing.
    private static func cells(_ outlook: Outlook, _ sum: SumDistribution?, _ target: Money?) -> [Cell] {
        func cents(_ amount: Double) -> Cell { .integer(Int64(min(amount, 9e18).rounded())) }
        func quantile(_ fraction: Double) -> Cell { sum.map { .integer($0.quantile(fraction).cents) } ?? .missing }
        return [
            .integer(outlook.won), .count(outlook.chances.count), cents(outlook.open), cents(outlook.new),
            cents(outlook.expected), quantile(0.1), quantile(0.5), quantile(0.9),
            target.map { .integer($0.cents) } ?? .missing,
            target.map { .integer($0.cents - outlook.won) } ?? .missing,
            target.flatMap { target in sum.map { Cell($0.chance(ofAtLeast: target)) } } ?? .missing,
        ]
    }

    /// The conditions that select the deals behind the numbers.
    static func conditions(_ method: Method, _ period: Period, today: Day) -> [String: String] {
        let open = method == .history ? "open" : due(period, today: today) + " and probability is set and value is set"
        return ["won_so_far": won(period), "deals": open, "from_open": open]
    }

    /// The condition for open deals that are left out for want of a value; `nil` where the language cannot say it: by
    /// history, deals that have a stand-in for their value and those without a state are not among them.
    private static func withoutValue(_ method: Method, _ whole: Outlook, _ period: Period, today: Day) -> String? {
        guard method == .history else {
            return due(period, today: today) + " and probability is set and value is missing"
        }
        return whole.atListPrice + whole.atWonMean + whole.withoutState == 0 ? "open and value is missing" : nil
    }

    /// The condition that selects what was won in a period.
    static func won(_ period: Period) -> String {
        "won and closed since \(period.start) and closed before \(period.end)"
    }

    /// The condition that selects the open deals due in a period, a close date in the past as today: none in one that is over.
    static func due(_ period: Period, today: Day) -> String {
        (period.contains(today) ? "open" : "open and close since \(max(period.start, today))")
            + " and close before \(period.end)"
    }

    // MARK: Periods

    /// A period in units, the first and last cut to it; those of the fiscal year where it is another.
    public static func split(
        _ period: Period, _ unit: CalendarUnit, _ calendar: Calendar
    ) -> (spans: [Period], unit: PeriodUnit) {
        var parts: [Period] = []
        var start = period.start
        let isFiscal = calendar.fiscalYearStartMonth != 1 && [.quarter, .half, .year].contains(unit)
        while start < period.end, parts.count < Limits.forecastPartCountMax {
            let end = min(period.end, calendar.period(unit, containing: start, fiscal: isFiscal).end)
            parts.append(Period(from: start, upTo: end))
            start = end
        }
        return (parts, PeriodUnit(unit, isFiscal: isFiscal, calendar))
    }

    private static func check(_ period: Period, today: Day) throws {
        guard let last = period.last else {
            throw Diagnostic(.noForecast, "the period \(period) has no days")
        }
        guard last >= today else {
            throw Diagnostic(
                .noForecast, "\(period) is over, and what was won in it is known",
                hint: "won deals closed \(period.start)..\(last), or the forecast as of a day in it")
        }
        guard last.days(since: today) <= HazardModel.everDayCount else {
            throw Diagnostic(
                .noForecast, "a forecast needs a period that ends within five years, \(period) does not",
                hint: "forecast this quarter")
        }
    }

    private static func checkMethod(
        _ method: Method, _ knowledge: ForecastKnowledge, _ deals: ForecastDeals, _ period: Period
    ) throws {
        let open = (0..<deals.count).filter { deals.isOpen($0) }
        switch method {
        case .stages:
            guard !open.isEmpty, open.allSatisfy({ deals.close[$0] == .min }) else { return }
            let number =
                open.count == 1
                ? "the only open deal has none"
                : "none of the \(DecimalText.grouped(String(open.count))) open deals has one"
            throw Diagnostic(
                .noForecast, "the method stages goes by close dates, and \(number)",
                hint: knowledge.basis.closedCount > 0 ? "forecast using history" : nil)
        case .history:
            guard knowledge.basis.closedCount == 0 else { return }
            throw Diagnostic(
                .noForecast, "the method history learns from closed deals, and the book has none",
                hint: "forecast using stages")
        case .category: return
        }
    }
}
