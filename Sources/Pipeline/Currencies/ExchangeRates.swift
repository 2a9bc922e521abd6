// Dated exchange rates, from the book's table `rates`: what one unit of a currency was worth in the book's, from a day
// until the next one. Exact: a rate is whole billionths, a product is rounded once, to the cent, halves away from zero.
//
//   EUR   2026-01-01 1.08   2026-04-01 1.10        €100.00 on 2026-03-31 → $108.00

import Engine
import Values

/// What currencies are worth in the book's.
struct ExchangeRates: Sendable {
    /// The name of the table that holds them.
    static let tableName = "rates"

    /// The columns of that table: one unit of `currency` was `rate` units of `to` from `day` on.
    enum RateColumn: String, CaseIterable {
        case currency, to, day, rate
        /// `EUR/USD 2026-01-01`: what tells a row from all others.
        case name

        var valueType: ValueType {
            switch self {
            case .currency, .to: .category
            case .day: .date
            case .rate: .real
            case .name: .text
            }
        }
    }

    /// For each currency its days, ascending, and the rate of each in billionths.
    private var byCurrency: [String: (days: [Int32], billionths: [Int64])] = [:]

    /// The rates to a currency that a table of a book holds; none without the table.
    init(_ table: ReferenceTable?, to currency: Currency) throws {
        guard let rows = table?.rows else { return }
        let columns = RateColumn.allCases.map { rows.column($0.rawValue) }
        guard let codes = columns[0], let targets = columns[1], let days = columns[2], let rates = columns[3],
            [codes, targets].allSatisfy({ $0.representation == .code }), days.type == .date, rates.type == .number
        else { return }
        var found: [String: [(day: Int32, billionths: Int64)]] = [:]
        for row in 0..<rows.rowCount where !rows.deletedRows.contains(row) {
            guard let code = try codes.cell(row).text, try targets.cell(row).text == currency.code,
                let billionths = ExchangeRates.billionths(try rates.cell(row))
            else { continue }
            let day = try days.cell(row).integer ?? Int64(Day.min.number)
            found[code, default: []].append((Int32(clamping: day), billionths))
        }
        for (code, rates) in found {
            let sorted = rates.enumerated().sorted { ($0.element.day, $0.offset) < ($1.element.day, $1.offset) }
            byCurrency[code] = (sorted.map(\.element.day), sorted.map(\.element.billionths))
        }
    }

    /// The latest rate on or before a day; `nil` when there is none.
    ///
    /// - Complexity: O(log n) in the currency's days.
    func billionths(_ code: String, on day: Int32) -> Int64? {
        guard let (days, billionths) = byCurrency[code] else { return nil }
        var low = 0
        var high = days.count
        while low < high {
            let middle = (low + high) / 2
            if days[middle] <= day { low = middle + 1 } else { high = middle }
        }
        return low == 0 ? nil : billionths[low - 1]
    }

    /// An amount at a rate, rounded to the cent, halves away from zero. Throws `EngineError.overflow`.
    static func converted(_ cents: Int64, _ billionths: Int64) throws -> Int64 {
        try scaled(cents, by: billionths, over: billion)
    }

    /// The amount that is `cents` at a rate, rounded likewise. Throws `EngineError.overflow`.
    static func unconverted(_ cents: Int64, _ billionths: Int64) throws -> Int64 {
        try scaled(cents, by: billion, over: billionths)
    }

    private static func scaled(_ cents: Int64, by factor: Int64, over divisor: Int64) throws -> Int64 {
        let product = Int128(cents) * Int128(factor)
        let half = Int128(divisor / 2)
        let rounded = (product + (product < 0 ? -half : half)) / Int128(divisor)
        guard let result = Int64(exactly: rounded), result != .min else {
            throw EngineError.overflow(operation: "conversion")
        }
        return result
    }

    /// A positive rate as whole billionths; `nil` for any other cell.
    static func billionths(_ cell: Cell) -> Int64? {
        let rate: Double
        switch cell {
        case .real(let number): rate = number
        case .integer(let number): rate = Double(number)
        default: return nil
        }
        let scaled = (rate * Double(billion)).rounded()
        return rate > 0 && scaled >= 1 && scaled < 1e18 ? Int64(scaled) : nil
    }

    /// Billionths in one.
    static let billion: Int64 = 1_000_000_000
}
