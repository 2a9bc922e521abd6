// Turns the cells of a column into values of one type. What the type is, and how its texts are to be understood, was
// decided before (see ColumnTypes); here a cell either is such a value or is bad.

import Engine
import Values

/// How the cells of a column are read.
enum CellReader: Hashable {
    case text
    case category
    case money(DecimalMark)
    case number(DecimalMark, real: Bool)
    /// `fraction` reads 0.4 as 40%; otherwise 40 is.
    case percent(DecimalMark, fraction: Bool)
    case date(DayMonthOrder, serials: Bool)
    case instant(DayMonthOrder, serials: Bool)
    case duration
    case boolean

    /// What its values mean and how they are held.
    var valueType: ValueType {
        switch self {
        case .text: .text
        case .category: .category
        case .money: .money
        case .number(_, let real): real ? .real : .integer
        case .percent: .percent
        case .date: .date
        case .instant: .instant
        case .duration: .duration
        case .boolean: .boolean
        }
    }

    /// What a cell should have been, for messages: `no amount`.
    var expected: String {
        switch self {
        case .text, .category: "no text"
        case .money: "no amount of money"
        case .number: "no number"
        case .percent: "no share between 0% and 100%"
        case .date(let order, _), .instant(let order, _):
            order == .yearFirst ? "no date" : "no date of the order \(order.rawValue)"
        case .duration: "no number of days"
        case .boolean: "neither yes nor no"
        }
    }

    /// How the column was read, for the report: `date (D/M/Y)`.
    var description: String {
        switch self {
        case .text: "text"
        case .category: "category"
        case .money(.comma): "money (decimal comma)"
        case .number(.comma, _): "number (decimal comma)"
        case .money: "money"
        case .number: "number"
        case .percent: "percent"
        case .date(let order, _): order == .yearFirst ? "date" : "date (\(order.rawValue))"
        case .instant(let order, _): order == .yearFirst ? "time" : "time (\(order.rawValue))"
        case .duration: "duration"
        case .boolean: "yes/no"
        }
    }

    /// A value of an integer type; `nil` for a bad cell. `rounded` is set when decimals were cut.
    func integer(_ text: Span<UInt8>, timezoneMinutes: Int, rounded: inout Bool) -> Int64? {
        switch self {
        case .money(let mark):
            guard let amount = AmountText.read(text, mark), !amount.isPercent, let cents = amount.cents else {
                return nil
            }
            if cents.rounded { rounded = true }
            return cents.value
        case .number(let mark, _):
            guard let amount = AmountText.read(text, mark), !amount.isPercent, amount.currency == 0,
                let whole = amount.trimmed.scaled(to: 0), !whole.rounded
            else { return nil }
            return whole.value
        case .percent(let mark, let fraction):
            guard let amount = AmountText.read(text, mark), amount.currency == 0 else { return nil }
            return amount.scaled(to: fraction && !amount.isPercent ? 6 : 4)?.value
        case .date(let order, let serials):
            guard let date = DateText.read(text, serials: serials),
                let day = date.day(order, timezoneMinutes: timezoneMinutes)
            else { return nil }
            return Int64(day.number)
        case .instant(let order, let serials):
            return DateText.read(text, serials: serials)?.instant(order, timezoneMinutes: timezoneMinutes)
        case .duration: return DurationText.read(text)
        case .boolean: return YesNoText.read(text, digits: true).map { $0 ? 1 : 0 }
        case .text, .category: return nil
        }
    }

    /// Whether a date means "not yet": 9999-12-31 in any column, 2050-01-01 in one that tells an end.
    func isOpenEnd(_ value: Int64, header: String) -> Bool {
        let day: Int64
        switch self {
        case .date: day = value
        case .instant: day = value / 86_400
        default: return false
        }
        if day >= CellReader.lastYear { return true }
        return day == CellReader.farFuture && HeaderName.saysEnd(header)
    }

    private static let lastYear = Int64(Day(year: 9999, month: 1, day: 1)?.number ?? .max)
    private static let farFuture = Int64(Day(year: 2050, month: 1, day: 1)?.number ?? .max)

    /// A real number; `nil` for a bad cell.
    func real(_ text: Span<UInt8>) -> Double? {
        guard case .number(let mark, _) = self, let amount = AmountText.read(text, mark), !amount.isPercent,
            amount.currency == 0
        else { return nil }
        return amount.real
    }
}

/// A column that was read.
struct ReadColumn {
    /// The values, one per row that is not left out.
    var column: Column
    /// Rows of the file whose cell is bad, ascending.
    var badRows: [Int]
    /// How many amounts were rounded to the cent.
    var roundedCount: Int
    /// The first row whose amount was rounded.
    var firstRoundedRow: Int?
}

extension ColumnCells {
    /// Reads all rows into a column; bad cells become missing and are listed.
    func read(_ reader: CellReader, name: String, timezoneMinutes: Int) throws -> ReadColumn {
        var builder = ColumnBuilder(name: name, valueType: reader.valueType)
        var badRows: [Int] = []
        var roundedCount = 0
        var firstRoundedRow: Int?
        switch reader.valueType.representation {
        case .text, .code:
            forEach(0..<table.rowCount) { _, text in
                if text.isEmpty { builder.appendMissing() } else { ColumnCells.append(text, to: &builder) }
            }
        case .integer:
            forEach(0..<table.rowCount) { row, text in
                if text.isEmpty { return builder.appendMissing() }
                var rounded = false
                if let value = reader.integer(text, timezoneMinutes: timezoneMinutes, rounded: &rounded) {
                    if reader.isOpenEnd(value, header: header) {
                        builder.appendMissing()
                    } else {
                        builder.append(value)
                    }
                    if rounded {
                        roundedCount += 1
                        firstRoundedRow = firstRoundedRow ?? row
                    }
                } else {
                    builder.appendMissing()
                    badRows.append(row)
                }
            }
        case .real:
            forEach(0..<table.rowCount) { row, text in
                if text.isEmpty { return builder.appendMissing() }
                if let value = reader.real(text) {
                    builder.append(value)
                } else {
                    builder.appendMissing()
                    badRows.append(row)
                }
            }
        }
        return ReadColumn(
            column: try builder.finish(), badRows: badRows, roundedCount: roundedCount,
            firstRoundedRow: firstRoundedRow)
    }

    /// Appends a text, ill-formed UTF-8 repaired: names must be texts everywhere.
    private static func append(_ text: Span<UInt8>, to builder: inout ColumnBuilder) {
        // SAFETY: the pointer is used within the closure only, while the span is alive.
        unsafe text.withUnsafeBufferPointer { unsafe builder.append(utf8: $0) }
    }
}
