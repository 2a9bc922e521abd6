// Days and periods back to text.

import Values

extension Printer {
    private static let monthNames = [
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
        "December",
    ]

    private func month(_ number: Int) -> String { Printer.monthNames[(number - 1) % 12] }

    private func padded(_ number: Int, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
    }

    func period(_ period: PeriodExpression) -> String {
        switch period.bounds {
        case .point(let point): return self.point(point)
        case .range(let first, let last): return point(first) + ".." + point(last)
        case .since(let point): return "since " + self.point(point)
        case .until(let point): return "until " + self.point(point)
        case .before(let point): return "before " + self.point(point)
        case .after(let point): return "after " + self.point(point)
        case .within(let duration): return "within " + self.duration(duration)
        }
    }

    func point(_ point: DatePoint) -> String {
        var out = span(point.base)
        for offset in point.offsets { out += (offset.isNegative ? " - " : " + ") + duration(offset.duration) }
        return out
    }

    func span(_ span: DateSpan) -> String {
        switch span.kind {
        case .day(let day): return day.description
        case .year(let year, let isFiscal): return isFiscal ? "FY" + padded(year, 4) : String(year)
        case .month(let number, let year): return year.map { "\($0)-\(padded(number, 2))" } ?? month(number)
        case .quarter(let number, let year, let isFiscal): return code("Q", number, year, isFiscal)
        case .half(let number, let year, let isFiscal): return code("H", number, year, isFiscal)
        case .weekday(let weekday): return weekday.name
        case .today: return "today"
        case .yesterday: return "yesterday"
        case .tomorrow: return "tomorrow"
        case .toDate(let unit): return unit == .quarter ? "qtd" : "ytd"
        case .ago(let duration): return counted(duration.count, duration.unit) + " ago"
        case .relative(let direction, let unit, let isFiscal):
            return direction.rawValue + (isFiscal ? " fiscal " : " ") + unit.rawValue
        case .relativeCount(let direction, let count, let unit): return direction.rawValue + " " + counted(count, unit)
        case .relativeMonth(let direction, let number): return direction.rawValue + " " + month(number)
        case .relativeWeekday(let direction, let weekday): return direction.rawValue + " " + weekday.name
        case .edge(let edge, let inner): return edge.rawValue + " of " + self.span(inner)
        case .name(let name): return identifier(name)
        }
    }

    private func code(_ letter: String, _ number: Int, _ year: Int?, _ isFiscal: Bool) -> String {
        if isFiscal { return "F\(letter)\(number)" + (year.map { " \($0)" } ?? "") }
        return year.map { "\($0)-\(letter)\(number)" } ?? "\(letter)\(number)"
    }

    private func counted(_ count: Int, _ unit: CalendarUnit) -> String {
        let plural = unit == .half ? "halves" : unit.rawValue + "s"
        return "\(count) " + (count == 1 ? unit.rawValue : plural)
    }

    /// Whether the period names a `let`, which a clause introduces with `in`.
    func needsPreposition(_ period: PeriodExpression) -> Bool {
        func isName(_ point: DatePoint) -> Bool { if case .name = point.base.kind { true } else { false } }
        switch period.bounds {
        case .point(let point), .before(let point): return isName(point)
        case .range(let first, _): return isName(first)
        default: return false
        }
    }
}
