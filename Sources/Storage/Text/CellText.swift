// Values as programs read them, the same in CSV and JSON: full precision, no groups, no units.
//
//   money     cents            1234.50          date      day number     2026-11-23
//   percent   millionths       0.45             instant   seconds        2026-11-23T09:30:00Z
//   number    integer or real  12, 0.1          boolean   0, 1           true, false
//   duration  days             14               text, category           as they are
internal import Engine
internal import Values

/// The plain text of one value.
enum CellText {
    /// What kind of word it is, for the formats that write them differently.
    enum Kind {
        /// Digits, sign, point, exponent.
        case number
        /// `true` or `false`.
        case word
        /// Anything else.
        case text
    }

    /// The text of a cell of a column; `nil` when it is missing.
    static func text(_ cell: Cell, _ type: ColumnType) -> (text: String, kind: Kind)? {
        switch cell {
        case .missing: return nil
        case .text(let text): return (text, .text)
        case .real(let value): return value.isFinite ? (real(value), .number) : nil
        case .integer(let value):
            switch type {
            case .money: return (Money(cents: value).plain, .number)
            case .percent: return (millionths(value), .number)
            case .date:
                guard let number = Int(exactly: value), let day = Day(number: number) else { return nil }
                return (day.description, .text)
            case .instant: return instant(value).map { ($0, .text) }
            case .boolean: return (value == 0 ? "false" : "true", .word)
            case .number, .duration, .text, .category: return (String(value), .number)
            }
        }
    }

    /// The shortest digits that read back as the same number; whole ones without a point.
    static func real(_ value: Double) -> String {
        if value == value.rounded(), abs(value) < 0x1p53 { return String(Int64(value)) }
        return value.description
    }

    private static func millionths(_ value: Int64) -> String {
        let magnitude = value.magnitude
        var text = String(magnitude / 1_000_000)
        let rest = magnitude % 1_000_000
        if rest > 0 {
            var digits = String(rest + 1_000_000).dropFirst()
            while digits.last == "0" { digits.removeLast() }
            text += "." + digits
        }
        return value < 0 ? "-" + text : text
    }

    private static func instant(_ seconds: Int64) -> String? {
        let days = seconds >= 0 ? seconds / 86_400 : (seconds + 1) / 86_400 - 1
        guard let number = Int(exactly: days), let day = Day(number: number) else { return nil }
        let second = Int(seconds - days * 86_400)
        func two(_ value: Int) -> String { (value < 10 ? "0" : "") + String(value) }
        return "\(day)T\(two(second / 3600)):\(two(second / 60 % 60)):\(two(second % 60))Z"
    }
}
