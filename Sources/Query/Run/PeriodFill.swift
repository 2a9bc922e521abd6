// Empty periods between the first and the last of a result: a quarter without deals is a row with 0, not a hole that
// the eye jumps over.

import Engine
import Values

/// Filling gaps in periods.
enum PeriodFill {
    /// The groups of a period key with rows for the periods between that had none: counts and sums 0, the rest missing.
    static func filled(_ groups: Table, _ unit: PeriodUnit, _ measures: [Engine.Measure]) throws -> Table {
        let keys = try groups.columns[0].cells()
        let wanted = between(keys, unit)
        guard wanted.count > keys.count else { return groups }
        var rows: [Cell: Int] = [:]
        for (row, key) in keys.enumerated() { rows[key] = row }
        let columns = try groups.columns.enumerated().map { index, column in
            var builder = ColumnBuilder(name: column.name, valueType: column.valueType)
            for key in wanted {
                if let row = rows[key] {
                    try builder.append(try column.cell(row))
                } else {
                    try builder.append(index == 0 ? key : empty(measures[index - 1].aggregate, column.valueType))
                }
            }
            return try builder.finish()
        }
        return try Table(columns)
    }

    /// The first days of all periods from the first to the last, missing at the end where it was there; the days given
    /// when the gap is absurdly wide.
    static func between(_ days: [Cell], _ unit: PeriodUnit) -> [Cell] {
        let present = days.compactMap(\.integer).sorted()
        guard let first = present.first, let last = present.last else { return days }
        var filled: [Cell] = []
        var day = Day(clamping: Int(first))
        while Int64(day.number) <= last {
            filled.append(.integer(Int64(day.number)))
            guard filled.count <= Limits.filledPeriodCountMax else { return days }
            let next = unit.calendar.move(day, by: 1, unit.unit)
            if next <= day { break }
            day = next
        }
        if days.contains(.missing) { filled.append(.missing) }
        return filled
    }

    private static func empty(_ aggregate: Aggregate, _ type: ValueType) -> Cell {
        switch aggregate {
        case .count, .countPresent, .countDistinct, .sum, .any: type.representation == .real ? .real(0) : .integer(0)
        case .average, .quantile, .minimum, .maximum, .standardDeviation, .first: .missing
        }
    }
}
