// What values an expression can have, from the bounds of the chunks: lets groups be numbered without hashing and sums
// be added without checks. Bounds may be loose, never wrong; nil where nothing is known.

import Values

enum Bounds {
    typealias Range = (lower: Int64, upper: Int64)

    static func of(_ node: Node, _ table: Table) -> Range? {
        switch node {
        case .integer(let node): of(node, table)
        case .code(let column): (1, Int64(max(1, table.columns[column].dictionary.count)))
        case .text(.lookup(_, _, let list)): (1, Int64(max(1, list.count - 1)))
        case .real, .text: nil
        }
    }

    static func of(_ node: IntegerNode, _ table: Table) -> Range? {
        switch node {
        case .column(let column): return Bounds.column(column, table)
        case .constant(let value): return (value, value)
        case .missing: return (0, 0)
        case .rowNumber: return (0, Int64(max(0, table.rowCount - 1)))
        case .condition: return (0, 1)
        case .bandOfInteger(_, let thresholds): return (0, Int64(thresholds.count))
        case .bandOfReal(_, let thresholds): return (0, Int64(thresholds.count))
        case .lookup(_, let values, let present):
            var range: Range?
            for (index, value) in values.enumerated() where present[index] != 0 {
                range = union(range ?? (value, value), (value, value))
            }
            return range ?? (0, 0)
        case .tabulated(_, _, let values, let present):
            var range: Range?
            for (index, value) in values.enumerated() where present[index] != 0 {
                range = union(range ?? (value, value), (value, value))
            }
            return range ?? (0, 0)
        case .conditional(_, let a, let b), .fallback(let a, let b):
            guard let first = of(a, table), let second = of(b, table) else { return nil }
            return union(first, second)
        case .datePart(let part, let date):
            switch part {
            case .month: return (1, 12)
            case .quarter, .fiscalQuarter: return (1, 4)
            case .week: return (1, 53)
            case .weekday: return (1, 7)
            case .dayOfMonth: return (1, 31)
            case .year, .fiscalYear:
                guard let days = of(date, table) else { return (1, 10_000) }
                return (DateKernel.part(part, days.lower), DateKernel.part(part, days.upper))
            }
        case .startOfUnit(let unit, let date, let fiscal, let calendar):
            guard let days = of(date, table) else { return nil }
            func start(_ day: Int64) -> Int64 {
                Int64(calendar.start(of: unit, containing: Day(clamping: Int(day)), fiscal: fiscal).number)
            }
            return (start(days.lower), start(days.upper))
        case .day(let instant, let offset):
            guard let moments = of(instant, table) else { return nil }
            return (DateKernel.day(moments.lower, offset), DateKernel.day(moments.upper, offset))
        default: return nil
        }
    }

    /// The bounds of a column's values; 0 … 0 when it has none.
    static func column(_ column: Int, _ table: Table) -> Range {
        var range: Range?
        for chunk in table.columns[column].chunks where chunk.layout.minimum <= chunk.layout.maximum {
            let own = (chunk.layout.minimum, chunk.layout.maximum)
            range = union(range ?? own, own)
        }
        return range ?? (0, 0)
    }

    static func union(_ a: Range, _ b: Range) -> Range { (min(a.lower, b.lower), max(a.upper, b.upper)) }
}
