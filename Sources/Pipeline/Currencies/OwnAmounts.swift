// The way back from amounts in the book's currency, in which changes are written as answers are read, to the amounts that
// deals keep in their own: by the rate a deal is shown at, so that what is set is what is seen next.
//
//   value = $240 of an open deal in EUR, at 1.20 today    kept as €200.00
//   a value that is what is shown already                 kept as it is
//   no rate on or before the deal's day                   refused

import Engine
import Values

/// Amounts in the currencies of deals.
struct OwnAmounts {
    private let rates: ExchangeRates
    private let reported: Currency
    private let day: Int32

    /// For changes that are written on `day` in the currency of the book.
    init(_ book: Book, on day: Day) throws {
        rates = try ExchangeRates(book.table(named: ExchangeRates.tableName), to: book.settings.currency)
        reported = book.settings.currency
        self.day = day.number
    }

    /// What an amount of the book's currency is in another, the book's own where none is told; `nil` without a rate.
    /// `closing` is the closing day of a closed deal.
    func own(_ cents: Int64, in currency: String?, closing: Int32?) throws -> Int64? {
        guard let currency, currency != reported.code else { return cents }
        guard let rate = rates.billionths(currency, on: min(closing ?? day, day)) else { return nil }
        return try ExchangeRates.unconverted(cents, rate)
    }

    /// What an amount kept in another currency is in the book's; `nil` without a rate. The way of `own`, back.
    func shown(_ cents: Int64, in currency: String?, closing: Int32?) throws -> Int64? {
        guard let currency, currency != reported.code else { return cents }
        return try rates.billionths(currency, on: min(closing ?? day, day)).map {
            try ExchangeRates.converted(cents, $0)
        }
    }

    /// What is said when an amount is written in another currency than the one it would be kept in.
    static func notKept(in currency: String, _ deals: String, _ count: Int, hint: String) -> Diagnostic {
        ChangeDiagnostics.refused("\(deals) \(count == 1 ? "is" : "are") not in \(currency)", hint: hint)
    }

    /// What is said when there is no rate.
    func refusal(_ deals: String) -> Diagnostic {
        ChangeDiagnostics.refused(
            "there is no rate for the currency of \(deals) on or before its day, so an amount in \(reported.code)"
                + " cannot be kept in it", hint: "import rates from \"FILE\", or set the currency too")
    }
}

extension DealChanger {
    /// Throws unless the amounts of a column are all kept in this currency, in which they were written.
    func checkKept(in currency: String, _ column: String) throws {
        let kept = try currencies(of: column).new
        let others = rows.indices.filter { kept[$0] != currency }
        guard others.isEmpty else {
            throw OwnAmounts.notKept(
                in: currency, list(others), others.count,
                hint: "where currency = \(currency) leaves others out; or set currency = \(currency) as well")
        }
    }

    /// The new amounts of a column as the deals keep them, and how many were converted; `nil` for columns of no money and
    /// where all are in the book's currency. What is computed of an amount that is not shown for lack of a rate comes to
    /// none, and leaves the amount alone unless it `isCleared`.
    mutating func ownAmounts(_ column: String, isCleared: Bool) throws -> (cells: [Cell], count: Int)? {
        guard let place = book.deals.columnIndex(column), book.deals.columns[place].type == .money,
            var cells = after[column], let stored = before[column]
        else { return nil }
        let currencies = try currencies(of: column)
        guard currencies.new.contains(where: { $0 != nil && $0 != book.settings.currency.code }) else { return nil }
        let amounts = try OwnAmounts(book, on: shown.reporting?.day ?? day)
        let seen = try shown.deals.columns[place].cells(at: rows)
        var count = 0
        var lacking: [Int] = []
        for index in rows.indices {
            guard let currency = currencies.new[index], currency != book.settings.currency.code else { continue }
            if cells[index] == seen[index], currencies.old[index] == currency, !isCleared {
                cells[index] = stored[index]
                continue
            }
            guard let cents = cells[index].integer else { continue }
            let isClosed = oldPlace(index)?.stage.kind.isClosed == true
            let closing = isClosed ? try book.closingDay(rows[index]) : nil
            if let own = try amounts.own(cents, in: currency, closing: closing) {
                cells[index] = .integer(own)
                count += 1
            } else {
                lacking.append(index)
            }
        }
        if !lacking.isEmpty { throw amounts.refusal(list(lacking)) }
        return (cells, count)
    }

    /// The currencies of a column's amounts: those of its twin column where there is one, else the deals'.
    func currencies(of column: String) throws -> (old: [String?], new: [String?]) {
        let twin = column + "_currency"
        let name =
            column == DealColumn.value.rawValue || book.deals.column(twin) == nil ? DealColumn.currency.rawValue : twin
        let old = try before[name] ?? book.deals.column(name)?.cells(at: rows) ?? []
        return (old.map(\.text), (after[name] ?? old).map(\.text))
    }
}
