// What the relative words of the language mean as days: `last 3 weeks`, `next March`, `Q3`, `FY2026`, `Monday`.
// Pure arithmetic on a Calendar, apart from the syntax tree, so that every rule is one small function with a test.
// Rules kept: `last N days` ends today and `next N days` starts tomorrow, greater units are whole ones beside the
// present one; a bare month or quarter is the one in the current year.

import Language
import Values

extension Calendar {
    /// `this quarter`, `last week`, `next fiscal year`.
    func relative(_ direction: RelativeDirection, _ unit: CalendarUnit, fiscal: Bool) -> Period {
        let offset =
            switch direction {
            case .this: 0
            case .last: -1
            case .next: 1
            }
        return period(unit, containing: today, offset: offset, fiscal: fiscal)
    }

    /// `last 30 days` (ends today), `next 2 weeks`, `last 4 quarters` (whole units beside the present one).
    ///
    /// `this 3 days` has no meaning and is refused by the grammar; it is read as `last`.
    func several(_ direction: RelativeDirection, _ count: Int, _ unit: CalendarUnit, fiscal: Bool) -> Period {
        if unit == .day {
            return direction == .next
                ? Period(from: today.adding(days: 1), through: today.adding(days: count))
                : Period(from: today.adding(days: 1 - count), through: today)
        }
        let present = start(of: unit, containing: today, fiscal: fiscal)
        if direction == .next {
            let from = move(present, by: 1, unit)
            return Period(from: from, upTo: move(from, by: count, unit))
        }
        return Period(from: move(present, by: 0 - count, unit), upTo: present)
    }

    /// The month of the current year with this number, 1…12; of `year` when given.
    func month(_ number: Int, year: Int? = nil) -> Period? {
        guard let first = Day(year: year ?? today.year, month: number, day: 1) else { return nil }
        return period(.month, containing: first)
    }

    /// `last March`: the latest that began before the present month; `next March`: the first that begins after it.
    func month(_ direction: RelativeDirection, _ number: Int) -> Period? {
        let year = today.year
        switch direction {
        case .this: return month(number)
        case .last: return month(number, year: number < today.month ? year : year - 1)
        case .next: return month(number, year: number > today.month ? year : year + 1)
        }
    }

    /// `Monday`: the latest, today included; `last Monday`: before today; `next Monday`: after today.
    /// `this Monday`: the one in the present week.
    func weekday(_ direction: RelativeDirection?, _ weekday: Weekday) -> Day {
        let back = (today.weekday.rawValue - weekday.rawValue + 7) % 7
        switch direction {
        case nil: return today.adding(days: 0 - back)
        case .last: return today.adding(days: back == 0 ? -7 : 0 - back)
        case .next: return today.adding(days: 7 - back)
        case .this:
            let first = start(of: .week, containing: today)
            return first.adding(days: (weekday.rawValue - first.weekday.rawValue + 7) % 7)
        }
    }

    /// The n-th quarter or half (from 1) of a year, calendar or fiscal; the current year unless given.
    func part(_ number: Int, _ unit: CalendarUnit, year: Int?, fiscal: Bool) -> Period? {
        let wanted = year ?? (fiscal ? fiscalYear(of: today) : today.year)
        guard let first = fiscal ? startOfFiscalYear(wanted) : Day(year: wanted, month: 1, day: 1) else { return nil }
        return period(unit, containing: move(first, by: number - 1, unit), fiscal: fiscal)
    }

    /// A whole year, calendar or fiscal.
    func wholeYear(_ year: Int, fiscal: Bool = false) -> Period? {
        guard let first = fiscal ? startOfFiscalYear(year) : Day(year: year, month: 1, day: 1) else { return nil }
        return Period(from: first, upTo: move(first, by: 1, .year))
    }

    /// `ytd`, `qtd`: from the start of the present unit through today.
    func toDate(_ unit: CalendarUnit, fiscal: Bool = false) -> Period {
        Period(from: start(of: unit, containing: today, fiscal: fiscal), through: today)
    }
}
