// How good the forecasts would have been: at the start of each past quarter every method says what it would have said
// with what was known on the evening before, against what then came.
//
//   error      expected − actual
//   WAPE       Σ |error| ÷ Σ actual            bias      Σ error ÷ Σ actual
//   coverage   share of quarters with p10 ≤ actual ≤ p90; 80% is what the range claims
//   Brier      mean of (chance − won)² over the deals open at the start, won = 1 if won in the quarter, else 0
//   calibration: those deals by tenths of their chance, how many were expected to be won and how many were

import Engine
public import Values

/// The test of the forecast against the past.
public enum BacktestReport {
    /// Quarters looked at without a period.
    public static let quarterCount = 8

    /// The question on the book as of a past day: the same selection.
    public typealias Selection = (_ book: Book, _ calendar: Calendar) throws -> ReportInput

    /// Runs it for the quarters that end within the period (the last eight without one): a row per quarter and method.
    public static func run(
        _ input: ReportInput, methods: [ForecastReport.Method] = ForecastReport.Method.allCases,
        selection: Selection? = nil
    ) throws -> ReportResult {
        let calendar = input.calendar
        let count = try wantedCount(input.period, calendar)
        let past = try PastQuarters(
            input.book, calendar: calendar, count: count + ShockEstimate.periodCountMax, execution: input.execution,
            selection: selection)
        let quarters = past.quarters.filter { quarter in
            input.period.map { $0.contains(quarter.period) } ?? true
        }.suffix(count)
        guard !quarters.isEmpty else {
            throw Diagnostic(
                .noForecast, "no quarter lies between the book's first deal and \(calendar.today)",
                hint: "a backtest needs a book with a past: import history, or created and closed days")
        }
        let deals = try ForecastDeals(input)
        var result = ReportResult(columns: try deals.selected.keyColumns() + columns(calendar), dealCount: deals.count)
        var scores = methods.map { _ in BacktestScore() }
        for quarter in quarters {
            for key in quarter.keys {
                guard let group = quarter.groups[key] else { continue }
                for (place, method) in methods.enumerated() {
                    // A group that came up in the quarter was foretold nothing by a method that could be used.
                    let outlook = group.outlooks[method] ?? (quarter.base[method] == nil ? nil : Outlook())
                    guard let outlook else { continue }
                    let shock = past.shock(method, before: quarter.period.start).shock
                    let sum = method == .category ? nil : try outlook.distribution(shock, input.execution)
                    let alone = method == .category ? nil : try outlook.distribution(.none, input.execution)
                    scores[place].add(group, outlook, sum, alone: alone)
                    append(key, quarter.period, method, outlook, sum, group.won, to: &result)
                }
            }
        }
        for (method, score) in zip(methods, scores) {
            if score.quarterCount > 0 {
                result.notes += score.notes(method, input.keys.isEmpty ? "quarters" : "rows")
            } else {
                result.notes.append("\(method.rawValue): " + absence(method))
            }
        }
        result.notes.append("each forecast used only what was known on the evening before the quarter")
        if !input.keys.isEmpty {
            result.notes.append(
                "a deal is in the group it was in: when it was forecast on that evening, when it was won at the quarter's"
                    + " end")
        }
        result.definition = [
            "error = expected − actual; WAPE = Σ |error| ÷ Σ actual; bias = Σ error ÷ Σ actual",
            "coverage = share of quarters with p10 ≤ actual ≤ p90, which claims 80%",
            "Brier = mean of (chance − won)² over the deals open at the start; category: its commit row, no chances",
        ]
        for (method, score) in zip(methods, scores) where method != .category {
            result.definition += score.table(method)
        }
        return result
    }

    private static func columns(_ calendar: Calendar) -> [ReportResult.Column] {
        [
            .init(
                "quarter", .date, isKey: true, meaning: "the quarter forecast",
                unit: PeriodUnit(.quarter, isFiscal: calendar.fiscalYearStartMonth != 1, calendar)),
            .init("method", .category, isKey: true, meaning: "how the forecast was made"),
            .init("expected", .money, meaning: "what the forecast expected at the quarter's start", isEstimate: true),
            .init("p10", .money, meaning: "the range it claimed", isEstimate: true),
            .init("p90", .money, isEstimate: true),
            .init("actual", .money, meaning: "value won in the quarter", sums: "value"),
            .init("error", .money, meaning: "expected − actual", isEstimate: true),
            .init("inside", .boolean, meaning: "p10 ≤ actual ≤ p90"),
        ]
    }

    private static func append(
        _ key: [Cell], _ period: Period, _ method: ForecastReport.Method, _ outlook: Outlook,
        _ sum: SumDistribution?, _ won: Int64, to result: inout ReportResult
    ) {
        let expected = Int64(min(outlook.expected, 9e18).rounded())
        let isInside = sum.map { BacktestScore.contains($0, won) }
        result.append(
            key + [
                .integer(Int64(period.start.number)), .text(method.rawValue), .integer(expected),
                sum.map { .integer($0.quantile(0.1).cents) } ?? .missing,
                sum.map { .integer($0.quantile(0.9).cents) } ?? .missing, .integer(won),
                .integer(expected - won), isInside.map { .integer($0 ? 1 : 0) } ?? .missing,
            ],
            conditions: ["actual": ForecastReport.won(period)])
    }

    private static func wantedCount(_ period: Period?, _ calendar: Calendar) throws -> Int {
        guard let period else { return quarterCount }
        let isFiscal = calendar.fiscalYearStartMonth != 1
        var count = 0
        while count < Limits.backtestQuarterCountMax {
            let quarter = calendar.period(.quarter, containing: calendar.today, offset: -count - 1, fiscal: isFiscal)
            guard quarter.start >= period.start else { break }
            count += 1
        }
        guard count > 0 else {
            throw Diagnostic(
                .noForecast, "no whole quarter of \(period) is over", hint: "backtest last 8 quarters")
        }
        return count
    }

    private static func absence(_ method: ForecastReport.Method) -> String {
        switch method {
        case .stages: "no open deal had a close date at the start of these quarters"
        case .history: "too few closed deals were known at the start of these quarters"
        case .category: "no open deal counted at the start of these quarters"
        }
    }
}

/// The sums behind the figures of one method.
struct BacktestScore {
    private(set) var quarterCount = 0
    private(set) var absoluteError = 0.0
    private(set) var error = 0.0
    private(set) var actual = 0.0
    private(set) var rangeCount = 0
    private(set) var insideCount = 0
    /// Quarters inside the range that independent deals would have claimed.
    private(set) var insideAloneCount = 0
    private(set) var dealCount = 0
    private var squareSum = 0.0
    private(set) var tenths = [(count: Int, chance: Double, won: Int)](repeating: (0, 0, 0), count: 10)

    /// Whether the range of a forecast holds what came.
    static func contains(_ sum: SumDistribution, _ won: Int64) -> Bool {
        sum.quantile(0.1).cents <= won && won <= sum.quantile(0.9).cents
    }

    mutating func add(
        _ group: PastQuarter.Group, _ outlook: Outlook, _ sum: SumDistribution?, alone: SumDistribution?
    ) {
        quarterCount += 1
        let won = Double(group.won)
        error += outlook.expected - won
        absoluteError += abs(outlook.expected - won)
        actual += won
        guard let sum else { return }
        rangeCount += 1
        if BacktestScore.contains(sum, group.won) { insideCount += 1 }
        if let alone, BacktestScore.contains(alone, group.won) { insideAloneCount += 1 }
        var chanceOfRow: [Int: Double] = [:]
        for (row, chance) in zip(outlook.rows, outlook.chances) { chanceOfRow[row] = chance.probability }
        for row in group.openRows {
            let chance = chanceOfRow[row] ?? 0
            let isWon = group.wonRows.contains(row)
            dealCount += 1
            squareSum += (chance - (isWon ? 1 : 0)) * (chance - (isWon ? 1 : 0))
            let tenth = min(9, Int(chance * 10))
            tenths[tenth].count += 1
            tenths[tenth].chance += chance
            tenths[tenth].won += isWon ? 1 : 0
        }
    }

    /// Σ |error| ÷ Σ actual; `nil` when nothing was won.
    var wape: Double? { actual > 0 ? absoluteError / actual : nil }
    /// Σ error ÷ Σ actual; `nil` when nothing was won.
    var bias: Double? { actual > 0 ? error / actual : nil }
    /// Share of the quarters inside their range.
    var coverage: Double? { rangeCount > 0 ? Double(insideCount) / Double(rangeCount) : nil }
    /// Mean squared error of the chances.
    var brier: Double? { dealCount > 0 ? squareSum / Double(dealCount) : nil }

    /// `history: WAPE 12.1%, bias +3%, 7 of 8 quarters inside p10 to p90, Brier 0.102 over 1,204 deals`.
    func notes(_ method: ForecastReport.Method, _ noun: String) -> [String] {
        var parts = ["\(method.rawValue): WAPE \(percent(wape)), bias \(percent(bias))"]
        if rangeCount > 0 {
            parts.append(
                "\(insideCount) of \(rangeCount) \(noun) inside p10 to p90 (\(insideAloneCount) if deals were independent)"
            )
            parts.append(
                "Brier \(brier.map { ForecastWords.decimal($0, 4) } ?? "unknown") over"
                    + " \(DecimalText.grouped(String(dealCount))) deals")
        }
        return [parts.joined(separator: ", ")]
    }

    /// The calibration table.
    func table(_ method: ForecastReport.Method) -> [String] {
        guard dealCount > 0 else { return [] }
        var lines = ["calibration of \(method.rawValue): chance, deals, expected to be won, won"]
        for (tenth, bin) in tenths.enumerated() where bin.count > 0 {
            lines.append(
                "\(tenth * 10)–\(tenth * 10 + 10)%: \(DecimalText.grouped(String(bin.count))) deals,"
                    + " \(ForecastWords.decimal(bin.chance, 1)) expected, \(bin.won) won")
        }
        return lines
    }

    private func percent(_ share: Double?) -> String {
        share.map { "\(ForecastWords.decimal($0 * 100, 1))%" } ?? "unknown (nothing was won)"
    }
}
