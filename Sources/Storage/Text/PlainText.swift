// Values as programs read them, the same in CSV and JSON: full precision, no groups, no units. Digits are appended to
// the output directly; a string for each cell would cost several times as much as all the rest.
//
//   money     cents            1234.50          date      day number     2026-11-23
//   percent   millionths       0.45             instant   seconds        2026-11-23T09:30:00Z
//   number    integer or real  12, 0.1          boolean   0, 1           true, false
//   duration  days             14
internal import Engine
internal import Values

/// Appends values as ASCII.
enum PlainText {
    /// Whether the type's values are written as numbers or `true` and `false`, which JSON puts in no quotes.
    static func isBare(_ type: ColumnType) -> Bool {
        switch type {
        case .money, .percent, .number, .duration, .boolean: return true
        case .date, .instant, .text, .category: return false
        }
    }

    /// Appends an integer value of a type; `false`, and nothing appended, when it stands for nothing (a day before
    /// the year 1 or after 9999).
    static func append(_ value: Int64, _ type: ColumnType, _ out: inout [UInt8]) -> Bool {
        switch type {
        case .money: appendDecimal(value, hundredths: true, &out)
        case .percent: appendDecimal(value, hundredths: false, &out)
        case .boolean: out.append(contentsOf: (value == 0 ? "false" : "true").utf8)
        case .number, .duration, .text, .category: appendInteger(value, &out)
        case .date: return appendDay(value, &out)
        case .instant: return appendInstant(value, &out)
        }
        return true
    }

    /// Appends the shortest digits that read back as the same number, whole ones without a point; `false`, and
    /// nothing appended, for an infinite one.
    static func append(_ value: Double, _ out: inout [UInt8]) -> Bool {
        guard value.isFinite else { return false }
        if value == value.rounded(), abs(value) < 0x1p53 {
            appendInteger(Int64(value), &out)
        } else {
            out.append(contentsOf: value.description.utf8)
        }
        return true
    }

    private static func appendInteger(_ value: Int64, _ out: inout [UInt8]) {
        if value < 0 { out.append(UInt8(ascii: "-")) }
        appendDigits(value.magnitude, width: 1, &out)
    }

    /// Digits, with zeros before them up to `width`.
    private static func appendDigits(_ value: UInt64, width: Int, _ out: inout [UInt8]) {
        let start = out.count
        var rest = value
        while rest > 0 || out.count - start < width {
            out.append(48 + UInt8(truncatingIfNeeded: rest % 10))
            rest /= 10
        }
        var left = start
        var right = out.count - 1
        while left < right {
            out.swapAt(left, right)
            left += 1
            right -= 1
        }
    }

    /// Hundredths with two decimals or none, millionths with as many as they need.
    private static func appendDecimal(_ value: Int64, hundredths: Bool, _ out: inout [UInt8]) {
        if value < 0 { out.append(UInt8(ascii: "-")) }
        let (whole, rest) = value.magnitude.quotientAndRemainder(dividingBy: hundredths ? 100 : 1_000_000)
        appendDigits(whole, width: 1, &out)
        guard rest > 0 else { return }
        out.append(UInt8(ascii: "."))
        appendDigits(rest, width: hundredths ? 2 : 6, &out)
        if !hundredths { while out.last == 48 { out.removeLast() } }
    }

    private static func appendDay(_ value: Int64, _ out: inout [UInt8]) -> Bool {
        guard let day = Day(number: Int(value)) else { return false }
        let civil = day.civil
        appendDigits(UInt64(civil.year), width: 4, &out)
        out.append(UInt8(ascii: "-"))
        appendDigits(UInt64(civil.month), width: 2, &out)
        out.append(UInt8(ascii: "-"))
        appendDigits(UInt64(civil.day), width: 2, &out)
        return true
    }

    private static func appendInstant(_ seconds: Int64, _ out: inout [UInt8]) -> Bool {
        let days = seconds >= 0 ? seconds / 86_400 : (seconds + 1) / 86_400 - 1
        guard appendDay(days, &out) else { return false }
        let second = UInt64(seconds - days * 86_400)
        for (mark, value) in [("T", second / 3600), (":", second / 60 % 60), (":", second % 60)] {
            out.append(contentsOf: mark.utf8)
            appendDigits(value, width: 2, &out)
        }
        out.append(UInt8(ascii: "Z"))
        return true
    }
}
