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

    /// What was seen beside the value of a cell.
    struct Notes {
        /// Whether decimals were cut.
        var isRounded = false
        /// Whether a currency stood beside an amount; never taken back.
        var hasCurrency = false
    }

    /// A value of an integer type; `nil` for a bad cell.
    @inline(__always)
    func integer(_ text: Span<UInt8>, timezoneMinutes: Int, _ notes: inout Notes) -> Int64? {
        switch self {
        case .money(let mark):
            guard let amount = AmountText.read(text, mark), !amount.isPercent, let cents = amount.cents else {
                return nil
            }
            notes.isRounded = cents.rounded
            if amount.currency != 0 { notes.hasCurrency = true }
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
    /// The first day that is looked at for that.
    static let farFuture = Int64(Day(year: 2050, month: 1, day: 1)?.number ?? .max)

    /// A real number; `nil` for a bad cell.
    func real(_ text: Span<UInt8>) -> Double? {
        guard case .number(let mark, _) = self, let amount = AmountText.read(text, mark), !amount.isPercent,
            amount.currency == 0
        else { return nil }
        return amount.real
    }
}
