// Every word that means something to the grammar. A word is a keyword only where the grammar expects it; the
// lexer merely marks words that could be one, so that the parser compares numbers instead of letters.

import Values

/// A word of the grammar; the raw value is its spelling in lower case.
public enum Keyword: String, CaseIterable, Hashable, Sendable {
    // Joining, sources and clauses.
    case and, or, not, by, `where`, of, at, from, `in`, before, past, after, since, until, between, closing, closed
    case created, entered, older, stalled, using, across, within, then, `else`, with, `as`, on, won, lost, open, overdue
    case deals, deal, history, my, later, than, versus
    // Conditions.
    case `is`, missing, set, contains, starts, ends, matches, `if`, yes, no
    // Days and periods.
    case today, yesterday, tomorrow, ytd, qtd, ago, start, end, this, last, next, fiscal
    case day, days, week, weeks, month, months, quarter, quarters, half, halves, year, years
    case january, february, march, april, may, june, july, august, september, october, november, december
    case jan, feb, mar, apr, jun, jul, aug, sep, sept, oct, nov, dec
    case monday, tuesday, wednesday, thursday, friday, saturday, sunday
    // Steps.
    case show, sort, asc, desc, top, first, skip, distinct, pivot, chart, bars, columns, line, spark, save, guarded
    case expect, none, some, count, sum, avg, median, min, max, stddev
    case winRate = "win_rate"
    // Reports.
    case board, funnel, conversion, velocity, bottlenecks, aging, changes, cohorts, forecast, backtest, hygiene, focus
    case attainment, slipped, trend, strict, stages, category
    // Changes.
    case move, to, advance, win, lose, because, reopen, slip, delete
    // The book.
    case `import`, key, dates, skipping, bad, rows, row, wins, lines, are, deleted, kept, d, m, y
    case new, run, add, stage, probability, target, hold, pipeline, `let`, undo, redo, log, compact
    case settings, explain, help
    // What-ifs.
    case what, rate, cycle, size, compare, keep, forget, scenario, scenarios, sweep, solve, sensitivity

    /// The calendar unit that the word names, in the singular or plural.
    var unit: CalendarUnit? {
        switch self {
        case .day, .days: return .day
        case .week, .weeks: return .week
        case .month, .months: return .month
        case .quarter, .quarters: return .quarter
        case .half, .halves: return .half
        case .year, .years: return .year
        default: return nil
        }
    }

    /// The month that the word names, 1…12.
    var month: Int? {
        switch self {
        case .january, .jan: return 1
        case .february, .feb: return 2
        case .march, .mar: return 3
        case .april, .apr: return 4
        case .may: return 5
        case .june, .jun: return 6
        case .july, .jul: return 7
        case .august, .aug: return 8
        case .september, .sep, .sept: return 9
        case .october, .oct: return 10
        case .november, .nov: return 11
        case .december, .dec: return 12
        default: return nil
        }
    }

    /// The day of the week that the word names.
    var weekday: Weekday? {
        switch self {
        case .monday: return .monday
        case .tuesday: return .tuesday
        case .wednesday: return .wednesday
        case .thursday: return .thursday
        case .friday: return .friday
        case .saturday: return .saturday
        case .sunday: return .sunday
        default: return nil
        }
    }

    /// `this`, `last` or `next`.
    var direction: RelativeDirection? {
        switch self {
        case .this: return .this
        case .last: return .last
        case .next: return .next
        default: return nil
        }
    }

    /// The report that the word names.
    var reportKind: ReportKind? {
        switch self {
        case .board: return .board
        case .funnel: return .funnel
        case .conversion: return .conversion
        case .velocity: return .velocity
        case .bottlenecks: return .bottlenecks
        case .aging: return .aging
        case .changes: return .changes
        case .cohorts: return .cohorts
        case .forecast: return .forecast
        case .backtest: return .backtest
        case .hygiene: return .hygiene
        case .focus: return .focus
        case .attainment: return .attainment
        case .slipped: return .slipped
        case .trend: return .trend
        default: return nil
        }
    }

    /// The status that the word names.
    var status: DealStatus? {
        switch self {
        case .open: return .open
        case .won: return .won
        case .lost: return .lost
        case .closed: return .closed
        case .stalled: return .stalled
        case .overdue: return .overdue
        default: return nil
        }
    }

    /// The keyword with these letters in any case; `nil` when there is none.
    ///
    /// - Complexity: one look into a hash table, no allocation.
    static func of(_ bytes: ArraySlice<UInt8>) -> Keyword? {
        guard let packed = pack(bytes) else { return nil }
        return byPackedWord[packed]
    }

    private static let byPackedWord: [UInt128: Keyword] = {
        var table: [UInt128: Keyword] = [:]
        for keyword in allCases {
            if let packed = pack(Array(keyword.rawValue.utf8)[...]) { table[packed] = keyword }
        }
        return table
    }()

    /// Up to 16 letters, made lower case, as one number; `nil` when there are more or others than letters and `_`.
    private static func pack(_ bytes: ArraySlice<UInt8>) -> UInt128? {
        guard bytes.count <= 16 else { return nil }
        var packed: UInt128 = 0
        for byte in bytes {
            let lower = byte >= 65 && byte <= 90 ? byte | 0x20 : byte
            guard lower >= 97 && lower <= 122 || lower == 95 else { return nil }
            packed = packed << 8 | UInt128(lower)
        }
        return packed
    }
}
