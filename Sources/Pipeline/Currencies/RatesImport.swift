// `import rates from "rates.csv"`: dated exchange rates, one row per currency and day. Three ways of writing them are
// read: a rate to the book's currency; a rate between two named currencies, one of which is the book's; and
// Salesforce's ConversionRate, which counts the other way round (units of the currency per unit of the organisation's).
// What one unit is worth by the newest rate is told, so that a wrong direction is seen at once.

import Engine
import Values

extension Book {
    func importingRates(
        _ table: TextTable, _ options: ImportOptions, _ execution: Execution
    ) throws -> (book: Book, report: ImportReport) {
        let file = try RatesFile(table, into: self, options: options, execution: execution)
        var report = ImportReport(table: ExchangeRates.tableName)
        report.rowCount = table.rowCount
        report.columns = file.uses
        report.rejects = file.rejects
        report.notes = table.notes + file.notes
        var rates: [RatesFile.Key: Double] = [:]
        var order: [RatesFile.Key] = []
        for (key, rate) in try storedRates() {
            if rates.updateValue(rate, forKey: key) == nil { order.append(key) }
        }
        let known = rates
        for (key, rate) in file.rates {
            if rates.updateValue(rate, forKey: key) == nil { order.append(key) }
        }
        for key in Set(file.rates.map(\.key)) {
            switch known[key] {
            case nil: report.addedCount += 1
            case rates[key]: report.unchangedCount += 1
            default: report.updatedCount += 1
            }
        }
        var book = self
        order.sort()
        book.setTable(
            ReferenceTable(
                name: ExchangeRates.tableName, singular: "rate", field: nil,
                keyColumn: ExchangeRates.RateColumn.name.rawValue,
                rows: try Table(
                    ExchangeRates.RateColumn.allCases.map { column in
                        try Column(
                            name: column.rawValue, valueType: column.valueType,
                            cells: order.map { key in
                                switch column {
                                case .currency: .text(key.currency)
                                case .to: .text(key.to)
                                case .day: key.day == Day.min.number ? .missing : .integer(Int64(key.day))
                                case .rate: .real(rates[key] ?? 0)
                                case .name: .text(key.name)
                                }
                            })
                    })))
        for code in Set(file.rates.map(\.key.currency)).sorted() {
            let days = order.filter { $0.currency == code && $0.to == settings.currency.code }
            guard let last = days.last, let rate = rates[last] else { continue }
            let when =
                last.day == Day.min.number
                ? "on every day" : "from \(Day(clamping: Int(last.day))) on, the latest of \(days.count)"
            report.notes.append("1 \(code) = \(RatesFile.text(rate)) \(settings.currency.code) \(when)")
        }
        let missing = try book.reported(on: .max).reporting?.withoutRate ?? []
        if !missing.isEmpty {
            let list = missing.map { "\($0.count) in \($0.currency)" }.joined(separator: ", ")
            report.notes.append("deals without a rate: \(list)")
        }
        return (book, report)
    }

    private func storedRates() throws -> [(RatesFile.Key, Double)] {
        guard let rows = table(named: ExchangeRates.tableName)?.rows else { return [] }
        let columns = ExchangeRates.RateColumn.allCases.map { rows.column($0.rawValue) }
        guard let codes = columns[0], let targets = columns[1], let days = columns[2], let rates = columns[3] else {
            return []
        }
        return try (0..<rows.rowCount).filter { !rows.deletedRows.contains($0) }.compactMap { row in
            guard let code = try codes.cell(row).text, let to = try targets.cell(row).text,
                case .real(let rate) = try rates.cell(row)
            else { return nil }
            let day = try days.cell(row).integer.map { Int32(clamping: $0) } ?? Day.min.number
            return (RatesFile.Key(currency: code, to: to, day: day), rate)
        }
    }
}

/// The rates of one file.
struct RatesFile {
    /// From which currency to which, from which day on.
    struct Key: Hashable, Comparable {
        var currency: String
        var to: String
        var day: Int32

        /// What tells it from all others.
        var name: String {
            let since = day == Day.min.number ? "" : " \(Day(clamping: Int(day)))"
            return "\(currency)/\(to)\(since)"
        }

        static func < (one: Key, other: Key) -> Bool {
            (one.currency, one.to, one.day) < (other.currency, other.to, other.day)
        }
    }

    /// The rates, in the file's order.
    private(set) var rates: [(key: Key, rate: Double)] = []
    private(set) var uses: [ImportReport.ColumnUse] = []
    private(set) var notes: [String] = []
    private(set) var rejects: [ImportReport.Reject] = []

    private enum Part: String, CaseIterable {
        case currency, to, day, rate

        var aliases: [String] {
            switch self {
            case .currency: ["currency", "from", "isocode", "currencyisocode", "currencycode", "fromcurrency", "code"]
            case .to: ["to", "tocurrency", "target", "quote"]
            case .day: ["day", "date", "startdate", "validfrom", "fromdate", "effectivedate", "since"]
            case .rate: ["rate", "exchangerate", "conversionrate", "value"]
            }
        }
    }

    /// Reads a file into a book. Throws diagnostics when it cannot be read as a whole.
    init(_ table: TextTable, into book: Book, options: ImportOptions, execution: Execution) throws {
        var filter = try RowFilter(table, skipsBadRows: options.skipsBadRows)
        let columns = try RatesFile.columns(table, options)
        func cells(_ part: Part) -> ColumnCells? {
            columns[part].map {
                ColumnCells(
                    table: table, column: $0, missing: options.missing.map { Array($0.utf8) },
                    leftOut: filter.leftOut)
            }
        }
        guard let currencies = cells(.currency) else {
            throw ImportDiagnostics.missingHistoryColumn(table, "of which currency a rate is", "currency")
        }
        guard let numbers = cells(.rate) else {
            throw ImportDiagnostics.missingHistoryColumn(table, "what the rate is", "rate")
        }
        let types = ColumnTypes(statedOrder: options.dates, execution: execution)
        var dayReader: CellReader?
        if let days = cells(.day) {
            switch try types.decide(days, as: .date) {
            case .read(let reader): dayReader = reader
            case .ambiguousDates(let row): throw ImportDiagnostics.ambiguousDates(days, row: row)
            case .contradictingDates(let dayFirst, let monthFirst):
                throw ImportDiagnostics.contradictingDates(days, dayFirst: dayFirst, monthFirst: monthFirst)
            case .empty, .notThisField: break
            }
        } else {
            notes.append("the file has no days: its rates count for every day")
        }
        guard case .read(let rateReader) = try types.decide(numbers, as: .real) else {
            throw ImportDiagnostics.missingHistoryColumn(table, "what the rate is", "rate")
        }
        let isPerUnit = HeaderName.normalised(table.header[numbers.column]) == "conversionrate"
        var elsewhere = 0
        for pass in 0..<2 {
            var bad: [BadCell] = []
            rates = []
            elsewhere = 0
            for row in 0..<table.rowCount where !filter.isLeftOut(row) {
                func text(_ column: Int) -> String {
                    let bytes = Array(table.text(row: row, column: column).utf8)
                    return String(decoding: bytes[ColumnCells.trimmed(bytes.span)], as: UTF8.self)
                }
                func currency(_ column: Int) -> Currency? {
                    let word = text(column)
                    let found = Currency(sign: word) ?? Currency(code: word)
                    return found.flatMap { CurrencyText.known.contains($0.code) ? $0 : nil }
                }
                func fault(_ column: Int, _ expected: String?) {
                    bad.append(BadCell(row: row, column: column, expected: text(column).isEmpty ? nil : expected))
                }
                guard let from = currency(currencies.column) else {
                    fault(currencies.column, "no currency")
                    continue
                }
                var to = book.settings.currency
                if let column = columns[.to] {
                    guard let found = currency(column) else {
                        fault(column, "no currency")
                        continue
                    }
                    to = found
                }
                let rateBytes = Array(text(numbers.column).utf8)
                guard let rate = rateReader.real(rateBytes.span), ExchangeRates.billionths(.real(rate)) != nil else {
                    fault(numbers.column, "no positive rate")
                    continue
                }
                var day = Day.min.number
                if let dayReader, let column = columns[.day] {
                    var notes = CellReader.Notes()
                    let bytes = Array(text(column).utf8)
                    guard
                        let number = dayReader.integer(
                            bytes.span, timezoneMinutes: book.settings.timezoneMinutes, &notes)
                    else {
                        fault(column, "no date")
                        continue
                    }
                    day = Int32(clamping: number)
                }
                let own = book.settings.currency
                if from == own, to == own { continue }
                if to == own {
                    rates.append((Key(currency: from.code, to: own.code, day: day), isPerUnit ? 1 / rate : rate))
                } else if from == own {
                    rates.append((Key(currency: to.code, to: own.code, day: day), isPerUnit ? rate : 1 / rate))
                } else {
                    elsewhere += 1
                }
            }
            if bad.isEmpty { break }
            guard options.skipsBadRows, pass == 0 else { throw BadCell.refusal(bad, table) }
            filter.reject(bad)
        }
        rejects = filter.rejects
        if elsewhere > 0 {
            notes.append(
                "\(elsewhere) rates between other currencies than \(book.settings.currency.code) were left out")
        }
        uses = table.header.enumerated().map { column, header in
            let part = Part.allCases.first { columns[$0] == column }
            return ImportReport.ColumnUse(
                header: header, field: part?.rawValue,
                reading: RatesFile.reading(part, isPerUnit: isPerUnit), isFixedField: part != nil)
        }
    }

    private static func reading(_ part: Part?, isPerUnit: Bool) -> String {
        switch part {
        case .currency, .to: "currency"
        case .day: "date"
        case .rate: isPerUnit ? "units of the currency per unit of the book's" : "number"
        case nil: "no part of a rate: not kept"
        }
    }

    /// Which columns of the file are what: as stated, else by their headers.
    private static func columns(_ table: TextTable, _ options: ImportOptions) throws -> [Part: Int] {
        var found: [Part: Int] = [:]
        for mapping in options.mappings {
            guard let column = HeaderMap.column(named: mapping.column, in: table) else {
                throw ImportDiagnostics.unknownColumn(
                    mapping.column, in: table, clause: "with \(mapping.column) as \(mapping.field)")
            }
            if let part = Part(rawValue: HeaderName.snake(mapping.field)) { found[part] = column }
        }
        let keys = table.header.map { HeaderName.normalised($0) }
        for part in Part.allCases where found[part] == nil {
            found[part] =
                part.aliases.lazy.compactMap { alias in
                    keys.indices.first { keys[$0] == alias && !found.values.contains($0) }
                }.first
        }
        return found
    }

    /// A rate as people write it: up to six decimals, no zeros at the end.
    static func text(_ rate: Double) -> String {
        let millionths = Int64((rate * 1_000_000).rounded())
        var decimals = String(millionths % 1_000_000)
        decimals = String(repeating: "0", count: 6 - decimals.count) + decimals
        while decimals.count > 2, decimals.hasSuffix("0") { decimals.removeLast() }
        return "\(millionths / 1_000_000).\(decimals)"
    }
}
