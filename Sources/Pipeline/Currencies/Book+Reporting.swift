// A book in its reporting currency: another book, so that no query, report or forecast knows of currencies, and two of
// them are never added raw. Amounts in other currencies are converted by one policy: those of closed deals at the rate
// of their closing day, those of open ones at that of the day of the answer; the latest rate on or before that day. An
// amount without a rate is missing: the deal is listed, counted, and left out of sums.
//
// The stored amounts stay beside, in the deals' own currencies: "as of" begins from them, and history keeps them.

public import Engine
public import Values

/// How the amounts of a book were brought into its currency.
public struct Reporting: Sendable {
    /// The day of the answer.
    public var day: Day
    /// How many deals had an amount converted, by currency.
    public var converted: [(currency: String, count: Int)] = []
    /// How many deals have an amount for which there is no rate, by currency.
    public var withoutRate: [(currency: String, count: Int)] = []
    /// The columns that were converted, as they are stored, by their places.
    var own: [Int: Column] = [:]
    /// The rates that were used.
    var rates: ExchangeRates
}

extension Book {
    /// The name of the field with a deal's value in its own currency, as a text.
    public static let ownValueName = "own_value"

    /// The same book with all amounts of deals in the book's currency, answered on `day`.
    ///
    /// - Complexity: O(1) for a book of one currency, else O(deals).
    public func reported(on day: Day) throws -> Book {
        var book = withOwnAmounts()
        var reporting = Reporting(day: day, rates: try ExchangeRates(nil, to: settings.currency))
        let codes = try foreignCodes()
        if !codes.isEmpty {
            reporting.rates = try ExchangeRates(
                table(named: ExchangeRates.tableName), to: settings.currency)
            try book.convert(codes, &reporting)
        }
        book.reporting = reporting
        return book
    }

    /// The same book with the amounts as they are stored, each in its deal's currency.
    func withOwnAmounts() -> Book {
        guard let reporting else { return self }
        var book = self
        for (index, column) in reporting.own { try? book.deals.replaceColumn(index, with: column) }
        book.reporting = nil
        return book
    }

    /// The codes of the deals' currency column that mean another currency than the book's.
    private func foreignCodes() throws -> [UInt32: String] {
        let column = deals.columns[DealColumn.currency.index]
        var codes: [UInt32: String] = [:]
        for (index, name) in try column.dictionary.names().enumerated() where name != settings.currency.code {
            codes[UInt32(index + 1)] = name
        }
        guard !codes.isEmpty else { return [:] }
        var used: Set<UInt32> = []
        try column.forEachCode { _, code in if code > 0 { used.insert(code) } }
        return codes.filter { used.contains($0.key) }
    }

    private mutating func convert(_ foreign: [UInt32: String], _ reporting: inout Reporting) throws {
        let days = try rateDays(reporting.day)
        var converted: [String: Int] = [:]
        var withoutRate: [String: Int] = [:]
        for (index, column) in deals.columns.enumerated() where column.type == .money {
            let isValue = index == DealColumn.value.index
            let twin = try isValue ? nil : deals.column(column.name + "_currency")?.asCategory()
            let codes = try (twin ?? deals.columns[DealColumn.currency.index]).codes()
            let names = try twin.map(foreignNames) ?? foreign
            var amounts = try column.integers()
            for (row, code) in codes.enumerated() where code > 0 && amounts[row] != .min {
                guard let name = names[code] else { continue }
                let isCounted = isValue && !deals.deletedRows.contains(row)
                if let rate = reporting.rates.billionths(name, on: days[row]) {
                    amounts[row] = try ExchangeRates.converted(amounts[row], rate)
                    if isCounted { converted[name, default: 0] += 1 }
                } else {
                    amounts[row] = .min
                    if isCounted { withoutRate[name, default: 0] += 1 }
                }
            }
            reporting.own[index] = column
            var builder = ColumnBuilder(name: column.name, valueType: column.valueType)
            builder.append(integers: amounts, missing: .min)
            try deals.replaceColumn(index, with: try builder.finish())
        }
        reporting.converted = converted.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
        reporting.withoutRate = withoutRate.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }

    private func foreignNames(_ column: Column) throws -> [UInt32: String] {
        var names: [UInt32: String] = [:]
        for (index, name) in try column.dictionary.names().enumerated() where name != settings.currency.code {
            names[UInt32(index + 1)] = name
        }
        return names
    }

    /// For each deal the day whose rate counts: its closing day when it is closed, else `day`; never a later one.
    private func rateDays(_ day: Day) throws -> [Int32] {
        let present = try VersionDays.presentPlaces(self)
        let isClosed = stagePlaces.map(\.stage.kind.isClosed)
        let closedOn = try deals.columns[DealColumn.closedOn.index].integers()
        let close = try deals.columns[DealColumn.close.index].integers()
        let entered = try deals.columns[DealColumn.entered.index].integers()
        return present.indices.map { row in
            guard present[row] >= 0, isClosed[Int(present[row])] else { return day.number }
            let closing = [closedOn[row], close[row], entered[row]].first { $0 != .min } ?? Int64(day.number)
            return min(Int32(clamping: closing), day.number)
        }
    }
}

extension Book {
    /// What a deal's amount is in the book's currency; `nil` without a rate. Amounts of closed deals count at the rate of
    /// `closing`, of others (`nil`) at that of the day of the answer.
    func reportedAmount(_ cents: Int64, currency: String?, closing: Int32?) throws -> Int64? {
        guard let reporting, let currency, currency != settings.currency.code else { return cents }
        let day = min(closing ?? reporting.day.number, reporting.day.number)
        guard let rate = reporting.rates.billionths(currency, on: day) else { return nil }
        return try ExchangeRates.converted(cents, rate)
    }

    /// Whether any amount was converted or lacks a rate.
    var usesRates: Bool { reporting?.own.isEmpty == false }

    /// The closing day of a closed deal.
    func closingDay(_ row: Int) throws -> Int32? {
        for column in [DealColumn.closedOn, .close, .entered] {
            if let day = try deal(row, column).integer { return Int32(clamping: day) }
        }
        return nil
    }

    /// A deal's value as it is stored, in its own currency, and that currency; `nil` without a value.
    func ownValue(_ row: Int) throws -> (cents: Int64, currency: String?)? {
        let column = reporting?.own[DealColumn.value.index] ?? deals.columns[DealColumn.value.index]
        guard let cents = try column.cell(row).integer else { return nil }
        return (cents, try deal(row, .currency).text)
    }

    /// The column of the field `own_value`: each deal's value in its own currency, as a text.
    public func ownValueColumn() throws -> Column {
        let values = try (reporting?.own[DealColumn.value.index] ?? deals.columns[DealColumn.value.index]).integers()
        let currencies = deals.columns[DealColumn.currency.index]
        let names = try currencies.dictionary.names()
        let prefixes = [settings.currency.prefix] + names.map { Currency(code: $0)?.prefix ?? $0 + " " }
        var builder = ColumnBuilder(name: Book.ownValueName, valueType: .text)
        for (row, code) in try currencies.codes().enumerated() {
            if values[row] == .min {
                builder.appendMissing()
            } else {
                builder.append(prefixes[Int(code)] + Money(cents: values[row]).grouped())
            }
        }
        return try builder.finish()
    }
}

extension Column {
    /// A category as it is, a text as one; `nil` for other types.
    fileprivate func asCategory() throws -> Column? {
        switch representation {
        case .code: return self
        case .text: return try Column(name: name, valueType: .category, cells: try cells())
        case .integer, .real: return nil
        }
    }
}
